//! Who is asked: a proposer never chooses [rules.md R18].

use nemcon_crypto::hash;
use nemcon_ledger::council::{Refusal, Status};
use nemcon_ledger::record::measure_fields::{Cited, Predecessor, Relation};
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::{CouncilChange, Measure};
use nemcon_tests::fixture::{Ledger, cited, code, council_of_equals, label};

use super::{Bench, Case};

/// Measure 1 authorises M1, M2 and M3 to go ahead; measure 2 would, and is on the table; measure 3
/// is adopted and authorises nothing; measure 4, which authorised M1 and M2, is replaced by measure 5.
/// M4 has given notice.
fn ledger() -> Ledger {
    let mut ledger = Ledger::found(council_of_equals(4));
    let some = CouncilChange::Participation(["M1", "M2", "M3"].map(code).to_vec());
    ledger.adopt("M1", "cooperation", some.clone());
    let again = ledger.effect("M2", "cooperation", some);
    ledger.table(again);
    let number = ledger.table(ledger.parties.measure("M1", "The third measure"));
    ledger.all_in_favour(number);
    let some = CouncilChange::Participation(["M1", "M2"].map(code).to_vec());
    let number = ledger.adopt("M1", "cooperation", some.clone());
    let cited = cited(ledger.council(), number);
    let predecessor = Some(Predecessor { relation: Relation::Renews, cited });
    let next = ledger.effect("M1", "cooperation", some);
    let next = ledger.table(Measure { predecessor, ..next });
    ledger.all_in_favour(next);
    let notice = ledger.sign(&ledger.notice("M4", NoticeAct::Given));
    ledger.run(&[notice]);
    ledger
}

pub(super) fn cases() -> Vec<Case> {
    let mut bench = Bench::new(ledger());
    nobody_is_left_out(&mut bench);
    one_is_left_out(&mut bench);
    who_takes_part(&mut bench);
    what_authorises(&mut bench);
    bench.cases
}

fn of<'a>(
    kind: &'a str,
    rule: &'a str,
    edit: impl FnOnce(&mut Measure),
) -> impl FnOnce(&mut Measure) {
    move |m| {
        (m.kind, m.rule) = (label(kind), label(rule));
        edit(m);
    }
}

fn nobody_is_left_out(bench: &mut Bench) {
    let needless = || Refusal::NeedlessAuthority(label("unanimity"));
    let one = |m: &mut Measure| m.concerns = Some(code("M3"));
    bench.measure("one left out of all", one, needless());
    let by = cited(bench.ledger.council(), 1);
    bench.measure("some taken of all", |m| m.authorised_by = Some(by), needless());
    let refusal = Refusal::NeedlessAuthority(label("minus-concerned"));
    let both = |m: &mut Measure| (m.concerns, m.authorised_by) = (Some(code("M3")), Some(by));
    bench.measure("one and some", of("breach", "minus-concerned", both), refusal);
    let refusal = Refusal::NeedlessAuthority(label("participating"));
    bench.measure("some and one", of("joint-act", "participating", both), refusal);
}

fn one_is_left_out(bench: &mut Bench) {
    let refusal = Refusal::NobodyConcerned(label("minus-concerned"));
    bench.measure("nobody concerned", of("breach", "minus-concerned", |_| {}), refusal);
    for stranger in ["M9", "CH"] {
        let edit = |m: &mut Measure| m.concerns = Some(code(stranger));
        let refusal = Refusal::UnknownParty(code(stranger));
        bench.measure("no member is concerned", of("breach", "minus-concerned", edit), refusal);
    }
    let edit = |m: &mut Measure| m.concerns = Some(code("M3"));
    let refusal = Refusal::NoNotice(code("M3"));
    bench.measure("without notice", of("leaving-terms", "minus-concerned", edit), refusal);
    let (concerns, departs) = (code("M3"), code("M4"));
    let edit = |m: &mut Measure| {
        (m.concerns, m.council_change) = (Some(code("M3")), CouncilChange::Departure(code("M4")));
    };
    let refusal = Refusal::WrongConcerned { concerns, departs };
    bench.measure("on another's leaving", of("departure", "minus-concerned", edit), refusal);
}

fn who_takes_part(bench: &mut Bench) {
    let mut case = |name, codes: &[&str], refusal| {
        let codes = codes.iter().map(|it| code(it)).collect();
        let edit = |m: &mut Measure| m.council_change = CouncilChange::Participation(codes);
        bench.measure(name, of("cooperation", "unanimity", edit), refusal);
    };
    case("a stranger takes part", &["M1", "M9"], Refusal::UnknownParty(code("M9")));
    case("out of order", &["M2", "M1"], Refusal::ParticipatingOrder);
    case("twice", &["M1", "M1"], Refusal::ParticipatingOrder);
    let refusal = Refusal::TooFewParticipating { found: 1, minimum: 2 };
    case("one alone", &["M1"], refusal);
}

fn what_authorises(bench: &mut Bench) {
    let mut case = |name, by: Option<Cited>, refusal| {
        let edit = |m: &mut Measure| m.authorised_by = by;
        bench.measure(name, of("joint-act", "participating", edit), refusal);
    };
    let not_authorised = || Refusal::NotAuthorised(label("participating"));
    case("by nothing", None, not_authorised());
    let text = hash::sha256(b"another text");
    let refusal = Refusal::CitedText { what: "measure", number: 1 };
    case("by another text", Some(Cited { number: 1, text }), refusal);
    case("by no measure", Some(Cited { number: 9, text }), Refusal::UnknownMeasure(9));
    let ledger = ledger();
    let refusal = Refusal::NotAdopted { measure: 2, status: Status::Open };
    case("by what is not adopted", Some(cited(ledger.council(), 2)), refusal);
    case("by what authorises nothing", Some(cited(ledger.council(), 3)), not_authorised());
    let replaced = Refusal::NotInForce(4);
    case("by what is replaced", Some(cited(ledger.council(), 4)), replaced);
}
