//! A genesis on its way between founders: who has signed how far, copies that were signed apart, links.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use nemcon_tests::process::{Run, in_workspace, nemcon};
use tempfile::TempDir;

/// Three founders, the first of which needs two of its three officers, and their unsigned genesis.
struct Founders(TempDir);

impl Founders {
    fn new() -> Self {
        let founders = Self(tempfile::tempdir().unwrap());
        founders.keys("AA", "--officer minister --officer deputy --officer envoy --signatures 2");
        founders.keys("BB", "");
        founders.keys("CC", "");
        founders.keys("SG", "--participant secretary");
        let charter = fs::read_to_string(in_workspace("charters/plain.toml")).unwrap();
        fs::write(founders.at("charter.toml"), charter).unwrap();
        let plan = "origin = \"board.example/hand\"\ncharter = \"charter.toml\"\n";
        fs::write(founders.at("plan.toml"), plan).unwrap();
        founders.assemble(&["AA", "BB", "CC", "SG"], "genesis").done();
        founders
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn keys(&self, code: &str, options: &str) {
        nemcon(&format!("key new --no-passphrase --as {code} {options} --all"), [self.at(code)])
            .done();
    }

    /// Assembles the plan with these parties' files.
    fn assemble(&self, parties: &[&str], out: &str) -> Run {
        let files = parties.iter().map(|code| self.at(code).join(format!("{code}.toml")));
        let words = std::iter::once(self.at("plan.toml")).chain(files);
        nemcon("genesis assemble", words.chain(["--out".into(), self.at(out)]))
    }

    fn sign(&self, file: &str, code: &str, officer: &str) -> Run {
        let key = self.at(code).join(format!("officer-{officer}.key"));
        let words = [self.at(file), "--key".into(), key];
        let shown = nemcon("genesis show --json", [self.at(file)]).json();
        let council = shown["council"].as_str().unwrap();
        nemcon(&format!("genesis sign --yes --as {code} --council {council}"), words)
    }

    fn copy(&self, name: &str) {
        fs::copy(self.at("genesis"), self.at(name)).unwrap();
    }

    fn merge(&self, copies: &[&str], out: &str) -> Run {
        let copies = copies.iter().map(|name| self.at(name));
        nemcon("genesis merge", copies.chain(["--out".into(), self.at(out)]))
    }

    fn verify(&self, name: &str) -> Run {
        nemcon("genesis verify", [self.at(name)])
    }
}

#[test]
fn copies_that_were_signed_apart_are_merged_and_found_the_council() {
    let founders = Founders::new();
    for (copy, code, officer) in
        [("a", "AA", "envoy"), ("b", "AA", "minister"), ("c", "BB", "desk"), ("d", "CC", "desk")]
    {
        founders.copy(copy);
        founders.sign(copy, code, officer).done();
    }
    let said = founders.merge(&["d", "genesis", "a", "c"], "three").done();
    assert!(said.contains("d: 1 signature, 1 of them new\n"), "{said}");
    assert!(said.contains("genesis: 0 signatures, 0 of them new\n"), "{said}");
    assert!(
        said.contains("signed by 2 of 3 members; still to sign:\n  AA: 1 of 2 officers"),
        "{said}"
    );
    founders.verify("three").refused(1, &["not founded yet", "AA: 1 of 2 officers"]);
    let shown = nemcon("genesis show", [founders.at("three")]).done();
    assert!(shown.contains("\n  AA: 1 of 2 officers"), "{shown}");

    let said = founders.merge(&["three", "b", "a"], "all").done();
    assert!(said.contains("every founding member has signed"), "{said}");
    founders.verify("all").done();
    founders.merge(&["b", "d", "c", "a"], "other-way").done();
    let bytes = |name: &str| fs::read(founders.at(name)).unwrap();
    assert_eq!(bytes("all"), bytes("other-way"), "the order of the copies makes no difference");
}

#[test]
fn what_is_no_copy_of_one_text_is_not_merged() {
    let founders = Founders::new();
    founders.copy("a");
    founders.sign("a", "BB", "desk").done();
    founders.assemble(&["AA", "CC", "BB"], "other").done();
    let refused = founders.merge(&["a", "other"], "out");
    refused.refused(1, &["other: it founds the council", "line", "nothing was written"]);

    let text = fs::read_to_string(founders.at("a")).unwrap();
    let at = text.find("member CC").unwrap();
    let forged = format!("{}member DD{}", &text[..at], &text[at + 9..]);
    fs::write(founders.at("forged"), forged).unwrap();
    founders.merge(&["genesis", "forged"], "out").refused(1, &["forged: "]);
    let wrong = text.replace(&text[text.len() - 12..text.len() - 8], "AAAA");
    fs::write(founders.at("wrong"), wrong).unwrap();
    founders.merge(&["genesis", "wrong"], "out").refused(1, &["wrong: signature line 1"]);
    founders.merge(&["genesis", "nothing"], "out").refused(2, &["no such file"]);
    assert!(!founders.at("out").exists());
    founders.merge(&["genesis", "a"], "a").refused(2, &["exists already"]);
    assert_eq!(fs::read_to_string(founders.at("a")).unwrap(), text);
}

#[test]
fn a_genesis_that_is_signed_through_a_link_is_signed_where_it_is() {
    let founders = Founders::new();
    let shared = founders.at("shared");
    fs::create_dir(&shared).unwrap();
    fs::rename(founders.at("genesis"), shared.join("genesis")).unwrap();
    fs::set_permissions(shared.join("genesis"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink(Path::new("shared/genesis"), founders.at("genesis")).unwrap();
    founders.sign("genesis", "BB", "desk").done();
    let link = fs::symlink_metadata(founders.at("genesis")).unwrap();
    assert!(link.is_symlink(), "the link stays one");
    let signed = fs::read_to_string(shared.join("genesis")).unwrap();
    assert!(signed.contains("— board.example/hand/BB/desk "), "{signed}");
    let mode = fs::metadata(shared.join("genesis")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640, "who may read it stays as it was");
}

#[test]
fn no_more_officers_sign_than_must() {
    let founders = Founders::new();
    let said = founders.sign("genesis", "AA", "envoy").done();
    assert!(said.contains("\n  AA: 1 of 2 officers\n  BB: 0 of 1 officer"), "{said}");
    founders.sign("genesis", "AA", "deputy").done();
    let third = founders.sign("genesis", "AA", "minister");
    third.refused(1, &["AA: 2 of 2 officers have signed"]);
}

#[test]
fn what_members_weigh_is_said_as_a_share_of_the_total() {
    let founders = Founders::new();
    let wants = "seats: 3 members weigh 3 of the total of 7, 42.8 %";
    let said = nemcon("genesis show", [founders.at("genesis")]).done();
    assert!(said.contains(wants) && said.contains("write `total = 3`"), "{said}");
    let said = founders.assemble(&["AA", "BB", "CC"], "without").done();
    assert!(said.contains(wants), "{said}");
    assert!(said.contains("roles of the charter that nobody holds: secretary"), "{said}");
    let checked = nemcon("genesis show --json", [founders.at("genesis")]).json();
    assert_eq!((&checked["weights"]["sum"], &checked["weights"]["total"]), (&3.into(), &7.into()));
}

#[test]
fn keys_that_belong_together_are_made_together_and_never_over_others() {
    let founders = Founders::new();
    let folder = founders.at("AA");
    let names = || {
        let entries = fs::read_dir(&folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let wanted = [
        "AA.toml",
        "node.key",
        "officer-deputy.key",
        "officer-envoy.key",
        "officer-minister.key",
        "recovery.key",
        "seal.key",
    ];
    assert_eq!(names(), wanted);
    let before = fs::read(folder.join("node.key")).unwrap();
    nemcon("key new --as AA --all", [&folder]).refused(2, &["not an empty folder"]);
    assert_eq!(fs::read(folder.join("node.key")).unwrap(), before);
    let new = founders.at("new");
    for (options, says) in [
        ("key new --all", "all keys of which party?"),
        ("key new --no-passphrase --as DD --signatures 2 --all", "2 of 1 officers cannot sign"),
        (
            "key new --no-passphrase --as DD --officer desk --officer desk --all",
            "desk stands twice",
        ),
        (
            "key new --no-passphrase --as DD --officer recovery --all",
            "recovery stands twice or is reserved",
        ),
    ] {
        nemcon(options, [&new]).refused(2, &[says]);
        assert!(!new.exists());
    }
}
