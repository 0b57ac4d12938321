//! Seeds of what a node keeps: the journal, the file `signed`, and evidence.

use std::path::Path;

use nemcon_crypto::cosignature::Cosignature;
use nemcon_crypto::{Checkpoint, Digest, TreeSize, hash};
use nemcon_disk::journal::Journal;
use nemcon_disk::signed::SignedFile;
use nemcon_disk::storage::Storage as _;
use nemcon_ledger::durable::{Entry, Guard};
use nemcon_ledger::{Height, Rosters, codec};
use nemcon_replica::consensus::{Round, StepTimeout, VoteKind, WalEntry, sign_bytes};
use nemcon_replica::evidence::{Evidence, Proof, Signed as SignedMessage, seal_message};

use super::{Bench, Samples};
use crate::decoders::disk::{SEGMENT, SIGNED};
use crate::sim::storage::SimDisk;

fn content(disk: &SimDisk, name: &str) -> Vec<u8> {
    disk.read(Path::new(name)).expect("a file that is there")
}

impl Bench {
    pub(super) fn disk(&self, all: &mut Samples) {
        let block = |height| Entry::Block(self.committed(height));
        let entries =
            [("block", block(1)), ("seal", Entry::Seal(self.seal("B1", self.ledger.chain.root())))];
        let disk = SimDisk::default();
        let opened = Journal::open_in(disk.clone(), Path::new(""), self.council, 1 << 20);
        let (mut journal, _) = opened.expect("an empty folder");
        for (name, entry) in entries {
            all.add("journal_entry", name, codec::encode(&entry));
            journal.append(&entry).expect("a disk that works takes it");
        }
        let segment = content(&disk, SEGMENT);
        for (decoder, name) in [("journal_segment", "clean"), ("log_frames", "segment")] {
            all.add(decoder, name, segment.clone());
        }
        let torn = &segment[..segment.len() - 9];
        all.add("journal_segment", "torn", torn);
        all.add("log_frames", "torn", torn);
        all.add("log_frames", "zeroes", [&segment[..], &[0; 20]].concat());
        self.signed(all);
    }

    fn signed(&self, all: &mut Samples) {
        let (height, round) = (Height(1), Round(0));
        let wal = [
            ("vote", WalEntry::Vote(self.vote(VoteKind::Precommit, None))),
            ("proposal", WalEntry::Proposal(self.proposal(None))),
            ("built", WalEntry::Built { height, round, block: self.proposal(None).block }),
            ("polka", WalEntry::Polka(self.polka())),
            ("timeout", WalEntry::Timeout { height, round, step: StepTimeout::Propose }),
        ];
        let (disk, path) = (SimDisk::default(), Path::new(SIGNED));
        let signed = SignedFile::create_in(disk.clone(), path, self.council);
        let mut signed = signed.expect("an empty folder");
        all.add("signed_file", "new", content(&disk, SIGNED));
        signed.start_height(height).expect("the first height");
        for (name, entry) in wal {
            let bytes = codec::encode(&entry);
            all.add("wal_entry", name, bytes.clone());
            if matches!(name, "vote" | "timeout") {
                signed.append_wal(height, bytes).expect("the height under way");
            }
        }
        let root = self.ledger.chain.root();
        let guard = Guard { height, size: TreeSize(2), root, time_s: 1 };
        signed.append_guard(guard).expect("the first guard");
        signed.append_observe(Height(4)).expect("a disk that works takes it");
        let bytes = content(&disk, SIGNED);
        all.add("signed_file", "torn", &bytes[..bytes.len() - 5]);
        all.add("log_frames", "signed", bytes.clone());
        all.add("signed_file", "used", bytes);
    }

    pub(super) fn evidence(&self, all: &mut Samples) {
        let origin = self.ledger.parties.genesis.checkpoint_origin();
        let member = self.ledger.parties.genesis.roster.members[1].code.clone();
        let root = self.ledger.chain.root();
        let said = |by: &str, root| {
            let seal = self.seal(by, root);
            let head = Checkpoint::new(&origin, seal.size, root).expect("an origin is a line");
            (seal_message(&head, &seal), head, seal)
        };
        let vote = |value: Option<Digest>| {
            let vote = self.vote(VoteKind::Prevote, value);
            let (kind, height, round) = (vote.kind, vote.height, vote.round);
            let message = sign_bytes::vote(self.council, kind, height, round, value);
            SignedMessage { message, signature: vote.signature }
        };
        let (ours, head, _) = said("B2", root);
        let (other, _, _) = said("B2", hash::sha256(b"another root"));
        let witnesses = ["B3", "B4", "B5"].map(|by| {
            let (_, _, seal) = said(by, root);
            let blob = Cosignature::new(seal.time_s, seal.signature).expect("this age").encode();
            (by.parse().expect("a code"), blob.to_vec())
        });
        let forked = Proof::ForkedSeal {
            seal: other.clone(),
            head: head.render().into_bytes(),
            witnesses: witnesses.to_vec(),
        };
        for (name, proof) in [
            ("double-vote", Proof::DoubleVote(vote(None), vote(Some(root)))),
            ("double-seal", Proof::DoubleSeal(ours, other)),
            ("forked-seal", forked),
        ] {
            let evidence = Evidence { council: self.council, member: member.clone(), proof };
            let genesis = &self.ledger.parties.genesis;
            evidence.verify(genesis, &Rosters::founding(genesis)).expect("it convicts");
            all.add("evidence", name, evidence.render());
        }
    }
}
