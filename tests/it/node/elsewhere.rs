//! A message of a node's own key that it does not know: what the node withholds then, and how often.

use core::time::Duration;

use nemcon_ledger::Height;
use nemcon_ledger::record::Body;
use nemcon_ledger::text::Code;
use nemcon_replica::consensus::{ConsensusMessage, MemberKey, Round, Vote, VoteKind, sign_bytes};
use nemcon_replica::replica::{Input, Message, SIGNED_ELSEWHERE_MAX};
use nemcon_tests::cluster::Cluster;
use nemcon_tests::fixture::{Parties, after_start, council_of_equals, secret};

struct Council {
    cluster: Cluster,
    parties: Parties,
    at: Code,
    bringer: Code,
}

impl Council {
    /// Four members with so many blocks; the fourth is watched, the first brings it messages.
    fn with_blocks(blocks: u64) -> Self {
        let genesis = council_of_equals(4);
        let parties = Parties::new(genesis.clone());
        let cluster = Cluster::start(genesis, after_start(Duration::ZERO));
        let [bringer, .., at] = cluster.codes() else { panic!("four members") };
        let (at, bringer) = (at.clone(), bringer.clone());
        let mut council = Self { cluster, parties, at, bringer };
        (0..blocks).for_each(|_| council.order());
        assert_eq!(council.here(), blocks);
        council
    }

    fn order(&mut self) {
        let title = format!("On top of block {}", self.here());
        let statement = self.parties.sign(&Body::Measure(self.parties.measure("M1", &title)));
        self.cluster.submit(&self.bringer, &statement);
        self.cluster.run_ms(10_000);
    }

    fn here(&self) -> u64 {
        self.cluster.replica(&self.at).chain().height().0
    }

    /// Brings a vote that the watched node's own key has signed somewhere else; whether it was acted on.
    fn show(&mut self, height: u64, round: u32) -> bool {
        let council = self.parties.genesis.digest();
        let (kind, height, round) = (VoteKind::Prevote, Height(height), Round(round));
        let key = secret(&format!("{}/node", self.at));
        let signature = key.sign(&sign_bytes::vote(council, kind, height, round, None));
        let signer = MemberKey::of(&key.public());
        let vote = Vote { kind, height, round, value: None, signer, signature };
        let frame = Message::Consensus(ConsensusMessage::Vote(vote)).encode();
        let before = self.cluster.nodes[&self.at].disk.writes;
        self.cluster.step(&self.at, Input::Frame(self.bringer.clone(), frame));
        let is_acted_on = self.cluster.nodes[&self.at].disk.writes > before;
        self.cluster.run_ms(1_000);
        is_acted_on
    }

    fn votes_from(&self) -> Option<u64> {
        self.cluster.replica(&self.at).votes_from().map(|height| height.0)
    }

    fn is_observing(&self) -> bool {
        self.cluster.replica(&self.at).is_observing()
    }
}

#[test]
fn a_node_whose_key_is_used_elsewhere_votes_again_above_what_others_have_now() {
    let mut council = Council::with_blocks(7);
    assert!(council.show(8, 0));
    assert_eq!(council.votes_from(), Some(10), "and not above what they told long ago");
    for observes in [true, true, false] {
        assert_eq!(council.is_observing(), observes, "above block {}", council.here());
        council.order();
    }
}

#[test]
fn one_message_of_a_stolen_key_is_acted_on_once_however_often_it_is_brought() {
    let mut council = Council::with_blocks(1);
    let far = 1_000_000_000;
    assert!(council.show(far, 0));
    assert_eq!(council.votes_from(), Some(4));
    for _ in 0..4 {
        assert!((0..20).all(|round| !council.show(far, round)));
        council.order();
    }
    assert!(!council.is_observing() && council.here() == 5);
}

#[test]
fn messages_of_a_stolen_key_for_ever_more_heights_are_acted_on_so_often_and_no_more() {
    let mut council = Council::with_blocks(1);
    let acted_on = (0..100).filter(|more| council.show(1_000_000 + more, 0)).count();
    assert_eq!(acted_on, SIGNED_ELSEWHERE_MAX);
    assert!(council.show(4, 0), "what may be its own next vote is acted on all the same");
}

#[test]
fn a_node_votes_at_no_height_at_which_its_key_was_used_elsewhere() {
    let mut council = Council::with_blocks(1);
    assert!(council.show(4, 0));
    assert_eq!(council.votes_from(), Some(5));
    assert!(council.show(7, 0));
    for (next, observes) in [(2, true), (3, true), (4, true), (5, false), (6, false), (7, true)] {
        assert_eq!((council.here() + 1, council.is_observing()), (next, observes));
        council.order();
    }
    assert!(!council.is_observing());
}
