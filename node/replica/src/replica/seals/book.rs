//! The seals in memory, judged by what they sign, by the roster of their size.
//!
//! What it guarantees: a seal is kept only if its signature holds; what is kept is bounded by
//! [`SEAL_HEIGHTS_MAX`] heights, [`CONFLICTS_MAX`] conflicting seals, and the seals that come early.

use std::collections::BTreeMap;

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::cosignature::{Cosignature, cosign, verify_cosignature};
use nemcon_crypto::{Digest, SecretKey, TreeSize};
use nemcon_ledger::durable::Seal;
use nemcon_ledger::record::{Genesis, Member};
use nemcon_ledger::text::Code;
use nemcon_ledger::{Height, Rosters};

use super::super::api::Misdeed;
use super::super::boundaries::{Boundaries, Boundary};
use super::early::Early;
use super::held::Held;

/// How many heights below the chain's end seals are held for while some member's are lacking; a
/// member that was absent for more of them is met at a later size. With 27 members this is about
/// 100 MB at most.
pub const SEAL_HEIGHTS_MAX: u64 = 16_384;

/// How many seals that conflict with the ledger are remembered.
const CONFLICTS_MAX: usize = 180;

/// Seals in memory: those of the newest boundary that all have sealed, and of all above it.
pub struct SealBook {
    pub(super) council: Digest,
    pub(super) origin: String,
    pub(super) boundaries: Boundaries,
    pub(super) seals: Held,
    /// Seals above the chain's end.
    pub(super) early: Early,
    /// Seals of members whose tree head is not the ledger's.
    pub(super) conflicts: BTreeMap<Height, BTreeMap<Code, Seal>>,
    pub(super) sealed_by_all: Height,
    /// Of each member whose seals were taken: a height up to which none is lacking.
    pub(super) reached: BTreeMap<Code, Height>,
    heights_max: u64,
}

/// What came of a seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is new and belongs in the journal.
    New,
    /// It is new, and with it every member has sealed this height.
    Completes(Height),
    /// It is known, or not needed any more.
    Passed,
    /// It is of a size that the chain has not reached.
    Early,
}

impl SealBook {
    /// A book without seals, for a chain with these boundaries.
    pub fn new(genesis: &Genesis, boundaries: Vec<Boundary>) -> Self {
        Self {
            council: genesis.digest(),
            origin: genesis.checkpoint_origin(),
            boundaries: Boundaries::new(boundaries),
            seals: Held::default(),
            early: Early::default(),
            conflicts: BTreeMap::new(),
            sealed_by_all: Height(0),
            reached: BTreeMap::new(),
            heights_max: u64::MAX,
        }
    }

    /// From now on holds seals of this many heights, [`SEAL_HEIGHTS_MAX`]. Not before those on the
    /// disk were taken: the newest height that all have sealed may lie below.
    pub(in crate::replica) fn hold_at_most(&mut self, heights: u64) {
        self.heights_max = heights;
        self.drop_old();
    }

    /// Where the blocks of the own chain end.
    pub(in crate::replica) const fn boundaries(&self) -> &Boundaries {
        &self.boundaries
    }

    /// The boundary at `height`.
    pub(in crate::replica) fn boundary(&self, height: Height) -> Option<Boundary> {
        self.boundaries.at(height)
    }

    /// The newest height that every member has sealed; 0 if there is none.
    pub(in crate::replica) const fn sealed_by_all(&self) -> Height {
        self.sealed_by_all
    }

    /// The chain has a new boundary; returns the seals that came early and are due now.
    pub fn extend(&mut self, boundary: Boundary) -> Vec<Seal> {
        self.boundaries.push(boundary);
        self.drop_old();
        self.early.take_to(boundary.size)
    }

    /// The checkpoint at a boundary.
    pub(in crate::replica) fn checkpoint(&self, boundary: Boundary) -> Checkpoint {
        Checkpoint::new(&self.origin, boundary.size, boundary.root)
            .expect("the council's origin is a line")
    }

    /// This node's seal of the boundary at `height`.
    pub(in crate::replica) fn make(
        &self,
        height: Height,
        member: &str,
        time_s: u64,
        key: &SecretKey,
    ) -> Seal {
        let boundary = self.boundary(height).expect("only boundaries of the chain are sealed");
        let cosignature = cosign(&self.checkpoint(boundary), time_s, key)
            .expect("the clock's seconds are below the limit");
        Seal {
            size: boundary.size,
            root: boundary.root,
            member: member.to_owned(),
            time_s,
            signature: *cosignature.signature(),
        }
    }

    /// Judges a seal by the roster of its size, and keeps it.
    ///
    /// # Errors
    /// [`Misdeed`]: what its member has done wrong.
    pub fn take(&mut self, rosters: &Rosters, seal: &Seal) -> Result<Taken, Misdeed> {
        self.judge(rosters, seal, Self::verify)
    }

    /// As [`Self::take`], for a seal of the own journal: it was verified before it was written, and its
    /// signature is not verified again.
    pub(in crate::replica) fn take_journaled(
        &mut self,
        rosters: &Rosters,
        seal: &Seal,
    ) -> Result<Taken, Misdeed> {
        self.judge(rosters, seal, |_, _, _| Ok(()))
    }

