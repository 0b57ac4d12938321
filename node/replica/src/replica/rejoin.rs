//! `node rejoin`: when more than f nodes observe, none of them learns enough from the others. Then the
//! operator of each has it take over what every other node saw it sign, and it votes again [rules.md R17].
//!
//! ```text
//! operator ─▶ SeenWanted to all ─▶ Seen of each ─▶ Observe(later), synced ─▶ votes at this height
//! ```
//!
//! The operator vouches for what no machine can know: that the node which lost its file is the only one
//! with its key, and that the council stands still. All others must answer, because the node that is
//! left out may be the one that saw a vote.

use nemcon_crypto::PublicKey;
use nemcon_ledger::Height;
use nemcon_ledger::text::{Code, Time};

use super::api::{Effect, Halt, Misdeed, Notice, Ticket};
use super::gathering::Gathering;
use super::message::Message;
use super::rejoin_outcome::{NoRejoin, REJOIN_MS, TakenOver};
use super::state::Replica;
use super::write::Write;
use crate::consensus::{self, FaultKind, Recollection};

impl Replica {
    /// The operator wants this node to vote again.
    pub(super) fn begin_rejoin(&mut self, ticket: Ticket) -> Result<(), Halt> {
        if let Err(why) = self.verify_rejoin() {
            self.step.push(Effect::Rejoin(ticket, Err(why)));
            return Ok(());
        }
        let height = self.chain.height().next();
        self.gathering = Some(Gathering::new(ticket, height, self.step.after_ms(REJOIN_MS)));
        self.step.broadcast(&Message::SeenWanted { height });
        self.rejoin_if_all_answered()
    }

    fn verify_rejoin(&self) -> Result<(), NoRejoin> {
        if self.gathering.is_some() {
            return Err(NoRejoin::UnderWay);
        }
        if self.is_following() {
            return Err(NoRejoin::NoSeat);
        }
        if !self.is_observing() {
            return Err(NoRejoin::Votes);
        }
        if let Some(tell) = self.own_key_elsewhere(self.step.now) {
            return Err(NoRejoin::KeyElsewhere(tell));
        }
        let absent = self.other_members().filter(|code| !self.sync.is_connected(code));
        let absent: Vec<_> = absent.cloned().collect();
        if !absent.is_empty() {
            return Err(NoRejoin::NotConnected(absent));
        }
        let ours = self.chain.height();
        match self.proven_ahead() {
            None => Ok(()),
            Some((member, theirs)) => Err(NoRejoin::Behind { member, theirs, ours }),
        }
    }

    /// A connected member that has proven to have a block that this node lacks. What one only claims
    /// is found out by asking it: a node that has decided the height under way answers with its block.
    fn proven_ahead(&self) -> Option<(Code, Height)> {
        let ours = self.chain.height();
        let mut ahead = self.sync.certificates().filter(|(_, proof)| {
            let roster = self.voters_at(proof.height);
            proof.height > ours && proof.verify(self.council, &roster).is_ok()
        });
        ahead.next().map(|(member, proof)| (member.clone(), proof.height))
    }

    /// What this node saw the node of `member` sign at `height` and later, and all that bears on it; and
    /// how many messages were looked at for that.
    pub(super) fn remembered(&self, member: &Code, height: Height) -> (Recollection, usize) {
        self.node_key_of(member).map(|key| self.engine.remembered(height, &key)).unwrap_or_default()
    }

    fn node_key_of(&self, member: &Code) -> Option<PublicKey> {
        self.state().roster().member(member).map(|member| member.node)
    }

    /// A member that has lost its log asks what this node saw it sign. What was said of a height that
    /// is decided is forgotten: the member gets the block, which proves itself.
    pub(super) fn tell_seen(&mut self, member: &Code, height: Height) {
        if self.chain.height() >= height {
            self.serve(member, height);
        } else {
            self.shares.wishes_of(member).seen = Some(height);
            self.grant(member);
        }
    }

    /// Another node tells what it saw this one sign.
    pub(super) fn take_seen(
        &mut self,
        member: &Code,
        height: Height,
        mut memory: Recollection,
    ) -> Result<(), Halt> {
        let me = self.own_key();
        let gathering = self.gathering.as_mut().filter(|it| it.awaits(member, height));
        let Some(gathering) = gathering else { return Ok(()) };
        let is_oversized = memory.is_oversized();
        if is_oversized {
            memory = Recollection::default();
        }
        let is_genuine = self.engine.keep_genuine(height, &mut memory);
        gathering.take(member, memory.signed_by(&me).count(), memory);
        if is_oversized {
            self.faults.blame_sender(&mut self.step, Misdeed::Oversized);
        } else if !is_genuine {
            let misdeed = Misdeed::Consensus(FaultKind::BadSignature);
            self.faults.blame_sender(&mut self.step, misdeed);
        }
        self.rejoin_if_all_answered()
    }

    fn rejoin_if_all_answered(&mut self) -> Result<(), Halt> {
        let Some(gathering) = &self.gathering else { return Ok(()) };
        if !gathering.silent(self.other_members()).is_empty() {
            return Ok(());
        }
        let gathering = self.gathering.take().expect("it was just there");
        self.take_over(gathering)
    }

    /// Votes at this height by what all others remember. That it may not vote at this height by
    /// itself is durable before anything of that leaves: it would have to ask again after a crash.
    fn take_over(&mut self, gathering: Gathering) -> Result<(), Halt> {
        let Gathering { ticket, height, seen, memory, .. } = gathering;
        let latest = memory.signed_by(&self.own_key()).max();
        let votes_from = latest.unwrap_or(height).max(height).next();
        self.deciding.asked = None;
        self.voting.rejoin(&mut self.step, height, votes_from);
        if !self.engine.is_running() {
            self.step.write(Write::BeginHeight(height));
        }
        self.step.write(Write::SyncSigned);
        self.step.notice(Notice::Rejoined(height));
        let roster = self.voters_at(height);
        self.drive(consensus::Input::Rejoin { height, roster, memory })?;
        let count = |code: &Code| (code.clone(), seen.get(code).copied().unwrap_or_default());
        let seen = self.other_members().map(count).collect();
        let votes_from = self.voting.votes_from();
        self.step.push(Effect::Rejoin(ticket, Ok(TakenOver { height, votes_from, seen })));
        Ok(())
    }

    /// Ends the gathering if it comes to nothing: time is over, or the council has gone on.
    pub(super) fn look_at_rejoin(&mut self) {
        let Some(gathering) = &self.gathering else { return };
        let height = self.chain.height();
        if height >= gathering.height {
            self.end_rejoin(NoRejoin::Decided(height));
        } else if gathering.until <= self.step.now {
            let silent = gathering.silent(self.other_members());
            self.end_rejoin(NoRejoin::Silent(silent));
        }
    }

    /// A member that goes away may come back having signed for, or seen, other things.
    pub(super) fn lose_witness(&mut self, member: &Code) {
        if self.gathering.is_some() {
            self.end_rejoin(NoRejoin::NotConnected(vec![member.clone()]));
        }
    }

    fn end_rejoin(&mut self, why: NoRejoin) {
        if let Some(gathering) = self.gathering.take() {
            self.step.push(Effect::Rejoin(gathering.ticket, Err(why)));
        }
    }

    /// When the gathering ends at the latest.
    pub(super) fn rejoin_until(&self) -> Option<Time> {
        self.gathering.as_ref().map(|gathering| gathering.until)
    }
}
