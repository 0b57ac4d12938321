//! What the messages of evidence mean, and where in the ledger they were signed.
//!
//! What it guarantees: a message that this council's nodes do not write means nothing.

use nemcon_crypto::cosignature::{TIME_MAX_S, cosigned_message};
use nemcon_crypto::{Checkpoint, Digest};
use nemcon_ledger::Height;

use super::error::EvidenceError;
use super::file::{Evidence, Proof};
use super::place::Place;
use crate::consensus::{ProposalHeader, Round, VoteKind, sign_bytes};

/// The two messages of a proof, which exclude each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Contradiction {
    /// Two votes or two proposals of one round.
    Round(Height),
    /// Two tree heads of one size: the member's first.
    Heads(Checkpoint, Checkpoint),
}

impl Contradiction {
    pub(super) const fn place(&self) -> Place {
        match self {
            Self::Round(height) => Place::Block(*height),
            Self::Heads(one, _) => Place::Size(one.size()),
        }
    }
}

impl Evidence {
    /// Where in the ledger the member signed.
    ///
    /// # Errors
    /// [`EvidenceError::Message`] or [`EvidenceError::Compatible`]: then nothing is said anywhere.
    pub fn place(&self) -> Result<Place, EvidenceError> {
        Ok(self.contradiction()?.place())
    }

    /// Reads the two messages by their meaning, and checks that they exclude each other.
    pub(super) fn contradiction(&self) -> Result<Contradiction, EvidenceError> {
        let message = EvidenceError::Message(self.proof.kind());
        let read = match &self.proof {
            Proof::DoubleVote(one, other) => {
                let read = |message: &[u8]| sign_bytes::parse_vote(self.council, message);
                two_votes(read(&one.message), read(&other.message))
            }
            Proof::DoubleProposal(one, other) => {
                let read = |message: &[u8]| sign_bytes::parse_proposal(self.council, message);
                two_proposals(read(&one.message), read(&other.message))
            }
            Proof::DoubleSeal(one, other) => two_heads(seal(&one.message), seal(&other.message)),
            Proof::ForkedSeal { seal: one, head: other, .. } => {
                two_heads(seal(&one.message), head(other))
            }
        };
        read.ok_or(message)?.ok_or(EvidenceError::Compatible)
    }
}

/// A vote by what it says.
type Vote = (VoteKind, Height, Round, Option<Digest>);

/// `None` where a message says nothing, `Some(None)` where the two do not exclude each other.
type Read = Option<Option<Contradiction>>;

fn two_votes(one: Option<Vote>, other: Option<Vote>) -> Read {
    let ((kind, height, round, value), other) = (one?, other?);
    let is_same_turn = (kind, height, round) == (other.0, other.1, other.2);
    Some((is_same_turn && value != other.3).then_some(Contradiction::Round(height)))
}

fn two_proposals(one: Option<ProposalHeader>, other: Option<ProposalHeader>) -> Read {
    let (one, other) = (one?, other?);
    let is_same_turn = (one.height, one.round) == (other.height, other.round);
    Some((is_same_turn && one != other).then_some(Contradiction::Round(one.height)))
}

fn two_heads(one: Option<Checkpoint>, other: Option<Checkpoint>) -> Read {
    let (one, other) = (one?, other?);
    let is_fork =
        one.origin() == other.origin() && one.size() == other.size() && one.root() != other.root();
    Some(is_fork.then_some(Contradiction::Heads(one, other)))
}

/// The tree head that a seal's message covers; a seal's time says nothing here.
fn seal(message: &[u8]) -> Option<Checkpoint> {
    let text = core::str::from_utf8(message).ok()?;
    let (time, text) = text.strip_prefix("cosignature/v1\ntime ")?.split_once('\n')?;
    let time_s: u64 = time.parse().ok().filter(|time_s| *time_s <= TIME_MAX_S)?;
    let head = head(text.as_bytes())?;
    (cosigned_message(time_s, &head.render()).as_bytes() == message).then_some(head)
}

/// A tree head that stands alone.
fn head(message: &[u8]) -> Option<Checkpoint> {
    Checkpoint::parse(core::str::from_utf8(message).ok()?).ok()
}
