//! Why a file of another program gives no key.

use super::block::{BlockError, LOCK_ITERATIONS_MAX};

/// How many rounds of bcrypt a passphrase goes through at most to open a key, whatever its file says.
pub const OPENSSH_ROUNDS_MAX: u32 = 1000;

/// Why a file of another program gives no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForeignError {
    /// The file is a key file of nemcon.
    #[error("it is a key file already, for the use that its line `role` names")]
    KeyFile,
    /// The text is no whole PEM block, or something stands after it.
    #[error("it has no whole PEM block `BEGIN ... PRIVATE KEY`, or something stands after it")]
    Pem,
    /// The block has a label of another sort of key.
    #[error("its block is {0}; PKCS#8 or OpenSSH’s own form is wanted")]
    Label(&'static str),
    /// What is wrong with a PKCS#8 block.
    #[error("{0}")]
    Block(BlockError),
    /// The passphrase would be hashed too often.
    #[error("its passphrase is hashed {0} times; from 1 to {LOCK_ITERATIONS_MAX} is wanted")]
    Iterations(u32),
    /// The bytes of the block are no OpenSSH key.
    #[error("the bytes of its block are no OpenSSH key")]
    Damaged,
    /// The file holds no key, or more than one.
    #[error("it holds {0} keys; one is wanted")]
    Several(u32),
    /// The key is not one of Ed25519.
    #[error("its key is {0}; Ed25519 is wanted")]
    KeyType(&'static str),
    /// The key is locked in a way that is not supported.
    #[error("it is locked with {0}; aes256-ctr and bcrypt are wanted")]
    Locked(&'static str),
    /// The passphrase would be hashed too often.
    #[error(
        "its passphrase goes through {0} rounds of bcrypt; from 1 to {OPENSSH_ROUNDS_MAX} are wanted"
    )]
    Rounds(u32),
    /// The public half does not belong to the secret one.
    #[error("its public key is not that of its secret")]
    Public,
}

impl From<BlockError> for ForeignError {
    fn from(error: BlockError) -> Self {
        match error {
            BlockError::Iterations(count) => Self::Iterations(count),
            error => Self::Block(error),
        }
    }
}
