//! What a node holds of the height under way: what it can tell a member that has lost its own log.

use core::cmp::Reverse;

use nemcon_crypto::{PublicKey, Signature};
use nemcon_ledger::{Height, codec};
use serde::{Deserialize, Serialize};

use super::engine::Engine;
use super::limits::{RECOLLECTION_BYTES_MAX, RECOLLECTION_MESSAGES_MAX};
use super::message::{ConsensusMessage, ProposalHeader, WalEntry};
use super::roster::MemberKey;
use super::translate::polka_in;

/// What one node holds of a height, told to a member that asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recollection {
    /// The asker's proposals without their blocks, which may be too many to send.
    pub headers: Vec<(ProposalHeader, Signature)>,
    /// Votes, polkas and proposals of all members; the asker's own also of later heights.
    pub messages: Vec<ConsensusMessage>,
}

impl Recollection {
    /// Takes in what another node remembers, each message once.
    pub fn merge(&mut self, other: Self) {
        self.headers.extend(other.headers);
        self.headers.sort_unstable();
        self.headers.dedup();
        self.messages.extend(other.messages);
        self.messages.sort_unstable();
        self.messages.dedup();
    }

    /// The heights of what `member` signed, one for each message.
    pub fn signed_by(&self, member: &PublicKey) -> impl Iterator<Item = Height> {
        let member = MemberKey::of(member);
        let theirs = self.messages.iter().filter(move |it| it.signer() == Some(member));
        let is_whole = |header: &ProposalHeader| {
            self.messages.iter().any(
                |it| matches!(it, ConsensusMessage::Proposal(whole) if whole.header() == *header),
            )
        };
        let headers = self.headers.iter().map(|(header, _)| header);
        let headers = headers.filter(move |header| !is_whole(header)).map(|header| header.height);
        theirs.map(ConsensusMessage::height).chain(headers)
    }

    /// Whether it is longer than any honest node tells.
    pub fn is_oversized(&self) -> bool {
        self.headers.len().max(self.messages.len()) > RECOLLECTION_MESSAGES_MAX
    }
}

impl WalEntry {
    /// The message that was logged, if it was one.
    pub(super) fn message(&self) -> Option<ConsensusMessage> {
        match self {
            Self::Vote(vote) => Some(ConsensusMessage::Vote(vote.clone())),
            Self::Proposal(proposal) => Some(ConsensusMessage::Proposal(proposal.clone())),
            Self::Polka(polka) => Some(ConsensusMessage::Polka(polka.clone())),
            Self::Built { .. } | Self::Timeout { .. } => None,
        }
    }
}

impl Engine {
    /// What this node holds of `height`, for the member of the key `asker`: at most
    /// [`RECOLLECTION_BYTES_MAX`] bytes and [`RECOLLECTION_MESSAGES_MAX`] messages, the asker's own first,
    /// blocks last, the latest rounds before the earlier. With it, how many messages were looked at,
    /// those that are left out included.
    pub fn remembered(&self, height: Height, asker: &PublicKey) -> (Recollection, usize) {
        let asker = MemberKey::of(asker);
        let mut memory = Recollection::default();
        let mut messages: Vec<_> = self.ahead.held_from(height, asker).cloned().collect();
        if let Some(session) = self.session.as_ref().filter(|_| self.height == height) {
            let turn = |round| self.roster.proposer(height, round) == asker;
            memory.headers = session.gate.headers(turn).take(RECOLLECTION_MESSAGES_MAX).collect();
            messages.extend(session.desk.recorded.iter().filter_map(WalEntry::message));
        }
        messages.sort_by_key(|it| {
            let is_block = matches!(it, ConsensusMessage::Proposal(_));
            let is_polka = matches!(it, ConsensusMessage::Polka(_));
            (is_block, it.signer() != Some(asker), !is_polka, Reverse(it.round()))
        });
        let looked_at = messages.len();
        let mut bytes = 0;
        memory.messages = messages.into_iter().take(RECOLLECTION_MESSAGES_MAX).collect();
        memory.messages.retain(|message| {
            let more = codec::encoded_len(message);
            let fits = bytes + more <= RECOLLECTION_BYTES_MAX;
            bytes += if fits { more } else { 0 };
            fits
        });
        (memory, looked_at)
    }

    /// Keeps of what another node tells about `height` only what its signers have signed, and of
    /// later heights only what this node itself has. `false` if something was forged.
    pub fn keep_genuine(&mut self, height: Height, memory: &mut Recollection) -> bool {
        let told = memory.headers.len() + memory.messages.len();
        let me = self.keys.me();
        memory.headers.retain(|(header, signature)| {
            header.height >= height && self.keys.is_own_header_good(header, signature, &self.roster)
        });
        memory.messages.retain(|message| {
            let is_due = message.height() == height
                || message.height() > height && message.signer() == Some(me);
            is_due && self.is_genuine(message)
        });
        told == memory.headers.len() + memory.messages.len()
    }

    fn is_genuine(&mut self, message: &ConsensusMessage) -> bool {
        match message {
            ConsensusMessage::Polka(polka) => {
                polka.signatures.len() <= self.roster.len()
                    && self.keys.is_polka_good(&polka_in(polka), &self.roster)
            }
            signed => self.is_signed(signed),
        }
    }
}
