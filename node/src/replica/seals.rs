//! Seals: who has sealed which block boundary, and the newest that all have.

use std::collections::BTreeMap;

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::cosignature::{Cosignature, cosign, verify_cosignature};
use nemcon_crypto::note::{SignatureLine, SignedNote, sign_note};
use nemcon_crypto::{Digest, SecretKey, TreeSize};
use nemcon_ledger::journal::Seal;
use nemcon_ledger::record::Genesis;
use nemcon_ledger::record::roster::{log_vkey, seal_vkey};
use nemcon_ledger::{Chain, Height};

use super::api::Misdeed;
use crate::evidence::{self, Evidence, Proof};

/// How many heights beyond the chain seals are held for: a peer may be a moment ahead.
const HEIGHTS_AHEAD_MAX: u64 = 4;

/// How many heights below the chain's end seals are held for while some member's are lacking; a
/// member that was absent for more of them is met at a later size. With 27 members this is about
/// 100 MB at most.
pub const SEAL_HEIGHTS_MAX: u64 = 16_384;

/// How many seals that conflict with the ledger are remembered.
const CONFLICTS_MAX: usize = 180;

/// The tree at a block's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// The number of leaves.
    pub size: TreeSize,
    /// The tree's root.
    pub root: Digest,
    /// The block's id.
    pub id: Digest,
}

impl Boundary {
    /// The boundary that `chain` stands at.
    pub fn of(chain: &Chain) -> Self {
        Self { size: chain.size(), root: chain.root(), id: chain.previous() }
    }
}

/// Seals in memory: those of the newest boundary that all have sealed, and of all above it.
pub(crate) struct SealBook {
    origin: String,
    boundaries: Vec<Boundary>,
    /// By height, then by position in the roster.
    seals: BTreeMap<Height, BTreeMap<usize, Seal>>,
    /// Seals of heights that the chain has not reached, not yet judged.
    early: BTreeMap<(Height, usize), Seal>,
    /// Seals of members, by position, whose tree head is not the ledger's.
    conflicts: BTreeMap<(Height, usize), Seal>,
    sealed_by_all: Height,
    heights_max: u64,
}

/// What came of a seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is new and belongs in the journal.
    New,
    /// It is new, and with it every member has sealed its height.
    Completes,
    /// It is known, not needed any more, or too early.
    Passed,
}

impl SealBook {
    pub(crate) fn new(genesis: &Genesis, boundaries: Vec<Boundary>) -> Self {
        Self {
            origin: genesis.checkpoint_origin(),
            boundaries,
            seals: BTreeMap::new(),
            early: BTreeMap::new(),
            conflicts: BTreeMap::new(),
            sealed_by_all: Height(0),
            heights_max: u64::MAX,
        }
    }

    /// From now on holds seals of this many heights, [`SEAL_HEIGHTS_MAX`]. Not before those on the
    /// disk were taken: the newest height that all have sealed may lie below.
    pub(super) fn hold_at_most(&mut self, heights: u64) {
        self.heights_max = heights;
        self.drop_old();
    }

    /// The boundary at `height`.
    pub(super) fn boundary(&self, height: Height) -> Option<Boundary> {
        let at = usize::try_from(height.0.checked_sub(1)?).ok()?;
        self.boundaries.get(at).copied()
    }

    /// The newest height that every member has sealed; 0 if there is none.
    pub(super) const fn sealed_by_all(&self) -> Height {
        self.sealed_by_all
    }

    /// The chain has a new boundary; returns the seals that came early for it.
    pub(crate) fn extend(&mut self, boundary: Boundary) -> Vec<Seal> {
        self.boundaries.push(boundary);
        let height = Height(self.boundaries.len() as u64);
        self.drop_old();
        let later = self.early.split_off(&(height.next(), 0));
        core::mem::replace(&mut self.early, later)
            .into_iter()
            .filter(|((at, _), _)| *at == height)
            .map(|(_, seal)| seal)
            .collect()
    }

    /// The checkpoint at a boundary.
    pub(super) fn checkpoint(&self, boundary: Boundary) -> Checkpoint {
        Checkpoint::new(&self.origin, boundary.size, boundary.root)
            .expect("the council's origin is a line")
    }

