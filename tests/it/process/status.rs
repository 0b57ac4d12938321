//! What people live in: the status of a party, and the list of measures.

use nemcon_tests::process::{Net, in_workspace};
use serde_json::{Value, json};

/// Has `code` table a measure of this title that closes in this time.
#[track_caller]
fn table(net: &Net, code: &str, title: &str, closes_in: &str) -> u64 {
    let text = std::fs::read_to_string(in_workspace("examples/toolbox/2020-1127.toml")).unwrap();
    let text = text.replacen("title = \"", &format!("title = \"{title}: "), 1);
    let text = text.replacen("\"14 days\"", &format!("\"{closes_in}\""), 1);
    let path = net.beside("draft.toml");
    std::fs::write(&path, text).unwrap();
    net.table(code, &path)
}

fn numbers(entries: &Value) -> Vec<u64> {
    entries.as_array().unwrap().iter().map(|it| it["number"].as_u64().unwrap()).collect()
}

#[test]
fn each_party_is_told_what_needs_it_the_nearest_deadline_first() {
    let net = Net::up("--members 4");
    assert_eq!(net.json("BE", "measure list"), json!([]));
    let said = net.of("BE", "status").done();
    assert!(said.ends_with("\n\nnothing needs you\n"), "{said}");
    table(&net, "BE", "Listing", "9 days");
    table(&net, "BG", "Blocked", "3 days");
    table(&net, "HRVP", "Urgent", "5 hours");
    net.cast(1, "in-favour", &["CZ"]);
    net.cast(2, "in-favour", &["BE", "BG", "CZ"]);
    net.cast(2, "against", &["DK"]);

    let mine = net.json("DK", "status")["mine"].clone();
    assert_eq!(numbers(&mine["needs"]), [3, 1]);
    let said = net.of("DK", "status").done();
    let head =
        "\nneeds you: a ballot on 2 of 3 open measures, the nearest deadline first\n   3  5 h ";
    assert!(said.contains(head), "{said}");
    assert!(
        said.contains("\n                   1 of 4 ballots in; missing: you BE BG\n"),
        "{said}"
    );
    assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");

    let mine = net.json("BG", "status")["mine"].clone();
    assert_eq!((numbers(&mine["needs"]), numbers(&mine["tabled"])), (vec![3, 1], vec![2]));
    let said = net.of("BG", "status").done();
    let proposer = "BLOCKED, against: DK; 4 of 4 ballots in";
    assert!(
        said.contains(proposer) && said.contains("it stays blocked until a ballot is"),
        "{said}"
    );

    let yes = net.yes(1);
    net.json("PRES", &format!("measure extend 1 --until 2099-01-01T00:00:00Z {yes}"));
    let said = net.of("CZ", "status").done();
    assert!(said.contains("the deadline was put off after you signed, by PRES"), "{said}");
    participants_are_told_what_they_may_do(&net);

    net.json("BG", &format!("measure close 2 {}", net.yes(2)));
    let mine = net.json("BG", "status")["mine"].clone();
    assert_eq!((numbers(&mine["tabled"]), numbers(&mine["over"])), (vec![], vec![2]));
    assert_eq!(mine["over"][0]["status"], "not adopted", "what became of the blocked one");
    assert_eq!(numbers(&net.json("DK", "measure list")), [3, 1, 2]);
    let list = net.of("DK", "measure list").done();
    assert!(
        list.starts_with("LIMITE\n2 open measures, the nearest deadline first\n   3  "),
        "{list}"
    );
    assert!(
        list.contains("\n\n1 over, the last one first\n   2  not adopted  Blocked: "),
        "{list}"
    );
}

fn participants_are_told_what_they_may_do(net: &Net) {
    let mine = net.json("PRES", "status")["mine"].clone();
    assert_eq!(mine["role"]["may"], json!(["table", "extend", "close"]));
    assert_eq!(numbers(&mine["may"]), [3, 2, 1]);
    assert_eq!(mine["may"][0]["party"]["may"], json!(["extend", "close"]));
    let said = net.of("PRES", "status").done();
    assert!(
        said.contains("\nPRES takes part as presidency, without a ballot: it may table,"),
        "{said}"
    );
    assert!(said.contains("- you may extend, close or attest it\n") && !said.contains("needs you"));
    let mine = net.json("HRVP", "status")["mine"].clone();
    assert_eq!((numbers(&mine["tabled"]), mine["role"]["attests"].clone()), (vec![3], json!([])));
    let unknown = net.client("BE").base().to_owned();
    let token = net.token("BE", nemcon_client::token::Role::Read);
    let line = format!("status --as FR --node {unknown} --token {}", token.display());
    let said = nemcon_tests::process::run(&mut nemcon_tests::process::command(&line));
    said.refused(1, &["FR is neither a member of this council nor a participant"]);
}
