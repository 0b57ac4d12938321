//! A burst: the ballots of all members on many measures, submitted at all nodes at once.
//!
//! What it guarantees: the code that ships orders all of it without standing still, although one member is
//! cut off meanwhile, and without a round that fails. What it does not: simulated time is not that of a
//! machine; `bench` measures that.

use core::time::Duration;

use nemcon_ledger::Height;
use nemcon_ledger::council::Status;
use nemcon_ledger::record::{Body, Position};
use nemcon_ledger::text::Code;

use super::Cluster;
use crate::crash::{Failed, ensure};
use crate::fixture::{Parties, after_start, council_of_equals};

/// A block comes at least this often while something waits, in milliseconds of simulated time.
const STANDSTILL_MS: u64 = 5_000;
/// More than any burst needs, in milliseconds of simulated time.
const BURST_MAX_MS: u64 = 600_000;
/// Measures that one member tables.
const TABLED_MAX: usize = 32;

/// What a burst came to.
#[derive(Clone, Copy, Debug)]
pub struct Burst {
    /// Ballots that were ordered.
    pub ballots: usize,
    /// Blocks that took them.
    pub blocks: u64,
    /// Messages that were delivered, and their bytes.
    pub messages: usize,
    /// See `messages`.
    pub bytes: usize,
    /// The bytes of the ballots.
    pub ballot_bytes: usize,
    /// Simulated milliseconds from the first ballot to the last block.
    pub took_ms: u64,
}

/// Runs a burst of `members` ballots on each of `measures` measures, while the last member is cut off.
///
/// # Errors
/// [`Failed`] if the council stands still, if a ballot is refused, or if the one that was cut off does not
/// come to hold what the others hold.
pub fn burst(members: usize, measures: usize) -> Result<Burst, Failed> {
    let genesis = council_of_equals(members);
    let parties = Parties::new(genesis.clone());
    let mut cluster = Cluster::start(genesis, after_start(Duration::ZERO));
    let codes = cluster.codes().to_vec();
    table(&mut cluster, &parties, &codes, measures)?;
    let (delivered, bytes, began) = (cluster.delivered, cluster.bytes, cluster.now());
    let height = cluster.replica(&codes[0]).chain().height();
    let last = codes.last().filter(|_| members > 3);
    if let Some(last) = last {
        cluster.cut = codes.iter().map(|code| (code.clone(), last.clone())).collect();
    }
    let ballot_bytes = speak(&mut cluster, &parties, &codes, measures);
    if last.is_some() {
        // All but one are ordered; the one comes back with all that it has to say.
        run_while(&mut cluster, &codes[0], |cluster| waits(cluster, &codes[0]) > 0)?;
        cluster.heal();
    }
    run_while(&mut cluster, &codes[0], |cluster| !is_done(cluster, &codes, measures))?;
    cluster.verify_agreement();
    Ok(Burst {
        ballots: members * measures,
        blocks: cluster.replica(&codes[0]).chain().height().0 - height.0,
        messages: cluster.delivered - delivered,
        bytes: cluster.bytes - bytes,
        ballot_bytes,
        took_ms: cluster.now().as_ms() - began.as_ms(),
    })
}

/// Tables the measures, each member a few.
fn table(
    cluster: &mut Cluster,
    parties: &Parties,
    codes: &[Code],
    measures: usize,
) -> Result<(), Failed> {
    ensure(measures <= TABLED_MAX * codes.len(), || "too many measures".to_owned())?;
    for at in 0..measures {
        let by = &codes[at % codes.len()];
        let measure = parties.measure(by.as_str(), &format!("Measure {at}"));
        cluster.submit(by, &parties.sign(&Body::Measure(measure)));
    }
    run_while(cluster, &codes[0], |cluster| {
        cluster.replica(&codes[0]).chain().council().measures().count() < measures
    })?;
    cluster.run_ms(STANDSTILL_MS);
    Ok(())
}

/// Has each member submit its ballots at its own node; how many bytes they have.
fn speak(cluster: &mut Cluster, parties: &Parties, codes: &[Code], measures: usize) -> usize {
    let council = cluster.replica(&codes[0]).chain().council().clone();
    let mut bytes = 0;
    for number in 1..=measures as u64 {
        for code in codes {
            let ballot = parties.ballot(&council, code.as_str(), number, Position::InFavour);
            let ballot = parties.sign(&Body::Ballot(ballot));
            bytes += ballot.bytes();
            cluster.submit(code, &ballot);
        }
    }
    bytes
}

/// Lets time go by while `goes_on`; fails if no block comes for too long.
fn run_while(
    cluster: &mut Cluster,
    at: &Code,
    goes_on: impl Fn(&Cluster) -> bool,
) -> Result<(), Failed> {
    let end = cluster.now().as_ms() + BURST_MAX_MS;
    let mut last: (Height, u64) = (cluster.replica(at).chain().height(), cluster.now().as_ms());
    while goes_on(cluster) {
        cluster.run_ms(100);
        let (height, now) = (cluster.replica(at).chain().height(), cluster.now().as_ms());
        if height > last.0 {
            last = (height, now);
        }
        let waiting = waits(cluster, at);
        ensure(now - last.1 <= STANDSTILL_MS && now < end, || {
            format!("the council stands still at block {}: {waiting} statements wait", height.0)
        })?;
    }
    Ok(())
}

fn waits(cluster: &Cluster, at: &Code) -> usize {
    cluster.replica(at).waiting().len()
}

/// Whether every node has all measures decided, with the seals of all.
fn is_done(cluster: &Cluster, codes: &[Code], measures: usize) -> bool {
    codes.iter().all(|code| {
        let replica = cluster.replica(code);
        let council = replica.chain().council();
        let is_decided =
            |number| council.measure(number).is_some_and(|it| it.status != Status::Open);
        (1..=measures as u64).all(is_decided)
            && replica.sealed_by_all().0 == replica.chain().height()
    })
}
