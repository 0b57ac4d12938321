//! After a start: a node whose disk was set back must notice before it speaks [rules.md R17].
//!
//! An older image of the disk, file `signed` included, looks like a node that was away. But the
//! others hold seals of it that it does not know. So what consensus signs after a start stays here
//! until a quorum, this node counted, has told that it knows of no later seal; and whoever holds one
//! shows it. Without that quorum no block is decided: the wait costs an honest node nothing.
//!
//! A seal says which tree was sealed, by its size and root, and nothing else here is believed of it:
//! that a node has forgotten something is only ever shown by its own signature.

use std::collections::BTreeMap;

use nemcon_crypto::{Digest, TreeSize};
use nemcon_ledger::Height;
use nemcon_ledger::durable::{Guard, Seal};
use nemcon_ledger::text::Code;

use super::Replica;
use super::message::{Message, Standing};
use crate::consensus::{self, CommitCertificate};

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
pub(super) struct Caution {
    is_over: bool,
    /// The newest tree that this node knew to have sealed, or was shown since.
    known: Option<Sealed>,
    /// Up to which size each other member has told to hold this node's seals.
    told: BTreeMap<Code, TreeSize>,
}

impl Caution {
    pub(super) const fn new(known: Option<Sealed>) -> Self {
        Self { is_over: false, known, told: BTreeMap::new() }
    }

    fn known_size(&self) -> TreeSize {
        self.known.map_or(TreeSize(0), |known| known.size)
    }
}

impl Replica {
    /// Whether what consensus says may leave.
    pub(super) fn may_speak(&self) -> bool {
        self.caution.is_over && !self.is_observing()
    }

    /// A peer tells up to where it holds this node's seals.
    pub(super) fn tells_own_seals(&mut self, member: &Code, standing: &Standing) {
        let to = standing.sealed.get(&self.me).copied().unwrap_or(TreeSize(0));
        self.caution.told.insert(member.clone(), to);
        if let Some(certificate) = &standing.certificate
            && certificate.height > self.chain.height().next()
            && certificate.height >= self.votes_from
            && self.has_signed(certificate)
        {
            self.was_set_back();
        }
    }

    /// Whether this node seals nothing for now: it has not heard yet, or was told of later seals of its
    /// own that it is about to be shown. Blocks may have come from one who shows none; sealed again,
    /// they would pass for the seals that it does not remember. Up to f who lie delay that until a
    /// quorum is there.
    pub(super) fn awaits_own_seals(&self) -> bool {
        let Caution { is_over, told, .. } = &self.caution;
        let known = self.size_sealed();
        !is_over && (told.is_empty() || told.values().any(|to| *to > known))
    }

    /// Up to which size this node knows to have sealed.
    fn size_sealed(&self) -> TreeSize {
        self.caution.known_size().max(self.seals.boundaries().size_at(self.own_sealed))
    }

    /// Whether a certificate, which verifies, holds a vote of this node.
    fn has_signed(&self, certificate: &CommitCertificate) -> bool {
        let mut members = self.chain.rosters().at(certificate.height).members.iter();
        let position = members.position(|member| member.code == self.me);
        let voters = self.voters_at(certificate.height);
        certificate.signatures.iter().any(|(at, _)| Some(usize::from(*at)) == position)
            && certificate.verify(self.council, &voters).is_ok()
    }

    /// Ends the silence once a quorum, this node counted, knows of no later seal of it.
    pub(super) fn end_caution(&mut self) {
        if self.caution.is_over {
            return;
        }
        let known = self.size_sealed();
        let members = &self.state().roster().members;
        let agrees = |code: &Code| self.caution.told.get(code).is_some_and(|to| *to <= known);
        let agree = members.iter().filter(|it| it.code == self.me || agrees(&it.code)).count();
        if !consensus::is_quorum(agree, members.len()) {
            return;
        }
        self.caution.is_over = true;
        self.caution.told.clear();
        if self.may_speak() {
            for message in self.engine.current_messages() {
                self.broadcast(&Message::Consensus(message));
            }
        }
    }

    /// Whether this node has signed this seal and does not remember it: it is of a greater size than
    /// this node has sealed, or of a size that it has sealed otherwise since its start, or, at the
    /// size that it knew to have sealed then, of another root.
    pub(super) fn is_forgotten(&self, seal: &Seal) -> bool {
        let known = self.caution.known_size();
        let is_unknown = || {
            if seal.size == known {
                return self.caution.known != Some(Sealed::from(seal));
            }
            seal.size > self.size_sealed() || seal.size > known && self.seals.is_another(seal)
        };
        seal.member == self.me.as_str()
            && is_unknown()
            && self.seals.is_genuine(self.chain.rosters(), seal)
    }

    /// A seal of this node's own that it has forgotten: another seal never goes back behind it. Where
    /// this node withholds its votes anyway, others may know more of it than it does.
    pub(super) fn remember(&mut self, seal: &Seal) {
        self.seal_time_s = self.seal_time_s.max(seal.time_s);
        if seal.size > self.caution.known_size() {
            self.caution.known = Some(Sealed::from(seal));
        }
        if !self.withheld_votes_at(seal.size) {
            self.was_set_back();
        }
    }

    /// Whether this node votes on no block that ends at this size or before. Which block that is, is
    /// not known beyond the chain's end.
    fn withheld_votes_at(&self, size: TreeSize) -> bool {
        let boundaries = self.seals.boundaries();
        let height = if size > boundaries.size() {
            // The greatest height below the unknown one.
            Height(super::HEIGHT_UNKNOWN.0 - 1)
        } else {
            boundaries.within(TreeSize(size.0.saturating_sub(1))).next()
        };
        height < self.votes_from
    }

    fn was_set_back(&mut self) {
        self.is_shown_own_message();
    }

    /// After its start, while this node says nothing yet: the members that have told which of its seals
    /// they hold.
    pub(super) fn told_of_own_seals(&self) -> Option<Vec<&Code>> {
        (!self.caution.is_over).then(|| self.caution.told.keys().collect())
    }
}
