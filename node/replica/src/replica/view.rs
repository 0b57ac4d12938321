//! What is read of a node: its ledger, its seals, and what waits to be ordered.
//!
//! What it guarantees: reading changes nothing, and what is shared may be read by other threads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use nemcon_crypto::note::SignedNote;
use nemcon_crypto::{Checkpoint, Digest, PublicKey, TreeSize};
use nemcon_ledger::council::MeasureState;
use nemcon_ledger::durable::Seal;
use nemcon_ledger::record::{ChainKey, Statement};
use nemcon_ledger::text::Code;
use nemcon_ledger::{Chain, Height};

use super::boundaries::Boundary;
use super::message::{Message, SEALS_PER_MESSAGE_MAX};
use super::room::Room;
use super::state::Replica;

impl Replica {
    /// The chain as it stands, to be read elsewhere.
    pub fn shared_chain(&self) -> Arc<Chain> {
        Arc::clone(&self.chain)
    }

    /// Whether the statement with this leaf hash was read and verified before.
    pub fn knows(&self, leaf_hash: &Digest) -> bool {
        self.known.get(leaf_hash).is_some()
    }

    /// How much of each party waits to be ordered.
    pub fn room(&self) -> Room {
        self.pending.room().clone()
    }

    /// This node's member.
    pub const fn me(&self) -> &Code {
        &self.me
    }

    /// The members whose nodes are connected.
    pub fn connected_members(&self) -> impl Iterator<Item = &Code> {
        self.sync.members()
    }

    /// The round of the block that is being decided, if one is.
    pub fn round(&self) -> Option<u32> {
        self.engine.round().map(|round| round.0)
    }

    /// The statements that wait to be ordered.
    pub fn waiting(&self) -> Vec<&Statement> {
        self.pending.statements()
    }

    /// The statements that wait to be ordered, to be read elsewhere.
    pub fn shared_waiting(&self) -> Vec<Arc<Statement>> {
        self.pending.shared()
    }

    /// The last statement in a chain, waiting ones included.
    pub fn last_statement(&self, chain: &ChainKey) -> Option<Digest> {
        self.pending.last_statement(chain)
    }

    /// The last statement of each party on a measure, waiting ones included.
    pub fn last_on_measure(&self, number: u64) -> BTreeMap<Code, Digest> {
        self.pending.ahead().measure(number).map(MeasureState::last_statements).unwrap_or_default()
    }

    /// The last statement of each party on an incident, waiting ones included.
    pub fn last_on_incident(&self, number: u64) -> BTreeMap<Code, Digest> {
        self.pending.ahead().incident(number).map(|state| state.chain.clone()).unwrap_or_default()
    }

    /// The newest height that every member has sealed, and its boundary.
    pub fn sealed_by_all(&self) -> (Height, Option<Boundary>) {
        let height = self.seals.sealed_by_all();
        (height, self.seals.boundary(height))
    }

    /// For each member: up to which height its seals are held without a gap.
    pub fn sealed_heights(&self) -> BTreeMap<Code, Height> {
        self.seals.sealed_heights(self.chain.rosters())
    }

    /// The newest boundary that every one of `codes` that is in the roster of its height has sealed.
    /// What lies below it and only these were entitled to is final [rules.md R14].
    pub fn sealed_by(&self, codes: &BTreeSet<&Code>) -> Option<Boundary> {
        self.seals.sealed_by(self.chain.rosters(), codes)
    }

    /// The newest checkpoint that every member has sealed, as a signed note.
    pub fn sealed_checkpoint(&self) -> Option<(Height, Checkpoint, SignedNote)> {
        self.seals.sealed_checkpoint(&self.chain, &self.me, &self.keys)
    }

    /// The seals that one who stands there lacks.
    pub fn seals_for(&self, top: Height, sealed: &BTreeMap<Code, TreeSize>) -> Vec<Seal> {
        self.seals.lacking(top, sealed, SEALS_PER_MESSAGE_MAX)
    }

    /// What an answer with the blocks from `from` on counts for, in bytes.
    pub fn answer_bytes(&self, from: Height) -> u64 {
        self.seals.boundaries().answer_bytes(from)
    }

    /// Where this node stands, for one who asks.
    pub fn where_it_stands(&self) -> Message {
        Message::Standing(self.standing())
    }

    /// The node and seal keys that are held here, their public halves.
    pub fn keys_held(&self) -> impl Iterator<Item = PublicKey> {
        self.keys.node_keys().chain(self.keys.seal_keys())
    }
}
