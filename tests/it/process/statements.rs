//! Statements that are signed where no node is: a recovery key in a vault, officers on machines of
//! their own.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use nemcon_client::keyfile::{KeyRole, load};
use nemcon_tests::process::{Net, Run, command, in_workspace, nemcon, run, yes_to};

const LISTING: &str = "examples/toolbox/2020-1127.toml";

/// Denmark: its recovery key lies in a vault, its new officers have a machine each, and none of these
/// places has a node.
struct Denmark {
    net: Net,
    vault: PathBuf,
}

impl Denmark {
    fn new() -> Self {
        let net = Net::up("--members 4");
        let vault = net.beside("vault");
        std::fs::create_dir(&vault).unwrap();
        let members = net.dir().join("members/DK");
        std::fs::rename(members.join("recovery.key"), vault.join("recovery.key")).unwrap();
        std::fs::copy(net.dir().join("genesis"), vault.join("genesis")).unwrap();
        for officer in ["a", "b", "c"] {
            nemcon("key new --no-passphrase --role officer --out", [vault.join(officer)]).done();
        }
        Self { net, vault }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.net.beside(name)
    }

    /// Writes a statement's text at a node that has none of the keys.
    fn prepare(&self, line: &str, to: &str) -> serde_json::Value {
        let mut command = command(&format!("{line} --json --as DK --dir"));
        run(command.arg(self.net.dir()).arg("--prepare").arg(self.at(to))).json()
    }

    /// Signs with a key of the vault, from files alone.
    fn sign(&self, from: &str, key: &str, to: &str, options: &[(&str, &str)]) -> Run {
        let council = self.net.testnet().council().to_string();
        let mut sign = command(&format!("statement sign {} --council", yes_to(&self.at(from))));
        sign.arg(council).arg(self.at(from)).arg("-o").arg(self.at(to));
        sign.arg("--genesis")
            .arg(self.vault.join("genesis"))
            .arg("--key")
            .arg(self.vault.join(key));
        for (option, file) in options {
            sign.arg(option).arg(self.at(file));
        }
        run(&mut sign)
    }

    /// Submits at the node of BE.
    fn submit(&self, files: &[&str]) -> Run {
        let mut submit = command("statement submit --as BE --dir");
        run(submit.arg(self.net.dir()).args(files.iter().map(|file| self.at(file))))
    }

    /// Two of three officers from now on, in the place of the founding one.
    fn officers(&self) -> PathBuf {
        let mut text = "signatures = 2\n".to_owned();
        for label in ["a", "b", "c"] {
            let key = public(&self.vault.join(label));
            writeln!(text, "[[officer]]\nlabel = \"{label}\"\nkey = \"{key}\"").unwrap();
        }
        std::fs::write(self.at("officers.toml"), text).unwrap();
        self.at("officers.toml")
    }

    fn seats(&self) {
        let list = self.net.of("BE", "member list --json").done();
        std::fs::write(self.at("seats"), list).unwrap();
    }
}

fn public(key: &Path) -> String {
    nemcon("key show --json", [key]).json()["public"].as_str().unwrap().to_owned()
}

