//! What a person should see before a council is founded: the members' weights compared with the
//! charter's total, and the roles that no participant holds.

use core::cmp::Ordering;
use core::fmt;
use std::collections::BTreeSet;

use nemcon_ledger::record::Genesis;
use nemcon_ledger::record::charter::Weight;
use nemcon_ledger::text::Label;
use serde::Serialize;

/// The sum of the members' weights, with the total of the charter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Weighing {
    /// The number of members.
    pub members: usize,
    /// The sum of the members' weights.
    pub sum: u128,
    /// The total of the charter, of which fractions are taken.
    pub total: u64,
    /// The charter's word for what the weights count, such as `seats`.
    pub of: Label,
}

impl Weighing {
    /// The sum of these weights, under a charter with this weight rule.
    pub fn of(weights: impl IntoIterator<Item = u64>, weight: &Weight) -> Self {
        let (mut members, mut sum) = (0, 0);
        for weight in weights {
            members += 1;
            sum += u128::from(weight);
        }
        Self { members, sum, total: weight.total, of: weight.of.clone() }
    }

    /// The sum of the founding members' weights.
    pub fn of_founders(genesis: &Genesis) -> Self {
        let weights = genesis.roster.members.iter().map(|member| member.weight);
        Self::of(weights, &genesis.charter.weight)
    }

    /// The order of the sum and the total. No council is founded with a sum above the total.
    pub fn standing(&self) -> Ordering {
        self.sum.cmp(&u128::from(self.total))
    }

    /// The sum as a share of the total: `seats: 5 members weigh 5 of the total of 7, 71.4 %`.
    pub fn share(&self) -> String {
        let Self { members, sum, total, of } = self;
        let members = match members {
            1 => "1 member weighs".to_owned(),
            many => format!("{many} members weigh"),
        };
        let thousandths = self.thousandths();
        let percent = match self.standing() {
            Ordering::Equal => "100".to_owned(),
            _ => format!("{}.{}", thousandths / 10, thousandths % 10),
        };
        format!("{of}: {members} {sum} of the total of {total}, {percent} %")
    }

    /// The sum in thousandths of the total, rounded down.
    fn thousandths(&self) -> u128 {
        self.sum.saturating_mul(1000).checked_div(u128::from(self.total)).unwrap_or_default()
    }
}

impl fmt::Display for Weighing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sum, total, .. } = self;
        f.write_str(&self.share())?;
        match self.standing() {
            Ordering::Equal => Ok(()),
            Ordering::Less => write!(
                f,
                "\n  shares of the whole are taken of {total}; if that is no official figure, write \
                 `total = {sum}` in the charter"
            ),
            Ordering::Greater => write!(
                f,
                "\n  members cannot weigh more than the whole: correct `total` in the charter, or the \
                 weights"
            ),
        }
    }
}

/// The roles that the charter lists and no participant holds. Nobody can do what is reserved to
/// such a role until all members appoint a participant to it.
pub fn unheld_roles(genesis: &Genesis) -> BTreeSet<&Label> {
    let is_held = |role: &Label| genesis.participants.iter().any(|party| party.role == *role);
    genesis.charter.roles.iter().filter(|role| !is_held(role)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(weights: &[u64], total: u64) -> String {
        let weight = Weight { total, of: "seats".parse().unwrap() };
        Weighing::of(weights.iter().copied(), &weight).to_string()
    }

    #[test]
    fn the_sum_is_said_as_a_share_of_the_total() {
        assert_eq!(said(&[1; 5], 5), "seats: 5 members weigh 5 of the total of 5, 100 %");
        let below = said(&[1; 5], 7);
        assert!(
            below.starts_with("seats: 5 members weigh 5 of the total of 7, 71.4 %\n"),
            "{below}"
        );
        assert!(below.contains("write `total = 5`"), "{below}");
        let above = said(&[53; 5], 100);
        assert!(above.contains("265 of the total of 100, 265.0 %\n"), "{above}");
        assert!(above.contains("cannot weigh more than the whole"), "{above}");
    }

    #[test]
    fn nearly_all_is_never_said_to_be_all() {
        let nearly = said(&[u64::MAX - 1], u64::MAX);
        assert!(nearly.starts_with("seats: 1 member weighs"), "{nearly}");
        assert!(nearly.contains("99.9 %"), "{nearly}");
        assert!(said(&[u64::MAX; 90], 1).contains('%'));
    }
}
