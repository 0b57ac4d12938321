//! What bad input from a peer gets: typed, counted, attributed, and at last the connection cut.

mod faults;
mod seals;
mod serving;
mod standings;
mod waiting;

use nemcon_ledger::Height;
use nemcon_ledger::record::Body;
use nemcon_ledger::text::Code;
use nemcon_replica::replica::{Input, Message, Misdeed};
use nemcon_tests::cluster::Cluster;
use nemcon_tests::fixture::{Parties, after_start, council_of_equals};

/// Four members with one block ordered and sealed.
fn sitting() -> (Cluster, Parties, [Code; 4]) {
    let genesis = council_of_equals(4);
    let parties = Parties::new(genesis.clone());
    let mut cluster = Cluster::start(genesis, after_start(core::time::Duration::ZERO));
    let codes: [Code; 4] = cluster.codes().to_vec().try_into().expect("four members");
    let statement = parties.sign(&Body::Measure(parties.measure("M1", "A measure")));
    cluster.submit(&codes[0], &statement);
    cluster.run_ms(20_000);
    assert_eq!(cluster.verify_agreement(), Height(1));
    (cluster, parties, codes)
}

fn frame(cluster: &mut Cluster, to: &Code, from: &Code, message: &Message) {
    cluster.step(to, Input::Frame(from.clone(), message.encode()));
}

fn count(cluster: &Cluster, at: &Code, of: &Code, misdeed: Misdeed) -> u64 {
    let faults = cluster.replica(at).faults_of(of);
    faults.and_then(|tally| tally.get(&misdeed.to_string())).copied().unwrap_or_default()
}

/// A pending statement of `by` whose signature is over another text.
fn forged(parties: &Parties, by: &str) -> Vec<u8> {
    let body = Body::Measure(parties.measure(by, "Forged"));
    let line = parties.signature("another text\n", &by.parse().expect("a code"), 0);
    let statement = nemcon_ledger::record::Statement::new(&body, vec![line]);
    statement.expect("a note of this line").render()
}

/// `at` works on block 2 and has found nobody to decide it with.
fn alone_with_work(cluster: &mut Cluster, parties: &Parties, at: &Code, others: [&Code; 3]) {
    cluster.cut = others.map(|other| (at.clone(), other.clone())).to_vec();
    let measure = parties.measure(at.as_str(), "Another measure");
    cluster.submit(at, &parties.sign(&Body::Measure(measure)));
    cluster.run_ms(1_000);
    assert_eq!(cluster.replica(at).round(), Some(0));
}
