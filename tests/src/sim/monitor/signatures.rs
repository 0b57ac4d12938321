//! No honest node signs twice: one vote a kind and round, one proposal a round, one root a size.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::{Digest, TreeSize};
use nemcon_ledger::Height;
use nemcon_ledger::durable::Seal;
use nemcon_ledger::text::Code;
use nemcon_replica::consensus::{
    ConsensusMessage, MemberKey, Proposal, ProposalHeader, Recollection, Round, Vote, VoteKind,
};
use nemcon_replica::replica::Message;

use super::super::seats::keyring;
use super::Roots;

/// What left each node under its own keys.
pub(super) struct Signatures {
    codes: Vec<Code>,
    /// The node keys that each holds: under whichever it signs, it signs once.
    keys: Vec<BTreeSet<MemberKey>>,
    votes: BTreeMap<(usize, Height, Round, VoteKind), Option<Digest>>,
    proposals: BTreeMap<(usize, Height, Round), ProposalHeader>,
    /// What others told each node, which has lost its log, that it signed.
    told: Vec<Vec<ConsensusMessage>>,
    roots: Vec<Roots>,
    /// The newest seal of each, and the block that it seals.
    newest: Vec<Option<(Height, Seal)>>,
}

impl Signatures {
    pub(super) fn new(codes: &[Code]) -> Self {
        let held = |code| keyring(code).node_keys().map(|key| MemberKey::of(&key)).collect();
        Self {
            codes: codes.to_vec(),
            keys: codes.iter().map(held).collect(),
            votes: BTreeMap::new(),
            proposals: BTreeMap::new(),
            told: vec![Vec::new(); codes.len()],
            roots: vec![Roots::new(); codes.len()],
            newest: vec![None; codes.len()],
        }
    }

    pub(super) fn asks(&mut self, at: usize) {
        self.told[at].clear();
    }

    pub(super) fn told(&mut self, to: usize, seen: &Recollection) {
        let own = seen
            .messages
            .iter()
            .filter(|it| it.signer().is_some_and(|it| self.keys[to].contains(&it)));
        self.told[to].extend(own.cloned());
    }

    /// From `height` on only what was told has been signed.
    pub(super) fn rejoined(&mut self, at: usize, height: Height) {
        self.votes.retain(|(who, of, ..), _| *who != at || *of < height);
        self.proposals.retain(|(who, of, _), _| *who != at || *of < height);
        for message in core::mem::take(&mut self.told[at]) {
            // What was told is what was signed: it cannot contradict itself.
            let _ = self.take(at, &Message::Consensus(message), |_| None);
        }
    }

    pub(super) fn locked(&self, height: Height) -> usize {
        let locks = self.votes.iter().filter(|((_, of, _, kind), value)| {
            (*of, *kind) == (height, VoteKind::Precommit) && value.is_some()
        });
        locks.map(|((who, ..), _)| *who).collect::<BTreeSet<_>>().len()
    }

    /// The newest height that a member has sealed.
    pub(super) fn sealed(&self, at: usize) -> Height {
        self.newest[at].as_ref().map_or(Height(0), |(height, _)| *height)
    }

    /// The height and the key of a vote or proposal that the node `at` has signed, if it is one.
    pub(super) fn signed(&self, at: usize, message: &Message) -> Option<(Height, MemberKey)> {
        let Message::Consensus(message) = message else { return None };
        let signer = message.signer().filter(|it| self.keys[at].contains(it))?;
        let height = match message {
            ConsensusMessage::Vote(vote) => vote.height,
            ConsensusMessage::Proposal(proposal) => proposal.height,
            ConsensusMessage::Polka(_) | ConsensusMessage::Round(_) => return None,
        };
        Some((height, signer))
    }

    /// Takes what leaves the node `at` in a message. `ending_at` is the block that ends at a size.
    pub(super) fn take(
        &mut self,
        at: usize,
        message: &Message,
        ending_at: impl Fn(TreeSize) -> Option<Height>,
    ) -> Result<(), String> {
        match message {
            Message::Consensus(ConsensusMessage::Vote(vote))
                if self.keys[at].contains(&vote.signer) =>
            {
                self.take_vote(at, vote)
            }
            Message::Consensus(ConsensusMessage::Proposal(it))
                if self.keys[at].contains(&it.signer) =>
            {
                self.take_proposal(at, it)
            }
            Message::Seals(seals) => {
                let own = self.codes[at].clone();
                let own = seals.iter().filter(|seal| seal.member == own.as_str());
                own.cloned().try_for_each(|seal| self.take_seal(at, ending_at(seal.size), seal))
            }
            _ => Ok(()),
        }
    }

    fn take_vote(&mut self, at: usize, vote: &Vote) -> Result<(), String> {
        let name = (at, vote.height, vote.round, vote.kind);
        let first = *self.votes.entry(name).or_insert(vote.value);
        if first == vote.value {
            return Ok(());
        }
        let (height, round, kind) = (vote.height.0, vote.round.0, vote.kind);
        Err(format!("two {kind:?}s in round {round} of block {height}"))
    }

    fn take_proposal(&mut self, at: usize, proposal: &Proposal) -> Result<(), String> {
        let header = proposal.header();
        let name = (at, proposal.height, proposal.round);
        let first = *self.proposals.entry(name).or_insert(header);
        if first == header {
            return Ok(());
        }
        let (height, round) = (proposal.height.0, proposal.round.0);
        Err(format!("two proposals in round {round} of block {height}"))
    }

    fn take_seal(&mut self, at: usize, height: Option<Height>, seal: Seal) -> Result<(), String> {
        let first = *self.roots[at].entry(seal.size).or_insert(seal.root);
        if first != seal.root {
            return Err(format!("seals of two roots at size {}", seal.size.0));
        }
        // A tree that no block ends with is for another check.
        let Some(height) = height else { return Ok(()) };
        match &self.newest[at] {
            Some((newest, before)) if height > *newest && seal.time_s < before.time_s => {
                return Err(format!("its seal of block {} goes back in time", height.0));
            }
            Some((newest, _)) if height > newest.next() => {
                return Err(format!("it seals block {} before the one below", height.0));
            }
            Some((newest, _)) if height <= *newest => return Ok(()),
            Some(_) | None => {}
        }
        self.newest[at] = Some((height, seal));
        Ok(())
    }
}
