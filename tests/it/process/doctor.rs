//! `nemcon doctor`: what it finds of a node that is well, of one that is off, and of each thing that can be wrong.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use nemcon_tests::process::{Net, command, in_workspace, nemcon, run, wait_for, with_files};
use serde_json::Value;

const LISTING: &str = "examples/toolbox/2020-1127.toml";

/// What the doctor of a member's node finds; its exit status must say whether something is wrong.
#[track_caller]
fn examined(net: &Net, code: &str) -> Value {
    let run = net.of(code, "doctor --json");
    let found: Value = serde_json::from_str(&run.out).expect("`--json` prints JSON");
    let is_wrong = found["wrong"].as_u64().unwrap() > 0;
    assert_eq!((run.status, &*run.err), (Some(i32::from(is_wrong)), ""), "{run:#?}");
    found
}

/// The findings of one part, each with its verdict, its words and its next step.
fn of_part(found: &Value, check: &str) -> Vec<(String, String, String)> {
    let words = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let findings = found["findings"].as_array().unwrap().iter().filter(|it| it["check"] == check);
    findings.map(|it| (words(&it["verdict"]), words(&it["says"]), words(&it["next"]))).collect()
}

/// The one finding of a part.
#[track_caller]
fn the(found: &Value, check: &str) -> (String, String, String) {
    let all = of_part(found, check);
    assert_eq!(all.len(), 1, "{check}: {found:#}");
    all.into_iter().next().unwrap()
}

fn config_of(net: &Net, code: &str) -> PathBuf {
    net.dir().join("members").join(code).join("node.toml")
}

fn rewrite(path: &Path, pairs: &[(&str, &str)]) {
    let text = std::fs::read_to_string(path).unwrap();
    let mut text = pairs.iter().enumerate().fold(text, |text, (at, (from, _))| {
        assert!(text.contains(from), "{text}");
        text.replace(from, &format!("\u{1}{at}\u{1}"))
    });
    for (at, (_, to)) in pairs.iter().enumerate() {
        text = text.replace(&format!("\u{1}{at}\u{1}"), to);
    }
    std::fs::write(path, text).unwrap();
}

/// Every file below a folder with its bytes, but for what a running node writes.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            all.extend(files(&entry.path()));
        } else {
            all.push((entry.path(), std::fs::read(entry.path()).unwrap()));
        }
    }
    all.sort();
    all
}

#[test]
fn a_node_that_is_well_is_found_well_and_one_that_is_off_is_examined_all_the_same() {
    let net = Net::up("--members 4");
    net.table("BE", &in_workspace(LISTING));
    net.await_height("DK", "BE");
    let found = examined(&net, "DK");
    assert_eq!((&found["running"], &found["wrong"]), (&true.into(), &0.into()), "{found:#}");
    for check in ["node-key", "seal-key", "signed", "index", "seat", "rules", "mesh", "own-key"] {
        assert_eq!(the(&found, check).0, "ok", "{check}: {found:#}");
    }
    let peers = of_part(&found, "peer");
    assert!(peers.len() == 3 && peers.iter().all(|it| it.1.starts_with("connected for ")));
    assert_eq!(the(&found, "backup").0, "warning");
    assert!(the(&found, "clock").1.starts_with("right to a second, by 3 other nodes"));
    let said = net.of("DK", "doctor").done();
    assert!(said.starts_with("node of DK, council ") && said.contains(": it runs\n"), "{said}");

    // The examination is taken for no second node with the member's key.
    let seen = net.status("BE");
    assert!(seen.conditions.is_empty(), "{:?}", seen.conditions);

    net.kill("DK");
    let folder = config_of(&net, "DK").parent().unwrap().to_owned();
    let before = files(&folder);
    let found = examined(&net, "DK");
    assert_eq!((&found["running"], &found["wrong"]), (&false.into(), &0.into()), "{found:#}");
    assert!(the(&found, "running").1.starts_with("the node does not run"));
    assert!(the(&found, "ledger").1.contains("block 1, "), "{found:#}");
    assert_eq!(
        (the(&found, "own-key").0, the(&found, "clock").0),
        ("untold".into(), "untold".into())
    );
    let peers = of_part(&found, "peer");
    assert!(peers.iter().all(|it| it.1.contains("answers, with the key that the roster lists")));
    assert!(before == files(&folder), "the examination has changed a file");

    let backup = folder.join("ledger/last-backup");
    let now = nemcon_client::clock::now().unwrap();
    std::fs::write(&backup, format!("{{\"time\": \"{now}\", \"size\": 7}}\n")).unwrap();
    assert_eq!(the(&examined(&net, "DK"), "backup").0, "ok");
    std::fs::write(&backup, "{\"time\": \"2020-01-01T00:00:00Z\", \"size\": 7}\n").unwrap();
    let (verdict, says, _) = the(&examined(&net, "DK"), "backup");
    assert!(verdict == "warning" && says.contains(" old and has 7 records"), "{says}");
}

