//! Evidence of a member's misdeed: a small text file that convicts it without anybody's word.
//!
//! ```text
//! nemcon/v1 evidence
//! council <digest>
//! member <code>
//! kind double-vote|double-proposal|double-seal|forked-seal
//! message <base64>      what the member signed
//! signature <base64>
//! message <base64>      what excludes it
//! signature <base64>    by the same key; for a forked seal instead:
//! witness <code> <base64 of a cosignature over the second message's tree head> ...
//! ```
//!
//! Votes and proposals are signed by the node key, seals by the seal key, as the roster names them
//! that decides the height, or seals the size, of the message. A forked seal stands beside the tree
//! head of that size that more than f other members have sealed. They may be the liars: so only the
//! ledger itself tells which of the two heads is its own.
//!
//! What it guarantees: a message counts only if this council's nodes write such messages, and a member is
//! convicted only by what its own key has signed.

mod error;
mod file;
mod judging;
mod meaning;
mod place;

pub use error::EvidenceError;
pub use file::{EVIDENCE_HEAD, Evidence, Proof, Signed, seal_message};
pub use judging::{Known, Verdict};
pub use place::Place;

/// The most evidence that one node keeps of one member, in files: one convicts it.
pub const EVIDENCE_FILES_PER_MEMBER_MAX: usize = 16;

/// The longest evidence file: a forked seal with a witness a member and room to spare, in bytes.
pub const EVIDENCE_BYTES_MAX: u64 = 64 * 1024;
