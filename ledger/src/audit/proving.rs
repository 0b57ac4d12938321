//! Looks at records ahead of the law: hashes their leaves, reads statements and verifies signatures.
//!
//! What it guarantees: what is found of a record does not depend on other records, so that whoever looks
//! may look at several at once. What it does not: it judges nothing. The law takes a signature for verified
//! only if the keys that made it are those that must sign when the record's turn comes; otherwise it
//! verifies anew.

use std::collections::BTreeMap;

use nemcon_crypto::Digest;
use nemcon_crypto::merkle::leaf_hash;

use crate::council::{Candidate, Council, Proven};

/// The greatest number of records that are looked at at once.
pub const RECORDS_AT_ONCE_MAX: usize = 4096;

/// The statements of a block whose signatures were verified ahead, by their places in it.
pub(super) type Candidates = BTreeMap<usize, Candidate>;

/// What was found of one record.
#[derive(Clone, Debug)]
pub struct Looked {
    leaf: Digest,
    proven: Option<Proven>,
}

impl Looked {
    /// Looks at a record, by the keys of `council`.
    pub fn at(council: &Council, record: &[u8]) -> Self {
        match Proven::of(council, record) {
            Some(proven) => Self { leaf: proven.candidate().leaf_hash(), proven: Some(proven) },
            None => Self::unproven(record),
        }
    }

    /// Hashes a record, and finds nothing else of it.
    pub(super) fn unproven(record: &[u8]) -> Self {
        Self { leaf: leaf_hash(record), proven: None }
    }

    /// The hash of its leaf [RFC 6962 2.1].
    pub(super) const fn leaf(&self) -> Digest {
        self.leaf
    }

    /// The record as a statement that its party's keys have signed, if it was found to be one.
    pub(super) fn into_proven(self) -> Option<Proven> {
        self.proven
    }
}

/// Hands out the work of an audit that may be done in any order.
///
/// An audit is right whoever does this work, and its report is the same.
pub trait Workers {
    /// Looks at each of these records by the keys of `council`, and runs `meanwhile` once, at the same
    /// time if it can. Returns what was found of the records, in their order.
    fn look(
        &self,
        council: &Council,
        records: &[Vec<u8>],
        meanwhile: &mut dyn FnMut(),
    ) -> Vec<Looked>;

    /// The greatest number of records that they get at once; an audit gives no more than
    /// [`RECORDS_AT_ONCE_MAX`], and fewer if they are long.
    fn records_at_once(&self) -> usize {
        RECORDS_AT_ONCE_MAX
    }
}

/// All work one after another, on the thread of the caller.
#[derive(Clone, Copy, Debug)]
pub struct OneByOne;

impl Workers for OneByOne {
    fn look(
        &self,
        council: &Council,
        records: &[Vec<u8>],
        meanwhile: &mut dyn FnMut(),
    ) -> Vec<Looked> {
        meanwhile();
        records.iter().map(|record| Looked::at(council, record)).collect()
    }
}
