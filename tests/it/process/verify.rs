//! `nemcon verify` and `nemcon audit` on files that others hand over; no node runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use nemcon_crypto::cosignature::{cosign, cosigned_message};
use nemcon_crypto::{Checkpoint, Digest, hash};
use nemcon_ledger::record::{Boundary, Genesis, Succession};
use nemcon_replica::evidence::{Evidence, Proof, Signed};
use nemcon_tests::export::{export, export_at};
use nemcon_tests::fixture::{self, Ledger, code, council_of_equals, secret};
use nemcon_tests::process::{Run, nemcon};
use serde_json::json;
use tempfile::TempDir;

/// A folder with a council's genesis, its export, and evidence about it.
struct Desk {
    folder: TempDir,
    ledger: Ledger,
}

impl Desk {
    /// M2 changes its seal key in block 2; M1 tables a measure before and one after.
    fn new() -> Self {
        let mut ledger = Ledger::found(council_of_equals(4));
        ledger.table(ledger.parties.measure("M1", "Before"));
        let rotation = ledger.rotation("M2", None, Some("M2/seal-2"));
        ledger.run(&[ledger.sign_as(&rotation, &["M2/desk-1", "M2/seal-2"])]);
        ledger.table(ledger.parties.measure("M1", "After"));
        let desk = Self { folder: tempfile::tempdir().unwrap(), ledger };
        fs::write(desk.at("genesis"), desk.ledger.parties.founding_note().render()).unwrap();
        desk
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn council(&self) -> Digest {
        self.ledger.council().digest()
    }

    fn export(&self) -> PathBuf {
        let out = self.at("export");
        let size = usize::try_from(self.ledger.chain.size().0).unwrap();
        let files = export_at(&self.ledger, size, self.ledger.chain.sealing_roster());
        files.write(&out).unwrap();
        out
    }

    /// Two tree heads of `size` under a key: what a thief of it can write at any time.
    fn two_seals(&self, key: &str, size: u64) -> PathBuf {
        let origin = self.ledger.council().log_origin();
        let seal = |leaf: &[u8]| {
            let root = hash::sha256(leaf);
            let head = Checkpoint::new(&origin, nemcon_crypto::TreeSize(size), root).unwrap();
            let message = format!("cosignature/v1\ntime 5\n{}", head.render()).into_bytes();
            Signed { signature: secret(key).sign(&message), message }
        };
        let proof = Proof::DoubleSeal(seal(b"one"), seal(b"other"));
        let evidence = Evidence { council: self.council(), member: code("M2"), proof };
        let path = self.at("evidence");
        fs::write(&path, evidence.render()).unwrap();
        path
    }

    /// M1's true seal of this ledger, and another head of its size that `liars` have sealed.
    fn framed(&self, liars: &[&str]) -> PathBuf {
        let origin = self.ledger.council().log_origin();
        let (size, own) = (self.ledger.chain.size(), self.ledger.chain.root());
        let [own, forged] = [own, hash::sha256(b"the liars'")]
            .map(|root| Checkpoint::new(&origin, size, root).unwrap());
        let message = cosigned_message(5, &own.render()).into_bytes();
        let seal = Signed { signature: secret("M1/seal").sign(&message), message };
        let witness = |(member, key): (&str, String)| {
            (code(member), cosign(&forged, 5, &secret(&key)).unwrap().encode().to_vec())
        };
        let keys = liars.iter().map(|liar| match *liar {
            "M2" => ("M2", "M2/seal-2".to_owned()),
            liar => (liar, format!("{liar}/seal")),
        });
        let witnesses = keys.map(witness).collect();
        let proof = Proof::ForkedSeal { seal, head: forged.render().into(), witnesses };
        let path = self.at("framed");
        let evidence = Evidence { council: self.council(), member: code("M1"), proof };
        fs::write(&path, evidence.render()).unwrap();
        path
    }

    fn verify(&self, evidence: &Path, export: Option<&Path>) -> Run {
        let council = self.council().to_string();
        let mut line = format!("verify --council {council} --genesis");
        let mut paths = vec![self.at("genesis")];
        if let Some(export) = export {
            line = format!("verify --council {council} --export {} --genesis", export.display());
        }
        paths.push(evidence.to_owned());
        nemcon(&line, paths)
    }
}

#[test]
fn a_key_that_was_replaced_convicts_nobody_also_where_the_ledger_at_hand_does_not_say_so() {
    let desk = Desk::new();
    let export = desk.export();
    let size = desk.ledger.chain.size().0;
    let old = desk.two_seals("M2/seal", size);
    desk.verify(&old, Some(&export)).refused(1, &["does not verify under the member's key"]);
    // Without that ledger the old key looks like the member's: nothing is settled.
    desk.verify(&old, None).refused(1, &["NOT settled", "block 0", "--export DIR"]);
    let ahead = desk.two_seals("M2/seal-2", size + 1);
    desk.verify(&ahead, Some(&export)).refused(1, &["NOT settled", "block 3"]);
    let new = desk.two_seals("M2/seal-2", size);
    assert!(desk.verify(&new, Some(&export)).done().contains("VERIFIED"));
    let before = desk.two_seals("M2/seal", 3);
    assert!(desk.verify(&before, Some(&export)).done().contains("VERIFIED"));
    let founding = desk.two_seals("M2/seal", 1);
    assert!(desk.verify(&founding, None).done().contains("VERIFIED"));
}

#[test]
fn liars_who_hold_a_head_of_their_own_against_a_true_seal_convict_themselves() {
    let desk = Desk::new();
    let export = desk.export();
    let framed = desk.framed(&["M2", "M3"]);
    let judged = desk.verify(&framed, Some(&export));
    judged.refused(1, &["NOT verified", "what it says of M1 is false", "it convicts M2 M3"]);
    assert!(judged.out.contains("M1 is not guilty") && judged.out.contains("GUILTY: M2 M3"));
    assert!(!judged.out.contains("VERIFIED"), "{judged:#?}");
    desk.verify(&framed, None).refused(1, &["NOT settled", "convicts nobody, M1 or others"]);
    let council = desk.council().to_string();
    let line = format!("verify --json --council {council} --export {}", export.display());
    let genesis = desk.at("genesis");
    let said = nemcon(&line, [Path::new("--genesis"), &genesis, &framed]);
    assert_eq!(said.status, Some(1), "{said:#?}");
    let said: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&said["verified"], &said["convicts"]), (&false.into(), &json!(["M2", "M3"])));
    // One liar alone is not enough to say anything.
    let alone = desk.framed(&["M3"]);
    desk.verify(&alone, Some(&export)).refused(1, &["1 other members", "more than 1 must"]);
}

