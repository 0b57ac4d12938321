//! From tabling to the end: times, replacements, withdrawal, what decisions name.

use core::time::Duration;

use nemcon_crypto::hash;
use nemcon_ledger::council::{Obstacle, Refusal, Standing, Status};
use nemcon_ledger::record::{Body, Outcome, Position, Record};
use nemcon_ledger::text::Time;
use nemcon_tests::fixture::{
    Ledger, Seat, after_start, board, code, council_of, council_of_equals, day, lot,
};

const FOR: Position = Position::InFavour;
const AGAINST: Position = Position::Against;

fn three_with_a_measure() -> Ledger {
    let mut ledger = Ledger::found(council_of_equals(3));
    let measure = ledger.parties.measure("M1", "A measure");
    assert_eq!(ledger.table(measure), 1);
    ledger
}

fn outcome(derived: &[Record]) -> Outcome {
    let [Record::Decision(decision)] = derived else { unreachable!("{derived:?}") };
    decision.outcome
}

fn just_before(time: Time) -> Time {
    Time::from_ms(time.as_ms() - 1).expect("after 1970")
}

#[test]
fn a_ballot_counts_until_one_millisecond_before_the_deadline() {
    let mut ledger = three_with_a_measure();
    ledger.cast(1, &[("M1", FOR), ("M2", FOR)]);
    let last = ledger.ballot("M3", 1, FOR);
    let mut late = ledger.clone();
    assert_eq!(
        outcome(&ledger.run_at(just_before(day(30)), std::slice::from_ref(&last))),
        Outcome::Adopted
    );

    let block = late.offer_at(day(30), std::slice::from_ref(&last)).unwrap();
    assert_eq!(block.records.len(), 2, "the lapse and the block record");
    let Status::Lapsed { lapse } = late.measure(1).status else { unreachable!() };
    assert_eq!(late.measure(1).ended, Some(day(30)));
    let Ok(Record::Lapse(record)) = Record::parse(&block.records[0]) else { unreachable!() };
    assert_eq!(record.missing, [code("M3")]);
    assert_eq!(record.reason.as_str(), "its deadline passed with 2 of 3 ballots in");
    let mut council = late.council().clone();
    let status = Status::Lapsed { lapse };
    assert_eq!(council.apply(&last), Err(Refusal::Ended { measure: 1, status }));
}

#[test]
fn one_against_blocks_until_the_ballot_is_replaced() {
    let mut ledger = three_with_a_measure();
    assert_eq!(ledger.cast(1, &[("M1", FOR), ("M2", AGAINST), ("M3", FOR)]), []);
    let blocked = Standing::Blocked(Obstacle::Against(vec![code("M2")]));
    assert_eq!(ledger.measure(1).standing(), blocked);
    assert_eq!(ledger.cast(1, &[("M1", Position::Abstain)]), []);
    assert_eq!(outcome(&ledger.cast(1, &[("M2", Position::Abstain)])), Outcome::Adopted);
}

#[test]
fn a_withdrawal_goes_before_the_last_ballot_of_its_block() {
    let mut ledger = three_with_a_measure();
    ledger.cast(1, &[("M1", FOR), ("M2", FOR)]);
    let both = [ledger.ballot("M3", 1, FOR), ledger.withdrawal("M1", 1)];
    assert_eq!(ledger.run(&both), []);
    assert_eq!(ledger.measure(1).status, Status::Withdrawn);
    assert_eq!(ledger.measure(1).ended, Some(ledger.chain.time()));
    assert_eq!(ledger.council().next_deadline(), None);
}

#[test]
fn a_withdrawal_goes_before_a_close_of_its_block() {
    let mut ledger = three_with_a_measure();
    let both = [ledger.withdrawal("M1", 1), ledger.close("CH", 1)];
    assert_eq!(ledger.run(&both), []);
    assert_eq!(ledger.measure(1).status, Status::Withdrawn);
}

#[test]
fn a_retraction_is_not_overtaken_by_the_completing_ballot_of_its_block() {
    for rival in [FOR, Position::Abstain, Position::AbstainQualified, AGAINST] {
        let mut ledger = three_with_a_measure();
        ledger.cast(1, &[("M1", FOR), ("M2", FOR)]);
        let both = [ledger.ballot("M1", 1, Position::Retracted), ledger.ballot("M3", 1, rival)];
        assert_eq!(ledger.run(&both), []);
        assert_eq!(ledger.measure(1).missing(), [code("M1")]);
        assert_eq!(ledger.measure(1).status, Status::Open);
    }
}

#[test]
fn a_close_in_the_block_of_the_completing_ballot_sees_it() {
    let mut ledger = three_with_a_measure();
    ledger.cast(1, &[("M1", FOR), ("M2", FOR)]);
    let both = [ledger.ballot("M3", 1, FOR), ledger.close("M1", 1)];
    assert_eq!(outcome(&ledger.run(&both)), Outcome::Adopted);
}

