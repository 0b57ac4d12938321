//! What comes from people and peers: submissions, connections, frames.

use nemcon_crypto::Digest;
use nemcon_ledger::Height;
use nemcon_ledger::council::Refusal;
use nemcon_ledger::record::statement::SignatureFault;
use nemcon_ledger::text::Code;

use super::catchup::is_entry;
use super::message::{Message, SEALS_PER_MESSAGE_MAX, Standing};
use super::pending::Added;
use super::{Effect, Halt, Misdeed, Outcome, Rejection, Replica, TICKETS_MAX, Ticket, Write};
use crate::consensus::{self, PROPOSALS_TOLD_MAX};

impl Replica {
    pub(super) fn submitted(&mut self, ticket: Ticket, record: &[u8]) {
        let has_way = !self.is_following() || is_entry(record);
        let offered = if has_way { self.offer(record) } else { Err(Rejection::Following) };
        let outcome = match offered {
            Ok((text_hash, added)) => {
                if added == Added::New {
                    self.pass_on(&text_hash);
                    self.nudge.arm(self.now);
                }
                self.expect_answer(text_hash, ticket);
                Outcome::Accepted { text_hash }
            }
            Err(rejection) => Outcome::Refused(self.look_at_clock(rejection)),
        };
        self.out.push(Effect::Answer(ticket, outcome));
    }

    /// Adds a record to what waits; what time has overtaken goes first, and its submitters are told.
    fn offer(&mut self, record: &[u8]) -> Result<(Digest, Added), Rejection> {
        if self.pending.is_outdated(self.now) {
            self.rebase_pending();
        }
        self.pending.add(record, self.sender.clone(), &self.chain, self.now)
    }

    fn expect_answer(&mut self, text_hash: Digest, ticket: Ticket) {
        let waiting: usize = self.tickets.values().map(Vec::len).sum();
        if waiting < TICKETS_MAX {
            self.tickets.entry(text_hash).or_default().push(ticket);
        }
    }

    pub(super) fn abandon(&mut self, ticket: Ticket) {
        self.tickets.retain(|_, tickets| {
            tickets.retain(|other| *other != ticket);
            !tickets.is_empty()
        });
    }

    /// A peer is there: it learns where this node stands, what is being decided and what waits.
    pub(super) fn connected(&mut self, member: &Code) {
        self.faults.forget_connection(member);
        self.shares.forget_connection(member);
        self.peers.insert(member.clone(), Height(0));
        // First, so that a fork leaves two sealed tree heads before its certificates stop anybody.
        if let Some(seal) = self.seals.of_member(self.own_sealed, self.me.as_str()) {
            self.send(member, &Message::Seals(vec![seal]));
        }
        self.send(member, &Message::Standing(self.standing()));
        // Told again by timers to whoever has used up its share by connecting again and again.
        if self.shares.of(member, self.now).is_open(self.now) {
            self.tell_under_way(member);
        }
        self.warn_of_rival(member);
        self.nudge.reset(self.now);
    }

    /// What is being decided, and what waits.
    fn tell_under_way(&mut self, member: &Code) {
        let spoken = if self.may_speak() { self.engine.current_messages() } else { Vec::new() };
        for message in spoken {
            let bytes = self.send_counted(member, &Message::Consensus(message));
            self.shares.of(member, self.now).charge(bytes);
        }
        self.send_pool(member);
    }

    pub(super) fn disconnected(&mut self, member: &Code) {
        self.faults.forget_connection(member);
        self.shares.forget_connection(member);
        self.clocks.forget(member);
        self.forget_warning(member);
        self.told.remove(member);
        self.peers.remove(member);
        self.lose_witness(member);
        self.agreeing.remove(member);
        self.give_up_fetch(member);
    }

