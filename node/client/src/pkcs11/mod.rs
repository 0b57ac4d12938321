//! Keys in tokens: smart cards, security keys and modules that sign and never give a key away (PKCS #11 v3.1).
//!
//! ```text
//! pkcs11:token=Danmark;object=desk     names a key [RFC 7512]
//!   module ── token ── key             loads a module, finds the token, then the one key of that name
//! ```
//!
//! What it guarantees: a URI names one key or is refused, a PIN is tried once and comes from no argument, and a
//! signature that a device makes is verified before anybody uses it. What it does not: a module is a library that
//! runs in this process and may do what this process may.

mod error;
mod key;
mod making;
mod module;
mod name;
mod token;
mod uri;

pub use error::{TokenError, Tries};
pub use key::{TokenKey, list};
pub use making::NewTokenKey;
pub use module::MODULE_VARIABLE;
pub use name::TokenName;
pub use token::{PinFrom, Token};
pub use uri::{SCHEME, TOKEN_URI_BYTES_MAX, TokenUri, TokenUriError};
