use nemcon_crypto::hash;
use serde_json::{Value, json};

use super::*;

const NOW: &str = "2026-11-29T12:00:00.000Z";
const REMINDERS: [u32; 3] = [180, 90, 30];

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

/// A measure of BE that lacks two ballots.
fn open(number: u64, closes: &str) -> Value {
    json!({
        "number": number, "revision": 1, "text_hash": hash::sha256(b"text"), "leaf": 1,
        "title": "Framework, as amended", "kind": "decision", "rule": "unanimity", "by": "BE",
        "tabled": at(NOW), "opens": null, "closes": at(closes), "status": "open", "reason": null,
        "force": null, "ended": null, "outcome_leaf": null, "is_final": false, "entitled": 4,
        "missing": ["DK", "CZ"], "package": [],
    })
}

/// The same once it is adopted.
fn adopted(number: u64, force: &str) -> Value {
    let mut measure = open(number, NOW);
    measure["status"] = "adopted".into();
    measure["force"] = force.into();
    measure["missing"] = json!([]);
    measure
}

fn events(measures: &[Value]) -> Vec<Event> {
    let read = |it: &Value| serde_json::from_value(it.clone()).unwrap();
    let measures: Vec<MeasureSummary> = measures.iter().map(read).collect();
    Event::all(&measures, &REMINDERS, at(NOW))
}

/// A framework that expires in 169 days and is reviewed before, and a listing under it.
fn two_clocks() -> Vec<Value> {
    let mut framework = adopted(1, "in force");
    framework["expires"] = json!(at("2027-05-18T00:00:00.000Z"));
    framework["reviews"] = json!(at("2026-12-20T00:00:00.000Z"));
    let mut listing = adopted(2, "in force");
    listing["reviews"] = json!(at("2027-11-30T00:00:00.000Z"));
    listing["predecessor"] = json!({ "relation": "amends", "number": 1 });
    vec![listing, framework, open(3, "2026-12-12T10:00:00.000Z")]
}

#[test]
fn each_date_stands_by_itself_the_nearest_first() {
    let said: Vec<_> = events(&two_clocks()).iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "2026-12-12 10:00 UTC, in 12 days: deadline of measure 3; by BE; missing: DK CZ",
            "2026-12-20 00:00 UTC, in 20 days: review of measure 1; by BE; the reminder of 30 days is \
             reached",
            "2027-05-18 00:00 UTC, in 169 days: measure 1 expires; by BE; the reminder of 180 days is \
             reached",
            "2027-11-30 00:00 UTC, in 365 days: review of measure 2; by BE; amends measure 1",
        ]
    );
}

#[test]
fn a_reminder_is_reached_at_its_very_moment() {
    for (expires, reached, ahead) in [
        ("2027-02-27T12:00:00.001Z", Some(180), vec![90, 30]),
        ("2027-02-27T12:00:00.000Z", Some(90), vec![30]),
        ("2026-12-29T12:00:00.000Z", Some(30), vec![]),
        ("2028-01-01T00:00:00.000Z", None, vec![180, 90, 30]),
    ] {
        let mut measure = adopted(1, "in force");
        measure["expires"] = json!(at(expires));
        let event = events(&[measure]).remove(0);
        assert_eq!((event.reminder, event.reminders), (reached, ahead), "{expires}");
    }
}

#[test]
fn what_holds_no_more_has_nothing_ahead() {
    for (force, number) in [
        ("in force, amended by measure 9", 1),
        ("not yet in force: enters into force at 2027-01-01T00:00:00.000Z", 1),
        ("renewed by measure 9", 0),
        ("repealed by measure 9", 0),
        ("annulled", 0),
    ] {
        let mut measure = adopted(1, force);
        measure["expires"] = json!(at("2027-05-18T00:00:00.000Z"));
        assert_eq!(events(&[measure]).len(), number, "{force}");
    }
    let mut past = adopted(1, "in force");
    past["reviews"] = json!(at(NOW));
    assert_eq!(events(&[past]), []);
}

#[test]
fn an_event_is_the_proposers_and_before_a_deadline_of_those_who_are_missing() {
    let event = events(&[open(3, "2026-12-12T10:00:00.000Z")]).remove(0);
    let is_of = |code: &str| event.is_of(&code.parse().unwrap());
    assert_eq!(["BE", "BG", "CZ", "DK"].map(is_of), [true, false, true, true]);
    assert!(event.is_due());
}

/// What `tests/interop/read_calendar.py` reads with another implementation of RFC 5545.
const SAMPLE: &str = include_str!("../../../../tests/interop/calendar.ics");

#[test]
fn a_calendar_is_the_icalendar_file_that_another_program_reads() {
    let council = hash::sha256(b"council");
    let mut measures = two_clocks();
    let title = "Décision (PESC) 2019/797; mesures restrictives contre les cyberattaques, prorogée";
    measures[1]["title"] = title.into();
    let written =
        ics(&council, "Council; of all", &events(&measures), Class::Confidential, at(NOW));
    if std::env::var("NEMCON_VECTORS").is_ok_and(|it| it == "write") {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/interop/calendar.ics");
        std::fs::write(path, &written).unwrap();
    }
    assert_eq!(written, SAMPLE);
}

#[test]
fn a_calendar_is_confidential_where_the_charter_says_what_is_public_and_else_says_nothing() {
    let written = |class: Class| {
        ics(&hash::sha256(b"council"), "Council", &events(&two_clocks()), class, at(NOW))
    };
    assert_eq!(written(Class::Confidential).matches("\r\nCLASS:CONFIDENTIAL\r\n").count(), 4);
    assert!(!written(Class::Unsaid).contains("CLASS"));
}

#[test]
fn what_is_said_to_be_in_so_many_days_lies_within_them() {
    for (closes, days) in [
        ("2026-11-29T12:00:00.001Z", 0),
        ("2026-12-04T12:00:00.000Z", 5),
        ("2026-12-05T11:59:59.999Z", 5),
        ("2026-12-05T12:00:00.000Z", 6),
    ] {
        let event = events(&[open(3, closes)]).remove(0);
        assert!(event.is_within(days), "{closes}");
        assert!(days == 0 || !event.is_within(days - 1), "{closes}");
    }
}

#[test]
fn a_date_is_marked_while_its_measure_is_not_public() {
    let publication = |act: &str| json!({ "marking": "LIMITE", "act": act, "votes": "internal" });
    let mut measures = two_clocks();
    measures[1]["publication"] = publication("public");
    measures[2]["publication"] = publication("internal");
    let marked: Vec<_> = events(&measures).into_iter().map(|it| (it.measure, it.marking)).collect();
    let limite = Some("LIMITE".to_owned());
    assert_eq!(marked, [(3, limite), (1, None), (1, None), (2, None)]);
}

#[test]
fn an_event_keeps_its_uid_when_its_time_changes() {
    let council = hash::sha256(b"council");
    let uid = |closes: &str| {
        let written = ics(&council, "Council", &events(&[open(3, closes)]), Class::Unsaid, at(NOW));
        let unfolded = written.replace("\r\n ", "");
        unfolded.lines().find(|line| line.starts_with("UID:")).unwrap().to_owned()
    };
    assert_eq!(uid("2026-12-12T10:00:00.000Z"), uid("2026-12-19T10:00:00.000Z"));
}