    pub(super) fn frame(&mut self, member: Code, frame: &[u8]) -> Result<(), Halt> {
        if self.faults.is_cut(&member) {
            return Ok(());
        }
        self.sender = Some(member.clone());
        let Ok(message) = Message::decode(frame) else {
            self.fault(Misdeed::Frame);
            return Ok(());
        };
        match message {
            Message::Pending(record) => self.heard(&record),
            Message::Consensus(message) => {
                self.brought = message.signer();
                self.drive(consensus::Input::Message(message))?;
            }
            Message::Seals(seals) => self.take_seals(&member, &seals),
            Message::Standing(standing) if standing.is_oversized() => {
                self.fault(Misdeed::Oversized);
            }
            Message::Standing(standing) => self.stands(member, &standing),
            Message::BlocksWanted { from } => self.serve(&member, from),
            Message::Blocks(blocks) => self.take_blocks(&member, blocks)?,
            Message::SeenWanted { height } => self.tell_seen(&member, height),
            Message::Seen { height, memory } => self.take_seen(&member, height, memory)?,
            Message::StandingWanted => self.tell_standing(&member),
            Message::Decided(certificate) => self.compare_votes(&certificate),
            Message::Proposed(proposals) if proposals.len() > PROPOSALS_TOLD_MAX => {
                self.fault(Misdeed::Oversized);
            }
            Message::Proposed(proposals) => self.drive(consensus::Input::Told(proposals))?,
            Message::ClockWanted { asked } => self.tell_clock(&member, asked),
            Message::Clock { asked, reads } => self.take_clock(&member, asked, reads),
            Message::KeyTwice => self.told_of_rival(&member),
        }
        Ok(())
    }

    /// A peer passes a statement on. What does not fit here may be old news, or news that this node
    /// lacks: of another set of officers, of a party not heard of. What could not be signed so in any
    /// state of this council is the peer's fault.
    pub(super) fn heard(&mut self, record: &[u8]) {
        match self.offer(record) {
            Ok((_, Added::New)) => self.nudge.arm(self.now),
            Err(
                Rejection::Malformed(_)
                | Rejection::Refused(
                    Refusal::WrongCouncil { .. }
                    | Refusal::Signatures { fault: SignatureFault::Invalid { .. }, .. },
                ),
            ) => self.fault(Misdeed::Pending),
            Ok((_, Added::Known)) | Err(_) => {}
        }
    }

    fn take_seals(&mut self, member: &Code, seals: &[nemcon_ledger::journal::Seal]) {
        if seals.len() > SEALS_PER_MESSAGE_MAX {
            self.fault(Misdeed::Oversized);
            return;
        }
        let before = self.out.len();
        for seal in seals {
            self.take_seal(seal);
            if self.is_sender_cut() {
                return;
            }
        }
        let is_progress = self.out[before..]
            .iter()
            .any(|effect| matches!(effect, Effect::Disk(Write::Journal(_))));
        // A full message has a sequel; one that brought nothing new would be sent again for ever.
        if seals.len() == SEALS_PER_MESSAGE_MAX && is_progress {
            self.send(member, &Message::Standing(self.standing()));
        }
    }

    /// A peer tells where it stands: it gets the seals that it lacks, and gives the blocks that
    /// this node lacks.
    fn stands(&mut self, member: Code, standing: &Standing) {
        self.serve_seals(&member, standing);
        if let Some(certificate) = &standing.certificate {
            self.compare_certificate(certificate);
            self.show_fork(&member, certificate.height);
        }
        self.tells_own_seals(&member, standing);
        self.shows(&member, standing.certificate.as_ref());
        self.agrees(&member, standing);
        self.hand_over_pool(&member, standing.height);
        let is_barred = self.is_barred(&member);
        if self.peers.contains_key(&member) {
            self.told.insert(member.clone(), standing.certificate.clone());
            self.peers.insert(member, standing.height);
        }
        if standing.height > self.chain.height() && !is_barred {
            self.catch_up();
        }
    }

    /// A peer that was behind has caught up: what waits did not fit on its ledger before.
    fn hand_over_pool(&mut self, member: &Code, height: Height) {
        let here = self.chain.height();
        let was_behind =
            self.told.contains_key(member) && self.peers.get(member).is_some_and(|at| *at < here);
        let is_open = self.shares.of(member, self.now).is_open(self.now);
        if was_behind && height >= here && is_open {
            self.send_pool(member);
        }
    }

    fn send_pool(&mut self, member: &Code) {
        let bytes = self.pending.frames().map(|frame| frame.len() as u64).sum();
        self.shares.of(member, self.now).charge(bytes);
        let send = |frame| Effect::Send(member.clone(), frame);
        self.out.extend(self.pending.frames().map(send));
    }

    fn pass_on(&mut self, text_hash: &Digest) {
        self.out.extend(self.pending.frame(text_hash).map(Effect::Broadcast));
    }

    pub(super) fn standing(&self) -> Standing {
        Standing {
            height: self.chain.height(),
            sealed: self.seals.standing(self.chain.rosters()),
            certificate: self.certificate.clone(),
        }
    }
}
