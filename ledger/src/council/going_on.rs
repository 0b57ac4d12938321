//! How an audit goes on past a record that the law does not let in: nothing of it acts, but what
//! follows is numbered and linked as it stands in the log. Nodes never do that.

use std::sync::Arc;

use nemcon_crypto::LeafIndex;

use super::Council;
use crate::record::statement::{ChainKey, ChainLink};

/// How many measures, incidents and decisions stand in a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Numbers {
    pub(crate) measures: u64,
    pub(crate) incidents: u64,
    pub(crate) decisions: u64,
}

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

    /// Takes the statement that `link` follows for the last one in its chain.
    pub(crate) fn believe(&mut self, link: &ChainLink) {
        let ChainLink { chain, after } = link;
        let last = match chain {
            ChainKey::Measure(number, _) => {
                self.measures.get_mut(number).map(|state| &mut Arc::make_mut(state).chain)
            }
            ChainKey::Incident(number, _) => {
                self.incidents.get_mut(number).map(|state| &mut Arc::make_mut(state).chain)
            }
            ChainKey::Own(_) => Some(&mut self.own),
            ChainKey::Keys(_) => Some(&mut self.seats.chain),
        };
        let Some(last) = last else { return };
        match after {
            Some(after) => drop(last.insert(chain.code().clone(), *after)),
            None => drop(last.remove(chain.code())),
        }
    }

    /// What stands in the way of a decision on this measure, or what the law says of it instead.
    pub(crate) fn says_of(&self, number: u64) -> String {
        let Some(state) = self.measure(number) else {
            return format!("no measure {number} was tabled");
        };
        match state.status {
            super::Status::Open => {}
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

impl super::MeasureState {
    /// Why the law does not adopt it as its ballots stand, if it does not.
    fn obstacle_in_words(&self) -> Option<String> {
        use super::{Obstacle, Standing};
        let whose = |codes: &[crate::text::Code]| match codes {
            [one] => format!("{one}'s ballot is"),
            several => format!("the ballots of {} are", super::join(several)),
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
