//! What is wrong, as each node of a council sees it: when it is told, when it is over, and that it is not
//! told where it is not so.

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

use nemcon_ledger::Height;
use nemcon_ledger::record::Position;
use nemcon_ledger::record::statement::Body;
use nemcon_ledger::text::Code;
use nemcon_node::condition::{Change, Condition, Facts, Kind, State, Watch};
use nemcon_replica::replica::{Input, Message, NoRejoin, Outcome, RIVAL_MS, Rejection, Ticket};
use nemcon_tests::cluster::Cluster;
use nemcon_tests::fixture::{Parties, after_start, council_of_equals};

const HOURS_MS: i64 = 2 * 3_600_000;
const DAYS_MS: i64 = 400 * 86_400_000;

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

#[test]
fn a_key_in_two_places_is_told_where_it_is_seen_and_by_the_node_itself_until_it_ends() {
    let mut council = Council::of(4);
    for at in [0, 1] {
        council.see_twice(at, 3);
    }
    council.run_s(1);
    assert_eq!(council.tell(Kind::OwnKeyElsewhere, 3), [0, 1, 3]);
    let own = council.told(3, Kind::OwnKeyElsewhere, 3).unwrap();
    assert!(own.is_own && own.means().contains("M1 M2 are shown it by two processes"), "{own:?}");
    assert!(own.advice().contains("`nemcon node rejoin` is not for this"));
    let seen = council.told(0, Kind::OwnKeyElsewhere, 3).unwrap();
    assert!(!seen.is_own && seen.advice().starts_with("tell the operator of M4"), "{seen:?}");
    // No misdeed of anybody.
    for at in 0..4 {
        assert!(council.cluster.replica(&council.code(at)).faults().is_empty());
    }
    council.run_s(RIVAL_MS / 1000 + 1);
    assert_eq!(council.tell(Kind::OwnKeyElsewhere, 3), [0_usize; 0]);
    for at in [0, 1, 3] {
        assert_eq!(council.changes(at, Kind::OwnKeyElsewhere), (1, 1), "at {at}");
    }
}

#[test]
fn up_to_f_members_make_no_node_believe_that_its_key_is_elsewhere() {
    let mut council = Council::of(4);
    for _ in 0..10 {
        council.hear(3, 0, &Message::KeyTwice);
    }
    council.run_s(1);
    assert_eq!(council.kinds(3), [].into());
    council.hear(3, 1, &Message::KeyTwice);
    council.run_s(1);
    assert_eq!(council.kinds(3), [Kind::OwnKeyElsewhere].into());
}

#[test]
fn a_second_process_is_one_only_while_the_first_one_runs() {
    let mut council = Council::of(4);
    let (at, whose) = (council.code(0), council.code(3));
    // It runs, and answers.
    council.cluster.step(&at, Input::RivalAppears(whose.clone()));
    council.run_s(1);
    assert_eq!(council.tell(Kind::OwnKeyElsewhere, 3), [0]);
    // It does not, and its end was not noticed: nothing comes back.
    let mut council = Council::of(4);
    council.cluster.cut.push((at.clone(), whose.clone()));
    council.cluster.step(&at, Input::RivalAppears(whose.clone()));
    council.run_s(1);
    council.cluster.step(&at, Input::Disconnected(whose.clone()));
    council.cluster.heal();
    council.ask_clocks();
    assert_eq!(council.tell(Kind::OwnKeyElsewhere, 3), [0_usize; 0]);
}

#[test]
fn a_node_whose_key_is_elsewhere_does_not_rejoin() {
    let mut council = Council::of(4);
    let lost = council.code(3);
    council.cluster.lose_signed(&lost);
    council.cluster.boot(&lost);
    council.run_s(5);
    for at in [0, 1] {
        council.see_twice(at, 3);
    }
    council.run_s(1);
    council.cluster.rejoin(&lost);
    let refused = council.cluster.nodes[&lost].rejoins.last().cloned().unwrap();
    let tell = vec![council.code(0), council.code(1)];
    assert_eq!(refused, Err(NoRejoin::KeyElsewhere(tell)));
}

