//! The seals in memory: by height, and of each member the heights at which they are held.
//!
//! What it guarantees: a question costs by what is found, and not by how many heights are held.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_ledger::Height;
use nemcon_ledger::durable::Seal;
use nemcon_ledger::text::Code;

/// Seals by height, then by member.
#[derive(Debug, Default)]
pub(super) struct Held {
    seals: BTreeMap<Height, BTreeMap<Code, Seal>>,
    heights: BTreeMap<Code, BTreeSet<Height>>,
}

impl Held {
    pub(super) fn insert(&mut self, height: Height, code: &Code, seal: Seal) {
        self.seals.entry(height).or_default().insert(code.clone(), seal);
        self.heights.entry(code.clone()).or_default().insert(height);
    }

    /// All seals of one height.
    pub(super) fn at(&self, height: Height) -> Option<&BTreeMap<Code, Seal>> {
        self.seals.get(&height)
    }

    pub(super) fn has(&self, height: Height, code: &Code) -> bool {
        self.seals.get(&height).is_some_and(|at| at.contains_key(code))
    }

    /// The newest seal of a member.
    pub(super) fn newest_of(&self, code: &Code) -> Option<&Seal> {
        let newest = self.heights.get(code)?.last()?;
        self.seals.get(newest)?.get(code)
    }

    /// The seals of a member from `first` to `last`, oldest first.
    pub(super) fn of<'a>(
        &'a self,
        code: &'a Code,
        first: Height,
        last: Height,
    ) -> impl Iterator<Item = &'a Seal> {
        let heights = self.heights.get(code).filter(|_| first <= last);
        let heights = heights.into_iter().flat_map(move |heights| heights.range(first..=last));
        heights.filter_map(|height| self.seals.get(height)?.get(code))
    }

    /// The newest height from `first` to `last` that every one of `codes` has sealed.
    pub(super) fn newest_of_all(
        &self,
        codes: &[&Code],
        first: Height,
        last: Height,
    ) -> Option<Height> {
        let mut newest = last;
        while first <= newest {
            let before = newest;
            for code in codes {
                newest = *self.heights.get(*code)?.range(first..=newest).next_back()?;
            }
            if newest == before {
                return Some(newest);
            }
        }
        None
    }

    /// The oldest height of which something is held.
    pub(super) fn oldest(&self) -> Option<Height> {
        self.seals.keys().next().copied()
    }

    /// Drops what is below `first`.
    pub(super) fn drop_below(&mut self, first: Height) {
        self.seals = self.seals.split_off(&first);
        for heights in self.heights.values_mut() {
            *heights = heights.split_off(&first);
        }
        self.heights.retain(|_, heights| !heights.is_empty());
    }

    /// Drops what is at `last` or below it, but for the height `kept`.
    pub(super) fn drop_to(&mut self, last: Height, kept: Height) {
        let old: Vec<_> = self.seals.extract_if(..=last, |height, _| *height != kept).collect();
        for (height, at) in old {
            for code in at.keys() {
                let Some(heights) = self.heights.get_mut(code) else { continue };
                heights.remove(&height);
                if heights.is_empty() {
                    self.heights.remove(code);
                }
            }
        }
    }

    #[cfg(test)]
    pub(super) fn heights(&self) -> impl Iterator<Item = Height> {
        self.seals.keys().copied()
    }

    /// How many heights are noted of a member.
    #[cfg(test)]
    pub(super) fn noted(&self, code: &Code) -> usize {
        self.heights.get(code).map_or(0, BTreeSet::len)
    }
}
