//! Starts from a snapshot that somebody else wrote into its folder: it believes another state than all others.

use super::Adversary;

/// Says what follows from the state that it believes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Misled;

impl Adversary for Misled {}
