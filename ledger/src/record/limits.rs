//! The limits of records, which every part of a council's law shares.

/// The longest record in bytes: what the length prefix of a tlog-tiles entry holds [C2SP tlog-tiles].
pub const RECORD_BYTES_MAX: usize = 65_535;
/// The most members of a council: Go's and Rust's note libraries read the seals of so many under one
/// checkpoint.
pub const MEMBERS_MAX: usize = 90;
/// The most signature lines under a genesis.
pub const GENESIS_SIGNATURES_MAX: usize = 100;
/// The version of the council's law that this release applies.
pub const RULES_VERSION: u32 = 1;
