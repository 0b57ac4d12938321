//! What comes from people and peers: statements, seals, and where a peer stands.
//!
//! What it guarantees: a peer is blamed for a statement only if no state of this council could have
//! allowed it.

use std::collections::BTreeSet;

use nemcon_crypto::Digest;
use nemcon_crypto::merkle::leaf_hash;
use nemcon_ledger::Height;
use nemcon_ledger::council::{Candidate, Refusal};
use nemcon_ledger::durable::Seal;
use nemcon_ledger::record::statement::SignatureFault;
use nemcon_ledger::text::Code;

use super::api::{Effect, Misdeed, Outcome, Ticket};
use super::catchup::is_entry;
use super::lacking::Asks;
use super::message::{ANNOUNCED_MAX, Message, SEALS_PER_MESSAGE_MAX, Standing};
use super::pending::Added;
use super::rejection::Rejection;
use super::state::Replica;
use super::step::in_batches;

impl Replica {
    /// A record to be ordered, from this member's own people.
    pub(super) fn submitted(&mut self, ticket: Ticket, record: &[u8]) {
        let has_way = !self.is_following() || is_entry(record);
        let offered = if has_way { self.offer(record) } else { Err(Rejection::Following) };
        let outcome = match offered {
            Ok((text_hash, added)) => {
                if added == Added::New {
                    self.step.pass_on(record);
                    self.resend.arm(self.step.now);
                }
                self.tickets.expect(text_hash, ticket);
                Outcome::Accepted { text_hash }
            }
            Err(rejection) => Outcome::Refused(self.look_at_clock(rejection)),
        };
        self.step.push(Effect::Answer(ticket, outcome));
    }

    /// Adds a record to what waits. Statements that time has overtaken are dropped first, and their submitters
    /// get their answers.
    fn offer(&mut self, record: &[u8]) -> Result<(Digest, Added), Rejection> {
        if self.pending.is_outdated(self.step.now) {
            self.rebase_pending();
        }
        let (chain, now) = ((&*self.chain, &mut self.known), self.step.now);
        self.pending.add(record, self.step.sender.clone(), chain, now)
    }

    /// A peer passes statements on.
    pub(super) fn take_pending(&mut self, records: &[Vec<u8>]) {
        for record in records {
            self.heard(record);
            if self.faults.is_sender_cut(&self.step) {
                return;
            }
        }
    }

    /// A peer passes a statement on. A refused statement may be old, or it may rest on blocks that this node
    /// lacks, with other officers or other parties. It counts against the peer only if no state of this
    /// council could have allowed it.
    pub(super) fn heard(&mut self, record: &[u8]) {
        self.lacking.arrived(&leaf_hash(record));
        match self.offer(record) {
            Ok((_, Added::New)) => self.resend.arm(self.step.now),
            Err(
                Rejection::Malformed(_)
                | Rejection::Refused(
                    Refusal::WrongCouncil { .. }
                    | Refusal::Signatures { fault: SignatureFault::Invalid { .. }, .. },
                ),
            ) => self.faults.blame_sender(&mut self.step, Misdeed::Pending),
            Ok((_, Added::Known)) | Err(_) => {}
        }
    }

    pub(super) fn take_seals(&mut self, member: &Code, seals: &[Seal]) {
        if seals.len() > SEALS_PER_MESSAGE_MAX {
            self.faults.blame_sender(&mut self.step, Misdeed::Oversized);
            return;
        }
        let before = self.step.len();
        for seal in seals {
            self.take_seal(seal);
            if self.faults.is_sender_cut(&self.step) {
                return;
            }
        }
        let is_progress = self.step.has_journalled_since(before);
        // After a full message there are more seals. A message that brought nothing new asks for no more:
        // the same one would come again for ever.
        if seals.len() == SEALS_PER_MESSAGE_MAX && is_progress {
            let standing = self.standing();
            self.step.send(member, &Message::Standing(standing));
        }
    }

    /// A peer tells where it stands: it gets the seals that it lacks, and gives the blocks that
    /// this node lacks.
    pub(super) fn stands(&mut self, member: &Code, standing: &Standing) {
        self.serve_seals(member, standing);
        if let Some(certificate) = &standing.certificate {
            self.compare_certificate(certificate);
            self.show_fork(member, certificate.height);
        }
        self.tells_own_seals(member, standing);
        self.shows(member, standing.certificate.as_ref());
        self.agrees(member, standing);
        self.hand_over_pool(member, standing.height);
        self.sync.stands(member, standing);
        let here = self.chain.height();
        if standing.height > here && !self.sync.is_barred(member, self.step.now) {
            self.sync.catch_up(&mut self.step, here);
        }
    }

