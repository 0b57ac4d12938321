//! The answers of the other nodes to a member that has lost track of what it signed.

use std::collections::BTreeMap;

use nemcon_ledger::Height;
use nemcon_ledger::text::{Code, Time};

use super::api::Ticket;
use crate::consensus::Recollection;

/// The answers that are being gathered, one of each other member.
#[derive(Debug)]
pub(super) struct Gathering {
    /// The operator's wish that waits for its answer.
    pub(super) ticket: Ticket,
    /// The height under way when the operator wished it.
    pub(super) height: Height,
    /// When the gathering ends at the latest.
    pub(super) until: Time,
    /// By member: how many messages of this node it saw.
    pub(super) seen: BTreeMap<Code, usize>,
    /// All that they saw.
    pub(super) memory: Recollection,
}

impl Gathering {
    pub(super) fn new(ticket: Ticket, height: Height, until: Time) -> Self {
        Self { ticket, height, until, seen: BTreeMap::new(), memory: Recollection::default() }
    }

    /// Whether an answer of this member about `height` is waited for.
    pub(super) fn awaits(&self, member: &Code, height: Height) -> bool {
        height == self.height && !self.seen.contains_key(member)
    }

    /// A member answers: it saw so many messages of this node.
    pub(super) fn take(&mut self, member: &Code, seen: usize, memory: Recollection) {
        self.seen.insert(member.clone(), seen);
        self.memory.merge(memory);
    }

    /// Those of `others` that have not answered.
    pub(super) fn silent<'a>(&self, others: impl Iterator<Item = &'a Code>) -> Vec<Code> {
        others.filter(|code| !self.seen.contains_key(*code)).cloned().collect()
    }
}
