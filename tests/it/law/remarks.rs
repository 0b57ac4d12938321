//! Statements for the minutes: who makes them on what, that they decide nothing, and what is kept of them.

use nemcon_crypto::hash;
use nemcon_ledger::council::{REMARKS_MAX, Refusal, Status};
use nemcon_ledger::record::{Body, Measure, Position, RemarkText, Statement};
use nemcon_ledger::text::{Code, Label};
use nemcon_tests::fixture::{Ledger, code, council_of_equals, day, label, line};

const FOR: Position = Position::InFavour;

fn tabled() -> (Ledger, u64) {
    let mut ledger = Ledger::found(council_of_equals(3));
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    (ledger, number)
}

fn remark(ledger: &Ledger, by: &str, number: u64) -> Statement {
    ledger.remark(by, number, |_| {})
}

/// Whose remarks are told, in their order.
fn told(ledger: &Ledger, number: u64) -> Vec<Code> {
    ledger.said_on(number).remarks.iter().map(|it| it.code.clone()).collect()
}

#[test]
fn a_remark_decides_nothing_and_prevents_nothing() {
    let (mut ledger, number) = tabled();
    let before = ledger.measure(number).tally();
    ledger.run(&["M1", "M2", "M3", "CH"].map(|by| remark(&ledger, by, number)));
    assert_eq!(ledger.measure(number).tally(), before, "nobody has cast a ballot by it");
    ledger.all_in_favour(number);
    assert!(matches!(ledger.measure(number).status, Status::Adopted { .. }));
    let lapsed = ledger.table(ledger.parties.measure("M1", "Another"));
    ledger.run(&["M1", "M2", "M3"].map(|by| remark(&ledger, by, lapsed)));
    ledger.run_at(day(90), &[]);
    assert!(matches!(ledger.measure(lapsed).status, Status::Lapsed { .. }));
}

#[test]
fn remarks_are_made_while_a_measure_is_open_and_after_it_was_decided() {
    for ballots in [[FOR; 3], [FOR, FOR, Position::Against]] {
        let (mut ledger, number) = tabled();
        ledger.run(&[remark(&ledger, "M3", number)]);
        let ballots = [("M1", ballots[0]), ("M2", ballots[1]), ("M3", ballots[2])];
        ledger.cast(number, &ballots);
        ledger.run_at(
            day(90),
            &[ledger.parties.sign(&Body::Remark(ledger.parties.remark(
                ledger.council(),
                "M2",
                number,
            )))],
        );
        assert_ne!(ledger.measure(number).status, Status::Open);
        ledger.run_at(day(99), &[remark(&ledger, "CH", number)]);
        assert_eq!(told(&ledger, number), ["M3", "M2", "CH"].map(code));
        let times: Vec<_> = ledger.said_on(number).remarks.iter().map(|it| it.time).collect();
        assert_eq!(times[1..], [day(90), day(99)]);
    }
}

#[test]
fn each_remark_stands_beside_those_before_it_up_to_so_many_of_a_party() {
    let (mut ledger, number) = tabled();
    for made in 0..REMARKS_MAX {
        if made == 3 {
            ledger.all_in_favour(number);
        }
        let said = line(&format!("Statement {made}."));
        let one = ledger.remark("M2", number, |it| it.text = RemarkText::Lines(vec![said]));
        ledger.run(&[one]);
    }
    assert_eq!(told(&ledger, number).len(), REMARKS_MAX as usize);
    let spent = Err(Refusal::RemarksSpent { by: code("M2"), measure: number });
    assert_eq!(ledger.try_apply(&remark(&ledger, "M2", number)), spent);
    assert_eq!(ledger.try_apply(&remark(&ledger, "M3", number)), Ok(()), "others have theirs");
}

#[test]
fn a_revision_ends_the_remarks_on_the_text_before_and_the_count_of_them() {
    let (mut ledger, number) = tabled();
    for _ in 0..REMARKS_MAX {
        ledger.run(&[remark(&ledger, "M2", number)]);
    }
    let revision = ledger.revision(number, |measure| measure.summary = vec![line("Better.")]);
    ledger.run(&[revision]);
    assert_eq!(told(&ledger, number), []);
    ledger.run(&[remark(&ledger, "M2", number)]);
    assert_eq!(told(&ledger, number), [code("M2")]);
}

#[test]
fn of_a_text_off_the_ledger_the_digest_is_kept() {
    let (mut ledger, number) = tabled();
    let digest = hash::sha256(b"a statement");
    let text = RemarkText::Digest(digest);
    let one = ledger.remark("M2", number, |it| (it.text, it.is_public) = (text, true));
    ledger.run(&[one, remark(&ledger, "M3", number)]);
    let mut kept: Vec<_> = ledger.said_on(number).remarks;
    kept.sort_by_key(|it| it.code.clone());
    let kept: Vec<_> = kept.iter().map(|it| (it.digest, it.is_public)).collect();
    assert_eq!(kept, [(Some(digest), true), (None, false)]);
}

#[test]
fn a_member_without_a_ballot_on_the_measure_makes_remarks_too() {
    let mut ledger = Ledger::found(council_of_equals(4));
    let breach = Measure {
        kind: label("breach"),
        rule: label("minus-concerned"),
        concerns: Some(code("M4")),
        ..ledger.parties.measure("M1", "About M4")
    };
    let number = ledger.table(breach);
    assert!(!ledger.measure(number).is_entitled(&code("M4")));
    assert_eq!(ledger.try_apply(&remark(&ledger, "M4", number)), Ok(()));
}

#[test]
fn a_charter_names_who_makes_remarks_and_their_sorts_or_neither() {
    let founded = |may: &[&str], sorts: &[&str]| {
        let labels = |words: &[&str]| -> Vec<Label> { words.iter().map(|it| label(it)).collect() };
        let mut genesis = council_of_equals(3);
        (genesis.charter.may_remark, genesis.charter.remarks) = (labels(may), labels(sorts));
        genesis.charter.verify().map_err(|error| error.to_string())
    };
    let together = Err("`may_remark` and `remarks` go together".to_owned());
    assert_eq!(founded(&["member"], &["statement"]), Ok(()));
    assert_eq!(founded(&[], &[]), Ok(()));
    assert_eq!(founded(&["member"], &[]), together);
    assert_eq!(founded(&[], &["statement"]), together);
    let twice = founded(&["member"], &["statement", "statement"]);
    assert_eq!(twice, Err("the charter names the remark statement twice".to_owned()));
}
