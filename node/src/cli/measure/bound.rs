//! What is said once a package is ordered.

/// What follows once a package is ordered.
pub(super) const BOUND: &str = "they are adopted together or not at all; ballots name the package";
