//! The numbers of real nodes: who gets them, that `docs/metrics.md` has each, and what `/ready` says.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use nemcon_client::token::Role;
use nemcon_tests::process::{Net, ask, free_address, in_workspace, nemcon, status_of, wait_for};

const LISTING: &str = "examples/toolbox/2020-1127.toml";

fn config_of(net: &Net, code: &str) -> PathBuf {
    net.dir().join("members").join(code).join("node.toml")
}

/// The value of a line of the text; it must be there.
#[track_caller]
fn value<'a>(text: &'a str, line: &str) -> &'a str {
    let of = |it: &'a str| it.strip_prefix(line)?.strip_prefix(' ');
    text.lines().find_map(of).unwrap_or_else(|| panic!("no {line} in\n{text}"))
}

fn metrics(net: &Net, code: &str) -> String {
    let headers = net.shows(code, Role::Read);
    ask(net.member(code).http, "GET /metrics", &headers, "")
}

/// What `/ready` answers: status and words.
fn ready(net: &Net, code: &str) -> (u16, String) {
    let answer = ask(net.member(code).http, "GET /ready", "", "");
    let words = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
    (status_of(&answer), words.trim_end().to_owned())
}

/// Has a member's node give its numbers out on an address of their own.
fn give_out(net: &Net, code: &str) -> SocketAddr {
    let address = free_address();
    net.kill(code);
    let config = config_of(net, code);
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("metrics = \"{address}\"\n{text}")).unwrap();
    net.restart();
    address.parse().unwrap()
}

#[test]
fn every_family_that_a_node_serves_stands_in_the_document_and_no_other() {
    let net = Net::up("--members 4");
    let text = metrics(&net, "BE");
    assert!(
        text.contains("content-type: application/openmetrics-text; version=1.0.0; charset=utf-8")
    );
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    let served: BTreeMap<&str, &str> = types.collect();
    let document = std::fs::read_to_string(in_workspace("docs/metrics.md")).unwrap();
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let rows = rows.filter(|(name, _)| name.starts_with("nemcon_") || name.starts_with("process_"));
    let told: BTreeMap<&str, &str> =
        rows.map(|(name, rest)| (name, rest.split(" | ").next().unwrap())).collect();
    assert_eq!(served, told);
    // A unit stands at the end of its family's name, and each family has something to show.
    for line in text.lines().filter_map(|line| line.strip_prefix("# UNIT ")) {
        let (name, unit) = line.split_once(' ').unwrap();
        assert!(name.ends_with(&format!("_{unit}")), "{line}");
    }
    for name in served.keys() {
        assert!(text.lines().any(|line| line.starts_with(name)), "{name}");
    }
    // The labels that are told are those that are served.
    for line in document.lines().filter(|line| line.starts_with("| `nemcon_")) {
        let cells: Vec<_> = line.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let (name, label) = (cells[1], cells[3]);
        let is_labelled = |it: &str| it.starts_with(name) && it.contains(&format!("{{{label}=\""));
        assert!(label.is_empty() || text.lines().any(is_labelled), "{line}");
    }
}

