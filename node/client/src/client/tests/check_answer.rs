//! Tests with a node that lies: the client compares each answer with its request.

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::{Digest, TreeSize};
use nemcon_ledger::Chain;
use nemcon_ledger::record::incident::Incident as Reported;
use nemcon_ledger::record::measure_fields::Cited;
use nemcon_ledger::record::{Genesis, Package, Position};
use serde_json::{Value, json};

use super::*;
use crate::client::check_answer::Contradiction;
use crate::fixture::{genesis, head, shown};
use crate::statements::{self, StatementError};

const UNSIGNED: &str = "\n\u{2014} BE AAAAAAA=\n";

/// A node of the council `of` that gives `answer` at `path`, and its client, which expects that
/// council and the node of BE.
fn node(of: &Genesis, path: &'static str, answer: &Value) -> Client {
    let (note, answer) = (of.render() + UNSIGNED, answer.to_string());
    let answer = move |request: Request| async move {
        match request.uri().path() {
            "/v1/genesis" => note.into_response(),
            asked if asked == path => answer.into_response(),
            _ => StatusCode::IM_A_TEAPOT.into_response(),
        }
    };
    let member = Some("BE".parse().unwrap());
    serve(Router::new().fallback(answer)).of(Some(genesis().digest()), member)
}

#[track_caller]
fn contradicts<T: std::fmt::Debug>(answer: Result<T, ClientError>) -> Contradiction {
    match answer {
        Err(ClientError::Contradicts { how, .. }) => *how,
        other => panic!("{other:?}"),
    }
}

/// The contradiction that the client finds in measure 1 after `edit` has changed it.
#[track_caller]
fn lie(edit: impl FnOnce(&mut Value)) -> Contradiction {
    let mut measure = json!(shown(&genesis()));
    edit(&mut measure);
    contradicts(node(&genesis(), "/v1/measures/1", &measure).measure(1))
}

fn hash_of(text: &str) -> Value {
    json!(hash::sha256(text.as_bytes()))
}

/// Another council, which differs only in its name.
fn other_council() -> Genesis {
    let mut other = genesis();
    other.charter.name = "Another council".parse().unwrap();
    other
}

fn status() -> Value {
    let member =
        |code: &str| json!({ "code": code, "name": code, "connected": true, "sealed_height": 0 });
    json!({
        "council": genesis().digest(), "name": "Council", "member": "BE", "now": 1_000_000,
        "height": 0, "block_time": null, "size": 1, "root": hash_of("root"), "sealed_size": 0,
        "sealed_height": 0, "round": null, "pending": [], "pending_count": 0,
        "members": [member("BE"), member("BG")], "needs_me": [], "observing": false, "faults": {},
    })
}

#[test]
fn a_node_that_answers_what_it_was_asked_for_is_believed() {
    let of = genesis();
    node(&of, "/v1/measures/1", &json!(shown(&of))).measure(1).unwrap();
    node(&of, "/v1/status", &status()).status().unwrap();
    node(&of, "/v1/incidents/1", &incident()).incident(1).unwrap();
    node(&of, "/v1/records", &records(5, 2, 9)).records(5, 2).unwrap();
    node(&of, "/v1/records", &records(5, 0, 5)).records(5, 2).unwrap();
    node(&of, "/v1/seats", &seats()).seats().unwrap();
    node(&of, "/v1/checkpoint", &checkpoint(&of, 7, 7)).checkpoint().unwrap();
}

#[test]
fn a_measure_is_the_one_that_was_asked_for() {
    let second = lie(|it| it["number"] = 2.into());
    assert_eq!(second, Contradiction::Number { found: 2, wanted: 1 });
}

#[test]
fn a_text_is_that_of_its_hash_and_says_what_is_said_beside_it() {
    let other = lie(|it| it["text_hash"] = hash_of("another text"));
    assert!(matches!(other, Contradiction::Text(StatementError::TextHash { measure: 1, .. })));
    let changed = lie(|it| {
        it["text"] = it["text"].as_str().unwrap().replace("title ", "title Not ").into();
    });
    assert!(matches!(changed, Contradiction::Text(StatementError::TextHash { .. })), "{changed}");
    for (field, value) in [
        ("title", json!("Another title")),
        ("kind", json!("another-kind")),
        ("rule", json!("another-rule")),
        ("revision", json!(2)),
        ("by", json!("BG")),
        ("closes", json!(1_000_000)),
    ] {
        // The measure's proposer is BG, so CZ is a wrong one.
        let value = if field == "by" { json!("CZ") } else { value };
        let lie = lie(|it| it[field] = value);
        let is_field = matches!(lie, Contradiction::Text(StatementError::Field { measure: 1, .. }));
        assert!(is_field, "{field}: {lie}");
    }
}

