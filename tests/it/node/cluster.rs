//! Replicas that decide together, on the in-memory cluster.

use core::time::Duration;

use nemcon_crypto::Digest;
use nemcon_ledger::Height;
use nemcon_ledger::council::{Refusal, Status};
use nemcon_ledger::record::statement::Body;
use nemcon_ledger::record::{Genesis, Position, Statement};
use nemcon_ledger::text::{Code, Time};
use nemcon_replica::replica::{Input, Message, Outcome, Rejection, Ticket};
use nemcon_tests::cluster::Cluster;
use nemcon_tests::fixture::{self, Parties, after_start};

/// A council of replicas with the hands that sign for its members.
struct Sitting {
    cluster: Cluster,
    parties: Parties,
}

impl Sitting {
    fn new(genesis: Genesis) -> Self {
        let parties = Parties::new(genesis.clone());
        Self { cluster: Cluster::start(genesis, after_start(Duration::ZERO)), parties }
    }

    fn equals(n: usize) -> Self {
        Self::new(fixture::council_of_equals(n))
    }

    fn code(&self, position: usize) -> Code {
        self.cluster.codes()[position].clone()
    }

    fn measure(&self, by: usize, title: &str) -> Statement {
        let by = self.code(by);
        self.parties.sign(&Body::Measure(self.parties.measure(by.as_str(), title)))
    }

    fn table(&mut self, by: usize, title: &str) -> u64 {
        let at = self.code(by);
        let statement = self.measure(by, title);
        let ticket = self.cluster.submit(&at, &statement);
        self.cluster.run_ms(20_000);
        let outcome = self.cluster.outcome(&at, ticket);
        assert!(matches!(outcome, Some(Outcome::Ordered { .. })), "{outcome:?}");
        let council = self.cluster.replica(&at).chain().council();
        council.measure_by_text(&statement.text_hash).expect("it was ordered")
    }

    fn ballot(&self, by: usize, measure: u64, position: Position) -> Statement {
        let by = self.code(by);
        let council = self.cluster.replica(&by).chain().council();
        let ballot = self.parties.ballot(council, by.as_str(), measure, position);
        self.parties.sign(&Body::Ballot(ballot))
    }

    fn cast(&mut self, by: usize, measure: u64, position: Position) {
        let ballot = self.ballot(by, measure, position);
        let at = self.code(by);
        self.cluster.submit(&at, &ballot);
    }

    fn status(&self, at: usize, measure: u64) -> Status {
        let council = self.cluster.replica(&self.code(at)).chain().council();
        council.measure(measure).expect("the test names a measure").status
    }

    fn is_sealed_by_all(&self, at: usize) -> bool {
        let replica = self.cluster.replica(&self.code(at));
        replica.sealed_by_all().0 == replica.chain().height()
    }

    fn one_root(&self) -> Digest {
        let mut roots = self.cluster.roots();
        roots.dedup();
        assert_eq!(roots.len(), 1, "the replicas that are up have different roots");
        roots[0]
    }
}

fn is_adopted(status: Status) -> bool {
    matches!(status, Status::Adopted { .. })
}

#[test]
fn replicas_adopt_a_measure_and_all_seal_it() {
    for n in [1, 2, 3, 4, 7] {
        let mut sitting = Sitting::equals(n);
        let measure = sitting.table(0, "Listing");
        for by in 0..n {
            sitting.cast(by, measure, Position::InFavour);
        }
        sitting.cluster.run_ms(60_000);
        for at in 0..n {
            assert!(is_adopted(sitting.status(at, measure)), "n = {n}, at {at}");
            assert!(sitting.is_sealed_by_all(at), "n = {n}, at {at}");
        }
        sitting.one_root();
        sitting.cluster.verify_agreement();
    }
}

#[test]
fn twenty_seven_replicas_adopt_a_measure() {
    let mut sitting = Sitting::new(fixture::european_union());
    let measure = sitting.table(3, "Listing");
    for by in 0..27 {
        sitting.cast(by, measure, Position::InFavour);
    }
    sitting.cluster.run_ms(60_000);
    assert!(is_adopted(sitting.status(26, measure)));
    assert!(sitting.is_sealed_by_all(26));
    sitting.one_root();
}

#[test]
fn an_idle_council_does_nothing() {
    let mut sitting = Sitting::equals(4);
    let measure = sitting.table(0, "Listing");
    sitting.cast(1, measure, Position::InFavour);
    sitting.cluster.run_ms(120_000);
    let before = (sitting.cluster.delivered, sitting.cluster.verify_agreement());
    let writes: Vec<_> = sitting.cluster.nodes.values().map(|node| node.disk.writes).collect();
    sitting.cluster.run_ms(3_600_000);
    assert_eq!((sitting.cluster.delivered, sitting.cluster.verify_agreement()), before);
    let after: Vec<_> = sitting.cluster.nodes.values().map(|node| node.disk.writes).collect();
    assert_eq!(after, writes);
}

