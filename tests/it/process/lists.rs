//! Lists of a council that has much to list: they are read to their end, and no answer is long.

use std::path::Path;

use nemcon_client::api::Answer;
use nemcon_client::token::Role;
use nemcon_ledger::record::{Body, Incident};
use nemcon_tests::process::{Net, ask, in_workspace, status_of, wait_for};
use serde_json::Value;

const MEMBERS: [&str; 4] = ["BE", "BG", "CZ", "DK"];
/// What no answer to a question about a list is longer than, by `docs/http.md`.
const PAGE_BYTES_MAX: usize = (256 << 10) + 65_535;
/// The same for records, where JSON writes each line's end as two characters.
const RECORDS_BYTES_MAX: usize = 2 * (512 << 10);

/// One member reports as much as its share of a day takes: many incidents, most of them with titles that
/// alone fill several pages, and a few that are as long as a record may be.
fn reports(net: &Net, by: &str, count: usize) {
    let party = net.party(by);
    let incident = |at: usize| Incident {
        head: party.head.clone(),
        title: format!("{at} {}", "of many ".repeat(240)).trim().parse().unwrap(),
        category: "intrusion".parse().unwrap(),
        from: "2020-11-01T00:00:00.000Z".parse().unwrap(),
        until: None,
        severity: Vec::new(),
        summary: match at % 60 {
            0 => vec!["what happened ".repeat(140).trim().parse().unwrap(); 28],
            _ => Vec::new(),
        },
        evidence: Vec::new(),
    };
    for batch in (1..=count).collect::<Vec<_>>().chunks(16) {
        for at in batch {
            let statement = party.sign(&Body::Incident(incident(*at))).unwrap();
            let record = String::from_utf8(statement.render()).unwrap();
            let answer = net.submit(by, record);
            assert!(!matches!(answer, Answer::Refused { .. }), "{answer:?}");
        }
        wait_for("what was reported to be ordered", || {
            (net.status(by).pending_count == 0).then_some(())
        });
    }
}

/// What a node answers to `GET`, as JSON, and how long it is.
fn get(net: &Net, code: &str, path: &str) -> (Value, usize) {
    let shown = net.shows(code, Role::Read);
    let answer = ask(net.member(code).http, &format!("GET {path}"), &shown, "");
    assert_eq!(status_of(&answer), 200, "{path}: {}", &answer[..answer.len().min(500)]);
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    (serde_json::from_str(body).unwrap(), body.len())
}

/// Follows a list; the numbers that it names and how many pages it has.
fn follow(net: &Net, code: &str, list: &str) -> (Vec<u64>, usize) {
    let (mut numbers, mut pages, mut from) = (Vec::new(), 0, Some(0));
    while let Some(first) = from {
        let (page, bytes) = get(net, code, &format!("{list}from={first}"));
        assert!(bytes <= PAGE_BYTES_MAX, "{list} at {first}: {bytes} bytes");
        let items = page["items"].as_array().unwrap();
        assert!(items.iter().all(|item| item.get("text").is_none()), "a summary has no text");
        numbers.extend(items.iter().map(|item| item["number"].as_u64().unwrap()));
        (pages, from) = (pages + 1, page["next"].as_u64());
        assert!(pages <= 1_000);
    }
    (numbers, pages)
}

#[test]
fn several_hundred_incidents_of_one_member_stop_no_command_and_make_no_long_answer() {
    let net = Net::up("--members 4");
    let count = 260;
    reports(&net, "DK", count);
    let draft = in_workspace("examples/toolbox/2020-1127.toml");
    for code in MEMBERS {
        wait_for("the node to have them all", || {
            (net.client(code).incidents().ok()?.len() == count).then_some(())
        });
        let number = net.table(code, &draft_of(&net, code, &draft));
        assert!(net.of(code, "status").done().contains("needs you: a ballot on "));
        let needs = net.json(code, "status")["needs_me"].clone();
        assert!(needs.as_array().unwrap().contains(&number.into()), "{code}: {needs}");
        let listed = net.json(code, "incident list");
        assert_eq!(listed.as_array().unwrap().len(), count);
        // Which of one block has which number is drawn.
        let mut long = listed.as_array().unwrap().iter();
        let long = long.find(|it| it["title"].as_str().unwrap().starts_with("240 of"));
        let long = &long.unwrap()["number"];
        let words = net.of(code, "incident list").done();
        assert!(words.contains("\n 260  ") && words.contains("  260 of many"), "{words}");
        assert!(net.of(code, "measure list").done().contains("0 of 4"));
        let shown = net.of(code, &format!("incident show {long}")).done();
        assert!(shown.contains("what happened what happened"), "{shown}");
        let (numbers, pages) = follow(&net, code, "/v1/incidents?");
        assert_eq!(numbers, (1..=count as u64).collect::<Vec<_>>());
        assert!(pages > 2, "{pages}");
    }
    all_records_in_short_answers(&net, "BE");
}

/// The draft under a title of the member's own: no text is tabled twice.
fn draft_of(net: &Net, code: &str, draft: &Path) -> std::path::PathBuf {
    let text = std::fs::read_to_string(draft).unwrap();
    let path = net.beside(&format!("{code}.toml"));
    std::fs::write(&path, text.replacen("title = \"", &format!("title = \"{code}: "), 1)).unwrap();
    path
}

