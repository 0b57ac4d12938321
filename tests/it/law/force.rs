//! The law at its boundaries: measures bound together, and what becomes of what was adopted.

use nemcon_ledger::council::{Force, Refusal, Status};
use nemcon_ledger::record::measure_fields::{Predecessor, Relation};
use nemcon_ledger::record::{Body, CouncilChange, Measure, Outcome, Position, Record, Statement};
use nemcon_ledger::text::Time;
use nemcon_tests::fixture::{Ledger, cited, code, council_of_equals, day, label};

const FOR: Position = Position::InFavour;

/// Three members, measures 1 and 2 bound together.
fn package() -> Ledger {
    let mut ledger = Ledger::found(council_of_equals(3));
    let parties = ledger.parties.clone();
    for title in ["One", "Two"] {
        ledger.table(parties.measure("M1", title));
    }
    let package = ledger.package("M1", &[1, 2]);
    ledger.run(&[package]);
    ledger
}

fn outcomes(derived: &[Record]) -> Vec<(u64, Option<Outcome>)> {
    let of = |record: &Record| match record {
        Record::Decision(decision) => (decision.measure, Some(decision.outcome)),
        Record::Lapse(lapse) => (lapse.measure, None),
        other => panic!("{other:?}"),
    };
    derived.iter().map(of).collect()
}

#[test]
fn a_package_is_adopted_in_one_block_or_not_at_all() {
    let mut ledger = package();
    let all = ["M1", "M2", "M3"].map(|by| (by, FOR));
    assert_eq!(ledger.cast(1, &all), [], "complete, and it waits for the other");
    assert_eq!(ledger.cast(2, &all[..2]), []);
    let derived = ledger.cast(2, &all[2..]);
    let adopted = Some(Outcome::Adopted);
    assert_eq!(outcomes(&derived), [(1, adopted), (2, adopted)]);
    let Record::Decision(decision) = &derived[0] else { unreachable!() };
    assert!(decision.package.is_some());
}

/// One against one of them: at the deadline, and at a close, neither is adopted.
#[test]
fn a_package_falls_together_at_its_deadline_and_at_a_close() {
    for close_early in [false, true] {
        let mut ledger = package();
        ledger.all_in_favour(1);
        ledger.cast(2, &[("M1", FOR), ("M2", FOR), ("M3", Position::Against)]);
        let derived = if close_early {
            let close = ledger.close("CH", 1);
            ledger.run(&[close])
        } else {
            ledger.run_at(day(30), &[])
        };
        let not = Some(Outcome::NotAdopted);
        assert_eq!(outcomes(&derived), [(1, not), (2, not)], "{close_early}");
    }
    let mut ledger = package();
    ledger.all_in_favour(1);
    let derived = ledger.run_at(day(30), &[]);
    assert_eq!(outcomes(&derived), [(1, Some(Outcome::NotAdopted)), (2, None)]);
}

#[test]
fn a_package_is_withdrawn_and_extended_as_one() {
    let mut ledger = package();
    let extension = ledger.extension("M1", 2, day(40));
    ledger.run(&[extension]);
    assert_eq!([1, 2].map(|number| ledger.measure(number).closes), [day(40), day(40)]);
    let withdrawal = ledger.withdrawal("M1", 2);
    ledger.run(&[withdrawal]);
    let statuses = [1, 2].map(|number| ledger.measure(number).status);
    assert_eq!(statuses, [Status::Withdrawn, Status::Withdrawn]);
}

fn follow(ledger: &mut Ledger, relation: Relation, number: u64) -> u64 {
    let cited = cited(ledger.council(), number);
    let predecessor = Some(Predecessor { relation, cited });
    let measure = ledger.parties.measure("M1", &format!("It {relation} {number}"));
    let next = ledger.table(Measure { predecessor, ..measure });
    assert!(!ledger.measure(number).successors.iter().any(|it| it.number == next), "not yet");
    ledger.all_in_favour(next);
    next
}

#[test]
fn what_is_in_force_follows_from_dates_successors_and_the_instant() {
    let mut ledger = Ledger::found(council_of_equals(3));
    let measure = ledger.parties.measure("M1", "What expires");
    let number = ledger.table(Measure { expires: Some(day(100)), ..measure });
    let expires = day(100);
    let force = |ledger: &Ledger, now| ledger.measure(number).force(now, Some(30));
    assert_eq!(force(&ledger, day(1)), None, "not adopted yet");
    ledger.all_in_favour(number);
    let before = |time: Time| Time::from_ms(time.as_ms() - 1).unwrap();
    assert_eq!(force(&ledger, before(day(70))), Some(Force::InForce));
    assert_eq!(force(&ledger, day(70)), Some(Force::Expiring { expires }));
    assert_eq!(force(&ledger, before(day(100))), Some(Force::Expiring { expires }));
    assert_eq!(force(&ledger, day(100)), Some(Force::Expired { expires }));
    let by = follow(&mut ledger, Relation::Amends, number);
    assert_eq!(force(&ledger, day(1)), Some(Force::Amended { by }));
    assert_eq!(force(&ledger, day(70)), Some(Force::Expiring { expires }));
    let by = follow(&mut ledger, Relation::Renews, number);
    assert_eq!(force(&ledger, day(100)), Some(Force::Renewed { by }));
    let by = follow(&mut ledger, Relation::Repeals, number);
    assert_eq!(force(&ledger, day(1)), Some(Force::Repealed { by }));
    assert!(ledger.measure(number).is_entitled(&code("M1")));
}

