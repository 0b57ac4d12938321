//! What each condition means, in words.

use nemcon_ledger::Height;
use nemcon_ledger::council::join;
use nemcon_ledger::text::Code;
use nemcon_replica::consensus::TIMELY_MS;
use nemcon_replica::replica::by_how_much;

use super::{Condition, Disk, Kind, State};
use crate::mesh::{Address, Outage};

impl Condition {
    /// What the condition is, and what follows from it.
    pub fn means(&self) -> String {
        let about = &self.about;
        match &self.state {
            State::OwnKeyElsewhere { told_by } => self.elsewhere(told_by),
            State::DiskNearlyFull(disk) => disk.means(),
            State::ClockOff { ahead_ms } => self.clock(*ahead_ms),
            State::SealLate { sealed, blocks, is_connected, is_behind } => {
                let why = match (is_behind, is_connected) {
                    (true, _) => ", which it has not got either",
                    (false, true) => "",
                    (false, false) => ". Its node is not connected",
                };
                self.seal(*sealed, *blocks, why)
            }
            State::PeerNameUnresolved { address } => {
                format!("the host name in `{address}`, where {about} should listen, has no address")
            }
            State::PeerUnreachable { dialled } => unreachable(about, dialled.as_ref()),
            State::PeerNotInRoster { has_left: true, .. } => {
                format!("the configuration names the peer {about}, which has left the council")
            }
            State::PeerNotInRoster { nearest, .. } => format!(
                "the configuration names the peer {about}, which is no member of this council and is not \
                 about to be one{}",
                listed("; meant may be ", nearest)
            ),
            state => of_this_node(about, state),
        }
    }

    /// What is told when the condition begins.
    pub fn begins(&self) -> String {
        match self.kind() {
            Kind::PeerUnreachable => format!("{}'s node is away: {}", self.about, self.means()),
            _ => self.means(),
        }
    }

    /// What is told when the condition is over.
    pub fn over(&self) -> String {
        let about = &self.about;
        match self.kind() {
            Kind::PeerUnreachable => format!("{about}'s node is back"),
            Kind::SealLate if !self.is_own => format!("the seals of {about} are there again"),
            Kind::ClockOff if !self.is_own => format!("the clock of {about}'s node is right again"),
            kind => format!("over: {kind}"),
        }
    }

    fn elsewhere(&self, told_by: &[Code]) -> String {
        let about = &self.about;
        let who_sees = if self.is_own {
            format!("{} are shown it by two processes", join(told_by))
        } else {
            "two processes show it to this node".to_owned()
        };
        format!(
            "another machine runs with the node key of {about}: {who_sees}. The two take each other's \
             connections, and may sign votes that contradict each other"
        )
    }

    fn clock(&self, ahead_ms: i64) -> String {
        let (whose, its) = if self.is_own {
            ("this node's clock".to_owned(), "This node")
        } else {
            (format!("the clock of {}'s node", self.about), "That node")
        };
        let mut words = format!("{whose} is {}. ", by_how_much(ahead_ms));
        if ahead_ms.unsigned_abs() >= TIMELY_MS {
            words += "Blocks that it proposes are not voted for in time: some seconds are lost at each of \
                      its turns. ";
        }
        words + its + " judges by it whether a deadline has passed"
    }

    fn seal(&self, sealed: Height, blocks: u64, why: &str) -> String {
        let whose =
            if self.is_own { "this node's seals" } else { &format!("the seals of {}", self.about) };
        let lack = if blocks == 1 { "1 block lacks" } else { &format!("{blocks} blocks lack") };
        format!(
            "{whose} are here up to block {}; {lack} them{why}. Decisions that need them are not final",
            sealed.0
        )
    }
}

