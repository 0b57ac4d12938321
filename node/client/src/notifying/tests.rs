use std::collections::BTreeSet;

use nemcon_crypto::hash;
use nemcon_ledger::text::{Code, Time};
use serde_json::{Value, json};

use super::*;
use crate::api::{ConditionView, MeasureSummary};

const NOW: &str = "2026-11-29T12:00:00.000Z";

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

/// An open measure of BG, tabled on the first of November, that lacks these ballots.
fn open(number: u64, missing: &[&str]) -> Value {
    json!({
        "number": number, "revision": 1, "text_hash": hash::sha256(b"text"), "leaf": 1,
        "title": "A title", "kind": "decision", "rule": "unanimity", "by": "BG",
        "tabled": at("2026-11-01T12:00:00.000Z"), "opens": null, "closes": at("2026-12-31T12:00:00.000Z"),
        "status": "open", "reason": null, "force": null, "ended": null, "outcome_leaf": null,
        "is_final": false, "entitled": 4, "missing": missing, "package": [],
    })
}

fn ended(number: u64, status: &str, is_final: bool) -> Value {
    let mut measure = open(number, &[]);
    measure["status"] = status.into();
    measure["outcome_leaf"] = 9.into();
    measure["is_final"] = is_final.into();
    measure
}

fn view(measures: &[Value]) -> View {
    let read = |it: &Value| serde_json::from_value(it.clone()).unwrap();
    let all: Vec<MeasureSummary> = measures.iter().map(read).collect();
    let open: Vec<_> = all.iter().filter(|it| it.is_open()).cloned().collect();
    View {
        me: code("BE"),
        now: at(NOW),
        ahead: all.clone(),
        open,
        recent: all,
        reminder_days: vec![180, 90, 30],
        frozen: Vec::new(),
        conditions: Vec::new(),
        evidence: BTreeSet::new(),
    }
}

fn keys(view: &View) -> Vec<String> {
    facts(view).into_iter().map(|it| format!("{} {}", it.kind, it.key)).collect()
}

#[test]
fn each_event_holds_by_what_a_node_tells() {
    assert_eq!(keys(&view(&[open(1, &["BE", "CZ"])])), ["measure measure/1/1"]);
    assert_eq!(keys(&view(&[open(1, &["CZ"])])), [""; 0]);
    let last = ["measure measure/1/1", "last-missing last-missing/1/1"];
    assert_eq!(keys(&view(&[open(1, &["BE"])])), last);
    let mut revised = open(1, &["BE", "CZ"]);
    revised["revision"] = 2.into();
    revised["party"] = json!({
        "position": null, "mandates": [], "reservations": [], "signed_before": 1,
    });
    assert_eq!(keys(&view(&[revised])), ["revised measure/1/2"]);
    for (status, kind) in [
        ("adopted", "adopted"),
        ("not adopted", "not-adopted"),
        ("lapsed", "lapsed"),
        ("withdrawn", "lapsed"),
    ] {
        assert_eq!(keys(&view(&[ended(3, status, false)])), [format!("{kind} outcome/3")]);
        let both = [format!("{kind} outcome/3"), "final final/3".to_owned()];
        assert_eq!(keys(&view(&[ended(3, status, true)])), both);
    }
    let mut seen = view(&[]);
    seen.frozen.push(code("DK"));
    seen.evidence.insert("DK-7.evidence".to_owned());
    assert_eq!(keys(&seen), ["frozen frozen/DK", "evidence evidence/DK-7.evidence"]);
}

#[test]
fn a_deadline_is_near_by_reminders_that_lay_ahead_when_it_was_set() {
    let deadline = |now: &str| {
        let mut seen = view(&[open(1, &["BE", "CZ"])]);
        seen.now = at(now);
        let due = facts(&seen).into_iter().find(|it| it.kind == EventKind::Deadline);
        due.map(|it| it.key.rsplit('/').next().unwrap().to_owned())
    };
    // Sixty days are between tabling and closing: the reminders of 90 and 180 days are none.
    assert_eq!(deadline("2026-11-02T12:00:00.000Z"), None);
    assert_eq!(deadline("2026-12-02T12:00:00.000Z").as_deref(), Some("30"));
    assert_eq!(deadline("2026-12-31T00:00:00.000Z").as_deref(), Some("1"));
    let mut signed = view(&[open(1, &["CZ"])]);
    signed.now = at("2026-12-31T00:00:00.000Z");
    assert!(facts(&signed).is_empty(), "whoever has signed is reminded of nothing");
}

