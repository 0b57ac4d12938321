//! Who speaks for a party without a ballot: all appoint, one officer freezes, and nothing that was
//! said before changes by it.

use nemcon_ledger::council::{Refusal, Status};
use nemcon_ledger::record::statement::SignatureFault;
use nemcon_ledger::record::{Body, CouncilChange, Measure, Participant, Position, Statement};
use nemcon_tests::fixture::{
    Ledger, Seat, appointee, code, council_of_equals, line, member, officer, participant,
};

const FOR: Position = Position::InFavour;

fn ledger() -> Ledger {
    Ledger::found(council_of_equals(3))
}

fn appointment(of: Participant) -> CouncilChange {
    CouncilChange::Appointment(Box::new(of))
}

/// An open measure that appoints, titled apart from others.
fn open(ledger: &mut Ledger, title: &str, of: Participant) -> u64 {
    let measure = ledger.effect("M1", "appointment", appointment(of));
    ledger.table(Measure { title: line(title), ..measure })
}

/// The ballots of all members on these measures, for one block.
fn ballots(ledger: &Ledger, numbers: &[u64]) -> Vec<Statement> {
    let of = |number: &u64| ["M1", "M2", "M3"].map(|by| ledger.ballot(by, *number, FOR));
    numbers.iter().flat_map(of).collect()
}

fn close_with(ledger: &Ledger, by: &str, number: u64, key: &str) -> Result<(), Refusal> {
    let body = Body::Close(ledger.parties.close(ledger.council(), by, number));
    ledger.try_apply(&ledger.sign_as(&body, &[key]))
}

fn freeze(ledger: &Ledger, by: &str, key: &str) -> Statement {
    ledger.sign_as(&ledger.freeze(by), &[key])
}

fn is_adopted(ledger: &Ledger, number: u64) -> bool {
    matches!(ledger.measure(number).status, Status::Adopted { .. })
}

#[test]
fn an_appointment_acts_from_the_next_block_on() {
    let mut ledger = ledger();
    let first = ledger.table(ledger.parties.measure("M1", "Closed by whom?"));
    let number = open(&mut ledger, "A chair", appointee("CH", "chair", &["CH/desk-2"]));
    let mut block = ballots(&ledger, &[number]);
    // The old officers still speak in the very block.
    block.push(ledger.close("CH", first));
    ledger.run(&block);
    assert!(matches!(ledger.measure(first).status, Status::Lapsed { .. }));
    assert_eq!(ledger.council().participants(), [appointee("CH", "chair", &["CH/desk-2"])]);
    let second = ledger.table(ledger.parties.measure("M1", "Another"));
    let of_old = ledger.close("CH", second);
    let fault = SignatureFault::Signer { line: 1 };
    let refusal = Refusal::Signatures { by: code("CH"), fault };
    assert_eq!(ledger.try_apply(&of_old), Err(refusal), "and not in the next one");
    assert_eq!(close_with(&ledger, "CH", second, "CH/desk-2"), Ok(()));
}

#[test]
fn all_appoint_a_further_participant_which_is_then_nobody_elses_code() {
    let mut ledger = ledger();
    ledger.appoint("SG", "chair", &["SG/desk-1"]);
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    assert_eq!(close_with(&ledger, "SG", number, "SG/desk-1"), Ok(()));
    let entrant = member("SG", "The entrant", Seat::weighing(1));
    let taken = ledger.effect("M1", "accession", CouncilChange::Accession(Box::new(entrant)));
    let said = ledger.try_apply(&ledger.sign(&Body::Measure(taken.clone())));
    assert_eq!(said, Err(Refusal::AlreadyAMember(code("SG"))));
    ledger.appoint("SG", "chair", &[]);
    let said = ledger.try_apply(&ledger.sign(&Body::Measure(taken)));
    assert_eq!(said, Err(Refusal::AlreadyAMember(code("SG"))), "nor once the seat is vacant");
}