#[test]
fn each_thing_that_is_wrong_with_a_node_that_is_off_is_named_with_what_to_do() {
    let net = Net::up("--members 4");
    let (config, listen) = (config_of(&net, "DK"), net.member("DK").listen);
    let at = |code: &str| net.member(code).listen.to_string();
    let (be, bg, cz) = (at("BE"), at("BG"), at("CZ"));
    net.kill("DK");
    net.kill("CZ");

    // CZ is off, and of BE and BG each is looked for where the other one is.
    rewrite(&config, &[(&be, &bg), (&bg, &be)]);
    let found = examined(&net, "DK");
    let of = |code: &str| {
        let all = found["findings"].as_array().unwrap();
        all.iter().find(|it| it["check"] == "peer" && it["about"] == code).unwrap()
    };
    for (code, at) in [("BE", &bg), ("BG", &be)] {
        let says = of(code)["says"].as_str().unwrap();
        assert_eq!(of(code)["verdict"], "wrong", "{found:#}");
        assert!(says.starts_with(&format!("at {at} a node with another key answers: ")), "{says}");
    }
    assert_eq!(of("CZ")["verdict"], "warning", "{found:#}");
    let nobody = format!("at {cz} nobody takes the connection: connection refused");
    assert_eq!(of("CZ")["says"], nobody.as_str());
    rewrite(&config, &[(&be, &bg), (&bg, &be)]);

    // No name below `invalid` ever has an address [RFC 6761].
    rewrite(&config, &[(&cz, "node.invalid:7001")]);
    let found = examined(&net, "DK");
    assert!(
        of_part(&found, "peer").iter().any(|it| {
            it.0 == "wrong" && it.1 == "the name in node.invalid:7001 has no address"
        })
    );
    rewrite(&config, &[("node.invalid:7001", &cz)]);

    let holder = TcpListener::bind(listen).unwrap();
    let (verdict, says, advice) = the(&examined(&net, "DK"), "listen");
    assert!(verdict == "wrong" && says.contains("cannot be taken"), "{says}");
    assert!(advice.starts_with("another program listens there"), "{advice}");
    drop(holder);

    let key = config.with_file_name("node.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (verdict, says, advice) = the(&examined(&net, "DK"), "node-key");
    assert!(verdict == "wrong" && says.contains("mode 0644") && advice.contains("chmod 600"));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    let secret = std::fs::read_to_string(&key).unwrap();
    let secret = secret.lines().max_by_key(|line| line.len()).unwrap().to_owned();
    std::fs::copy(config.parent().unwrap().with_file_name("BE").join("node.key"), &key).unwrap();
    let (verdict, says, _) = the(&examined(&net, "DK"), "node-key");
    assert!(verdict == "wrong" && says.contains("not the key that the roster lists"), "{says}");
    assert!(!net.of("DK", "doctor").out.contains(&secret));

    let signed = config.with_file_name("ledger").join("signed");
    std::fs::rename(&signed, net.beside("signed")).unwrap();
    assert_eq!(the(&examined(&net, "DK"), "signed").0, "wrong");
}

#[test]
fn too_low_a_limit_of_open_files_is_named_before_the_node_starts() {
    let net = Net::up("--members 4");
    net.kill("DK");
    let mut few = with_files(64);
    let found = run(few.args(["doctor", "--json", "--config"]).arg(config_of(&net, "DK")));
    let found: Value = serde_json::from_str(&found.out).unwrap();
    let (verdict, says, advice) = the(&found, "files");
    assert!(verdict == "wrong" && says.contains("may have 64 files open"), "{says}");
    assert!(advice.contains("LimitNOFILE="), "{advice}");
}

#[test]
fn a_configuration_that_cannot_be_read_is_wrong_and_an_address_is_none() {
    let found = nemcon("doctor --config", ["/nowhere/node.toml"]);
    assert_eq!(found.status, Some(1), "{found:#?}");
    assert!(found.out.contains("WRONG    config     /nowhere/node.toml"), "{found:#?}");
    let by_address = run(&mut command("doctor --node http://127.0.0.1:1"));
    by_address.refused(2, &["a node is examined on its own machine"]);
}

#[test]
fn another_program_on_the_nodes_interface_is_named() {
    let net = Net::up("--members 4");
    let http = net.member("DK").http;
    net.kill("DK");
    let holder = wait_for("the port to be free", || TcpListener::bind(http).ok());
    let (said, answering) = std::sync::mpsc::channel::<()>();
    let other = std::thread::spawn(move || {
        for stream in holder.incoming().map(Result::unwrap) {
            if answering.try_recv().is_ok() {
                break;
            }
            let mut head = [0; 1024];
            let _ = (&stream).read(&mut head);
            let _ = (&stream).write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi");
        }
    });
    let (verdict, says, _) = the(&examined(&net, "DK"), "running");
    assert_eq!(verdict, "wrong");
    assert!(says.contains("somebody listens"), "{says}");
    let _ = said.send(());
    drop(std::net::TcpStream::connect(http));
    other.join().unwrap();
}
