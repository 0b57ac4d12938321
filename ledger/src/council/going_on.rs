//! How an audit goes on past a record that the law refuses.
//!
//! The refused record does not act, but the records after it are numbered and linked as they stand
//! in the log. Only an audit does that; a node rejects the whole block.

use nemcon_crypto::LeafIndex;

use super::measure::MeasureState;
use super::numbers::Numbers;
use super::outcome::{Obstacle, Standing, join};
use super::state::Council;
use super::status::Status;
use crate::text::Code;

impl Council {
    pub(crate) const fn numbers(&self) -> Numbers {
        self.numbers
    }

    /// The next measure, incident and decision are numbered as if these were there already.
    pub(crate) const fn number_from(&mut self, numbers: Numbers) {
        self.numbers = numbers;
    }

    /// The next record stands at this leaf.
    pub(crate) const fn stand_at(&mut self, leaf: LeafIndex) {
        self.next_leaf = leaf;
    }

    /// Why the law does not decide this measure here, in words.
    pub(crate) fn says_of(&self, number: u64) -> String {
        let Some(state) = self.measure(number) else {
            return format!("no measure {number} was tabled");
        };
        match state.status {
            Status::Open => {}
            status => return format!("measure {number} is {status} already"),
        }
        state.obstacle_in_words().unwrap_or_else(|| match self.hindrance(state) {
            Some(other) if other != number => {
                format!("measure {other} of its package is not adopted: the law says not adopted")
            }
            _ => "the law leaves it to the next block".to_owned(),
        })
    }
}

impl MeasureState {
    /// Why the law does not adopt it as its ballots stand, if it does not.
    fn obstacle_in_words(&self) -> Option<String> {
        let whose = |codes: &[Code]| match codes {
            [one] => format!("{one}'s ballot is"),
            several => format!("the ballots of {} are", join(several)),
        };
        let what = match self.standing() {
            Standing::Adoptable => return None,
            Standing::Waiting => {
                let missing = whose(&self.missing());
                return Some(format!("{missing} missing: the law says not complete"));
            }
            Standing::Blocked(Obstacle::Against(codes)) => format!("{} against", whose(&codes)),
            Standing::Blocked(Obstacle::Qualified) => "qualified abstentions block it".to_owned(),
            Standing::Blocked(Obstacle::NobodyInFavour) => "nobody is in favour".to_owned(),
        };
        Some(format!("{what}: the law says not adopted"))
    }
}