#[test]
fn nobody_speaks_for_a_vacant_seat_until_somebody_is_appointed() {
    let mut ledger = ledger();
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let close = ledger.close("CH", number);
    ledger.appoint("CH", "chair", &[]);
    assert_eq!(ledger.try_apply(&close), Err(Refusal::VacantSeat(code("CH"))));
    let Body::Freeze(_) = ledger.freeze("CH") else { unreachable!() };
    let refusal = ledger.council().signers_of(&ledger.freeze("CH"));
    assert_eq!(refusal, Err(Refusal::VacantSeat(code("CH"))));
    ledger.appoint("CH", "chair", &["CH/desk-2"]);
    assert_eq!(close_with(&ledger, "CH", number, "CH/desk-2"), Ok(()));
}

#[test]
fn one_officer_of_several_freezes_a_participant_and_all_thaw_it() {
    let mut genesis = council_of_equals(3);
    let chair = appointee("CH", "chair", &["CH/desk-1", "CH/desk-2", "CH/desk-3"]);
    genesis.participants = vec![Participant { threshold: 2, ..chair.clone() }];
    let mut ledger = Ledger::found(genesis);
    let number = ledger.table(ledger.parties.measure("CH", "What it tabled stands"));
    let attested = ledger.attestation("CH", number);
    ledger.run(&[attested]);
    let statement = freeze(&ledger, "CH", "CH/desk-3");
    assert_eq!(statement.note.signatures().len(), 1);
    ledger.run(&[statement]);
    assert!(ledger.council().is_frozen(&code("CH")));
    assert_eq!(ledger.measure(number).status, Status::Open);
    assert_eq!(ledger.said_on(number).attestations.len(), 1, "and so does what it attested");
    let refused = Err(Refusal::Frozen(code("CH")));
    assert_eq!(ledger.try_apply(&ledger.close("CH", number)), refused);
    assert_eq!(ledger.try_apply(&ledger.withdrawal("CH", number)), refused);
    // The very same participant: nothing changes but that it speaks again.
    ledger.adopt("M1", "appointment", appointment(Participant { threshold: 2, ..chair }));
    assert!(!ledger.council().is_frozen(&code("CH")));
    assert_eq!(ledger.try_apply(&ledger.close("CH", number)), Ok(()));
}

#[test]
fn a_close_of_the_block_that_freezes_its_party_does_not_act() {
    for by in ["CH", "M2"] {
        let mut ledger = ledger();
        let number = ledger.table(ledger.parties.measure("M2", "A measure"));
        let close = ledger.close(by, number);
        let freeze = freeze(&ledger, by, &format!("{by}/desk-1"));
        ledger.run(&[close, freeze]);
        assert_eq!(ledger.measure(number).status, Status::Open, "{by}");
        let other = if by == "CH" { "M2" } else { "CH" };
        ledger.run(&[ledger.close(other, number)]);
        assert!(matches!(ledger.measure(number).status, Status::Lapsed { .. }));
    }
    let mut ledger = ledger();
    let number = ledger.table(ledger.parties.measure("M2", "Closed by two"));
    let block = [
        ledger.close("CH", number),
        ledger.close("M2", number),
        freeze(&ledger, "CH", "CH/desk-1"),
    ];
    ledger.run(&block);
    assert!(matches!(ledger.measure(number).status, Status::Lapsed { .. }), "the other's stands");
}

/// Whoever freezes speaks for the officers that were; all have decided on those that are.
#[test]
fn a_freeze_of_the_block_in_which_an_appointment_acts_ends_with_that_block() {
    let mut ledger = ledger();
    let number = open(&mut ledger, "A chair", appointee("CH", "chair", &["CH/desk-2"]));
    let mut block = ballots(&ledger, &[number]);
    let last_word = freeze(&ledger, "CH", "CH/desk-1");
    block.push(last_word.clone());
    ledger.run(&block);
    assert!(!ledger.council().is_frozen(&code("CH")));
    assert!(ledger.try_apply(&last_word).is_err());
    let again = ledger.council().signers_of(&ledger.freeze("CH")).expect("one officer");
    assert_eq!(again[0].keys.len(), 1, "and the old officer cannot freeze again");
    let again = freeze(&ledger, "CH", "CH/desk-2");
    ledger.run(&[again]);
    assert!(ledger.council().is_frozen(&code("CH")), "who speaks now can");
}

