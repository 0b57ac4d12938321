//! The demo: each scenario ends well, and however it ends, no process is left.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};

use nemcon_tests::process::{Signal, command, nemcon, nodes_below, signal, turn, wait_for};

fn play(options: &str, wants: &[&str]) {
    let _turn = turn();
    let folder = tempfile::tempdir().unwrap();
    said_by(options, &folder.path().join("demo"), wants);
}

/// What a demo in this folder says, with all of `wants` in it.
fn said_by(options: &str, dir: &Path, wants: &[&str]) -> String {
    let said = nemcon(&format!("demo {options} --dir"), [dir]).done();
    let clean = format!("\n  rm -r {}\n", dir.display());
    for want in wants.iter().chain(&["audited: VERIFIED", "VERIFIED\n", clean.as_str()]) {
        assert!(said.contains(want), "wanted: {want}\n{said}");
    }
    assert!(nodes_below(dir).is_empty());
    said
}

#[test]
fn four_members_adopt() {
    let _turn = turn();
    let folder = tempfile::tempdir().unwrap();
    let wants = ["4 of 4 ballots ordered", "\nadopted, final: 4 ballots, 4 seals"];
    let said = said_by("--members 4", &folder.path().join("demo"), &wants);
    let at = |words: &str| said.find(words).unwrap_or_else(|| panic!("{words}: {said}"));
    assert!(at("4 of 4 ballots ordered") < at("act 1 is adopted"), "{said}");
    assert!(at("act 1 is adopted") < at("sealed by all 4"), "{said}");
}

#[test]
fn an_abstention_does_not_prevent_a_decision() {
    play("--members 4 --scenario abstain", &["abstain", "\nadopted, final"]);
}

#[test]
fn one_member_against_blocks_and_nothing_is_adopted() {
    play(
        "--members 4 --scenario veto",
        &["is blocked", "closes balloting", "\nnot adopted, final", "1 against; against: "],
    );
}

#[test]
fn an_absent_member_returns_and_completes_the_decision() {
    let wants = [
        "the node of DK is off",
        "is DK's to propose, whose node is off: after some 4 s the next one proposes",
        "act 2 tabled by BG",
        "caught up",
        "\nadopted, final",
    ];
    play("--members 4 --scenario absent", &wants);
}

#[test]
fn a_revised_text_is_signed_anew() {
    let wants =
        ["2 of 4 sign REV 1", "the text is now REV 2", "\nrevision 2\n", "\nadopted, final"];
    play("--members 4 --scenario revise", &wants);
}

#[test]
fn one_member_signs_for_another() {
    let wants = [
        "DK lets BE cast its ballot",
        // The decision can be public before the votes are: it commits to them.
        "\nvotes ",
        "\n            all 4 in favour; BE cast the ballot of DK, by its mandate\n",
        "\nadopted, final: 4 ballots, 4 seals\n4 in favour\nBE cast the ballot of DK, by its mandate\n",
    ];
    play("--members 4 --scenario mandate", &wants);
}

#[test]
fn a_package_is_adopted_as_one() {
    let wants = ["all have signed the first: it is open", "both are adopted in one block"];
    play("--members 4 --scenario package", &wants);
}

#[test]
fn a_stolen_key_says_nothing_and_its_member_goes_on_with_another() {
    let wants = [
        "DK is frozen: ordered",
        "its ballot is void; act 1 stays open",
        "the thief signs `against`: refused, DK is frozen",
        "3 of 4 ballots ordered; it waits for DK",
        "DK has a new officer's key",
        "\nfreeze      DK, record",
        "\nkeys        DK, record",
        "\nadopted, final: 4 ballots, 4 seals",
    ];
    play("--members 4 --scenario freeze", &wants);
}

#[test]
fn a_command_that_a_demo_shows_can_be_given() {
    let _turn = turn();
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("demo");
    let said = said_by("--members 4 --scenario freeze", &dir, &[]);
    let shown: Vec<_> = said.lines().filter_map(|line| line.split_once("$ nemcon ")).collect();
    let [(_, freeze), (_, officers)] = shown[..] else { panic!("{said}") };
    nemcon("testnet up --dir", [&dir]).done();
    let frozen = nemcon(&format!("{freeze} --yes"), [""; 0]);
    // The new officer of the demo is an old one by now, and only new ones sign.
    let (officers, _new) = officers.rsplit_once(" --key ").unwrap();
    let thawed = nemcon(&format!("{officers} --yes"), [""; 0]);
    nemcon("testnet down --dir", [&dir]).done();
    assert!(frozen.done().contains("ordered in block"));
    assert!(thawed.done().contains("ordered in block"));
}

