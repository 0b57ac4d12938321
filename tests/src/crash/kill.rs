//! kill -9 at a random moment, under load.

use std::time::Duration;

use super::{Failed, Load, Net, Random};
use crate::progress::bar;

const MEMBERS: usize = 4;
/// The longest that nodes work between two kills, in milliseconds.
const WORK_MS_MAX: u64 = 400;

/// Kills nodes `rounds` times: one as a rule, all of them in one round of eight.
pub fn kill(rounds: u64, seed: u64) -> Result<String, Failed> {
    let mut random = Random::new(seed);
    let mut net = Net::busy(MEMBERS)?;
    // One never votes, so that the measure stays open.
    let mut load = Load::begin(&net, &[0, 1, 2]);
    let (mut kills, mut verified) = (0, 0);
    for round in bar("kill", rounds).wrap_iter(1..=rounds) {
        std::thread::sleep(Duration::from_millis(random.below(WORK_MS_MAX)));
        net.faultless(&net.all())?;
        let victims = if random.below(8) == 0 { net.all() } else { vec![random.index(MEMBERS)] };
        for at in &victims {
            net.kill(*at);
        }
        for at in &victims {
            let held = load.verify(&net, *at);
            verified += held.map_err(|Failed(why)| Failed(format!("round {round}: {why}")))?;
        }
        for at in &victims {
            net.spawn(*at, net.command(*at, &[]))?;
        }
        victims.iter().try_for_each(|at| net.answering(*at))?;
        kills += victims.len();
    }
    load.end();
    net.converged(&net.all())?;
    net.faultless(&net.all())?;
    Ok(format!(
        "{rounds} rounds, {kills} nodes killed, {} records acknowledged, {verified} looked for in \
         journals of the dead: none lost; one sealed ledger, no fault counted",
        load.count()
    ))
}