/// Tells all that is new, and returns the kinds.
fn tell(told: &mut Told, seen: &View) -> Vec<String> {
    let facts = facts(seen);
    let news = told.news(&facts, true);
    for notice in &news {
        told.note(notice);
    }
    told.forget(seen, &facts);
    news.into_iter().map(|it| it.kind.to_string()).collect()
}

#[test]
fn what_was_told_is_not_told_again_and_is_forgotten_once_it_is_settled() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("told");
    assert_eq!(Told::read(&file).unwrap(), None);
    let mut told = Told::default();
    assert_eq!(tell(&mut told, &view(&[open(1, &["BE", "CZ"])])), ["measure"]);
    assert_eq!(tell(&mut told, &view(&[open(1, &["BE"])])), ["last-missing"]);
    // A ballot that comes and is taken back makes no second event.
    assert_eq!(tell(&mut told, &view(&[open(1, &["CZ"])])), [""; 0]);
    assert_eq!(tell(&mut told, &view(&[open(1, &["BE"])])), [""; 0]);
    assert_eq!(tell(&mut told, &view(&[ended(1, "adopted", false)])), ["adopted"]);
    assert_eq!(told.settled(), 0, "its finality is to come");
    told.write(&file).unwrap();
    let mut told = Told::read(&file).unwrap().unwrap();
    assert_eq!(tell(&mut told, &view(&[ended(1, "adopted", true)])), ["final"]);
    assert_eq!(told.settled(), 2);
    let kept = serde_json::to_value(&told).unwrap();
    assert_eq!(kept, json!({ "settled": 2, "keys": [], "conditions": {} }));
    std::fs::write(&file, "{").unwrap();
    assert!(Told::read(&file).is_err());
}

#[test]
fn whoever_begins_to_listen_hears_what_is_to_be_done_and_not_what_is_past() {
    let mut seen =
        view(&[ended(1, "adopted", true), ended(2, "lapsed", false), open(3, &["BE", "CZ"])]);
    seen.frozen.push(code("DK"));
    let mut told = Told::begin(&facts(&seen));
    assert_eq!(tell(&mut told, &seen), ["measure"]);
    // The freeze ends, and another one begins.
    seen.frozen.clear();
    assert_eq!(tell(&mut told, &seen), [""; 0]);
    seen.frozen.push(code("DK"));
    assert_eq!(tell(&mut told, &seen), ["frozen"]);
}

#[test]
fn a_condition_begins_and_ends_once_and_a_later_one_has_another_id() {
    let condition = |since: &str| ConditionView {
        name: "clock-off".to_owned(),
        about: code("DK"),
        since: at(since),
        means: "it is off".to_owned(),
        advice: "set it".to_owned(),
    };
    let mut seen = view(&[]);
    seen.conditions.push(condition(NOW));
    let first = facts(&seen).remove(0);
    let mut told = Told::default();
    assert_eq!(tell(&mut told, &seen), ["condition-begins"]);
    assert_eq!(tell(&mut told, &seen), [""; 0]);
    // A node that has just started may not have found it again so far.
    let none = view(&[]);
    assert_eq!(told.news(&facts(&none), false), []);
    assert_eq!(tell(&mut told, &none), ["condition-ends"]);
    assert_eq!(tell(&mut told, &none), [""; 0]);
    seen.conditions = vec![condition("2026-11-29T13:00:00.000Z")];
    assert_eq!(tell(&mut told, &seen), ["condition-begins"]);
    let (council, me) = (hash::sha256(b"council"), code("BE"));
    let second = facts(&seen).remove(0);
    assert_ne!(first.id(&council, &me), second.id(&council, &me));
    assert_eq!(first.id(&council, &me), first.clone().id(&council, &me));
    assert_ne!(first.id(&council, &me), first.id(&council, &code("BG")));
}

#[test]
fn every_kind_has_a_word_that_is_read_back() {
    for kind in EventKind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(kind));
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        assert!(EventKindError.to_string().contains(kind.as_str()));
    }
    assert_eq!("adoption".parse::<EventKind>(), Err(EventKindError));
}
