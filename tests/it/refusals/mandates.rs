//! What members say for one another, and instead of a ballot: mandates, tacit ballots, reservations.

use nemcon_crypto::hash;
use nemcon_ledger::council::Refusal;
use nemcon_ledger::record::reservation::ReservationAct::{Lift, Place};
use nemcon_ledger::record::{Body, Measure, Position};
use nemcon_tests::fixture::{Ledger, board, code, council_of_equals, label};

use super::{Bench, Case, FOR};

/// On measure 1, M2 holds M1's mandate, M4 has used that of M3, and M5 is in favour; M1 has a
/// reservation. Measure 2 needs common accord; measure 3 leaves M5 out.
fn ledger() -> Ledger {
    let mut ledger = Ledger::found(council_of_equals(7));
    let parties = ledger.parties.clone();
    ledger.table(parties.measure("M1", "The first measure"));
    let (kind, rule) = (label("conclusions"), label("common-accord"));
    ledger.table(Measure { kind, rule, ..parties.measure("M1", "The second measure") });
    let (kind, rule) = (label("breach"), label("minus-concerned"));
    let concerns = Some(code("M5"));
    let measure = parties.measure("M1", "The third measure");
    ledger.table(Measure { kind, rule, concerns, ..measure });
    ledger.empower("M1", 1, "M2");
    ledger.empower("M3", 1, "M4");
    let by_mandate = ledger.ballot_for(("M4", "M3"), 1, FOR);
    let own = ledger.ballot("M5", 1, FOR);
    let reservation = ledger.reservation("M1", 1, ("scrutiny", Place));
    ledger.run(&[by_mandate, own, reservation]);
    ledger
}

pub(super) fn cases() -> Vec<Case> {
    let mut bench = Bench::new(ledger());
    giving(&mut bench);
    taking_back(&mut bench);
    casting(&mut bench);
    positions(&mut bench);
    reservations(&mut bench);
    bench.cases.push(under_a_charter_without());
    bench.cases
}

fn mandate(bench: &mut Bench, name: &'static str, by: &str, to: Option<&str>, refusal: Refusal) {
    let mandate = bench.parties().mandate(bench.ledger.council(), by, 1, to);
    bench.says(name, &Body::Mandate(mandate), refusal);
}

fn giving(bench: &mut Bench) {
    let not_entitled = |holder| Refusal::HolderNotEntitled { holder: code(holder), measure: 1 };
    mandate(bench, "to itself", "M6", Some("M6"), not_entitled("M6"));
    mandate(bench, "to a participant", "M6", Some("CH"), not_entitled("CH"));
    let second = |holder, from| Refusal::SecondMandate {
        holder: code(holder),
        from: code(from),
        measure: 1,
    };
    mandate(bench, "a second one", "M6", Some("M2"), second("M2", "M1"));
    let chained =
        |through, from| Refusal::ChainedMandate { through: code(through), from: code(from) };
    mandate(bench, "by who holds one", "M2", Some("M6"), chained("M2", "M1"));
    mandate(bench, "to who has given one", "M6", Some("M1"), chained("M1", "M6"));
    let refusal = Refusal::BallotStands { code: code("M5"), measure: 1 };
    mandate(bench, "after one's own ballot", "M5", Some("M6"), refusal);
    let refusal = Refusal::MandateUsed { code: code("M3"), measure: 1 };
    mandate(bench, "to another after its use", "M3", Some("M6"), refusal);
    let refusal = Refusal::NotEntitled { code: code("CH"), measure: 1 };
    mandate(bench, "by a participant", "CH", Some("M6"), refusal);
    let refusal = Refusal::NotEntitled { code: code("M5"), measure: 3 };
    let by_concerned = bench.parties().mandate(bench.ledger.council(), "M5", 3, Some("M6"));
    bench.says("by the member concerned", &Body::Mandate(by_concerned), refusal);
    let to_concerned = bench.parties().mandate(bench.ledger.council(), "M6", 3, Some("M5"));
    let refusal = Refusal::HolderNotEntitled { holder: code("M5"), measure: 3 };
    bench.says("to the member concerned", &Body::Mandate(to_concerned), refusal);
    let mut for_another = bench.parties().mandate(bench.ledger.council(), "M6", 1, Some("M7"));
    for_another.said.on_behalf = code("M5");
    let refusal = Refusal::NotOwn { by: code("M6"), on_behalf: code("M5") };
    bench.says("of another's ballot", &Body::Mandate(for_another), refusal);
}

