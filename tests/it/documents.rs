//! What the documents name exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn add_sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder of the tree") {
        let path = entry.expect("a folder of the tree").path();
        if path.is_dir() && !path.ends_with("target") {
            add_sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            *text += &fs::read_to_string(path).expect("a source is text");
        }
    }
}

fn sources() -> String {
    let mut text = String::new();
    for folder in ["crypto", "ledger", "node", "tests"] {
        add_sources(&root().join(folder), &mut text);
    }
    text
}

/// What stands between backticks, without the modules before the last `::`.
fn names(document: &str) -> BTreeSet<String> {
    let text =
        fs::read_to_string(root().join("docs").join(document)).expect("the document is there");
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.map(|name| name.rsplit("::").next().unwrap_or(name).to_owned()).collect()
}

#[test]
fn every_test_that_the_threat_model_names_is_there() {
    let sources = sources();
    let names = names("threat-model.md");
    let tests: Vec<_> = names.iter().filter(|name| name.matches('_').count() > 1).collect();
    assert!(tests.len() > 30, "{}", tests.len());
    for name in tests {
        assert!(sources.contains(&format!("fn {name}(")), "no test is called {name}");
    }
}

#[test]
fn every_limit_that_the_table_names_is_there() {
    let sources = sources();
    let names = names("limits.md");
    let is_constant = |name: &&String| {
        name.contains('_') && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
    };
    let limits: Vec<_> = names.iter().filter(is_constant).collect();
    assert!(limits.len() > 40, "{}", limits.len());
    for name in limits {
        assert!(sources.contains(&format!("const {name}: ")), "no limit is called {name}");
    }
}
