//! Backups of real nodes: made beside a node that orders records, checked, refused, restored.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use nemcon_tests::process::{Net, Run, binary, in_workspace, nemcon, run, wait_for};
use serde_json::Value;

const LISTING: &str = "examples/toolbox/2020-1127.toml";
pub(super) const CONCLUSIONS: &str = "examples/toolbox/2017-conclusions.toml";
const ALL: [&str; 4] = ["BE", "BG", "CZ", "DK"];

pub(super) fn back_up(net: &Net, code: &str, out: &Path) -> Run {
    net.of(code, &format!("backup {}", out.display()))
}

pub(super) fn with_council(net: &Net, line: &str, folder: &Path) -> Run {
    let council = net.testnet().council().to_string();
    nemcon(line, [folder.as_os_str(), "--council".as_ref(), council.as_ref()])
}

pub(super) fn restore(net: &Net, backup: &Path, to: &Path) -> Run {
    let council = net.testnet().council().to_string();
    let words = ["--to".as_ref(), to.as_os_str(), "--council".as_ref(), council.as_ref()];
    nemcon("restore", [backup.as_os_str()].into_iter().chain(words))
}

/// Every file below a folder with its content.
pub(super) fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut files, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(at) = folders.pop() {
        for path in fs::read_dir(at).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_owned();
                files.insert(name, fs::read(path).unwrap());
            }
        }
    }
    files
}

/// A copy of a folder.
pub(super) fn copy_of(net: &Net, folder: &Path, name: &str) -> PathBuf {
    let to = net.beside(name);
    for (path, bytes) in files(folder) {
        let path = to.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    to
}

pub(super) fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap()
}

#[test]
fn a_node_is_backed_up_while_it_works_and_restored_after_it_is_destroyed() {
    let net = Net::up("--members 4");
    net.table("BE", &in_workspace(LISTING));
    let backups = made_under_way(&net);
    let sizes: Vec<_> = backups.iter().map(|it| manifest(it)["size"].as_u64().unwrap()).collect();
    assert!(sizes.is_sorted() && sizes.len() > 1, "{sizes:?}");
    for backup in [&backups[0], backups.last().unwrap()] {
        with_council(&net, "backup verify", backup).done();
    }
    let last = fs::read_to_string(net.dir().join("members/DK/ledger/last-backup")).unwrap();
    let last: Value = serde_json::from_str(last.trim_end()).unwrap();
    assert_eq!(last["size"].as_u64(), sizes.last().copied());
    let time = last["time"].as_str().unwrap();
    assert!(time.parse::<nemcon_ledger::Time>().is_ok(), "{time}");
    // An older backup: the node has sealed more than it holds.
    let sealed = net.status("DK").size;
    assert!(sizes[0] < sealed);
    net.kill("DK");
    let member = net.dir().join("members/DK");
    let away = net.beside("destroyed");
    fs::rename(&member, &away).unwrap();
    let said = restore(&net, &backups[0], &member).done();
    assert!(said.contains("without keys") && said.contains("observes"), "{said}");
    assert!(!member.join("ledger/signed").exists(), "`signed` is never made by a restore");
    for name in ["node.key", "seal.key", "officer-desk.key"] {
        fs::copy(away.join(name), member.join(name)).unwrap();
    }
    let config = member.join("node.toml");
    nemcon("node init --config", [&config]).refused(1, &["is there already"]);
    net.restart();
    let status = net.json("DK", "status");
    assert_eq!(status["observing"], true);
    assert!(net.of("DK", "status").done().contains("observing (DK)"));
    assert!(net.log("DK").contains("what this node has signed is not known"));
    net.await_height("DK", "BE");
    // It seals what it has caught up with, and votes again.
    net.cast(1, "in-favour", &ALL);
    wait_for("the seals of all", || {
        let status = net.status("BE");
        (status.sealed_size == status.size).then_some(())
    });
    assert_eq!(net.status("DK").root, net.status("BE").root);
    for code in ALL {
        assert!(!net.dir().join("members").join(code).join("ledger/evidence").exists(), "{code}");
    }
    net.table("BE", &in_workspace(CONCLUSIONS));
    wait_for("the votes of the restored node", || (!net.status("DK").observing).then_some(()));
    let out = net.beside("export");
    net.of("DK", &format!("log export {}", out.display())).done();
    assert!(with_council(&net, "audit", &out).done().ends_with("VERIFIED\n"));
}