#[test]
fn one_absent_member_does_not_stop_the_others_and_is_caught_up_on_return() {
    let mut sitting = Sitting::equals(4);
    let absent = sitting.code(3);
    let waits = sitting.table(0, "Waits for everyone");
    sitting.cluster.crash(&absent);
    for by in 0..3 {
        sitting.cast(by, waits, Position::InFavour);
    }
    sitting.cluster.run_ms(30_000);
    let other = sitting.table(1, "Recorded meanwhile");
    let missing = |sitting: &Sitting| {
        let at = sitting.code(0);
        sitting.cluster.replica(&at).chain().council().measure(waits).unwrap().missing()
    };
    assert_eq!(missing(&sitting), core::slice::from_ref(&absent));
    assert_eq!(sitting.status(0, other), Status::Open);
    assert!(!sitting.is_sealed_by_all(0));

    sitting.cluster.boot(&absent);
    sitting.cluster.run_ms(20_000);
    sitting.one_root();
    assert!(sitting.is_sealed_by_all(0) && sitting.is_sealed_by_all(3));
    sitting.cast(3, waits, Position::InFavour);
    sitting.cluster.run_ms(20_000);
    assert!((0..4).all(|at| is_adopted(sitting.status(at, waits)) && sitting.is_sealed_by_all(at)));
}

#[test]
fn what_was_acknowledged_survives_the_crash_of_every_node() {
    let mut sitting = Sitting::equals(4);
    let measure = sitting.table(0, "Listing");
    let root = sitting.one_root();
    for code in sitting.cluster.codes().to_vec() {
        sitting.cluster.crash(&code);
    }
    for code in sitting.cluster.codes().to_vec() {
        sitting.cluster.boot(&code);
    }
    sitting.cluster.run_ms(20_000);
    assert_eq!(sitting.one_root(), root);
    for by in 0..4 {
        sitting.cast(by, measure, Position::InFavour);
    }
    sitting.cluster.run_ms(60_000);
    assert!(
        (0..4).all(|at| is_adopted(sitting.status(at, measure)) && sitting.is_sealed_by_all(at))
    );
}

#[test]
fn a_deadline_makes_a_block_of_its_own() {
    let mut sitting = Sitting::equals(4);
    let mut measure = sitting.parties.measure(sitting.code(0).as_str(), "Short");
    measure.closes = Time::from_ms(sitting.cluster.now().as_ms() + 60_000).unwrap();
    measure.expires = None;
    let at = sitting.code(0);
    let statement = sitting.parties.sign(&Body::Measure(measure));
    sitting.cluster.submit(&at, &statement);
    sitting.cluster.run_ms(30_000);
    assert_eq!(sitting.status(2, 1), Status::Open);
    sitting.cluster.run_ms(60_000);
    assert!((0..4).all(|at| matches!(sitting.status(at, 1), Status::Lapsed { .. })));
    assert_eq!(sitting.cluster.verify_agreement(), Height(2));
}

#[test]
fn a_member_cut_from_most_others_still_has_its_statement_ordered() {
    let mut sitting = Sitting::equals(4);
    let (alone, link) = (sitting.code(3), sitting.code(0));
    sitting.cluster.cut =
        [1, 2].into_iter().map(|other| (alone.clone(), sitting.code(other))).collect();
    let statement = sitting.measure(3, "Heard by one");
    sitting.cluster.submit(&alone, &statement);
    sitting.cluster.run_ms(120_000);
    let council = sitting.cluster.replica(&link).chain().council();
    assert_eq!(council.measure_by_text(&statement.text_hash), Some(1));
    sitting.cluster.verify_agreement();
}

/// A measure that four can order only after its own deadline, submitted at the one that is alone.
fn overtaken() -> (Sitting, Code, Ticket) {
    let mut sitting = Sitting::equals(4);
    let alone = sitting.code(0);
    sitting.cluster.cut =
        [1, 2, 3].into_iter().map(|other| (alone.clone(), sitting.code(other))).collect();
    let mut measure = sitting.parties.measure(alone.as_str(), "Too late");
    measure.closes = after_start(Duration::from_mins(2));
    let statement = sitting.parties.sign(&Body::Measure(measure));
    let ticket = sitting.cluster.submit(&alone, &statement);
    sitting.cluster.run_ms(110_000);
    assert!(matches!(sitting.cluster.outcome(&alone, ticket), Some(Outcome::Accepted { .. })));
    (sitting, alone, ticket)
}

fn is_refused(sitting: &Sitting, at: &Code, ticket: Ticket) -> bool {
    let outcome = sitting.cluster.outcome(at, ticket);
    matches!(outcome, Some(Outcome::Refused(Rejection::Refused(Refusal::ClosesTooEarly { .. }))))
}

#[test]
fn what_time_has_overtaken_waits_no_longer_and_whoever_submitted_it_is_told() {
    let (mut sitting, alone, ticket) = overtaken();
    sitting.cluster.run_ms(120_000);
    assert!(is_refused(&sitting, &alone, ticket));
    sitting.cluster.heal();
    sitting.cluster.run_ms(120_000);
    assert!(sitting.cluster.is_idle());
    assert_eq!(sitting.cluster.verify_agreement(), Height(0));
}

