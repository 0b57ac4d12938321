//! Random sequences of statements: what holds of every council at every step.

use std::collections::BTreeMap;

use nemcon_crypto::hash;
use nemcon_ledger::chain::{Chain, Proposal};
use nemcon_ledger::council::{Council, Status};
use nemcon_ledger::record::{Body, Outcome, Position, Record, Statement};
use nemcon_ledger::text::Time;
use nemcon_tests::fixture::{Ledger, Parties, Seat, council_of, council_of_equals, day, label};
use proptest::collection::vec;
use proptest::prelude::*;

/// Something that a party tries.
#[derive(Clone, Debug)]
enum Try {
    Table { by: usize, kind: bool, days: u64, opens: bool },
    Cast { by: usize, number: u64, position: Position, after: After },
    Withdraw { by: usize, number: u64 },
    Close { by: usize, number: u64 },
    Again { which: prop::sample::Index },
    NextBlock { days: u64 },
}

/// What a ballot follows.
#[derive(Clone, Copy, Debug)]
enum After {
    Last,
    Nothing,
    Other,
}

const PARTIES: [&str; 4] = ["M1", "M2", "M3", "CH"];

fn tries() -> impl Strategy<Value = Try> {
    let by = || 0..PARTIES.len();
    let number = || 1..4_u64;
    let position = prop::sample::select(&Position::ALL[..]);
    let after =
        prop_oneof![8 => Just(After::Last), 1 => Just(After::Nothing), 1 => Just(After::Other)];
    prop_oneof![
        2 => (by(), any::<bool>(), 1..20_u64, any::<bool>())
            .prop_map(|(by, kind, days, opens)| Try::Table { by, kind, days, opens }),
        12 => (by(), number(), position, after)
            .prop_map(|(by, number, position, after)| Try::Cast { by, number, position, after }),
        1 => (by(), number()).prop_map(|(by, number)| Try::Withdraw { by, number }),
        1 => (by(), number()).prop_map(|(by, number)| Try::Close { by, number }),
        2 => any::<prop::sample::Index>().prop_map(|which| Try::Again { which }),
        5 => (0..3_u64).prop_map(|days| Try::NextBlock { days }),
    ]
}

/// A council under trial: everything that it accepted, and the ends that it derived.
struct Trial {
    parties: Parties,
    council: Council,
    time: Time,
    signed: Vec<Statement>,
    accepted: Vec<Statement>,
    ended: BTreeMap<u64, &'static str>,
}

impl Trial {
    fn begin() -> Self {
        let parties = Parties::new(council_of(&[50, 30, 20].map(Seat::weighing)));
        let mut council = Council::new(parties.genesis.clone());
        council.open(day(0));
        let (time, signed, accepted) = (day(0), Vec::new(), Vec::new());
        Self { parties, council, time, signed, accepted, ended: BTreeMap::new() }
    }

    fn perform(&mut self, what: &Try) {
        match what {
            Try::NextBlock { days } => self.next_block(*days),
            Try::Again { which } => {
                if !self.signed.is_empty() {
                    let statement = self.signed[which.index(self.signed.len())].clone();
                    self.submit(statement);
                }
            }
            _ => {
                if let Some(body) = self.body(what) {
                    let statement = self.parties.sign(&body);
                    self.signed.push(statement.clone());
                    self.submit(statement);
                }
            }
        }
    }

    fn body(&self, what: &Try) -> Option<Body> {
        let (parties, council) = (&self.parties, &self.council);
        let exists = |number: &u64| council.measure(*number).is_some();
        Some(match what {
            Try::Table { by, kind, days, opens } => {
                let title = format!("Measure {}", self.signed.len());
                let mut measure = parties.measure(PARTIES[*by], &title);
                let later = |ms: u64| Time::from_ms(self.time.as_ms() + ms).expect("this age");
                measure.kind = label(if *kind { "listing" } else { "resolution" });
                measure.opens = opens.then(|| later(1000));
                measure.closes = later(days * 86_400_000);
                Body::Measure(measure)
            }
            Try::Cast { by, number, position, after } if exists(number) => {
                let mut ballot = parties.ballot(council, PARTIES[*by], *number, *position);
                ballot.after = match after {
                    After::Last => ballot.after,
                    After::Nothing => None,
                    After::Other => Some(hash::sha256(b"other")),
                };
                Body::Ballot(ballot)
            }
            Try::Withdraw { by, number } if exists(number) => {
                Body::Withdrawal(parties.withdrawal(council, PARTIES[*by], *number))
            }
            Try::Close { by, number } if exists(number) => {
                Body::Close(parties.close(council, PARTIES[*by], *number))
            }
            _ => return None,
        })
    }