/// Backups of DK, made while the others vote.
fn made_under_way(net: &Net) -> Vec<PathBuf> {
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let traffic = scope.spawn(|| {
            for position in ["in-favour", "abstain", "in-favour", "abstain"] {
                net.cast(1, position, &["BE", "BG", "CZ"]);
            }
            is_over.store(true, Ordering::Relaxed);
        });
        let mut backups = Vec::new();
        while !is_over.load(Ordering::Relaxed) {
            let out = net.beside(&format!("backup-{}", backups.len()));
            back_up(net, "DK", &out).done();
            backups.push(out);
        }
        traffic.join().unwrap();
        backups
    })
}

#[test]
fn a_backup_holds_what_it_says_and_neither_secrets_nor_what_the_node_has_signed() {
    let net = Net::up("--members 4");
    net.table("BE", &in_workspace(CONCLUSIONS));
    let (plain, locked) = (net.beside("plain"), net.beside("locked"));
    let evidence = net.dir().join("members/BE/ledger/evidence");
    fs::create_dir(&evidence).unwrap();
    fs::write(evidence.join("DK-7.evidence"), "evidence\n").unwrap();
    back_up(&net, "BE", &plain).done();
    let names: Vec<_> = files(&plain).into_keys().map(|it| it.display().to_string()).collect();
    let segment = "ledger/journal/00000000000000000000.seg";
    let wanted = ["SHA256SUMS", "genesis", "ledger/evidence/DK-7.evidence", segment];
    assert_eq!(names, [&wanted[..], &["manifest.json", "node.toml"]].concat());
    let checked = run(Command::new("sha256sum").args(["-c", "SHA256SUMS"]).current_dir(&plain));
    assert_eq!(checked.done().matches(": OK").count(), 5);

    let passphrase = net.beside("passphrase");
    nemcon_client::atomic_write::new_file(&passphrase, b"twelve or more letters\n").unwrap();
    let with_keys = format!("backup {} --keys", locked.display());
    net.of("BE", &with_keys).refused(2, &["nobody is there to be asked", "--passphrase-file"]);
    assert!(!locked.exists());
    net.of("BE", &format!("{with_keys} --passphrase-file {}", passphrase.display())).done();
    let key = fs::read_to_string(locked.join("keys/node.key")).unwrap();
    assert!(key.contains("BEGIN ENCRYPTED PRIVATE KEY"), "{key}");
    let secrets = ["BEGIN PRIVATE KEY", "nemcon-read-", "nemcon-submit-", "nemcon-operate-"];
    for (path, bytes) in files(&locked).iter().chain(&files(&plain)) {
        let text = String::from_utf8_lossy(bytes);
        assert!(secrets.iter().all(|it| !text.contains(it)), "{}", path.display());
        assert!(path.file_name().unwrap() != "signed");
    }
    let council = net.testnet().council().to_string();
    let (to, bare) = (net.beside("restored"), net.beside("restored-bare"));
    let restored = |to: &Path, more: &[&Path]| {
        let words = [
            locked.as_os_str(),
            "--to".as_ref(),
            to.as_os_str(),
            "--council".as_ref(),
            council.as_ref(),
        ];
        nemcon("restore", words.into_iter().chain(more.iter().map(|it| it.as_os_str())))
    };
    restored(&to, &[]).refused(2, &["nobody is there to be asked"]);
    assert!(!to.exists());
    restored(&to, &["--passphrase-file".as_ref(), &passphrase]).done();
    restored(&bare, &["--without-keys".as_ref()]).done();
    for key in ["node.key", "seal.key"] {
        let own = fs::read(net.dir().join("members/BE").join(key)).unwrap();
        assert_eq!(fs::read(to.join(key)).unwrap(), own);
        assert!(!bare.join(key).exists());
    }
    // The backup is read as any ledger folder is.
    let listed = nemcon("measure list --ledger", [plain.join("ledger")]).done();
    assert_eq!(listed, net.of("BE", "measure list").done());
}

