//! How consensus is driven: when a height begins, what is proposed, what its effects mean here.
//!
//! What it guarantees [rules.md R26]: a height begins only if there is work, or a log of it, or if other members
//! have begun it; a node that is about to stop begins nothing.

use nemcon_ledger::chain::Proposal;
use nemcon_ledger::{Height, codec};

use super::api::{Effect, Halt, Misdeed};
use super::message::Message;
use super::state::Replica;
use super::validate::{Judge, value_of};
use super::write::Write;
use crate::consensus::{self, MemberKey};
use crate::evidence::Evidence;

impl Replica {
    /// Begins after a start. A height that was under way is resumed as soon as nothing stands in its way.
    pub(super) fn begin(&mut self) {
        self.ending.stop_at_unknown_rules(&self.chain);
        if self.deciding.has_log_of(self.chain.height().next()) {
            // A height is begun only when its roster is confirmed.
            self.agreement.waive();
        }
        self.confirm();
    }

    /// Begins to decide a height, with the node key that its roster names. What this node signed at that
    /// height before a restart binds it, however late the height begins or the key comes.
    fn start_height(&mut self, height: Height) -> Result<(), Halt> {
        let roster = self.chain.rosters().at(height);
        let Some(key) = self.keys.node_of(roster, &self.me) else { return Ok(()) };
        self.engine.set_key(key.clone());
        self.engine.set_observing(self.voting.withholds_at(height));
        let restart = self.deciding.take_log(height)?;
        let roster = self.voters_at(height);
        self.drive(consensus::Input::StartHeight { height, roster, restart })
    }

    /// Gives the engine one input and obeys what it says.
    pub(super) fn drive(&mut self, input: consensus::Input) -> Result<(), Halt> {
        let (chain, judged) = (&self.chain, &mut self.deciding.judged);
        let mut host = Judge { chain, judged, known: &mut self.known };
        let effects = self.engine.step(self.step.now.as_ms(), input, &mut host)?;
        effects.into_iter().try_for_each(|effect| self.obey(effect))
    }

    fn obey(&mut self, effect: consensus::Effect) -> Result<(), Halt> {
        use consensus::Effect as E;
        match effect {
            E::Wal(entry) => {
                let bytes = codec::encode(&entry);
                self.step.write(Write::Wal(self.engine.height(), bytes));
            }
            E::SyncWal => self.step.write(Write::SyncSigned),
            E::Broadcast(message) if self.may_speak() => {
                self.step.broadcast(&Message::Consensus(message));
            }
            // Others signed these proposals: they show nothing that this node could have forgotten.
            E::TellProposals(proposals) => self.step.broadcast(&Message::Proposed(proposals)),
            E::GetValue { height, round } => self.deciding.asked = Some((height, round)),
            E::Schedule { timer, after } => self.step.push(Effect::Schedule(timer, after)),
            E::Cancel(timer) => self.step.push(Effect::Cancel(timer)),
            E::Decided(decision) => self.decided(*decision)?,
            E::Evidence(found) => self.equivocated(&found),
            E::Fault(fault) => match &fault.signer {
                Some(signer) => {
                    self.blame_key(signer, Misdeed::Consensus(fault.kind));
                    // An honest node never relays a message with such a fault, so the peer that
                    // delivered it is charged too. If the fault lies in a message that was held before,
                    // the frame at hand brought another one, and its sender is not charged.
                    if self.step.brought == Some(*signer) {
                        self.faults.charge_connection(&mut self.step);
                    }
                }
                None => self.faults.blame_sender(&mut self.step, Misdeed::Consensus(fault.kind)),
            },
            E::Behind { height } => self.answer_behind(height),
            // Below the height from which this node votes again, others may know more of it than it does.
            E::OwnKeyElsewhere { height, .. } if height < self.voting.votes_from() => {}
            // The peer that brings it only relays what was signed with this node's own key.
            E::OwnKeyElsewhere { height, .. } => self.learn_of_own_vote(height),
            E::Broadcast(_) | E::Anomaly(_) => {}
        }
        Ok(())
    }

    /// Blames the member with this node key for what it has signed.
    fn blame_key(&mut self, key: &MemberKey, misdeed: Misdeed) {
        if let Some(member) = self.member_of(key) {
            self.faults.blame(&mut self.step, &member, misdeed);
        }
    }

    /// A member has signed two messages that exclude each other.
    pub(super) fn equivocated(&mut self, found: &consensus::Evidence) {
        self.blame_key(&found.signer(), Misdeed::Equivocation);
        let roster = self.chain.rosters().at(found.height());
        let evidence = Evidence::of_consensus(self.council, roster, found);
        self.step.keep(evidence);
    }

    /// Whether something waits to be ordered: a statement, or a deadline that is due.
    fn has_work(&self) -> bool {
        !self.pending.is_empty() || self.deadline.is_some_and(|due| due <= self.step.now)
    }

    /// Tells consensus what is known now, until nothing changes any more: whether there is work, that a
    /// height begins if there is reason to [rules.md R26], and the block that it asked for. A node that is about to stop begins nothing.
    pub(super) fn settle(&mut self) -> Result<(), Halt> {
        self.end_start_check();
        if self.ending.stop().is_none() {
            // Blocks may have waited for their seals until something else was settled.
            self.seal_boundaries();
        }
        while !self.ending.is_near() {
            let before = (self.chain.height(), self.engine.is_running(), self.deciding.asked);
            let has_work = self.has_work();
            if self.deciding.tell_work(has_work) {
                self.drive(consensus::Input::WorkChanged(has_work))?;
            }
            self.begin_height(has_work)?;
            if has_work {
                self.propose()?;
            }
            if before == (self.chain.height(), self.engine.is_running(), self.deciding.asked) {
                break;
            }
        }
        Ok(())
    }

    fn begin_height(&mut self, has_work: bool) -> Result<(), Halt> {
        let height = self.chain.height().next();
        let began = self.engine.began_height();
        if began.is_some_and(|began| began > height) {
            self.sync.catch_up(&mut self.step, self.chain.height());
        }
        let has_log = self.deciding.has_log_of(height);
        let has_reason = has_log || has_work || began == Some(height);
        if self.engine.is_running() || !has_reason || !self.may_vote() {
            return Ok(());
        }
        if !has_log {
            self.step.write(Write::BeginHeight(height));
        }
        self.start_height(height)
    }

    fn propose(&mut self) -> Result<(), Halt> {
        let Some((height, round)) = self.deciding.asked else { return Ok(()) };
        if height != self.chain.height().next() {
            self.deciding.asked = None;
            return Ok(());
        }
        let proposal = Proposal { time: self.chain.next_time(self.step.now), round: round.0 };
        let candidates = self.pending.candidates();
        let Some((block, next)) = self.chain.assemble_known(&proposal, candidates) else {
            self.rebase_pending();
            return Ok(());
        };
        self.deciding.asked = None;
        let value = value_of(&block).expect("a block of our own ends with its record");
        self.deciding.keep(value.id, next);
        self.drive(consensus::Input::Propose { height, round, value })
    }
}
