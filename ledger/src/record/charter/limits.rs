//! The limits of a charter.

/// The most statements of one party that a charter may let into a block.
pub const BLOCK_SHARE_MAX: u32 = 64;
/// The longest source, in bytes: a decision quotes it, with words of its own, in one line.
pub const SOURCE_BYTES_MAX: usize = 1_900;
