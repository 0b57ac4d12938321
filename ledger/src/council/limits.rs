//! The limits of the council's law that no charter changes: each bounds what one block, one day or one
//! party can make all others do or store.

/// How many measures one block ends at its beginning, because of their deadlines, and how many at its
/// end, because of its statements. So the derived records fit into a block, however many measures fall
/// due at once.
pub const ENDINGS_PER_BLOCK_MAX: usize = 64;

/// How many measures the statements of one block close. The rest of [`ENDINGS_PER_BLOCK_MAX`] is
/// left for adoptions.
pub const CLOSES_PER_BLOCK_MAX: usize = 32;

/// How many measures of one party are open at a time. So the memory for open measures is bounded,
/// and no party can use up another party's share of it.
pub const OPEN_PER_PARTY_MAX: usize = 64;

/// How many measures one package binds together.
pub const PACKAGE_MEASURES_MAX: usize = 16;

/// How many remarks one party makes on one text of a measure. So no party fills the minutes of an act.
pub const REMARKS_MAX: u32 = 8;

/// How many officers a member has at most. A statement that changes them all, with the recovery key,
/// still has fewer signature lines than note libraries read.
pub const OFFICERS_MAX: usize = 48;

/// How many participants a council has at most by appointment. Vacant seats count: their codes stay
/// taken.
pub const PARTICIPANTS_MAX: usize = 64;

/// How many ends of blocks back an entrant's seal may lie.
pub const BOUNDARIES_KEPT: usize = 128;

/// The most bytes that the statements of one block have together.
pub const BLOCK_STATEMENT_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The most bytes of a block that freezes and changes of officers and seats have together.
pub const BLOCK_CHANGE_BYTES_MAX: usize = 512 * 1024;
/// The most bytes of a block that one party's ballots have; the first one has room at any size.
pub const BALLOT_BYTES_PER_BLOCK_MAX: usize = 14 * 1024;
/// The most bytes of a block that one party's other statements have; the first one has room at any
/// size.
pub const STATEMENT_BYTES_PER_BLOCK_MAX: usize = 64 * 1024;
/// How many measures one party extends, binds, closes or withdraws in one block: a package whole.
pub const STEERED_PER_BLOCK_MAX: usize = PACKAGE_MEASURES_MAX;

/// How many entries of each sort are kept of a measure, the newest ones: the records have all.
pub const HISTORY_KEPT_MAX: usize = 256;
