//! More than f nodes have lost their file `signed`: the council stands still until they rejoin.

use core::time::Duration;

use nemcon_ledger::Height;
use nemcon_ledger::record::statement::Body;
use nemcon_ledger::text::Code;
use nemcon_replica::replica::{Effect, Input, Message, NoRejoin, Outcome, Standing, Ticket};
use nemcon_tests::cluster::Cluster;
use nemcon_tests::fixture::{Parties, after_start, council_of_equals};

/// A council whose nodes come and go, and what it is asked to order.
struct Council {
    cluster: Cluster,
    parties: Parties,
}

impl Council {
    fn of(n: usize) -> Self {
        let genesis = council_of_equals(n);
        let parties = Parties::new(genesis.clone());
        Self { cluster: Cluster::start(genesis, after_start(Duration::ZERO)), parties }
    }

    fn code(&self, at: usize) -> Code {
        self.cluster.codes()[at].clone()
    }

    /// These nodes restart without their file `signed`.
    fn lose_signed(&mut self, nodes: &[usize]) {
        let codes: Vec<_> = nodes.iter().map(|at| self.code(*at)).collect();
        for code in &codes {
            self.cluster.lose_signed(code);
        }
        for code in &codes {
            self.cluster.boot(code);
        }
        self.cluster.run_ms(20_000);
    }

    fn submit(&mut self, title: &str) -> Ticket {
        let at = self.code(0);
        let measure = self.parties.measure(at.as_str(), title);
        let statement = self.parties.sign(&Body::Measure(measure));
        let ticket = self.cluster.submit(&at, &statement);
        self.cluster.run_ms(30_000);
        ticket
    }

    fn is_ordered(&self, ticket: Ticket) -> bool {
        matches!(self.cluster.outcome(&self.code(0), ticket), Some(Outcome::Ordered { .. }))
    }

    /// The operator of a node has it rejoin; the refusal, if it is refused.
    fn rejoin(&mut self, at: usize) -> Option<NoRejoin> {
        let code = self.code(at);
        self.cluster.rejoin(&code);
        self.cluster.run_ms(20_000);
        self.cluster.nodes[&code].rejoins.last().cloned().expect("an answer").err()
    }

    fn is_observing(&self, at: usize) -> bool {
        self.cluster.replica(&self.code(at)).is_observing()
    }
}

#[test]
fn more_than_f_observers_stand_still_until_enough_rejoin() {
    for (n, lost) in [(1, 1), (2, 1), (3, 1), (4, 2), (4, 3), (4, 4), (7, 3), (7, 7)] {
        let mut council = Council::of(n);
        let first = council.submit("Before");
        assert!(council.is_ordered(first));
        let lost: Vec<_> = (n - lost..n).collect();
        council.lose_signed(&lost);
        let ticket = council.submit("While they observe");
        assert!(!council.is_ordered(ticket), "{n} nodes, {lost:?} observe");
        for at in &lost {
            // Once enough vote again, the rest need no help: the council goes on.
            let refused = council.rejoin(*at);
            assert!(matches!(refused, None | Some(NoRejoin::Votes)), "{refused:?}");
        }
        assert!(council.is_ordered(ticket), "{n} nodes, {lost:?} have rejoined");
        let second = council.submit("After");
        assert!(council.is_ordered(second));
        council.cluster.verify_agreement();
    }
}

#[test]
fn a_loss_in_the_middle_of_a_height_contradicts_nothing_that_others_have() {
    // The cluster asserts agreement; that no vote is contradicted shows in the absence of evidence.
    for cut_after in 0..12 {
        let mut council = Council::of(4);
        let at = council.code(0);
        let measure = council.parties.measure(at.as_str(), "Half decided");
        let statement = council.parties.sign(&Body::Measure(measure));
        let ticket = council.cluster.submit(&at, &statement);
        council.cluster.deliver(10 + 4 * cut_after);
        council.lose_signed(&[1, 2]);
        for at in [1, 2] {
            council.rejoin(at);
        }
        council.cluster.run_ms(120_000);
        assert!(council.is_ordered(ticket), "{cut_after}");
        council.cluster.verify_agreement();
        let nodes = council.cluster.nodes.values();
        assert!(nodes.into_iter().all(|node| node.evidence.is_empty()), "{cut_after}");
    }
}

