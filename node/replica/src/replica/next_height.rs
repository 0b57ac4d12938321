//! What this node has ready for the next height: the log that its disk held, the blocks that it has
//! judged, and whether consensus waits for a block of its own.
//!
//! What it guarantees: what this node said of a height before a restart binds it whenever that height
//! begins, also where the key for it came late.

use std::collections::BTreeMap;

use nemcon_crypto::Digest;
use nemcon_ledger::{Chain, Height, codec};

use super::api::Halt;
use super::message::MESSAGE_BYTES_MAX;
use super::validate::JUDGED_MAX;
use crate::consensus::{Round, WalEntry};

/// The height that is to be decided next.
#[derive(Debug)]
pub(super) struct Deciding {
    /// Chains after blocks of the next height that were judged valid, by block id.
    pub(super) judged: BTreeMap<Digest, Chain>,
    /// The height and the round for which consensus waits for a block of this node.
    pub(super) asked: Option<(Height, Round)>,
    /// The answer that consensus was given last to whether there is work.
    told_work: bool,
    /// The log that the disk held, until its height is begun or decided.
    recovered: Option<(Height, Vec<Vec<u8>>)>,
}

impl Deciding {
    pub(super) const fn new(recovered: (Height, Vec<Vec<u8>>)) -> Self {
        let recovered = Some(recovered);
        Self { judged: BTreeMap::new(), asked: None, told_work: false, recovered }
    }

    /// Whether the disk held a log of this height, and it was not read yet.
    pub(super) fn has_log_of(&self, height: Height) -> bool {
        self.recovered.as_ref().is_some_and(|(of, log)| *of == height && !log.is_empty())
    }

    /// The log that the disk held of this height, once.
    pub(super) fn take_log(&mut self, height: Height) -> Result<Option<Vec<WalEntry>>, Halt> {
        let log = self.recovered.take().filter(|(of, _)| *of == height);
        log.map(|(_, log)| read_log(height, &log)).transpose()
    }

    /// Notes whether there is work; whether consensus is to be told so, because it was told otherwise last.
    pub(super) fn tell_work(&mut self, has_work: bool) -> bool {
        core::mem::replace(&mut self.told_work, has_work) != has_work
    }

    /// Keeps the chain after a block of this node, if there is room.
    pub(super) fn keep(&mut self, id: Digest, next: Chain) {
        if self.judged.len() < JUDGED_MAX {
            self.judged.insert(id, next);
        }
    }

    /// A height is decided: nothing that was ready for it is of use.
    pub(super) fn reset(&mut self) {
        self.judged.clear();
        self.asked = None;
    }
}

fn read_log(height: Height, log: &[Vec<u8>]) -> Result<Vec<WalEntry>, Halt> {
    let entries = log.iter().map(|bytes| codec::decode::<WalEntry, MESSAGE_BYTES_MAX>(bytes));
    entries.collect::<Result<_, _>>().map_err(|_| Halt::Log(height))
}
