//! Seals: who has sealed which block boundary, and the newest that all have.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::cosignature::{Cosignature, cosign, verify_cosignature};
use nemcon_crypto::note::{SignatureLine, SignedNote, sign_note};
use nemcon_crypto::{Digest, SecretKey, TreeSize};
use nemcon_ledger::journal::Seal;
use nemcon_ledger::record::roster::{log_vkey, seal_vkey};
use nemcon_ledger::record::{Genesis, Member};
use nemcon_ledger::text::Code;
use nemcon_ledger::{Chain, Height, Rosters};

use super::api::Misdeed;
use crate::evidence::{self, Evidence, Proof};
use crate::keyring::Keyring;

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
    council: Digest,
    origin: String,
    boundaries: Vec<Boundary>,
    /// By height, then by member.
    seals: BTreeMap<Height, BTreeMap<Code, Seal>>,
    /// Seals of heights that the chain has not reached, not yet judged.
    early: BTreeMap<Height, BTreeMap<Code, Seal>>,
    /// Seals of members whose tree head is not the ledger's.
    conflicts: BTreeMap<Height, BTreeMap<Code, Seal>>,
    sealed_by_all: Height,
    /// Of each member whose seals were taken: a height up to which none is lacking.
    reached: BTreeMap<Code, Height>,
    heights_max: u64,
}

/// What came of a seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is new and belongs in the journal.
    New,
    /// It is new, and with it every member has sealed its height.
    Completes,
    /// It is known, or not needed any more.
    Passed,
    /// It is of a height that the chain has not reached.
    Early,
}

