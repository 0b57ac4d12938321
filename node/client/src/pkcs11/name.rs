//! How a token is named.

use core::fmt;

use nemcon_ledger::text::Show as _;

/// What a token says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenName {
    /// Its label.
    pub label: Box<str>,
    /// Its serial number.
    pub serial: Box<str>,
    /// Its maker.
    pub manufacturer: Box<str>,
    /// Its model.
    pub model: Box<str>,
}

impl fmt::Display for TokenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the token {} (serial {})", self.label.shown(), self.serial.shown())
    }
}
