//! The message after a package is ordered.

/// What follows from a package, printed after it is ordered.
pub(super) const BOUND: &str = "they are adopted together or not at all; ballots name the package";
