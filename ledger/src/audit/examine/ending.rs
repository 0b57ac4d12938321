//! Compares how measures end in a block with how the law ends them.

use super::{Examiner, Leaf};
use crate::audit::derived::{Alone, Difference, difference, missing, unfounded};
use crate::audit::faults::{Derivation, Wrong};
use crate::audit::taint::Subjects;
use crate::chain::Walk;
use crate::council::Derived;

impl Examiner<'_> {
    /// Compares what the block derives with what the law derives, `due` of it before its statements.
    pub(super) fn endings(&mut self, walk: &Walk, leaves: &[Leaf], law: &[Derived], due: usize) {
        let mut found: Vec<(usize, &Derived)> = Vec::new();
        for (at, leaf) in leaves.iter().enumerate() {
            if let Leaf::Derived(derived) = leaf {
                found.push((at, derived));
            }
        }
        let law = numbered_as(law, &found, walk);
        let pairs: Vec<_> = law
            .iter()
            .map(|law| {
                let same = found.iter().position(|(_, it)| it.measure() == law.measure());
                (law, same.map(|same| found.remove(same)))
            })
            .collect();
        self.places(leaves, &pairs, due);
        for (law, there) in pairs {
            let differs = match there {
                None => Some((leaves.len(), missing(law, walk.council()))),
                Some((at, derived)) => {
                    difference(derived, law, walk.council()).map(|difference| (at, difference))
                }
            };
            match differs {
                None => self.decisions += u64::from(law.derivation() == Derivation::Decision),
                Some((at, difference)) => self.ending(walk, at, law.measure(), difference),
            }
        }
        for (at, derived) in found {
            let difference = unfounded(derived, walk.council());
            self.ending(walk, at, derived.measure(), difference);
        }
    }

    /// Notes that a measure does not end as the law says.
    fn ending(&mut self, walk: &Walk, at: usize, number: u64, difference: Difference) {
        let Difference { wrong, parties, alone } = difference;
        let subjects = Subjects::of_ending(walk.council(), number, parties);
        let because = self.taints.excuse(&subjects).or_else(|| match alone? {
            Alone::Places => self.taints.of_tree(),
            Alone::Number => self.taints.of_decisions(),
            Alone::Roster => self.taints.of_roster(),
            Alone::Close => self.taints.of_speakers(),
        });
        self.find(at, wrong, because);
        let leaf = because.unwrap_or_else(|| self.leaf(at));
        self.taints.spoil_ending(walk.council(), number, leaf);
    }

    /// What is derived stands in the law's order: before the statements, or behind them.
    fn places(
        &mut self,
        leaves: &[Leaf],
        pairs: &[(&Derived, Option<(usize, &Derived)>)],
        due: usize,
    ) {
        let is_statement = |leaf: &Leaf| matches!(leaf, Leaf::Statement(_));
        let first = leaves.iter().position(is_statement).unwrap_or(leaves.len());
        let last = leaves.iter().rposition(is_statement).map_or(0, |at| at + 1);
        let mut before = None;
        for (nth, (_, there)) in pairs.iter().enumerate() {
            let Some((at, derived)) = *there else { continue };
            let is_placed = if nth < due { at < first } else { at >= last };
            if !is_placed || before.is_some_and(|before| at < before) {
                let wrong = Wrong::Misplaced(derived.derivation().as_str());
                self.find(at, wrong, self.taints.of_all());
                self.taints.spoil_tree(self.leaf(at));
            }
            before = Some(at);
        }
    }
}

/// The records that the law derives, with the decisions numbered as the block numbers them.
fn numbered_as(law: &[Derived], found: &[(usize, &Derived)], walk: &Walk) -> Vec<Derived> {
    let before = walk.decisions_before();
    let decisions: Vec<u64> = found
        .iter()
        .filter(|(_, it)| it.derivation() == Derivation::Decision)
        .map(|(_, it)| it.measure())
        .collect();
    let mut law = law.to_vec();
    for derived in &mut law {
        if let Derived::Decision(decision) = derived
            && let Some(nth) = decisions.iter().position(|number| *number == decision.measure)
        {
            decision.number = before + nth as u64 + 1;
        }
    }
    law
}
