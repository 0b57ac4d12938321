//! The log of real nodes: what happens in the council is told in words that people use, and to programs.

use std::path::PathBuf;

use nemcon_tests::process::{Net, Node, in_workspace, wait_for};
use serde_json::Value;

const LISTING: &str = "examples/toolbox/2020-1127.toml";

fn config_of(net: &Net, code: &str) -> PathBuf {
    net.dir().join("members").join(code).join("node.toml")
}

/// The lines of a log that have an event of this name.
fn lines(log: &str, event: &str) -> Vec<String> {
    let event = format!(" event={event} ");
    log.lines().filter(|line| line.contains(&event)).map(str::to_owned).collect()
}

#[test]
fn what_happens_is_told_in_one_line_each_in_words_and_in_json() {
    let net = Net::up("--members 4");
    // DK's node runs by hand, and writes JSON.
    net.kill("DK");
    let node = Node::run_with("--log json", &config_of(&net, "DK"));
    net.table("BE", &in_workspace(LISTING));
    let title = net.measure("BE", 1).title;
    net.cast(1, "in-favour", &["BE", "BG", "CZ", "DK"]);
    wait_for("the log to say that it is final", || {
        (lines(&net.log("BG"), "measure-final").len() == 1).then_some(())
    });
    let log = net.log("BG");
    for (event, words) in [
        ("measure-tabled", format!("measure 1 tabled by BE: {title} event")),
        ("measure-adopted", "measure 1 adopted at block ".to_owned()),
        ("measure-final", format!("measure 1 is final: {title} event")),
    ] {
        let told = lines(&log, event);
        assert!(told.len() == 1 && told[0].contains(&words), "{words}: {told:#?}");
    }
    let signed = lines(&log, "measure-signed");
    let wanted = [
        "BE has signed measure 1: 1 of 4, missing BG, CZ, DK",
        "BG has signed measure 1: 2 of 4, missing CZ, DK",
        "CZ has signed measure 1: 3 of 4, missing DK",
        "DK has signed measure 1: 4 of 4",
    ];
    assert!(signed.iter().zip(wanted).all(|(line, words)| line.contains(words)), "{signed:#?}");
    assert!(signed.len() == 4 && !log.contains("in-favour") && !log.contains("in favour"));
    assert!(signed[0].contains(" measure=1 by=BE height="), "{signed:#?}");

    let told: Vec<Value> = wait_for("the log in JSON to say so too", || {
        let log = node.log();
        let all: Vec<Value> = log
            .lines()
            .map(|line| serde_json::from_str(line).expect("each line is JSON"))
            .collect();
        all.iter().any(|it| it["event"] == "measure-final").then_some(all)
    });
    for line in &told {
        let time = line["timestamp"].as_str().unwrap();
        time.parse::<nemcon_ledger::Time>().unwrap_or_else(|error| {
            // Nodes log microseconds, and our times have milliseconds.
            let cut = format!("{}Z", &time[..23]);
            cut.parse().unwrap_or_else(|_| panic!("{time}: {error}"))
        });
        assert!(line["level"].is_string() && line["message"].is_string(), "{line}");
        assert!(line["event"].is_string(), "{line}");
    }
    let adopted = told.iter().find(|it| it["event"] == "measure-adopted").unwrap();
    assert_eq!((&adopted["measure"], &adopted["level"]), (&1.into(), &"INFO".into()));
    assert!(adopted["height"].is_u64(), "{adopted}");
}

#[test]
fn a_node_that_goes_away_and_one_that_is_frozen_are_told() {
    let net = Net::up("--members 4");
    net.of("CZ", "key freeze --yes").done();
    wait_for("the freeze to be told", || {
        let told = lines(&net.log("BE"), "party-frozen");
        told.iter().any(|line| line.contains("CZ is frozen")).then_some(())
    });
    net.kill("DK");
    wait_for("the absence to be told", || {
        let told = lines(&net.log("BE"), "condition-begins");
        let away = |line: &String| line.contains("DK's node is away: DK is not connected");
        told.iter().any(away).then_some(())
    });
    net.restart();
    wait_for("the return to be told", || {
        let told = lines(&net.log("BE"), "condition-over");
        told.iter().any(|line| line.contains("DK's node is back")).then_some(())
    });
}

#[test]
fn a_node_goes_on_without_a_reader_of_its_log() {
    let net = Net::up("--members 4");
    net.kill("DK");
    let mut node = Node::run_into_a_closed_pipe(&config_of(&net, "DK"));
    // Each of these makes the node write lines that nobody takes.
    net.table("BE", &in_workspace(LISTING));
    net.cast(1, "in-favour", &["BE", "BG", "CZ", "DK"]);
    wait_for("the node to have all of it", || {
        let status = node.client().status().expect("it answers");
        (status.height == net.status("BE").height).then_some(())
    });
    assert!(node.is_running());
}
