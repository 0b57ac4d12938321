//! Ctrl-C while a statement waits to be ordered: what was handed in is not taken back, and this is said.

use std::process::{Child, Stdio};

use nemcon_tests::process::{Net, Run, Signal, command, signal, wait_for};
use serde_json::Value;

/// A command of BE that signs and hands in; its statement waits at BE's node when this returns.
fn handed_in(net: &Net, waiting: u64, line: &str) -> Child {
    let mut command = command(line);
    command.args(["--as", "BE", "--dir"]).arg(net.dir());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let waits = || (net.status("BE").pending_count == waiting).then_some(());
    wait_for("the statement to wait at the node", waits);
    child
}

fn interrupted(child: Child, by: Signal) -> Run {
    signal(child.id(), by);
    child.wait_with_output().unwrap().into()
}

/// The text hash of the last statement that waits at BE's node.
fn last_waiting(net: &Net) -> String {
    net.status("BE").pending.last().unwrap().text_hash.to_string()
}

#[test]
fn ctrl_c_while_a_statement_waits_says_that_it_may_still_be_ordered() {
    let net = Net::up("--members 4");
    let file = nemcon_tests::process::in_workspace("examples/toolbox/2020-1127.toml");
    assert_eq!(net.table("BE", &file), 1);
    let yes = net.yes(1);
    net.kill("CZ");
    net.kill("DK");

    let cast = handed_in(&net, 1, &format!("ballot cast 1 against --json {yes}"));
    let (run, text) = (interrupted(cast, Signal::INT), last_waiting(&net));
    assert_eq!(run.status, Some(3), "{run:#?}");
    let said: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(said["error"]["text_hash"], text, "{run:#?}");
    assert!(said["error"]["message"].as_str().unwrap().contains("may still be ordered"), "{said}");

    let grant = handed_in(
        &net,
        2,
        &format!("reservation place 1 parliamentary-scrutiny --reason Scrutiny {yes}"),
    );
    let (run, text) = (interrupted(grant, Signal::TERM), last_waiting(&net));
    run.refused(3, &["signed and handed in to the node of BE", "may still be ordered", &text]);
    assert_eq!(run.err.matches("nemcon: ").count(), 1, "{run:#?}");

    // It was true: with the others back, both are ordered.
    net.restart();
    wait_for("both statements to be ordered", || {
        let measure = net.client("BE").measure(1).ok()?;
        let is_cast = |it: &nemcon_client::api::BallotView| {
            it.code.as_str() == "BE"
                && it.position == Some(nemcon_ledger::record::Position::Against)
        };
        (measure.ballots.iter().any(is_cast) && !measure.reservations.is_empty()).then_some(())
    });
}
