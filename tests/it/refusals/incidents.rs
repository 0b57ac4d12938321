//! What members tell each other of incidents.

use nemcon_crypto::hash;
use nemcon_ledger::council::Refusal;
use nemcon_ledger::record::incident::Severity;
use nemcon_ledger::record::{Attribution, Body, ChainKey, Incident};
use nemcon_tests::fixture::{Ledger, board, code, council_of_equals, day, label};

use super::{Bench, Case};

/// Incident 1, attributed by M1.
fn ledger() -> Ledger {
    let mut ledger = Ledger::found(council_of_equals(3));
    ledger.report(ledger.parties.incident("M1", "An incident"));
    let said = ledger.parties.attribution(ledger.council(), "M1", 1);
    ledger.run(&[ledger.sign(&Body::Attribution(said))]);
    ledger
}

pub(super) fn cases() -> Vec<Case> {
    let mut bench = Bench::new(ledger());
    reports(&mut bench);
    attributions(&mut bench);
    bench.cases.extend(under_a_charter_without());
    bench.cases
}

fn reports(bench: &mut Bench) {
    let now = bench.ledger.next_time();
    let later = nemcon_ledger::text::Time::from_ms(now.as_ms() + 1).expect("a time");
    let mut case = |name, edit: &dyn Fn(&mut Incident), refusal| {
        let mut incident = bench.parties().incident("M2", "Another incident");
        edit(&mut incident);
        bench.says(name, &Body::Incident(incident), refusal);
    };
    let unknown = |field, word| Refusal::UnknownWord { field, word: label(word) };
    case("a category", &|it| it.category = label("noise"), unknown("category", "noise"));
    let severity = |factor, level| Severity { factor: label(factor), level: label(level) };
    let factor = |it: &mut Incident| it.severity.push(severity("taste", "low"));
    case("a factor", &factor, unknown("severity", "taste"));
    let level = |it: &mut Incident| it.severity.push(severity("impact", "huge"));
    case("a level", &level, unknown("severity", "huge"));
    let twice = |it: &mut Incident| it.severity.push(severity("scope", "low"));
    case("a factor twice", &twice, Refusal::FactorTwice(label("scope")));
    case("that is yet to come", &|it| it.from = later, Refusal::NotYetHappened(later));
    let ends_later = |it: &mut Incident| it.until = Some(later);
    case("that is not over as it says", &ends_later, Refusal::NotYetHappened(later));
    let ends_first = |it: &mut Incident| (it.from, it.until) = (now, Some(day(0)));
    let refusal = Refusal::DatesOutOfOrder { first: "from", second: "until" };
    case("that ends first", &ends_first, refusal);
    let mut just_now = bench.parties().incident("M2", "Just now");
    (just_now.from, just_now.until) = (now, Some(now));
    assert_eq!(bench.ledger.try_apply(&bench.ledger.sign(&Body::Incident(just_now))), Ok(()));

    let by_chair = bench.parties().incident("CH", "Another incident");
    let refusal = Refusal::MayNot { by: code("CH"), act: "report" };
    bench.says("by a participant", &Body::Incident(by_chair), refusal);
    let again = bench.parties().incident("M1", "An incident");
    bench.says("the same one", &Body::Incident(again), Refusal::AlreadyRecorded);
}

fn attributions(bench: &mut Bench) {
    let mut case = |name, by, edit: &dyn Fn(&mut Attribution), refusal| {
        let mut said = bench.parties().attribution(bench.ledger.council(), by, 1);
        edit(&mut said);
        bench.says(name, &Body::Attribution(said), refusal);
    };
    let refusal = Refusal::UnknownIncident(2);
    case("of no incident", "M2", &|it| it.incident.number = 2, refusal);
    let refusal = Refusal::CitedText { what: "incident", number: 1 };
    case("of another text", "M2", &|it| it.incident.text = hash::sha256(b"x"), refusal);
    let unknown = |field, word| Refusal::UnknownWord { field, word: label(word) };
    let martian = label("martian");
    case("a finding", "M2", &|it| it.finding = martian.clone(), unknown("finding", "martian"));
    let maybe = label("maybe");
    let refusal = unknown("confidence", "maybe");
    case("a confidence", "M2", &|it| it.confidence = maybe.clone(), refusal);
    let refusal = Refusal::MayNot { by: code("CH"), act: "attribute" };
    case("by a participant", "CH", &|_| {}, refusal);
    let chain = ChainKey::Incident(1, code("M1"));
    let wanted = bench.ledger.council().last_statement(&chain);
    let mut first = bench.parties().attribution(bench.ledger.council(), "M1", 1);
    (first.after, first.is_public) = (None, true);
    let refusal = Refusal::WrongAfter { chain, after: None, wanted };
    bench.says("the first of a chain again", &Body::Attribution(first), refusal);
}

fn under_a_charter_without() -> [Case; 2] {
    let ledger = Ledger::found(board());
    let incident = Body::Incident(ledger.parties.incident("B1", "An incident"));
    let elsewhere = self::ledger();
    let said = ledger.parties.attribution(elsewhere.council(), "B1", 1);
    let no = |name, body: &Body| Case {
        name,
        said: ledger.try_apply(&ledger.sign(body)),
        refusal: Refusal::NoIncidents,
    };
    [no("no incidents here", &incident), no("nor attributions", &Body::Attribution(said))]
}
