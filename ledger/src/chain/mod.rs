//! Blocks: how the council's state goes from one to the next.
//!
//! A block's leaves are, in this order [rules.md R10]: what its time causes; its statements; what
//! they bring about; the block record. All but the statements follows from them and the block's
//! header, so whoever has the chain can write the block again and compare: that is how a block is
//! judged, before a vote, after the commit, in an audit.
//!
//! The statements stand by their [`Share`](crate::record::statement::Share), ballots before what
//! steers, and within one share by `SHA-256(id of the block before || text hash)`, the smallest
//! first, of those whose `after` is met. Who signs a statement does not know that hash: nobody can
//! choose a place in a block to come.

mod block;
mod hash_chain;
mod snapshot;
mod state;
mod walk;

pub use block::{BLOCK_BYTES_MAX, Block, BlockError, Proposal, blocks_of};
pub(crate) use block::{Found, Memory};
pub use hash_chain::{HashChain, Unbound};
pub use snapshot::{SNAPSHOT_BYTES_MAX, SnapshotError};
pub use state::Chain;
pub(crate) use walk::Walk;
