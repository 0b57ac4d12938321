//! Why a key in a token cannot be found, opened, made or used.

use core::fmt;
use std::path::PathBuf;

use cryptoki::error::RvError;
use nemcon_crypto::signing::PublicKeyError;
use nemcon_ledger::text::Show as _;

use super::name::TokenName;
use super::uri::TokenUri;

/// How many tries for the PIN a token reports. No token tells a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tries {
    /// The token reports nothing.
    Unsaid,
    /// A wrong PIN was given since the last right one.
    Few,
    /// The next wrong PIN locks the token.
    Last,
    /// The token is locked.
    None,
}

impl fmt::Display for Tries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unsaid => "the token does not say how many tries are left",
            Self::Few => "the token says that few tries are left",
            Self::Last => "the token says that ONE try is left: the next wrong PIN locks it",
            Self::None => "the token is locked now",
        })
    }
}

/// Why a key in a token cannot be found, opened, made or used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Nothing says which module, and none lies in a known place.
    #[error("{uri}: no PKCS#11 module was found; tried {}", paths(.tried))]
    NoModule {
        /// The key that is meant.
        uri: Box<TokenUri>,
        /// The places that were tried.
        tried: Vec<PathBuf>,
    },
    /// The module cannot be loaded.
    #[error("the PKCS#11 module {} cannot be used: {}", .module.shown(), .why.shown())]
    Module {
        /// The path of the module.
        module: PathBuf,
        /// What the system's loader or the module says.
        why: String,
    },
    /// No token matches.
    #[error("{uri}: no such token is there; modules asked: {}; tokens there: {}", paths(.modules), list(.there))]
    NoToken {
        /// The key that is meant.
        uri: Box<TokenUri>,
        /// The modules that were asked.
        modules: Vec<PathBuf>,
        /// The tokens that are there.
        there: Vec<TokenName>,
    },
    /// Several tokens match where one is meant.
    #[error("{uri}: {} tokens match: {}", .found.len(), list(.found))]
    SeveralTokens {
        /// The token that is meant.
        uri: Box<TokenUri>,
        /// Those that match.
        found: Vec<TokenName>,
    },
    /// The token shows no key of this name.
    #[error("{uri}: the token shows no such Ed25519 key without its PIN; keys there: {}", list(.there))]
    NoKey {
        /// The key that is meant.
        uri: Box<TokenUri>,
        /// The keys that are there.
        there: Vec<TokenUri>,
    },
    /// Several keys match.
    #[error("{uri}: {} keys match: {}", .found.len(), list(.found))]
    SeveralKeys {
        /// The key that is meant.
        uri: Box<TokenUri>,
        /// Those that match.
        found: Vec<TokenUri>,
    },
    /// The URI names no key.
    #[error("{uri}: it names no key")]
    NamesNoKey {
        /// The URI.
        uri: Box<TokenUri>,
    },
    /// The public half is no Ed25519 key that is admitted.
    #[error("{uri}: its public half is not admitted: {error}")]
    Public {
        /// The key that is meant.
        uri: Box<TokenUri>,
        /// What is wrong with it.
        error: PublicKeyError,
    },
    /// The public half is there, and the private half is not.
    #[error("{uri}: the token has its public half, and no private key of that name that signs")]
    NoPrivate {
        /// The key that is meant.
        uri: Box<TokenUri>,
    },
    /// The token wants its PIN anew for each signature.
    #[error("{uri}: the token wants its PIN anew for each signature, which is not supported")]
    EachTime {
        /// The key that is meant.
        uri: Box<TokenUri>,
    },
    /// The PIN is wrong.
    #[error("the PIN of {token} is wrong; {tries}")]
    PinWrong {
        /// The token.
        token: TokenName,
        /// What the token reports now.
        tries: Tries,
    },
    /// The PIN cannot be right, and was not tried.
    #[error("the PIN of {token} has from {least} to {most} bytes; it was not tried")]
    PinLength {
        /// The token.
        token: TokenName,
        /// The fewest bytes.
        least: usize,
        /// The most bytes.
        most: usize,
    },
    /// The token takes no PIN any more.
    #[error("{token} is locked: a wrong PIN was given too often")]
    PinLocked {
        /// The token.
        token: TokenName,
    },
    /// Nobody has set a PIN, or the set one must be changed first.
    #[error("{token} has no PIN that is in use: {}", if *.is_expired { "it must be changed first" } else { "none was set" })]
    PinUnset {
        /// The token.
        token: TokenName,
        /// Whether one was set that must be changed.
        is_expired: bool,
    },
    /// The PIN was not given.
    #[error("{token}: its PIN was not given")]
    Closed {
        /// The token.
        token: TokenName,
    },
    /// The token was removed, or its session has ended.
    #[error(
        "{token} does not answer any more: it was removed, or its session has ended ({said:?})"
    )]
    Gone {
        /// The token.
        token: TokenName,
        /// What the module says.
        said: RvError,
    },
    /// The token makes or uses no Ed25519 keys.
    #[error("{token} does not {what}")]
    Unable {
        /// The token.
        token: TokenName,
        /// What it was asked for.
        what: &'static str,
    },
    /// A key of this label exists already.
    #[error("{uri}: a key of this label is there already, and no key is ever overwritten")]
    Exists {
        /// The key.
        uri: Box<TokenUri>,
    },
    /// The device has returned what is no signature by this key over this text.
    #[error(
        "{token} has returned a WRONG signature: it is not by the key {uri} over what was to be signed. Nothing was signed"
    )]
    WrongSignature {
        /// The token.
        token: TokenName,
        /// The key that was to sign.
        uri: Box<TokenUri>,
    },
    /// A call has failed.
    #[error("{token}: {function} has failed: {said}")]
    Call {
        /// The token.
        token: TokenName,
        /// The function of PKCS#11.
        function: String,
        /// What it returned.
        said: String,
    },
    /// The operating system gave no random bytes.
    #[error("the system's random source failed")]
    Random,
}

fn paths(paths: &[PathBuf]) -> String {
    let shown: Vec<_> = paths.iter().map(|path| path.shown()).collect();
    shown.join(", ")
}

fn list(there: &[impl fmt::Display]) -> String {
    if there.is_empty() {
        return "none".to_owned();
    }
    let shown: Vec<_> = there.iter().map(ToString::to_string).collect();
    shown.join(", ")
}

impl TokenError {
    /// What a call to this token's module has failed with.
    pub(super) fn of(token: &TokenName, error: &cryptoki::error::Error) -> Self {
        use cryptoki::error::Error;

        let token = token.clone();
        match error {
            Error::Pkcs11(
                said @ (RvError::DeviceRemoved
                | RvError::DeviceError
                | RvError::TokenNotPresent
                | RvError::TokenNotRecognized
                | RvError::SlotIdInvalid
                | RvError::SessionClosed
                | RvError::SessionHandleInvalid
                | RvError::UserNotLoggedIn
                | RvError::ObjectHandleInvalid
                | RvError::KeyHandleInvalid),
                _,
            ) => Self::Gone { token, said: *said },
            Error::Pkcs11(said, function) => {
                Self::Call { token, function: format!("C_{function:?}"), said: format!("{said:?}") }
            }
            other => {
                Self::Call { token, function: "the module".to_owned(), said: other.to_string() }
            }
        }
    }
}
