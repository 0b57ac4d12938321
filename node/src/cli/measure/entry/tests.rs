use super::*;

const NOW: &str = "2026-11-28T12:00:00.000Z";

/// A measure of BE in a council of 27, open for 14 days, with the position of DK.
pub(in crate::cli) fn summary(number: u64) -> serde_json::Value {
    let hash = nemcon_crypto::hash::sha256(b"text");
    let missing = ["DK", "EE"];
    serde_json::json!({
        "number": number, "revision": 1, "text_hash": hash, "leaf": 1,
        "title": "Restrictive measures against cyber-attacks threatening the Union or its Member States",
        "kind": "decision", "rule": "unanimity", "by": "BE", "tabled": at("2026-11-20T12:00:00.000Z"),
        "opens": null, "closes": at("2026-12-12T12:00:59.999Z"), "status": "open", "reason": null,
        "force": null, "ended": null, "outcome_leaf": null, "is_final": false, "entitled": 27,
        "missing": missing, "package": [],
        "party": { "position": null, "mandates": [], "reservations": [], "signed_before": null },
    })
}

pub(in crate::cli) fn at(text: &str) -> Time {
    text.parse().unwrap()
}

fn entries(all: &[serde_json::Value]) -> Vec<Entry> {
    let all = all.iter().map(|it| serde_json::from_value(it.clone()).unwrap()).collect();
    Entry::all(all, Some(&"DK".parse().unwrap()), at(NOW))
}

fn written(measure: &serde_json::Value, width: usize) -> String {
    let mut words = String::new();
    entries(core::slice::from_ref(measure))[0].write(&mut words, width).unwrap();
    words
}

#[test]
fn a_measure_stands_in_two_columns_with_all_that_urges() {
    let mut measure = summary(7);
    measure["revision"] = 2.into();
    measure["package"] = serde_json::json!([7, 8]);
    measure["party"]["signed_before"] = 1.into();
    let wanted = "   7  14 days      Restrictive measures against cyber-attacks threatening the
      REV 2        Union or its Member States
                   25 of 27 ballots in; missing: you EE
                   closes 2026-12-12 12:00 UTC; by BE; package 7 8
                   - you signed REV 1; the text is now REV 2. `nemcon measure
                     diff 7 --from 1` shows what changed";
    assert_eq!(written(&measure, 80), wanted);
}

#[test]
fn the_nearest_deadline_comes_first_and_what_ended_last_comes_after_what_is_open() {
    let mut all: Vec<_> = (1..=5).map(summary).collect();
    all[0]["closes"] = serde_json::json!(at("2026-12-20T00:00:00.000Z"));
    // The measures of a package are listed together, at the place of the first one.
    all[1]["package"] = [2, 5].into();
    all[4]["package"] = [2, 5].into();
    for (over, ended) in [(3, "2026-11-21T00:00:00.000Z"), (2, "2026-11-20T00:00:00.000Z")] {
        all[over]["status"] = "withdrawn".into();
        all[over]["ended"] = serde_json::json!(at(ended));
    }
    all[2]["missing"] = serde_json::json!([]);
    let mut three = summary(6);
    three["closes"] = serde_json::json!(at("2026-11-28T15:00:00.000Z"));
    all.push(three);
    all.push(summary(3));
    let all: Vec<_> = entries(&all).iter().map(|it| it.measure.number).collect();
    assert_eq!(all, [6, 2, 5, 3, 1, 4, 3]);
}

#[test]
fn time_left_is_said_in_the_unit_that_people_would_use() {
    for (closes, said) in [
        ("2026-11-28T15:00:00.000Z", "   7  3 h "),
        ("2026-11-28T12:00:00.000Z", "   7  now "),
        ("2026-11-28T11:00:00.000Z", "   7  now "),
        ("2026-11-28T12:05:00.000Z", "   7  5 min "),
    ] {
        let mut measure = summary(7);
        measure["closes"] = serde_json::json!(at(closes));
        assert!(written(&measure, 80).starts_with(said), "{}", written(&measure, 80));
    }
}