/// Takes a file's part away, or changes one of its bytes.
pub(super) fn spoil(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_backup_that_is_not_whole_is_refused_by_the_name_of_what_is_wrong() {
    let net = Net::up("--members 4");
    net.table("BE", &in_workspace(CONCLUSIONS));
    net.cast(1, "in-favour", &["BG"]);
    let sound = net.beside("sound");
    back_up(&net, "BE", &sound).done();
    with_council(&net, "backup verify", &sound).done();
    let segment = "ledger/journal/00000000000000000000.seg";
    let refused = |name: &str, spoiled: &dyn Fn(&Path), wants: &[&str]| {
        refused(&net, &sound, name, spoiled, wants);
    };
    refused(
        "short",
        &|it| spoil(&it.join(segment), |it| it.truncate(9_000)),
        &[segment, "it has 9000 bytes"],
    );
    refused(
        "altered",
        &|it| spoil(&it.join(segment), |it| it[9_000] ^= 1),
        &[segment, "was altered"],
    );
    refused(
        "config",
        &|it| spoil(&it.join("node.toml"), |it| it[0] = b'#'),
        &["node.toml", "was altered"],
    );
    refused(
        "missing",
        &|it| fs::remove_file(it.join(segment)).unwrap(),
        &[segment, "it is not there"],
    );
    refused(
        "stray",
        &|it| fs::write(it.join("ledger/signed"), "").unwrap(),
        &["ledger/signed", "does not name it"],
    );
    let other_size = |it: &Path| {
        spoil(&it.join("manifest.json"), |it| *it = said(it, "\"size\": 5", "\"size\": 6"));
    };
    refused("sums", &other_size, &["SHA256SUMS", "the sums"]);
    // Somebody who makes the sums anew still has no other ledger.
    let forged = |it: &Path| {
        other_size(it);
        sum_anew(it);
    };
    refused("forged", &forged, &["leads to block 2, 5 records", "6 records"]);
    let shortened = |it: &Path| {
        spoil(&it.join(segment), |it| it.truncate(it.len() - 7));
        state_anew(it, segment);
    };
    refused("torn", &shortened, &["never written whole"]);
    let damaged = |it: &Path| {
        spoil(&it.join(segment), |it| it[9_000] ^= 1);
        state_anew(it, segment);
    };
    refused("damaged", &damaged, &["is sound up to block", "damaged"]);

    no_backups(&net, &sound);
}

/// A copy that was spoiled is neither verified nor restored.
pub(super) fn refused(
    net: &Net,
    sound: &Path,
    name: &str,
    spoiled: &dyn Fn(&Path),
    wants: &[&str],
) {
    let copy = copy_of(net, sound, name);
    spoiled(&copy);
    with_council(net, "backup verify", &copy).refused(1, wants);
    let to = net.beside(&format!("{name}-restored"));
    restore(net, &copy, &to).refused(1, wants);
    assert!(!to.exists());
}

/// What is no backup, or another council's.
fn no_backups(net: &Net, sound: &Path) {
    let verify = |folder: &Path| with_council(net, "backup verify", folder);
    let other = "0".repeat(64);
    let words = [sound.as_os_str(), "--council".as_ref(), other.as_ref()];
    nemcon("backup verify", words).refused(1, &["is of council", &other]);
    nemcon("backup verify", [sound]).refused(2, &["--council DIGEST"]);
    for file in ["manifest.json", "SHA256SUMS"] {
        let copy = copy_of(net, sound, &format!("without-{file}"));
        fs::remove_file(copy.join(file)).unwrap();
        verify(&copy).refused(2, &["is no backup", file]);
    }
    verify(net.dir()).refused(2, &["is no backup", "no such file"]);
    let later = copy_of(net, sound, "later");
    spoil(&later.join("manifest.json"), |it| *it = said(it, "nemcon-backup/1", "nemcon-backup/2"));
    verify(&later).refused(2, &["nemcon-backup/2", "this release reads nemcon-backup/1"]);
    let away = copy_of(net, sound, "away");
    spoil(&away.join("manifest.json"), |it| *it = said(it, "\"genesis\"", "\"../genesis\""));
    verify(&away).refused(2, &["leads elsewhere"]);
}

pub(super) fn said(text: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = core::str::from_utf8(text).unwrap();
    assert!(text.contains(from), "{text}");
    text.replace(from, to).into_bytes()
}

/// Has the manifest state a file as it is now, and the sums the manifest.
pub(super) fn state_anew(folder: &Path, name: &str) {
    let bytes = fs::read(folder.join(name)).unwrap();
    let mut manifest = manifest(folder);
    let files = manifest["files"].as_array_mut().unwrap();
    let file = files.iter_mut().find(|it| it["path"] == name).unwrap();
    file["bytes"] = bytes.len().into();
    file["sha256"] = nemcon_crypto::hash::sha256(&bytes).to_string().into();
    fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
    sum_anew(folder);
}

pub(super) fn sum_anew(folder: &Path) {
    let files = manifest(folder)["files"].as_array().unwrap().clone();
    let names = files.iter().map(|it| it["path"].as_str().unwrap().to_owned());
    let sum = |name: String| {
        let bytes = fs::read(folder.join(&name)).unwrap();
        format!("{}  {name}\n", nemcon_crypto::hash::sha256(&bytes))
    };
    let sums: String = ["manifest.json".to_owned()].into_iter().chain(names).map(sum).collect();
    fs::write(folder.join("SHA256SUMS"), sums).unwrap();
}

/// `nemcon backup` under a limit of bytes a file, as on a disk that is full.
fn on_a_full_disk(net: &Net, out: &Path, before: &str) -> Run {
    let script = format!("{before} ulimit -f 8; exec \"$@\"");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script, "sh"]).arg(binary()).arg("backup").arg(out);
    run(shell.args(["--as", "BE", "--dir"]).arg(net.dir()))
}

