//! Keys that come in from OpenSSL and OpenSSH, and go out to them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nemcon_tests::process::{nemcon, run};
use serde_json::Value;
use tempfile::TempDir;

const RIGHT: &str = "correct horse battery";

/// A folder with files of passphrases: `right`, and `new`.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        for (name, text) in [("right", RIGHT), ("new", "another long passphrase")] {
            let path = desk.at(name);
            fs::write(&path, format!("{text}\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        desk
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A program that must succeed, given these words; what it prints.
    fn program(&self, words: &[&str]) -> String {
        let mut it = Command::new(words[0]);
        it.args(&words[1..]).current_dir(self.0.path()).stdin(Stdio::null());
        let said = run(&mut it);
        assert_eq!(said.status, Some(0), "{said:?}");
        said.out
    }

    /// The options that open a file with `right` and lock the new one with `new`.
    fn both(&self) -> String {
        let (right, new) = (self.at("right"), self.at("new"));
        format!("--passphrase-file {} --new-passphrase-file {}", right.display(), new.display())
    }

    fn json(&self, line: &str, file: &str, out: &str) -> Value {
        let line = format!("key {line} --json");
        nemcon(&line, [self.at(file).as_path(), Path::new("--out"), &self.at(out)]).json()
    }
}

#[test]
fn a_key_goes_out_to_openssl_and_openssh_and_comes_back_as_the_same_key() {
    let desk = Desk::new();
    let line = format!("key new --role officer --passphrase-file {}", desk.at("right").display());
    nemcon(&format!("{line} --json --out"), [desk.at("a.key")]).done();
    let public = nemcon("key show --json", [desk.at("a.key")]).json()["public"].clone();
    for form in ["pkcs8", "openssh"] {
        let out = desk.json(&format!("export --form {form} {}", desk.both()), "a.key", form);
        assert_eq!((&out["public"], &out["locked"]), (&public, &Value::Bool(true)));
        let open =
            format!("key import --role officer --no-passphrase -o {}", desk.at("no").display());
        nemcon(&open, [desk.at(form)]).refused(2, &["to be asked for the passphrase of"]);
        assert_eq!(desk.at(form).metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let new = desk.at("new").display().to_string();
        let options =
            format!("--role recovery --passphrase-file {new} --new-passphrase-file {new}");
        let back = desk.json(&format!("import {options}"), form, &format!("{form}.key"));
        assert_eq!((&back["public"], &back["role"]), (&public, &"recovery".into()));
        assert_eq!(back["locked"], true);
    }
    let shown = ["openssl", "pkey", "-in", "pkcs8", "-passin", "file:new", "-noout", "-text_pub"];
    assert!(desk.program(&shown).starts_with("ED25519 Public-Key:"));
    let phrase = "another long passphrase";
    let shown = desk.program(&["ssh-keygen", "-y", "-P", phrase, "-f", "openssh"]);
    assert!(shown.starts_with("ssh-ed25519 ") && shown.trim_end().ends_with("nemcon officer"));
}

#[test]
fn what_openssl_and_openssh_have_made_becomes_a_key_file_that_is_locked() {
    let desk = Desk::new();
    let pass = format!("pass:{RIGHT}");
    desk.program(&[
        "openssl",
        "genpkey",
        "-algorithm",
        "ed25519",
        "-aes256",
        "-pass",
        &pass,
        "-out",
        "pem",
    ]);
    desk.program(&["ssh-keygen", "-q", "-t", "ed25519", "-N", RIGHT, "-f", "ssh"]);
    for from in ["pem", "ssh"] {
        let made = desk.json(
            &format!("import --role officer {}", desk.both()),
            from,
            &format!("{from}.key"),
        );
        assert_eq!((&made["role"], &made["iterations"]), (&"officer".into(), &1_000_000.into()));
        // A node's key has no passphrase, whatever locked it before.
        let line = format!("import --role node --passphrase-file {}", desk.at("right").display());
        let made = desk.json(&line, from, &format!("{from}-node.key"));
        assert_eq!(made["locked"], false);
    }
}

#[test]
fn what_does_not_come_in_is_refused_with_a_way_out_and_nothing_is_written() {
    let desk = Desk::new();
    let import = |file: &str, options: &str| {
        let file = desk.at(file);
        let out = desk.at("out.key");
        let said = nemcon(
            &format!("key import --role officer {options}"),
            [file.as_path(), Path::new("-o"), &out],
        );
        assert!(!out.exists());
        said
    };
    for (name, kind) in [("rsa", "rsa"), ("ecdsa", "ecdsa")] {
        desk.program(&["ssh-keygen", "-q", "-t", kind, "-N", RIGHT, "-f", name]);
        let wants = format!("its key is {}; Ed25519 is wanted", kind.to_uppercase());
        import(name, "--no-passphrase").refused(2, &[&wants, "ssh-keygen -t ed25519"]);
    }
    let gcm = [
        "ssh-keygen",
        "-q",
        "-t",
        "ed25519",
        "-Z",
        "aes256-gcm@openssh.com",
        "-N",
        RIGHT,
        "-f",
        "gcm",
    ];
    desk.program(&gcm);
    let wants = ["it is locked with aes256-gcm", "`ssh-keygen -p -Z aes256-ctr -a 64 -f FILE`"];
    import("gcm", "--no-passphrase").refused(2, &wants);
    let pass = format!("pass:{RIGHT}");
    desk.program(&["openssl", "genpkey", "-algorithm", "ed25519", "-out", "open"]);
    desk.program(&[
        "openssl", "pkcs8", "-topk8", "-in", "open", "-scrypt", "-passout", &pass, "-out", "scrypt",
    ]);
    fs::set_permissions(desk.at("scrypt"), fs::Permissions::from_mode(0o600)).unwrap();
    let wants = ["it is locked with scrypt", "openssl pkey -in FILE -out OPEN"];
    import("scrypt", "--no-passphrase").refused(2, &wants);
    import("open", "").refused(2, &["nobody is there to be asked", "--new-passphrase-file FILE"]);
    import("right", "").refused(2, &["it has no whole PEM block"]);
    let wrong = format!("--no-passphrase --passphrase-file {}", desk.at("new").display());
    desk.program(&["ssh-keygen", "-q", "-t", "ed25519", "-N", RIGHT, "-f", "ssh"]);
    import("ssh", &wrong).refused(2, &["the passphrase is not right"]);
    import("ssh", "--no-passphrase")
        .refused(2, &["nobody is there to be asked for the passphrase of"]);
    fs::set_permissions(desk.at("open"), fs::Permissions::from_mode(0o644)).unwrap();
    import("open", "--no-passphrase").refused(2, &["others can read or write it", "chmod 600"]);
}

#[test]
fn an_export_locks_what_it_writes_unless_the_contrary_is_said_and_overwrites_nothing() {
    let desk = Desk::new();
    nemcon("key new --role node --out", [desk.at("node.key")]).done();
    let export = |options: &str| {
        let (file, out) = (desk.at("node.key"), desk.at("out"));
        nemcon(&format!("key export {options}"), [file.as_path(), Path::new("-o"), &out])
    };
    export("")
        .refused(2, &["nobody is there to be asked for the new passphrase", "--no-passphrase"]);
    export("--form pgp").says(&["a form is one of pkcs8, openssh"]);
    assert!(!desk.at("out").exists());
    let said = export("--no-passphrase").done();
    assert!(said.contains("no passphrase: whoever reads the file has the key"), "{said}");
    let before = fs::read(desk.at("out")).unwrap();
    export("--no-passphrase").refused(2, &["a key is never overwritten"]);
    assert_eq!(fs::read(desk.at("out")).unwrap(), before);
    nemcon("key import --role seal", [desk.at("out").as_path(), Path::new("-o"), &desk.at("out")])
        .refused(2, &["a key is never overwritten"]);
    let own = [desk.at("node.key")];
    nemcon(&format!("key import --role seal -o {}", desk.at("b.key").display()), own)
        .refused(2, &["it is a key file already", "a key has one use"]);
}
