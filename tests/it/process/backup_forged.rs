//! Backups that somebody has changed on purpose, with sums made anew; and what must not change a backup.

use std::fs;
use std::path::Path;
use std::process::Command;

use nemcon_tests::process::{Net, binary, in_workspace, nemcon, run};
use serde_json::Value;

use super::backup::{
    CONCLUSIONS, back_up, copy_of, files, manifest, refused, restore, said, spoil, state_anew,
    sum_anew, with_council,
};

/// Has the manifest state a file that it does not name so far.
fn name_anew(folder: &Path, name: &str) {
    let mut stated = manifest(folder);
    let file = serde_json::json!({ "path": name, "bytes": 0, "sha256": "0".repeat(64) });
    stated["files"].as_array_mut().unwrap().push(file);
    fs::write(folder.join("manifest.json"), stated.to_string()).unwrap();
    state_anew(folder, name);
}

#[test]
fn whoever_writes_the_manifest_anew_brings_in_no_other_file_and_no_other_place() {
    let net = Net::up("--members 4");
    let sound = net.beside("sound");
    back_up(&net, "BE", &sound).done();
    let names = ["ledger/signed", "operate.token", "node.key", ".bashrc", "ledger/evidence/junk"];
    for (at, name) in names.into_iter().enumerate() {
        let brought = |it: &Path| {
            fs::create_dir_all(it.join("ledger/evidence")).unwrap();
            fs::write(it.join(name), "brought").unwrap();
            name_anew(it, name);
        };
        refused(&net, &sound, &format!("brought-{at}"), &brought, &[name, "no backup holds such"]);
    }
    for (from, to, setting) in [
        ("\"ledger\"", "\"/tmp/another\"", "`ledger`"),
        ("\"genesis\"", "\"/etc/passwd\"", "`genesis`"),
    ] {
        let changed = |it: &Path| {
            spoil(&it.join("node.toml"), |it| *it = said(it, from, to));
            state_anew(it, "node.toml");
        };
        refused(
            &net,
            &sound,
            setting.trim_matches('`'),
            &changed,
            &[setting, "does not name what lies"],
        );
    }
    let keys = |it: &Path| {
        spoil(&it.join("manifest.json"), |it| *it = said(it, "\"keys\": false", "\"keys\": true"));
        sum_anew(it);
    };
    refused(&net, &sound, "keys", &keys, &["about the keys"]);
    // What may differ is shown.
    let told = copy_of(&net, &sound, "told");
    spoil(&told.join("node.toml"), |it| {
        it.extend(
            b"\n[notify]\nexec = [\"/bin/tell\", \"a\"]\nwebhook = \"https://evil.example/\"\n",
        );
    });
    state_anew(&told, "node.toml");
    let shown = with_council(&net, "backup verify", &told).done();
    for line in
        ["comes unchecked", "notify exec = [\"/bin/tell\"", "https://evil.example/", "http = 127."]
    {
        assert!(shown.contains(line), "{shown}");
    }
}

#[test]
fn a_backup_stays_as_it_is_when_it_is_read_backed_up_or_restored() {
    let net = Net::up("--members 4");
    let first = net.beside("first");
    back_up(&net, "BE", &first).done();
    let before = files(&first);
    let config = first.join("node.toml");
    for (at, place) in [("--config", &config), ("--ledger", &first.join("ledger"))] {
        let out = net.beside(&format!("again{at}"));
        nemcon("backup", [out.as_os_str(), at.as_ref(), place.as_os_str()]).done();
        assert_eq!(files(&first), before, "{at}");
    }
    let inside = first.join("inside");
    restore(&net, &first, &inside).refused(2, &["lies in the backup’s own folder"]);
    restore(&net, &first, &first.join("a/b")).refused(2, &["lies in the backup’s own folder"]);
    nemcon("backup", [inside.as_os_str(), "--config".as_ref(), config.as_os_str()])
        .refused(2, &["lies in the backup that would be backed up"]);
    assert_eq!(files(&first), before);
    // A node that has run there may have left it.
    fs::write(first.join("ledger/last-backup"), "{}\n").unwrap();
    with_council(&net, "backup verify", &first).done();
    let to = net.beside("restored");
    restore(&net, &first, &to).done();
    assert!(!to.join("ledger/last-backup").exists());

    let ledger = first.join("ledger");
    nemcon("log follow --ledger", [&ledger]).refused(2, &["tells nothing that changes"]);
    let out = net.beside("export");
    nemcon("log export", [out.as_os_str(), "--ledger".as_ref(), ledger.as_os_str()])
        .refused(2, &["node.key", "the node key signs"]);
    let status: Value =
        serde_json::from_str(&nemcon("status --json --ledger", [&ledger]).done()).unwrap();
    assert!(status["members"].as_array().unwrap().iter().all(|it| it["connected"].is_null()));
    let printed = nemcon("status --ledger", [&ledger]).done();
    assert!(printed.contains("nothing is known of connections"), "{printed}");
}

#[test]
fn a_restore_onto_a_full_disk_blames_the_disk_and_not_the_backup() {
    let net = Net::up("--members 4");
    net.table("BE", &in_workspace(CONCLUSIONS));
    let (out, to) = (net.beside("backup"), net.beside("restored"));
    back_up(&net, "BE", &out).done();
    let mut shell = Command::new("sh");
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$@\"";
    shell.args(["-c", script, "sh"]).arg(binary()).arg("restore").arg(&out).arg("--to").arg(&to);
    let full = run(shell.arg("--council").arg(net.testnet().council().to_string()));
    full.refused(2, &["/restored/", "File too large", "room"]);
    assert!(!to.exists());
}
