//! The benchmark works: it says what it measures, measures it, and makes ledgers that real nodes take.

use std::process::Command;

use nemcon_tests::bench::History;
use nemcon_tests::process::{Node, nemcon, run, turn};

/// Runs the benchmark with these words.
fn bench(words: &str) -> nemcon_tests::process::Run {
    run(Command::new(env!("CARGO_BIN_EXE_bench")).args(words.split(' ')))
}

#[test]
fn a_benchmark_tells_what_it_measured_beside_its_limit() {
    let table = bench("--only journal --quick --json");
    assert_eq!(table.status, Some(0), "{table:#?}");
    let table: serde_json::Value = serde_json::from_str(&table.out).expect("JSON alone");
    let row = &table["rows"][0];
    assert_eq!(row["bench"], "journal");
    for number in [&row["measured"][0], &row["limit"], &row["ratio_thousandths"]] {
        assert!(number.as_u64().is_some_and(|number| number > 0), "{row}");
    }
    assert!(row["met"].is_boolean(), "{row}");
}

#[test]
fn a_benchmark_that_there_is_not_is_a_mistake_of_the_caller() {
    let run = bench("--only journals");
    assert_eq!(run.status, Some(2), "{run:#?}");
    let list = bench("--list").out;
    for name in ["journal", "share", "latency", "burst", "flood", "idle", "growth", "ledger"] {
        assert!(list.lines().any(|line| line.split(' ').next() == Some(name)), "{name}: {list}");
    }
}

#[test]
fn a_node_starts_on_a_history_and_its_export_is_verified() {
    let _turn = turn();
    let folder = tempfile::tempdir().unwrap();
    let net = folder.path().join("net");
    let history = History { records: 200, members: 4, measures: 3 };
    let made = history.make(&net).unwrap();
    assert!(made.records >= 200, "{}", made.told());
    let first = made.testnet.first();
    let node = Node::run(&made.testnet.config(&first.code));
    let status = node.client().status().unwrap();
    assert_eq!((status.height, status.sealed_height), (made.blocks, made.blocks));
    let out = folder.path().join("export");
    let words = format!("log export --as {} --dir", first.code);
    nemcon(&words, [&net, &out]).done();
    let council = made.testnet.council();
    let told = nemcon(&format!("audit --council {council}"), [&out]).done();
    assert!(told.contains(&made.decisions.to_string()), "{told}");
}
