//! Random sequences of statements of all kinds: what holds of every council at every step.

use std::collections::BTreeSet;

use nemcon_ledger::chain::{Chain, Proposal};
use nemcon_ledger::council::{Council, Status};
use nemcon_ledger::record::{Body, Position, Record, Statement};
use nemcon_ledger::text::Code;
use nemcon_tests::fixture::{
    Ledger, Parties, Seat, council_of, council_of_equals, day, with_scant_shares,
};
use nemcon_tests::sim::rng::Rng;
use nemcon_tests::speaker::{Tape, Topic, Trial};
use proptest::collection::vec;
use proptest::prelude::*;

/// One party says something, and perhaps a block ends behind it.
#[derive(Clone, Debug)]
struct Turn {
    by: usize,
    choices: Vec<u16>,
    block: Option<u64>,
}

const DAY_MS: u64 = 86_400_000;

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let wait = prop_oneof![
        8 => Just(1000_u64), 2 => Just(30_000), 1 => Just(DAY_MS), 1 => Just(40 * DAY_MS)
    ];
    let block = prop_oneof![3 => Just(None), 1 => wait.prop_map(Some)];
    let turn = (0..7_usize, vec(any::<u16>(), 0..24), block)
        .prop_map(|(by, choices, block)| Turn { by, choices, block });
    vec(turn, 1..70)
}

/// A council of three to which all is said, rules that no release knows apart.
fn trial() -> Trial {
    let topics = Topic::ALL.into_iter().filter(|topic| *topic != Topic::Rules);
    Trial::begin(council_of(&[50, 30, 20].map(Seat::weighing)), topics)
}

fn perform(trial: &mut Trial, turns: &[Turn]) {
    let parties = trial.parties();
    for Turn { by, choices, block } in turns {
        trial.say(&mut Tape::new(choices), &parties[by % parties.len()]);
        if let Some(wait_ms) = block {
            trial.block(*wait_ms);
        }
    }
    trial.block(1000);
    trial.verify_no_replay();
}

/// Puts the items in the order that the keys give.
fn shuffled<T: Clone>(items: &[T], keys: &[u32]) -> Vec<T> {
    let mut order: Vec<_> = keys.iter().cycle().zip(items).collect();
    order.sort_by_key(|(key, _)| **key);
    order.into_iter().map(|(_, item)| item.clone()).collect()
}

/// A ballot of each member that is still asked for something, as `positions` go.
fn final_ballots(council: &Council, positions: &[Position]) -> Vec<Statement> {
    let parties = Parties::new(council.genesis().clone());
    let now = |opens: Option<_>| opens.is_none_or(|opens| opens <= day(1));
    let open = council
        .measures()
        .filter(|it| it.status == Status::Open && now(it.terms.opens) && it.closes > day(1));
    let asked = open.flat_map(|it| it.missing().into_iter().map(|code| (it.number, code)));
    let is_founder = |code: &Code| council.genesis().roster.member(code).is_some();
    let asked = asked.filter(|(_, code)| is_founder(code));
    let ballot = |((number, code), position): ((u64, Code), &Position)| {
        parties.sign(&Body::Ballot(parties.ballot(council, code.as_str(), number, *position)))
    };
    asked.zip(positions.iter().cycle()).map(ballot).collect()
}

/// What a council makes of these statements in one block: who was let in, and what that brings about
/// but for the places in the log.
fn outcome(council: &Council, statements: &[Statement]) -> (Vec<String>, Vec<String>) {
    let mut council = council.clone();
    let mut let_in = Vec::new();
    council.open(day(1));
    for statement in statements {
        if council.apply(statement).is_ok() {
            let_in.push(statement.text_hash.to_string());
        }
    }
    let derived = council.close().into_iter().map(|derived| derived.render());
    let text = |bytes: Vec<u8>| match Record::parse(&bytes) {
        Ok(Record::Decision(mut decision)) => {
            decision.ballots.iter_mut().for_each(|line| line.leaf.0 = 0);
            decision.render()
        }
        Ok(Record::Lapse(lapse)) => lapse.render(),
        other => unreachable!("{other:?}"),
    };
    let brought = derived.map(text).collect();
    let_in.sort();
    (let_in, brought)
}

fn ballots() -> impl Strategy<Value = Vec<Position>> {
    let mostly = prop_oneof![
        6 => Just(Position::InFavour), 1 => Just(Position::Abstain), 1 => Just(Position::Against)
    ];
    vec(mostly, 5)
}

