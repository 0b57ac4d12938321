use serde_json::{Value, json};

use super::*;
use crate::cli::measure::{at, summary};

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn mine(role: Option<Part>, [open, recent, ahead]: [Vec<Value>; 3]) -> Mine {
    let read = |all: Vec<Value>| -> Vec<MeasureSummary> {
        all.into_iter().map(|it| serde_json::from_value(it).unwrap()).collect()
    };
    let ahead = Event::all(&read(ahead), &[180, 90, 30], at("2026-11-28T12:00:00.000Z"));
    let lists = Lists { open: read(open), recent: read(recent), ahead };
    let me = if role.is_some() { "PRES" } else { "DK" };
    Mine::of(&code(me), role, lists, at("2026-11-28T12:00:00.000Z"))
}

/// A measure that DK has signed.
fn signed(number: u64) -> Value {
    let mut measure = summary(number);
    measure["missing"] = json!(["EE"]);
    measure["party"]["position"] = "in-favour".into();
    measure
}

fn over(number: u64, by: &str) -> Value {
    let mut measure = signed(number);
    measure["by"] = by.into();
    measure["status"] = "not adopted".into();
    measure["reason"] = "against: FR".into();
    measure["ended"] = json!(at("2026-11-27T12:00:00.000Z"));
    measure
}

#[test]
fn where_nothing_is_open_nothing_needs_anybody() {
    assert_eq!(mine(None, Default::default()).to_string(), "nothing needs you");
    let said = mine(None, [vec![signed(1), signed(2)], vec![], vec![]]).to_string();
    assert_eq!(said, "nothing needs you\n\n2 measures are open: `nemcon measure list`");
}

#[test]
fn what_is_due_and_the_nearest_dates_of_what_was_adopted_are_told() {
    let adopted = |number: u64, expires: &str| {
        let mut measure = over(number, "BE");
        measure["status"] = "adopted".into();
        measure["force"] = "in force".into();
        measure["expires"] = json!(at(expires));
        measure
    };
    let far = (1..=4).map(|number| adopted(number, "2028-01-01T00:00:00.000Z"));
    let due = (5..=6).map(|number| adopted(number, "2027-01-01T00:00:00.000Z"));
    let mine = mine(None, [vec![], vec![], far.chain(due).chain([summary(7)]).collect()]);
    let told: Vec<_> = mine.ahead.iter().map(|event| event.measure).collect();
    assert_eq!(told, [5, 6, 1], "what is due, and up to three");
    let said = mine.to_string();
    assert!(said.contains("in 33 days: measure 5 expires, Restrictive"), "{said}");
    assert!(said.contains("by BE; the reminder of 90 days is reached"), "{said}");
}

#[test]
fn each_measure_stands_once_and_where_it_concerns_the_party_most() {
    let mut own = signed(2);
    own["by"] = "DK".into();
    let mut reserved = signed(3);
    reserved["party"]["extension"] = json!({
        "by": "BE", "leaf": 3, "time": 0, "from": 0, "to": 0,
    });
    let time = json!(at("2026-11-28T12:00:00.000Z"));
    for field in ["time", "from", "to"] {
        reserved["party"]["extension"][field] = time.clone();
    }
    let mut held = signed(4);
    held["party"]["mandates"] = json!([{
        "code": "EE", "holder": "DK", "text_hash": held["text_hash"], "leaf": 4, "used": false,
    }]);
    let open = vec![summary(1), own, reserved, held, signed(5)];
    let mine = mine(None, [open, vec![over(6, "DK"), over(7, "BE")], vec![]]);
    let numbers = |all: &[Entry]| all.iter().map(|it| it.measure.number).collect::<Vec<_>>();
    assert_eq!(numbers(&mine.needs), [1, 4]);
    assert_eq!(numbers(&mine.tabled), [2]);
    assert_eq!(numbers(&mine.stands), [3]);
    assert_eq!(numbers(&mine.may), [] as [u64; 0]);
    assert_eq!(numbers(&mine.over), [6], "what became of its own");
    let said = mine.to_string();
    assert!(
        said.starts_with(
            "needs you: a ballot on 2 of 5 open measures, the nearest deadline first\n"
        )
    );
    for head in [
        "\n\ntabled by you,",
        "\n\nsigned by you or for you, and",
        "\n\nover within the last 14 days\n",
    ] {
        assert!(said.contains(head), "{said}");
    }
    assert!(said.ends_with("\n\n1 other measure is open: `nemcon measure list`"), "{said}");
}

