//! The check after a start: a node whose disk was set back must notice before it speaks [rules.md R17].
//!
//! A node on an older image of its disk, file `signed` included, looks like a node that was away. But
//! the others hold seals of it that it does not know. So this node sends nothing that consensus signs
//! after a start until a quorum, this node counted, has told that it knows of no later seal; a member
//! that holds one shows it. Without that quorum no block is decided, so the wait costs an honest node
//! nothing.
//!
//! What it guarantees: only this node's own signature ever shows that this node has forgotten
//! something. A seal says which tree was sealed, by its size and root; nothing else of it is believed.

use std::collections::BTreeMap;

use nemcon_crypto::{Digest, TreeSize};
use nemcon_ledger::durable::{Guard, Seal};
use nemcon_ledger::record::Roster;
use nemcon_ledger::text::Code;

use crate::consensus;

/// A tree that this node has sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sealed {
    size: TreeSize,
    root: Digest,
}

impl From<&Seal> for Sealed {
    fn from(seal: &Seal) -> Self {
        Self { size: seal.size, root: seal.root }
    }
}

impl From<&Guard> for Sealed {
    fn from(guard: &Guard) -> Self {
        Self { size: guard.size, root: guard.root }
    }
}

/// What this node knew of its own seals at its start, and what others have told since.
#[derive(Clone, Debug)]
pub(super) struct StartCheck {
    is_over: bool,
    /// The newest tree that this node knew to have sealed, or was shown since.
    known: Option<Sealed>,
    /// Up to which size each other member has told to hold this node's seals.
    told: BTreeMap<Code, TreeSize>,
}

impl StartCheck {
    pub(super) const fn new(known: Option<Sealed>) -> Self {
        Self { is_over: false, known, told: BTreeMap::new() }
    }

    /// Whether a quorum has told that it knows of no later seal of this node.
    pub(super) const fn is_over(&self) -> bool {
        self.is_over
    }

    /// The members that have told which seals of this node they hold; none once the check is over.
    pub(super) fn told(&self) -> Option<Vec<&Code>> {
        (!self.is_over).then(|| self.told.keys().collect())
    }

    /// A peer tells up to where it holds this node's seals.
    pub(super) fn tells(&mut self, member: &Code, to: TreeSize) {
        self.told.insert(member.clone(), to);
    }

    /// The size that this node knew to have sealed when it started, or was shown since.
    pub(super) fn known_size(&self) -> TreeSize {
        self.known.map_or(TreeSize(0), |known| known.size)
    }

    /// Whether this node seals nothing for now: it has not heard yet, or was told of later seals of its
    /// own, beyond the size `sealed`, that it is about to be shown. Blocks may have come from a peer
    /// that shows none; sealed again, they would pass for the seals that this node does not remember.
    /// Up to f members that lie delay that until a quorum is there.
    pub(super) fn awaits_seals(&self, sealed: TreeSize) -> bool {
        !self.is_over && (self.told.is_empty() || self.told.values().any(|to| *to > sealed))
    }

    /// Ends the check if a quorum, this node counted, knows of no seal beyond the size `sealed`; whether
    /// it has just ended.
    pub(super) fn end(&mut self, me: &Code, roster: &Roster, sealed: TreeSize) -> bool {
        if self.is_over {
            return false;
        }
        let agrees = |code: &Code| self.told.get(code).is_some_and(|to| *to <= sealed);
        let members = &roster.members;
        let agree = members.iter().filter(|it| it.code == *me || agrees(&it.code)).count();
        if !consensus::is_quorum(agree, members.len()) {
            return false;
        }
        self.is_over = true;
        self.told.clear();
        true
    }

    /// Whether this node would not remember a seal of its own: the seal is of a greater size than
    /// `sealed`, or of a size that this node has sealed otherwise since its start (`is_another`), or, at
    /// the size that it knew to have sealed then, of another root.
    pub(super) fn is_unknown(
        &self,
        seal: &Seal,
        sealed: TreeSize,
        is_another: impl FnOnce() -> bool,
    ) -> bool {
        let known = self.known_size();
        if seal.size == known {
            return self.known != Some(Sealed::from(seal));
        }
        seal.size > sealed || seal.size > known && is_another()
    }

    /// This node was shown a seal of its own that it has forgotten.
    pub(super) fn learn(&mut self, seal: &Seal) {
        if seal.size > self.known_size() {
            self.known = Some(Sealed::from(seal));
        }
    }
}