/// A package of these measures, as a node would show it.
fn package(of: &[u64]) -> Value {
    let cited = |number| Cited { number, text: shown(&genesis()).text_hash };
    let measures = of.iter().copied().map(cited).collect();
    let text = Body::Package(Package { head: head(&genesis(), "BG"), measures }).render();
    json!({ "text_hash": hash_of(&text), "text": text, "measures": of })
}

#[test]
fn a_package_is_that_of_its_hash_and_binds_the_measure() {
    let mut honest = json!(shown(&genesis()));
    honest["package"] = package(&[1, 2]);
    node(&genesis(), "/v1/measures/1", &honest).measure(1).unwrap();
    let refused = StatementError::Field { measure: 1, field: "package" };
    let lie = |edit: &dyn Fn(&mut Value)| {
        lie(|it| {
            it["package"] = package(&[1, 2]);
            edit(&mut it["package"]);
        })
    };
    for (what, said) in [
        ("another hash", lie(&|it| it["text_hash"] = hash_of("another"))),
        ("other numbers", lie(&|it| it["measures"] = json!([1, 3]))),
        ("not this measure", lie(&|it| *it = package(&[2, 3]))),
    ] {
        assert_eq!(said, Contradiction::Text(refused.clone()), "{what}");
    }
}

#[test]
fn a_ballot_is_listed_once_and_whoever_has_none_is_missing() {
    let twice = lie(|it| {
        let first = it["ballots"][0].clone();
        it["ballots"].as_array_mut().unwrap().push(first);
    });
    assert_eq!(twice, Contradiction::Twice("BE".parse().unwrap()));
    let hidden = lie(|it| it["ballots"][1]["position"] = "in-favour".into());
    assert_eq!(hidden, Contradiction::Missing(1), "BG is said to be missing and has a ballot");
    let unsaid = lie(|it| it["missing"] = json!(["BE", "BG", "CZ"]));
    assert_eq!(unsaid, Contradiction::Missing(1), "DK has none and is not said to be missing");
}

#[test]
fn a_text_of_another_council_is_refused_whatever_the_node_says_of_itself() {
    let other = other_council();
    let wanted = Contradiction::Council { found: other.digest(), wanted: genesis().digest() };
    let measure = json!(shown(&other));
    assert_eq!(contradicts(node(&genesis(), "/v1/measures/1", &measure).measure(1)), wanted);
    let mut told = status();
    told["council"] = json!(other.digest());
    assert_eq!(contradicts(node(&genesis(), "/v1/status", &told).status()), wanted);
    let reported = incident_of(&other);
    assert_eq!(contradicts(node(&genesis(), "/v1/incidents/1", &reported).incident(1)), wanted);
    let head = checkpoint(&other, 7, 7);
    let head = node(&genesis(), "/v1/checkpoint", &head).checkpoint();
    assert_eq!(contradicts(head), Contradiction::Checkpoint);
}

#[test]
fn a_node_of_another_council_is_asked_for_its_genesis_and_nothing_else() {
    let other = other_council();
    let wanted = Contradiction::Council { found: other.digest(), wanted: genesis().digest() };
    // Every answer but the genesis is malformed.
    let client = node(&other, "/", &Value::Null);
    let answers = [
        client.status().map(drop),
        client.measure(1).map(drop),
        client.measures(None, None).map(drop),
        client.incident(1).map(drop),
        client.incidents().map(drop),
        client.measure_by_text(genesis().digest()).map(drop),
        client.incident_by_text(genesis().digest()).map(drop),
        client.leaf_of(genesis().digest()).map(drop),
        client.records(0, 1).map(drop),
        client.seats().map(drop),
        client.checkpoint().map(drop),
        client.genesis().map(drop),
        client.rejoin().map(drop),
        client.submit(String::new(), Duration::ZERO).map(drop),
        client.foresee(&[]).map(drop),
    ];
    for (at, answer) in answers.into_iter().enumerate() {
        assert_eq!(contradicts(answer), wanted, "call {at}");
    }
    let none = node(&genesis(), "/", &Value::Null);
    assert!(
        matches!(none.status(), Err(ClientError::Status { status: 418, .. })),
        "its own goes on"
    );
}

#[test]
fn a_node_is_the_members_that_is_meant() {
    let mut told = status();
    told["member"] = "BG".into();
    let (found, wanted) = ("BG".parse().unwrap(), "BE".parse().unwrap());
    let said = contradicts(node(&genesis(), "/v1/status", &told).status());
    assert_eq!(said, Contradiction::Member { found, wanted });
}

