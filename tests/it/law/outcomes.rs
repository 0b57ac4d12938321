//! The law at its boundaries: who must sign, and what the ballots amount to.

use nemcon_ledger::council::Status;
use nemcon_ledger::record::council_change::Weights;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::{Body, CouncilChange, Measure, Outcome, Position, Record};
use nemcon_tests::fixture::{
    EU_MEMBERS, Ledger, cited, code, council_of_equals, european_union, label,
};

const FOR: Position = Position::InFavour;

fn outcome(derived: &[Record]) -> Outcome {
    let [Record::Decision(decision)] = derived else { panic!("{derived:?}") };
    decision.outcome
}

/// TFEU 239: each holds at most one mandate, so 14 complete a council of 27 and 13 cannot.
#[test]
fn fourteen_holders_with_thirteen_mandates_complete_a_council_of_twenty_seven() {
    let mut ledger = Ledger::found(european_union());
    let number = ledger.table(ledger.parties.measure("BE", "A measure"));
    let codes: Vec<&str> = EU_MEMBERS.iter().map(|it| it.0).collect();
    let (present, absent) = codes.split_at(14);
    let mandate = |(by, to): (&&str, &&str)| {
        let mandate = ledger.parties.mandate(ledger.council(), by, number, Some(to));
        ledger.sign(&Body::Mandate(mandate))
    };
    let mandates: Vec<_> = absent.iter().zip(present).map(mandate).collect();
    assert_eq!(ledger.run(&mandates), []);
    let own: Vec<_> = present.iter().map(|by| ledger.ballot(by, number, FOR)).collect();
    assert_eq!(ledger.run(&own), [], "fourteen alone complete nothing");
    assert_eq!(ledger.measure(number).missing().len(), 13);
    let pairs = present.iter().zip(absent);
    let others: Vec<_> =
        pairs.map(|(by, absent)| ledger.ballot_for((by, absent), number, FOR)).collect();
    assert_eq!(ledger.run(&others[1..]), [], "one is still missing");
    let derived = ledger.run(&others[..1]);
    let [Record::Decision(decision)] = &derived[..] else { panic!("{derived:?}") };
    assert_eq!((decision.outcome, decision.ballots.len()), (Outcome::Adopted, 27));
    let listed: Vec<_> = decision.mandates.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(listed, absent);
    assert!(decision.mandates.iter().zip(present).all(|(it, by)| it.holder.as_str() == *by));
}

/// TEU 31(1): abstentions do not prevent adoption, but something must be adopted by somebody.
#[test]
fn twenty_seven_abstentions_adopt_nothing_and_twenty_six_with_one_in_favour_adopt() {
    let mut ledger = Ledger::found(european_union());
    for (in_favour, wanted) in [(0, Outcome::NotAdopted), (1, Outcome::Adopted)] {
        let measure = ledger.parties.measure("BE", &format!("With {in_favour} in favour"));
        let number = ledger.table(measure);
        let position = |at| if at < in_favour { FOR } else { Position::Abstain };
        let ballots: Vec<_> = (0..)
            .zip(EU_MEMBERS)
            .map(|(at, (by, ..))| ledger.ballot(by, number, position(at)))
            .collect();
        let derived = ledger.run(&ballots);
        if in_favour == 0 {
            assert_eq!(derived, [], "it stays open: anyone may still be in favour");
            let close = ledger.close("BE", number);
            assert_eq!(outcome(&ledger.run(&[close])), wanted);
        } else {
            assert_eq!(outcome(&derived), wanted);
        }
    }
}

#[test]
fn under_common_accord_one_against_blocks_and_all_in_favour_adopt() {
    let mut ledger = Ledger::found(council_of_equals(3));
    let (kind, rule) = (label("conclusions"), label("common-accord"));
    let measure = ledger.parties.measure("M1", "A measure");
    let number = ledger.table(Measure { kind, rule, ..measure });
    let first = [("M1", FOR), ("M2", FOR), ("M3", Position::Against)];
    assert_eq!(ledger.cast(number, &first), [], "open, blocked");
    assert_eq!(outcome(&ledger.cast(number, &[("M3", FOR)])), Outcome::Adopted);
}

