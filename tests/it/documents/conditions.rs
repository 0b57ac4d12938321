//! `docs/operating.md` describes each condition that a node can tell, and no other.

use std::collections::BTreeMap;
use std::fs;

use nemcon_node::mesh::REFUSAL_LABELS;
use nemcon_node::server::condition::{KINDS, patience};
use nemcon_tests::process::in_workspace;

/// The section of each condition, by its name, in the document's order.
fn sections() -> (Vec<String>, BTreeMap<String, String>) {
    let text = fs::read_to_string(in_workspace("docs/operating.md")).unwrap();
    let sections = text.split("\n### `").skip(1);
    let sections: Vec<(String, String)> = sections
        .map(|section| {
            let (name, rest) = section.split_once('`').unwrap();
            let (body, _) = rest.split_once("\n## ").unwrap_or((rest, ""));
            (name.to_owned(), body.split_whitespace().collect::<Vec<_>>().join(" "))
        })
        .collect();
    (sections.iter().map(|(name, _)| name.clone()).collect(), sections.into_iter().collect())
}

#[test]
fn every_condition_of_the_code_stands_in_the_document_in_its_order_and_no_other() {
    let names: Vec<_> = KINDS.iter().map(|kind| kind.name().to_owned()).collect();
    assert_eq!(sections().0, names);
}

#[test]
fn each_condition_says_what_to_do_and_how_it_ends() {
    let (names, sections) = sections();
    for name in names {
        let section = &sections[&name];
        for wants in ["**What to do", "**It ends** "] {
            assert_eq!(section.matches(wants).count(), 1, "{name}: {wants}");
        }
    }
}

#[test]
fn how_long_a_condition_holds_before_it_is_told_is_what_the_document_says() {
    let (_, sections) = sections();
    for kind in KINDS {
        let seconds = patience(kind).as_secs();
        if seconds > 0 {
            let said = format!("{seconds} seconds");
            assert!(sections[kind.name()].contains(&said), "{kind}: {said}");
        }
    }
}

#[test]
fn every_reason_for_which_a_connection_is_refused_stands_in_the_document() {
    let text = fs::read_to_string(in_workspace("docs/operating.md")).unwrap();
    let (_, part) = text.split_once("### Refused connections").unwrap();
    let (table, _) = part.split_once("\n## ").unwrap();
    for label in REFUSAL_LABELS {
        assert!(table.contains(&format!("`{label}`")), "{label}");
    }
}
