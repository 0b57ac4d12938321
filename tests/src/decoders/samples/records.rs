//! Seeds from the ledger: records, statements of keys and seats, notes, and tiles.

use nemcon_crypto::cosignature::{Cosignature, cosign};
use nemcon_crypto::note::{SignedNote, sign_note};
use nemcon_crypto::tiles::{encode_bundle, hash_tile};
use nemcon_crypto::tlog_proof::TlogProof;
use nemcon_crypto::witness::AddCheckpoint;
use nemcon_crypto::{Checkpoint, Digest, TreeSize};
use nemcon_ledger::audit::certificate::{Certificate, receipt};
use nemcon_ledger::export::{GENESIS_FILE, advance_policy, finality_policy};
use nemcon_ledger::fork::Fork;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::roster::{log_vkey, officer_vkey, seal_vkey};
use nemcon_ledger::record::signers::{self, Part};
use nemcon_ledger::record::{
    Body, Boundary, CouncilChange, Genesis, Measure, Member, Record, Succession,
};

use super::{Bench, Samples};
use crate::export::{export, sealed_note};
use crate::fixture::{Ledger, Seat, code, member, officer, secret, sign_for};

/// The keys that an entrant signs its entry with.
const ENTRANT_KEYS: [&str; 4] = ["B8/desk-1", "B8/recovery", "B8/node", "B8/seal"];

fn of_member(body: &Body, ledger: &Ledger, member: &Member) -> Vec<Part> {
    let log = || ledger.council().log_origin();
    signers::of_member(body, &ledger.parties.genesis.origin, log, member)
}

impl Bench {
    pub(super) fn records(&self, all: &mut Samples) {
        let mut kinds = std::collections::BTreeSet::new();
        for leaf in &self.leaves {
            let record = Record::parse(leaf).expect("a leaf of the ledger");
            let kind = record.kind();
            if kinds.insert(kind) {
                all.add("record", kind, leaf.clone());
                if matches!(record, Record::Statement(_)) {
                    all.add("statement", kind, leaf.clone());
                    all.add("note", kind, leaf.clone());
                }
            }
        }
        let founding = self.ledger.parties.founding_note().render();
        all.add("genesis", "signed", founding);
        all.add("genesis", "unsigned", self.leaves[0].clone());
    }

    /// What members say of keys and seats.
    pub(super) fn seats(&self, all: &mut Samples) {
        let ledger = &self.ledger;
        let entrant = member("B8", "Seat 8", Seat::weighing(1));
        let council_change = CouncilChange::Accession(Box::new(entrant.clone()));
        let accession = Measure { council_change, ..ledger.parties.measure("B1", "Seat 8") };
        let desk = vec![officer("card", "B1/card")];
        let parts = of_member(&Body::Entry(ledger.entry("B8", 1)), ledger, &entrant);
        let statements = [
            ("accession", ledger.parties.sign(&Body::Measure(accession))),
            ("entry", sign_for(&Body::Entry(ledger.entry("B8", 1)), &parts, &ENTRANT_KEYS)),
            (
                "keys",
                ledger.sign_as(&ledger.keys("B1", 1, desk, None), &["B1/recovery", "B1/card"]),
            ),
            ("freeze", ledger.sign_as(&ledger.freeze("B1"), &["B1/desk-1"])),
            (
                "rotation",
                ledger.sign_as(
                    &ledger.rotation("B1", Some("B1/node-2"), Some("B1/seal-2")),
                    &["B1/desk-1", "B1/node-2", "B1/seal-2"],
                ),
            ),
            ("notice", ledger.sign_as(&ledger.notice("B1", NoticeAct::Given), &["B1/desk-1"])),
        ];
        for (name, statement) in statements {
            all.add("record", name, statement.render());
            all.add("statement", name, statement.render());
        }
        let succeeds = Succession {
            council: self.council,
            checkpoint: Boundary { size: ledger.chain.size(), root: ledger.chain.root() },
            leaves_out: vec![code("B8")],
        };
        let successor = Genesis { succeeds: Some(succeeds), ..ledger.parties.genesis.clone() };
        all.add("genesis", "successor", successor.render());
    }

