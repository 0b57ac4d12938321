//! What is known of the height being decided, beside the state of the consensus core.
//!
//! What it guarantees: evidence is reported once; what follows [`HeightState::make_durable`] depends on
//! nothing that is not in the log, or about to be synced before it.

use std::collections::BTreeSet;

use arc_malachitebft_core_types as types;

use super::api::{Effect, Fatal};
use super::context::Ctx;
use super::evidence::Evidence;
use super::limits::EVIDENCE_PER_HEIGHT_MAX;
use super::message::WalEntry;
use super::own_votes::OwnVotes;
use super::round::Round;
use super::signed_before::SignedBefore;

/// What the effects of the consensus core have left behind at one height.
#[derive(Debug, Default)]
pub(super) struct HeightState {
    pub(super) own: OwnVotes,
    /// The log has entries that may not be durable.
    pub(super) log_ahead: bool,
    /// Entries that the log has already: replaying must not write them again, nor may a vote that
    /// is sent again; the core logs each copy of a conflicting one. They are also what this node
    /// remembers for others. Bounded as the core's votes and proposals are.
    pub(super) recorded: BTreeSet<WalEntry>,
    /// The log is being replayed: what the core takes in comes from it.
    pub(super) is_replaying: bool,
    /// What this node signed before it lost its log, once it has rejoined.
    pub(super) signed_before: Option<SignedBefore>,
    /// The round that the core wants a block for.
    pub(super) wanted: Option<Round>,
    /// The host was asked for that block.
    pub(super) asked: bool,
    pub(super) decided: Option<types::CommitCertificate<Ctx>>,
    pub(super) fatal: Option<Fatal>,
    reported: BTreeSet<Evidence>,
}

impl HeightState {
    /// Takes over from an earlier state of the same height what is logged and what is reported.
    pub(super) fn inherit(&mut self, before: Self) {
        (self.recorded, self.reported) = (before.recorded, before.reported);
        self.log_ahead = before.log_ahead;
    }

    /// Reports evidence once.
    pub(super) fn report(&mut self, evidence: Evidence, out: &mut Vec<Effect>) {
        if self.reported.len() < EVIDENCE_PER_HEIGHT_MAX && self.reported.insert(evidence.clone()) {
            out.push(Effect::Evidence(Box::new(evidence)));
        }
    }

    /// Has the log synced, if it has entries that may not be durable: what follows may depend on any.
    pub(super) fn make_durable(&mut self, out: &mut Vec<Effect>) {
        if core::mem::take(&mut self.log_ahead) {
            out.push(Effect::SyncWal);
        }
    }
}
