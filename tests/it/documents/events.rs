//! `docs/operating.md` lists each event of a node's log, and no other.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use nemcon_tests::process::in_workspace;

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|it| it.is_ascii_lowercase() || it == '-')
}

/// Every `event = %"name"` of the sources below a folder, and each place that logs without one.
fn add(folder: &Path, events: &mut BTreeSet<String>, without: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            add(&path, events, without);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let named = text.split("event = %\"").skip(1).filter_map(|rest| rest.split('"').next());
        events.extend(named.map(str::to_owned));
        for level in ["info", "warn", "error"] {
            for call in text.split(&format!("tracing::{level}!(")).skip(1) {
                if !call.trim_start().starts_with("event = %") {
                    let line = call.lines().find(|line| !line.is_empty()).unwrap_or_default();
                    without.push(format!("{}: {level}!({line}", path.display()));
                }
            }
        }
    }
}

#[test]
fn every_event_of_the_log_stands_in_the_document_and_no_other() {
    let (mut events, mut without) = (BTreeSet::new(), Vec::new());
    add(&in_workspace("node/src"), &mut events, &mut without);
    assert!(without.is_empty(), "{without:#?}");
    // What happens in the council has its names in one table of words.
    let words = fs::read_to_string(in_workspace("node/src/server/events/words.rs")).unwrap();
    let (words, _) = words.split_once("#[cfg(test)]").unwrap();
    let quoted = words.split('"').skip(1).step_by(2).filter(|it| is_name(it) && it.contains('-'));
    events.extend(quoted.map(str::to_owned));
    let document = fs::read_to_string(in_workspace("docs/operating.md")).unwrap();
    let (_, part) = document.split_once("\n## Events in the log").unwrap();
    let (part, _) = part.split_once("\n## ").unwrap();
    let rows = part.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.filter_map(|line| line.trim_start_matches("| ").split(" | ").next());
    let told = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned);
    let debug = part.lines().find(|line| line.starts_with("At the level `debug`")).unwrap();
    let quiet = debug.split('`').skip(3).step_by(2).map(str::to_owned);
    let told: BTreeSet<String> = told.chain(quiet).collect();
    assert_eq!(events, told);
}
