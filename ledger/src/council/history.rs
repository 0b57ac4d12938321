//! What stood on a measure and stands no more, and how its deadline moved: nothing of it decides anything.

use std::collections::VecDeque;

use nemcon_crypto::LeafIndex;

use super::measure::{MandateState, MeasureState};
use crate::record::Position;
use crate::text::{Code, Label, Time};

/// How many entries of each sort are kept of a measure, the newest ones: the records have all.
pub const HISTORY_KEPT_MAX: usize = 256;

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
    /// Why.
    pub ended: Ended,
}

/// A deadline that was put off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extended {
    /// By whom.
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

fn keep<T>(kept: &mut VecDeque<T>, entry: T) {
    if kept.len() == HISTORY_KEPT_MAX {
        kept.pop_front();
    }
    kept.push_back(entry);
}

impl MeasureState {
    /// Puts its deadline off.
    pub(super) fn put_off(&mut self, to: Time, (by, leaf, time): (&Code, LeafIndex, Time)) {
        let from = core::mem::replace(&mut self.closes, to);
        keep(&mut self.history.extensions, Extended { by: by.clone(), leaf, time, from, to });
    }

    /// Takes the member's reservations away.
    pub(super) fn end_reservations(&mut self, of: Option<&Code>, ended: &Ended, time: Time) {
        let is_over = |code: &Code| of.is_none_or(|of| of == code);
        let over = self.reservations.extract_if(.., |(code, _), _| is_over(code));
        for ((code, sort), placed) in over {
            let (stood, ended) = (Stood::Reservation { sort }, ended.clone());
            keep(&mut self.history.past, Past { code, stood, leaf: placed.leaf, time, ended });
        }
    }

    /// Takes away the mandates that are meant, by whose ballot they are about.
    pub(super) fn end_mandates(
        &mut self,
        is_over: impl Fn(&Code, &MandateState) -> bool,
        ended: &Ended,
        time: Time,
    ) {
        let over = self.mandates.extract_if(.., |code, mandate| is_over(code, mandate));
        for (code, mandate) in over {
            let (stood, ended) = (Stood::Mandate { holder: mandate.holder }, ended.clone());
            keep(&mut self.history.past, Past { code, stood, leaf: mandate.leaf, time, ended });
        }
    }

    /// Voids for good the member's ballot and mandate, and what it holds and has cast for others
    /// [rules.md R22]. The chains stay as they are: nothing of it can be played again.
    pub(super) fn void_of(&mut self, code: &Code, time: Time) {
        self.end_ballots(code, time);
        self.void_mandates_of(code, &Ended::Freeze(code.clone()), time);
    }

    pub(super) fn void_mandates_of(&mut self, code: &Code, ended: &Ended, time: Time) {
        self.end_mandates(|of, mandate| of == code || mandate.holder == *code, ended, time);
    }

    /// Takes away the ballots of a party that is frozen, and those that it has cast for others.
    fn end_ballots(&mut self, frozen: &Code, time: Time) {
        let over = self.ballots.extract_if(.., |of, ballot| of == frozen || ballot.by == *frozen);
        for (code, ballot) in over.filter(|(_, ballot)| ballot.position != Position::Retracted) {
            let stood = Stood::Ballot { position: ballot.position, by: ballot.by };
            let ended = Ended::Freeze(frozen.clone());
            keep(&mut self.history.past, Past { code, stood, leaf: ballot.leaf, time, ended });
        }
    }
}