/// As many cases; a failing one is printed, and nothing is written.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn no_sequence_of_statements_breaks_a_council_of_scant_shares(turns in turns()) {
        let topics = Topic::ALL.into_iter().filter(|topic| *topic != Topic::Rules);
        let mut trial = Trial::begin(with_scant_shares(council_of_equals(3)), topics);
        perform(&mut trial, &turns);
        trial.block(40 * DAY_MS);
    }

    #[test]
    fn no_sequence_of_statements_breaks_a_council(turns in turns()) {
        let mut trial = trial();
        perform(&mut trial, &turns);
        trial.block(40 * DAY_MS);
        trial.verify_no_replay();
    }

    #[test]
    fn the_outcome_does_not_depend_on_the_order_of_final_ballots(
        turns in turns(),
        positions in ballots(),
        keys in any::<[u32; 8]>(),
    ) {
        let mut trial = trial();
        perform(&mut trial, &turns);
        let council = trial.ledger.council();
        let ballots = final_ballots(council, &positions);
        let other = shuffled(&ballots, &keys);
        prop_assert_eq!(outcome(council, &ballots), outcome(council, &other));
    }

    #[test]
    fn the_outcome_does_not_depend_on_the_blocks_that_ballots_come_in(
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

/// What is drawn reaches every corner of the law: else the sequences above prove little.
#[test]
fn everything_is_said_and_let_in_and_refused_for_many_reasons() {
    let mut rng = Rng::new(5);
    let mut trial = Trial::begin(
        council_of_equals(4),
        Topic::ALL.into_iter().filter(|topic| ![Topic::Rules, Topic::Shares].contains(topic)),
    );
    let parties = trial.parties();
    for _ in 0..1800 {
        let by = rng.index(parties.len());
        trial.say(&mut rng, &parties[by]);
        if rng.chance(250) {
            let wait_ms = if rng.chance(60) { 40_000 } else { 1000 };
            trial.block(wait_ms);
        }
    }
    let kinds: Vec<_> = trial.accepted.keys().copied().collect();
    assert_eq!(kinds.len(), 18, "{kinds:?}");
    assert!(trial.refused.len() >= 20, "{:?}", trial.refused);
    let council = trial.ledger.council();
    let adopted = council.measures().filter(|it| matches!(it.status, Status::Adopted { .. }));
    let adopted: BTreeSet<_> = adopted.map(|it| it.terms.kind.to_string()).collect();
    for kind in
        ["accession", "departure", "appointment", "cooperation", "joint-act", "breach", "weights"]
    {
        assert!(adopted.contains(kind), "{kind} is never adopted: {adopted:?}");
    }
    let said: Vec<_> = council.measures().map(|it| trial.ledger.said_on(it.number)).collect();
    let used = said.iter().flat_map(|it| it.ballots.values());
    assert!(used.filter(|ballot| ballot.mandate.is_some()).count() > 5);
    assert!(said.iter().filter(|it| !it.former.is_empty()).count() > 5);
}

/// Where shares are scant, the sequences above meet each of their ends.
#[test]
fn what_is_drawn_meets_the_ends_of_a_block_and_of_a_day() {
    let mut rng = Rng::new(8);
    let topics = [Topic::Shares, Topic::Incidents, Topic::Keys, Topic::Seats];
    let mut trial = Trial::begin(with_scant_shares(council_of_equals(3)), topics);
    let parties = trial.parties();
    for at in 0..600 {
        let by = rng.index(parties.len());
        trial.say(&mut rng, &parties[by]);
        let is_evening = at % 100 == 99;
        if is_evening || rng.chance(150) {
            trial.block(if is_evening { DAY_MS } else { 1000 });
        }
    }
    for code in ["day-spent", "quota-spent"] {
        assert!(trial.refused.get(code).is_some_and(|times| *times > 5), "{:?}", trial.refused);
    }
    assert!(trial.ordered() > 80);
}

#[test]
fn rules_that_no_release_knows_end_a_sequence() {
    let mut rng = Rng::new(11);
    let mut trial = Trial::begin(council_of_equals(2), [Topic::Rules, Topic::Kinds]);
    let parties = trial.parties();
    for _ in 0..4000 {
        let by = rng.index(2);
        trial.say(&mut rng, &parties[by]);
        if rng.chance(300) {
            trial.block(1000);
        }
        if trial.ledger.chain.verify_rules().is_err() {
            return;
        }
    }
    panic!("nobody wants other rules");
}
