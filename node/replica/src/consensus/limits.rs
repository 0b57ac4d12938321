//! The bounds of what a peer can make consensus keep, by name.
//!
//! What it guarantees: nothing in this module grows beyond them, whatever peers send.

use nemcon_ledger::chain::BLOCK_BYTES_MAX;
pub use nemcon_ledger::record::MEMBERS_MAX;

/// Heights beyond the current one for which messages are held.
pub const HEIGHTS_AHEAD_MAX: u64 = 2;

/// Votes that are held for one member and one height ahead.
pub const VOTES_HELD_PER_MEMBER_MAX: usize = 8;

/// Proposals that are held for one member and one height ahead.
pub const PROPOSALS_HELD_PER_MEMBER_MAX: usize = 2;

/// The longest encoding of a block that is looked at, or held: room for the lengths that frame its records.
pub const BLOCK_ENCODED_BYTES_MAX: usize = 9 * BLOCK_BYTES_MAX / 8;

/// Rounds of a height ahead whose proposals are held; each round has one proposer.
pub const PROPOSAL_ROUNDS_HELD_MAX: u32 = 4;

/// Rounds beyond the current one from which messages are taken; the consensus crate's own bound.
pub const ROUNDS_AHEAD_MAX: u32 = 10;

/// Different proposals of one round that are looked at; two prove the equivocation.
pub const PROPOSALS_PER_ROUND_MAX: usize = 3;

/// Rounds of a height whose proposals are remembered, for telling duplicates and equivocation.
pub const PROPOSAL_ROUNDS_MAX: usize = 32;

/// Proposals that one message tells, and that are compared, without their blocks.
pub const PROPOSALS_TOLD_MAX: usize = PROPOSAL_ROUNDS_MAX;

/// Past heights whose proposals are remembered, without their blocks, for who was away meanwhile.
pub const PROPOSED_HEIGHTS_MAX: usize = 8;

/// Untimely proposals that wait for a polka at one height.
pub const PROPOSALS_UNTIMELY_MAX: usize = 8;

/// Blocks of one height whose verdict is remembered.
pub const VERDICTS_MAX: usize = 8;

/// Refused block ids of one height that are watched for a polka.
pub const REFUSED_MAX: usize = 64;

/// Pairs of conflicting messages of one height that are reported.
pub const EVIDENCE_PER_HEIGHT_MAX: usize = 64;

/// Verified signatures that are remembered.
pub const SIGNATURES_CACHED_MAX: usize = 8192;

/// Late votes for the height just decided that are told from a peer that is stuck there.
pub const LATE_VOTES_MAX: usize = 4 * MEMBERS_MAX;

/// How far a fresh proposal's time may be from the clock in round 0, milliseconds.
pub const TIMELY_MS: u64 = 5_000;

/// How much further a proposal's time may be from the clock in each later round, milliseconds.
pub const TIMELY_GROWTH_MS: u64 = 1_000;

/// Bytes of messages in one answer to a member that has lost its log.
pub const RECOLLECTION_BYTES_MAX: usize = 3 * 1024 * 1024;

/// Messages in one answer to a member that has lost its log.
pub const RECOLLECTION_MESSAGES_MAX: usize = 8192;

/// What each message that is looked at for an answer to a member that has lost its log counts for at
/// least, in bytes.
pub const RECOLLECTION_MESSAGE_BYTES_MIN: u64 = 256;