#[test]
fn nobody_sits_in_the_council_twice() {
    let mut told = status();
    told["members"][1]["code"] = "BE".into();
    let twice = Contradiction::Twice("BE".parse().unwrap());
    assert_eq!(contradicts(node(&genesis(), "/v1/status", &told).status()), twice);
    let mut seated = seats();
    seated["members"][1]["code"] = "BE".into();
    assert_eq!(contradicts(node(&genesis(), "/v1/seats", &seated).seats()), twice);
}

fn seats() -> Value {
    json!(Seats::of(&Chain::found(genesis()), |_| None))
}

fn records(first: u64, count: usize, size: u64) -> Value {
    json!({ "first": first, "records": vec!["a record\nof two lines\n"; count], "size": size })
}

#[test]
fn records_are_those_that_were_asked_for() {
    for (first, count, size) in [(4, 2, 9), (6, 2, 9), (5, 3, 9), (5, 2, 6), (u64::MAX, 2, 9)] {
        let told = records(first, count, size);
        let said = contradicts(node(&genesis(), "/v1/records", &told).records(5, 2));
        let wanted = Contradiction::Records { count, first, limit: 2, from: 5 };
        assert_eq!(said, wanted, "of {size}");
    }
}

#[test]
fn the_record_of_a_text_is_the_one_with_this_text() {
    let text = hash::sha256(b"a record\nof two lines\n");
    let record = format!("a record\nof two lines\n{UNSIGNED}");
    let told = |record: &str| json!({ "first": 5, "records": [record], "size": 9 });
    assert_eq!(node(&genesis(), "/v1/records", &told(&record)).leaf_of(text).unwrap(), Some(5));
    let none = json!({ "first": 0, "records": [], "size": 9 });
    assert_eq!(node(&genesis(), "/v1/records", &none).leaf_of(text).unwrap(), None);
    let another = told(&format!("another record\n{UNSIGNED}"));
    let said = contradicts(node(&genesis(), "/v1/records", &another).leaf_of(text));
    let found = hash::sha256(b"another record\n");
    assert_eq!(said, Contradiction::Other { found, wanted: text });
}

#[test]
fn filed_records_are_those_of_the_measure_or_party_that_was_asked_for() {
    let genesis = genesis();
    let choice = Position::Abstain.into();
    let ballot = statements::ballot(head(&genesis, "CZ"), &shown(&genesis), choice).unwrap();
    let record = format!("{}{UNSIGNED}", ballot.render());
    let page = json!({ "items": [{ "leaf": 5, "record": record }], "next": null });
    let of_measure = |path, number| node(&genesis, path, &page).records_of_measure(number);
    assert_eq!(of_measure("/v1/measures/1/records", 1).unwrap().len(), 1);
    let said = contradicts(of_measure("/v1/measures/2/records", 2));
    assert_eq!(said, Contradiction::NotFiled(5));
    let of_party =
        |path, code: &str| node(&genesis, path, &page).records_of_party(&code.parse().unwrap());
    assert_eq!(of_party("/v1/parties/CZ/records", "CZ").unwrap().len(), 1);
    let said = contradicts(of_party("/v1/parties/BE/records", "BE"));
    assert_eq!(said, Contradiction::NotFiled(5));
}

fn checkpoint(of: &Genesis, size: u64, said: u64) -> Value {
    let digits = of.digest().to_string();
    let origin = format!("{}/{}", of.origin, &digits[..16]);
    let head = Checkpoint::new(&origin, TreeSize(size), of.digest()).unwrap();
    json!({ "size": said, "height": 3, "note": head.render() + UNSIGNED })
}

#[test]
fn a_checkpoint_is_the_tree_head_that_it_is_said_to_be() {
    let of = genesis();
    let none = json!({ "size": 7, "height": 3, "note": null });
    let words = json!({ "size": 7, "height": 3, "note": "no note" });
    for told in [checkpoint(&of, 7, 8), none, words] {
        let said = node(&of, "/v1/checkpoint", &told).checkpoint();
        assert_eq!(contradicts(said), Contradiction::Checkpoint, "{told}");
    }
}

fn incident_of(of: &Genesis) -> Value {
    let reported = Reported {
        head: head(of, "BG"),
        title: "Intrusion".parse().unwrap(),
        category: "intrusion".parse().unwrap(),
        from: Time::from_ms(1_000).unwrap(),
        until: None,
        severity: Vec::new(),
        summary: vec!["What happened.".parse().unwrap()],
        evidence: Vec::new(),
    };
    let text = Body::Incident(reported).render();
    json!({
        "number": 1, "text_hash": hash_of(&text), "leaf": 4, "title": "Intrusion", "by": "BG",
        "reported": 1_000_000, "text": text, "attributions": [], "measures": [], "last": {},
    })
}

