//! What comes from people and peers: statements, seals, and where a peer stands.
//!
//! What it guarantees: a peer is blamed for a statement only if no state of this council could have
//! allowed it.

use nemcon_crypto::Digest;
use nemcon_ledger::Height;
use nemcon_ledger::council::Refusal;
use nemcon_ledger::durable::Seal;
use nemcon_ledger::record::statement::SignatureFault;
use nemcon_ledger::text::Code;

use super::api::{Effect, Misdeed, Outcome, Ticket};
use super::catchup::is_entry;
use super::message::{Message, SEALS_PER_MESSAGE_MAX, Standing};
use super::pending::Added;
use super::rejection::Rejection;
use super::state::Replica;

impl Replica {
    /// A record to be ordered, from this member's own people.
    pub(super) fn submitted(&mut self, ticket: Ticket, record: &[u8]) {
        let has_way = !self.is_following() || is_entry(record);
        let offered = if has_way { self.offer(record) } else { Err(Rejection::Following) };
        let outcome = match offered {
            Ok((text_hash, added)) => {
                if added == Added::New {
                    self.pass_on(&text_hash);
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
        self.pending.add(record, self.step.sender.clone(), &self.chain, self.step.now)
    }

    /// A peer passes a statement on. A refused statement may be old, or it may rest on blocks that this node
    /// lacks, with other officers or other parties. It counts against the peer only if no state of this
    /// council could have allowed it.
    pub(super) fn heard(&mut self, record: &[u8]) {
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

    /// Sends the waiting statements to a peer that was behind and has caught up: it had to refuse them
    /// before.
    fn hand_over_pool(&mut self, member: &Code, height: Height) {
        let here = self.chain.height();
        let was_behind = self.sync.was_behind(member, here);
        let is_open = self.shares.of(member, self.step.now).is_open(self.step.now);
        if was_behind && height >= here && is_open {
            self.send_pool(member);
        }
    }

    pub(super) fn send_pool(&mut self, member: &Code) {
        let bytes = self.pending.frames().map(|frame| frame.len() as u64).sum();
        self.shares.of(member, self.step.now).charge(bytes);
        for frame in self.pending.frames() {
            self.step.push(Effect::Send(member.clone(), frame));
        }
    }

    fn pass_on(&mut self, text_hash: &Digest) {
        self.step.broadcast_frames(self.pending.frame(text_hash).into_iter());
    }
}
