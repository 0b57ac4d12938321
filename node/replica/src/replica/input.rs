//! One step of the node: an input is taken in, then what holds after every input is made to hold.
//!
//! What it guarantees: the effects of a step stand in the order in which they must be done; a step that
//! ends in [`Halt`] has no effects at all.

use nemcon_ledger::text::{Code, Time};

use super::api::{Effect, Halt, Input, Misdeed};
use super::message::Message;
use super::state::Replica;
use crate::consensus::{self, PROPOSALS_TOLD_MAX};

impl Replica {
    /// Takes one input at `now` and returns what the shell must do, in order.
    ///
    /// # Errors
    /// [`Halt`]: the node must stop, and nothing of this step may be executed.
    pub fn step(&mut self, now: Time, input: Input) -> Result<Vec<Effect>, Halt> {
        self.step.begin(now);
        match input {
            Input::Begin => self.begin(),
            Input::TimerElapsed(timer) => {
                self.drive(consensus::Input::TimerElapsed(timer))?;
            }
            Input::Woken => self.woken(),
            Input::Connected(member) => self.connected(&member),
            Input::Disconnected(member) => self.disconnected(&member),
            Input::Frame(member, frame) => self.frame(&member, &frame)?,
            Input::Proven(proven) => {
                for proven in proven {
                    self.known.learn(proven);
                }
            }
            Input::BlocksCame { from, top } => self.sync.ask_ahead(&mut self.step, &from, top),
            Input::Submitted { ticket, record } => self.submitted(ticket, &record),
            Input::Abandoned(ticket) => self.tickets.abandon(ticket),
            Input::Rejoin(ticket) => self.begin_rejoin(ticket)?,
            Input::Offered(frame) => self.offered(&frame)?,
            Input::AskClock(member) => self.ask_clock(&member),
            Input::SeenTwice(member) => self.seen_twice(&member),
            Input::RivalAppears(member) => self.rival_appears(&member),
            Input::ToldOfRival(member) => self.rivals.tells(&self.step, &member),
            Input::Keys(keys) => {
                self.keys = keys;
                self.use_key();
            }
        }
        self.settle()?;
        self.look_at_rejoin();
        self.set_wake();
        if let Some(halt) = self.ending.stop() {
            self.step.push(Effect::Stop(halt.clone()));
        }
        Ok(self.step.finish())
    }

    /// A peer is there: it learns where this node stands, what is being decided and what waits.
    fn connected(&mut self, member: &Code) {
        self.faults.forget_connection(member);
        self.shares.forget_connection(member);
        self.sync.connected(member);
        // The seal goes first: in a fork, two sealed tree heads are out before certificates stop the nodes.
        if let Some(seal) = self.seals.of_member(self.own_seals.sealed(), self.me.as_str()) {
            self.step.send(member, &Message::Seals(vec![seal]));
        }
        let standing = self.standing();
        self.step.send(member, &Message::Standing(standing));
        // A peer that has used up its share by connecting again and again hears it later, when timers have it
        // said again.
        if self.shares.is_open(member, self.step.now) {
            self.tell_under_way(member);
        }
        self.rivals.warn(&mut self.step, member, true);
        self.resend.reset(self.step.now);
    }

    /// What is being decided, and what waits.
    fn tell_under_way(&mut self, member: &Code) {
        let spoken = if self.may_speak() { self.engine.current_messages() } else { Vec::new() };
        for message in spoken {
            let bytes = self.step.send_counted(member, &Message::Consensus(message));
            self.shares.charge(member, bytes, self.step.now);
        }
        self.announce_pool(member);
    }

    /// A connection has ended: what it was owed, and what it vouched for, is forgotten.
    fn disconnected(&mut self, member: &Code) {
        self.faults.forget_connection(member);
        self.shares.forget_connection(member);
        self.clocks.forget(member);
        self.rivals.forget_connection(member);
        self.sync.disconnected(member);
        self.lose_witness(member);
        self.agreement.forget(member);
        self.sync.give_up(&mut self.step, member, self.chain.height());
        let asks = self.lacking.forget(member, self.step.now);
        self.ask_for(asks);
    }

    /// A frame from a member.
    fn frame(&mut self, member: &Code, frame: &[u8]) -> Result<(), Halt> {
        if self.faults.is_cut(member) {
            return Ok(());
        }
        self.step.sender = Some(member.clone());
        let Ok(message) = Message::decode(frame) else {
            self.faults.blame_sender(&mut self.step, Misdeed::Frame);
            return Ok(());
        };
        match message {
            Message::Pending(records) => self.take_pending(&records),
            Message::Consensus(message) => {
                self.step.brought = message.signer();
                self.drive(consensus::Input::Message(message))?;
            }
            Message::Seals(seals) => self.take_seals(member, &seals),
            Message::Standing(standing) if standing.is_oversized() => {
                self.faults.blame_sender(&mut self.step, Misdeed::Oversized);
            }
            Message::Standing(standing) => self.stands(member, &standing),
            Message::BlocksWanted { from } => self.serve(member, from),
            Message::Blocks(blocks) => self.take_blocks(member, blocks)?,
            Message::SeenWanted { height } => self.tell_seen(member, height),
            Message::Seen { height, memory } => self.take_seen(member, height, memory)?,
            Message::StandingWanted => self.tell_standing(member),
            Message::Decided(certificate) => self.compare_votes(&certificate),
            Message::Proposed(proposals) if proposals.len() > PROPOSALS_TOLD_MAX => {
                self.faults.blame_sender(&mut self.step, Misdeed::Oversized);
            }
            Message::Proposed(proposals) => self.drive(consensus::Input::Told(proposals))?,
            Message::ClockWanted { asked } => self.tell_clock(member, asked),
            Message::Clock { asked, reads } => self.take_clock(member, asked, reads),
            Message::Announced(leaf_hashes) => self.take_announced(member, &leaf_hashes),
            Message::PendingWanted(leaf_hashes) => self.give_pending(member, &leaf_hashes),
            Message::KeyTwice => self.rivals.tells(&self.step, member),
        }
        Ok(())
    }
}
