//! How much of a log an export gives.

/// Which records an export gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    Whole,
    /// Those that are public, as the council stands at its end; the others are withheld.
    Public,
}
