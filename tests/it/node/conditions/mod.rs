//! What is wrong, as each node of a council sees it: when it is told, when it is over, and that it is not
//! told where it is not so.

mod clocks;
mod keys;
mod progress;

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

use nemcon_ledger::record::statement::Body;
use nemcon_ledger::text::Code;
use nemcon_node::server::condition::{Change, Condition, Facts, Kind, Watch};
use nemcon_replica::replica::{Input, Message, Outcome, Ticket};
use nemcon_tests::cluster::Cluster;
use nemcon_tests::fixture::{Parties, after_start, council_of_equals};

/// A council with an operator at each node.
struct Council {
    cluster: Cluster,
    parties: Parties,
    watches: BTreeMap<Code, Watch>,
    /// What each was told, in order.
    log: BTreeMap<Code, Vec<Change>>,
}

impl Council {
    fn of(n: usize) -> Self {
        let genesis = council_of_equals(n);
        let parties = Parties::new(genesis.clone());
        let cluster = Cluster::start(genesis, after_start(Duration::ZERO));
        let mut council = Self { cluster, parties, watches: BTreeMap::new(), log: BTreeMap::new() };
        council.run_s(5);
        council
    }

    fn code(&self, at: usize) -> Code {
        self.cluster.codes()[at].clone()
    }

    /// Runs, and lets every operator look each second.
    fn run_s(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.cluster.run_ms(1_000);
            self.look();
        }
    }

    fn look(&mut self) {
        let uptime = self.cluster.now().as_ms() - after_start(Duration::ZERO).as_ms();
        for code in self.cluster.codes().to_vec() {
            if self.cluster.nodes[&code].replica.is_none() {
                self.watches.remove(&code);
                continue;
            }
            let now = self.cluster.clock_of(&code);
            let facts = Facts::of(self.cluster.replica(&code), now);
            let watch = self.watches.entry(code.clone()).or_default();
            let changes = watch.look(&facts, now, Duration::from_millis(uptime));
            self.log.entry(code).or_default().extend(changes);
        }
    }

    /// Each node asks what the others' clocks read.
    fn ask_clocks(&mut self) {
        for code in self.cluster.codes().to_vec() {
            if self.cluster.nodes[&code].replica.is_none() {
                continue;
            }
            let others: Vec<_> = self.cluster.replica(&code).connected_members().cloned().collect();
            for other in others {
                self.cluster.step(&code, Input::AskClock(other));
            }
        }
        self.run_s(1);
    }

    /// The condition of this kind about a member that a node tells of.
    fn told(&self, at: usize, kind: Kind, about: usize) -> Option<&Condition> {
        let about = self.code(about);
        let mut told = self.watches[&self.code(at)].told().map(|told| told.condition);
        told.find(|it| it.kind() == kind && it.about == about)
    }

    /// The nodes that tell of this condition about a member.
    fn tell(&self, kind: Kind, about: usize) -> Vec<usize> {
        let up = |at: &usize| self.cluster.nodes[&self.code(*at)].replica.is_some();
        let nodes = (0..self.cluster.codes().len()).filter(up);
        nodes.filter(|at| self.told(*at, kind, about).is_some()).collect()
    }

    /// All that a node tells of.
    fn kinds(&self, at: usize) -> BTreeSet<Kind> {
        self.watches[&self.code(at)].told().map(|told| told.condition.kind()).collect()
    }

    /// How often a node was told that this began, and that it was over.
    fn changes(&self, at: usize, kind: Kind) -> (usize, usize) {
        let log = &self.log[&self.code(at)];
        let begins = |it: &&Change| matches!(it, Change::Begins(it) if it.kind() == kind);
        let over =
            |it: &&Change| matches!(it, Change::Over { condition, .. } if condition.kind() == kind);
        (log.iter().filter(begins).count(), log.iter().filter(over).count())
    }

    fn submit(&mut self, at: usize, title: &str) -> Ticket {
        let by = self.code(at);
        let measure = self.parties.measure(by.as_str(), title);
        let statement = self.parties.sign(&Body::Measure(measure));
        self.cluster.submit(&by, &statement)
    }

    fn order(&mut self, at: usize, title: &str) {
        let ticket = self.submit(at, title);
        self.run_s(25);
        let outcome = self.cluster.outcome(&self.code(at), ticket);
        assert!(matches!(outcome, Some(Outcome::Ordered { .. })), "{outcome:?}");
    }

    fn hear(&mut self, at: usize, from: usize, message: &Message) {
        let (at, from) = (self.code(at), self.code(from));
        self.cluster.step(&at, Input::Frame(from, message.encode()));
    }

    fn see_twice(&mut self, at: usize, whose: usize) {
        let (at, whose) = (self.code(at), self.code(whose));
        self.cluster.step(&at, Input::SeenTwice(whose));
    }
}

#[test]
fn a_council_where_all_is_well_tells_nothing() {
    for n in [1, 2, 3, 4, 7] {
        let mut council = Council::of(n);
        council.order(0, "Listing");
        council.ask_clocks();
        council.run_s(60);
        for at in 0..n {
            assert_eq!(council.kinds(at), [].into(), "n = {n}, at {at}");
            assert_eq!(council.log[&council.code(at)], [], "n = {n}, at {at}");
        }
    }
}
