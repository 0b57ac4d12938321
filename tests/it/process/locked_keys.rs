//! Ballots signed with keys that a passphrase locks, and a node whose keys are credentials.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use nemcon_tests::process::{Dialogue, Net, Terminal, command, in_workspace, nemcon, run};

const LISTING: &str = "examples/toolbox/2020-1127.toml";
const RIGHT: &str = "correct horse battery";

fn says(net: &Net, name: &str, text: &str) -> PathBuf {
    let path = net.beside(name);
    fs::write(&path, format!("{text}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path
}

/// A network of four with a measure, where a passphrase locks the key of BG's officer.
fn locked() -> Net {
    let net = Net::up("--members 4");
    assert_eq!(net.table("BE", &in_workspace(LISTING)), 1);
    let new = says(&net, "right", RIGHT);
    let line = format!("key passphrase --new-passphrase-file {}", new.display());
    nemcon(&line, [net.dir().join("members/BG/officer-desk.key")]).done();
    net
}

fn casts(net: &Net, answer: &str, secrets: &[&str]) -> Dialogue {
    let terminal = Terminal::open(100);
    let mut it = command("ballot cast 1 in-favour --as BG --dir");
    it.arg(net.dir()).stdout(terminal.stdio()).stderr(terminal.stdio());
    terminal.run_typing(&mut it, answer, secrets)
}

fn has_signed(net: &Net) -> bool {
    let measure = net.measure("BG", 1);
    measure.ballots.iter().any(|it| it.code.as_str() == "BG" && it.position.is_some())
}

#[test]
fn the_passphrase_is_asked_for_once_the_text_was_shown_and_agreed_to() {
    let net = locked();
    let said = casts(&net, "n", &[]);
    assert_eq!(said.status, Some(1), "{said:?}");
    assert!(!said.seen.contains("passphrase of"), "{said:?}");
    let said = casts(&net, "y", &["correct ho\u{3}"]);
    assert_eq!(said.status, Some(2), "{said:?}");
    assert!(said.seen.contains("nothing was signed or written") && said.echoes, "{said:?}");
    let said = casts(&net, "y", &["one wrong\n", "two wrong\n", "three wrong\n"]);
    assert_eq!(said.status, Some(2), "{said:?}");
    assert!(!has_signed(&net));

    let said = casts(&net, "y", &["mistyped\n", &format!("{RIGHT}\n")]);
    assert_eq!(said.status, Some(0), "{said:?}");
    let mut rest = said.seen.as_str();
    for wanted in [
        "BULGARIA signs: IN FAVOUR",
        "── what BULGARIA signs",
        "[y/N] ",
        "passphrase of ",
        "the passphrase is not right",
        "passphrase of ",
        "ordered in block",
    ] {
        rest = rest.split_once(wanted).unwrap_or_else(|| panic!("{wanted}: {}", said.seen)).1;
    }
    assert!(said.echoes && !said.seen.contains("horse"), "{said:?}");
    assert!(has_signed(&net));
}

#[test]
fn a_script_signs_with_a_locked_key_by_a_file_and_not_otherwise() {
    let net = locked();
    let cast = format!("ballot cast 1 in-favour {}", net.yes(1));
    let asked = net.of("BG", &cast);
    asked.refused(2, &["nobody is there to be asked for the passphrase", "--passphrase-file FILE"]);
    let (wrong, right) = (says(&net, "wrong", "incorrect horse"), net.beside("right"));
    let by = |file: &PathBuf| net.of("BG", &format!("{cast} --passphrase-file {}", file.display()));
    by(&wrong).refused(2, &["the passphrase is not right", "nothing was signed"]);
    fs::set_permissions(&right, fs::Permissions::from_mode(0o644)).unwrap();
    by(&right).refused(2, &["passphrase file", "others can read or write it (mode 0644)"]);
    fs::set_permissions(&right, fs::Permissions::from_mode(0o600)).unwrap();
    let twice = format!("{cast} --passphrase-file {0} --passphrase-file {0}", right.display());
    net.of("BG", &twice).refused(2, &["2 passphrase files for 1 locked keys"]);
    assert!(!has_signed(&net));
    let said = by(&right).done();
    assert!(said.contains("BULGARIA signs: IN FAVOUR"), "{said}");
    assert!(has_signed(&net));
}

#[test]
fn a_node_starts_with_credentials_and_says_what_is_wrong_with_them() {
    let net = Net::up("--members 4");
    net.kill("CZ");
    let member = net.dir().join("members/CZ");
    let handed = net.beside("credentials");
    fs::create_dir(&handed).unwrap();
    for (file, name) in [("node.key", "cz-node"), ("seal.key", "cz-seal")] {
        fs::rename(member.join(file), handed.join(name)).unwrap();
        fs::set_permissions(handed.join(name), fs::Permissions::from_mode(0o400)).unwrap();
    }
    let config = fs::read_to_string(member.join("node.toml")).unwrap();
    let config = config.replace("\"node.key\"", "\"credential:cz-node\"");
    let config = config.replace("\"seal.key\"", "[\"credential:cz-seal\"]");
    fs::write(member.join("node.toml"), config).unwrap();
    let node = || {
        let mut it = command("node run --config");
        it.arg(member.join("node.toml")).env_remove("CREDENTIALS_DIRECTORY");
        it
    };
    let wants = [
        "credential:cz-node: $CREDENTIALS_DIRECTORY names no folder",
        "LoadCredential=cz-node:FILE",
    ];
    run(&mut node()).refused(2, &wants);
    fs::set_permissions(handed.join("cz-seal"), fs::Permissions::from_mode(0o404)).unwrap();
    let said = run(node().env("CREDENTIALS_DIRECTORY", &handed));
    said.refused(2, &["cz-seal: others can read or write it (mode 0404)"]);
    fs::set_permissions(handed.join("cz-seal"), fs::Permissions::from_mode(0o400)).unwrap();

    let mut up = command("testnet up --dir");
    run(up.arg(net.dir()).env("CREDENTIALS_DIRECTORY", &handed)).done();
    // Of four, three decide: without BE, not without CZ.
    net.kill("BE");
    assert!(!net.status("CZ").following);
    net.await_height("CZ", "BG");
}
