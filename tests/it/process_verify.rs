//! `nemcon verify` and `nemcon audit` on files that others hand over; no node runs.

use std::fs;
use std::path::{Path, PathBuf};

use nemcon_crypto::cosignature::{cosign, cosigned_message};
use nemcon_crypto::{Checkpoint, Digest, hash};
use nemcon_ledger::record::{Boundary, Genesis, Succession};
use nemcon_node::evidence::{Evidence, Proof, Signed};
use nemcon_tests::export::{export, export_at};
use nemcon_tests::fixture::{Ledger, code, council_of_equals, secret};
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
    desk.verify(&path, None).refused(1, &["longer than 65536 bytes"]);
    let council = desk.council().to_string();
    nemcon(&format!("genesis verify --council {council}"), [&path]).refused(1, &["longer than"]);
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
    let false_link = format!("audit --council {council} --predecessor {}", out.display());
    nemcon(&false_link, [&out]).refused(1, &["NOT verified"]);
}