fn taking_back(bench: &mut Bench) {
    let refusal = Refusal::NoMandate { code: code("M6"), measure: 1 };
    mandate(bench, "nothing given", "M6", None, refusal);
    let refusal = Refusal::MandateUsed { code: code("M3"), measure: 1 };
    mandate(bench, "used already", "M3", None, refusal);
}

fn casting(bench: &mut Bench) {
    let wrong = |by, of| Refusal::WrongMandate { by: code(by), on_behalf: code(of) };
    let not_own = |by, of| Refusal::NotOwn { by: code(by), on_behalf: code(of) };
    let council = bench.ledger.council();
    let held = bench.parties().ballot_for(council, ("M2", "M1"), 1, FOR);
    assert_eq!(bench.ledger.try_apply(&bench.ledger.sign(&Body::Ballot(held.clone()))), Ok(()));
    let mut unnamed = held.clone();
    unnamed.mandate = None;
    bench.says("a mandate not named", &Body::Ballot(unnamed), wrong("M2", "M1"));
    let mut other = held.clone();
    other.mandate = bench.ledger.said_on(1).mandates.get(&code("M3")).map(|it| it.text_hash);
    bench.says("another's mandate", &Body::Ballot(other), wrong("M2", "M1"));
    let mut forged = held.clone();
    forged.mandate = Some(hash::sha256(b"no mandate"));
    bench.says("a mandate that is none", &Body::Ballot(forged), wrong("M2", "M1"));
    let mut by_another = held;
    by_another.said.head.by = code("M6");
    bench.says("a mandate held by another", &Body::Ballot(by_another), not_own("M6", "M1"));
    let of_none = bench.parties().ballot_for(bench.ledger.council(), ("M6", "M7"), 1, FOR);
    bench.says("no mandate", &Body::Ballot(of_none), not_own("M6", "M7"));
    let named = |b: &mut nemcon_ledger::record::Ballot| b.mandate = Some(hash::sha256(b"none"));
    bench.ballot("a mandate for oneself", named, wrong("M2", "M2"));
}

fn positions(bench: &mut Bench) {
    let qualified = Position::AbstainQualified;
    let council = bench.ledger.council();
    let declared = bench.parties().ballot_for(council, ("M2", "M1"), 1, qualified);
    let refusal = Refusal::DeclarationNotOwn { by: code("M2"), on_behalf: code("M1") };
    bench.says("a declaration for another", &Body::Ballot(declared), refusal);
    let abstains = bench.ledger.ballot("M2", 2, Position::Abstain);
    let refusal = Refusal::AbstentionRefused(label("common-accord"));
    bench.refuses("abstention from common accord", &abstains, refusal);
    let abstains = bench.ledger.ballot("M2", 2, qualified);
    let refusal = Refusal::QualifiedNotAllowed(label("conclusions"));
    bench.refuses("with a declaration too", &abstains, refusal);
    bench.ballot("tacit at a meeting", |b| b.is_tacit = true, Refusal::TacitNotAllowed(1));
}

fn reservations(bench: &mut Bench) {
    let stands = Refusal::ReservationStands { code: code("M1"), sort: label("scrutiny") };
    let none = |by, sort| Refusal::NoReservation { code: code(by), sort: label(sort) };
    let unknown = Refusal::UnknownWord { field: "reservation", word: label("humour") };
    let cases = [
        ("placed twice", "M1", ("scrutiny", Place), stands),
        ("of a sort that is none", "M1", ("humour", Place), unknown),
        ("another sort lifted", "M1", ("substance", Lift), none("M1", "substance")),
        ("another's lifted", "M2", ("scrutiny", Lift), none("M2", "scrutiny")),
    ];
    for (name, by, what, refusal) in cases {
        let statement = bench.ledger.reservation(by, 1, what);
        bench.refuses(name, &statement, refusal);
    }
    let statement = bench.ledger.reservation("CH", 1, ("scrutiny", Place));
    let refusal = Refusal::NotEntitled { code: code("CH"), measure: 1 };
    bench.refuses("a participant's", &statement, refusal);
}

fn under_a_charter_without() -> Case {
    let mut ledger = Ledger::found(board());
    ledger.table(ledger.parties.measure("B1", "A measure"));
    let mandate = ledger.parties.mandate(ledger.council(), "B2", 1, Some("B1"));
    let said = ledger.try_apply(&ledger.sign(&Body::Mandate(mandate)));
    Case { name: "no mandates here", said, refusal: Refusal::NoMandates }
}
