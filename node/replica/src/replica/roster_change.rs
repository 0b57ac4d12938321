//! From one roster to the next: who votes, with which key, and when a change that this node did not
//! decide itself is trusted [rules.md R13, R29].
//!
//! What it guarantees: behind a change of the roster that peers gave, this node neither votes nor seals
//! until the others agree with it.

use nemcon_ledger::Height;
use nemcon_ledger::text::Code;

use super::api::{Effect, Halt, Notice};
use super::message::{Message, Standing};
use super::state::Replica;
use crate::consensus;

impl Replica {
    /// Whether this node may begin to decide the next height: the roster names it with a key that
    /// it holds, and what it took over from others is confirmed.
    pub(super) fn may_vote(&self) -> bool {
        self.agreement.is_confirmed() && !self.is_following()
    }

    /// The chain went from `before` to the next block, and with it perhaps the roster.
    pub(super) fn follow_roster(&mut self, before: Height, caught_up: bool) {
        let changed = self.chain.rosters().nodes_since();
        if changed <= before.next() {
            return;
        }
        self.step.push(Effect::Roster);
        self.step.notice(Notice::Roster(changed));
        if caught_up {
            self.agreement.begin(changed);
            self.step.broadcast(&Message::StandingWanted);
            self.confirm();
        }
    }

    /// A member tells over its own connection where it stands. If it stands on this node's chain behind the
    /// change, it has taken the change too. It need not stand at the end of this node's chain: the roster
    /// that the change made proves what follows. This node's own last seal is of this chain, or it would
    /// not have started.
    pub(super) fn agrees(&mut self, member: &Code, standing: &Standing) {
        let Some(changed) = self.agreement.unconfirmed() else { return };
        let Some(theirs) = &standing.certificate else { return };
        let ours = self.seals.boundary(theirs.height).map(|boundary| boundary.id);
        if theirs.height.next() >= changed
            && ours == Some(theirs.value_id)
            && self.sync.is_connected(member)
        {
            self.agreement.add(member);
            self.confirm();
        }
    }

    /// Ends the waiting once more than two thirds of the next block's roster agree, this node among
    /// them if it is a member.
    pub(super) fn confirm(&mut self) {
        let roster = self.chain.council().roster();
        self.agreement.confirm(&mut self.step, &self.me, roster);
    }

    /// A peer has sealed a block that this node lacks. A node that takes no part in consensus hears
    /// of blocks in no other way.
    pub(super) fn sealed_ahead(&mut self) {
        if !self.may_vote() && self.step.sender.is_some() {
            self.sync.catch_up(&mut self.step, self.chain.height());
        }
    }

    /// Consensus on what is decided here is over; the next height's roster judges what comes.
    pub(super) fn rest(&mut self) -> Result<(), Halt> {
        let decided = self.chain.height();
        let roster = self.voters_at(decided.next());
        self.drive(consensus::Input::Rest { decided, roster })?;
        self.use_key();
        Ok(())
    }

    /// Consensus speaks, and knows this node, by the key that the next height's roster names.
    pub(super) fn use_key(&mut self) {
        if let Some(key) = self.keys.node_of(self.state().roster(), &self.me) {
            self.engine.set_key(key.clone());
        }
    }
}