    pub(super) fn notes(&self, all: &mut Samples) {
        let genesis = &self.ledger.parties.genesis;
        let member = &genesis.roster.members[0];
        let (checkpoint, note) = sealed_note(genesis, &self.leaves);
        all.add("note", "checkpoint", note.render());
        all.add("checkpoint", "head", checkpoint.render());
        let extended = format!("{}extension\n", checkpoint.render());
        all.add("checkpoint", "extension", extended);
        let seal = cosign(&checkpoint, 1_795_400_000, &secret("B1/seal")).expect("this age");
        all.add("cosignature", "seal", seal.encode());
        let first = Cosignature::new(0, *seal.signature()).expect("the first second is a time");
        all.add("cosignature", "second-0", first.encode());
        let log = log_vkey(&genesis.checkpoint_origin(), member);
        let officer = officer_vkey(&genesis.origin, &member.code, &member.officers[0]);
        all.add("verifier_key", "log", log.to_string());
        all.add("verifier_key", "seal", seal_vkey(&genesis.origin, member).to_string());
        all.add("verifier_key", "officer", officer.to_string());
        all.add("policy", "finality", finality_policy(genesis, &genesis.roster));
        all.add("policy", "advance", advance_policy(genesis, &genesis.roster));
        all.add("policy", "none", "# nobody\nquorum none\n");
    }

    /// A decision in one file, an open measure in one, and a ballot.
    pub(super) fn certificates(&self, all: &mut Samples) {
        let mut ledger = Ledger::found(self.ledger.parties.genesis.clone());
        let number = ledger.table(ledger.parties.measure("B1", "Decided"));
        ledger.all_in_favour(number);
        let open = ledger.table(ledger.parties.measure("B1", "Open"));
        let files = export(&ledger);
        for (name, measure) in [("decided", number), ("open", open)] {
            let certificate = Certificate::choose(&files, measure).expect("the export shows it");
            all.add("decision_certificate", name, certificate.render());
        }
        let head = |root: u8| {
            let genesis = &self.ledger.parties.genesis;
            let origin = genesis.checkpoint_origin();
            let head = Checkpoint::new(&origin, TreeSize(3), Digest::from_bytes([root; 32]));
            let text = head.expect("an origin is a line").render();
            let name = origin.parse().expect("an origin is a name");
            let line = sign_note(&text, &name, &secret("B1/node")).expect("a note's text");
            let note = SignedNote::new(text, vec![line]).expect("one line");
            String::from_utf8(note.render()).expect("a note is UTF-8")
        };
        let fork = Fork {
            council: self.ledger.parties.genesis.digest(),
            genesis: String::from_utf8(files.0[GENESIS_FILE].clone()).expect("a note is UTF-8"),
            smaller: head(1),
            larger: head(2),
            root: Digest::from_bytes([2; 32]),
            proof: Vec::new(),
        };
        all.add("fork", "one-size", fork.render());
        let proof = vec![Digest::from_bytes([7; 32]); 2];
        all.add("fork", "two-sizes", Fork { proof: proof.clone(), ..fork.clone() }.render());
        for (name, old, proof) in [("first", 0, vec![]), ("next", 3, proof)] {
            let request = AddCheckpoint { old: TreeSize(old), proof, note: fork.smaller.clone() };
            all.add("add_checkpoint", name, request.render());
        }
        let proof = receipt(&files, number, &code("B2")).expect("its ballot stands");
        all.add("tlog_proof", "ballot", proof.render());
        all.add("tlog_proof", "bare", TlogProof { extra: None, ..proof }.render());
    }

    pub(super) fn tiles(&self, all: &mut Samples) {
        for (name, path) in [
            ("full", "tile/0/001"),
            ("partial", "tile/63/x123/456.p/255"),
            ("entries", "tile/entries/x001/x234/067.p/8"),
        ] {
            all.add("tile_path", name, path);
        }
        all.add("entry_bundle", "empty", []);
        let bundle = encode_bundle(&self.leaves[1..4]).expect("short records");
        all.add("entry_bundle", "leaves", bundle);
        let mut tree = nemcon_crypto::merkle::Tree::default();
        for leaf in &self.leaves[..3] {
            tree.append(nemcon_crypto::merkle::leaf_hash(leaf));
        }
        let path = "tile/0/000.p/3".parse().expect("a path");
        let tile = hash_tile(&tree, path).expect("within the tree");
        all.add("hash_tile", "partial", [b"tile/0/000.p/3\n".as_slice(), &tile].concat());
        let full = [b"tile/7/000\n".as_slice(), &[7; 256 * 32]].concat();
        all.add("hash_tile", "full", full);
    }
}
