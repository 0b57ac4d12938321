//! How statements of parties about themselves act at the end of a block: freezes and notices before
//! outcomes are judged, changes of the roster after.

use std::sync::Arc;

use super::history::Ended;
use super::lists::Voiding;
use super::parties::Admitted;
use super::state::Council;
use crate::record::Boundary;
use crate::record::charter::Weight;
use crate::record::council_change::NextRules;
use crate::text::{Code, Time};

impl Council {
    /// Whether nothing may be said for this party: a member, until its recovery key says so
    /// [rules.md R22]; a participant, until it is appointed anew.
    pub fn is_frozen(&self, code: &Code) -> bool {
        self.seats.frozen.contains_key(code)
    }

    /// The frozen parties and since when.
    pub fn frozen(&self) -> impl Iterator<Item = (&Code, Time)> {
        self.seats.frozen.iter().map(|(code, since)| (code, *since))
    }

    /// Whether this member's own notice that it leaves stands.
    pub fn is_departing(&self, code: &Code) -> bool {
        self.seats.departing.contains_key(code)
    }

    /// The members whose own notice that they leave stands, and since when.
    pub fn departing(&self) -> impl Iterator<Item = (&Code, Time)> {
        self.seats.departing.iter().map(|(code, since)| (code, *since))
    }

    /// When a member whose notice stands since `since` leaves without a decision, where the charter says so.
    pub fn departs(&self, since: Time) -> Option<Time> {
        let days = self.genesis.charter.notice_days?;
        since.plus_days(days)
    }

    /// The entrants that are admitted and have not taken their seat.
    pub fn admitted(&self) -> impl Iterator<Item = &Admitted> {
        self.seats.admitted.values().map(AsRef::as_ref)
    }

    /// The parties whose change of node key, entry or departure waits, in the order in which they
    /// come to act.
    pub fn waiting(&self) -> impl Iterator<Item = &Code> {
        self.seats.waiting.iter().map(|(code, _)| code)
    }

    /// What fractions of the whole are taken of, as it stands.
    pub const fn weight(&self) -> &Weight {
        &self.seats.weight
    }

    /// Whether a change that waited has acted with the last block: such a block may hold nothing but
    /// its block record.
    pub const fn has_acted(&self) -> bool {
        self.page.has_acted
    }

    /// Tells the council where a block ends; see [`BOUNDARIES_KEPT`](super::BOUNDARIES_KEPT).
    pub(crate) fn bound(&mut self, boundary: Boundary) {
        self.seats.bound(boundary);
    }

    /// The rules that the next block is judged by, and the release that knows them, where adoption
    /// has changed them.
    pub const fn rules(&self) -> Option<&NextRules> {
        self.seats.rules.as_ref()
    }

    /// Before outcomes are judged: freezes void ballots and mandates, notices act.
    pub(super) fn settle_seats(&mut self) {
        let (frozen, thawed) = self.seats.act_before_outcomes(&mut self.page);
        for code in &thawed {
            self.days.renew(code);
        }
        self.void_closes_of(&frozen);
        self.note_voidings(&frozen, false);
        for number in self.open.iter().copied().collect::<Vec<_>>() {
            for code in &frozen {
                if self.measures[&number].on_table().concerns_ballots_of(code) {
                    let time = self.page.time;
                    self.change(number).on_table_mut().void_of(code, time);
                }
            }
        }
    }

    /// After outcomes are judged: makes the roster of the next block.
    pub(super) fn change_seats(&mut self) {
        let mut roster = (*self.roster).clone();
        let left = self.seats.act_on(&mut self.page, &mut roster);
        self.note_voidings(&left, true);
        for code in left {
            self.void_mandates_of(&code);
        }
        if roster != *self.roster {
            self.roster_digest = roster.digest();
            self.roster = Arc::new(roster);
        }
        for code in self.seats.seat_appointed(&mut self.page) {
            self.days.renew(&code);
        }
        self.find_undecidable();
    }

    fn note_voidings(&mut self, codes: &[Code], is_departure: bool) {
        for (place, code) in codes.iter().enumerate() {
            let (time, code, leaf) = (self.page.time, code.clone(), self.next_leaf);
            self.lists.voidings.insert_mut(Voiding { time, is_departure, place, code, leaf });
        }
    }

    /// Voids the mandates that a member which has left gave or held.
    fn void_mandates_of(&mut self, code: &Code) {
        for number in self.open.iter().copied().collect::<Vec<_>>() {
            if self.measures[&number].on_table().has_mandate_of(code) {
                let (ended, time) = (Ended::Departure(code.clone()), self.page.time);
                self.change(number).on_table_mut().void_mandates_of(code, &ended, time);
            }
        }
    }
}
