//! What is decided and said of participants.

use nemcon_ledger::council::{OFFICERS_MAX, PARTICIPANTS_MAX, Refusal};
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::roster::OfficersFault;
use nemcon_ledger::record::{Body, CouncilChange, Participant};
use nemcon_tests::fixture::{
    Ledger, Seat, appointee, code, council_of_equals, label, member, participant, secret, sign_for,
};

use super::keys::officers;
use super::{Bench, Case};

fn chair(edit: impl FnOnce(&mut Participant)) -> CouncilChange {
    let mut chair = appointee("CH", "chair", &["CH/desk-2"]);
    edit(&mut chair);
    CouncilChange::Appointment(Box::new(chair))
}

fn taken_codes(bench: &mut Bench) {
    let mut case = |name, party| {
        let refusal = Refusal::AlreadyAMember(code(party));
        bench.council_change(name, chair(|it| it.code = code(party)), refusal);
    };
    case("a member's code", "M2");
    case("an entrant's code", "M9");
    case("the code of one that was a member", "M4");
}

fn roles(bench: &mut Bench) {
    for role in ["member", "proposer", "secretariat"] {
        let refusal = Refusal::NoSuchRole(label(role));
        bench.council_change("a role that is none", chair(|it| it.role = label(role)), refusal);
    }
}

fn who_signs(bench: &mut Bench) {
    for (threshold, officers) in [(0, 1), (2, 1), (1, 0)] {
        let fault = OfficersFault::Threshold { threshold, officers };
        let council_change = chair(|it| {
            it.threshold = threshold;
            it.officers.truncate(officers);
        });
        let refusal = Refusal::Officers { code: code("CH"), fault };
        bench.council_change("officers that cannot sign", council_change, refusal);
    }
    let many = chair(|it| it.officers = officers(OFFICERS_MAX + 1));
    bench.council_change("a participant's officers", many, Refusal::TooManyOfficers(code("CH")));
    let used = |key: &str| {
        let key = Box::new(secret(key).public());
        Refusal::KeyUsed { code: code("CH"), key }
    };
    for key in ["M1/desk-1", "M1/recovery", "M3/node", "M4/desk-1", "M9/seal", "SG/desk-1"] {
        let council_change = chair(|it| it.officers[0].key = secret(key).public());
        bench.council_change("another's key", council_change, used(key));
    }
    let renamed = chair(|it| it.officers[0].key = secret("CH/desk-1").public());
    bench.council_change("one's own key under another label", renamed, used("CH/desk-1"));
    let twice = chair(|it| {
        it.officers.push(it.officers[0].clone());
        it.officers[1].label = label("desk-3");
    });
    bench.council_change("one key twice", twice, used("CH/desk-2"));
    let same = CouncilChange::Appointment(Box::new(participant("CH", "The chair", "chair")));
    bench.council_change("as it is", same, Refusal::NothingChanges(code("CH")));
}

/// What the seat's own parties say.
fn who_speaks(bench: &mut Bench) {
    let number = bench.ledger.table(bench.ledger.effect("M1", "appointment", chair(|_| {})));
    let close = bench.ledger.close("CH", number);
    let refusal = Refusal::AboutSeats { by: code("CH"), measure: number };
    bench.refuses("a participant ends what appoints", &close, refusal);
    let other = bench.ledger.table(bench.ledger.parties.measure("M1", "Another"));
    let package = bench.ledger.package("M1", &[number, other]);
    bench.refuses("an appointment in a package", &package, Refusal::StandsAlone(number));
    let close = Body::Close(bench.ledger.parties.close(bench.ledger.council(), "CH", other));
    let parts = bench.ledger.council().signers_of(&close).expect("the chair");
    let freeze = bench.ledger.sign_as(&bench.ledger.freeze("CH"), &["CH/desk-1"]);
    bench.ledger.run(&[freeze]);
    bench.signed("closed while frozen", &close, &["CH/desk-1"], Refusal::Frozen(code("CH")));
    let again = bench.ledger.freeze("CH");
    bench.signed("frozen twice", &again, &["CH/desk-1"], Refusal::AlreadyFrozen(code("CH")));
    bench.ledger.appoint("CH", "chair", &[]);
    for body in [close, again] {
        let statement = sign_for(&body, &parts, &["CH/desk-1"]);
        bench.refuses("a vacant seat", &statement, Refusal::VacantSeat(code("CH")));
    }
}

/// A council of as many participants as may be appoints to their seats, and to no other.
fn beyond_the_seats() -> Case {
    let mut genesis = council_of_equals(2);
    let others = (1..PARTICIPANTS_MAX).map(|at| participant(&format!("P{at}"), "Party", "chair"));
    genesis.participants.extend(others);
    let ledger = Ledger::found(genesis);
    let appoint = |party: &str| {
        let council_change =
            CouncilChange::Appointment(Box::new(appointee(party, "chair", &["new/desk"])));
        let body = Body::Measure(ledger.effect("M1", "appointment", council_change));
        ledger.try_apply(&ledger.sign(&body))
    };
    assert_eq!(appoint("P1"), Ok(()));
    Case { name: "a seat too many", said: appoint("SG"), refusal: Refusal::TooManyParticipants }
}

pub(super) fn cases() -> Vec<Case> {
    let mut ledger = Ledger::found(council_of_equals(4));
    let entrant =
        CouncilChange::Accession(Box::new(member("M9", "The entrant", Seat::weighing(1))));
    ledger.adopt("M1", "accession", entrant);
    ledger.appoint("SG", "chair", &["SG/desk-1"]);
    let notice = ledger.sign(&ledger.notice("M4", NoticeAct::Given));
    ledger.run(&[notice]);
    ledger.adopt("M1", "departure", CouncilChange::Departure(code("M4")));
    let mut bench = Bench::new(ledger);
    taken_codes(&mut bench);
    roles(&mut bench);
    who_signs(&mut bench);
    who_speaks(&mut bench);
    bench.cases.push(beyond_the_seats());
    bench.cases
}
