//! What the comparison finds, and what it reads of callgrind's output.

use std::collections::BTreeMap;

use super::baseline::{Baseline, Counts, Finding, compare};
use super::paths::PATHS;
use super::profile::{Malformed, Profile};

/// As callgrind writes it: two functions of the program, one of a primitive, one of the C library.
const OUTPUT: &str = "version: 1\n\
    creator: callgrind-3.19.0\n\
    cmd: /bin/program --run x\n\
    events: Ir\n\
    summary: 1000\n\
    \n\
    ob=/bin/program\n\
    fl=???\n\
    fn=nemcon_ledger::parse::h0123456789abcdef\n\
    0 100\n\
    cfn=nemcon_ledger::line::h00000000000000aa\n\
    calls=3 0\n\
    0 40\n\
    cob=/lib/libc.so.6\n\
    cfn=malloc\n\
    calls=7 0\n\
    0 700\n\
    0 11\n\
    \n\
    fn=nemcon_ledger::line::h00000000000000aa\n\
    0 40\n\
    \n\
    fn=<sha2::Sha256 as digest::Update>::update\n\
    0 500\n\
    cob=/lib/libc.so.6\n\
    cfn=memcpy\n\
    calls=2 0\n\
    0 20\n\
    \n\
    ob=/lib/libc.so.6\n\
    fl=???\n\
    fn=malloc\n\
    0 700\n\
    cfn=malloc\n\
    calls=1 0\n\
    0 9\n\
    \n\
    totals: 1351\n";

fn profile(functions: &[(&str, u64)], allocations: u64) -> Profile {
    let functions = functions.iter().map(|(name, cost)| ((*name).to_owned(), *cost)).collect();
    Profile { functions, left_out: 0, allocations }
}

fn baseline(path: &str, profile: &Profile) -> Baseline {
    let paths = BTreeMap::from([(path.to_owned(), Counts::of(profile))]);
    Baseline { made_with: "rustc 1.0.0".to_owned(), paths }
}

fn measured(path: &str, profile: Profile) -> BTreeMap<String, Profile> {
    BTreeMap::from([(path.to_owned(), profile)])
}

#[test]
fn a_function_costs_what_it_takes_itself_and_no_hash_stands_in_its_name() {
    let read = Profile::parse(OUTPUT, "/bin/program").unwrap();
    let functions = [("nemcon_ledger::parse", 111), ("nemcon_ledger::line", 40)];
    let expected = Profile { left_out: 1200, ..profile(&functions, 7) };
    assert_eq!(read, expected);
    assert_eq!(read.instructions(), 151);
}

#[test]
fn what_callgrind_does_not_write_is_refused() {
    let nothing = Malformed { line: 0, problem: "no function of the program was collected" };
    assert_eq!(Profile::parse("", "/bin/program"), Err(nothing.clone()));
    assert_eq!(Profile::parse(OUTPUT, "/bin/another"), Err(nothing));
    for (from, to, line) in [("0 100", "0", 10), ("calls=3 0", "calls=x", 12)] {
        let error = Profile::parse(&OUTPUT.replacen(from, to, 1), "/bin/program").unwrap_err();
        assert_eq!(error.line, line, "{error}");
    }
}

#[test]
fn five_percent_more_or_less_is_within_and_what_is_beyond_names_its_function() {
    let was = profile(&[("line", 600), ("parse", 400)], 20);
    let baseline = baseline("p", &was);
    for line in [550, 600, 650] {
        let is = profile(&[("line", line), ("parse", 400)], 20);
        assert_eq!(compare(&baseline, &measured("p", is), true), [], "{line}");
    }
    for line in [549, 651] {
        let is = profile(&[("line", line), ("parse", 400)], 20);
        let finding = Finding::Changed {
            path: "p".to_owned(),
            what: "instructions",
            was: 1000,
            is: 400 + line,
            functions: vec![("line".to_owned(), 600, line)],
        };
        assert_eq!(compare(&baseline, &measured("p", is), true), [finding]);
    }
}

#[test]
fn one_allocation_more_among_few_is_found() {
    let was = profile(&[("line", 600)], 19);
    let is = profile(&[("line", 600)], 20);
    let findings = compare(&baseline("p", &was), &measured("p", is), true);
    assert!(
        matches!(&findings[..], [Finding::Changed { what: "allocations", was: 19, is: 20, .. }]),
        "{findings:?}"
    );
    let none = profile(&[("line", 600)], 0);
    let one = profile(&[("line", 600)], 1);
    assert_eq!(compare(&baseline("p", &none), &measured("p", one), true).len(), 1);
}

#[test]
fn a_new_function_is_named_and_the_greatest_change_stands_first() {
    let was = profile(&[("line", 600), ("parse", 400)], 0);
    let is = profile(&[("line", 560), ("parse", 400), ("format", 300)], 0);
    let findings = compare(&baseline("p", &was), &measured("p", is), true);
    assert_eq!(
        findings[0].to_string(),
        "p: 1260 instructions where the baseline has 1000 (+26.0 %)\n    \
         20 -> 300 (+1400.0 %) format\n    600 -> 560 (-6.6 %) line"
    );
}

#[test]
fn a_path_without_a_baseline_and_a_baseline_without_a_path_are_found() {
    let one = profile(&[("line", 600)], 0);
    let baseline = baseline("old", &one);
    let measured = measured("new", one);
    let new = Finding::New("new".to_owned());
    let gone = Finding::Gone("old".to_owned());
    assert_eq!(compare(&baseline, &measured, true), [new.clone(), gone]);
    // Of one path alone, nothing is said of the others.
    assert_eq!(compare(&baseline, &measured, false), [new]);
}

#[test]
fn a_baseline_is_read_as_it_was_written() {
    let written = baseline("p", &profile(&[("<T as nemcon::Kind>::parse", 600), ("b", 400)], 3));
    assert_eq!(Baseline::parse(&written.render().unwrap()).unwrap(), written);
    assert!(Baseline::parse("made-with = 1").is_err());
}

#[test]
fn the_committed_baseline_is_of_the_paths_that_are_measured() {
    let committed = Baseline::parse(include_str!("../../instructions.toml")).unwrap();
    let mut names: Vec<_> = PATHS.iter().map(|path| path.name).collect();
    names.sort_unstable();
    assert!(committed.paths.keys().eq(&names), "{:?}", committed.paths.keys());
}

#[test]
fn every_path_runs_as_often_as_it_is_asked_to() {
    for path in &PATHS {
        super::run(path);
    }
}
