//! Consensus as a pure step machine: `(now, input, host) -> effects`.
//!
//! The protocol is Tendermint as the Malachite core crates implement it; this module gives them
//! keys, messages, a log and timers, and adds what they leave to others: judging a proposal before
//! it counts, holding what comes too early, telling who is at fault.
//!
//! What it guarantees: with fewer than a third of a height's roster hostile, no two honest engines
//! decide different blocks; no engine that keeps its log signs two different messages for one
//! round; effects that follow [`Effect::SyncWal`] depend on nothing that is not in the log; without
//! work nothing is sent. What it does not: it knows nothing of councils or records, keeps no clock,
//! touches no disk or network, and draws no random number.
//!
//! ```text
//! Input ─▶ intake ─▶ checks ─▶ core (Malachite) ─▶ handler ─▶ Effects, in order
//!            │ ahead: held      │ invalid: never fed         Wal, SyncWal, Broadcast
//!            │ past: Behind     │ untimely: until a polka
//! ```

mod api;
mod block;
mod certificate;
mod context;
mod engine;
mod evidence;
mod handler;
mod height;
mod height_state;
mod intake;
mod keys;
mod limits;
mod member_key;
mod message;
mod own_votes;
mod past_height;
mod peer_progress;
mod proposal_checks;
mod proposal_exchange;
mod proposed;
mod recollect;
mod recollection;
mod rejoin;
mod roster;
mod round;
pub mod sign_bytes;
mod signed_before;
mod step;
mod timers;
mod translate;
mod waiting;

#[cfg(test)]
mod tests;

pub use api::{
    Anomaly, Decision, Effect, Fatal, FaultKind, Host, Input, PeerFault, TimerId, Verdict,
};
pub use block::{BlockBytes, BlockValue};
pub use certificate::{CertificateError, CommitCertificate};
pub use engine::Engine;
pub use evidence::{Evidence, EvidenceError};
pub use limits::*;
pub use member_key::MemberKey;
pub use message::{
    ConsensusMessage, PolkaCertificate, Proposal, ProposalHeader, RoundCertificate,
    RoundCertificateKind, RoundVote, SignedHeader, StepTimeout, Vote, VoteKind, WalEntry,
};
pub use recollection::Recollection;
pub use roster::{Roster, RosterError, faulty_max, is_quorum};
pub use round::Round;
pub use timers::Timeouts;
pub use waiting::{Step, Waiting};
