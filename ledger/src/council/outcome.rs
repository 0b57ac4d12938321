//! What ballots amount to: the rule `unanimity` [TEU 31(1), TFEU 238(4)].

use core::fmt;

use serde::{Deserialize, Serialize};

use super::frozen::Frozen;
use crate::record::Position;
use crate::record::charter::percent;
use crate::text::{Code, Label, Line};

/// Ballots of the entitled, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many are in favour.
    pub in_favour: u64,
    /// How many abstain plainly.
    pub abstained: u64,
    /// How many abstain with a declaration.
    pub qualified: u64,
    /// What those weigh together.
    pub qualified_weight: u128,
    /// Who is against, in roster order.
    pub against: Vec<Code>,
    /// Who has not signed, in roster order.
    pub missing: Vec<Code>,
}

/// What stands between a measure and its adoption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Somebody is against.
    Against(Vec<Code>),
    /// Qualified abstentions reach the blocking share of members and of weight.
    Qualified,
    /// Nobody is in favour.
    NobodyInFavour,
}

/// What the ballots amount to so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Ballots are missing, and what is there does not block.
    Waiting,
    /// Ballots are missing or not, and what is there blocks until it is replaced.
    Blocked(Obstacle),
    /// All ballots are in and the rule is met.
    Adoptable,
}

impl Tally {
    /// Counts the ballots of the entitled, in roster order: of each its code, its weight, and what its
    /// ballot says, if it has one. A retracted ballot counts as missing.
    pub fn of<'a>(entitled: impl IntoIterator<Item = (&'a Code, u64, Option<Position>)>) -> Self {
        let mut tally = Self::default();
        for (code, weight, position) in entitled {
            match position {
                Some(Position::InFavour) => tally.in_favour += 1,
                Some(Position::Abstain) => tally.abstained += 1,
                Some(Position::AbstainQualified) => {
                    tally.qualified += 1;
                    tally.qualified_weight += u128::from(weight);
                }
                Some(Position::Against) => tally.against.push(code.clone()),
                Some(Position::Retracted) | None => tally.missing.push(code.clone()),
            }
        }
        tally
    }

    /// Whether every entitled member has signed.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }

    /// Judges the ballots under the law that the measure was tabled under.
    pub fn standing(&self, frozen: &Frozen) -> Standing {
        match self.obstacle(frozen) {
            Some(Obstacle::NobodyInFavour) if !self.is_complete() => Standing::Waiting,
            Some(obstacle) => Standing::Blocked(obstacle),
            None if self.is_complete() => Standing::Adoptable,
            None => Standing::Waiting,
        }
    }

    fn obstacle(&self, frozen: &Frozen) -> Option<Obstacle> {
        if !self.against.is_empty() {
            return Some(Obstacle::Against(self.against.clone()));
        }
        if self.is_blocked_by_qualified(frozen) {
            return Some(Obstacle::Qualified);
        }
        (self.in_favour == 0).then_some(Obstacle::NobodyInFavour)
    }

    /// `3 * |Q| >= n` and `3 * weight(Q) >= total`, with the charter's fractions: both.
    fn is_blocked_by_qualified(&self, frozen: &Frozen) -> bool {
        let Some(share) = frozen.qualified else { return false };
        let weight = u64::try_from(self.qualified_weight).unwrap_or(u64::MAX);
        share.members.is_reached(self.qualified, frozen.members)
            && share.weight.is_reached(weight, frozen.total_weight)
    }

    /// The ballots in words, for the decision's `reason`.
    pub fn reason(&self, frozen: &Frozen, weight_of: &Label) -> Line {
        let text = match self.obstacle(frozen) {
            Some(Obstacle::Against(codes)) => format!("against: {}", join(&codes)),
            Some(Obstacle::Qualified) => format!(
                "qualified abstention of {} members with {} of the {weight_of}",
                self.qualified,
                percent(self.qualified_weight, frozen.total_weight),
            ),
            Some(Obstacle::NobodyInFavour) => "nobody in favour".to_owned(),
            None => self.words_in_favour(frozen),
        };
        text.parse().expect("codes, numbers and the charter's own words are a line")
    }

    fn words_in_favour(&self, frozen: &Frozen) -> String {
        if self.in_favour == frozen.entitled.len() as u64 {
            return format!("all {} in favour", self.in_favour);
        }
        let counts = [
            (self.in_favour, "in favour"),
            (self.abstained, "abstained"),
            (self.qualified, "abstained with a declaration"),
        ];
        let words = counts.iter().filter(|(count, _)| *count > 0);
        let words: Vec<_> = words.map(|(count, what)| format!("{count} {what}")).collect();
        format!("{}, none against", words.join(", "))
    }
}

impl fmt::Display for Tally {
    /// `25 in favour, 1 abstained, 1 missing`; `no ballots asked for` if nobody is entitled.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.in_favour, "in favour"),
            (self.abstained, "abstained"),
            (self.qualified, "abstained with a declaration"),
            (self.against.len() as u64, "against"),
            (self.missing.len() as u64, "missing"),
        ];
        let words = counts.iter().filter(|(count, _)| *count > 0);
        let words: Vec<_> = words.map(|(count, what)| format!("{count} {what}")).collect();
        f.write_str(if words.is_empty() { "no ballots asked for" } else { "" })?;
        f.write_str(&words.join(", "))
    }
}

/// Codes with a space between them.
pub fn join(codes: &[Code]) -> String {
    codes.iter().map(Code::as_str).collect::<Vec<_>>().join(" ")
}
