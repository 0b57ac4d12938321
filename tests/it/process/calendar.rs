//! `nemcon calendar`, and what status and minutes say of what lies ahead.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use nemcon_ledger::Time;
use nemcon_tests::process::Net;
use serde_json::{Value, json};

/// So many days from now.
fn in_days(days: u64) -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Time::from_ms(u64::try_from(since.as_millis()).unwrap() + days * 24 * 3_600_000).unwrap()
}

/// A framework that is reviewed in 20 days and expires in 170, adopted; and an open measure that
/// renews it, with the ballot of BE alone.
fn two_clocks(net: &Net) -> (Time, Time) {
    let (reviews, expires) = (in_days(20), in_days(170));
    let draft = |title: &str, more: &str| {
        format!(
            "title = \"{title}\"\nkind = \"framework\"\nbasis = [\"Article 29 TEU\"]\n\
             summary = [\"As it says.\"]\nproportionality = \"It is.\"\n{more}"
        )
    };
    let file = net.beside("framework.toml");
    let dates =
        format!("closes_in = \"7 days\"\nreviews = \"{reviews}\"\nexpires = \"{expires}\"\n");
    fs::write(&file, draft("Framework; first", &dates)).unwrap();
    assert_eq!(net.table("BE", &file), 1);
    net.cast(1, "in-favour", &["BE", "BG", "CZ", "DK"]);
    let more = "closes_in = \"14 days\"\nexpires = \"2098-01-01T00:00:00Z\"\n\
                predecessor = { relation = \"amends\", measure = 1 }\n";
    fs::write(&file, draft("Framework, amended", more)).unwrap();
    assert_eq!(net.table("BG", &file), 2);
    net.cast(2, "in-favour", &["BE"]);
    (reviews, expires)
}

/// What of each event is fixed.
fn told(events: &Value) -> Vec<Value> {
    let told = |it: &Value| json!([it["what"], it["measure"], it["missing"], it["reminder"]]);
    events.as_array().unwrap().iter().map(told).collect()
}

#[test]
fn the_calendar_has_what_ends_what_is_due_and_whose() {
    let net = Net::up("--members 4");
    let (reviews, expires) = two_clocks(&net);
    let all = net.json("CZ", "calendar");
    let deadline = json!(["deadline", 2, ["BG", "CZ", "DK"], null]);
    let (review, expiry) = (json!(["review", 1, [], 30]), json!(["expiry", 1, [], 180]));
    assert_eq!(told(&all), [deadline.clone(), review.clone(), expiry.clone()]);
    assert_eq!(all[1]["time"], json!(reviews));
    assert_eq!(all[0]["predecessor"], json!({ "relation": "amends", "number": 1 }));
    let of = |line: &str| told(&net.json("CZ", &format!("calendar {line}")));
    assert_eq!(of("--party BE"), [review.clone(), expiry]);
    assert_eq!(of("--within 100"), [deadline.clone(), review]);
    assert_eq!(of("--party CZ"), [deadline]);
    assert!(of("--within 12").is_empty());
    assert_eq!(of("--within 13").len(), 1, "it is said to be in 13 days");
    let known = ["FR takes no part in this council", "BE BG CZ DK"];
    net.of("CZ", "calendar --party FR").refused(1, &known);

    let words = net.of("CZ", "calendar").done();
    assert!(words.starts_with("LIMITE\n"), "a deadline is not public: {words}");
    let public = net.of("CZ", "calendar --party BE").done();
    assert!(!public.contains("LIMITE"), "the dates of what was adopted are: {public}");
    assert!(net.of("CZ", "status").done().starts_with("LIMITE\n"));
    assert!(words.contains("in 13 days: deadline of measure 2, Framework, amended"), "{words}");
    assert!(words.contains("by BG; amends measure 1; missing: BG CZ DK"), "{words}");
    let expected = format!("{} UTC, in 169 days", &expires.to_string().replace('T', " ")[..16]);
    assert!(words.contains(&expected), "{expected}: {words}");
    for line in ["status", "minutes 1"] {
        let words = net.of("CZ", line).done();
        assert!(words.contains("the reminder of 180 days is reached"), "{line}: {words}");
    }

    let written = net.of("CZ", "calendar --ics").done();
    let file = net.beside("council.ics");
    net.of("CZ", &format!("calendar --ics --out {}", file.display())).done();
    let kept = fs::read_to_string(file).unwrap();
    for text in [&written, &kept] {
        assert_eq!(text.matches("BEGIN:VEVENT\r\n").count(), 3, "{text}");
        assert_eq!(text.matches("TRIGGER:-P90D\r\n").count(), 1, "{text}");
        assert_eq!(text.matches("\r\nCLASS:CONFIDENTIAL\r\n").count(), 3, "{text}");
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text}");
    }
    let nowhere = net.beside("missing").join("council.ics");
    let said = net.of("CZ", &format!("calendar --ics --out {}", nowhere.display()));
    said.refused(2, &["/missing does not exist; make it first", "nothing was written"]);
    assert!(!said.err.contains("unfinished"), "{said:?}");

    let council = net.testnet().council().to_string();
    let unfolded = kept.replace("\r\n ", "");
    assert!(unfolded.contains(&format!("UID:{council}-measure-1-expiry\r\n")), "{unfolded}");
}
