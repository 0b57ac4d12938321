//! A measure as it stands, drafted for its next revision: what nobody changes stays to the letter.

use std::path::{Path, PathBuf};

use nemcon_tests::process::{Net, in_workspace, nemcon};

/// Tables the measure of a file for `code`; its number, if the law takes it on this day.
fn table(net: &Net, code: &str, command: &str, file: &Path) -> Option<u64> {
    let run = net.of(code, &format!("{command} {} --yes --json", file.display()));
    (run.status == Some(0)).then(|| run.json()["measure"].as_u64().unwrap())
}

#[track_caller]
fn verify_unchanged(net: &Net, code: &str, number: u64) {
    let file = net.beside(&format!("revised-{number}.toml"));
    net.of(code, &format!("draft revision {number} --out {}", file.display())).done();
    let revised =
        net.of(code, &format!("measure revise {number} {} {}", file.display(), net.yes(number)));
    revised.refused(1, &["the one that stands: nothing changes"]);
}

#[test]
fn the_draft_of_a_revision_left_as_it_is_changes_nothing() {
    let net = Net::up("--members 4");
    let examples = std::fs::read_dir(in_workspace("examples/toolbox")).unwrap();
    let mut files: Vec<PathBuf> = examples.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let tabled = files.iter().filter(|it| it.extension().is_some_and(|end| end == "toml"));
    let tabled: Vec<_> = tabled
        .filter_map(|file| table(&net, "BE", "measure table", &net.with_commitments(file)))
        .collect();
    assert!(tabled.len() >= 6, "{tabled:?}");
    for number in tabled {
        verify_unchanged(&net, "BE", number);
    }
}

#[test]
fn so_does_that_of_a_measure_that_changes_the_council() {
    let net = Net::up("--members 4 --charter plain");
    let drafted = |kind: &str, options: &str, edit: &dyn Fn(String) -> String| {
        let file = net.beside(&format!("{kind}.toml"));
        net.of("CH", &format!("draft {kind} {options} --out {}", file.display())).done();
        let text = std::fs::read_to_string(&file).unwrap();
        let text = edit(text.replace("title = \"\"", &format!("title = \"On {kind}\"")));
        std::fs::write(&file, text).unwrap();
        file
    };
    let keys = net.beside("NEW");
    nemcon("key new --no-passphrase --as NEW --all", [&keys]).done();
    let party = format!("--party {}", keys.join("NEW.toml").display());
    net.of("TR", "member notice --yes").done();
    let seats = drafted("seats", "", &|text| text);
    let admission = drafted("new-director", &party, &|text| text);
    let departure =
        drafted("resignation", "", &|text| text.replace("departs = \"\"", "departs = \"TR\""));
    for (command, file) in [("weights", &seats), ("admit", &admission), ("depart", &departure)] {
        let number = table(&net, "CH", &format!("member {command}"), file);
        verify_unchanged(&net, "CH", number.unwrap_or_else(|| panic!("member {command}")));
    }
}