/// The words for conditions of this node and of its part in ordering.
fn of_this_node(me: &Code, state: &State) -> String {
    match state {
        State::Stopped { at, why, .. } => format!("this node stops at {at}: {why}"),
        State::TooFewConnected { connected, members, needed, absent } => format!(
            "{connected} of {members} members' nodes are connected, this one counted; a block takes \
             {needed}, and none has come since. Not connected: {}",
            join(absent)
        ),
        State::OrderingStalled { height, lacks, .. } => format!(
            "block {} is wanted and is not decided{}",
            height.0,
            listed(". Nothing of its round has come from ", lacks)
        ),
        State::Observing { votes_from, was_shown, is_elsewhere } => {
            let why = match (is_elsewhere, was_shown) {
                (true, _) => ELSEWHERE,
                (false, true) => SHOWN,
                (false, false) => LOST,
            };
            observes(*votes_from, why)
        }
        State::Listening { silent } => listens(silent),
        State::RosterUnconfirmed { height, silent } => format!(
            "members or their keys have changed at block {}, and this node did not decide that itself. It \
             neither votes nor seals until more than two thirds of the members, itself counted, are \
             connected and agree{}",
            height.0,
            listed(". Not heard: ", silent)
        ),
        State::Behind { here, there } => {
            format!("this node's last block is {}; other nodes have block {}", here.0, there.0)
        }
        _ => format!(
            "the roster names no node key for {me} that this node holds: it takes blocks, and neither votes \
             nor seals"
        ),
    }
}

/// Why a node observes if another machine is known to use its key.
const ELSEWHERE: &str =
    "another machine signs with its key, so that its disk may not hold all that was signed";
/// Why a node observes that was shown, after its start, something that it does not remember.
const SHOWN: &str = "it was shown a vote or a seal that its own key has signed and that its disk does not \
                     hold. The disk was set back, or another machine signs with this key";
/// Why a node observes since its start.
const LOST: &str = "its disk may not hold all that it has signed: the file `signed` was lost, or set back, or \
                    another machine has signed with its key";

fn observes(votes_from: Option<Height>, why: &str) -> String {
    let until = match votes_from {
        Some(height) => format!("until block {}", height.0),
        None => "until more than two thirds of the members have shown where they stand".to_owned(),
    };
    format!("this node withholds its votes in ordering {until}: {why}. Ballots and seals go on")
}

fn listens(silent: &[Code]) -> String {
    let what = "this node has started, and says nothing in ordering until more than two thirds of the \
                members, itself counted, have told that they hold no later seal of it than it knows";
    let who = listed(". Not heard: ", silent);
    if who.is_empty() {
        format!("{what}. Some tell of later ones, and have shown none")
    } else {
        what.to_owned() + &who
    }
}

fn unreachable(about: &Code, dialled: Option<&(Address, Option<Outage>)>) -> String {
    let Some((address, why)) = dialled else {
        return format!(
            "{about} is not connected: the configuration names no address for it, and it does not connect \
             by itself"
        );
    };
    let why = match why {
        None => return format!("{about} is not connected; it is dialled at {address}"),
        Some(Outage::Unresolved) => "its name has no address".to_owned(),
        Some(Outage::Unreachable(kind)) => format!("nobody takes the connection: {kind}"),
        Some(why @ Outage::NoSocket) => {
            return format!("{about} is not connected: {why}");
        }
        Some(Outage::Silent) => "nothing answers: packets may be dropped on the way".to_owned(),
        Some(Outage::Refused(refusal)) => format!("a connection came to nothing: {refusal}"),
    };
    format!("{about} is not connected. At {address} {why}")
}

/// `before` with the codes; empty if there are none.
fn listed(before: &str, codes: &[Code]) -> String {
    if codes.is_empty() { String::new() } else { format!("{before}{}", join(codes)) }
}

impl Disk {
    fn means(self) -> String {
        format!(
            "{} are left on the file system of the ledger; what members may have ordered in one day takes up \
             to {}",
            amount(self.free_bytes),
            amount(self.day_bytes)
        )
    }
}

/// A number of bytes in words: `311 MiB`, `4.2 GiB`.
fn amount(bytes: u64) -> String {
    const MIB: u64 = 1 << 20;
    match bytes / MIB {
        0 => format!("{} KiB", bytes >> 10),
        mib @ 1..10_240 => format!("{mib} MiB"),
        mib => format!("{}.{} GiB", mib / 1024, mib % 1024 * 10 / 1024),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_said_in_the_unit_that_people_would_use() {
        for (bytes, said) in [
            (0, "0 KiB"),
            (300 << 10, "300 KiB"),
            (311 << 20, "311 MiB"),
            (9 << 30, "9216 MiB"),
            ((10 << 30) + (512 << 20), "10.5 GiB"),
        ] {
            assert_eq!(amount(bytes), said);
        }
    }
}