#[test]
fn an_appointment_lapses_once_its_key_is_used_by_somebody() {
    let mut ledger = ledger();
    let number = open(&mut ledger, "A chair", appointee("CH", "chair", &["M2/node-2"]));
    let rotation = ledger.rotation("M2", Some("M2/node-2"), None);
    let rotation = ledger.sign_as(&rotation, &["M2/desk-1", "M2/node-2"]);
    // The ballots of that very block come too late.
    let mut block = ballots(&ledger, &[number]);
    block.push(rotation);
    ledger.run(&block);
    assert!(!is_adopted(&ledger, number));
    let [(lapsed, why)] = &ledger.idle_lapses()[..] else { panic!("one lapses") };
    assert_eq!(*lapsed, number);
    assert!(why.starts_with("the key ") && why.contains(" was used before, with 3 of 3"), "{why}");
    assert_eq!(ledger.council().participants(), [participant("CH", "The chair", "chair")]);
}

#[test]
fn an_appointment_of_which_nobody_speaks_lapses_all_the_same() {
    let mut ledger = ledger();
    let number = open(&mut ledger, "A chair", appointee("CH", "chair", &["M2/card"]));
    let keys = ledger.keys("M2", 1, vec![officer("card", "M2/card")], None);
    let keys = ledger.sign_as(&keys, &["M2/recovery", "M2/card"]);
    ledger.run(&[keys]);
    assert_eq!(ledger.idle_lapses()[0].0, number);
    let kept = open(&mut ledger, "One stays", appointee("CH", "chair", &["CH/desk-1", "CH/x"]));
    let other = open(&mut ledger, "Another", appointee("SG", "chair", &["CH/x"]));
    let block = ["M1", "M3"].map(|by| ledger.ballot(by, other, FOR));
    ledger.run(&block);
    let ballot = Body::Ballot(ledger.parties.ballot(ledger.council(), "M2", other, FOR));
    let ballot = ledger.sign_as(&ballot, &["M2/card"]);
    ledger.run(&[ballot]);
    assert_eq!(ledger.idle_lapses()[0].0, kept);
}

#[test]
fn of_two_appointments_of_one_block_with_one_key_the_first_acts_and_the_second_lapses() {
    let mut ledger = ledger();
    let first = open(&mut ledger, "One", appointee("CH", "chair", &["CH/card"]));
    let second = open(&mut ledger, "Two", appointee("SG", "chair", &["CH/card"]));
    let block = ballots(&ledger, &[first, second]);
    ledger.run(&block);
    assert!(is_adopted(&ledger, first) && !is_adopted(&ledger, second));
    assert_eq!(ledger.idle_lapses()[0].0, second);
    assert_eq!(ledger.council().participants(), [appointee("CH", "chair", &["CH/card"])]);
}

#[test]
fn of_two_appointments_of_one_block_to_one_seat_the_last_stands() {
    let mut ledger = ledger();
    let first = open(&mut ledger, "One", appointee("CH", "chair", &["CH/card"]));
    let second = open(&mut ledger, "Two", appointee("CH", "chair", &["CH/card", "CH/card-2"]));
    let third = open(&mut ledger, "Three", appointee("CH", "chair", &["CH/desk-1"]));
    let block = ballots(&ledger, &[first, second, third]);
    ledger.run(&block);
    assert!(is_adopted(&ledger, first) && is_adopted(&ledger, second));
    let expected = appointee("CH", "chair", &["CH/card", "CH/card-2"]);
    assert_eq!(ledger.council().participants(), [expected]);
    // The key that the third one keeps is kept no more once the first one acts.
    assert_eq!(ledger.idle_lapses()[0].0, third);
}

