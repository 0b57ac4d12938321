//! Checks the conditions at intervals, and gives the status its conditions, clock and awaited votes.

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

use nemcon_client::api::{AwaitsView, ClockView, ConditionView};
use nemcon_crypto::PublicKey;
use nemcon_ledger::text::{Code, Time};
use nemcon_replica::consensus::Step;
use nemcon_replica::replica::{Input, Reading};
use tokio::time::Instant;

use super::clock::clock;
use super::condition::{Disk, Facts, StandingCondition, Way, day_bytes_max};
use super::error::WorkerError;
use super::worker::Worker;
use crate::mesh::Rival;
use crate::server::meter::judge;
use crate::server::peer_config_check::strangers;

impl Worker {
    /// Checks the conditions if that is due, and asks the members for their clocks.
    pub(super) fn look_if_due(&mut self) -> Result<(), WorkerError> {
        let now = Instant::now();
        if now < self.operator.next_look {
            return Ok(());
        }
        let is_ready = self.operator.is_ready();
        self.operator.next_look = now + if is_ready { LOOK_EVERY } else { LOOK_AGAIN };
        let is_due = now.saturating_duration_since(self.operator.clocks_asked) >= CLOCKS_EVERY;
        if self.operator.has_stepped(now) || is_due {
            self.operator.clocks_asked = now;
            for member in self.replica.connected_members().cloned().collect::<Vec<_>>() {
                self.take(Input::AskClock(member))?;
            }
        }
        self.look();
        Ok(())
    }

    /// Checks the conditions and logs those that begin or are over.
    pub(super) fn look(&mut self) {
        let now = clock();
        let facts = self.facts(now);
        let uptime = self.operator.started.elapsed();
        for change in self.operator.watch.look(&facts, now, uptime) {
            self.operator.write(&change);
        }
        let told = self.operator.watch.told().map(|it| it.condition.kind());
        let is_writable = self.room_on_disk().is_none_or(|(_, is_writable)| is_writable);
        self.operator.note(judge(&facts, told, is_writable));
        self.events.tell_final(&self.replica);
        self.tell_conditions();
        let roster = self.replica.chain().council().roster();
        let twice = facts.twice.iter().filter_map(|code| roster.member(code));
        self.mesh.set_rivals(twice.map(|member| member.node).collect());
    }

    fn facts(&self, now: Time) -> Facts {
        let mut facts = Facts::of(&self.replica, now);
        facts.ways = self.ways(&facts);
        let council = self.replica.chain().council();
        facts.disk = self
            .room_on_disk()
            .map(|(free_bytes, _)| Disk { free_bytes, day_bytes: day_bytes_max(council) });
        facts
    }

    /// The bytes that are left on the file system of the ledger, and whether it takes writes.
    pub(super) fn room_on_disk(&self) -> Option<(u64, bool)> {
        let disk = rustix::fs::statvfs(&self.operator.ledger).ok()?;
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        Some((free, !disk.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY)))
    }

    /// The connections to the members and to other peers of the configuration.
    fn ways(&self, facts: &Facts) -> BTreeMap<Code, Way> {
        let chain = self.replica.chain();
        let (council, addresses) = (chain.council(), &self.peers.addresses);
        let outages = self.mesh.outages();
        let unresolved = self.operator.names.unresolved.borrow();
        let codes: BTreeSet<&Code> = facts.members.iter().chain(addresses.keys()).collect();
        let mut ways: BTreeMap<Code, Way> = BTreeMap::new();
        for code in codes {
            let key = council.roster().member(code).map(|member| member.node);
            let way = Way {
                address: addresses.get(code).cloned(),
                is_unresolved: unresolved.contains(code),
                outage: key.and_then(|key| outages.get(&key).copied()),
                stranger: None,
            };
            ways.insert(code.clone(), way);
        }
        for (code, stranger) in strangers(addresses, chain, &facts.me) {
            ways.entry(code).or_default().stranger = Some(stranger);
        }
        ways
    }

    /// Tells the replica that the mesh has seen a second process with the key of a peer.
    pub(super) fn rival(&mut self, rival: Rival) -> Result<(), WorkerError> {
        let (key, input): (PublicKey, fn(Code) -> Input) = match rival {
            Rival::Alternates(key) => (key, Input::SeenTwice),
            Rival::Appears(key) => (key, Input::RivalAppears),
        };
        if let Some(code) = self.peers.member(&key).cloned() {
            self.take(input(code))?;
            self.look();
        }
        Ok(())
    }

    /// The conditions that are reported now, most urgent first.
    pub(super) fn conditions(&self) -> Vec<ConditionView> {
        self.operator.watch.told().map(view).collect()
    }

    /// This node's clock compared with the others'.
    pub(super) fn clock_view(&self) -> Option<ClockView> {
        let readings: Vec<_> = self.replica.clocks().values().copied().collect();
        Some(ClockView { ahead_ms: -median_ms(&readings)?, heard: readings.len() })
    }

    /// What the block being decided waits for.
    pub(super) fn awaits(&self) -> Option<AwaitsView> {
        let awaited = self.replica.awaited()?;
        let step = match awaited.step {
            Step::Proposal => "proposal",
            Step::Prevotes => "prevotes",
            Step::Precommits => "precommits",
        };
        let ends = awaited.timer.and_then(|timer| self.timer_ends(timer));
        let left = ends.map(|at| at.saturating_duration_since(Instant::now()).as_millis());
        Some(AwaitsView {
            step: step.to_owned(),
            proposer: awaited.proposer,
            silent: awaited.silent,
            ends_in_ms: left.map(|ms| u64::try_from(ms).unwrap_or(u64::MAX)),
        })
    }
}

fn view(told: StandingCondition<'_>) -> ConditionView {
    ConditionView {
        name: told.condition.kind().to_string(),
        about: told.condition.about.clone(),
        since: told.since,
        means: told.condition.means(),
        advice: told.condition.advice(),
    }
}

/// The median lead of the others' clocks; of two middle ones, the mean.
fn median_ms(readings: &[Reading]) -> Option<i64> {
    let mut ahead: Vec<_> = readings.iter().map(|reading| reading.ahead_ms).collect();
    ahead.sort_unstable();
    let (lower, upper) = (ahead.get(ahead.len().checked_sub(1)? / 2)?, ahead.get(ahead.len() / 2)?);
    Some(i64::midpoint(*lower, *upper))
}

/// The interval at which conditions are checked while nobody asks.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The interval while the node does not take part, so that others hear soon when it does.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The interval at which the members are asked for their clocks.
const CLOCKS_EVERY: Duration = Duration::from_mins(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_in_the_middle() {
        let of = |ahead: &[i64]| {
            let reading = |ahead_ms: &i64| Reading { ahead_ms: *ahead_ms, within_ms: 0 };
            median_ms(&ahead.iter().map(reading).collect::<Vec<_>>())
        };
        for (ahead, median) in [
            (vec![], None),
            (vec![5], Some(5)),
            (vec![9, 1], Some(5)),
            (vec![-7_200_000, 3, 1], Some(1)),
            (vec![1, 2, 4, 1_000], Some(3)),
        ] {
            assert_eq!(of(&ahead), median, "{ahead:?}");
        }
    }
}
