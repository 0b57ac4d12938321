//! A council whose members all speak at once: the ballots of all on many measures, submitted at all nodes at
//! the same time, until all are final everywhere.

use std::time::{Duration, Instant};

use super::limits::{Bare, ns};
use super::log::{Log, Seen};
use super::machine::cores;
use super::running::Running;
use super::statistics::Sample;
use super::table::{Amount, Row, Table, Target, Unit};
use super::wishes::Wishes;
use crate::crash::{Failed, ensure};

/// How long a burst may take.
const BURST_MAX: Duration = Duration::from_mins(5);
/// Before the log is looked at again: often enough for the end, seldom enough to cost nothing.
const LOOK_PAUSE: Duration = Duration::from_millis(25);
/// The longest time between two blocks that is asked for, in nanoseconds.
const GAP_MAX_NS: u64 = 5_000_000_000;
/// The most memory of a node in a burst that is asked for, in KiB.
const MEMORY_MAX_KIB: u64 = 120 << 10;

/// What one burst took.
struct Burst {
    elapsed_ns: u64,
    longest_gap_ns: u64,
    rounds_above_0: u64,
    again: u64,
    blocks: u64,
    handed_in_ns: u64,
}

/// Bursts at 27 nodes.
pub(super) fn of_27(wishes: &Wishes, table: &mut Table) -> Result<(), Failed> {
    bursts(wishes, table, "burst", 27)
}

/// Bursts at 4 nodes.
pub(super) fn of_4(wishes: &Wishes, table: &mut Table) -> Result<(), Failed> {
    bursts(wishes, table, "burst-4", 4)
}

fn bursts(
    wishes: &Wishes,
    table: &mut Table,
    name: &'static str,
    members: usize,
) -> Result<(), Failed> {
    let (measures, rounds) = if wishes.quick { (20, 1) } else { (185, 3) };
    let ballots = (measures * members) as u64;
    let mut running = Running::start(members)?;
    let mut bursts = Vec::new();
    let mut limits = Vec::new();
    for _ in 0..rounds {
        // The limit is measured before each burst, while the nodes are idle.
        limits.push(Bare::default().time_on_all(ballots * members as u64));
        bursts.push(burst(&mut running, measures)?);
    }
    let memory = running.usages()?.iter().map(|usage| usage.peak_kib).max().unwrap_or_default();
    let second = |took: u64| ballots * 1_000_000_000 / took.max(1);
    let of = |value: fn(&Burst) -> u64| Sample::of(bursts.iter().map(value));
    let rates = Sample::of(bursts.iter().map(|it| second(it.elapsed_ns)));
    let limit = second(Sample::of(limits).median());
    let what = format!("{members} nodes, {ballots} ballots on {measures} measures");
    table.add(
        Row::new(name, format!("{what}: to all final"), &rates, Unit::PerSecond)
            .beside(limit, format!("every node verifies each once, {} cores", cores()))
            .asked(Target::AtLeast(500)),
    );
    table.add(
        Row::new(name, "longest time between two blocks", &of(|it| it.longest_gap_ns), Unit::Ns)
            .asked(Target::Within(Amount(GAP_MAX_NS, Unit::Ns))),
    );
    table.add(
        Row::new(
            name,
            "blocks that a round above 0 made",
            &of(|it| it.rounds_above_0),
            Unit::Count,
        )
        .asked(Target::Within(Amount(0, Unit::Count))),
    );
    table.add(Row::new(name, "blocks", &of(|it| it.blocks), Unit::Count));
    table.add(Row::new(
        name,
        "records submitted again for want of room",
        &of(|it| it.again),
        Unit::Count,
    ));
    table.add(Row::new(name, "until the last was taken in", &of(|it| it.handed_in_ns), Unit::Ns));
    table.add(
        Row::new(name, "most memory of a node", &Sample::of([memory]), Unit::Kib)
            .asked(Target::Within(Amount(MEMORY_MAX_KIB, Unit::Kib))),
    );
    Ok(())
}

/// Tables measures, then has all members cast their ballots on them at once.
fn burst(running: &mut Running, measures: usize) -> Result<Burst, Failed> {
    let on = running.table(measures)?;
    let members: Vec<usize> = (0..running.signers.len()).collect();
    let ballots = running.ballots(&on, &members);
    let mut log = Log::of(running.wire(0)?);
    log.read_sealed()?;
    let (first, decided) = (log.blocks.len(), log.decisions + measures as u64);
    let began_ms = nemcon_client::clock::now()?.as_ms();
    let began = Instant::now();
    let (again, handed_in_ns) = std::thread::scope(|scope| {
        let submitters = scope.spawn(|| (running.hand_in(ballots), ns(began.elapsed())));
        let read = log.read_until(BURST_MAX, LOOK_PAUSE, |log| log.decisions >= decided);
        let (again, took) = submitters.join().expect("a submitter does not panic");
        again.and_then(|again| read.map(|()| (again, took)))
    })?;
    running.all_final(log.height(), BURST_MAX)?;
    let elapsed_ns = ns(began.elapsed());
    ensure(log.decisions == decided, || "more was decided than was asked".to_owned())?;
    let blocks = &log.blocks[first..];
    Ok(Burst {
        elapsed_ns,
        longest_gap_ns: longest_gap_ms(began_ms, blocks) * 1_000_000,
        rounds_above_0: blocks.iter().filter(|block| block.round > 0).count() as u64,
        again,
        blocks: blocks.iter().filter(|block| block.records > 0).count() as u64,
        handed_in_ns,
    })
}

/// The longest time between two of these blocks, by their own times, in milliseconds; from `began_ms` to the first one.
fn longest_gap_ms(began_ms: u64, blocks: &[Seen]) -> u64 {
    let times = std::iter::once(began_ms).chain(blocks.iter().map(|block| block.time_ms));
    let times: Vec<u64> = times.collect();
    times.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).max().unwrap_or_default()
}