fn concerning(ledger: &mut Ledger, kind: &str, whom: &str) -> u64 {
    let measure = ledger.parties.measure("M1", &format!("Of {whom} by {kind}"));
    let (kind, rule) = (label(kind), label("minus-concerned"));
    ledger.table(Measure { kind, rule, concerns: Some(code(whom)), ..measure })
}

/// By the charter's clause, and by the member's own notice: the one concerned is not asked, and the
/// decision says so.
#[test]
fn the_member_concerned_is_left_out_by_clause_and_by_notice() {
    let mut ledger = Ledger::found(council_of_equals(3));
    let notice = ledger.sign(&ledger.notice("M3", NoticeAct::Given));
    ledger.run(&[notice]);
    for (kind, whom) in [("breach", "M2"), ("leaving-terms", "M3")] {
        let number = concerning(&mut ledger, kind, whom);
        assert!(!ledger.measure(number).is_entitled(&code(whom)));
        let others = ["M1", "M2", "M3"].into_iter().filter(|it| *it != whom);
        let ballots: Vec<_> = others.map(|by| (by, FOR)).collect();
        let derived = ledger.cast(number, &ballots);
        let [Record::Decision(decision)] = &derived[..] else { panic!("{derived:?}") };
        assert_eq!((decision.outcome, decision.ballots.len()), (Outcome::Adopted, 2));
        let out: Vec<_> = decision.excluded.iter().map(|it| it.code.as_str()).collect();
        assert_eq!(out, [whom]);
        assert!(decision.excluded[0].why.as_str().contains("the member concerned"));
    }
}

/// The rule asks for two: two take part, and nobody else is asked.
#[test]
fn as_many_as_the_minimum_may_go_ahead_together() {
    let mut ledger = Ledger::found(council_of_equals(4));
    let some = CouncilChange::Participation(["M2", "M4"].map(code).to_vec());
    let authority = ledger.adopt("M1", "cooperation", some);
    let measure = ledger.parties.measure("M2", "A joint act");
    let number = ledger.table(Measure {
        kind: label("joint-act"),
        rule: label("participating"),
        authorised_by: Some(cited(ledger.council(), authority)),
        ..measure
    });
    let derived = ledger.cast(number, &[("M2", FOR), ("M4", FOR)]);
    let [Record::Decision(decision)] = &derived[..] else { panic!("{derived:?}") };
    assert_eq!(decision.outcome, Outcome::Adopted);
    let out: Vec<_> = decision.excluded.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(out, ["M1", "M3"]);
    let why = format!("it does not take part in what measure {authority} authorised");
    assert!(decision.excluded.iter().all(|it| it.why.as_str() == why));
}

#[test]
fn an_open_measure_keeps_the_weights_and_members_that_it_was_tabled_with() {
    let mut ledger = Ledger::found(council_of_equals(3));
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let before = ledger.measure(number).frozen.clone();
    let weights = Weights { weights: vec![(code("M2"), 100)], total: 102 };
    ledger.adopt("M1", "weights", CouncilChange::Weights(weights));
    assert_eq!(ledger.council().weight().total, 102);
    assert_eq!(ledger.measure(number).frozen, before);
    let revision = ledger.revision(number, |m| m.title = "Another".parse().unwrap());
    ledger.run(&[revision]);
    assert_eq!(ledger.measure(number).frozen, before, "a revision keeps them too");
    let next = ledger.table(ledger.parties.measure("M1", "The next measure"));
    let weigh = |number| ledger.measure(number).frozen.entitled[1].weight;
    assert_eq!((weigh(number), weigh(next)), (1, 100));
    assert_eq!(ledger.measure(next).status, Status::Open);
}