#[test]
fn a_restored_backup_observes_and_is_no_key_in_two_places() {
    let mut council = Council::of(4);
    council.order(0, "Before the backup");
    let back = council.code(3);
    let backup = council.cluster.nodes[&back].disk.clone();
    for title in ["After", "And after"] {
        council.order(1, title);
    }
    council.cluster.crash(&back);
    council.cluster.nodes.get_mut(&back).unwrap().disk = backup;
    council.cluster.boot(&back);
    council.run_s(30);
    assert_eq!(council.tell(Kind::OwnKeyElsewhere, 3), [0_usize; 0]);
    let observing = council.told(3, Kind::Observing, 3).unwrap();
    assert!(
        observing.means().contains("The disk was set back, or another machine"),
        "{observing:?}"
    );
    assert!(!observing.advice().contains("rejoin"), "{}", observing.advice());
    for title in ["It observes", "Still", "And now", "It votes"] {
        council.order(1, title);
    }
    assert_eq!(council.kinds(3), [].into());
    assert_eq!(council.changes(3, Kind::Observing), (1, 1));
}

#[test]
fn a_clock_that_is_off_is_told_there_and_at_all_others_until_it_is_right() {
    for ahead_ms in [HOURS_MS, -HOURS_MS, DAYS_MS, -DAYS_MS, 3_000] {
        let mut council = Council::of(4);
        let off = council.code(3);
        council.cluster.clocks.insert(off.clone(), ahead_ms);
        council.ask_clocks();
        assert_eq!(council.tell(Kind::ClockOff, 3), [0, 1, 2, 3], "{ahead_ms}");
        for about in 0..3 {
            assert_eq!(council.tell(Kind::ClockOff, about), [0_usize; 0], "{ahead_ms}");
        }
        let own = council.told(3, Kind::ClockOff, 3).unwrap();
        let State::ClockOff { ahead_ms: told } = own.state else { panic!("{own:?}") };
        assert!(told.abs_diff(ahead_ms) <= 1_000, "{told} for {ahead_ms}");
        let says_lost = own.means().contains("are not voted for in time");
        assert_eq!(says_lost, ahead_ms.abs() >= 5_000, "{}", own.means());
        // Less, but not right yet: it is not told anew.
        council.cluster.clocks.insert(off.clone(), 1_500 * ahead_ms.signum());
        council.ask_clocks();
        assert_eq!(council.tell(Kind::ClockOff, 3), [0, 1, 2, 3], "{ahead_ms}");
        council.cluster.clocks.insert(off.clone(), 100);
        council.ask_clocks();
        assert_eq!(council.tell(Kind::ClockOff, 3), [0_usize; 0], "{ahead_ms}");
        assert_eq!(council.changes(3, Kind::ClockOff), (1, 1));
    }
}

#[test]
fn where_two_clocks_differ_each_node_looks_at_its_own() {
    let mut council = Council::of(2);
    let off = council.code(1);
    council.cluster.clocks.insert(off, HOURS_MS);
    council.ask_clocks();
    assert_eq!(council.tell(Kind::ClockOff, 0), [0]);
    assert_eq!(council.tell(Kind::ClockOff, 1), [1]);
}

#[test]
fn a_member_that_lies_about_its_clock_is_told_of_and_nobody_else() {
    let mut council = Council::of(4);
    let liar = council.code(0);
    council.cluster.clocks.insert(liar, DAYS_MS);
    council.ask_clocks();
    for about in 1..4 {
        assert_eq!(council.tell(Kind::ClockOff, about), [0_usize; 0]);
    }
    // What it tells without being asked is nothing.
    let now = council.cluster.now();
    council.hear(1, 2, &Message::Clock { asked: now, reads: after_start(Duration::ZERO) });
    council.run_s(1);
    assert_eq!(council.tell(Kind::ClockOff, 2), [0_usize; 0]);
}

