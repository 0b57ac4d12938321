//! The replica: a council member's node as a pure step machine, `(now, input) -> effects`.
//!
//! What it guarantees: an effect that leaves the node stands behind the ones that make durable what
//! it rests on; nothing is prevoted that the council's law refuses; an idle council asks for
//! nothing. What it does not: it reads no clock, touches no disk and no socket; the shell does, in
//! the order of the effects.
//!
//! ```text
//! submission, gossip ─▶ pending ─▶ block ─▶ consensus ─▶ commit ─▶ seal ─▶ seals of all
//!                                    ▲                      ▲
//!                                 validate           catch-up (blocks of peers)
//! ```

mod agreement;
mod api;
mod boundaries;
mod catchup;
mod clocks;
mod commit;
mod faults;
mod gathering;
mod gossip;
mod input;
mod lacking;
mod lane;
mod message;
mod next_height;
mod observer;
mod operator_view;
mod ordering;
mod own_seals;
mod peer_processes;
mod pending;
mod proven;
mod read_quota;
mod rejection;
mod rejoin;
mod rejoin_outcome;
mod release_check;
mod resend;
mod rivals;
mod room;
mod roster_change;
mod seals;
mod start_check;
mod state;
mod step;
mod sync;
mod tickets;
mod validate;
mod view;
mod voters;
mod voting;
mod wake;
mod write;

pub use api::{Effect, HEIGHT_UNKNOWN, Halt, Input, Misdeed, Notice, Outcome, Restored, Ticket};
pub use boundaries::Boundary;
pub use clocks::{CLOCK_OFF_MS, CLOCK_RIGHT_MS, Reading, clock_off};
pub use faults::{FAULTS_PER_MINUTE_MAX, FaultCounts};
pub use lacking::LACKING_PER_MEMBER_MAX;
pub use lane::Lane;
pub use message::{
    ANNOUNCED_MAX, BLOCKS_BYTES_MAX, BLOCKS_PER_MESSAGE_MAX, MESSAGE_BYTES_MAX, Message,
    PENDING_BATCH_BYTES_MAX, SEALS_PER_MESSAGE_MAX, STANDING_CODES_MAX, Standing,
};
pub use operator_view::Awaited;
pub use proven::{Proven, Unfit, block_of, prove};
pub use read_quota::{
    ANSWER_BYTES_MIN, BLOCK_BYTES_MIN, COMMON_BYTES_PER_SECOND, HeldSeals,
    NON_MEMBERS_BYTES_PER_SECOND, SERVE_AGAIN_MS, SHARE_BYTES_MAX, SHARE_BYTES_PER_SECOND, Share,
    Wish, Wishes,
};
pub use rejection::{Rejection, by_how_much};
pub use rejoin_outcome::{NoRejoin, REJOIN_MS, TakenOver};
pub use rivals::{RIVAL_MS, RIVAL_TOLD_AGAIN_MS};
pub use room::{
    PENDING_BALLOTS_PER_MEMBER_MAX, PENDING_BYTES_PER_MEMBER_MAX, PENDING_CHANGES_PER_MEMBER_MAX,
    PENDING_PER_MEMBER_MAX, Room,
};
pub use seals::{
    EARLY_SEALS_LOOKED_AT_MAX, EARLY_SEALS_PER_MEMBER_MAX, SEAL_HEIGHTS_MAX, SealBook, Taken,
};
pub use state::Replica;
pub use tickets::TICKETS_MAX;
pub use voters::voters;
pub use voting::SIGNED_ELSEWHERE_MAX;
pub use write::Write;