    /// This node's seal of the boundary at `height`.
    pub(super) fn make(&self, height: Height, member: &str, time_s: u64, key: &SecretKey) -> Seal {
        let boundary = self.boundary(height).expect("only boundaries of the chain are sealed");
        let cosignature = cosign(&self.checkpoint(boundary), time_s, key)
            .expect("the clock's seconds are below the limit");
        Seal {
            height,
            size: boundary.size,
            root: boundary.root,
            member: member.to_owned(),
            time_s,
            signature: *cosignature.signature(),
        }
    }

    /// Judges a seal and keeps it.
    pub(crate) fn take(&mut self, genesis: &Genesis, seal: &Seal) -> Result<Taken, Misdeed> {
        let mut members = genesis.roster.members.iter();
        let position =
            members.position(|member| member.code.as_str() == seal.member).ok_or(Misdeed::Seal)?;
        let top = Height(self.boundaries.len() as u64);
        if seal.height > top {
            return self.take_early(genesis, position, top, seal);
        }
        let boundary = self.boundary(seal.height).ok_or(Misdeed::Seal)?;
        let is_same = (seal.size, seal.root) == (boundary.size, boundary.root);
        let held = self.seals.get(&seal.height).is_some_and(|at| at.contains_key(&position));
        let is_old = seal.height < self.sealed_by_all
            || (seal.height != self.sealed_by_all && seal.height <= self.floor());
        if is_old || (held && is_same) {
            return Ok(Taken::Passed);
        }
        self.verify(genesis, position, seal)?;
        if !is_same {
            if seal.size == boundary.size && self.conflicts.len() < CONFLICTS_MAX {
                self.conflicts.insert((seal.height, position), seal.clone());
            }
            return Err(Misdeed::ConflictingSeal);
        }
        let at = self.seals.entry(seal.height).or_default();
        at.insert(position, seal.clone());
        if at.len() < genesis.roster.members.len() || seal.height <= self.sealed_by_all {
            return Ok(Taken::New);
        }
        self.sealed_by_all = seal.height;
        self.seals = self.seals.split_off(&seal.height);
        Ok(Taken::Completes)
    }

    /// Holds a seal of a height that the chain is about to reach. It is verified now, while it is
    /// known who brought it; the first of a member counts.
    fn take_early(
        &mut self,
        genesis: &Genesis,
        position: usize,
        top: Height,
        seal: &Seal,
    ) -> Result<Taken, Misdeed> {
        let place = (seal.height, position);
        if seal.height.0 - top.0 <= HEIGHTS_AHEAD_MAX && !self.early.contains_key(&place) {
            self.verify(genesis, position, seal)?;
            self.early.insert(place, seal.clone());
        }
        Ok(Taken::Passed)
    }

    fn verify(&self, genesis: &Genesis, position: usize, seal: &Seal) -> Result<(), Misdeed> {
        let key = genesis.roster.members[position].seal;
        let said =
            Checkpoint::new(&self.origin, seal.size, seal.root).map_err(|_| Misdeed::Seal)?;
        let cosignature =
            Cosignature::new(seal.time_s, seal.signature).map_err(|_| Misdeed::Seal)?;
        verify_cosignature(&key, &said, &cosignature).map_err(|_| Misdeed::Seal)
    }

    /// How many members have sealed another tree head than the ledger's at `height`.
    pub(super) fn conflicting(&self, height: Height) -> usize {
        self.conflicts.range((height, 0)..(height.next(), 0)).count()
    }

    /// What convicts the members whose seals at `height` conflict with the ledger: their own other
    /// seal, or those of more than f others.
    pub(super) fn convictions(&self, genesis: &Genesis, height: Height) -> Vec<Evidence> {
        let conflicts = self.conflicts.range((height, 0)..(height.next(), 0));
        conflicts
            .filter_map(|((_, position), seal)| self.conviction(genesis, *position, seal))
            .collect()
    }

