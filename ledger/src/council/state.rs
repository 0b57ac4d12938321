//! The state of a council, and how it is read. Every part of the law works on this one state.

use std::collections::BTreeSet;
use std::sync::Arc;

use nemcon_crypto::{Digest, LeafIndex};
use serde::{Deserialize, Serialize};

use super::incident::IncidentState;
use super::lists::Lists;
use super::maps::Map;
use super::measure::MeasureState;
use super::numbers::Numbers;
use super::page::Page;
use super::parties::Parties;
use super::room::Days;
use crate::record::{Genesis, Officer, Package, Roster};
use crate::text::{Code, Time};

/// The state of a council after a prefix of its ledger.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Council {
    #[serde(with = "crate::codec::shared")]
    pub(super) genesis: Arc<Genesis>,
    pub(super) digest: Digest,
    #[serde(with = "crate::codec::shared")]
    pub(super) roster: Arc<Roster>,
    pub(super) roster_digest: Digest,
    pub(super) next_leaf: LeafIndex,
    /// Copies of the council share whatever they have in common, here and in all that grows with the
    /// ledger: a copy costs the same at every length, a change what it changes.
    #[serde(with = "super::laws")]
    pub(super) measures: Map<u64, MeasureState>,
    pub(super) open: BTreeSet<u64>,
    pub(super) by_text: Map<Digest, u64>,
    /// How many measures, incidents and decisions there are; the next numbers follow.
    pub(super) numbers: Numbers,
    /// The measures of each package, by its text hash.
    pub(super) packages: Map<Digest, Package>,
    pub(super) lists: Lists,
    pub(super) incidents: Map<u64, IncidentState>,
    /// What is known of members beside the roster.
    pub(super) seats: Parties,
    /// The leaf hash of the last statement that each party made of itself.
    pub(super) own: Map<Code, Digest>,
    /// What parties have taken up of the day under way.
    pub(super) days: Days,
    /// The block under way.
    pub(super) page: Page,
    /// Open measures that nothing can decide any more; the next block ends them.
    pub(super) undecidable: BTreeSet<u64>,
    /// Whether measures can be adopted that the last block had no room to decide.
    pub(super) is_adopting: bool,
}

impl Council {
    /// The council as its genesis founds it; the genesis is leaf 0.
    pub fn new(genesis: Genesis) -> Self {
        Self {
            digest: genesis.digest(),
            roster: Arc::new(genesis.roster.clone()),
            roster_digest: genesis.roster.digest(),
            seats: Parties::found(&genesis),
            genesis: Arc::new(genesis),
            next_leaf: LeafIndex(1),
            measures: Map::default(),
            open: BTreeSet::new(),
            by_text: Map::default(),
            numbers: Numbers::default(),
            packages: Map::default(),
            lists: Lists::default(),
            incidents: Map::default(),
            own: Map::default(),
            days: Days::default(),
            page: Page::default(),
            undecidable: BTreeSet::new(),
            is_adopting: false,
        }
    }

    /// The genesis.
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// The council digest.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The roster that decides the next block [rules.md R13].
    pub const fn roster(&self) -> &Arc<Roster> {
        &self.roster
    }

    /// Its digest.
    pub const fn roster_digest(&self) -> Digest {
        self.roster_digest
    }

    /// The officers of a member or participant as they stand, and how many of them must sign.
    pub fn signers(&self, code: &Code) -> Option<(usize, &[Officer])> {
        let member = self.roster.member(code);
        member
            .map(|member| (member.threshold, &member.officers[..]))
            .or_else(|| self.participant(code).map(|party| (party.threshold, &party.officers[..])))
    }

    /// The index that the next leaf gets.
    pub const fn next_leaf(&self) -> LeafIndex {
        self.next_leaf
    }

    /// The time of the block under way, or of the last one.
    pub(crate) const fn time(&self) -> Time {
        self.page.time
    }

    /// The measure of this number.
    pub fn measure(&self, number: u64) -> Option<&MeasureState> {
        self.measures.get(&number)
    }

    /// All measures, by number.
    pub fn measures(&self) -> impl DoubleEndedIterator<Item = &MeasureState> {
        self.measures.values()
    }

    /// The number of the measure with this text.
    pub fn measure_by_text(&self, text_hash: &Digest) -> Option<u64> {
        self.by_text.get(text_hash).copied()
    }

    /// The package that a measure is adopted in.
    pub fn package_of(&self, state: &MeasureState) -> Option<&Package> {
        state.package.and_then(|hash| self.packages.get(&hash))
    }

    /// The measures that share this one's fate, itself among them.
    pub(super) fn bound_to(&self, state: &MeasureState) -> Vec<u64> {
        self.package_of(state).map_or_else(
            || vec![state.number],
            |package| package.measures.iter().map(|cited| cited.number).collect(),
        )
    }

    /// The incident of this number.
    pub fn incident(&self, number: u64) -> Option<&IncidentState> {
        self.incidents.get(&number)
    }

    /// All incidents, by number.
    pub fn incidents(&self) -> impl DoubleEndedIterator<Item = &IncidentState> {
        self.incidents.values()
    }

    pub(super) fn is_member(&self, code: &Code) -> bool {
        self.roster.member(code).is_some()
    }
}
