//! How long a council takes from the last ballot on a measure to its decision.
//!
//! Before each round all ballots but one are cast on each measure. The last ones are then submitted one after
//! the other, each at the node of another member, and nothing else happens meanwhile.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nemcon_client::session::record;
use nemcon_ledger::record::{About, Position};

use super::limits::{self, Bare, ns};
use super::machine::cores;
use super::running::{Running, all_final};
use super::statistics::{Ratio, Sample};
use super::table::{Row, Table, Target, Unit};
use super::wire::{Said, Wire};
use super::wishes::Wishes;
use crate::crash::Failed;

/// How long a decision may take.
const DECISION_MAX: Duration = Duration::from_mins(1);
/// How long the other ballots may take.
const PREPARING_MAX: Duration = Duration::from_mins(4);
/// The members of the council.
const MEMBERS: usize = 27;
/// How many bytes such a write has.
const BYTES_PER_SYNC: usize = 1_500;

/// The times of the decisions of a round.
pub(super) struct Decisions {
    /// From the submission of the last ballot to the answer that it is ordered.
    pub(super) ordered: Sample,
    /// The same until the last node held all seals; none if a node was off.
    pub(super) sealed: Option<Sample>,
}

/// What a node must do in the course of a block of one ballot: so many strict verifications before each of
/// its syncs. The syncs are those of what it says before its prevote and its precommit, of the block, of the
/// guard of its seal, and of the last seal.
const fn steps(members: usize) -> [u64; 5] {
    let others = members as u64 - 1;
    // The proposal and the ballot; the prevotes; the precommits; nothing; the seals.
    [2, others, others, 0, others]
}

/// The number of strict verifications of a node in the course of a block of one ballot.
fn verifications(members: usize) -> u64 {
    steps(members).iter().sum()
}

/// The best that this machine does for a block: all nodes verify and sync at once, and do nothing else.
fn bare_block(running: &Running) -> Result<u64, Failed> {
    let bare =
        || limits::steps(running.net.testnet.dir(), MEMBERS, &steps(MEMBERS), BYTES_PER_SYNC);
    Ok(Sample::of((0..9).map(|_| bare()).collect::<Result<Vec<_>, _>>()?).median())
}

/// Latency and processor time of decisions of 27, with all nodes and with one off.
pub(super) fn run(wishes: &Wishes, table: &mut Table) -> Result<(), Failed> {
    let decisions = if wishes.quick { 5 } else { 100 };
    let mut running = Running::start(MEMBERS)?;
    let limit_is = format!(
        "{MEMBERS} x ({} verifications, {} syncs) on {} cores",
        verifications(MEMBERS),
        steps(MEMBERS).len(),
        cores()
    );
    let on = prepare(&mut running, decisions)?;
    let limit = bare_block(&running)?;
    let (before, log_before) = (running.usages()?, height(&mut running)?);
    let took = decide(&running, &on, MEMBERS)?;
    let (after, blocks) = (running.usages()?, height(&mut running)? - log_before);
    let sealed = took.sealed.as_ref().expect("all nodes run");
    add(table, "last ballot to ordered", &took.ordered, (limit, &limit_is), 3_000);
    add(table, "last ballot to final on all", sealed, (limit, &limit_is), 4_000);
    let spent = before.iter().zip(&after).map(|(b, a)| (a.cpu_ns - b.cpu_ns) / blocks.max(1));
    table.add(
        Row::new("latency", "processor time of a block, a node", &Sample::of(spent), Unit::Ns)
            .beside(
                Bare::default().time(verifications(MEMBERS), 1),
                format!("{} verifications on one core", verifications(MEMBERS)),
            ),
    );
    one_off(&mut running, decisions, (limit, &limit_is), table)
}

/// The same with the node of the last member off: nothing becomes final then.
fn one_off(
    running: &mut Running,
    decisions: usize,
    limit: (u64, &str),
    table: &mut Table,
) -> Result<(), Failed> {
    let on = prepare(running, decisions)?;
    running.net.kill(MEMBERS - 1);
    let took = decide(running, &on, MEMBERS - 1)?;
    add(table, "one node off: last ballot to ordered", &took.ordered, limit, 3_000);
    Ok(())
}

fn add(table: &mut Table, what: &str, sample: &Sample, limit: (u64, &str), most: u64) {
    let (limit, limit_is) = limit;
    table.add(
        Row::new("latency", format!("{what}, p50"), sample, Unit::Ns)
            .beside(limit, limit_is)
            .asked(Target::AtMost(most)),
    );
    let tail = Sample::of([sample.percentile(99)]);
    table.add(
        Row::new("latency", format!("{what}, p99"), &tail, Unit::Ns)
            .beside(sample.median(), "its p50")
            .asked(Target::AtMost(2_000)),
    );
}

