//! From one roster to the next: who votes, with which key, and when a change that this node did not
//! decide itself is trusted [rules.md R13, R29].

use nemcon_crypto::PublicKey;
use nemcon_ledger::text::Code;
use nemcon_ledger::{Height, record};

use super::message::{Message, Standing};
use super::{Effect, Halt, Notice, Replica};
use crate::consensus::{self, Roster};

/// A roster as consensus sees it: the node keys in their order.
pub fn voters(roster: &record::Roster) -> Roster {
    let keys: Vec<_> = roster.members.iter().map(|member| member.node).collect();
    Roster::new(&keys).expect("the council's law keeps rosters small and keys apart")
}

impl Replica {
    /// The roster that decides `height`, as consensus sees it.
    pub(super) fn voters_at(&self, height: Height) -> Roster {
        voters(self.chain.rosters().at(height))
    }

    /// The node key of this node at the next height.
    pub(super) fn own_key(&self) -> PublicKey {
        self.keys.shown(self.state().roster(), &self.me).public()
    }

    /// Whether this node may begin to decide the next height: the roster names it with a key that
    /// it holds, and what it took over from others is confirmed.
    pub(super) fn may_vote(&self) -> bool {
        self.unconfirmed.is_none() && !self.is_following()
    }

    /// The chain went from `before` to the next block, and with it perhaps the roster.
    pub(super) fn follow_roster(&mut self, before: Height, caught_up: bool) {
        let changed = self.chain.rosters().nodes_since();
        if changed <= before.next() {
            return;
        }
        self.out.push(Effect::Roster);
        self.out.push(Effect::Notice(Notice::Roster(changed)));
        if caught_up {
            self.unconfirmed = Some(changed);
            self.agreeing.clear();
            self.broadcast(&Message::StandingWanted);
            self.confirm();
        }
    }

    /// A member tells over its own connection where it stands. If that is behind the change, on
    /// this very chain, it has taken the change too: what follows is proven by the roster that the
    /// change made, so it need not stand at this node's very end. This node's own last seal is of
    /// this chain, or it would not have started.
    pub(super) fn agrees(&mut self, member: &Code, standing: &Standing) {
        let Some(changed) = self.unconfirmed else { return };
        let Some(theirs) = &standing.certificate else { return };
        let ours = self.seals.boundary(theirs.height).map(|boundary| boundary.id);
        if theirs.height.next() >= changed
            && ours == Some(theirs.value_id)
            && self.peers.contains_key(member)
        {
            self.agreeing.insert(member.clone());
            self.confirm();
        }
    }

    /// A peer has sealed a block that this node lacks. A node that takes no part in consensus hears
    /// of blocks in no other way.
    pub(super) fn sealed_ahead(&mut self) {
        if !self.may_vote() && self.sender.is_some() {
            self.catch_up();
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

    /// Ends the waiting once more than two thirds of the next block's roster agree, this node among
    /// them if it is a member.
    pub(super) fn confirm(&mut self) {
        if self.unconfirmed.is_none() {
            return;
        }
        let members = &self.state().roster().members;
        let agrees = |code: &Code| *code == self.me || self.agreeing.contains(code);
        let agreeing = members.iter().filter(|member| agrees(&member.code)).count();
        if consensus::is_quorum(agreeing, members.len()) {
            self.unconfirmed = None;
            self.agreeing.clear();
            self.out.push(Effect::Notice(Notice::Confirmed));
        }
    }
}
