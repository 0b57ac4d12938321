//! What stood on a measure and stands no more, and how its deadline moved: nothing of it decides anything.

use std::collections::VecDeque;

use nemcon_crypto::LeafIndex;

use super::limits::HISTORY_KEPT_MAX;
use crate::record::Position;
use crate::text::{Code, Label, Time};

/// What a member had said.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// Why it stands no more, where its member has not taken back that very statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The member's own ballot, at this place in the log.
    Ballot(LeafIndex),
    /// This party was frozen: the member itself, or who spoke for it.
    Freeze(Code),
    /// This member has left the council: the member itself, or who was to speak for it.
    Departure(Code),
    /// The measure's text became this revision.
    Revision(u32),
}

/// One thing that stands no more.
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
