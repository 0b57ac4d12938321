//! Messages and bytes of a decision as councils grow, counted in a council of replicas in one thread.

use nemcon_ledger::record::{Body, Position};
use nemcon_replica::replica::Outcome;

use super::statistics::Sample;
use super::table::{Row, Table, Target, Unit};
use super::wishes::Wishes;
use crate::cluster::Cluster;
use crate::crash::{Failed, ensure};
use crate::fixture::{Parties, after_start, council_of_equals};

/// The sizes of the councils.
const SIZES: [usize; 6] = [4, 7, 13, 27, 54, 90];
/// How many of them a quick run counts.
const SIZES_QUICK: usize = 3;
/// After so much simulated time everything was told, in milliseconds.
const SETTLED_MS: u64 = 60_000;

/// What a node has sent for a decision.
#[derive(Clone, Copy)]
struct Sent {
    messages: u64,
    bytes: u64,
}

/// Counts what a node sends for a decision on which all members cast their ballots at once.
pub(super) fn run(wishes: &Wishes, table: &mut Table) -> Result<(), Failed> {
    let sizes = if wishes.quick { &SIZES[..SIZES_QUICK] } else { &SIZES[..] };
    let mut first = None;
    for &members in sizes {
        let sent = decision(members)?;
        let (least, of_least) = *first.get_or_insert((members, sent));
        let scaled = |of: u64| of * (members as u64 - 1) / (least as u64 - 1);
        let limits = (scaled(of_least.messages), scaled(of_least.bytes));
        for (what, value, limit, unit) in [
            ("messages", sent.messages, limits.0, Unit::Count),
            ("bytes", sent.bytes, limits.1, Unit::Bytes),
        ] {
            let what = format!("{members} members: {what} a node a decision");
            table.add(
                Row::new("growth", what, &Sample::of([value]), unit)
                    .beside(limit, format!("that of {least} members, by the number of peers"))
                    .asked(Target::AtMost(1_000)),
            );
        }
    }
    Ok(())
}

fn decision(members: usize) -> Result<Sent, Failed> {
    let genesis = council_of_equals(members);
    let parties = Parties::new(genesis.clone());
    let mut cluster = Cluster::start(genesis, after_start(core::time::Duration::ZERO));
    let codes = cluster.codes().to_vec();
    cluster.run_ms(SETTLED_MS);
    let measure = parties.measure(codes[0].as_str(), "A measure that all decide on");
    let measure = parties.sign(&Body::Measure(measure));
    let ticket = cluster.submit(&codes[0], &measure);
    cluster.run_ms(SETTLED_MS);
    let is_ordered = |outcome: Option<&Outcome>| matches!(outcome, Some(Outcome::Ordered { .. }));
    ensure(is_ordered(cluster.outcome(&codes[0], ticket)), || "no measure is tabled".to_owned())?;
    let before = (cluster.delivered as u64, cluster.bytes as u64);
    let mut tickets = Vec::new();
    for code in &codes {
        let council = cluster.replica(code).chain().council();
        let ballot = parties.ballot(council, code.as_str(), 1, Position::InFavour);
        let ballot = parties.sign(&Body::Ballot(ballot));
        tickets.push((code, cluster.submit(code, &ballot)));
    }
    cluster.run_ms(SETTLED_MS);
    for (code, ticket) in tickets {
        ensure(is_ordered(cluster.outcome(code, ticket)), || format!("{code} has no ballot"))?;
    }
    let n = members as u64;
    let (messages, bytes) = (cluster.delivered as u64 - before.0, cluster.bytes as u64 - before.1);
    Ok(Sent { messages: messages / n, bytes: bytes / n })
}
