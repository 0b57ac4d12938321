//! Looks at records ahead of the law: hashes their leaves, reads them and verifies signatures.
//!
//! What it guarantees: what is found of a record does not depend on other records, so that whoever looks
//! may look at several at once. What it does not: it judges nothing. The law takes a signature for verified
//! only if the keys that made it are those that must sign when the record's turn comes; otherwise it
//! verifies anew.

use nemcon_crypto::Digest;
use nemcon_crypto::merkle::leaf_hash;

use crate::chain::{Found, Memory};
use crate::council::{Candidate, Council, Derived, Proven};
use crate::record::Record;

/// The greatest number of records that are looked at at once.
pub const RECORDS_AT_ONCE_MAX: usize = 4096;

/// How the records begin that nobody signs and that stand within a block.
const DERIVED_BEGIN: [&[u8]; 2] = [b"nemcon/v1 decision\n", b"nemcon/v1 lapse\n"];

/// What was found of one record.
#[derive(Clone, Debug)]
pub struct Looked {
    leaf: Digest,
    what: What,
}

/// What a record is, as far as somebody has looked.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// A statement whose signatures were verified.
    Proven(Candidate),
    /// A decision or a lapse.
    Derived(Box<Derived>),
    /// Anything else, or nothing of the kind: nobody has looked closely.
    Unread,
}

impl Looked {
    /// Looks at a record, by the keys of `council`.
    pub fn at(council: &Council, record: &[u8]) -> Self {
        if DERIVED_BEGIN.iter().any(|begin| record.starts_with(begin)) {
            let what = match Record::parse(record) {
                Ok(Record::Decision(decision)) => {
                    What::Derived(Box::new(Derived::Decision(decision)))
                }
                Ok(Record::Lapse(lapse)) => What::Derived(Box::new(Derived::Lapse(lapse))),
                Ok(Record::Genesis(_) | Record::Block(_) | Record::Statement(_)) | Err(_) => {
                    What::Unread
                }
            };
            return Self { leaf: leaf_hash(record), what };
        }
        match Proven::of(council, record).map(Proven::into_candidate) {
            Some(proven) => Self { leaf: proven.leaf_hash(), what: What::Proven(proven) },
            None => Self::unread(record),
        }
    }

    /// Hashes a record, and finds nothing else of it.
    pub(super) fn unread(record: &[u8]) -> Self {
        Self { leaf: leaf_hash(record), what: What::Unread }
    }

    /// The hash of its leaf [RFC 6962 2.1].
    pub(super) const fn leaf(&self) -> Digest {
        self.leaf
    }

    /// What it is.
    pub(super) const fn what(&self) -> &What {
        &self.what
    }
}

/// What was found of the records of one block, in their order.
#[derive(Debug, Default)]
pub(super) struct Finds(pub(super) Vec<Looked>);

impl Memory for Finds {
    fn find(&self, place: usize, _: &[u8]) -> Found {
        let looked = &self.0[place];
        match &looked.what {
            What::Proven(candidate) => Found::Statement(candidate.clone()),
            What::Derived(_) => Found::Derived,
            What::Unread => Found::Unread,
        }
    }

    /// A block is judged once: nothing is kept for another time.
    fn keep(&mut self, _: Candidate) {}
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
