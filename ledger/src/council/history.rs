//! Former ballots, mandates, reservations and deadlines of a measure.
//!
//! What it guarantees: the newest [`HISTORY_KEPT_MAX`] of each sort are kept. What it does not:
//! nothing of the history decides anything.

use std::collections::VecDeque;

use nemcon_crypto::LeafIndex;
use serde::{Deserialize, Serialize};

use super::limits::HISTORY_KEPT_MAX;
use crate::record::Position;
use crate::text::{Code, Label, Time};

/// What stood on a measure for a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stood {
    /// A ballot.
    Ballot {
        /// What it said.
        position: Position,
        /// Who had signed it: the member, or who held its mandate.
        by: Code,
    },
    /// A mandate.
    Mandate {
        /// Who might have cast the ballot.
        holder: Code,
    },
    /// A reservation.
    Reservation {
        /// Its sort.
        sort: Label,
    },
}

/// What ended a ballot, mandate or reservation, other than its own retraction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ended {
    /// The member's own ballot, at this place in the log.
    Ballot(LeafIndex),
    /// The freeze of this party: of the member itself, or of the holder of its mandate.
    Freeze(Code),
    /// The departure of this member: of the member itself, or of the holder of its mandate.
    Departure(Code),
    /// A revision: the measure's text became the one of this number.
    Revision(u32),
}

/// A ballot, mandate or reservation that does not stand any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// The member on whose ballot or reservation it was.
    pub code: Code,
    /// What it was.
    pub stood: Stood,
    /// Its place in the log.
    pub leaf: LeafIndex,
    /// The time of the block with which it ended.
    pub time: Time,
    /// What ended it.
    pub ended: Ended,
}

/// A deadline that was put off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extended {
    /// The party that put the deadline off.
    pub by: Code,
    /// Where that stands in the log.
    pub leaf: LeafIndex,
    /// The time of its block.
    pub time: Time,
    /// The deadline before.
    pub from: Time,
    /// The deadline since.
    pub to: Time,
}

/// What a measure remembers of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// What stands no more, the oldest first.
    pub past: VecDeque<Past>,
    /// How its deadline moved, the oldest first.
    pub extensions: VecDeque<Extended>,
}

impl History {
    pub(super) fn keep_past(&mut self, past: Past) {
        keep(&mut self.past, past);
    }

    pub(super) fn keep_extension(&mut self, extended: Extended) {
        keep(&mut self.extensions, extended);
    }
}

fn keep<T>(kept: &mut VecDeque<T>, entry: T) {
    if kept.len() == HISTORY_KEPT_MAX {
        kept.pop_front();
    }
    kept.push_back(entry);
}
