//! Statements that were read and verified before, by the hashes of their leaves.
//!
//! What it guarantees: known bytes are neither read nor verified again, and it is bounded: what came first
//! is forgotten first. What it does not: it decides nothing. Whoever knows nothing comes to the same
//! verdicts, only later.

use std::collections::{BTreeMap, VecDeque};

use nemcon_crypto::Digest;

use crate::council::{Candidate, Proven};

/// The statements that a node knows.
#[derive(Debug, Default)]
pub struct Known {
    candidates: BTreeMap<Digest, Candidate>,
    oldest_first: VecDeque<(Digest, usize)>,
    bytes: usize,
    bytes_max: usize,
}

impl Known {
    /// A memory for statements of at most `bytes_max` bytes together, as leaves.
    pub fn new(bytes_max: usize) -> Self {
        Self { bytes_max, ..Self::default() }
    }

    /// A memory that keeps nothing.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// Whether nothing is known: then no hash need be made to look for it.
    pub fn is_empty(&self) -> bool {
        self.candidates.is_empty()
    }

    /// The statement with this leaf hash, if it is known.
    pub fn get(&self, leaf_hash: &Digest) -> Option<&Candidate> {
        self.candidates.get(leaf_hash)
    }

    /// Takes in what was proven elsewhere.
    pub fn learn(&mut self, proven: Proven) {
        self.keep(proven.into_candidate());
    }

    /// Keeps a statement whose lines were verified; passes over one whose lines were not. The statement
    /// that came first is dropped where there is no room.
    pub fn keep(&mut self, candidate: Candidate) {
        let bytes = candidate.statement().bytes();
        if !candidate.is_proven() || bytes > self.bytes_max {
            return;
        }
        let leaf_hash = candidate.leaf_hash();
        if self.candidates.insert(leaf_hash, candidate).is_some() {
            return;
        }
        self.oldest_first.push_back((leaf_hash, bytes));
        self.bytes += bytes;
        while self.bytes > self.bytes_max {
            let (oldest, bytes) = self.oldest_first.pop_front().expect("it holds bytes");
            self.candidates.remove(&oldest);
            self.bytes -= bytes;
        }
    }
}
