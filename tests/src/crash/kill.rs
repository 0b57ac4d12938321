//! kill -9 at a random moment, under load.

use std::time::Duration;

use super::{Failed, Load, Net, Random, snapshots};
use crate::progress::bar;

const MEMBERS: usize = 4;
/// The longest that nodes work between two kills, in milliseconds.
const WORK_MS_MAX: u64 = 400;

/// How many rounds one council lives through: a start reads the whole ledger again, and a longer one
/// would be mostly that.
const ROUNDS_A_COUNCIL: u64 = 100;

/// What the suite has counted so far.
#[derive(Default)]
struct Seen {
    kills: usize,
    acknowledged: usize,
    verified: usize,
}

/// Kills nodes `rounds` times: one as a rule, all of them in one round of eight.
pub fn kill(rounds: u64, seed: u64) -> Result<String, Failed> {
    let mut random = Random::new(seed);
    let mut all = Seen::default();
    let progress = bar("kill", rounds);
    for first in (1..=rounds).step_by(usize::try_from(ROUNDS_A_COUNCIL).unwrap_or(1)) {
        let last = rounds.min(first + ROUNDS_A_COUNCIL - 1);
        one_council((first..=last).inspect(|_| progress.inc(1)), &mut random, &mut all)?;
    }
    let Seen { kills, acknowledged, verified } = all;
    Ok(format!(
        "{rounds} rounds, {kills} nodes killed, {acknowledged} records acknowledged, {verified} \
         looked for in journals of the dead: none lost; one sealed ledger at each end, no fault \
         counted"
    ))
}

fn one_council(
    rounds: impl Iterator<Item = u64>,
    random: &mut Random,
    seen: &mut Seen,
) -> Result<(), Failed> {
    let mut net = Net::busy(MEMBERS)?;
    // One never votes, so that the measure stays open.
    let mut load = Load::begin(&net, &[0, 1, 2]);
    for round in rounds {
        std::thread::sleep(Duration::from_millis(random.below(WORK_MS_MAX)));
        net.faultless(&net.all())?;
        let victims = if random.below(8) == 0 { net.all() } else { vec![random.index(MEMBERS)] };
        for at in &victims {
            net.kill(*at);
        }
        for at in &victims {
            let held = load.verify(&net, *at);
            seen.verified += held.map_err(|Failed(why)| Failed(format!("round {round}: {why}")))?;
        }
        for at in &victims {
            snapshots::leave(&net, *at, &net.ledger(*at), random)?;
            net.spawn(*at, net.command(*at, &[]))?;
        }
        victims.iter().try_for_each(|at| net.answering(*at))?;
        seen.kills += victims.len();
    }
    load.end();
    net.converged(&net.all())?;
    net.faultless(&net.all())?;
    seen.acknowledged += load.count();
    Ok(())
}
