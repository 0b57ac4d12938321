//! Whether a node takes part in the council's work, for programs that watch it.

use core::fmt;
use core::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::super::condition::{Disk, Facts, Kind};

/// The least room on the disk with which a node is ready: some blocks of the greatest size.
const ROOM_BYTES_MIN: u64 = 32 << 20;
/// How old a verdict may be. The replica's thread renews it every 5 s, unless its disk or its work holds it up.
const FRESH: Duration = Duration::from_secs(20);

/// Why a node does not take part; empty if it does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::server) struct Verdict(Vec<&'static str>);

/// The last verdict, for the threads that answer.
#[derive(Clone)]
pub(in crate::server) struct Readiness(watch::Receiver<(Verdict, Instant)>);

impl Verdict {
    /// The verdict of a node that has not looked yet.
    pub(in crate::server) fn starting() -> Self {
        Self(vec!["starting"])
    }

    /// Whether the node takes part.
    pub(in crate::server) const fn is_ready(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_ready() { f.write_str("ready") } else { f.write_str(&self.0.join(" ")) }
    }
}

impl Readiness {
    pub(in crate::server) const fn new(told: watch::Receiver<(Verdict, Instant)>) -> Self {
        Self(told)
    }

    /// The verdict at `now`. An old one says nothing of a thread that does not answer.
    pub(in crate::server) fn at(&self, now: Instant) -> Verdict {
        let (verdict, since) = &*self.0.borrow();
        if now.saturating_duration_since(*since) > FRESH {
            return Verdict(vec!["not-answering"]);
        }
        verdict.clone()
    }
}

/// Judges whether a node takes part: it votes, has the others' blocks, reaches enough of them, and its disk can be
/// written. `told` are the conditions that are told; `is_writable` is whether the file system takes writes.
pub(in crate::server) fn judge(
    facts: &Facts,
    told: impl Iterator<Item = Kind>,
    is_writable: bool,
) -> Verdict {
    let voting = &facts.voting;
    let told: Vec<Kind> = told.collect();
    let is_told = |kind| told.contains(&kind);
    let has_room = |disk: &Disk| disk.free_bytes >= ROOM_BYTES_MIN;
    // One block behind is how every block comes; two are not.
    let is_behind = facts.there.0 > facts.height.0 + 1 || is_told(Kind::Behind);
    let reasons = [
        (facts.stops.is_some(), Kind::Stopped.name()),
        (!is_writable, "disk-not-writable"),
        (!facts.disk.as_ref().is_none_or(has_room), "disk-full"),
        (voting.follows, Kind::Following.name()),
        (voting.observes.is_some(), Kind::Observing.name()),
        (voting.listens_for.is_some(), Kind::Listening.name()),
        (voting.unconfirmed.is_some(), Kind::RosterUnconfirmed.name()),
        (is_behind, Kind::Behind.name()),
        (is_told(Kind::TooFewConnected), Kind::TooFewConnected.name()),
    ];
    Verdict(reasons.into_iter().filter(|(holds, _)| *holds).map(|(_, name)| name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::condition::{Observes, Stops, Voting};
    use nemcon_ledger::{Height, Time};
    use std::collections::{BTreeMap, BTreeSet};

    fn facts() -> Facts {
        Facts {
            me: "AA".parse().unwrap(),
            members: Vec::new(),
            connected: BTreeSet::new(),
            height: Height(7),
            there: Height(7),
            sealed: BTreeMap::new(),
            has_work: false,
            awaited: None,
            voting: Voting::default(),
            stops: None,
            told_elsewhere: None,
            twice: BTreeSet::new(),
            clocks: BTreeMap::new(),
            ways: BTreeMap::new(),
            disk: Some(Disk { free_bytes: ROOM_BYTES_MIN, day_bytes: 1 }),
        }
    }

    fn says(change: impl Fn(&mut Facts), told: &[Kind]) -> String {
        let mut facts = facts();
        change(&mut facts);
        judge(&facts, told.iter().copied(), true).to_string()
    }

    #[test]
    fn a_node_is_ready_unless_something_keeps_it_from_taking_part() {
        assert_eq!(says(|_| {}, &[Kind::ClockOff, Kind::PeerUnreachable, Kind::SealLate]), "ready");
        assert_eq!(says(|it| it.there = Height(8), &[]), "ready");
        assert_eq!(says(|it| it.there = Height(9), &[]), "behind");
        assert_eq!(says(|it| it.there = Height(8), &[Kind::Behind]), "behind");
        assert_eq!(says(|_| {}, &[Kind::TooFewConnected]), "too-few-connected");
        let observes = Some(Observes { votes_from: None, was_shown: false });
        assert_eq!(says(|it| it.voting.observes = observes, &[]), "observing");
        assert_eq!(says(|it| it.voting.follows = true, &[]), "following");
        assert_eq!(says(|it| it.voting.listens_for = Some(Vec::new()), &[]), "listening");
        let change = Some((Height(1), Vec::new()));
        assert_eq!(says(|it| it.voting.unconfirmed = change.clone(), &[]), "roster-unconfirmed");
        let full = Some(Disk { free_bytes: ROOM_BYTES_MIN - 1, day_bytes: 1 });
        assert_eq!(says(|it| it.disk = full, &[]), "disk-full");
        let stops = Some(Stops { at: Time::from_ms(1).unwrap(), why: String::new(), next: "next" });
        assert_eq!(says(|it| it.stops = stops.clone(), &[]), "stopped");
        assert_eq!(judge(&facts(), core::iter::empty(), false).to_string(), "disk-not-writable");
    }

    #[test]
    fn a_thread_that_does_not_look_any_more_is_not_called_ready() {
        let now = Instant::now();
        let (told, readiness) = watch::channel((Verdict::default(), now));
        let readiness = Readiness::new(readiness);
        assert!(readiness.at(now + FRESH).is_ready());
        let late = readiness.at(now + FRESH + Duration::from_millis(1));
        assert_eq!(late.to_string(), "not-answering");
        told.send_replace((Verdict::starting(), now));
        assert_eq!(readiness.at(now).to_string(), "starting");
    }
}