fn incident() -> Value {
    incident_of(&genesis())
}

#[test]
fn an_incident_is_the_one_that_was_asked_for_and_its_text_that_of_its_hash() {
    let lie = |field: &str, value: Value| {
        let mut told = incident();
        told[field] = value;
        contradicts(node(&genesis(), "/v1/incidents/1", &told).incident(1))
    };
    assert_eq!(lie("number", 2.into()), Contradiction::Number { found: 2, wanted: 1 });
    for (field, value) in
        [("text_hash", hash_of("other")), ("title", "Other".into()), ("by", "CZ".into())]
    {
        assert_eq!(lie(field, value), Contradiction::Text(StatementError::IncidentText(1)));
    }
}

#[test]
fn what_became_of_a_statement_is_said_of_the_one_that_was_submitted() {
    let (sent, other) = (format!("sent\n{UNSIGNED}"), hash::sha256(b"other\n"));
    let pending = |text: Digest| json!({ "answer": "pending", "text_hash": text });
    let submit =
        |told: &Value| node(&genesis(), "/v1/records", told).submit(sent.clone(), Duration::ZERO);
    let wanted = hash::sha256(b"sent\n");
    submit(&pending(wanted)).unwrap();
    let said = contradicts(submit(&pending(other)));
    assert_eq!(said, Contradiction::Statement { found: other, wanted });
    let ordered = json!({
        "answer": "ordered", "text_hash": other, "height": 1, "time": 1_000_000, "leaf": 4,
    });
    assert_eq!(contradicts(submit(&ordered)), said, "as of one that is ordered");
}

#[test]
fn a_look_ahead_judges_what_it_was_shown() {
    let refused = json!({
        "foresight": "refused", "at": 1,
        "answer": { "answer": "refused", "code": "c", "message": "m", "advice": "a" },
    });
    let body = Body::parse(&shown(&genesis()).text).unwrap();
    let node = node(&genesis(), "/v1/foresight", &refused);
    assert_eq!(contradicts(node.foresee(std::slice::from_ref(&body))), Contradiction::At(1));
    assert!(node.foresee(&[body.clone(), body]).is_ok());
}

#[test]
fn a_look_ahead_refuses_with_a_refusal() {
    let body = Body::parse(&shown(&genesis()).text).unwrap();
    let text = hash_of("text");
    let pending = json!({ "answer": "pending", "text_hash": text });
    let ordered = json!({
        "answer": "ordered", "text_hash": text, "height": 1, "time": 1_000_000, "leaf": 4,
    });
    for answer in [pending, ordered] {
        let told = json!({ "foresight": "refused", "at": 0, "answer": answer });
        let said = node(&genesis(), "/v1/foresight", &told).foresee(core::slice::from_ref(&body));
        assert_eq!(contradicts(said), Contradiction::Refusal, "{told}");
    }
}

type Edit = fn(&mut Value);

#[test]
fn no_words_of_an_answer_steer_a_terminal() {
    let lies: [(&str, Edit); 5] = [
        ("title", |it| it["title"] = "Harmless\u{1b}[2K\rAnother".into()),
        ("text", |it| it["text"] = format!("{}\u{9b}2J", it["text"].as_str().unwrap()).into()),
        ("reason", |it| it["reason"] = "against\u{202e}".into()),
        ("name", |it| it["ballots"][0]["name"] = "two\nlines".into()),
        ("\u{1b}[31m", |it| it["last"] = json!({ "\u{1b}[31m": hash_of("") })),
    ];
    for (wanted, edit) in lies {
        let said = lie(edit);
        let Contradiction::Character { field, .. } = &said else { panic!("{wanted:?}: {said}") };
        assert!(wanted.ends_with(field.as_str()), "{wanted:?}: {field:?}");
        assert!(said.to_string().chars().all(nemcon_ledger::text::shown::is_harmless), "{said}");
    }
    let mut told = status();
    told["faults"] = json!({ "a\u{7}fault": 1 });
    let said = contradicts(node(&genesis(), "/v1/status", &told).status());
    assert!(matches!(said, Contradiction::Character { codepoint: 7, .. }), "{said}");
    // The words of an answer that is no JSON are shown escaped.
    let client = serve(Router::new().fallback(|| async { Response::new("\u{1b}[31m".to_owned()) }));
    assert!(!client.status().unwrap_err().to_string().contains('\u{1b}'));
}