#[test]
fn a_verdict_says_whose_signatures_were_checked_and_by_which_key() {
    let desk = Desk::new();
    let export = desk.export();
    let size = desk.ledger.chain.size().0;
    let new = desk.verify(&desk.two_seals("M2/seal-2", size), Some(&export)).done();
    let said = format!("both signatures are by the seal key that M2 had at size {size}");
    assert!(new.contains(&said) && !new.contains("another key now"), "{new}");
    let old = desk.verify(&desk.two_seals("M2/seal", 3), Some(&export)).done();
    assert!(old.contains("M2 had at size 3") && old.contains("M2 has another key now"), "{old}");
}

#[test]
fn evidence_of_ten_gigabytes_is_refused_at_once() {
    let desk = Desk::new();
    let path = desk.at("huge");
    fs::File::create(&path).unwrap().set_len(10 << 30).unwrap();
    desk.verify(&path, None).refused(2, &["longer than 33554432 bytes"]);
    let council = desk.council().to_string();
    nemcon(&format!("genesis verify --council {council}"), [&path]).refused(2, &["longer than"]);
}

#[test]
fn what_is_of_no_sort_is_said_so_before_a_digest_is_asked_for() {
    let desk = Desk::new();
    nemcon("verify", [&desk.at("genesis")]).refused(1, &["neither a certificate nor a receipt"]);
}