#[test]
fn a_backup_appears_whole_or_not_at_all_and_never_in_place_of_something() {
    let net = Net::up("--members 4");
    let out = net.beside("backup");
    let beside = || fs::read_dir(net.beside("")).unwrap().count();
    let before = beside();
    on_a_full_disk(&net, &out, "trap '' XFSZ;").refused(2, &["File too large"]);
    assert_eq!(beside(), before, "nothing is left");
    // A process that is killed leaves a folder whose name says so, and which is no backup.
    assert_eq!(on_a_full_disk(&net, &out, "").status, None);
    assert!(!out.exists());
    let entries = fs::read_dir(net.beside("")).unwrap().map(|it| it.unwrap().path());
    let rest = entries.filter(|it| it.to_string_lossy().contains("backup.unfinished-"));
    let rest: Vec<_> = rest.collect();
    assert_eq!(rest.len(), 1);
    with_council(&net, "backup verify", &rest[0]).refused(2, &["is no backup"]);
    assert!(!net.dir().join("members/BE/ledger/last-backup").exists());

    let both = std::thread::scope(|scope| {
        let one = || scope.spawn(|| back_up(&net, "BE", &out).status);
        let both = [one(), one()];
        both.map(|it| it.join().unwrap())
    });
    assert!(both.contains(&Some(0)) && both.contains(&Some(2)), "{both:?}");
    with_council(&net, "backup verify", &out).done();
    back_up(&net, "BE", &out).refused(2, &["not an empty folder"]);
    let ledger = net.dir().join("members/BE/ledger");
    back_up(&net, "BE", &ledger.join("backup")).refused(2, &["the ledger’s own folder"]);
    let member = net.dir().join("members/BE");
    restore(&net, &out, &member).refused(2, &["not an empty folder"]);
    restore(&net, &out, &ledger).refused(2, &["not an empty folder"]);
    let nowhere = net.of("BE", "backup");
    assert_eq!(nowhere.status, Some(2));
    nowhere.says(&["<OUT>"]);
}