    fn judge(
        &mut self,
        rosters: &Rosters,
        seal: &Seal,
        verify: fn(&Self, &Member, &Seal) -> Result<(), Misdeed>,
    ) -> Result<Taken, Misdeed> {
        let roster = rosters.sealing(seal.size);
        let member = roster.members.iter().find(|member| member.code.as_str() == seal.member);
        if self.is_early(seal) {
            self.hold_early(member, seal);
            return Ok(Taken::Early);
        }
        let member = member.ok_or(Misdeed::Seal)?;
        let height = self.height_of(seal);
        let is_held = |height: Height| self.seals.has(height, &member.code);
        if self.is_old(seal.size) || height.is_some_and(is_held) {
            return Ok(Taken::Passed);
        }
        verify(self, member, seal)?;
        let Some(height) = height else {
            self.note_conflict(member, seal);
            return Err(Misdeed::ConflictingSeal);
        };
        self.seals.insert(height, &member.code, seal.clone());
        let sealed_by = self.seals.at(height).map_or(0, BTreeMap::len);
        let completes = sealed_by >= roster.members.len() && height > self.sealed_by_all;
        if completes {
            self.sealed_by_all = height;
            self.seals.drop_below(height);
        }
        self.reached.insert(member.code.clone(), self.sealed_to(rosters, &member.code));
        Ok(if completes { Taken::Completes(height) } else { Taken::New })
    }

    /// Whether the chain has not reached the seal's size.
    pub(in crate::replica) fn is_early(&self, seal: &Seal) -> bool {
        seal.size > self.boundaries.size()
    }

    /// The height that the seal seals; none where the own chain has no such tree at a block's end.
    pub(in crate::replica) fn height_of(&self, seal: &Seal) -> Option<Height> {
        let height = self.boundaries.ending_at(seal.size)?;
        self.boundary(height).is_some_and(|boundary| boundary.root == seal.root).then_some(height)
    }

    /// Whether nothing of this size is held or lacking any more.
    fn is_old(&self, size: TreeSize) -> bool {
        let size_at = |height| self.boundaries.size_at(height);
        let sealed = size_at(self.sealed_by_all);
        size < sealed || (size != sealed && size <= size_at(self.floor()))
    }

    /// All seals held of one boundary.
    pub(in crate::replica) fn at(&self, height: Height) -> Vec<Seal> {
        self.seals.at(height).into_iter().flat_map(|at| at.values().cloned()).collect()
    }

    /// The seal of `member` at `height`.
    pub(in crate::replica) fn of_member(&self, height: Height, member: &str) -> Option<Seal> {
        self.seals.at(height)?.values().find(|seal| seal.member == member).cloned()
    }

    /// Whether the own chain has another tree at this seal's size, or another seal of its member
    /// there is held.
    pub(in crate::replica) fn is_another(&self, seal: &Seal) -> bool {
        let held = |height| self.of_member(height, &seal.member);
        self.height_of(seal).is_none_or(|height| held(height).is_some_and(|held| held != *seal))
    }

    /// Whether its member has signed it, by the roster of its size.
    pub fn is_genuine(&self, rosters: &Rosters, seal: &Seal) -> bool {
        let mut members = rosters.sealing(seal.size).members.iter();
        let member = members.find(|member| member.code.as_str() == seal.member);
        member.is_some_and(|member| self.verify(member, seal).is_ok())
    }

    fn verify(&self, member: &Member, seal: &Seal) -> Result<(), Misdeed> {
        let said =
            Checkpoint::new(&self.origin, seal.size, seal.root).map_err(|_| Misdeed::Seal)?;
        let cosignature =
            Cosignature::new(seal.time_s, seal.signature).map_err(|_| Misdeed::Seal)?;
        verify_cosignature(&member.seal, &said, &cosignature).map_err(|_| Misdeed::Seal)
    }

    /// Up to here no seals are held or lacking, but those of the newest height that all have sealed.
    pub(super) fn floor(&self) -> Height {
        Height(self.boundaries.top().0.saturating_sub(self.heights_max))
    }

    fn drop_old(&mut self) {
        self.seals.drop_to(self.floor(), self.sealed_by_all);
    }

    fn hold_early(&mut self, member: Option<&Member>, seal: &Seal) {
        let Some(member) = member else { return };
        if self.early.has_room(&member.code, seal.size) && self.verify(member, seal).is_ok() {
            self.early.hold(&member.code, seal);
        }
    }

    /// Remembers a seal of another tree than the ledger's. Where no block ends at its size there is
    /// no tree head that others have sealed: it is counted, and convicts nobody.
    fn note_conflict(&mut self, member: &Member, seal: &Seal) {
        let known: usize = self.conflicts.values().map(BTreeMap::len).sum();
        if let Some(height) = self.boundaries.ending_at(seal.size)
            && known < CONFLICTS_MAX
        {
            let at = self.conflicts.entry(height).or_default();
            at.insert(member.code.clone(), seal.clone());
        }
    }

    /// Goes on from what is known: a member that keeps up costs no walk over all that is held.
    pub(super) fn sealed_to(&self, rosters: &Rosters, code: &Code) -> Height {
        let top = self.boundaries.top();
        let reached = self.reached.get(code).copied().unwrap_or_default();
        let mut height = self.sealed_by_all.max(self.floor()).max(reached);
        while height < top {
            let next = height.next();
            if self.seals.has(next, code) {
                height = next;
            } else if rosters.at(next).member(code).is_some() {
                break;
            } else {
                // It owes none as long as this roster decides.
                height = rosters.decides_to(next).unwrap_or(top).min(top);
            }
        }
        height
    }
}