/// A pipe that nobody writes to.
fn pipe(path: &Path) -> PathBuf {
    let made = Command::new("mkfifo").arg(path).status().expect("coreutils are there");
    assert!(made.success());
    path.to_owned()
}

#[test]
fn what_is_no_regular_file_is_refused_and_never_waited_for() {
    let desk = Desk::new();
    let council = desk.council().to_string();
    let pipe = pipe(&desk.at("pipe"));
    let evidence = desk.two_seals("M2/seal", 1);
    let verify = format!("verify --council {council} --genesis");
    let socket = desk.at("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let others = [
        (pipe, "a pipe"),
        (socket, "a socket"),
        ("/dev/zero".into(), "a device"),
        (desk.at(""), "a folder"),
    ];
    for (path, what) in &others {
        let wanted = format!("{what}, not a regular file");
        nemcon(&verify, [&desk.at("genesis"), path]).refused(2, &[&wanted]);
        nemcon(&verify, [path, &evidence]).refused(2, &[&wanted]);
        nemcon("genesis show", [path]).refused(2, &[&wanted]);
        nemcon("genesis verify", [path]).refused(2, &[&wanted]);
        nemcon("commit", [path]).refused(2, &[&wanted]);
        nemcon("key show", [path]).says(&[&wanted]);
    }
    // What a person names may be a link.
    std::os::unix::fs::symlink(&evidence, desk.at("link")).unwrap();
    assert!(desk.verify(&desk.at("link"), None).done().contains("VERIFIED"));
}

#[test]
fn what_cannot_be_read_is_no_verdict() {
    let desk = Desk::new();
    let council = desk.council().to_string();
    let evidence = desk.two_seals("M2/seal", 1);
    let audit = format!("audit --council {council}");
    let empty = desk.at("empty");
    fs::create_dir(&empty).unwrap();
    for (path, why) in [
        (desk.at("nothing"), "nothing: no such folder"),
        (evidence.clone(), "could not be audited: no archive: neither tar, tar with gzip, nor zip"),
        (empty, "could not be audited: there is no export: neither `genesis` nor `checkpoint` is"),
    ] {
        nemcon(&audit, [&path]).refused(2, &[why]);
        desk.verify(&evidence, Some(&path)).refused(2, &[why]);
    }
    // A file that the system opens and does not let be read.
    let locked = Path::new("/proc/self/mem");
    desk.verify(locked, None).refused(2, &["it cannot be read"]);
    let missing = desk.verify(&desk.at("missing"), None);
    missing.refused(2, &["no such file"]);
}

