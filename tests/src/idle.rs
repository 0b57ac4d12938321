//! What nodes cost that have nothing to do, and what one member's flood costs another's node.

use std::time::{Duration, Instant};

use nemcon_client::api::Answer;
use nemcon_client::draft::Draft;
use nemcon_client::shipped::{CharterName, Shipped};
use nemcon_client::statements;
use nemcon_ledger::record::Position;

use crate::crash::{Failed, Net, ensure, wait_for};
use crate::usage::{Usage, field};

/// What was told again after the last block is told by then.
const SETTLING: Duration = Duration::from_secs(20);
/// The target: 0.2 % of a core, in millionths.
const SHARE_MAX: u64 = 2_000;
/// How much a flooded node may grow once it is warm, in KiB.
const GROWTH_KIB_MAX: u64 = 8 << 10;

/// What nodes used while they had nothing to do.
#[derive(Clone, Debug)]
pub struct Idle {
    /// The share of a core that each node used, in millionths.
    pub shares: Vec<u64>,
    /// The bytes that all nodes sent to storage.
    pub written: u64,
    /// The blocks that all nodes made.
    pub blocks: u64,
    /// The memory of each node, in KiB.
    pub memory_kib: Vec<u64>,
}

/// Lets `members` nodes idle for `window`, one measure tabled; what they used.
pub fn watch(members: usize, window: Duration) -> Result<Idle, Failed> {
    let mut net = Net::found(CharterName::EuCouncil, members)?;
    (0..members).try_for_each(|at| net.start(at))?;
    let text = Shipped::load(CharterName::EuCouncil).measures[0];
    let draft: Draft = toml::from_str(text).expect("the measures that come along parse");
    net.table(&draft.list_nobody().expect("the system gives random bytes"))?;
    std::thread::sleep(SETTLING);
    let before = usages(&mut net)?;
    let heights = heights(&net)?;
    let started = Instant::now();
    std::thread::sleep(window);
    let elapsed_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    let after = usages(&mut net)?;
    // In millionths of a core.
    let share = |(b, a): (&Usage, &Usage)| (a.cpu_ns - b.cpu_ns) * 1_000 / elapsed_us;
    Ok(Idle {
        shares: before.iter().zip(&after).map(share).collect(),
        written: before.iter().zip(&after).map(|(b, a)| a.written - b.written).sum(),
        blocks: self::heights(&net)?.iter().zip(&heights).map(|(a, b)| a - b).sum(),
        memory_kib: after.iter().map(|usage| usage.rss_kib).collect(),
    })
}

/// Lets `members` nodes idle for `window`; fails where one is over the target.
pub fn idle(members: usize, window: Duration) -> Result<String, Failed> {
    let Idle { shares, written, blocks, .. } = watch(members, window)?;
    let (most, all) = (shares.iter().max().copied().unwrap_or(0), shares.iter().sum::<u64>());
    let said = format!(
        "{members} nodes idle for {} s: CPU {} of a core a node on average, {} at most; {written} \
         bytes written to disk; {blocks} blocks",
        window.as_secs(),
        percent(all / members as u64),
        percent(most)
    );
    ensure(most < SHARE_MAX && written == 0 && blocks == 0, || said.clone())?;
    Ok(said)
}

/// `0.034 %` of millionths.
fn percent(millionths: u64) -> String {
    format!("{}.{:04} %", millionths / 10_000, millionths % 10_000)
}

fn heights(net: &Net) -> Result<Vec<u64>, Failed> {
    net.all().iter().map(|at| Ok(net.status(*at)?.height)).collect()
}

fn usages(net: &mut Net) -> Result<Vec<Usage>, Failed> {
    net.all().into_iter().map(|at| Usage::of(net.node(at)?.pid())).collect()
}

/// Submits `records` ballots of one member while nothing can be ordered, and watches the memory of
/// another member's node.
pub fn flood(records: u64) -> Result<String, Failed> {
    const FLOODED: usize = 1;
    let mut net = Net::busy(4)?;
    let party = net.party(0)?;
    for at in [2, 3] {
        net.kill(at);
    }
    let node = net.node(FLOODED)?.pid();
    let memory = || field(&format!("/proc/{node}/status"), "VmRSS:");
    let (mut let_in, mut warm) = (0_u64, 0);
    let first = memory()?;
    for number in 0..records {
        let position = [Position::Abstain, Position::InFavour][usize::from(number % 2 == 1)];
        let body =
            statements::ballot(party.head.clone(), &party.client.measure(1)?, position.into());
        let statement = party.sign(&body.map_err(|error| Failed(error.to_string()))?)?;
        let record = String::from_utf8(statement.render()).expect("a note is UTF-8");
        let answer = party.client.submit(record, Duration::ZERO)?;
        let_in += u64::from(matches!(answer, Answer::Pending { .. }));
        if number == records / 4 {
            warm = memory()?;
        }
    }
    let last = wait_for("the memory is read", || memory().ok())?;
    let said = format!(
        "{records} records of one member, {let_in} let in while none was ordered: another \
         member's node had {first} KiB before, {warm} KiB after a quarter, {last} KiB at the end"
    );
    ensure(last < warm + GROWTH_KIB_MAX, || said.clone())?;
    Ok(said)
}