#[test]
fn an_appointment_and_an_accession_to_one_code_are_never_both_decided() {
    let entrant =
        || CouncilChange::Accession(Box::new(member("X", "The entrant", Seat::weighing(1))));
    for is_accession_first in [true, false] {
        let mut ledger = ledger();
        let accession = ledger.effect("M1", "accession", entrant());
        let appoint =
            |ledger: &mut Ledger| open(ledger, "Appoints X", appointee("X", "chair", &["X/card"]));
        let (first, second) = if is_accession_first {
            (ledger.table(accession), appoint(&mut ledger))
        } else {
            (appoint(&mut ledger), ledger.table(accession))
        };
        let block = ballots(&ledger, &[first, second]);
        ledger.run(&block);
        assert!(is_adopted(&ledger, first) && !is_adopted(&ledger, second));
        assert_eq!(ledger.idle_lapses()[0].0, second);
    }
}

/// What is bound together is adopted together, whatever stands between.
#[test]
fn an_appointment_between_the_measures_of_a_package_does_not_break_it() {
    let mut ledger = ledger();
    let first = ledger.table(ledger.parties.measure("M1", "Bound to the accession"));
    let between = open(&mut ledger, "Appoints X", appointee("X", "chair", &["X/card"]));
    let same_key = open(&mut ledger, "Takes X's key", appointee("Y", "chair", &["X/desk-1"]));
    let entrant = CouncilChange::Accession(Box::new(member("X", "The entrant", Seat::weighing(1))));
    let last = ledger.table(ledger.effect("M1", "accession", entrant));
    let package = ledger.package("M1", &[first, last]);
    ledger.run(&[package]);
    let block = ballots(&ledger, &[first, between, same_key, last]);
    ledger.run(&block);
    assert!(is_adopted(&ledger, first) && is_adopted(&ledger, last));
    let lapsed: Vec<_> = ledger.idle_lapses().into_iter().map(|(number, _)| number).collect();
    assert_eq!(lapsed, [between, same_key]);
}

/// Where only the chair tables, and is frozen or hostile, the members appoint another.
#[test]
fn a_member_may_table_an_appointment_whatever_the_charter_says_of_tabling() {
    let mut genesis = council_of_equals(3);
    genesis.charter.may_table = vec!["chair".parse().unwrap()];
    let mut ledger = Ledger::found(genesis);
    let other = ledger.sign(&Body::Measure(ledger.parties.measure("M1", "Another")));
    let may = vec!["chair".parse().unwrap()];
    let refusal = Refusal::MayNotTable { by: code("M1"), kind: "listing".parse().unwrap(), may };
    assert_eq!(ledger.try_apply(&other), Err(refusal.clone()));
    let frozen = freeze(&ledger, "CH", "CH/desk-1");
    ledger.run(&[frozen]);
    ledger.appoint("CH", "chair", &["CH/card"]);
    assert!(!ledger.council().is_frozen(&code("CH")));
    ledger.appoint("SG", "chair", &["SG/desk-1"]);
    let of = appointment(appointee("CH", "chair", &["CH/card-2"]));
    let measure = ledger.effect("M1", "appointment", of);
    let mut by_nobody = measure.clone();
    by_nobody.kind = ledger.parties.genesis.charter.kinds[0].name.clone();
    let said = ledger.try_apply(&ledger.sign(&Body::Measure(by_nobody)));
    assert!(matches!(said, Err(Refusal::WrongMatter { .. })), "only as its kind: {said:?}");
    assert_eq!(ledger.try_apply(&ledger.sign(&Body::Measure(measure))), Ok(()));
}

/// A thief who may close everything cannot close what takes his key away, also where nobody has the
/// key any more that could freeze it.
#[test]
fn no_participant_closes_what_appoints_and_a_member_that_tabled_it_does() {
    let mut ledger = ledger();
    let number = open(&mut ledger, "A chair", appointee("CH", "chair", &["CH/card"]));
    let refusal = Refusal::AboutSeats { by: code("CH"), measure: number };
    assert_eq!(ledger.try_apply(&ledger.close("CH", number)), Err(refusal));
    assert_eq!(ledger.try_apply(&ledger.close("M1", number)), Ok(()));
    let own = appointment(appointee("CH", "chair", &["CH/card-2"]));
    let own = ledger.table(ledger.effect("CH", "appointment", own));
    let refusal = Refusal::AboutSeats { by: code("CH"), measure: own };
    assert_eq!(ledger.try_apply(&ledger.close("CH", own)), Err(refusal), "nor its own");
}
