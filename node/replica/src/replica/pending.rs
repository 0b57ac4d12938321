//! The statements that wait to be ordered.
//!
//! What it guarantees: each was valid, when it came, on top of the ledger and of those that waited before
//! it; each party has at most so many waiting, and none keeps out those of another.

use std::collections::BTreeMap;
use std::sync::Arc;

use nemcon_crypto::Digest;
use nemcon_crypto::hash::sha256;
use nemcon_ledger::council::{Council, Proof, Refusal};
use nemcon_ledger::record::{Body, ChainKey, Statement};
use nemcon_ledger::text::{Code, Time};
use nemcon_ledger::{Chain, Height};

use super::message::Message;
use super::rejection::Rejection;

/// The most ballots of one party that wait, and the most of its other statements beside them.
pub const PENDING_PER_MEMBER_MAX: usize = 32;
/// The most bytes of the ballots of one party that wait, and of its other statements.
pub const PENDING_BYTES_PER_MEMBER_MAX: usize = 256 * 1024;
/// The most freezes of one party that wait, the most changes of its officers, and of its node and
/// membership. A thief of officer keys has one freeze, and that serves the member.
pub const PENDING_CHANGES_PER_MEMBER_MAX: usize = 2;

/// How often all that waits is judged anew while a deadline waits for its block, in milliseconds.
const OVERDUE_MS: u64 = 1_000;

/// What came of adding a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Added {
    /// It is new.
    New,
    /// It was there already, byte for byte.
    Known,
}

/// One waiting statement.
struct Waiting {
    statement: Arc<Statement>,
    /// The frame that passes it on. All peers that are sent it share the frame, so that it takes up memory
    /// once.
    frame: Arc<[u8]>,
    /// SHA-256 of its record.
    record_hash: Digest,
    /// The member whose node brought it; none if it was submitted here.
    brought_by: Option<Code>,
    /// Its signatures are verified once, as long as the same keys must sign it.
    proof: Option<Proof>,
}

/// The pool. `ahead` is the council as it would be if all that waits were ordered now.
pub(super) struct Pending {
    waiting: BTreeMap<Digest, Waiting>,
    /// The text hashes of what waits by the hashes of the records: a record that comes again is found without
    /// being parsed.
    records: BTreeMap<Digest, Digest>,
    /// The order in which they came, which keeps what follows behind what it follows.
    order: Vec<Digest>,
    ahead: Council,
    ahead_time: Time,
    /// On top of which block, and when, `ahead` was begun; none if it is to be begun anew.
    begun: Option<(Height, Time)>,
}

