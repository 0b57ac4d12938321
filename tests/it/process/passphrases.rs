//! Keys that a passphrase locks, at a terminal and in scripts, without a node.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use nemcon_tests::process::{Dialogue, Terminal, command, nemcon};
use tempfile::TempDir;

const RIGHT: &str = "correct horse battery";

struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A file with a passphrase.
    fn says(&self, name: &str, text: &str) -> PathBuf {
        let path = self.at(name);
        fs::write(&path, format!("{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    /// A locked officer's key.
    fn locked(&self) -> PathBuf {
        let (key, pass) = (self.at("officer.key"), self.says("right", RIGHT));
        let line = format!("key new --role officer --passphrase-file {} --out", pass.display());
        nemcon(&line, [&key]).done();
        key
    }
}

fn typing(line: &str, key: &Path, secrets: &[&str]) -> Dialogue {
    let terminal = Terminal::open(80);
    let mut command = command(line);
    command.arg(key).stdout(terminal.stdio()).stderr(terminal.stdio());
    terminal.run_typing(&mut command, "y", secrets)
}

#[test]
fn a_new_key_asks_twice_and_shows_nothing_of_the_passphrase() {
    let desk = Desk::new();
    let key = desk.at("a.key");
    let line = format!("{RIGHT}\n");
    let made = typing("key new --role officer --out", &key, &[&line, &line]);
    assert_eq!(made.status, Some(0), "{made:?}");
    assert!(!made.seen.contains("horse") && made.echoes, "{made:?}");
    assert!(
        made.seen.contains("locked by a passphrase, which is hashed 1000000 times"),
        "{made:?}"
    );
    assert!(fs::read_to_string(&key).unwrap().starts_with("role officer\npublic "));
    let other = desk.at("b.key");
    for (secrets, says) in [
        (&[line.as_str(), "correct horse batterx\n"][..], "the two passphrases differ"),
        (&["short\n"], "a new passphrase has at least 12 characters"),
        (&["\n"], "the passphrase is empty"),
        (&["correct ho\u{3}"], "it was broken off"),
        (&[line.as_str(), "\u{3}"], "it was broken off"),
        // Neither Ctrl-Z nor Ctrl-\ leaves a terminal behind that shows nothing.
        (&["correct\u{1a}\n"], "a passphrase is one line of UTF-8 without control characters"),
        (&["correct\u{1c}\n"], "a passphrase is one line of UTF-8 without control characters"),
    ] {
        let refused = typing("key new --role officer --out", &other, secrets);
        assert_eq!(refused.status, Some(2), "{refused:?}");
        assert!(refused.echoes, "{refused:?}");
        assert!(refused.seen.contains(says), "{refused:?}");
        assert!(!other.exists());
    }
}

#[test]
fn without_a_terminal_a_script_says_plainly_what_locks_the_key() {
    let desk = Desk::new();
    let key = desk.at("a.key");
    let wants = ["nobody is there to be asked", "--passphrase-file FILE", "--no-passphrase"];
    nemcon("key new --role officer --out", [&key]).refused(2, &wants);
    let said = nemcon("key new --role recovery --json --out", [&key]);
    assert!(said.status == Some(2) && wants.iter().all(|it| said.out.contains(it)), "{said:?}");
    let open = desk.says("open", RIGHT);
    fs::set_permissions(&open, fs::Permissions::from_mode(0o640)).unwrap();
    let with =
        |role: &str| format!("key new --role {role} --passphrase-file {} --out", open.display());
    nemcon(&with("officer"), [&key]).refused(2, &["passphrase file", "others can read or write"]);
    fs::set_permissions(&open, fs::Permissions::from_mode(0o600)).unwrap();
    nemcon(&with("node"), [&key]).refused(2, &["a node key has no passphrase"]);
    assert!(!key.exists());
    nemcon("key new --role node --out", [&key]).done();
    assert!(fs::read_to_string(&key).unwrap().contains("-----BEGIN PRIVATE KEY-----"));
}

#[test]
fn a_passphrase_is_changed_and_taken_away_by_whoever_knows_it() {
    let desk = Desk::new();
    let key = desk.locked();
    let before = fs::read(&key).unwrap();
    let (wrong, new) =
        (desk.says("wrong", "incorrect horse battery"), desk.says("new", "another long one"));
    let change = |old: &Path, rest: &str| {
        format!("key passphrase --passphrase-file {} {rest}", old.display())
    };
    let to_new = format!("--new-passphrase-file {}", new.display());
    let says = ["the passphrase is not right, or the file is damaged"];
    nemcon(&change(&wrong, &to_new), [&key]).refused(2, &says);
    nemcon("key passphrase --no-passphrase", [&key]).refused(2, &["nobody is there to be asked"]);
    assert_eq!(fs::read(&key).unwrap(), before);
    nemcon(&change(&desk.at("right"), &to_new), [&key]).done();
    assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    nemcon(&change(&desk.at("right"), "--no-passphrase"), [&key]).refused(2, &says);
    let said =
        typing("key passphrase --no-passphrase", &key, &["mistyped\n", "another long one\n"]);
    assert_eq!(said.status, Some(0), "{said:?}");
    assert!(said.seen.contains("not right") && !said.seen.contains("another"), "{said:?}");
    let shown = nemcon("key show", [&key]).done();
    assert!(shown.contains("no passphrase: whoever reads the file has the key"), "{shown}");
}

#[test]
fn three_wrong_passphrases_end_the_command_and_change_nothing() {
    let desk = Desk::new();
    let key = desk.locked();
    let before = fs::read(&key).unwrap();
    let said = typing("key passphrase --no-passphrase", &key, &["one\n", "two\n", "three\n"]);
    assert_eq!(said.status, Some(2), "{said:?}");
    assert_eq!(said.seen.matches("the passphrase is not right").count(), 3, "{said:?}");
    assert!(said.echoes && fs::read(&key).unwrap() == before, "{said:?}");
}

#[test]
fn a_key_file_that_is_none_is_refused_with_a_way_out() {
    let desk = Desk::new();
    let show = |text: &str| {
        let key = desk.says("other.key", text.trim_end());
        nemcon("key show", [&key])
    };
    let former = "nemcon/v1 key\nrole officer\npublic A\nsecret A\n";
    show(former).refused(2, &["it has the former form `nemcon/v1 key`", "nemcon key new"]);
    let open = "-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----\n";
    show(open).refused(2, &["it is a key of another program", "nemcon key import FILE"]);
    show("").refused(2, &["it wants the lines `role` and `public`", "from its backup"]);
    let key = desk.locked();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    nemcon("key show", [&key])
        .refused(2, &["others can read or write it (mode 0644)", "chmod 600"]);
    let again = format!("key new --role officer --passphrase-file {}", desk.at("right").display());
    nemcon(&format!("{again} --out"), [&key]).refused(2, &["a key is never overwritten"]);
}