#[test]
fn an_audit_tells_programs_each_fault_with_its_name_and_place() {
    let desk = Desk::new();
    let out = desk.export();
    let bundle = fs::read_dir(out.join("tile/entries/000.p")).unwrap().next().unwrap().unwrap();
    let mut bytes = fs::read(bundle.path()).unwrap();
    let at = String::from_utf8_lossy(&bytes).find("title Before").unwrap();
    // Lengths are no text: the place is found from the record's own words.
    let at = bytes.windows(12).position(|it| it == b"title Before").unwrap_or(at) + 7;
    bytes[at] ^= 1;
    fs::write(bundle.path(), bytes).unwrap();
    let line = format!("audit --json --council {}", desk.council());
    let run = nemcon(&line, [&out]);
    assert_eq!(run.status, Some(1), "{run:#?}");
    let said: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let faults = said["faults"].as_array().unwrap();
    let of = |name: &str| faults.iter().find(|fault| fault["fault"] == name).unwrap();
    let refused = of("statement-refused");
    assert_eq!((&refused["record"], &refused["block"]), (&json!(1), &json!(1)), "{said:#}");
    assert_eq!(refused["refusal"], "invalid-signature");
    assert_eq!(refused["rule"], "Every signature verifies over the very text.");
    assert!(refused["message"].as_str().unwrap().starts_with("measure of M1: "));
    assert_eq!(of("checkpoint-root")["line"], 3);
    let tile = of("tile-differs");
    assert!(tile["file"].as_str().unwrap().starts_with("tile/0/000.p/"));
    assert!(tile["message"].as_str().unwrap().contains("record 1 "));
    assert_eq!(said["fault_count"], faults.len());
    assert_eq!(said["not_judged"][0]["because_of_record"], 1);
    // In words each fault has its rule below it.
    let said = nemcon(&format!("audit --council {}", desk.council()), [&out]);
    said.refused(1, &["NOT verified: 3 faults"]);
    let rule = "\n            statement-refused: Every signature verifies over the very text.\n";
    assert!(
        said.out.contains("FAULT       record 1, block 1: measure of M1: ")
            && said.out.contains(rule)
    );
    assert!(said.out.ends_with("NOT VERIFIED\n"), "{}", said.out);
}

#[test]
fn an_audit_says_how_each_measure_ended_and_who_signed_for_whom() {
    let desk = Desk::new();
    let ledger = fixture::changing();
    let out = desk.at("changing");
    let size = usize::try_from(ledger.chain.size().0).unwrap();
    export_at(&ledger, size, ledger.chain.sealing_roster()).write(&out).unwrap();
    let council = ledger.council().digest();
    let said = nemcon(&format!("audit --council {council}"), [&out]).done();
    for line in [
        "measure 1   adopted, final, record 19: Adopted under a mandate\n            \
         3 in favour, 1 abstained, none against; M3 cast the ballot of M2, by its mandate\n",
        "lapsed: Closed early\n            it was closed with 0 of 4 ballots in; missing: M1 M2 M3 M4\n",
        "withdrawn: One of two\nmeasure 3 ",
        "open: After all changes\n            missing: M1 M2 M3 M5\n",
        "sealed      at 2026-11-23T02:13:20Z, by the nodes' clocks\n\
         up to       block 37 of 2026-11-23T00:00:36.000Z; what came later is not in it\n",
    ] {
        assert!(said.contains(line), "wanted {line}\n{said}");
    }
}

#[test]
fn an_audit_says_what_it_has_not_checked() {
    let old = Desk::new();
    let old_export = old.export();
    let checkpoint = Boundary { size: old.ledger.chain.size(), root: old.ledger.chain.root() };
    let leaves_out = vec![code("M4")];
    let succeeds = Some(Succession { council: old.council(), checkpoint, leaves_out });
    let mut ledger = Ledger::found(Genesis { succeeds, ..council_of_equals(3) });
    ledger.table(ledger.parties.measure("M1", "On"));
    let out = old.at("successor");
    export(&ledger).write(&out).unwrap();
    fs::write(out.join("\u{9b}2J-adopted.txt"), "believe me").unwrap();
    let council = ledger.council().digest().to_string();
    let said = nemcon(&format!("audit --council {council}"), [&out]).done();
    assert!(said.contains("not checked that it goes on from council"), "{said}");
    assert!(said.contains("not checked 1 file") && !said.contains('\u{9b}'), "{said}");
    assert!(said.contains("up to       block 1 of 2026-11-23T00:00:00.000Z"), "{said}");
    let linked = format!("audit --council {council} --predecessor {}", old_export.display());
    let said = nemcon(&linked, [&out]).done();
    assert!(!said.contains("goes on from council"), "{said}");
    assert!(
        said.contains("succession  founded with keys of the old council: M1 (officer "),
        "{said}"
    );
    let false_link = format!("audit --council {council} --predecessor {}", out.display());
    nemcon(&false_link, [&out]).refused(1, &["NOT verified"]);
}