#[test]
fn a_decision_names_each_ballot_by_leaf_and_text_hash() {
    let mut ledger = three_with_a_measure();
    ledger.cast(1, &[("M2", AGAINST)]);
    ledger.cast(1, &[("M1", FOR)]);
    ledger.cast(1, &[("M2", Position::Abstain)]);
    let derived = ledger.cast(1, &[("M3", FOR)]);
    let [Record::Decision(decision)] = &derived[..] else { unreachable!("{derived:?}") };
    let mut leaves = vec![ledger.parties.genesis.render().into_bytes()];
    leaves.extend(ledger.blocks.iter().flat_map(|block| block.records.clone()));
    let at = |leaf: u64| Record::parse(&leaves[usize::try_from(leaf).unwrap()]).unwrap();
    for line in &decision.ballots {
        let Record::Statement(statement) = at(line.leaf.0) else { unreachable!() };
        let Body::Ballot(ballot) = &statement.body else { unreachable!() };
        assert_eq!((&ballot.said.on_behalf, ballot.position), (&line.code, line.position));
        assert_eq!(hash::sha256(statement.note.text().as_bytes()), line.text_hash);
    }
    let codes: Vec<_> = decision.ballots.iter().map(|line| line.code.as_str()).collect();
    assert_eq!(codes, ["M1", "M2", "M3"]);
    assert_eq!(decision.roster, ledger.parties.genesis.roster.digest());
    let Status::Adopted { decision: leaf } = ledger.measure(1).status else { unreachable!() };
    assert_eq!(at(leaf.0), derived[0]);
    let Record::Statement(measure) = at(ledger.measure(1).leaf.0) else { unreachable!() };
    assert_eq!(measure.text_hash, decision.text);
}

#[test]
fn measures_and_decisions_are_numbered_as_they_are_ordered() {
    let mut ledger = Ledger::found(council_of_equals(1));
    let titles = ["First", "Second", "Third", "Fourth"];
    let sign = |title| ledger.parties.sign(&Body::Measure(ledger.parties.measure("M1", title)));
    let mut measures: Vec<_> = titles.map(sign).to_vec();
    let previous = ledger.chain.previous();
    assert_eq!(ledger.run(&measures), []);
    measures.sort_by_key(|statement| lot(&previous, statement));
    for (number, statement) in (1..).zip(&measures) {
        assert_eq!(ledger.council().measure_by_text(&statement.text_hash), Some(number));
    }
    let withdrawal = ledger.withdrawal("M1", 1);
    ledger.run(&[withdrawal]);
    let derived = ledger.run(&[4, 2].map(|number| ledger.ballot("M1", number, FOR)));
    let named = |record: &Record| match record {
        Record::Decision(decision) => (decision.number, decision.measure),
        other => unreachable!("{other:?}"),
    };
    assert_eq!(derived.iter().map(named).collect::<Vec<_>>(), [(1, 2), (2, 4)]);
}

#[test]
fn balloting_begins_when_the_measure_opens() {
    let mut ledger = Ledger::found(council_of_equals(1));
    let opens = Some(day(2));
    let number = ledger.table(nemcon_ledger::record::Measure {
        opens,
        ..ledger.parties.measure("M1", "A measure")
    });
    let ballot = ledger.ballot("M1", number, FOR);
    assert_eq!(ledger.offer_at(just_before(day(2)), std::slice::from_ref(&ballot)), None);
    assert_eq!(outcome(&ledger.run_at(day(2), &[ballot])), Outcome::Adopted);
}

#[test]
fn a_measure_can_be_withdrawn_before_it_opens() {
    let mut ledger = Ledger::found(council_of_equals(1));
    let opens = Some(day(2));
    let number = ledger.table(nemcon_ledger::record::Measure {
        opens,
        ..ledger.parties.measure("M1", "A measure")
    });
    let withdrawal = ledger.withdrawal("M1", number);
    assert_eq!(ledger.run(&[withdrawal]), []);
    assert_eq!(ledger.measure(number).status, Status::Withdrawn);
}

#[test]
fn a_measure_keeps_the_law_and_the_weights_that_it_was_tabled_under() {
    let seats = [Seat::weighing(5), Seat::weighing(3), Seat::weighing(2)];
    let mut ledger = Ledger::found(council_of(&seats));
    let number = ledger.table(ledger.parties.measure("CH", "A measure"));
    let frozen = &ledger.measure(number).frozen;
    let entitled: Vec<_> = frozen.entitled.iter().map(|e| (e.code.as_str(), e.weight)).collect();
    assert_eq!(entitled, [("M1", 5), ("M2", 3), ("M3", 2)]);
    assert_eq!((frozen.members, frozen.total_weight), (3, 10));
    assert_eq!(frozen.roster, ledger.parties.genesis.roster.digest());
    assert_eq!(frozen.kind, ledger.parties.genesis.charter.kinds[0]);
    assert_eq!(frozen.qualified, ledger.parties.genesis.charter.qualified);
    let before = frozen.clone();
    ledger.cast(number, &[("M1", FOR), ("M2", FOR), ("M3", FOR)]);
    assert_eq!(ledger.measure(number).frozen, before);
}

#[test]
fn a_board_of_seven_decides_by_its_own_charter() {
    let mut ledger = Ledger::found(board());
    let number = ledger.table(ledger.parties.measure("B3", "Approve the accounts"));
    let ballots = ["B1", "B2", "B3", "B4", "B5", "B6", "B7"].map(|seat| (seat, FOR));
    assert_eq!(ledger.cast(number, &ballots[..6]), []);
    assert_eq!(ledger.measure(number).standing(), Standing::Waiting);
    let derived = ledger.cast(number, &ballots[6..]);
    let [Record::Decision(decision)] = &derived[..] else { unreachable!("{derived:?}") };
    assert_eq!(decision.reason.as_str(), "all 7 in favour");
    let tabled = after_start(Duration::ZERO);
    assert_eq!(ledger.measure(number).tabled, tabled);
}
