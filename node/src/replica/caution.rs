//! After a start: a node whose disk was set back must notice before it speaks (R17).
//!
//! An older image of the disk, file `signed` included, looks like a node that was away. But the
//! others hold seals of it that it does not know. So what consensus signs after a start stays here
//! until a quorum, this node counted, has told that it knows of no later seal; and whoever holds one
//! shows it. Without that quorum no block is decided: the wait costs an honest node nothing.

use std::collections::BTreeMap;

use nemcon_ledger::Height;
use nemcon_ledger::journal::Seal;
use nemcon_ledger::text::Code;

use super::message::{Message, Standing};
use super::{Misdeed, Replica};
use crate::consensus::{self, CommitCertificate};

/// What this node knew of its own seals at its start, and what others have told since.
#[derive(Clone, Debug)]
pub(super) struct Caution {
    is_over: bool,
    /// The newest height that this node knew to have sealed, or was shown since.
    known: Height,
    /// Up to where each other member has told to hold this node's seals.
    told: BTreeMap<Code, Height>,
}

impl Caution {
    pub(super) const fn new(known: Height) -> Self {
        Self { is_over: false, known, told: BTreeMap::new() }
    }
}

impl Replica {
    /// Whether what consensus says may leave.
    pub(super) fn may_speak(&self) -> bool {
        self.caution.is_over && !self.is_observing()
    }

    /// A peer tells up to where it holds this node's seals.
    pub(super) fn tells_own_seals(&mut self, member: &Code, standing: &Standing) {
        let to = standing.sealed.get(&self.me).copied().unwrap_or_default();
        self.caution.told.insert(member.clone(), to);
        if let Some(certificate) = &standing.certificate
            && certificate.height > self.chain.height().next()
            && self.has_signed(certificate)
        {
            self.was_set_back(Height(0));
        }
    }

    /// Whether this node seals nothing for now: it has not heard yet, or was told of later seals of its
    /// own that it is about to be shown. Blocks may have come from one who shows none; sealed again,
    /// they would pass for the seals that it does not remember. Up to f who lie delay that until a
    /// quorum is there.
    pub(super) fn awaits_own_seals(&self) -> bool {
        let Caution { is_over, told, .. } = &self.caution;
        let known = self.known_to_have_sealed();
        !is_over && (told.is_empty() || told.values().any(|to| *to > known))
    }

    fn known_to_have_sealed(&self) -> Height {
        self.caution.known.max(self.own_sealed)
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
        let known = self.known_to_have_sealed();
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

    /// Whether this seal of this node's own, which verifies, was made by none that it remembers.
    pub(super) fn is_forgotten(&self, seal: &Seal) -> bool {
        seal.member == self.me.as_str()
            && seal.height > self.caution.known
            && (seal.height > self.own_sealed || self.seals.is_another(seal))
            && self.seals.is_genuine(self.chain.rosters(), seal)
    }

    /// A seal of this node's own that it does not know: another seal never goes back behind it.
    pub(super) fn remember(&mut self, seal: &Seal) {
        self.seal_time_s = self.seal_time_s.max(seal.time_s);
        self.was_set_back(seal.height);
    }

    fn was_set_back(&mut self, sealed: Height) {
        self.caution.known = self.caution.known.max(sealed);
        let me = self.me.clone();
        self.fault_of(&me, Misdeed::OwnKeyElsewhere);
        self.observe();
    }
}
