//! Voting again at the height under way, after the log was lost, by what others remember [rules.md R17].
//!
//! What the others saw this node sign binds it as its own log would have:
//!
//! - it signs nothing else where it has signed: what it signed there is sent again;
//! - up to the last round that it is known to have signed in, it signs nothing new but nil, for it
//!   may have left those rounds with a lock that they do not show;
//! - its last precommit for a block is a lock: no other block gets its prevote before a polka of
//!   that round or a later one is there.
//!
//! All three take effect where votes are signed: whatever the core wants passes here.

use std::collections::{BTreeMap, BTreeSet};

use arc_malachitebft_core_consensus as malachite;
use nemcon_crypto::Digest;
use nemcon_ledger::Height;

use super::api::{Effect, Fatal, Host};
use super::engine::{Engine, Session};
use super::gate::Passage;
use super::message::{ConsensusMessage, ProposalHeader, Round, Vote, VoteKind};
use super::recollection::Recollection;
use super::roster::{MemberKey, Roster};
use super::translate::{proposal_in, vote_in};

/// What this node is known to have signed at one height before it lost its log.
#[derive(Debug, Default)]
pub(super) struct Taken {
    votes: BTreeMap<(Round, VoteKind), Vote>,
    proposals: BTreeMap<Round, ProposalHeader>,
    /// The last round that it signed in.
    last: Round,
    lock: Option<(Round, Digest)>,
    /// Blocks with a polka of the lock's round or a later one.
    unlocked: BTreeSet<Digest>,
}

/// What to sign in place of a vote.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Instead {
    /// The vote itself.
    Nothing,
    /// Nil.
    Nil,
    /// What was signed before.
    Recorded(Vote),
}

impl Taken {
    /// What `me` signed at `height`. Of two different messages of one round, which only a node that
    /// was taken over wrongly can have signed, the first counts.
    fn of(me: MemberKey, height: Height, memory: &Recollection) -> Self {
        let mut taken = Self::default();
        let own = memory.messages.iter().filter(|it| it.signer() == Some(me));
        for message in own.filter(|it| it.height() == height) {
            match message {
                ConsensusMessage::Vote(vote) => taken.take_vote(vote),
                ConsensusMessage::Proposal(proposal) => taken.take_proposal(proposal.header()),
                ConsensusMessage::Polka(_) | ConsensusMessage::Round(_) => {}
            }
        }
        for (header, _) in memory.headers.iter().filter(|(it, _)| it.height == height) {
            taken.take_proposal(*header);
        }
        taken
    }

    fn take_vote(&mut self, vote: &Vote) {
        self.last = self.last.max(vote.round);
        self.votes.entry((vote.round, vote.kind)).or_insert_with(|| vote.clone());
        if let (VoteKind::Precommit, Some(id)) = (vote.kind, vote.value)
            && self.lock.is_none_or(|(round, _)| round < vote.round)
        {
            self.lock = Some((vote.round, id));
        }
    }

    fn take_proposal(&mut self, header: ProposalHeader) {
        self.last = self.last.max(header.round);
        self.proposals.entry(header.round).or_insert(header);
    }

    /// Notes which blocks have a polka of which round.
    pub(super) fn note_polkas(&mut self, polkas: impl Iterator<Item = (Round, Digest)>) {
        let Some((locked, _)) = self.lock else { return };
        self.unlocked.extend(polkas.filter(|(round, _)| *round >= locked).map(|(_, id)| id));
    }

    /// What to sign where the core wants this vote signed.
    pub(super) fn instead_of(
        &self,
        round: Round,
        kind: VoteKind,
        value: Option<Digest>,
    ) -> Instead {
        if let Some(vote) = self.votes.get(&(round, kind)) {
            return Instead::Recorded(vote.clone());
        }
        let Some(id) = value else { return Instead::Nothing };
        let is_locked_out = kind == VoteKind::Prevote
            && self.lock.is_some_and(|(_, locked)| locked != id && !self.unlocked.contains(&id));
        if round < self.last || is_locked_out { Instead::Nil } else { Instead::Nothing }
    }