#[test]
fn who_is_not_connected_is_named_and_nothing_changes() {
    let mut council = Council::of(4);
    council.submit("Before");
    council.lose_signed(&[2, 3]);
    let off = council.code(0);
    council.cluster.crash(&off);
    assert_eq!(council.rejoin(3), Some(NoRejoin::NotConnected(vec![off.clone()])));
    assert!(council.is_observing(3));
    council.cluster.boot(&off);
    council.cluster.run_ms(1000);
    assert_eq!(council.rejoin(3), None);
    assert!(!council.is_observing(3));
}

#[test]
fn a_witness_that_goes_away_before_it_answers_ends_the_attempt() {
    let mut council = Council::of(4);
    council.submit("Before");
    council.lose_signed(&[2, 3]);
    let (at, off) = (council.code(3), council.code(1));
    council.cluster.rejoin(&at);
    council.cluster.crash(&off);
    council.cluster.run_ms(20_000);
    let last = council.cluster.nodes[&at].rejoins.last().cloned();
    assert_eq!(last, Some(Err(NoRejoin::NotConnected(vec![off]))));
    assert!(council.is_observing(3));
}

#[test]
fn a_witness_that_is_silent_is_named_when_time_is_over() {
    let mut council = Council::of(4);
    council.submit("Before");
    council.lose_signed(&[2, 3]);
    let (at, silent) = (council.code(3), council.code(1));
    // Nothing passes between the two, and neither has noticed.
    council.cluster.cut.push((at, silent.clone()));
    assert_eq!(council.rejoin(3), Some(NoRejoin::Silent(vec![silent])));
    assert!(council.is_observing(3));
}

#[test]
fn no_height_that_a_witness_claims_ends_a_rejoin() {
    let mut council = Council::of(4);
    council.submit("Before");
    council.lose_signed(&[2, 3]);
    let (at, liar) = (council.code(3), council.code(0));
    let sealed = std::collections::BTreeMap::new();
    let claim = Standing { height: Height(u64::MAX), sealed, certificate: None };
    let frame = Message::Standing(claim).encode();
    council.cluster.step(&at, Input::Frame(liar, frame));
    assert_eq!(council.rejoin(3), None);
    assert!(!council.is_observing(3));
}

#[test]
fn a_witness_that_has_decided_the_height_shows_its_block() {
    let mut council = Council::of(4);
    council.submit("Before");
    let (at, asker) = (council.code(0), council.code(3));
    let now = council.cluster.now();
    let node = council.cluster.nodes.get_mut(&at).unwrap();
    let replica = node.replica.as_mut().unwrap();
    for (height, has_decided) in [(1, true), (2, false)] {
        let wanted = Message::SeenWanted { height: Height(height) }.encode();
        let effects = replica.step(now, Input::Frame(asker.clone(), wanted)).unwrap();
        let shown = |effect: &Effect| matches!(effect, Effect::SendBlocks(_, Height(1)));
        assert_eq!(effects.iter().any(shown), has_decided, "block {height}");
    }
}

#[test]
fn a_node_that_has_lost_nothing_has_nothing_to_rejoin() {
    let mut council = Council::of(4);
    council.submit("Before");
    assert_eq!(council.rejoin(0), Some(NoRejoin::Votes));
}

#[test]
fn restarted_before_the_height_is_decided_it_observes_again() {
    let mut council = Council::of(4);
    council.submit("Before");
    council.lose_signed(&[1, 2, 3]);
    assert_eq!(council.rejoin(3), None);
    let code = council.code(3);
    council.cluster.crash(&code);
    council.cluster.boot(&code);
    council.cluster.run_ms(20_000);
    assert!(council.is_observing(3));
    for at in [1, 2, 3] {
        assert_eq!(council.rejoin(at), None);
    }
    let ticket = council.submit("After");
    assert!(council.is_ordered(ticket));
    assert_eq!(council.cluster.verify_agreement(), Height(2));
    // Above that height it votes without help.
    council.cluster.crash(&code);
    council.cluster.boot(&code);
    council.cluster.run_ms(20_000);
    assert!(!council.is_observing(3));
}