fn all_records_in_short_answers(net: &Net, code: &str) {
    let (size, mut from) = (net.status(code).size, 0);
    while from < size {
        let (part, bytes) = get(net, code, &format!("/v1/records?from={from}"));
        assert!(bytes <= RECORDS_BYTES_MAX, "records from {from}: {bytes} bytes");
        let told = part["records"].as_array().unwrap().len() as u64;
        assert!(told > 0 && part["first"] == from);
        from += told;
    }
    let (status, bytes) = get(net, code, "/v1/status");
    assert!(bytes <= PAGE_BYTES_MAX && status["size"] == size, "{bytes}");
}

#[test]
fn a_list_is_asked_for_in_part_by_state_by_text_and_for_a_party() {
    let net = Net::up("--members 4");
    let draft = in_workspace("examples/toolbox/2020-1127.toml");
    for code in ["BE", "BG", "CZ"] {
        net.table(code, &draft_of(&net, code, &draft));
    }
    net.json("BG", &format!("measure withdraw 2 {}", net.yes(2)));
    net.cast(3, "in-favour", &["DK"]);
    let list = |query: &str| follow(&net, "BE", &format!("/v1/measures?{query}"));
    assert_eq!(list(""), (vec![1, 2, 3], 1));
    assert_eq!(list("limit=1&"), (vec![1, 2, 3], 3));
    assert_eq!(list("state=open&limit=1&"), (vec![1, 3], 2));
    assert_eq!(list("state=ended&"), (vec![2], 1));
    assert_eq!(list("state=recent&"), (vec![2], 1));
    assert_eq!(list("state=recent&limit=1&"), (vec![2], 1));
    assert_eq!(list("state=expiring&"), (vec![], 1));
    let text = net.measure("BE", 3).text_hash;
    assert_eq!(list(&format!("text={text}&")), (vec![3], 1));
    assert_eq!(list(&format!("text={}&", net.testnet().council())), (vec![], 1));
    let (page, _) = get(&net, "BE", "/v1/measures?party=DK");
    assert_eq!(page["items"][2]["party"]["position"], "in-favour");
    assert_eq!(page["items"][0]["party"]["position"], Value::Null);
    let (page, _) = get(&net, "DK", "/v1/measures?party=BE");
    let may = serde_json::json!(["revise", "extend", "close", "withdraw"]);
    assert_eq!(page["items"][0]["party"]["may"], may);
    assert_eq!(page["items"][2]["party"]["may"], serde_json::json!([]));
    let (found, _) = get(&net, "BE", &format!("/v1/records?text={text}"));
    assert_eq!(found["first"], net.measure("BE", 3).leaf);
    assert_eq!(found["records"].as_array().unwrap().len(), 1);
    what_is_filed_under_a_measure_or_a_party(&net);
    for wrong in ["state=gone", "limit=x", "from=-1", "text=1", "party=b e", "since=1"] {
        let path = format!("GET /v1/measures?{}", wrong.replace(' ', "%20"));
        let answer = ask(net.member("BE").http, &path, &net.shows("BE", Role::Read), "");
        assert_eq!(status_of(&answer), 400, "{wrong}: {answer}");
    }
}

/// Three measures were tabled, the second was withdrawn by BG, and DK has signed on the third.
fn what_is_filed_under_a_measure_or_a_party(net: &Net) {
    let filed = |path: &str| {
        let (mut leaves, mut kinds, mut from) = (Vec::new(), Vec::new(), Some(0));
        while let Some(first) = from {
            let (page, _) = get(net, "BE", &format!("{path}?limit=1&from={first}"));
            for item in page["items"].as_array().unwrap() {
                leaves.push(item["leaf"].as_u64().unwrap());
                let record = item["record"].as_str().unwrap();
                kinds.push(record.lines().next().unwrap().replace("nemcon/v1 ", ""));
            }
            from = page["next"].as_u64();
        }
        assert!(leaves.is_sorted(), "{leaves:?}");
        kinds
    };
    assert_eq!(filed("/v1/measures/1/records"), ["measure"]);
    assert_eq!(filed("/v1/measures/2/records"), ["measure", "withdrawal"]);
    assert_eq!(filed("/v1/measures/3/records"), ["measure", "ballot"]);
    assert_eq!(filed("/v1/measures/4/records"), [""; 0]);
    assert_eq!(filed("/v1/parties/BG/records"), ["measure", "withdrawal"]);
    assert_eq!(filed("/v1/parties/DK/records"), ["ballot"]);
    let (all, _) = get(net, "BE", "/v1/measures/3/records");
    assert_eq!(all["next"], Value::Null);
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    let said = net.of("DK", "log records").done();
    assert!(said.contains("1 record signed by DK"), "{said}");
    assert!(said.contains("DENMARK: IN FAVOUR of REV 1 of measure 3"), "{said}");
    let said = net.of("BE", "log records --measure 2").done();
    assert!(said.contains("2 records about measure 2") && said.contains("WITHDRAWN"), "{said}");
    net.of("BE", "log records --measure 4").refused(1, &["no measure 4", "nemcon measure list"]);
}