#[test]
fn what_time_has_overtaken_is_answered_before_more_is_added() {
    let (mut sitting, alone, ticket) = overtaken();
    sitting.cluster.run_ms(11_000);
    assert!(!is_refused(&sitting, &alone, ticket), "nothing made it be judged");
    let statement = sitting.measure(0, "In time");
    sitting.cluster.submit(&alone, &statement);
    sitting.cluster.run_ms(1);
    assert!(is_refused(&sitting, &alone, ticket));
}

#[test]
fn a_minority_orders_nothing_and_goes_on_when_it_is_whole_again() {
    let mut sitting = Sitting::equals(4);
    let (one, two) = (sitting.code(2), sitting.code(3));
    sitting.cluster.crash(&one);
    sitting.cluster.crash(&two);
    let at = sitting.code(0);
    let ticket = {
        let statement = sitting.measure(0, "Two of four");
        sitting.cluster.submit(&at, &statement)
    };
    sitting.cluster.run_ms(60_000);
    assert!(matches!(sitting.cluster.outcome(&at, ticket), Some(Outcome::Accepted { .. })));
    assert_eq!(sitting.cluster.verify_agreement(), Height(0));
    sitting.cluster.boot(&one);
    sitting.cluster.run_ms(60_000);
    assert!(matches!(sitting.cluster.outcome(&at, ticket), Some(Outcome::Ordered { .. })));
    sitting.cluster.boot(&two);
    sitting.cluster.run_ms(60_000);
    sitting.one_root();
    assert!(sitting.is_sealed_by_all(0));
}

#[test]
fn a_node_that_lost_what_it_signed_withholds_votes_until_none_can_contradict() {
    let mut sitting = Sitting::equals(4);
    sitting.table(0, "Before");
    let lost = sitting.code(3);
    sitting.cluster.lose_signed(&lost);
    sitting.cluster.boot(&lost);
    sitting.cluster.run_ms(10_000);
    let (replica, others) =
        (sitting.cluster.replica(&lost), sitting.cluster.replica(&sitting.code(0)));
    assert!(replica.is_observing() && !others.is_observing());
    // It seals what the others decide, and votes again three heights above what they had proven.
    for (height, observes) in [(2, true), (3, true), (4, false), (5, false)] {
        let next = sitting.cluster.replica(&lost).chain().height().next();
        assert_eq!(next, Height(height));
        assert_eq!(sitting.cluster.replica(&lost).is_observing(), observes, "height {height}");
        sitting.table(1, &format!("At height {height}"));
        sitting.cluster.run_ms(10_000);
        assert!(sitting.is_sealed_by_all(3), "height {height}");
    }
    // Now its vote counts: with another node off, it is one of the three that decide.
    let off = sitting.code(2);
    sitting.cluster.crash(&off);
    sitting.table(1, "With the one that was lost");
    sitting.cluster.verify_agreement();
}

/// Blocks that come from one who has no seals of this node must not pass for its memory of them.
#[test]
fn a_node_that_is_set_back_and_caught_up_by_a_stranger_still_notices() {
    let mut sitting = Sitting::equals(4);
    let back = sitting.code(0);
    sitting.table(1, "Before the image");
    let image = sitting.cluster.nodes[&back].disk.clone();
    sitting.table(1, "After it");
    let blocks = sitting.cluster.nodes[&sitting.code(1)].disk.blocks_from(Height(1));
    sitting.cluster.crash(&back);
    sitting.cluster.nodes.get_mut(&back).unwrap().disk = image;
    sitting.cluster.cut =
        [1, 2, 3].into_iter().map(|other| (back.clone(), sitting.code(other))).collect();
    sitting.cluster.boot(&back);
    sitting.cluster.step(&back, Input::Offered(Message::Blocks(blocks).encode()));
    sitting.cluster.run_ms(1_000);
    assert_eq!(sitting.cluster.replica(&back).chain().height(), Height(2));
    sitting.cluster.heal();
    sitting.cluster.run_ms(10_000);
    assert!(sitting.cluster.replica(&back).is_observing());
    assert!(sitting.is_sealed_by_all(1), "it seals what is decided all the same");
    sitting.one_root();
}

#[test]
fn while_it_observes_a_node_is_no_part_of_a_quorum() {
    let mut sitting = Sitting::equals(4);
    sitting.table(0, "Before");
    let (lost, off) = (sitting.code(3), sitting.code(2));
    sitting.cluster.crash(&off);
    sitting.cluster.lose_signed(&lost);
    sitting.cluster.boot(&lost);
    let at = sitting.code(0);
    let statement = sitting.measure(0, "Two voters of four");
    let ticket = sitting.cluster.submit(&at, &statement);
    sitting.cluster.run_ms(60_000);
    assert!(matches!(sitting.cluster.outcome(&at, ticket), Some(Outcome::Accepted { .. })));
    sitting.cluster.boot(&off);
    sitting.cluster.run_ms(60_000);
    assert!(matches!(sitting.cluster.outcome(&at, ticket), Some(Outcome::Ordered { .. })));
}