    fn submit(&mut self, statement: Statement) {
        let before = self.council.next_leaf().0;
        let is_replay = self.accepted.iter().any(|old| old.text_hash == statement.text_hash);
        match self.council.apply(&statement) {
            Ok(()) => {
                assert!(!is_replay, "a statement is accepted once");
                assert_eq!(self.council.next_leaf().0, before + 1);
                self.accepted.push(statement);
            }
            Err(refusal) => {
                assert_eq!(self.council.next_leaf().0, before);
                assert!(!refusal.to_string().is_empty());
            }
        }
    }

    fn next_block(&mut self, days: u64) {
        let mut derived = self.council.close();
        self.time = Time::from_ms(self.time.as_ms() + 1000 + days * 86_400_000).expect("this age");
        derived.extend(self.council.open(self.time));
        for record in derived {
            let bytes = record.render();
            let record = Record::parse(&bytes).expect("what the council derives is a record");
            let (measure, how) = match &record {
                Record::Decision(decision) => (decision.measure, how(decision.outcome)),
                Record::Lapse(lapse) => (lapse.measure, "lapsed"),
                other => unreachable!("{other:?}"),
            };
            assert_eq!(self.ended.insert(measure, how), None, "a measure ends once");
        }
        self.verify_statuses();
    }

    fn verify_statuses(&self) {
        for state in self.council.measures() {
            let says = match state.status {
                Status::Open | Status::Withdrawn => None,
                Status::Adopted { .. } => Some("adopted"),
                Status::NotAdopted { .. } => Some("not adopted"),
                Status::Lapsed { .. } => Some("lapsed"),
            };
            assert_eq!(self.ended.get(&state.number).copied(), says);
            assert_eq!(state.ended.is_some(), state.status != Status::Open);
            assert!(state.status != Status::Open || self.time < state.measure.closes);
        }
    }

    /// Everything that was ever accepted is refused now.
    fn verify_no_replay(&self) {
        for old in &self.accepted {
            assert!(self.council.clone().apply(old).is_err());
        }
    }
}

const fn how(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Adopted => "adopted",
        Outcome::NotAdopted => "not adopted",
    }
}

/// Puts the items in the order that the keys give.
fn shuffled<T: Clone>(items: &[T], keys: &[u32]) -> Vec<T> {
    let mut order: Vec<_> = keys.iter().zip(items).collect();
    order.sort_by_key(|(key, _)| **key);
    order.into_iter().map(|(_, item)| item.clone()).collect()
}

fn ballots() -> impl Strategy<Value = Vec<Position>> {
    vec(prop::sample::select(&Position::ALL[..4]), 5)
}

/// As many cases; a failing one is printed, and nothing is written.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn no_sequence_of_statements_breaks_a_council(what in vec(tries(), 1..80)) {
        let mut trial = Trial::begin();
        for what in &what {
            trial.perform(what);
        }
        trial.verify_no_replay();
        trial.next_block(40);
        trial.verify_no_replay();
    }

    #[test]
    fn the_outcome_does_not_depend_on_the_order_of_ballots(
        positions in ballots(),
        keys in any::<[u32; 5]>(),
    ) {
        let mut ledger = Ledger::found(council_of(&[40, 30, 15, 10, 5].map(Seat::weighing)));
        ledger.table(ledger.parties.measure("M1", "A measure"));
        let ballots: Vec<_> = ["M1", "M2", "M3", "M4", "M5"].into_iter().zip(positions).collect();
        let mut other = ledger.clone();
        ledger.cast(1, &ballots);
        for ballot in shuffled(&ballots, &keys) {
            other.cast(1, &[ballot]);
        }
        let (one, two) = (ledger.measure(1), other.measure(1));
        prop_assert_eq!(one.standing(), two.standing());
        prop_assert_eq!(one.tally(), two.tally());
        prop_assert_eq!(one.status.to_string(), two.status.to_string());
        let reason = |ledger: &mut Ledger| {
            let closing = (ledger.measure(1).status == Status::Open).then(|| ledger.close("M1", 1));
            closing.map(|closing| match &ledger.run(&[closing])[..] {
                [Record::Decision(decision)] => (decision.outcome, decision.reason.clone()),
                other => unreachable!("{other:?}"),
            })
        };
        prop_assert_eq!(reason(&mut ledger), reason(&mut other));
    }

    #[test]
    fn candidates_in_any_order_make_one_block(keys in any::<[u32; 8]>()) {
        let mut ledger = Ledger::found(council_of_equals(4));
        for title in ["The first measure", "The second measure"] {
            ledger.table(ledger.parties.measure("M1", title));
        }
        let mut candidates = Vec::new();
        for by in ["M1", "M2", "M3", "M4"] {
            candidates.push(ledger.ballot(by, 1, Position::InFavour));
            candidates.push(ledger.ballot(by, 2, Position::Abstain));
        }
        let write = |statements: &[Statement]| {
            let candidates: Vec<_> = statements.iter().collect();
            let proposal = Proposal { time: day(1), round: 0 };
            ledger.chain.assemble(&proposal, &candidates).map(|(block, _): (_, Chain)| block)
        };
        prop_assert_eq!(write(&candidates), write(&shuffled(&candidates, &keys)));
    }
}