    fn conviction(&self, genesis: &Genesis, position: usize, seal: &Seal) -> Option<Evidence> {
        let head = self.checkpoint(self.boundary(seal.height)?);
        let said = Checkpoint::new(&self.origin, seal.size, seal.root).ok()?;
        let forked = evidence::seal_message(&said, seal);
        let sealed = self.seals.get(&seal.height)?;
        let proof = if let Some(own) = sealed.get(&position) {
            Proof::DoubleSeal(evidence::seal_message(&head, own), forked)
        } else if sealed.len() > genesis.roster.faults_max() {
            let witnesses = sealed.iter().map(|(at, seal)| {
                let blob = Cosignature::new(seal.time_s, seal.signature).map(|c| c.encode());
                let blob = blob.expect("verified when it was taken").to_vec();
                (genesis.roster.members[*at].code.clone(), blob)
            });
            let head = head.render().into_bytes();
            Proof::ForkedSeal { seal: forked, head, witnesses: witnesses.collect() }
        } else {
            return None;
        };
        let member = genesis.roster.members[position].code.clone();
        Some(Evidence { council: genesis.digest(), member, proof })
    }

    /// Up to here no seals are held or lacking, but those of the newest height that all have sealed.
    fn floor(&self) -> Height {
        Height((self.boundaries.len() as u64).saturating_sub(self.heights_max))
    }

    fn drop_old(&mut self) {
        let (floor, kept) = (self.floor(), self.sealed_by_all);
        let old = ..=floor;
        self.seals.extract_if(old, |height, _| *height != kept).for_each(drop);
    }

    /// For each member: the height up to which its seals are held without a gap.
    pub(crate) fn standing(&self, members: usize) -> Vec<Height> {
        (0..members).map(|position| self.sealed_to(position)).collect()
    }

    fn sealed_to(&self, position: usize) -> Height {
        let mut height = self.sealed_by_all.max(self.floor());
        while self.seals.get(&height.next()).is_some_and(|at| at.contains_key(&position)) {
            height = height.next();
        }
        height
    }

    /// Whether some boundary lacks a seal.
    pub(super) fn is_lacking(&self) -> bool {
        self.sealed_by_all.0 < self.boundaries.len() as u64
    }

    /// Seals that a peer at `top` with this standing lacks, oldest first, at most `max`; it could not
    /// judge those of heights that it has not reached.
    pub(super) fn lacking(&self, top: Height, standing: &[Height], max: usize) -> Vec<Seal> {
        self.seals
            .range(..=top)
            .flat_map(|(height, at)| {
                at.iter().map(move |(position, seal)| (height, position, seal))
            })
            .filter(|(height, position, _)| standing.get(**position).is_some_and(|to| *height > to))
            .map(|(_, _, seal)| seal.clone())
            .take(max)
            .collect()
    }

    /// The checkpoint that every member has sealed, with `log_key`'s signature as the log and all
    /// seals in roster order [C2SP tlog-checkpoint].
    pub(super) fn sealed_checkpoint(
        &self,
        genesis: &Genesis,
        log_key: &SecretKey,
    ) -> Option<(Height, Checkpoint, SignedNote)> {
        let height = self.sealed_by_all;
        let checkpoint = self.checkpoint(self.boundary(height)?);
        let text = checkpoint.render();
        let me = genesis.roster.members.iter().find(|m| m.node == log_key.public())?;
        let log_line = sign_note(&text, &log_vkey(&self.origin, me).name, log_key)
            .expect("a checkpoint is a note's text");
        let mut lines = vec![log_line];
        for (position, seal) in self.seals.get(&height)? {
            let member = &genesis.roster.members[*position];
            lines.push(seal_line(genesis, member, seal));
        }
        let note = SignedNote::new(text, lines).expect("91 lines at most");
        Some((height, checkpoint, note))
    }
}

fn seal_line(
    genesis: &Genesis,
    member: &nemcon_ledger::record::Member,
    seal: &Seal,
) -> SignatureLine {
    let vkey = seal_vkey(&genesis.origin, member);
    Cosignature::new(seal.time_s, seal.signature)
        .expect("verified when it was taken")
        .line(&vkey.name, &member.seal)
        .expect("a seal's line is never empty")
}

#[cfg(test)]
mod tests;
