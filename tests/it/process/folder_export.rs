//! An export straight from a ledger folder: the same files as from the node, beside the node or without.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use nemcon_node::server::folder::Folder;
use nemcon_tests::fixture::council_of_equals;
use nemcon_tests::process::{Net, Run, in_workspace, nemcon, wait_for};

/// Every file below a folder with its content.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut files, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_owned();
                files.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    files
}

fn from_folder(out: &Path, ledger: &Path) -> Run {
    nemcon("log export", [out.as_os_str(), "--ledger".as_ref(), ledger.as_os_str()])
}

#[test]
fn a_ledger_folder_is_exported_beside_its_node_and_without_and_goes_on_from_what_is_there() {
    let net = Net::up("--members 4");
    let (node, folder) = (net.beside("from-node"), net.beside("from-folder"));
    let ledger = net.testnet().folder(&"BE".parse().unwrap()).join("ledger");
    for (round, measure) in ["2020-1127", "2020-1537"].iter().enumerate() {
        let measure = in_workspace(&format!("examples/toolbox/{measure}.toml"));
        let number = net.table("BE", &measure);
        net.cast(number, "in-favour", &["BE", "BG", "CZ", "DK"]);
        let sealed = wait_for("a seal of all on the newest block", || {
            let status = net.status("BE");
            (status.sealed_size == status.size).then_some(status.size)
        });
        let export = [node.as_path(), "--dir".as_ref(), net.dir()];
        nemcon("log export --as BE", export).done();
        let said = from_folder(&folder, &ledger).done();
        assert!(said.contains(&format!("exported {sealed} records")), "{said}");
        assert!(said.contains("sealed by all 4"), "{said}");
        assert_eq!(said.contains("were there"), round > 0, "{said}");
        assert_eq!(files(&folder), files(&node));
    }
    let council = net.testnet().council().to_string();
    let audited = nemcon("audit", [folder.as_os_str(), "--council".as_ref(), council.as_ref()]);
    assert!(audited.done().ends_with("VERIFIED\n"));
    nemcon("testnet down --dir", [net.dir()]).done();
    let anew = net.beside("anew");
    from_folder(&anew, &ledger).done();
    assert_eq!(files(&anew), files(&folder));
    wrong_inputs(&net, &ledger);
}

/// What is no ledger folder, or not of that council, is said to be.
fn wrong_inputs(net: &Net, ledger: &Path) {
    let out = net.beside("none");
    let config = ledger.join("../node.toml");
    from_folder(&out, &net.beside("nowhere"))
        .refused(2, &["is no folder", "`journal/` lies in it"]);
    from_folder(&out, &config).refused(2, &["is no folder"]);
    let empty = net.beside("empty/ledger");
    std::fs::create_dir_all(&empty).unwrap();
    let is_none = ["is no ledger folder: no `journal/` lies in it", "`ledger` in its `node.toml`"];
    from_folder(&out, &empty).refused(2, &is_none);
    let with = |ledger: &Path, more: &[&str]| {
        let words = ["--ledger".as_ref(), ledger.as_os_str(), "--config".as_ref()];
        let words = [out.as_os_str()].into_iter().chain(words).chain([config.as_os_str()]);
        nemcon("log export", words.chain(more.iter().map(AsRef::as_ref)))
    };
    with(&empty, &[]).refused(2, &is_none);
    let alone = net.beside("alone/ledger");
    std::fs::create_dir_all(alone.join("journal")).unwrap();
    from_folder(&out, &alone).refused(2, &["no node.toml lies beside", "--config FILE"]);
    with(&alone, &[]).refused(2, &["no ledger is there"]);
    let other = "0".repeat(64);
    with(ledger, &["--council", &other]).refused(1, &["is of a node of council", &other]);
    // The folder of another council's node, under this one's configuration.
    let theirs = net.beside("theirs");
    Folder::init(&theirs, &council_of_equals(4)).unwrap();
    with(&theirs, &[]).refused(2, &["belongs to council"]);
    assert!(!out.exists());
}