    /// Announces what waits to a peer that was behind and has caught up: it had to refuse it before.
    fn hand_over_pool(&mut self, member: &Code, height: Height) {
        let here = self.chain.height();
        let was_behind = self.sync.was_behind(member, here);
        let is_open = self.shares.is_open(member, self.step.now);
        if was_behind && height >= here && is_open {
            self.announce_pool(member);
        }
    }

    /// Announces all that waits to one member. An entrant has nothing but its entry, and nobody asks it: it
    /// passes the entry on.
    pub(super) fn announce_pool(&mut self, member: &Code) {
        if self.is_following() {
            for records in in_batches(self.pending.records().cloned().collect()) {
                self.step.send(member, &Message::Pending(records));
            }
            return;
        }
        for leaf_hashes in in_messages(self.pending.leaf_hashes()) {
            let bytes = self.step.send_counted(member, &Message::Announced(leaf_hashes));
            self.shares.charge(member, bytes, self.step.now);
        }
    }

    /// Announces to all what waits here: all of it, or what no other node announces.
    pub(super) fn announce(&mut self, is_own_alone: bool) {
        if self.is_following() {
            self.pending.records().for_each(|record| self.step.pass_on(record));
            return;
        }
        let is_gone = |code: &Code| !self.sync.is_connected(code);
        let leaf_hashes: Vec<_> = if is_own_alone {
            self.pending.leaf_hashes_of_own(is_gone).collect()
        } else {
            // The node that brought a statement may have brought it to nobody else.
            self.pending.leaf_hashes().collect()
        };
        for leaf_hashes in in_messages(leaf_hashes.into_iter()) {
            self.step.broadcast(&Message::Announced(leaf_hashes));
        }
    }

    /// A peer announces what waits there: it is asked for what is lacking here.
    pub(super) fn take_announced(&mut self, member: &Code, leaf_hashes: &[Digest]) {
        if leaf_hashes.len() > ANNOUNCED_MAX {
            self.faults.blame_sender(&mut self.step, Misdeed::Oversized);
            return;
        }
        let (pending, known) = (&self.pending, &self.known);
        // What is known and does not wait was ordered or refused, unless it could still follow.
        let is_absent = |hash: &Digest| {
            let is_over = |it: &Candidate| !pending.could_take(it.statement());
            !pending.holds(hash) && !known.get(hash).is_some_and(is_over)
        };
        let absent = leaf_hashes.iter().copied().filter(is_absent);
        let asks = self.lacking.announced(member, absent, self.step.now);
        self.ask_for([(member.clone(), asks)].into());
    }

    /// Asks peers for statements.
    pub(super) fn ask_for(&mut self, asks: Asks) {
        for (member, leaf_hashes) in asks {
            for leaf_hashes in in_messages(leaf_hashes.into_iter()) {
                self.step.send(&member, &Message::PendingWanted(leaf_hashes));
            }
        }
    }

    /// A peer asks for statements: it gets those that wait here. They count against its share of reading; once
    /// that is used up it gets no more now, and asks elsewhere or again.
    pub(super) fn give_pending(&mut self, member: &Code, leaf_hashes: &[Digest]) {
        if leaf_hashes.len() > ANNOUNCED_MAX {
            self.faults.blame_sender(&mut self.step, Misdeed::Oversized);
            return;
        }
        // Each statement once, however often it is named.
        let wanted: BTreeSet<_> = leaf_hashes.iter().collect();
        let records = wanted.into_iter().filter_map(|it| self.pending.record(it)).cloned();
        for records in in_batches(records.collect()) {
            if !self.shares.is_open(member, self.step.now) {
                return;
            }
            let bytes = self.step.send_counted(member, &Message::Pending(records));
            self.shares.charge(member, bytes, self.step.now);
        }
    }
}

/// Leaf hashes in messages of at most [`ANNOUNCED_MAX`].
fn in_messages(leaf_hashes: impl Iterator<Item = Digest>) -> Vec<Vec<Digest>> {
    let all: Vec<_> = leaf_hashes.collect();
    all.chunks(ANNOUNCED_MAX).map(<[Digest]>::to_vec).collect()
}
