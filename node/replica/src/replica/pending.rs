//! The statements that wait to be ordered.
//!
//! What it guarantees: each was valid, when it came, on top of the ledger and of those that waited before
//! it; each party has at most so many waiting, and none keeps out those of another.

use std::collections::BTreeMap;
use std::sync::Arc;

use nemcon_crypto::Digest;
use nemcon_crypto::merkle::leaf_hash;
use nemcon_ledger::council::{Candidate, Council, Refusal};
use nemcon_ledger::record::statement::Share;
use nemcon_ledger::record::{ChainKey, Statement};
use nemcon_ledger::text::{Code, Time};
use nemcon_ledger::{Block, Chain, Height, Known};

use super::rejection::Rejection;
use super::room::Room;

/// How often all that waits is judged anew while a deadline waits for its block, in milliseconds.
const OVERDUE_MS: u64 = 1_000;
/// So many waiting statements are judged anew at once, however often blocks come.
const REJUDGED_AT_ONCE: usize = 256;
/// Where more wait, they are judged anew only so often that these many a millisecond are judged.
const REJUDGED_PER_MS: usize = 4;

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
    candidate: Candidate,
    /// Its bytes, as they are passed on.
    record: Arc<[u8]>,
    /// Where it stands in the order in which they came.
    nth: u64,
    /// The member whose node brought it; none if it was submitted here.
    brought_by: Option<Code>,
}

/// The pool. `ahead` is the council as it would be if all that waits were ordered now.
pub(super) struct Pending {
    waiting: BTreeMap<Digest, Waiting>,
    /// The text hashes of what waits by the hashes of the leaves: a record that comes again is found without
    /// being read.
    leaves: BTreeMap<Digest, Digest>,
    /// The text hashes in the order in which they came, which keeps what follows behind what it follows.
    order: BTreeMap<u64, Digest>,
    next: u64,
    room: Room,
    ahead: Council,
    ahead_time: Time,
    /// The next deadline of `ahead`, which ballots leave as it is: to find it costs a look at all that is open.
    ahead_deadline: Option<Time>,
    /// On top of which block, and when, `ahead` was begun; none if it is to be begun anew.
    begun: Option<(Height, Time)>,
    /// Whether blocks have come since all that waits was judged.
    is_behind: bool,
}

