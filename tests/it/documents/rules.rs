//! `docs/rules.md` against the sources: each rule stands there once, each citation is a rule, and each
//! file, function and test that the document names is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use nemcon_tests::process::in_workspace;

const DOCUMENT: &str = "docs/rules.md";

/// How many rules there are.
const RULES: u32 = 32;

/// Sources and documents by their paths below the workspace's root.
type Files = BTreeMap<String, String>;

/// Adds every `.rs` and `.md` file of a folder; the root has the name "".
fn add_files(folder: &str, files: &mut Files) {
    for entry in fs::read_dir(in_workspace(folder)).expect("a folder of the tree") {
        let entry = entry.expect("a folder of the tree");
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        if entry.path().is_dir() {
            // What stands there is no part of the tree.
            if name != "target" && !name.starts_with('.') {
                add_files(&path, files);
            }
        } else if entry.path().extension().is_some_and(|it| it == "rs" || it == "md") {
            let text = fs::read_to_string(entry.path()).expect("a source is text");
            files.insert(path, text);
        }
    }
}

/// The rules that a text cites, as `R13`.
fn cited(text: &str) -> impl Iterator<Item = u32> {
    let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.filter_map(|word| word.strip_prefix('R')?.parse().ok())
}

/// The rules that have a section, `## R13 The roster of a height`.
fn sections(document: &str) -> Vec<u32> {
    let headings = document.lines().filter_map(|line| line.strip_prefix("## "));
    headings.filter_map(|heading| cited(heading.split(' ').next()?).next()).collect()
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Whether a name is a path that begins with a folder of the workspace.
fn is_path(name: &str) -> bool {
    let first = name.split_once('/').map_or("", |(first, _)| first);
    !first.is_empty() && in_workspace(first).is_dir()
}

/// The items of a document's lists, each as one line.
fn items(document: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for line in document.lines() {
        if let Some(item) = line.strip_prefix("- ") {
            items.push(item.to_owned());
        } else if let (Some(more), Some(item)) = (line.strip_prefix("  "), items.last_mut()) {
            item.push(' ');
            item.push_str(more);
        }
    }
    items
}

/// The names of a source's tests.
fn tests_of(source: &str) -> impl Iterator<Item = &str> {
    let marked = source.split("#[test]").skip(1).chain(source.split("#[tokio::test").skip(1));
    marked.filter_map(|rest| rest.split_once("fn ")?.1.split('(').next())
}

/// Whether a function of this name is defined in the file, or in a file of the folder, at `path`.
fn defines(files: &Files, path: &str, name: &str) -> bool {
    let is_there = |text: &String| {
        text.contains(&format!("fn {name}(")) || text.contains(&format!("fn {name}<"))
    };
    let within = files
        .iter()
        .filter(|(file, _)| *file == path || path.ends_with('/') && file.starts_with(path));
    within.map(|(_, text)| text).any(is_there)
}

/// What is wrong with one list item: tests, or files with their functions behind them.
fn judge_item(item: &str, files: &Files, tests: &BTreeSet<&str>) -> Vec<String> {
    let (mut findings, mut path) = (Vec::new(), None);
    for name in quoted(item) {
        if is_path(name) {
            path = Some(name).filter(|path| in_workspace(path).exists());
        } else if item.starts_with("tests: ") {
            if !tests.contains(name) {
                findings.push(format!("no test is called {name}"));
            }
        } else if let Some(path) = path.filter(|path| !defines(files, path, name)) {
            findings.push(format!("{path} has no function {name}"));
        }
    }
    findings
}

/// All that is wrong with the rules, or with what cites them.
fn judge(document: &str, files: &Files) -> Vec<String> {
    let sections = sections(document);
    let mut findings = Vec::new();
    for rule in 1..=RULES {
        let found = sections.iter().filter(|section| **section == rule).count();
        if found != 1 {
            findings.push(format!("R{rule} has {found} sections"));
        }
    }
    for (path, text) in files {
        let unknown = cited(text).filter(|rule| !sections.contains(rule));
        for rule in unknown.collect::<BTreeSet<_>>() {
            findings.push(format!("{path} cites R{rule}, which is no rule"));
        }
    }
    let paths: BTreeSet<_> = quoted(document).filter(|name| is_path(name)).collect();
    for path in paths.into_iter().filter(|path| !in_workspace(path).exists()) {
        findings.push(format!("there is no {path}"));
    }
    let tests = files.values().flat_map(|source| tests_of(source)).collect();
    findings.extend(items(document).iter().flat_map(|item| judge_item(item, files, &tests)));
    findings
}

#[test]
fn the_rules_are_what_the_sources_say() {
    let mut files = Files::new();
    add_files("", &mut files);
    let document = files.get(DOCUMENT).expect("the rules are there");
    let findings = judge(document, &files);
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
    let citing = files.values().filter(|text| cited(text).next().is_some()).count();
    assert!(citing > 20, "{citing} files cite rules");
}

#[test]
fn each_false_word_about_a_rule_is_found() {
    let sections: Vec<_> = (1..=RULES).map(|rule| format!("## R{rule} A name")).collect();
    let items = "- `docs/rules.md`: `there`, `gone`\n- `docs/no-file.md`: `there`\n\
                 - tests: `proven`,\n  `no_test`\n";
    let document = format!("{}\n## R7 Once more\n{items}", sections.join("\n"));
    let source = "fn there() {}\n\n#[test]\nfn proven() {}\n\nfn no_test() {}\n";
    // In two parts, for this file is read too.
    let source = format!("// By R{}.\n{source}", 99);
    let files = Files::from([(DOCUMENT.to_owned(), source)]);
    let findings = [
        "R7 has 2 sections",
        &format!("docs/rules.md cites R{}, which is no rule", 99),
        "there is no docs/no-file.md",
        "docs/rules.md has no function gone",
        "no test is called no_test",
    ];
    assert_eq!(judge(&document, &files), findings);
}
