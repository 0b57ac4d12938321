//! The known advisories about dependencies: said in one place, repeated in none but `ARCHITECTURE.md`.

use std::collections::BTreeSet;
use std::fs;

use nemcon_tests::process::in_workspace;

fn read(path: &str) -> String {
    fs::read_to_string(in_workspace(path)).unwrap()
}

/// `RUSTSEC-2025-0141` and the like.
fn advisories(text: &str) -> BTreeSet<String> {
    let starts = text.match_indices("RUSTSEC-").map(|(at, _)| at);
    starts.map(|at| text[at..at + "RUSTSEC-0000-0000".len()].to_owned()).collect()
}

#[test]
fn every_known_advisory_is_weighed_in_deny_toml_and_named_in_the_architecture() {
    let (deny, architecture) = (read("deny.toml"), read("ARCHITECTURE.md"));
    let weighed = advisories(&deny);
    assert!(!weighed.is_empty());
    assert_eq!(weighed, advisories(&architecture));
    for id in weighed {
        let line = deny.lines().find(|line| line.contains(&id)).unwrap();
        assert!(line.starts_with(&format!("# - {id}, ")), "{line}");
    }
}

#[test]
fn what_is_said_of_an_advisory_is_of_a_version_that_is_used() {
    let (deny, lock) = (read("deny.toml"), read("Cargo.lock"));
    let lines = deny.lines().filter_map(|line| line.strip_prefix("# - RUSTSEC-"));
    let mut compared = 0;
    for line in lines {
        let (_, rest) = line.split_once(", ").unwrap();
        let (krate, rest) = rest.split_once(' ').unwrap();
        let version = rest.split(',').next().unwrap();
        let entry = format!("name = \"{krate}\"\nversion = \"{version}\"\n");
        assert!(lock.contains(&entry), "{krate} {version} is not in Cargo.lock any more");
        compared += 1;
    }
    assert_eq!(compared, 3);
}