impl Pending {
    pub(super) fn new(chain: &Chain) -> Self {
        let ahead = chain.council().clone();
        Self {
            waiting: BTreeMap::new(),
            leaves: BTreeMap::new(),
            order: BTreeMap::new(),
            next: 0,
            room: Room::default(),
            ahead_deadline: ahead.next_deadline(),
            ahead,
            ahead_time: chain.time(),
            begun: None,
            is_behind: false,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The waiting statements in the order in which they came.
    pub(super) fn statements(&self) -> Vec<&Statement> {
        self.in_order().map(|waiting| waiting.candidate.statement().as_ref()).collect()
    }

    /// The waiting statements, to be put into a block.
    pub(super) fn candidates(&self) -> Vec<Candidate> {
        self.in_order().map(|waiting| waiting.candidate.clone()).collect()
    }

    /// The waiting statements, to be read by other threads.
    pub(super) fn shared(&self) -> Vec<Arc<Statement>> {
        self.in_order().map(|waiting| Arc::clone(waiting.candidate.statement())).collect()
    }

    /// The leaf hashes of what waits, in the order in which it came.
    pub(super) fn leaf_hashes(&self) -> impl Iterator<Item = Digest> {
        self.in_order().map(|waiting| waiting.candidate.leaf_hash())
    }

    /// The leaf hashes of statements that no other node announces: those submitted here, and those brought by
    /// members whose node `is_gone`.
    pub(super) fn leaf_hashes_of_own(
        &self,
        is_gone: impl Fn(&Code) -> bool,
    ) -> impl Iterator<Item = Digest> {
        let is_own = move |waiting: &&Waiting| waiting.brought_by.as_ref().is_none_or(&is_gone);
        self.in_order().filter(is_own).map(|waiting| waiting.candidate.leaf_hash())
    }

    /// Whether a statement with this leaf hash waits.
    pub(super) fn holds(&self, leaf_hash: &Digest) -> bool {
        self.leaves.contains_key(leaf_hash)
    }

    /// Whether a statement that does not wait here could: it follows the last one of its chain, or it tables
    /// what is not tabled.
    pub(super) fn could_take(&self, statement: &Statement) -> bool {
        match statement.body.link() {
            Some(link) => self.ahead.last_statement(&link.chain) == link.after,
            None => self.ahead.measure_by_text(&statement.text_hash).is_none(),
        }
    }

    /// The bytes of the statement with this leaf hash.
    pub(super) fn record(&self, leaf_hash: &Digest) -> Option<&Arc<[u8]>> {
        self.leaves.get(leaf_hash).map(|text_hash| &self.waiting[text_hash].record)
    }

    /// The bytes of what waits, in the order in which it came.
    pub(super) fn records(&self) -> impl Iterator<Item = &Arc<[u8]>> {
        self.in_order().map(|waiting| &waiting.record)
    }

    /// How much of each party waits.
    pub(super) const fn room(&self) -> &Room {
        &self.room
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
    /// whose node passed it on; a record that is submitted here too is announced from here.
    pub(super) fn add(
        &mut self,
        record: &[u8],
        brought_by: Option<Code>,
        (chain, known): (&Chain, &mut Known),
        now: Time,
    ) -> Result<(Digest, Added), Rejection> {
        let leaf_hash = leaf_hash(record);
        if let Some(text_hash) = self.leaves.get(&leaf_hash).copied() {
            if let Some(waiting) = self.waiting.get_mut(&text_hash).filter(|_| brought_by.is_none())
            {
                waiting.brought_by = None;
            }
            return Ok((text_hash, Added::Known));
        }
        let mut candidate = match known.get(&leaf_hash) {
            Some(candidate) => candidate.clone(),
            None => Candidate::read(record).map_err(Rejection::Malformed)?,
        };
        let text_hash = candidate.statement().text_hash;
        if self.waiting.contains_key(&text_hash) {
            return Err(Rejection::OtherSignatures);
        }
        if !self.room.is_for(candidate.statement(), record.len()) {
            let by = candidate.statement().body.head().by.clone();
            return Err(Rejection::Full(by));
        }
        if self.waiting.is_empty() && self.is_stale(chain, now) {
            self.reset(chain, now);
        }
        self.try_apply(&mut candidate).map_err(Rejection::Refused)?;
        known.keep(candidate.clone());
        self.keep(candidate, record, brought_by);
        Ok((text_hash, Added::New))
    }

    fn keep(&mut self, candidate: Candidate, record: &[u8], brought_by: Option<Code>) {
        let text_hash = candidate.statement().text_hash;
        self.room.take(candidate.statement(), record.len());
        let nth = self.next;
        self.next += 1;
        self.order.insert(nth, text_hash);
        self.leaves.insert(candidate.leaf_hash(), text_hash);
        let waiting = Waiting { candidate, record: Arc::from(record), nth, brought_by };
        self.waiting.insert(text_hash, waiting);
    }

    fn remove(&mut self, text_hash: &Digest) {
        let Some(Waiting { candidate, record, nth, .. }) = self.waiting.remove(text_hash) else {
            return;
        };
        self.order.remove(&nth);
        self.leaves.remove(&candidate.leaf_hash());
        self.room.give_back(candidate.statement(), record.len());
    }

    /// Drops the statements that a block has ordered. The others are judged anew by [`Self::rebase`].
    pub(super) fn drop_ordered(&mut self, block: &Block) {
        self.is_behind = true;
        if self.waiting.is_empty() {
            return;
        }
        for record in &block.records {
            if let Some(text_hash) = self.leaves.get(&leaf_hash(record)).copied() {
                self.remove(&text_hash);
            }
        }
    }

    /// The ledger has grown to `chain`: drops the statements that it holds or refuses now, and returns the
    /// refused ones with their reasons.
    pub(super) fn rebase(&mut self, chain: &Chain, now: Time) -> Vec<(Digest, Refusal)> {
        self.reset(chain, now);
        let mut refused = Vec::new();
        for text_hash in self.order.values().copied().collect::<Vec<_>>() {
            let waiting = self.waiting.get_mut(&text_hash).expect("order and map hold the same");
            let mut candidate = waiting.candidate.clone();
            match self.try_apply(&mut candidate) {
                Ok(()) => {
                    let waiting = self.waiting.get_mut(&text_hash).expect("it is there");
                    waiting.candidate = candidate;
                }
                Err(refusal) => {
                    self.remove(&text_hash);
                    refused.push((text_hash, refusal));
                }
            }
        }
        refused
    }

    /// Applies a statement to the council ahead. If a block is full, or a party's share of it is used up, the
    /// statement goes into the next block.
    fn try_apply(&mut self, candidate: &mut Candidate) -> Result<(), Refusal> {
        let mut applied = self.ahead.apply_candidate(candidate);
        let is_full = matches!(applied, Err(Refusal::QuotaSpent(_) | Refusal::BlockFull));
        if is_full {
            self.ahead.close();
            self.ahead.open(self.ahead_time);
            applied = self.ahead.apply_candidate(candidate);
            if applied.is_err() {
                self.begun = None;
            }
        }
        if is_full || candidate.statement().body.share() != Share::Ballots {
            self.ahead_deadline = self.ahead.next_deadline();
        }
        applied
    }

    /// Whether what waits must be judged anew now, because blocks have come. That is at once where few
    /// statements wait; where many wait, it is only so often that judging them takes up a bounded share
    /// of the time.
    pub(super) fn is_rebase_due(&self, now: Time) -> bool {
        let wait_ms = (self.waiting.len() / REJUDGED_PER_MS) as u64;
        self.is_behind
            && (self.waiting.len() <= REJUDGED_AT_ONCE
                || self.begun.is_none_or(|(_, at)| now.as_ms().abs_diff(at.as_ms()) >= wait_ms))
    }

    /// Whether time has passed a deadline, or midnight, since the waiting statements were judged, so that they
    /// must be judged anew before more are added. A deadline that was due before, and whose block has not
    /// come yet, has them judged anew at most once in [`OVERDUE_MS`], because that is expensive.
    pub(super) fn is_outdated(&self, now: Time) -> bool {
        if self.waiting.is_empty() {
            return false;
        }
        if self.ahead_time.day() < now.day() || self.is_rebase_due(now) {
            return true;
        }
        let overdue = now.as_ms().saturating_sub(self.ahead_time.as_ms()) >= OVERDUE_MS;
        let is_due = |due| due <= now && (overdue || self.ahead_time < due);
        self.ahead_deadline.is_some_and(is_due)
    }

    /// Whether, while nothing waits, the council ahead must be copied anew before a record is judged on it. A
    /// copy is expensive, so a peer that sends refused records causes one at most once in [`OVERDUE_MS`].
    fn is_stale(&self, chain: &Chain, now: Time) -> bool {
        let Some((height, at)) = self.begun else { return true };
        let is_due = |due| self.ahead_time < due && due <= now;
        height != chain.height()
            || now.as_ms().abs_diff(at.as_ms()) >= OVERDUE_MS
            || at.day() != now.day()
            || self.ahead_deadline.is_some_and(is_due)
    }

    fn reset(&mut self, chain: &Chain, now: Time) {
        self.begun = Some((chain.height(), now));
        self.is_behind = false;
        self.ahead = chain.council().clone();
        self.ahead_time = chain.next_time(now);
        self.ahead.open(self.ahead_time);
        self.ahead_deadline = self.ahead.next_deadline();
    }

    fn in_order(&self) -> impl Iterator<Item = &Waiting> {
        self.order.values().map(|text_hash| &self.waiting[text_hash])
    }
}

#[cfg(test)]
mod tests;
