//! A ledger folder that is read without its node: the answers of the node, and nothing written.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use nemcon_tests::process::{Net, in_workspace, nemcon, wait_for};

const LISTING: &str = "examples/toolbox/2020-1127.toml";
const CONCLUSIONS: &str = "examples/toolbox/2017-conclusions.toml";

/// What reads, and tells the same with a node and without.
const READING: [&str; 17] = [
    "measure list",
    "measure show 1",
    "measure show 2",
    "measure list --json",
    "measure show 1 --json",
    "measure diff 2",
    "incident list",
    "member list",
    "member list --json",
    "log records --measure 1 --json",
    "log records --party BG --json",
    "calendar --json",
    "charter show",
    "law refusals",
    "minutes 1",
    "votes export",
    "document check . 1",
];

/// Every file and folder below a folder: its content, and when it was changed.
fn state(folder: &Path) -> BTreeMap<PathBuf, (Option<Vec<u8>>, SystemTime)> {
    let (mut all, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(at) = folders.pop() {
        let changed = |path: &Path| fs::metadata(path).unwrap().modified().unwrap();
        all.insert(at.clone(), (None, changed(&at)));
        for path in fs::read_dir(&at).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                all.insert(path.clone(), (Some(fs::read(&path).unwrap()), changed(&path)));
            }
        }
    }
    all
}

/// What is told without how long it is still until a deadline.
fn lasting(told: &str) -> Vec<String> {
    told.lines().filter(|line| !line.contains("left_ms")).map(str::to_owned).collect()
}

/// A council with an adopted measure and an open one whose text was replaced.
fn council() -> Net {
    let net = Net::up("--members 4");
    net.table("BE", &in_workspace(LISTING));
    net.cast(1, "in-favour", &["BE", "BG", "CZ", "DK"]);
    net.table("BG", &in_workspace(CONCLUSIONS));
    net.cast(2, "in-favour", &["BE"]);
    let draft = net.beside("revised.toml");
    let text = fs::read_to_string(in_workspace(CONCLUSIONS)).unwrap();
    fs::write(&draft, text.replace("Joint EU", "Common EU")).unwrap();
    let line = format!("measure revise 2 {} {}", draft.display(), net.yes(2));
    net.of("BG", &line).done();
    wait_for("the seals of all", || {
        let status = net.status("BE");
        (status.sealed_size == status.size).then_some(())
    });
    net
}

#[test]
fn a_folder_tells_what_its_node_tells_beside_it_and_after_its_end_and_stays_as_it_is() {
    let net = council();
    let ledger = net.dir().join("members/BE/ledger");
    let from_folder = |line: &str| {
        nemcon(line, ["--as".as_ref(), "BE".as_ref(), "--ledger".as_ref(), ledger.as_os_str()])
    };
    let from_node: Vec<_> =
        READING.iter().map(|line| lasting(&net.of("BE", line).done())).collect();
    for (line, told) in READING.iter().zip(&from_node) {
        assert_eq!(lasting(&from_folder(line).done()), *told, "{line}");
    }
    let receipt = net.beside("receipt");
    from_folder(&format!("receipt 1 --out {}", receipt.display())).done();
    assert!(receipt.exists());

    nemcon("testnet down --dir", [net.dir()]).done();
    let before = state(&ledger);
    for path in before.keys() {
        let mut mode = fs::metadata(path).unwrap().permissions();
        mode.set_readonly(true);
        fs::set_permissions(path, mode).unwrap();
    }
    for (line, told) in READING.iter().zip(&from_node) {
        assert_eq!(lasting(&from_folder(line).done()), *told, "{line}");
    }
    let certificate = net.beside("decision.nemcon");
    from_folder(&format!("certificate 1 --out {}", certificate.display())).done();
    from_folder(&format!("log export {}", net.beside("export").display())).done();
    let status = from_folder("status").done();
    assert!(status.contains("without its node"), "{status}");
    assert!(!status.contains("nodes ") && !status.contains("wrong "), "{status}");
    assert!(status.contains("needs you: a ballot on the only open measure"), "{status}");
    assert_eq!(state(&ledger), before);

    nothing_is_handed_in(&net, &ledger);
    for path in before.keys() {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        fs::set_permissions(path, mode).unwrap();
    }
}

fn nothing_is_handed_in(net: &Net, ledger: &Path) {
    let words = |more: &[&str]| {
        let key = net.dir().join("members/BE/officer-desk.key");
        let mut words = vec!["--ledger".into(), ledger.as_os_str().to_owned()];
        words.extend(["--key".into(), key.into_os_string()]);
        words.extend(more.iter().map(Into::into));
        words
    };
    nemcon("ballot cast 2 in-favour", words(&["--yes"]))
        .refused(2, &["is only read", "leave `--ledger` out"]);
    let text = net.beside("ballot.txt");
    nemcon("ballot cast 2 in-favour", words(&["--prepare", text.to_str().unwrap()])).done();
    assert!(fs::read_to_string(text).unwrap().contains("in-favour"));
    nemcon("measure show 9", words(&[])).refused(1, &["the ledger in", "has no measure 9"]);
    let both = words(&["--node", "http://127.0.0.1:1"]);
    nemcon("status", both).refused(2, &["--ledger and --dir or --node"]);
    let every = words(&["--every", "10 seconds"]);
    nemcon("log publish x", every).refused(2, &["`--every` asks a node"]);
}

#[test]
fn what_lies_before_damage_is_told_with_the_reason_why_it_ends_there() {
    let net = council();
    nemcon("testnet down --dir", [net.dir()]).done();
    let ledger = net.dir().join("members/BE/ledger");
    let segment = ledger.join("journal/00000000000000000000.seg");
    let sound = fs::read(&segment).unwrap();
    let mut bytes = sound.clone();
    let at = bytes.len() * 3 / 4;
    bytes[at] ^= 1;
    fs::write(&segment, bytes).unwrap();
    let listed = nemcon("measure list --ledger", [&ledger]);
    listed.says(&["is read up to block", "and not further", "damaged"]);
    assert_eq!(listed.status, Some(0));
    let status = nemcon("status --json --ledger", [&ledger]).out;
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    assert!(status["folder"]["ends"].as_str().unwrap().contains("damaged"), "{status}");
    assert!(nemcon("status --ledger", [&ledger]).out.contains("ENDS"));
    // The index and the snapshot are not needed, and neither are the keys.
    fs::write(&segment, sound).unwrap();
    fs::remove_dir_all(ledger.join("index")).unwrap();
    for key in ["node.key", "seal.key"] {
        fs::remove_file(net.dir().join("members/BE").join(key)).unwrap();
    }
    let shown = nemcon("measure show 2 --ledger", [&ledger]);
    assert_eq!((shown.status, shown.err.as_str()), (Some(0), ""));
    fs::remove_dir_all(ledger.join("journal")).unwrap();
    nemcon("measure list --ledger", [&ledger]).refused(2, &["the journal is gone"]);
}
