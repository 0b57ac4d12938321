//! What the documents name exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every Rust source by its path.
fn add_sources(folder: &Path, sources: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).expect("a folder of the tree") {
        let path = entry.expect("a folder of the tree").path();
        if path.is_dir() && !path.ends_with("target") {
            add_sources(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source is text");
            sources.push((path, text));
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut sources = Vec::new();
    for folder in ["crypto", "ledger", "node", "tests"] {
        add_sources(&root().join(folder), &mut sources);
    }
    sources
}

/// Whether a file is, or lies in, the module of each of these names; inline `tests` are in any.
fn is_within(path: &Path, modules: &[&str]) -> bool {
    let path = path.with_extension("");
    let parts: Vec<_> = path.components().filter_map(|part| part.as_os_str().to_str()).collect();
    modules.iter().all(|module| *module == "tests" || parts.contains(module))
}

/// Whether a source has a test of this name.
fn has_test(source: &str, name: &str) -> bool {
    let mut lines = source.lines();
    let is_marked = |line: &str| {
        let line = line.trim_start();
        line.starts_with("#[test") || line.starts_with("#[tokio::test")
    };
    let mut was_marked = false;
    lines.any(|line| {
        let line = line.trim_start();
        if line.starts_with("#[") {
            was_marked |= is_marked(line);
            return false;
        }
        let is_named = line.trim_start_matches("async ").starts_with(&format!("fn {name}("));
        core::mem::take(&mut was_marked) && is_named
    })
}

/// What stands between backticks.
fn names(document: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(root().join(document)).expect("the document is there");
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_test_that_the_threat_model_names_is_there_in_its_module() {
    let sources = sources();
    let names = names("docs/threat-model.md");
    let tests: Vec<_> = names
        .iter()
        .filter(|name| name.matches('_').count() > 1 && !name.contains(' '))
        .map(|name| name.split("::").collect::<Vec<_>>())
        .collect();
    assert!(tests.len() > 30, "{}", tests.len());
    for path in tests {
        let (name, modules) = path.split_last().expect("a name is not empty");
        let mut files = sources.iter().filter(|(file, _)| is_within(file, modules));
        let is_there = files.any(|(_, text)| has_test(text, name));
        assert!(is_there, "no test is called {}", path.join("::"));
    }
}

#[test]
fn every_file_that_a_document_names_is_there() {
    let folders = [
        "crypto/",
        "ledger/src",
        "ledger/disk/",
        "ledger/kit/",
        "node/src",
        "node/replica/",
        "node/client/",
        "node/audit/",
        "node/desk/",
        "tests/",
        "docs/",
        "scripts/",
        ".ci/",
    ];
    let mut found = 0;
    for document in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"]
        .into_iter()
        .map(str::to_owned)
        .chain(documents())
    {
        for name in names(&document) {
            // A command's first word, or a path with something behind it.
            let path = name.split([' ', ':']).next().unwrap_or_default();
            // Braces stand for several names.
            if folders.iter().any(|folder| path.starts_with(folder)) && !path.contains('{') {
                found += 1;
                // What fuzzing leaves behind is there only afterwards.
                let is_left = path.starts_with("tests/fuzz/artifacts");
                assert!(is_left || root().join(path).exists(), "{document}: no file {path}");
            }
        }
    }
    assert!(found > 40, "{found}");
}

/// Every Markdown file below `docs`, by its path from the root.
fn documents() -> Vec<String> {
    let (mut folders, mut found) = (vec!["docs".to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).expect("the documents are there") {
            let name = entry.expect("a folder of the tree").file_name();
            let path = format!("{folder}/{}", name.to_string_lossy());
            if root().join(&path).is_dir() {
                folders.push(path);
            } else if Path::new(&path).extension().is_some_and(|it| it == "md") {
                found.push(path);
            }
        }
    }
    found
}

/// `file.rs::function`, as the ways through the code are written.
#[test]
fn every_function_that_the_architecture_names_is_in_its_file() {
    let mut found = 0;
    for name in names("ARCHITECTURE.md") {
        let Some((file, function)) = name.split_once(".rs::") else { continue };
        let source = fs::read_to_string(root().join(format!("{file}.rs")));
        let source = source.unwrap_or_else(|error| panic!("{file}.rs: {error}"));
        let is_there =
            ['(', '<'].iter().any(|next| source.contains(&format!("fn {function}{next}")));
        assert!(is_there, "no function {function} in {file}.rs");
        found += 1;
    }
    assert!(found > 40, "{found}");
}

/// Each decision is in the list, under its own title.
#[test]
fn every_decision_is_in_the_list_of_decisions() {
    let read = |path: &str| fs::read_to_string(root().join(path)).expect("the document is there");
    let list = read("docs/decisions/README.md");
    let mut found = 0;
    for path in documents() {
        let Some(file) = path.strip_prefix("docs/decisions/0") else { continue };
        let text = read(&path);
        let title = text.lines().next().and_then(|line| line.split_once(": "));
        let (number, title) = title.expect("a decision begins with its number and title");
        let number = number.trim_start_matches("# ");
        assert!(list.contains(&format!("| [{number}](0{file}) | {title} |")), "{path}");
        found += 1;
    }
    assert!(found > 20, "{found}");
}

#[test]
fn every_limit_that_the_table_names_is_there() {
    let sources: String = sources().into_iter().map(|(_, text)| text).collect();
    let names = names("docs/limits.md");
    let is_constant = |name: &&String| {
        name.contains('_') && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
    };
    let limits: Vec<_> = names.iter().filter(is_constant).collect();
    assert!(limits.len() > 40, "{}", limits.len());
    for name in limits {
        assert!(sources.contains(&format!("const {name}: ")), "no limit is called {name}");
    }
}