#[test]
fn a_recovery_key_that_is_never_where_a_node_is_changes_officers_and_freezes() {
    let denmark = Denmark::new();
    let line = format!("key officers {}", denmark.officers().display());
    let said = denmark.prepare(&line, "keys");
    let signers = said["signers"].as_array().unwrap().iter();
    let names: Vec<_> = signers.flat_map(|it| it["names"].as_array().unwrap()).collect();
    assert_eq!(names, ["DK/recovery", "DK/a", "DK/b", "DK/c"]);
    denmark.submit(&["keys"]).refused(1, &["it is not complete: DK/recovery, DK/a, DK/b, DK/c"]);

    // Each where its key is, in any order; nobody twice, nobody else.
    let said = denmark.sign("keys", "b", "keys-b", &[]).done();
    assert!(said.contains("must sign still: DK/recovery, DK/a, DK/c"), "{said}");
    denmark.sign("keys-b", "b", "twice", &[]).refused(1, &["DK/b has signed this already"]);
    let founding = denmark.net.dir().join("members/DK/officer-desk.key");
    std::fs::copy(founding, denmark.vault.join("founding")).unwrap();
    denmark.sign("keys-b", "founding", "wrong", &[]).refused(1, &["does not sign this statement"]);
    denmark.sign("keys-b", "recovery.key", "keys-br", &[]).done();
    denmark
        .submit(&["keys-br"])
        .refused(1, &["it is not complete: DK/a, DK/c", "nothing was sent"]);

    // Another text under the same lines.
    let text = std::fs::read_to_string(denmark.at("keys-br")).unwrap();
    std::fs::write(denmark.at("tampered"), text.replace("threshold 2", "threshold 1")).unwrap();
    let wants = ["the text was changed after it was signed", "do not sign"];
    denmark.sign("tampered", "a", "no", &[]).refused(1, &wants);
    denmark.submit(&["tampered"]).refused(1, &wants[..1]);
    for never in ["twice", "wrong", "no"] {
        assert!(!denmark.at(never).exists(), "{never}");
    }

    denmark.sign("keys-br", "a", "keys-bra", &[]).done();
    let said = denmark.sign("keys-bra", "c", "complete", &[]).done();
    assert!(said.contains("all have signed"), "{said}");
    assert!(denmark.submit(&["complete"]).done().contains("ordered in block 1"));
    assert_eq!(denmark.net.json("BG", "member list")["members"][3]["signatures"], 2);

    denmark.seats();
    denmark.prepare("key freeze --reason Stolen", "freeze");
    denmark.sign("freeze", "recovery.key", "frozen", &[]).done();
    assert!(denmark.submit(&["frozen"]).done().contains("ordered in block 2"));
    assert!(denmark.net.of("CZ", "status").done().contains("FROZEN  DK"));
}

#[test]
fn a_signature_that_is_made_elsewhere_over_the_bytes_counts_as_one_that_is_made_here() {
    let denmark = Denmark::new();
    let line = format!("key officers {}", denmark.officers().display());
    denmark.prepare(&line, "keys");
    let known = |line: &str| {
        let mut it = command(&format!("statement {line} --council"));
        it.arg(denmark.net.testnet().council().to_string());
        it.arg("--genesis").arg(denmark.vault.join("genesis"));
        it
    };
    // Beside the bytes stands what they say; bytes and words never mix.
    let bytes = run(known("bytes").arg(denmark.at("keys")));
    let text = std::fs::read_to_string(denmark.at("keys")).unwrap();
    let said = bytes.err.clone();
    assert_eq!((bytes.status, &bytes.out), (Some(0), &text));
    for wanted in ["DENMARK signs", "text hash ", "must sign still: DK/recovery, DK/a", &text] {
        assert!(said.contains(wanted), "{wanted} in {said}");
    }
    let json = run(known("bytes --json").arg(denmark.at("keys"))).json();
    let digits = |byte: u8| format!("{byte:02x}");
    let hex: String = text.bytes().map(digits).collect();
    assert_eq!(json["hex"], hex);
    let made = run(known("bytes --hex").arg(denmark.at("keys")).arg("-o").arg(denmark.at("hex")));
    assert!(made.done().contains("DENMARK signs"));
    assert_eq!(std::fs::read_to_string(denmark.at("hex")).unwrap(), format!("{hex}\n"));

    let key = load(&denmark.vault.join("a"), KeyRole::Officer).unwrap();
    let signed = |name: &str, text: &str| {
        std::fs::write(denmark.at(name), key.sign(text.as_bytes()).as_bytes()).unwrap();
    };
    signed("right", &text);
    signed("wrong", &text.replace("threshold 2", "threshold 1"));
    signed("bare", text.trim_end());
    let attach = |signature: &str, officer: &str, to: &str| {
        let mut it = known(&format!("attach --officer {officer}"));
        it.arg("--signature").arg(denmark.at(signature));
        run(it.arg(denmark.at("keys")).arg("-o").arg(denmark.at(to)))
    };
    attach("wrong", "a", "no").refused(1, &["the signature is not by", "without a hash"]);
    attach("bare", "a", "no").refused(1, &["over the bytes without the last line end"]);
    attach("right", "b", "no").refused(1, &["and by", "DK/a, not by", "DK/b"]);
    attach("right", "z", "no").refused(1, &["no officer z of DK", "DK/recovery, DK/a, DK/b"]);
    attach("keys", "a", "no").refused(2, &["it is no Ed25519 signature"]);
    assert!(!denmark.at("no").exists());
    let said = attach("right", "a", "attached").done();
    for wanted in ["DENMARK signs", "signed elsewhere with", "must sign still: DK/recovery, DK/b"] {
        assert!(said.contains(wanted), "{wanted} in {said}");
    }
    denmark.sign("keys", "a", "here", &[]).done();
    let files = ["attached", "here"].map(|name| std::fs::read(denmark.at(name)).unwrap());
    assert_eq!(files[0], files[1]);
}

