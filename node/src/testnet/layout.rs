//! The names in the folder of a test network.

/// The genesis with the founders' signatures.
pub const GENESIS_FILE: &str = "genesis";

/// The file that a node's output goes to.
pub const LOG_FILE: &str = "node.log";

/// The folder of the participants, which use a member's node.
pub(super) const PARTICIPANTS_FOLDER: &str = "participants";

/// The file that makes a folder a test network.
pub const TESTNET_FILE: &str = "testnet.toml";
