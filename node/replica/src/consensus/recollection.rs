//! What one node remembers of a height, as it tells a member that has lost its own log.

use nemcon_crypto::{PublicKey, Signature};
use nemcon_ledger::Height;
use serde::{Deserialize, Serialize};

use super::limits::RECOLLECTION_MESSAGES_MAX;
use super::member_key::MemberKey;
use super::message::{ConsensusMessage, ProposalHeader};

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