#[test]
fn a_further_member_enters_and_then_decides_with_the_others() {
    let wants = [
        "Germany (DE) has made its keys",
        "  Accession: Germany",
        "DE takes its seat with its seal: ordered",
        "4 of 5 ballots ordered, missing: DE",
        "5 node processes ended",
        "\nentry       DE, record",
        "\nadopted, final: 5 ballots, 5 seals",
    ];
    play("--members 4 --scenario accession", &wants);
    let wants = ["resolution 2 tabled by CH", "VO signs", "\nadopted, final: 8 ballots, 8 seals"];
    play("--charter plain --scenario accession", &wants);
}

#[test]
fn a_board_decides_in_its_own_words() {
    play("--members 4 --charter plain", &["Foundation board", "resolution 1", "\nadopted, final"]);
}

/// A demo whose nodes all run.
fn running(dir: &Path) -> (Child, impl Iterator<Item = String>) {
    let mut command = command("demo --members 4 --dir");
    command.arg(dir).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut demo = command.spawn().unwrap();
    let mut lines = BufReader::new(demo.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("4 node processes, each connected to all")));
    assert_eq!(nodes_below(dir).len(), 4);
    (demo, lines)
}

#[test]
fn an_interrupted_demo_puts_its_nodes_away() {
    let _turn = turn();
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("demo");
    for by in [Signal::INT, Signal::TERM] {
        let (mut demo, lines) = running(&dir);
        signal(demo.id(), by);
        drop(lines);
        assert_eq!(demo.wait().unwrap().code(), Some(2));
        assert!(nodes_below(&dir).is_empty());
        std::fs::remove_dir_all(&dir).unwrap();
    }
}

/// What a desk answers to a GET.
fn got(address: &str, path: &str, cookie: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let asked = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(asked.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_demo_in_the_desk_begins_when_the_page_is_opened_and_stays_until_ctrl_c() {
    let _turn = turn();
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("demo");
    let mut command = command("demo --members 4 --desk --no-open --dir");
    command.arg(&dir).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut demo = command.spawn().unwrap();
    let mut lines = BufReader::new(demo.stdout.take().unwrap()).lines().map(Result::unwrap);
    let link = lines.find_map(|line| Some(line.split_once("http://")?.1.to_owned())).unwrap();
    assert!(lines.next().unwrap().contains("the demo goes on when the page is open"));
    let (address, path) = link.split_once('/').unwrap();
    assert!(got(address, "/", "").starts_with("HTTP/1.1 403"), "nobody is in");

    let entered = got(address, &format!("/{path}"), "");
    let cookie = entered.split_once("set-cookie: ").unwrap().1.split_once(';').unwrap().0;
    assert!(lines.any(|line| line.contains("act 1 is adopted")));
    assert!(lines.any(|line| line.contains("the desk stays open")));
    let shown = got(address, "/measures/1", cookie);
    assert!(shown.starts_with("HTTP/1.1 200") && shown.contains("adopted"), "{shown}");
    assert_eq!(nodes_below(&dir).len(), 4);

    signal(demo.id(), Signal::INT);
    assert!(lines.any(|line| line.contains("4 node processes ended")));
    assert!(demo.wait().unwrap().success());
    assert!(nodes_below(&dir).is_empty());
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn the_nodes_of_a_killed_demo_end_by_themselves() {
    let _turn = turn();
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("demo");
    let (mut demo, _lines) = running(&dir);
    demo.kill().unwrap();
    demo.wait().unwrap();
    wait_for("the nodes to end", || nodes_below(&dir).is_empty().then_some(()));
}

#[test]
fn the_european_council_adopts_a_strategic_decision() {
    let wants = ["decision 1", "strategic interests", "\nadopted, final: 4 ballots, 4 seals"];
    play("--members 4 --charter european-council", &wants);
}
