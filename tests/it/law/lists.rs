//! What lists look up, without a walk through the whole council.

use nemcon_ledger::council::{Council, MeasureState, Status};
use nemcon_ledger::record::Measure;
use nemcon_ledger::text::Time;
use nemcon_tests::fixture::{Ledger, cited_incident, council_of_equals, day};

fn numbers<'a>(measures: impl Iterator<Item = &'a MeasureState>) -> Vec<u64> {
    measures.map(|measure| measure.number).collect()
}

#[test]
fn measures_and_incidents_are_listed_from_a_number_on() {
    let mut ledger = Ledger::found(council_of_equals(3));
    for at in 1..=4 {
        ledger.table(ledger.parties.measure("M1", &format!("Measure {at}")));
        ledger.report(ledger.parties.incident("M1", &format!("Incident {at}")));
    }
    ledger.all_in_favour(2);
    let council = ledger.council();
    assert_eq!(numbers(council.measures_from(0)), [1, 2, 3, 4]);
    assert_eq!(numbers(council.measures_from(3)), [3, 4]);
    assert_eq!(numbers(council.open_from(2)), [3, 4]);
    assert!(numbers(council.measures_from(u64::MAX)).is_empty());
    let from_3: Vec<u64> = council.incidents_from(3).map(|incident| incident.number).collect();
    assert_eq!(from_3, [3, 4]);
    for incident in council.incidents() {
        assert_eq!(council.incident_by_text(&incident.text_hash), Some(incident.number));
    }
    assert_eq!(council.incident_by_text(&ledger.measure(1).text_hash), None);
}

/// The measures that answer an incident, found by a walk through all.
fn answering(council: &Council, incident: u64) -> Vec<u64> {
    let answers =
        |it: &&MeasureState| it.terms.incidents.iter().any(|cited| cited.number == incident);
    numbers(council.measures().filter(answers))
}

#[test]
fn an_incident_names_the_measures_whose_texts_answer_it_as_they_stand() {
    let mut ledger = Ledger::found(council_of_equals(3));
    for title in ["One", "Two"] {
        ledger.report(ledger.parties.incident("M1", title));
    }
    let answers = |council: &Council, of: &[u64]| -> Vec<_> {
        of.iter().map(|number| cited_incident(council, *number)).collect()
    };
    for (at, of) in [(1, vec![1]), (2, vec![1, 2]), (3, vec![])] {
        let incidents = answers(ledger.council(), &of);
        let measure = ledger.parties.measure("M1", &format!("Measure {at}"));
        ledger.table(Measure { incidents, ..measure });
    }
    let told = |ledger: &Ledger| -> [Vec<u64>; 2] {
        [1, 2].map(|incident| {
            let told: Vec<u64> = ledger.council().answering(incident).collect();
            assert_eq!(told, answering(ledger.council(), incident));
            told
        })
    };
    assert_eq!(told(&ledger), [vec![1, 2], vec![2]]);
    let other = answers(ledger.council(), &[2]);
    let revision = ledger.revision(1, |measure| measure.incidents = other);
    ledger.run(&[revision]);
    assert_eq!(told(&ledger), [vec![2], vec![1, 2]]);
    let withdrawal = ledger.withdrawal("M1", 2);
    ledger.run(&[withdrawal]);
    assert_eq!(told(&ledger), [vec![2], vec![1, 2]], "what has ended has answered it too");
}

#[test]
fn what_ends_is_found_by_when_it_does() {
    let mut ledger = Ledger::found(council_of_equals(3));
    let table = |ledger: &mut Ledger, title: &str, expires: Option<Time>| {
        ledger.table(Measure { expires, ..ledger.parties.measure("M1", title) })
    };
    table(&mut ledger, "Late", Some(day(50)));
    table(&mut ledger, "Early", Some(day(40)));
    table(&mut ledger, "Never", None);
    table(&mut ledger, "Not decided", Some(day(45)));
    for number in 1..=3 {
        ledger.all_in_favour(number);
        assert!(matches!(ledger.measure(number).status, Status::Adopted { .. }));
    }
    let ending = |after, until| numbers(ledger.council().ending(after, until));
    assert_eq!(ending(day(0), day(100)), [2, 1]);
    assert_eq!(ending(day(39), day(40)), [2], "its last day is the last one that counts");
    assert_eq!(ending(day(40), day(50)), [1], "what has ended ends no more");
    assert!(ending(day(50), day(0)).is_empty());
}
