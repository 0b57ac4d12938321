//! What an operator can do about each condition.

use super::{Condition, State};
use crate::mesh::{Outage, PeerVerdict, Refusal};

/// A peer refuses this node because another machine with its key is connected there.
const RIVAL: Outage = Outage::Refused(Refusal::ByPeer(PeerVerdict::Rival));

impl Condition {
    /// What the operator can do next.
    pub fn advice(&self) -> String {
        match &self.state {
            State::Stopped { next, .. } => (*next).to_owned(),
            State::OwnKeyElsewhere { .. } if self.is_own => {
                "find the other machine and stop it for good: a copy of this node's folder, or a restored \
                 backup beside the node that it was made of. Keep the one that has always run. If nobody \
                 knows of another one, the key is stolen: rotate it with `nemcon key rotate`. `nemcon node \
                 rejoin` is not for this"
                    .to_owned()
            }
            State::OwnKeyElsewhere { .. } => {
                self.tell("one of the two machines must be stopped for good")
            }
            State::DiskNearlyFull(_) => {
                "make room on it, or give it more: when it is full, the node stops, and what was \
                 acknowledged stays"
                    .to_owned()
            }
            State::ClockOff { .. } if self.is_own => {
                "set the clock of this machine right, by NTP; the node need not be restarted".to_owned()
            }
            State::ClockOff { .. } => self.tell("the clock of its machine must be set right"),
            State::TooFewConnected { .. } => {
                "see what is said of each peer that is not connected; if it is all of them, look at this \
                 machine's own network first"
                    .to_owned()
            }
            State::Behind { .. } => {
                "nothing while the number of its last block grows; else see what is said of the peers that \
                 are not connected"
                    .to_owned()
            }
            State::SealLate { is_behind: true, .. } => {
                "nothing: it seals them as it gets them".to_owned()
            }
            State::SealLate { .. } if self.is_own => {
                "see what else this status says of this node".to_owned()
            }
            State::SealLate { .. } => {
                self.tell("its node is needed; it seals what it missed once it is back")
            }
            State::PeerNameUnresolved { .. }
            | State::PeerUnreachable { .. }
            | State::PeerNotInRoster { .. } => self.way(),
            _ => self.voting(),
        }
    }

    fn tell(&self, what: &str) -> String {
        format!("tell the operator of {}: {what}", self.about)
    }

    /// The advice for conditions that keep blocks from being decided, or this node from taking part.
    fn voting(&self) -> String {
        match &self.state {
            State::OrderingStalled { is_observing: true, .. } => {
                "ask the operators of these members. If more than a third of the nodes observe, none of \
                 them votes again by itself: each one's operator runs `nemcon node rejoin`, while all \
                 members' nodes are connected"
                    .to_owned()
            }
            State::OrderingStalled { .. } => {
                "ask the operators of these members what `nemcon status` says at their nodes".to_owned()
            }
            State::Observing { is_elsewhere: true, .. } => {
                "first see to own-key-elsewhere; then it votes again by itself".to_owned()
            }
            State::Observing { was_shown: true, .. } => {
                "nothing, if its disk was set back or restored from a backup: it votes again by itself. If \
                 it was not, another machine uses its key; once both are connected, own-key-elsewhere says \
                 so within a minute"
                    .to_owned()
            }
            State::Observing { .. } => "nothing: it votes again by itself".to_owned(),
            State::Following => format!(
                "nothing, if {} has not entered yet or has left. Else name the key that the roster lists \
                 under `node_key`, and send SIGHUP: see docs/changing-keys.md",
                self.about
            ),
            _ => "see to it that these members' nodes run and are connected".to_owned(),
        }
    }

    fn way(&self) -> String {
        match &self.state {
            State::PeerNameUnresolved { .. } => {
                "mend `address` in node.toml and send SIGHUP, or mend this machine's resolver; the name is \
                 looked up again meanwhile"
                    .to_owned()
            }
            State::PeerUnreachable { dialled: None } => {
                "name its address under [[peer]] in node.toml, and send SIGHUP".to_owned()
            }
            State::PeerUnreachable { dialled: Some((_, Some(RIVAL))) } => {
                "stop the other machine: see own-key-elsewhere".to_owned()
            }
            State::PeerUnreachable { .. } => format!(
                "ask the operator of {} whether its node runs and listens there; if it does, look at the \
                 firewalls between",
                self.about
            ),
            State::PeerNotInRoster { has_left: true, .. } => {
                "take the entry out of node.toml".to_owned()
            }
            _ => "mend `code` in node.toml and send SIGHUP; a start with an unknown peer is refused"
                .to_owned(),
        }
    }
}