#[test]
fn what_a_clock_that_is_off_refuses_for_the_time_says_clock() {
    let mut council = Council::of(4);
    let at = council.code(3);
    council.order(3, "Closes in days");
    council.cluster.clocks.insert(at.clone(), DAYS_MS);
    let ballot = |council: &Council| {
        let state = council.cluster.replica(&at).chain().council();
        let ballot = council.parties.ballot(state, at.as_str(), 1, Position::InFavour);
        council.parties.sign(&Body::Ballot(ballot))
    };
    // Nobody has told yet how far off it is: the refusal is as it would be anywhere.
    let statement = ballot(&council);
    let ticket = council.cluster.submit(&at, &statement);
    let refused = council.cluster.outcome(&at, ticket).cloned();
    assert!(matches!(refused, Some(Outcome::Refused(Rejection::Refused(_)))), "{refused:?}");
    council.ask_clocks();
    let ticket = council.cluster.submit(&at, &statement);
    let refused = council.cluster.outcome(&at, ticket).cloned();
    let Some(Outcome::Refused(rejection @ Rejection::ByClock { .. })) = refused else {
        panic!("{refused:?}")
    };
    let said = rejection.to_string();
    assert!(
        said.ends_with("this node's clock is 400 days ahead of the clocks of the other nodes"),
        "{said}"
    );
    assert!(rejection.advice().contains("Set the clock"));
    // Nor is a deadline that has passed by that clock alone a block that takes long.
    council.run_s(60);
    assert_eq!(council.kinds(3), [Kind::ClockOff].into());
    // What has nothing to do with the time is refused as ever.
    let mut other = council.parties.measure(at.as_str(), "Listing");
    other.kind = "no-such-kind".parse().unwrap();
    let statement = council.parties.sign(&Body::Measure(other));
    let ticket = council.cluster.submit(&at, &statement);
    let refused = council.cluster.outcome(&at, ticket).cloned();
    assert!(matches!(refused, Some(Outcome::Refused(Rejection::Refused(_)))), "{refused:?}");
}

#[test]
fn too_few_are_connected_only_while_no_block_goes_by() {
    let mut council = Council::of(4);
    let gone = [council.code(2), council.code(3)];
    for code in &gone {
        council.cluster.crash(code);
    }
    council.run_s(10);
    assert_eq!(council.tell(Kind::TooFewConnected, 0), [0]);
    let told = council.told(0, Kind::TooFewConnected, 0).unwrap().means();
    assert!(
        told.starts_with("2 of 4 members' nodes are connected, this one counted; a block takes 3"),
        "{told}"
    );
    council.cluster.boot(&gone[0]);
    council.run_s(5);
    assert_eq!(council.tell(Kind::TooFewConnected, 0), [0_usize; 0]);

    // One that reaches one other alone hears of what the rest decide.
    let mut council = Council::of(4);
    for other in [1, 2] {
        let pair = (council.code(other), council.code(3));
        council.cluster.cut.push(pair.clone());
        council.cluster.step(&pair.0, Input::Disconnected(pair.1.clone()));
        council.cluster.step(&pair.1, Input::Disconnected(pair.0.clone()));
    }
    council.submit(0, "Without it");
    council.run_s(60);
    assert_eq!(council.cluster.replica(&council.code(3)).chain().height(), Height(1));
    assert_eq!(council.kinds(3), [].into(), "blocks go by");
}

#[test]
fn a_block_that_takes_long_is_told_with_whose_votes_are_missing() {
    let mut council = Council::of(4);
    let gone = [council.code(2), council.code(3)];
    for code in &gone {
        council.cluster.crash(code);
    }
    council.submit(0, "Two of four");
    council.run_s(25);
    assert_eq!(council.tell(Kind::OrderingStalled, 0), [0_usize; 0], "not before its time");
    council.run_s(10);
    let told = council.told(0, Kind::OrderingStalled, 0).unwrap();
    assert!(told.means().starts_with("block 1 is wanted and is not decided"), "{}", told.means());
    assert!(told.means().ends_with("M3 M4"), "{}", told.means());
    council.cluster.boot(&gone[0]);
    council.run_s(90);
    assert_eq!(council.tell(Kind::OrderingStalled, 0), [0_usize; 0]);
    assert_eq!(council.changes(0, Kind::OrderingStalled), (1, 1));
}