impl Pending {
    pub(super) fn new(chain: &Chain) -> Self {
        let ahead = chain.council().clone();
        Self {
            waiting: BTreeMap::new(),
            records: BTreeMap::new(),
            order: Vec::new(),
            ahead,
            ahead_time: chain.time(),
            begun: None,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The waiting statements in the order in which they came.
    pub(super) fn statements(&self) -> Vec<&Statement> {
        self.order.iter().map(|hash| self.waiting[hash].statement.as_ref()).collect()
    }

    /// The waiting statements, to be read by other threads.
    pub(super) fn shared(&self) -> Vec<Arc<Statement>> {
        self.order.iter().map(|hash| Arc::clone(&self.waiting[hash].statement)).collect()
    }

    /// The frames that pass the waiting records on, in the order in which they came.
    pub(super) fn frames(&self) -> impl Iterator<Item = Arc<[u8]>> {
        self.order.iter().map(|hash| self.waiting[hash].frame.clone())
    }

    /// The frames of statements that no other node says again: those submitted here, and those brought by
    /// members whose node `is_gone`.
    pub(super) fn frames_of_own(
        &self,
        is_gone: impl Fn(&Code) -> bool,
    ) -> impl Iterator<Item = Arc<[u8]>> {
        let waiting = self.order.iter().map(|hash| &self.waiting[hash]);
        let own = waiting.filter(move |it| it.brought_by.as_ref().is_none_or(&is_gone));
        own.map(|it| it.frame.clone())
    }

    /// The frame that passes one of them on.
    pub(super) fn frame(&self, text_hash: &Digest) -> Option<Arc<[u8]>> {
        self.waiting.get(text_hash).map(|waiting| waiting.frame.clone())
    }

    /// The council as it would be if all that waits were ordered now.
    pub(super) const fn ahead(&self) -> &Council {
        &self.ahead
    }

    /// The last statement in a chain, waiting ones included.
    pub(super) fn last_statement(&self, chain: &ChainKey) -> Option<Digest> {
        self.ahead.last_statement(chain)
    }

    /// Judges a record on top of the ledger and of what waits, and keeps it. `brought_by` names the member
    /// whose node passed it on; a record that is submitted here too is told again from here.
    pub(super) fn add(
        &mut self,
        record: &[u8],
        brought_by: Option<Code>,
        chain: &Chain,
        now: Time,
    ) -> Result<(Digest, Added), Rejection> {
        let record_hash = sha256(record);
        if let Some(text_hash) = self.records.get(&record_hash).copied() {
            if let Some(waiting) = self.waiting.get_mut(&text_hash).filter(|_| brought_by.is_none())
            {
                waiting.brought_by = None;
            }
            return Ok((text_hash, Added::Known));
        }
        let statement = Statement::parse(record).map_err(Rejection::Malformed)?;
        let text_hash = statement.text_hash;
        if self.waiting.contains_key(&text_hash) {
            return Err(Rejection::OtherSignatures);
        }
        let frame: Arc<[u8]> = Arc::from(Message::Pending(record.to_vec()).encode());
        self.verify_quota(&statement.body, frame.len())?;
        if self.waiting.is_empty() && self.is_stale(chain, now) {
            self.reset(chain, now);
        }
        let statement = Arc::new(statement);
        let mut waiting = Waiting { statement, frame, record_hash, brought_by, proof: None };
        self.try_apply(&mut waiting).map_err(Rejection::Refused)?;
        self.order.push(text_hash);
        self.records.insert(record_hash, text_hash);
        self.waiting.insert(text_hash, waiting);
        Ok((text_hash, Added::New))
    }

    /// The ledger has grown to `chain`: drops the statements that it holds or refuses now, and returns the
    /// refused ones with their reasons.
    pub(super) fn rebase(&mut self, chain: &Chain, now: Time) -> Vec<(Digest, Refusal)> {
        self.reset(chain, now);
        let mut refused = Vec::new();
        for hash in core::mem::take(&mut self.order) {
            let mut waiting = self.waiting.remove(&hash).expect("order and map hold the same");
            match self.try_apply(&mut waiting) {
                Ok(()) => {
                    self.order.push(hash);
                    self.waiting.insert(hash, waiting);
                }
                Err(refusal) => {
                    self.records.remove(&waiting.record_hash);
                    refused.push((hash, refusal));
                }
            }
        }
        refused
    }

    /// Applies a statement to the council ahead. If a block is full, or a party's share of it is used up, the
    /// statement goes into the next block.
    fn try_apply(&mut self, waiting: &mut Waiting) -> Result<(), Refusal> {
        let Waiting { statement, proof, .. } = waiting;
        match self.ahead.apply_proven(statement, proof) {
            Err(Refusal::QuotaSpent(_) | Refusal::BlockFull) => {
                self.ahead.close();
                self.ahead.open(self.ahead_time);
                let applied = self.ahead.apply_proven(statement, proof);
                if applied.is_err() {
                    self.begun = None;
                }
                applied
            }
            result => result,
        }
    }

    /// Whether time has passed a deadline, or midnight, since the waiting statements were judged, so that they
    /// must be judged anew before more are added. A deadline that was due before, and whose block has not
    /// come yet, has them judged anew at most once in [`OVERDUE_MS`], because that is expensive.
    pub(super) fn is_outdated(&self, now: Time) -> bool {
        if !self.waiting.is_empty() && self.ahead_time.day() < now.day() {
            return true;
        }
        let overdue = now.as_ms().saturating_sub(self.ahead_time.as_ms()) >= OVERDUE_MS;
        let is_due = |due| due <= now && (overdue || self.ahead_time < due);
        !self.waiting.is_empty() && self.ahead.next_deadline().is_some_and(is_due)
    }

    /// Whether, while nothing waits, the council ahead must be copied anew before a record is judged on it. A
    /// copy is expensive, so a peer that sends refused records causes one at most once in [`OVERDUE_MS`].
    fn is_stale(&self, chain: &Chain, now: Time) -> bool {
        let Some((height, at)) = self.begun else { return true };
        let is_due = |due| self.ahead_time < due && due <= now;
        height != chain.height()
            || now.as_ms().abs_diff(at.as_ms()) >= OVERDUE_MS
            || at.day() != now.day()
            || self.ahead.next_deadline().is_some_and(is_due)
    }

    fn reset(&mut self, chain: &Chain, now: Time) {
        self.begun = Some((chain.height(), now));
        self.ahead = chain.council().clone();
        self.ahead_time = chain.next_time(now);
        self.ahead.open(self.ahead_time);
    }

    /// Checks a party's bound. Each share of a party is counted apart, as the law charges it: statements of
    /// one share keep none of another out.
    fn verify_quota(&self, body: &Body, bytes: usize) -> Result<(), Rejection> {
        let (by, share) = (&body.head().by, body.share());
        let is_alike = |other: &Body| other.head().by == *by && other.share() == share;
        let own = self.waiting.values().filter(|w| is_alike(&w.statement.body));
        let (count, total) = own.fold((0, bytes), |(n, sum), w| (n + 1, sum + w.frame.len()));
        let is_change = share.is_change();
        let most = if is_change { PENDING_CHANGES_PER_MEMBER_MAX } else { PENDING_PER_MEMBER_MAX };
        if count >= most || total > PENDING_BYTES_PER_MEMBER_MAX {
            return Err(Rejection::Full(by.clone()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