impl SealBook {
    pub(crate) fn new(genesis: &Genesis, boundaries: Vec<Boundary>) -> Self {
        Self {
            council: genesis.digest(),
            origin: genesis.checkpoint_origin(),
            boundaries,
            seals: BTreeMap::new(),
            early: BTreeMap::new(),
            conflicts: BTreeMap::new(),
            sealed_by_all: Height(0),
            reached: BTreeMap::new(),
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
        self.early = self.early.split_off(&height);
        self.early.remove(&height).unwrap_or_default().into_values().collect()
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

    /// Judges a seal by the roster of its height, and keeps it.
    pub(crate) fn take(&mut self, rosters: &Rosters, seal: &Seal) -> Result<Taken, Misdeed> {
        let roster = rosters.at(seal.height);
        let member = roster.members.iter().find(|member| member.code.as_str() == seal.member);
        let top = Height(self.boundaries.len() as u64);
        if seal.height > top {
            return self.take_early(member, top, seal);
        }
        let member = member.ok_or(Misdeed::Seal)?;
        let boundary = self.boundary(seal.height).ok_or(Misdeed::Seal)?;
        let is_same = (seal.size, seal.root) == (boundary.size, boundary.root);
        let held = self.seals.get(&seal.height).is_some_and(|at| at.contains_key(&member.code));
        let is_old = seal.height < self.sealed_by_all
            || (seal.height != self.sealed_by_all && seal.height <= self.floor());
        if is_old || (held && is_same) {
            return Ok(Taken::Passed);
        }
        self.verify(member, seal)?;
        if !is_same {
            self.note_conflict(member, boundary, seal);
            return Err(Misdeed::ConflictingSeal);
        }
        let at = self.seals.entry(seal.height).or_default();
        at.insert(member.code.clone(), seal.clone());
        let completes = at.len() >= roster.members.len() && seal.height > self.sealed_by_all;
        if completes {
            self.sealed_by_all = seal.height;
            self.seals = self.seals.split_off(&seal.height);
        }
        self.reached.insert(member.code.clone(), self.sealed_to(rosters, &member.code));
        Ok(if completes { Taken::Completes } else { Taken::New })
    }

    /// Holds a seal of a height that the chain is about to reach. It is verified now, while it is
    /// known who brought it; the first of a member counts. Beyond the next height the roster may be
    /// another: a seal that does not verify there is not held, and nobody is to blame.
    fn take_early(
        &mut self,
        member: Option<&Member>,
        top: Height,
        seal: &Seal,
    ) -> Result<Taken, Misdeed> {
        let is_near = seal.height.0 - top.0 <= HEIGHTS_AHEAD_MAX;
        let at = self.early.get(&seal.height);
        if !is_near || member.is_some_and(|it| at.is_some_and(|at| at.contains_key(&it.code))) {
            return Ok(Taken::Early);
        }
        match member.filter(|member| self.verify(member, seal).is_ok()) {
            Some(member) => {
                let at = self.early.entry(seal.height).or_default();
                at.insert(member.code.clone(), seal.clone());
            }
            None if seal.height == top.next() => return Err(Misdeed::Seal),
            None => {}
        }
        Ok(Taken::Early)
    }

    /// The newest seal of this member that is held.
    pub(super) fn newest_of(&self, member: &Code) -> Option<Seal> {
        let early = self.early.values().rev().find_map(|at| at.get(member));
        let held = || self.seals.values().rev().find_map(|at| at.get(member));
        early.or_else(held).cloned()
    }

    /// All seals held of one boundary.
    pub(super) fn at(&self, height: Height) -> Vec<Seal> {
        self.seals.get(&height).into_iter().flat_map(|at| at.values().cloned()).collect()
    }

    /// The seal of `member` at `height`.
    pub(super) fn of_member(&self, height: Height, member: &str) -> Option<Seal> {
        self.seals.get(&height)?.values().find(|seal| seal.member == member).cloned()
    }

    /// Whether another seal of its member and height is held.
    pub(super) fn is_another(&self, seal: &Seal) -> bool {
        self.of_member(seal.height, &seal.member).is_some_and(|held| held != *seal)
    }

    /// Whether its member has signed it, by the roster of its height.
    pub(super) fn is_genuine(&self, rosters: &Rosters, seal: &Seal) -> bool {
        let mut members = rosters.at(seal.height).members.iter();
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

    fn note_conflict(&mut self, member: &Member, boundary: Boundary, seal: &Seal) {
        let known: usize = self.conflicts.values().map(BTreeMap::len).sum();
        if seal.size == boundary.size && known < CONFLICTS_MAX {
            let at = self.conflicts.entry(seal.height).or_default();
            at.insert(member.code.clone(), seal.clone());
        }
    }

    /// How many members have sealed another tree head than the ledger's at `height`.
    pub(super) fn conflicting(&self, height: Height) -> usize {
        self.conflicts.get(&height).map_or(0, BTreeMap::len)
    }

    /// What convicts the members whose seals at `height` conflict with the ledger: their own other
    /// seal, or those of more than f others.
    pub(super) fn convictions(&self, rosters: &Rosters, height: Height) -> Vec<Evidence> {
        let faults_max = rosters.at(height).faults_max();
        let conflicts = self.conflicts.get(&height).into_iter().flatten();
        conflicts.filter_map(|(code, seal)| self.conviction(faults_max, code, seal)).collect()
    }

    fn conviction(&self, faults_max: usize, code: &Code, seal: &Seal) -> Option<Evidence> {
        let head = self.checkpoint(self.boundary(seal.height)?);
        let said = Checkpoint::new(&self.origin, seal.size, seal.root).ok()?;
        let forked = evidence::seal_message(&said, seal);
        let sealed = self.seals.get(&seal.height)?;
        let proof = if let Some(own) = sealed.get(code) {
            Proof::DoubleSeal(evidence::seal_message(&head, own), forked)
        } else if sealed.len() > faults_max {
            let witnesses = sealed.iter().map(|(code, seal)| {
                let blob = Cosignature::new(seal.time_s, seal.signature).map(|c| c.encode());
                (code.clone(), blob.expect("verified when it was taken").to_vec())
            });
            let head = head.render().into_bytes();
            Proof::ForkedSeal { seal: forked, head, witnesses: witnesses.collect() }
        } else {
            return None;
        };
        Some(Evidence { council: self.council, member: code.clone(), proof })
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

    /// For each member of every roster since the newest height that all have sealed: the height up
    /// to which its seals are held without a gap. Heights at which it owes none are no gap.
    pub(crate) fn standing(&self, rosters: &Rosters) -> BTreeMap<Code, Height> {
        let from = self.sealed_by_all.max(self.floor());
        let members = rosters.since(from.next()).flat_map(|roster| &roster.members);
        let codes: BTreeSet<&Code> = members.map(|member| &member.code).collect();
        codes.into_iter().map(|code| (code.clone(), self.sealed_to(rosters, code))).collect()
    }

    /// Goes on from what is known: a member that keeps up costs no walk over all that is held.
    fn sealed_to(&self, rosters: &Rosters, code: &Code) -> Height {
        let top = Height(self.boundaries.len() as u64);
        let reached = self.reached.get(code).copied().unwrap_or_default();
        let mut height = self.sealed_by_all.max(self.floor()).max(reached);
        while height < top {
            let next = height.next();
            let held = self.seals.get(&next).is_some_and(|at| at.contains_key(code));
            if !held && rosters.at(next).member(code).is_some() {
                break;
            }
            height = next;
        }
        height
    }

    /// The newest boundary that every member of `codes` in the roster of its height has sealed, at
    /// least one of them (R14). What all have sealed, all of `codes` have.
    pub(super) fn sealed_by(&self, rosters: &Rosters, codes: &BTreeSet<&Code>) -> Option<Boundary> {
        let is_sealed = |(height, at): &(&Height, &BTreeMap<Code, Seal>)| {
            let members = rosters.at(**height).members.iter();
            let mut owed = members.filter(|member| codes.contains(&member.code)).peekable();
            owed.peek().is_some() && owed.all(|member| at.contains_key(&member.code))
        };
        let newest = self.seals.iter().rev().find(is_sealed).map(|(height, _)| *height);
        self.boundary(newest.unwrap_or(self.sealed_by_all).max(self.sealed_by_all))
    }

    /// Whether some boundary lacks a seal.
    pub(super) fn is_lacking(&self) -> bool {
        self.sealed_by_all.0 < self.boundaries.len() as u64
    }

    /// Seals that a peer at `top` with this standing lacks, oldest first, at most `max`; it could not
    /// judge those of heights that it has not reached. Members take turns: a gap in what one has
    /// sealed, above which the peer has everything and does not say so, keeps nobody else's back.
    pub(super) fn lacking(
        &self,
        top: Height,
        standing: &BTreeMap<Code, Height>,
        max: usize,
    ) -> Vec<Seal> {
        let told = self.reached.keys().filter_map(|code| Some((code, standing.get(code)?)));
        let of_member = |(code, to): (_, &Height)| {
            let above = self.seals.range(to.next()..).take_while(|(height, _)| **height <= top);
            above.filter_map(move |(_, at)| at.get(code)).take(max).enumerate()
        };
        let mut lacking: Vec<_> = told.flat_map(of_member).collect();
        lacking.sort_by_key(|(turn, seal)| (*turn, seal.height));
        lacking.truncate(max);
        lacking.sort_by_key(|(_, seal)| seal.height);
        lacking.into_iter().map(|(_, seal)| seal.clone()).collect()
    }

    /// The checkpoint that every member has sealed, with the signature of `me` as the log, by the
    /// node key of its roster, and all seals in roster order [C2SP tlog-checkpoint].
    pub(super) fn sealed_checkpoint(
        &self,
        chain: &Chain,
        me: &Code,
        keys: &Keyring,
    ) -> Option<(Height, Checkpoint, SignedNote)> {
        let height = self.sealed_by_all;
        let checkpoint = self.checkpoint(self.boundary(height)?);
        let text = checkpoint.render();
        let roster = chain.rosters().at(height);
        let (log_key, log) = (keys.node_of(roster, me)?, roster.member(me)?);
        let log_line = sign_note(&text, &log_vkey(&self.origin, log).name, log_key)
            .expect("a checkpoint is a note's text");
        let sealed = self.seals.get(&height)?;
        let seals = roster.members.iter().filter_map(|member| {
            let seal = sealed.get(&member.code)?;
            Some(seal_line(chain.council().genesis(), member, seal))
        });
        let lines = [log_line].into_iter().chain(seals).collect();
        let note = SignedNote::new(text, lines).expect("91 lines at most");
        Some((height, checkpoint, note))
    }
}

fn seal_line(genesis: &Genesis, member: &Member, seal: &Seal) -> SignatureLine {
    let vkey = seal_vkey(&genesis.origin, member);
    Cosignature::new(seal.time_s, seal.signature)
        .expect("verified when it was taken")
        .line(&vkey.name, &member.seal)
        .expect("a seal's line is never empty")
}

#[cfg(test)]
mod tests;