#[test]
fn where_more_than_f_observe_the_council_stands_still_and_only_then_rejoining_is_advised() {
    let mut council = Council::of(4);
    council.order(0, "Before");
    let lost = [council.code(2), council.code(3)];
    council.cluster.lose_signed(&lost[1]);
    council.cluster.boot(&lost[1]);
    council.run_s(5);
    let advice = |council: &Council| {
        let told = council.watches[&council.code(3)].told();
        told.map(|told| told.condition.advice()).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(council.kinds(3), [Kind::Observing].into());
    assert!(!advice(&council).contains("rejoin"));
    council.cluster.lose_signed(&lost[0]);
    council.cluster.boot(&lost[0]);
    council.submit(0, "While two observe");
    council.run_s(60);
    assert_eq!(council.kinds(3), [Kind::Observing, Kind::OrderingStalled].into());
    assert!(advice(&council).contains("each one's operator runs `nemcon node rejoin`"));
    let lacks = council.told(0, Kind::OrderingStalled, 0).unwrap().means();
    assert!(lacks.ends_with("M3 M4"), "{lacks}");
    for code in &lost {
        council.cluster.rejoin(code);
        council.run_s(20);
    }
    assert_eq!(council.tell(Kind::OrderingStalled, 0), [0_usize; 0]);
}

#[test]
fn a_seal_that_is_late_is_told_where_it_is_missing_and_where_it_is_due() {
    let mut council = Council::of(4);
    council.order(0, "All seal it");
    let off = council.code(3);
    council.cluster.crash(&off);
    for title in ["One", "Two", "Three"] {
        council.order(0, title);
    }
    assert_eq!(council.tell(Kind::SealLate, 3), [0, 1, 2]);
    let told = council.told(0, Kind::SealLate, 3).unwrap();
    let wanted =
        State::SealLate { sealed: Height(1), blocks: 3, is_connected: false, is_behind: false };
    assert_eq!(told.state, wanted);
    let says =
        "the seals of M4 are here up to block 1; 3 blocks lack them. Its node is not connected";
    assert!(told.means().starts_with(says), "{}", told.means());

    // It is back, and hears of the blocks before it gets them.
    council.cluster.boot(&off);
    for _ in 0..60 {
        if council.cluster.replica(&off).height_of_others() == Height(4) {
            break;
        }
        council.cluster.deliver(1);
    }
    council.look();
    let uptime = Duration::from_secs(100_000);
    let facts = Facts::of(council.cluster.replica(&off), council.cluster.now());
    assert_eq!((facts.height, facts.there), (Height(1), Height(4)));
    let watch = council.watches.get_mut(&off).unwrap();
    let begins = watch.look(&facts, council.cluster.now(), uptime);
    let kinds: Vec<_> = begins
        .iter()
        .map(|it| match it {
            Change::Begins(it) => it.kind(),
            Change::Over { .. } => panic!("nothing is over: {begins:?}"),
        })
        .collect();
    assert!(kinds.contains(&Kind::Behind) && kinds.contains(&Kind::SealLate), "{kinds:?}");
    council.watches.remove(&off);
    council.run_s(20);
    assert_eq!(council.tell(Kind::SealLate, 3), [0_usize; 0]);
    assert_eq!(council.kinds(3), [].into());
    assert_eq!(council.changes(0, Kind::SealLate), (1, 1));
}

#[test]
fn up_to_f_members_make_no_node_believe_that_it_lacks_blocks() {
    let mut council = Council::of(4);
    council.order(0, "One");
    let standing = nemcon_replica::replica::Standing {
        height: Height(1_000_000),
        sealed: BTreeMap::new(),
        certificate: None,
    };
    council.hear(3, 0, &Message::Standing(standing));
    council.run_s(60);
    assert_eq!(council.kinds(3), [].into());
}

#[test]
fn a_node_that_has_started_alone_says_whom_it_has_not_heard() {
    let mut council = Council::of(4);
    council.order(0, "Before");
    for at in 0..4 {
        let code = council.code(at);
        council.cluster.crash(&code);
    }
    let alone = council.code(3);
    council.cluster.boot(&alone);
    council.run_s(35);
    let told = council.told(3, Kind::Listening, 3).unwrap().means();
    assert!(told.ends_with("Not heard: M1 M2 M3"), "{told}");
    for at in 0..3 {
        let code = council.code(at);
        council.cluster.boot(&code);
    }
    council.run_s(5);
    assert_eq!(council.kinds(3), [].into());
}

#[test]
fn a_node_without_the_key_that_the_roster_names_follows() {
    let mut council = Council::of(4);
    let code = council.code(3);
    council.cluster.crash(&code);
    council.cluster.swap_node_key(&code, nemcon_tests::fixture::secret("another key"));
    council.cluster.boot(&code);
    council.run_s(20);
    assert!(council.kinds(3).contains(&Kind::Following));
    let told = council.told(3, Kind::Following, 3).unwrap();
    assert!(told.means().contains("names no node key for M4"), "{}", told.means());
}