#[test]
fn of_many_who_have_not_signed_the_first_are_named_and_the_reader_is_among_them() {
    let mut measure = summary(7);
    let codes = ["AT", "BE", "BG", "CY", "CZ", "DE", "EE", "EL", "ES", "FI", "FR", "DK"];
    measure["missing"] = serde_json::json!(codes);
    let words = written(&measure, 200);
    assert!(words.contains("missing: you AT BE BG CY CZ DE EE EL and 3 more\n"), "{words}");
}

#[test]
fn what_has_changed_since_the_reader_signed_is_said() {
    let mut measure = summary(7);
    measure["missing"] = serde_json::json!(["EE"]);
    let past = |was: &str, said: &str, ended: &str| {
        serde_json::json!({
            "code": "DK", "was": was, "said": said, "by": null, "leaf": 5, "time": at(NOW), "ended": ended,
            "ended_leaf": 9, "ended_code": "DK", "ended_revision": 2,
        })
    };
    measure["party"]["position"] = "in-favour".into();
    measure["party"]["past"] = serde_json::json!([
        past("reservation", "scrutiny", "ballot"),
        past("mandate", "EE", "ballot"),
        past("ballot", "in-favour", "freeze"),
    ]);
    measure["party"]["extension"] = serde_json::json!({
        "by": "PRES", "leaf": 11, "time": at(NOW), "from": at(NOW), "to": at("2026-12-12T12:00:00.000Z"),
    });
    let words = written(&measure, 300);
    for said in [
        "- stands no more: scrutiny reservation of DK, record 5: lifted by its ballot in favour",
        "- stands no more: mandate of DK to EE, record 5: revoked by its own ballot",
        "- stands no more: ballot in-favour of DK, record 5: void, for DK was frozen",
        "- the deadline was put off after you signed, by PRES from 2026-11-28 12:00:00 UTC to",
    ] {
        assert!(words.contains(said), "{said}\n{words}");
    }
}

#[test]
fn the_proposer_of_a_blocked_measure_is_told_what_it_may_do() {
    let mut measure = summary(7);
    measure["by"] = "DK".into();
    measure["status"] = "blocked".into();
    measure["reason"] = "against: FR".into();
    measure["party"]["may"] = serde_json::json!(["revise", "extend", "withdraw"]);
    let words = written(&measure, 300);
    assert!(words.contains("BLOCKED, against: FR; 25 of 27 ballots in"), "{words}");
    let may = "- it stays blocked until a ballot is replaced or balloting ends; you may revise, extend \
               or withdraw it";
    assert!(words.contains(may), "{words}");
    measure["by"] = "BE".into();
    assert!(!written(&measure, 300).contains("you may"));
}

#[test]
fn no_line_is_longer_than_the_terminal_and_long_lists_stay_short() {
    let mut measure = summary(1234);
    measure["title"] = format!("Décision χωρίς {}", "x".repeat(90)).into();
    measure["package"] = (1..=16).collect::<Vec<u64>>().into();
    for width in [40, 80, 100] {
        let words = written(&measure, width);
        assert!(words.lines().all(|line| line.chars().count() <= width), "{words}");
    }
    for number in 1..=30 {
        assert!(written(&summary(number), 80).lines().count() <= 4);
    }
}

#[test]
fn who_signed_under_a_mandate_is_said_and_not_the_one_for_whom_it_was() {
    let mut measure = summary(7);
    measure["revision"] = 2.into();
    measure["party"]["signed_before"] = 1.into();
    measure["party"]["signed_before_by"] = "DK".into();
    let said = written(&measure, 200);
    assert!(said.contains("DK signed REV 1 for you; the text is now REV 2"), "{said}");
    assert!(!said.contains("you signed"), "{said}");
}