/// Measures on which all but one have cast their ballots, all of it final. The member that is left out is
/// another one for each measure, never the last.
pub(super) fn prepare(running: &mut Running, decisions: usize) -> Result<Vec<About>, Failed> {
    let on = running.table(decisions)?;
    let members = running.signers.len();
    let all: Vec<usize> = (0..members).collect();
    let mut ballots = running.ballots(&on, &all);
    for (at, of) in ballots.iter_mut().enumerate() {
        let mut number = 0..;
        of.retain(|_| number.next().is_some_and(|number| last(number, members) != at));
    }
    let wanted = running.log.ballots + (decisions * (members - 1)) as u64;
    running.hand_in(ballots)?;
    let pause = Duration::from_millis(50);
    running.log.read_until(PREPARING_MAX, pause, |log| log.ballots >= wanted)?;
    running.all_final(running.log.height(), DECISION_MAX)?;
    Ok(on)
}

/// The member whose ballot is the last one on the measure of this place.
const fn last(number: usize, members: usize) -> usize {
    number % (members - 1)
}

/// Submits the last ballot on each of these measures, one after the other, with `nodes` nodes up.
pub(super) fn decide(running: &Running, on: &[About], nodes: usize) -> Result<Decisions, Failed> {
    let members = running.signers.len();
    let mut wires = (0..nodes).map(|at| running.wire(at)).collect::<Result<Vec<Wire>, _>>()?;
    let (mut ordered, mut sealed) = (Vec::new(), Vec::new());
    for (number, about) in on.iter().enumerate() {
        let by = last(number, members);
        let ballot = record(&running.signers.ballot(by, about, Position::InFavour, None));
        let began = Instant::now();
        let height = match wires[by].submit(ballot, DECISION_MAX)? {
            Said::Ordered { height } => height,
            other => return Err(Failed(format!("the last ballot was not ordered: {other:?}"))),
        };
        ordered.push(ns(began.elapsed()));
        if nodes == members {
            all_final(&mut wires, height, DECISION_MAX)?;
            sealed.push(ns(began.elapsed()));
        }
    }
    let sealed = (!sealed.is_empty()).then(|| Sample::of(sealed));
    Ok(Decisions { ordered: Sample::of(ordered), sealed })
}

fn height(running: &mut Running) -> Result<u64, Failed> {
    running.log.read_sealed()?;
    Ok(running.log.height())
}

/// Latency while another member's people hand in all that its node takes, beside latency without.
pub(super) fn flood(wishes: &Wishes, table: &mut Table) -> Result<(), Failed> {
    let decisions = if wishes.quick { 5 } else { 40 };
    let mut running = Running::start(MEMBERS)?;
    let on = prepare(&mut running, decisions)?;
    let calm = decide(&running, &on, MEMBERS)?;
    let on = prepare(&mut running, decisions)?;
    let spare = running.table(MAX_FLOODED)?;
    let is_over = AtomicBool::new(false);
    let (flooded, let_in) = std::thread::scope(|scope| {
        let flooder = scope.spawn(|| flood_from(&running, MEMBERS - 1, &spare, &is_over));
        let took = decide(&running, &on, MEMBERS);
        is_over.store(true, Ordering::Relaxed);
        let let_in = flooder.join().expect("a flooder does not panic")?;
        Ok::<_, Failed>((took?, let_in))
    })?;
    let limit = calm.ordered.median();
    table.add(
        Row::new("flood", "last ballot to ordered under a flood, p50", &flooded.ordered, Unit::Ns)
            .beside(limit, "without the flood")
            .asked(Target::AtMost(1_500)),
    );
    let tails = (flooded.ordered.percentile(99), calm.ordered.percentile(99));
    table.add(
        Row::new("flood", "the same, p99", &Sample::of([tails.0]), Unit::Ns)
            .beside(tails.1, "without the flood"),
    );
    table.note(format!(
        "flood: all {decisions} ballots were ordered before their deadline; meanwhile {let_in} records of \
         the flooding member were let in; p99 {} of that without the flood",
        Ratio::of(tails.0, tails.1)
    ));
    Ok(())
}

/// The number of measures on which the flooding member replaces its ballots.
const MAX_FLOODED: usize = 16;

/// Replaces the ballots of one member on these measures as fast as its node takes them; how many were let in.
fn flood_from(
    running: &Running,
    by: usize,
    on: &[About],
    is_over: &AtomicBool,
) -> Result<u64, Failed> {
    let mut wire = running.wire(by)?;
    let (mut let_in, mut last) = (0, BTreeMap::new());
    for (number, about) in on.iter().enumerate().cycle() {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        let position = [Position::Abstain, Position::Against][usize::from(let_in % 2 == 1)];
        let ballot = running.signers.ballot(by, about, position, last.get(&number).copied());
        loop {
            match wire.submit(record(&ballot), Duration::ZERO)? {
                Said::Ordered { .. } | Said::Pending => break,
                Said::Refused(why) => return Err(Failed(why)),
                Said::Full if is_over.load(Ordering::Relaxed) => {
                    return Ok(let_in);
                }
                Said::Full => std::thread::sleep(Duration::from_millis(1)),
            }
        }
        last.insert(number, ballot.leaf_hash);
        let_in += 1;
    }
    Ok(let_in)
}
