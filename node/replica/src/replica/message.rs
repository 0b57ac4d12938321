//! What nodes say to each other, one message a frame, encoded by the ledger's codec.
//!
//! What it guarantees: one message has one encoding, of at most [`MESSAGE_BYTES_MAX`] bytes to be read.

use std::collections::BTreeMap;

use nemcon_crypto::{Digest, TreeSize};
use nemcon_ledger::Height;
use nemcon_ledger::codec::{self, CodecError};
use nemcon_ledger::durable::{CommittedBlock, Seal};
use nemcon_ledger::text::{Code, Time};
use serde::{Deserialize, Serialize};

use crate::consensus::{
    CommitCertificate, ConsensusMessage, MEMBERS_MAX, Recollection, SignedHeader,
};

/// The longest message in bytes, 8 MiB: what a frame of the mesh holds.
pub const MESSAGE_BYTES_MAX: usize = 8 << 20;
/// The most seals that one message carries.
pub const SEALS_PER_MESSAGE_MAX: usize = 2048;
/// The most bytes of blocks that one answer carries, unless one block alone has more.
pub const BLOCKS_BYTES_MAX: usize = 1024 * 1024;
/// The most blocks that one answer carries.
pub const BLOCKS_PER_MESSAGE_MAX: usize = 64;

/// The most statements that one message announces or asks for.
pub const ANNOUNCED_MAX: usize = 8192;
/// The most bytes of statements that one message carries, unless one statement alone has more.
pub const PENDING_BATCH_BYTES_MAX: usize = 128 * 1024;

/// The most members of which a standing tells. They are more than have a seat at one time, because it also
/// tells of members that have left meanwhile.
pub const STANDING_CODES_MAX: usize = 4 * MEMBERS_MAX;

/// One frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Message {
    /// Statements that wait to be ordered.
    Pending(#[serde(with = "nemcon_ledger::codec::bytes::lists")] Vec<Vec<u8>>),
    /// A message of consensus.
    Consensus(ConsensusMessage),
    /// Seals that the peer may lack.
    Seals(Vec<Seal>),
    /// Where this node stands; asks for what it lacks.
    Standing(Standing),
    /// Asks for decided blocks.
    BlocksWanted {
        /// The first height wanted.
        from: Height,
    },
    /// Decided blocks with their certificates, ascending without a gap.
    Blocks(Vec<CommittedBlock>),
    /// Asks what this node saw the sender sign: the sender has lost its log.
    SeenWanted {
        /// The height under way at the sender.
        height: Height,
    },
    /// Answers [`Message::SeenWanted`] before that height is decided; a node that has decided it gives its
    /// block instead.
    Seen {
        /// The height of the question.
        height: Height,
        /// What it remembers.
        memory: Recollection,
    },
    /// Asks where this node stands.
    StandingWanted,
    /// The certificate of the block just decided, told to one other member: it may have been told
    /// other votes.
    Decided(CommitCertificate),
    /// The proposals that this node received at the last height and that were not decided: their proposer
    /// may have sent others another one.
    Proposed(Vec<SignedHeader>),
    /// Asks what the receiver's clock reads.
    ClockWanted {
        /// What the sender's clock read; comes back in the answer.
        asked: Time,
    },
    /// Answers [`Message::ClockWanted`].
    Clock {
        /// The time of the question.
        asked: Time,
        /// What the sender's clock read.
        reads: Time,
    },
    /// Another running process shows the node key of the receiver.
    KeyTwice,
    /// Announces statements that wait at the sender, by the hashes of their leaves.
    Announced(Vec<Digest>),
    /// Asks for statements that the receiver has announced.
    PendingWanted(Vec<Digest>),
}

/// Where a node stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Its last block.
    pub height: Height,
    /// For each member: the size of the log up to which it holds that member's seals.
    pub sealed: BTreeMap<Code, TreeSize>,
    /// The proof of its last block; none before block 1.
    pub certificate: Option<CommitCertificate>,
}

impl Standing {
    /// Whether its proof is longer than any honest one, which would be kept as long as its sender is
    /// connected, or whether it tells of more members than an honest node does, each of which is looked up.
    pub fn is_oversized(&self) -> bool {
        let proof = self.certificate.as_ref().map_or(0, |it| it.signatures.len());
        proof > MEMBERS_MAX || self.sealed.len() > STANDING_CODES_MAX
    }
}

impl Message {
    /// The frame's bytes.
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// [`CodecError`] if it is not the one encoding of a message.
    pub fn decode(frame: &[u8]) -> Result<Self, CodecError> {
        codec::decode::<Self, MESSAGE_BYTES_MAX>(frame)
    }
}
