//! What a measure rests on: incidents, predecessors, decisions.

use nemcon_crypto::hash;
use nemcon_ledger::council::{Refusal, Status};
use nemcon_ledger::record::Measure;
use nemcon_ledger::record::measure_fields::{Cited, Predecessor, Relation};
use nemcon_tests::fixture::{Ledger, cited, cited_incident, code, council_of_equals, day, label};

use super::{Bench, Case};

/// Measure 1 adopted and in force until day 40, 2 on the table, 3 adopted and repealed by 4;
/// incident 1 reported.
fn ledger() -> Ledger {
    let mut ledger = Ledger::found(council_of_equals(3));
    let parties = ledger.parties.clone();
    ledger.report(parties.incident("M1", "An incident"));
    ledger.table(Measure { expires: Some(day(40)), ..parties.measure("M1", "The first measure") });
    ledger.table(parties.measure("M1", "The second measure"));
    ledger.table(parties.measure("M1", "The third measure"));
    ledger.all_in_favour(1);
    ledger.all_in_favour(3);
    let cited = cited(ledger.council(), 3);
    let predecessor = Some(Predecessor { relation: Relation::Repeals, cited });
    ledger.table(Measure { predecessor, ..parties.measure("M1", "The fourth measure") });
    ledger.all_in_favour(4);
    ledger
}

pub(super) fn cases() -> Vec<Case> {
    let mut bench = Bench::new(ledger());
    of_incidents(&mut bench);
    of_predecessors(&mut bench);
    of_what_has_expired(&mut bench);
    of_what_more_have_decided(&mut bench);
    bench.cases
}

fn of_incidents(bench: &mut Bench) {
    let text = hash::sha256(b"another text");
    let there = cited_incident(bench.ledger.council(), 1);
    let answers = |cited| move |m: &mut Measure| m.incidents = vec![there, cited];
    let none = answers(Cited { number: 2, text });
    bench.measure("no such incident", none, Refusal::UnknownIncident(2));
    let refusal = Refusal::CitedText { what: "incident", number: 1 };
    bench.measure("an incident's other text", answers(Cited { number: 1, text }), refusal);
}

fn after(relation: Relation, cited: Cited) -> impl FnOnce(&mut Measure) {
    move |m| m.predecessor = Some(Predecessor { relation, cited })
}

fn of_predecessors(bench: &mut Bench) {
    for relation in [Relation::Renews, Relation::Amends, Relation::Repeals] {
        let text = hash::sha256(b"another text");
        let none = Cited { number: 9, text };
        bench.measure("no predecessor", after(relation, none), Refusal::UnknownMeasure(9));
        let refusal = Refusal::CitedText { what: "measure", number: 1 };
        let other = Cited { number: 1, text };
        bench.measure("a predecessor's other text", after(relation, other), refusal);
        let open = cited(bench.ledger.council(), 2);
        let refusal = Refusal::NotAdopted { measure: 2, status: Status::Open };
        bench.measure("not adopted yet", after(relation, open), refusal);
        let repealed = cited(bench.ledger.council(), 3);
        bench.measure("repealed", after(relation, repealed), Refusal::NotInForce(3));
    }
}

/// Until the instant at which it ends a measure can be renewed, and from then on it cannot.
fn of_what_has_expired(bench: &mut Bench) {
    let parties = bench.ledger.parties.clone();
    let cited = cited(bench.ledger.council(), 1);
    let renews = |title| {
        let predecessor = Some(Predecessor { relation: Relation::Renews, cited });
        let measure = Measure { predecessor, closes: day(60), ..parties.measure("M1", title) };
        parties.sign(&nemcon_ledger::record::Body::Measure(measure))
    };
    let mut council = bench.ledger.council().clone();
    council.open(nemcon_ledger::text::Time::from_ms(day(40).as_ms() - 1).expect("a time"));
    assert_eq!(council.apply(&renews("In time")), Ok(()));
    council.close();
    council.open(day(40));
    let said = council.apply(&renews("Too late"));
    bench.cases.push(Case { name: "expired", said, refusal: Refusal::NotInForce(1) });
}

/// M2 had a ballot on measure 1, and has none on a breach that it is said to have made.
fn of_what_more_have_decided(bench: &mut Bench) {
    let first = cited(bench.ledger.council(), 1);
    for relation in [Relation::Renews, Relation::Amends, Relation::Repeals] {
        let edit = |m: &mut Measure| {
            (m.kind, m.rule) = (label("breach"), label("minus-concerned"));
            m.concerns = Some(code("M2"));
            m.predecessor = Some(Predecessor { relation, cited: first });
        };
        let refusal = Refusal::FewerThanBefore { code: code("M2"), measure: 1 };
        bench.measure("without one who decided it", edit, refusal);
    }
}