    /// Whether this node may sign the proposal: the very one that it signed before, or one of a
    /// round that it had not reached.
    pub(super) fn lets_propose(&self, header: &ProposalHeader) -> bool {
        match self.proposals.get(&header.round) {
            Some(before) => before == header,
            None => header.round >= self.last,
        }
    }

    /// Whether a new block may be proposed in `round`.
    pub(super) fn lets_build(&self, round: Round) -> bool {
        round >= self.last && !self.proposals.contains_key(&round)
    }
}

impl Engine {
    /// Begins `height`, or begins it anew, with what others remember of it, and votes in it.
    /// `memory` has passed [`Engine::keep_genuine`].
    pub(super) fn rejoin(
        &mut self,
        now_ms: u64,
        height: Height,
        roster: Roster,
        mut memory: Recollection,
        host: &mut dyn Host,
        out: &mut Vec<Effect>,
    ) -> Result<(), Fatal> {
        let is_under_way = self.session.is_some() && self.height == height;
        if height <= self.height && !is_under_way {
            return Err(Fatal::HeightGoesBack { current: self.height, asked: height });
        }
        let me = self.keys.me_public();
        memory.merge(self.remembered(height, &me).0);
        let before = self.session.take().filter(|_| is_under_way);
        self.timers.cancel_all(out);
        self.move_to(height, roster);
        self.observing = false;
        let mut session = self.open_session();
        if let Some(before) = before {
            session.desk.inherit(before.desk);
        }
        let taken = Taken::of(self.keys.me(), height, &memory);
        session.desk.own.claim_taken(taken.votes.values(), taken.proposals.values());
        session.desk.taken = Some(taken);
        self.session = Some(session);
        self.begin(false, out)?;
        self.recall(now_ms, height, memory, host, out)?;
        for (arrived_ms, message) in self.ahead.take(height) {
            self.receive(arrived_ms, message, host, out)?;
        }
        Ok(())
    }

    /// Feeds what was said at `height` as if it was heard now, round by round.
    fn recall(
        &mut self,
        now_ms: u64,
        height: Height,
        memory: Recollection,
        host: &mut dyn Host,
        out: &mut Vec<Effect>,
    ) -> Result<(), Fatal> {
        let me = self.keys.me();
        let mut messages = memory.messages;
        messages.retain(|it| it.height() == height);
        messages.sort_by_key(|it| {
            let step = match it {
                ConsensusMessage::Proposal(_) => 0,
                ConsensusMessage::Vote(vote) if vote.kind == VoteKind::Prevote => 1,
                ConsensusMessage::Polka(_) | ConsensusMessage::Round(_) => 2,
                ConsensusMessage::Vote(_) => 3,
            };
            (it.round(), step)
        });
        for message in messages {
            if message.signer() == Some(me) {
                self.recall_own(now_ms, &message, host, out)?;
            } else {
                self.receive(now_ms, message, host, out)?;
            }
            self.release(out)?;
        }
        Ok(())
    }

    fn recall_own(
        &mut self,
        now_ms: u64,
        message: &ConsensusMessage,
        host: &mut dyn Host,
        out: &mut Vec<Effect>,
    ) -> Result<(), Fatal> {
        let Some(Session { gate, desk, .. }) = &mut self.session else { return Ok(()) };
        if !desk.own.has_signed(message) {
            return Ok(());
        }
        let input = match message {
            ConsensusMessage::Vote(vote) => malachite::Input::Vote(vote_in(vote)),
            ConsensusMessage::Proposal(proposal) => match gate.pass(now_ms, proposal, host) {
                Passage::Feed(value) => malachite::Input::Proposal(proposal_in(proposal, value)),
                Passage::Wait | Passage::Fault(_) => return Ok(()),
            },
            ConsensusMessage::Polka(_) | ConsensusMessage::Round(_) => return Ok(()),
        };
        self.feed(input, out)
    }
}
