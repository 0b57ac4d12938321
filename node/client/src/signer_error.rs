//! Why nothing was signed.

use std::path::PathBuf;

use nemcon_crypto::PublicKey;
use nemcon_ledger::text::Show as _;

use crate::pkcs11::TokenError;

/// Why nothing was signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignerError {
    /// A passphrase locks the key file.
    #[error("key file {}: a passphrase locks it, and none was given", .0.shown())]
    Locked(PathBuf),
    /// A token does not sign.
    #[error("{0}")]
    Token(Box<TokenError>),
    /// The signature that was made elsewhere is not over this.
    #[error("{0}")]
    Detached(#[from] DetachedError),
}

impl From<TokenError> for SignerError {
    fn from(error: TokenError) -> Self {
        Self::Token(Box::new(error))
    }
}

/// Why a signature that was made elsewhere is not over what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DetachedError {
    /// It verifies by no key that was tried.
    #[error("the signature is not by {0} over these bytes")]
    Wrong(Box<PublicKey>),
    /// It is over what is like the bytes.
    #[error("the signature is by {key}, and over {over}, not over the bytes themselves")]
    Other {
        /// The key.
        key: Box<PublicKey>,
        /// What it is over.
        over: &'static str,
    },
}