#[test]
fn two_of_three_officers_sign_on_two_machines() {
    let denmark = Denmark::new();
    assert_eq!(denmark.net.table("BE", &in_workspace(LISTING)), 1);
    let line = format!("key officers {}", denmark.officers().display());
    denmark.prepare(&line, "keys");
    for (from, key, to) in
        [("keys", "recovery.key", "1"), ("1", "a", "2"), ("2", "b", "3"), ("3", "c", "4")]
    {
        denmark.sign(from, key, to, &[]).done();
    }
    denmark.submit(&["4"]).done();
    denmark.seats();

    denmark.prepare("ballot cast 1 in-favour", "ballot");
    denmark.net.of("DK", &format!("measure record 1 -o {}", denmark.at("record").display())).done();
    let checked = [("--measure", "record"), ("--seats", "seats")];
    let unchecked = denmark.sign("ballot", "a", "a", &checked[1..]);
    unchecked.refused(1, &["measure 1 REV 1, whose record is not here", "nemcon measure record 1"]);
    denmark.sign("ballot", "a", "a", &checked[..1]).refused(1, &["does not sign", "--seats"]);
    let said = denmark.sign("ballot", "a", "a", &checked).done();
    assert!(said.contains("must sign still: 1 of DK/b DK/c"), "{said}");
    denmark.sign("ballot", "c", "c", &checked).done();
    denmark.sign("ballot", "b", "b", &checked).done();
    denmark.submit(&["a"]).refused(1, &["it is not complete: 1 of DK/b DK/c"]);
    denmark.submit(&["a", "4"]).refused(1, &["the files hold different texts"]);

    // All three have signed apart: two lines go in, in the order of the roster.
    let said = denmark.submit(&["c", "a", "b"]).done();
    assert!(said.contains("ordered in block"), "{said}");
    let measure = denmark.net.measure("BE", 1);
    assert_eq!(measure.missing.len(), 3);
    let leaf = measure.ballots[3].leaf.unwrap();
    let record = denmark.net.client("BE").records(leaf, 1).unwrap().records.remove(0);
    let lines: Vec<_> = record.lines().filter(|line| line.starts_with('\u{2014}')).collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].contains("/DK/a ") && lines[1].contains("/DK/b "), "{record}");

    let notice = denmark.prepare("member notice", "notice");
    assert_eq!(notice["signers"][0]["count"], 2);
    let wants = ["it is not about the `measure` ", "leave that `--measure`"];
    denmark.sign("notice", "a", "n", &checked).refused(1, &wants);
    denmark.sign("notice", "a", "n", &checked[1..]).done();
}

#[test]
fn nothing_is_signed_where_nobody_is_there_to_be_asked() {
    let net = Net::up("--members 4 --charter plain");
    let draft = in_workspace("examples/board/reserve-fund.toml");
    assert_eq!(net.table("CH", &draft), 1);
    let (draft, height) = (draft.display().to_string(), net.status("CH").height);
    for line in [
        &format!("measure table {draft}"),
        &format!("measure table {draft} {draft} --package"),
        &format!("measure revise 1 {draft}"),
        &format!("member admit {draft}"),
        "measure extend 1 --by 1d",
        "measure close 1",
        "measure withdraw 1",
        "measure attest 1 published",
        "measure remark 1 statement-for-the-minutes --says It-was-late.",
        "measure package 1 2",
        "ballot cast 1 in-favour",
        "ballot standing 1 in-favour",
        "mandate grant 1 --to DC",
        "mandate revoke 1",
        "reservation place 1 question",
        "reservation lift 1 question",
        &format!("incident report {draft}"),
        "incident attribute 1 --finding state --confidence high",
        "key freeze",
        &format!("key officers {draft}"),
        &format!("key rotate --seal-key {}", net.dir().join("members/CH/seal.key").display()),
        "member notice",
        "member enter",
    ] {
        if line.starts_with("member admit") {
            net.of("CH", line).refused(2, &["give the entrant under `[admits]`"]);
            continue;
        }
        net.of("CH", line).refused(2, &["nobody is there to be asked before signing", "--yes"]);
    }
    assert_eq!(net.status("CH").height, height);
}
