//! What lies in the folder of a test network, by name.

/// The genesis with the founders' signatures.
pub const GENESIS_FILE: &str = "genesis";

/// What a node of a test network prints.
pub const LOG_FILE: &str = "node.log";

/// The folder of those who take part without a ballot; they speak through a member's node.
pub(super) const PARTICIPANTS_FOLDER: &str = "participants";

/// The file that makes a folder a test network.
pub const TESTNET_FILE: &str = "testnet.toml";
