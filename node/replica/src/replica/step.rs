//! One step under way: when it is, who brought the input, and what the shell must do.
//!
//! What it guarantees: effects leave in the order in which they are said; a frame is encoded once,
//! however many it is sent to.

use std::sync::Arc;

use nemcon_ledger::text::{Code, Time};

use super::api::{Effect, Notice};
use super::message::{Message, PENDING_BATCH_BYTES_MAX};
use super::write::Write;
use crate::consensus::MemberKey;
use crate::evidence::Evidence;

/// What one input is taken in with, and what came of it so far.
pub(super) struct Step {
    /// The time of the step, by this node's clock.
    pub(super) now: Time,
    /// The member whose connection brought the frame that is being taken in.
    pub(super) sender: Option<Code>,
    /// The signer of the consensus message in that frame.
    pub(super) brought: Option<MemberKey>,
    out: Vec<Effect>,
    /// Records that this node's own people have submitted, to be passed on at the end of the step.
    fresh: Vec<Arc<[u8]>>,
}

/// Records in batches, each of which is one message.
pub(super) fn in_batches(records: Vec<Arc<[u8]>>) -> Vec<Vec<Vec<u8>>> {
    let mut batches: Vec<Vec<Vec<u8>>> = Vec::new();
    let mut bytes = 0;
    for record in records {
        bytes += record.len();
        if let Some(batch) = batches.last_mut().filter(|_| bytes <= PENDING_BATCH_BYTES_MAX) {
            batch.push(record.to_vec());
        } else {
            bytes = record.len();
            batches.push(vec![record.to_vec()]);
        }
    }
    batches
}

impl Step {
    pub(super) const fn new(now: Time) -> Self {
        Self { now, sender: None, brought: None, out: Vec::new(), fresh: Vec::new() }
    }

    /// A new step begins: nobody has brought anything yet.
    pub(super) fn begin(&mut self, now: Time) {
        self.now = now;
        self.sender = None;
        self.brought = None;
    }

    /// The effects of the step, in their order. What was submitted is passed on last.
    pub(super) fn finish(&mut self) -> Vec<Effect> {
        for records in in_batches(core::mem::take(&mut self.fresh)) {
            self.broadcast(&Message::Pending(records));
        }
        core::mem::take(&mut self.out)
    }

    /// So many milliseconds from now.
    pub(super) fn after_ms(&self, ms: u64) -> Time {
        Time::from_ms(self.now.as_ms() + ms).unwrap_or(self.now)
    }

    /// How many effects there are so far.
    pub(super) const fn len(&self) -> usize {
        self.out.len()
    }

    /// Whether something was appended to the journal since there were `len` effects.
    pub(super) fn has_journalled_since(&self, len: usize) -> bool {
        let is_append = |effect: &Effect| matches!(effect, Effect::Disk(Write::Journal(_)));
        self.out[len..].iter().any(is_append)
    }

    pub(super) fn push(&mut self, effect: Effect) {
        self.out.push(effect);
    }

    /// Has the disk do something.
    pub(super) fn write(&mut self, write: Write) {
        self.out.push(Effect::Disk(write));
    }

    /// Has evidence kept, if there is any.
    pub(super) fn keep(&mut self, evidence: Option<Evidence>) {
        self.out.extend(evidence.map(|evidence| Write::Evidence(Box::new(evidence)).into()));
    }

    /// Tells the operator something.
    pub(super) fn notice(&mut self, notice: Notice) {
        self.out.push(Effect::Notice(notice));
    }

    /// Sends a message to one member.
    pub(super) fn send(&mut self, to: &Code, message: &Message) {
        self.send_counted(to, message);
    }

    /// Sends a message to one member; how many bytes it has.
    pub(super) fn send_counted(&mut self, to: &Code, message: &Message) -> u64 {
        let frame: Arc<[u8]> = Arc::from(message.encode());
        let bytes = frame.len() as u64;
        self.out.push(Effect::Send(to.clone(), frame));
        bytes
    }

    /// Sends a message to every member that is connected.
    pub(super) fn broadcast(&mut self, message: &Message) {
        self.out.push(Effect::Broadcast(Arc::from(message.encode())));
    }

    /// Has a record passed on to every member that is connected, at the end of the step.
    pub(super) fn pass_on(&mut self, record: &[u8]) {
        self.fresh.push(Arc::from(record));
    }
}