#[test]
fn no_ballot_is_asked_for_before_balloting_opens() {
    let mut later = summary(1);
    later["opens"] = json!(at("2026-12-01T09:00:00.000Z"));
    let mut own = later.clone();
    own["number"] = 2.into();
    own["by"] = "DK".into();
    let mut begun = summary(3);
    begun["opens"] = json!(at("2026-11-28T12:00:00.000Z"));
    let mine = mine(None, [vec![later.clone(), own, begun], vec![], vec![]]);
    let numbers = |all: &[Entry]| all.iter().map(|it| it.measure.number).collect::<Vec<_>>();
    assert_eq!((numbers(&mine.needs), numbers(&mine.opening)), (vec![3], vec![1, 2]));
    let said = mine.to_string();
    assert!(said.starts_with("needs you: a ballot on 1 of 3 open measures\n   3 "), "{said}");
    assert!(said.contains("\n\nneeds you once balloting opens: "), "{said}");
    assert!(said.contains("- balloting opens 2026-12-01 09:00 UTC: no ballot counts"), "{said}");

    let said = super::tests::mine(None, [vec![later], vec![], vec![]]).to_string();
    assert!(said.starts_with("nothing needs you now\n\nneeds you once"), "{said}");
    assert!(!said.contains("sign: `nemcon ballot cast"), "{said}");
}

#[test]
fn whoever_is_frozen_is_told_how_that_ends_and_nothing_else() {
    let member = mine(None, [vec![summary(1), signed(2)], vec![over(6, "DK")], vec![]]).frozen();
    let role = Part {
        role: "presidency".parse().unwrap(),
        is_vacant: false,
        may: vec!["table".to_owned()],
        attests: vec!["signed".parse().unwrap()],
        attests_always: vec!["signed".parse().unwrap()],
        annuls: Vec::new(),
        remarks: vec!["statement".parse().unwrap()],
        releases: Vec::new(),
    };
    let participant = mine(Some(role), [vec![summary(1)], vec![], vec![]]).frozen();
    for (mine, how) in
        [(&member, "`nemcon key officers`"), (&participant, "`nemcon member appoint`")]
    {
        let said = mine.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("is FROZEN: nothing that is signed for it is taken"), "{said}");
        assert!(
            said.contains(how) && !said.contains("needs you") && !said.contains("may table,"),
            "{said}"
        );
        assert!(mine.needs.is_empty() && mine.may.is_empty());
        assert!(mine.role.as_ref().is_none_or(|role| {
            role.may.is_empty() && role.attests.is_empty() && role.remarks.is_empty()
        }));
    }
}

#[test]
fn a_participant_is_told_what_it_may_do_and_on_which_measure() {
    let role = Part {
        role: "presidency".parse().unwrap(),
        is_vacant: false,
        may: vec!["table".to_owned(), "close".to_owned()],
        attests: vec!["signed".parse().unwrap(), "published".parse().unwrap()],
        attests_always: vec!["signed".parse().unwrap(), "published".parse().unwrap()],
        annuls: vec!["annulled".parse().unwrap()],
        remarks: vec!["statement".parse().unwrap(), "explanation".parse().unwrap()],
        releases: vec!["votes-released".parse().unwrap()],
    };
    let mut open = summary(1);
    open["party"]["may"] = json!(["extend", "close"]);
    open["party"]["unattested"] = json!(["published"]);
    let mut adopted = over(2, "BE");
    adopted["status"] = "adopted".into();
    adopted["party"]["unattested"] = json!(["signed", "published"]);
    let said = mine(Some(role), [vec![open], vec![adopted, over(3, "BE")], vec![]]).to_string();
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    for wanted in [
        "PRES takes part as presidency, without a ballot: it may table and close measures, attest \
         signed, published, annulled and votes-released and make remarks (statement or explanation)",
        "- you may extend or close it; not attested by you: published (`nemcon measure attest 1 WORD`)",
        "- not attested by you: signed or published (`nemcon measure attest 2 WORD`)",
    ] {
        assert!(said.contains(wanted), "{said}");
    }
    assert!(!said.contains("needs you") && !said.contains(" 3 not adopted"), "{said}");
}

#[test]
fn of_many_that_are_over_the_last_are_named() {
    let many = (1..=14).map(|number| over(number, "DK")).collect();
    let said = mine(None, [vec![], many, vec![]]).to_string();
    assert!(said.ends_with("\nand 4 more: `nemcon measure list`"), "{said}");
}