#[test]
fn the_numbers_follow_what_happens() {
    let net = Net::up("--members 4");
    let before = metrics(&net, "BE");
    assert_eq!(value(&before, "nemcon_height_blocks"), "0");
    assert_eq!(value(&before, "nemcon_quorum_members"), "3");
    net.kill("DK");
    net.table("BE", &in_workspace(LISTING));
    let text = wait_for("the condition to be told", || {
        let text = metrics(&net, "BE");
        let told = value(&text, "nemcon_condition_members{name=\"peer-unreachable\"}") == "1";
        told.then_some(text)
    });
    assert_eq!(value(&text, "nemcon_height_blocks"), "1");
    assert_eq!(value(&text, "nemcon_sealed_height_blocks"), "0");
    assert_eq!(value(&text, "nemcon_seal_lag_blocks{member=\"DK\"}"), "1");
    assert_eq!(value(&text, "nemcon_seal_lag_blocks{member=\"BE\"}"), "0");
    assert_eq!(value(&text, "nemcon_connected{member=\"DK\"}"), "0");
    assert_eq!(value(&text, "nemcon_handed_in_statements_total{outcome=\"ordered\"}"), "1");
    assert_eq!(value(&text, "nemcon_ordering_seconds_count"), "1");
    assert_eq!(value(&text, "nemcon_finality_seconds_count"), "0");
    assert_ne!(value(&text, "nemcon_disk_sync_seconds_count"), "0");
    assert_eq!(value(&text, "nemcon_ready"), "1");
    net.restart();
    wait_for("all to have sealed it", || {
        let text = metrics(&net, "BE");
        (value(&text, "nemcon_finality_seconds_count") == "1").then_some(())
    });
}

#[test]
fn numbers_are_given_to_a_token_and_on_their_own_address_to_this_machine_alone() {
    let net = Net::up("--members 4");
    let http = net.member("DK").http;
    assert_eq!(status_of(&ask(http, "GET /metrics", "", "")), 401);
    let address = give_out(&net, "DK");
    let said = ask(address, "GET /metrics", "", "");
    assert_eq!(status_of(&said), 200, "{said}");
    assert!(said.ends_with("# EOF\n") && said.contains("nemcon_height_blocks 0\n"), "{said}");
    assert_eq!(status_of(&ask(address, "GET /health", "", "")), 200);
    for (line, headers, status) in [
        ("GET /metrics", "Host: rebound.example.org\r\n", 403),
        ("GET /metrics", "Origin: http://localhost:1\r\n", 403),
        ("GET /v1/status", "", 404),
        ("POST /metrics", "", 405),
    ] {
        assert_eq!(status_of(&ask(address, line, headers, "")), status, "{line} {headers}");
    }
    // No word of any measure, and nobody who has signed.
    net.table("BE", &in_workspace(LISTING));
    net.await_height("DK", "BE");
    let title = net.measure("DK", 1).title;
    let said = wait_for("the text to be made anew", || {
        let said = ask(address, "GET /metrics", "", "");
        said.contains("nemcon_height_blocks 1\n").then_some(said)
    });
    assert!(!said.contains(&title) && !said.contains("measure"), "{said}");

    net.kill("DK");
    let config = config_of(&net, "DK");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace(&format!("{address}"), "0.0.0.0:4202")).unwrap();
    let refused = nemcon("node run --config", [&config]);
    refused.refused(2, &["`metrics = 0.0.0.0:4202` is not a loopback address"]);
}

#[test]
fn a_node_is_ready_while_it_takes_part_and_says_why_it_does_not() {
    let net = Net::up("--members 4");
    let becomes = |code: &str, wanted: (u16, &str)| {
        wait_for(&format!("{code} to say {wanted:?}"), || {
            let said = ready(&net, code);
            (said.0 == wanted.0 && said.1 == wanted.1).then_some(())
        });
    };
    becomes("BE", (200, "ready"));
    // Alone with one other it cannot take part; what it lacks is not the others' doing.
    net.kill("CZ");
    net.kill("DK");
    becomes("BE", (503, "too-few-connected"));
    net.restart();
    becomes("BE", (200, "ready"));

    net.table("BE", &in_workspace(LISTING));
    net.await_height("DK", "BE");
    net.kill("DK");
    std::fs::remove_file(config_of(&net, "DK").with_file_name("ledger").join("signed")).unwrap();
    net.restart();
    wait_for("DK to observe", || {
        let (status, why) = ready(&net, "DK");
        (status == 503 && why.split(' ').any(|it| it == "observing")).then_some(())
    });
    let log = net.log("DK");
    assert!(log.contains("event=votes-withheld") || log.contains("event=signed-unknown"), "{log}");
}
