//! A snapshot that lies, with the right sum: where its parts do not agree, or the journal contradicts it, the
//! state is made anew; what nothing contradicts is found by a start that trusts nothing.

use std::path::Path;
use std::sync::Arc;

use nemcon_disk::storage::Storage as _;
use nemcon_ledger::durable::{CommittedBlock, Entry};
use nemcon_ledger::record::Roster;
use nemcon_ledger::{Chain, codec};
use nemcon_node::server::folder::{Folder, Trust};
use nemcon_replica::consensus::{CommitCertificate, Round, VoteKind, sign_bytes};
use nemcon_replica::replica::Write;
use nemcon_tests::fixture::lies::{self, altered, state_in, with_state};
use nemcon_tests::fixture::{changing, secret};
use nemcon_tests::sim::node::SimNode;
use nemcon_tests::sim::rng::Rng;

fn path() -> &'static Path {
    Path::new("ledger/snapshot")
}

/// A node whose journal holds a ledger in which everything happens, with a snapshot some blocks before its end.
struct Case {
    node: SimNode,
    honest: Vec<u8>,
    /// The chain at the snapshot, and at the end of the journal.
    snapshot: Chain,
    end: Chain,
}

impl Case {
    fn new(blocks_after: usize) -> Self {
        let ledger = changing();
        let genesis = &ledger.parties.genesis;
        let mut node = SimNode::new(genesis, &genesis.roster.members[0].code);
        node.make().unwrap();
        let (mut folder, _) = node.open().unwrap();
        let mut chain = Chain::found(genesis.clone());
        let mut snapshot = chain.clone();
        for (at, block) in ledger.blocks.iter().enumerate() {
            let roster = Arc::clone(chain.council().roster());
            chain = chain.apply(block).unwrap();
            let certificate = certificate(&chain, &roster);
            let records = block.records.clone();
            let block = CommittedBlock { height: chain.height(), records, certificate };
            folder.write(&Write::Journal(Entry::Block(block))).unwrap();
            if at + 1 + blocks_after == ledger.blocks.len() {
                snapshot = chain.clone();
            }
        }
        folder.write(&Write::SyncJournal).unwrap();
        folder.due_snapshot(&Arc::new(snapshot.clone()), 1).unwrap().write().unwrap();
        let honest = node.disk.read(path()).unwrap();
        assert_eq!(honest[state_in(&honest)], snapshot.snapshot());
        Self { node, honest, snapshot, end: chain }
    }

    fn open_with(&self, state: &[u8], trust: Trust) -> Chain {
        self.node.disk.rewrite(path(), with_state(&self.honest, state));
        let node = &self.node;
        let opened = Folder::open_in(&node.disk, Path::new("ledger"), &node.identity, trust);
        opened.expect("the journal is sound").1.replayed.chain
    }

    fn is_true(&self, chain: &Chain) -> bool {
        chain.snapshot() == self.end.snapshot()
    }
}

/// The certificate of the chain's last block, by the nodes of the roster that decided it.
fn certificate(chain: &Chain, roster: &Roster) -> Vec<u8> {
    let (height, round, value_id) = (chain.height(), Round(0), chain.previous());
    let council = chain.council().digest();
    let bytes = sign_bytes::vote(council, VoteKind::Precommit, height, round, Some(value_id));
    let signatures = (0..).zip(&roster.members).map(|(at, member)| {
        let keys = ["node", "node-2"].map(|label| secret(&format!("{}/{label}", member.code)));
        let key = keys.iter().find(|key| key.public() == member.node).expect("one of its keys");
        (at, key.sign(&bytes))
    });
    let signatures = signatures.collect();
    codec::encode(&CommitCertificate { height, round, value_id, signatures })
}

/// The same bytes with `to` wherever `from` stands.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let is_there = |at: &usize| bytes[*at..].starts_with(from);
    for at in (0..bytes.len()).filter(is_there).collect::<Vec<_>>() {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}

#[test]
fn a_lie_is_refused_contradicted_or_found_by_a_start_that_trusts_nothing() {
    let case = Case::new(12);
    let truth = case.snapshot.snapshot();
    let genesis = &case.node.identity.genesis;
    let (mut refused, mut contradicted, mut believed) = (0, 0, 0);
    let mut rng = Rng::new(1);
    for _ in 0..250 {
        let lie = altered(&truth, &mut rng);
        let is_refused = Chain::restore(&lie, genesis).is_err();
        let is_true = case.is_true(&case.open_with(&lie, Trust::OwnPast));
        match (is_refused, is_true) {
            (true, _) => {
                assert!(is_true);
                refused += 1;
            }
            (false, true) => contradicted += 1,
            (false, false) if believed < 3 => {
                believed += 1;
                assert!(case.is_true(&case.open_with(&lie, Trust::Nothing)));
                assert!(case.node.disk.read(path()).is_err(), "what was found to lie is removed");
            }
            (false, false) => {}
        }
    }
    assert!(
        refused > 20 && contradicted > 1 && believed > 2,
        "{refused} {contradicted} {believed}"
    );
}

#[test]
fn a_state_that_names_what_is_not_there_is_made_anew_from_the_journal() {
    let case = Case::new(0);
    let (truth, genesis) = (case.snapshot.snapshot(), &case.node.identity.genesis);
    let mut rng = Rng::new(2);
    for _ in 0..10 {
        let lie = lies::incoherent_lie(&truth, genesis, &mut rng).expect("there are many");
        assert!(case.is_true(&case.open_with(&lie, Trust::OwnPast)));
    }
}

#[test]
fn a_snapshot_with_a_members_keys_exchanged_contradicts_the_journal() {
    let case = Case::new(0);
    let (truth, genesis) = (case.snapshot.snapshot(), &case.node.identity.genesis);
    let is_changed = |roster: &&Arc<Roster>| roster.members[1] != genesis.roster.members[1];
    let changed: Vec<_> = case.snapshot.rosters().all().filter(is_changed).collect();
    let member = &changed[0].members[1];
    let keys = [member.recovery, member.node, member.seal];
    let other = [member.seal, member.node, member.recovery];
    let bytes = |keys: [_; 3]| keys.map(|key: nemcon_crypto::PublicKey| *key.as_bytes()).concat();
    let mut lie = replaced(&truth, &bytes(keys), &bytes(other));
    for roster in changed {
        let mut exchanged = Roster::clone(roster);
        let member = &mut exchanged.members[1];
        (member.recovery, member.seal) = (member.seal, member.recovery);
        lie = replaced(&lie, roster.digest().as_bytes(), exchanged.digest().as_bytes());
    }
    assert!(Chain::restore(&lie, genesis).is_ok(), "all of its parts agree");
    assert!(case.is_true(&case.open_with(&lie, Trust::OwnPast)));
}