#[test]
fn what_enters_into_force_later_is_adopted_and_not_yet_in_force() {
    let mut ledger = Ledger::found(council_of_equals(3));
    let measure = ledger.parties.measure("M1", "What comes later");
    let number =
        ledger.table(Measure { enters: Some(day(40)), expires: Some(day(100)), ..measure });
    ledger.all_in_favour(number);
    let enters = day(40);
    let force = |ledger: &Ledger, now| ledger.measure(number).force(now, Some(30)).unwrap();
    let before = Time::from_ms(enters.as_ms() - 1).unwrap();
    assert_eq!(force(&ledger, before), Force::NotYet { enters });
    let words = format!("not yet in force: enters into force at {enters}");
    assert_eq!(force(&ledger, before).to_string(), words);
    assert_eq!(force(&ledger, enters), Force::InForce);
    let by = follow(&mut ledger, Relation::Amends, number);
    assert_eq!(force(&ledger, before), Force::NotYet { enters }, "amended before it enters");
    assert_eq!(force(&ledger, enters), Force::Amended { by });
    let by = follow(&mut ledger, Relation::Repeals, number);
    assert_eq!(force(&ledger, before), Force::Repealed { by });
}

/// A deadline is not put off past the entry into force.
#[test]
fn a_measure_enters_into_force_no_earlier_than_its_deadline() {
    let mut ledger = Ledger::found(council_of_equals(3));
    let measure = ledger.parties.measure("M1", "At its deadline");
    let enters = Some(day(30));
    let number = ledger.table(Measure { enters, closes: day(30), ..measure });
    let past = Refusal::DatesOutOfOrder { first: "closes", second: "enters" };
    assert_eq!(ledger.try_apply(&ledger.extension("M1", number, day(31))), Err(past));
}

/// A council of three in which the chair attests what annuls.
fn annulling() -> Ledger {
    let mut genesis = council_of_equals(3);
    genesis.charter.attests.push(label("annulled"));
    genesis.charter.annuls.push(label("annulled"));
    Ledger::found(genesis)
}

fn annulment(ledger: &Ledger, number: u64) -> Statement {
    let annulled = ledger.parties.attestation(ledger.council(), "CH", number, "annulled");
    ledger.sign(&Body::Attestation(annulled))
}

#[test]
fn nothing_is_built_on_what_was_annulled() {
    let mut ledger = annulling();
    let measure = ledger.parties.measure("M1", "What a court annuls");
    let number = ledger.table(Measure { expires: Some(day(100)), ..measure });
    ledger.all_in_favour(number);
    let force = |ledger: &Ledger| ledger.measure(number).force(day(1), Some(30)).unwrap();
    let published = ledger.attestation("CH", number);
    ledger.run(&[published]);
    assert_eq!(force(&ledger), Force::InForce, "another word annuls nothing");
    let word = ledger.said_on(number).attestations.keys().next().unwrap().1.clone();
    assert_eq!(word, label("published"));
    let told =
        ledger.council().unattested(&code("CH"), ledger.measure(number), &ledger.said_on(number));
    assert_eq!(told, [], "nobody is asked to annul");
    let by = follow(&mut ledger, Relation::Amends, number);
    assert_eq!(force(&ledger), Force::Amended { by });
    let annuls = annulment(&ledger, number);
    ledger.run(&[annuls]);
    assert_eq!(force(&ledger), Force::Annulled);
    assert_eq!(ledger.measure(number).force(day(200), None), Some(Force::Annulled));
    for relation in [Relation::Renews, Relation::Amends, Relation::Repeals] {
        let cited = cited(ledger.council(), number);
        let measure = ledger.parties.measure("M1", &format!("It {relation}"));
        let measure = Measure { predecessor: Some(Predecessor { relation, cited }), ..measure };
        let said = ledger.try_apply(&ledger.sign(&Body::Measure(measure)));
        assert_eq!(said, Err(Refusal::NotInForce(number)), "{relation}");
    }
}

/// A decision that authorises is annulled with what would rest on it.
#[test]
fn an_annulled_authorisation_authorises_nothing_more() {
    let mut ledger = annulling();
    let some = CouncilChange::Participation(["M1", "M2"].map(code).to_vec());
    let number = ledger.adopt("M1", "cooperation", some);
    let joint = Measure {
        kind: label("joint-act"),
        rule: label("participating"),
        authorised_by: Some(cited(ledger.council(), number)),
        ..ledger.parties.measure("M1", "A joint act")
    };
    let joint = ledger.sign(&Body::Measure(joint));
    assert_eq!(ledger.try_apply(&joint), Ok(()));
    let annuls = annulment(&ledger, number);
    ledger.run(&[annuls]);
    assert_eq!(ledger.try_apply(&joint), Err(Refusal::NotInForce(number)));
}
