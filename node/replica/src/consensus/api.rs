//! What goes into the engine and what comes out.
//!
//! What it guarantees: both are plain data; an effect that leaves the node stands behind the
//! [`Effect::SyncWal`] that makes durable what it rests on.

use core::time::Duration;

use nemcon_crypto::Digest;
use nemcon_ledger::Height;

use super::block::{BlockBytes, BlockValue};
use super::certificate::CommitCertificate;
use super::evidence::Evidence;
use super::member_key::MemberKey;
use super::message::{ConsensusMessage, SignedHeader, WalEntry};
use super::recollection::Recollection;
use super::roster::Roster;
use super::round::Round;

/// What the council's state says of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may be decided.
    Valid,
    /// It must never be decided.
    Refused,
}

/// The caller's knowledge of what a block means. Both answers must depend on nothing but the decided
/// chain below `height` and the arguments.
pub trait Host {
    /// Decodes a block, or `None` if it is malformed. One id has one encoding.
    fn open(&mut self, height: Height, bytes: &BlockBytes) -> Option<BlockValue>;

    /// Full validity against the council's state; timeliness is not the host's business.
    fn judge(&mut self, height: Height, value: &BlockValue) -> Verdict;
}

/// Names one scheduled timer; never used twice by one engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimerId(pub u64);

/// What the shell tells the engine.
#[derive(Clone, Debug)]
pub enum Input {
    /// Begin to decide `height`, also in the middle of a lower one that sync has overtaken.
    StartHeight {
        /// Above every height started or rested at before.
        height: Height,
        /// `roster(height)`.
        roster: Roster,
        /// The write-ahead log, if this process finds entries of this height in it; then the
        /// height must be started at once, work or not, or this node's own messages look foreign.
        restart: Option<Vec<WalEntry>>,
    },
    /// Everything up to `decided` is decided and applied; nothing is begun. For a roster change at
    /// the next height, and for sync.
    Rest {
        /// The last decided height.
        decided: Height,
        /// `roster(decided + 1)`.
        roster: Roster,
    },
    /// This node lost its log, and votes at `height` by what every other member remembers.
    Rejoin {
        /// Being decided, or the next one.
        height: Height,
        /// `roster(height)`.
        roster: Roster,
        /// What [`super::Engine::keep_genuine`] has left of it.
        memory: Recollection,
    },
    /// A message from a peer, which nobody has checked yet.
    Message(ConsensusMessage),
    /// A timer has run out.
    TimerElapsed(TimerId),
    /// The answer to [`Effect::GetValue`]: at any time in the round, or never.
    Propose {
        /// The height of the question.
        height: Height,
        /// The round of the question, which is the block's first round.
        round: Round,
        /// The block.
        value: BlockValue,
    },
    /// Whether a valid record is pending or a deadline is due.
    WorkChanged(bool),
    /// Another node tells which proposals it received; they are compared with those that this node
    /// received.
    Told(Vec<SignedHeader>),
}

/// What the shell must do, in the order given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Append to the write-ahead log; not yet durable. Once a block of its height is durable, the entry
    /// is of no use any more.
    Wal(WalEntry),
    /// Make the log durable before anything that follows.
    SyncWal,
    /// Send to every member of the roster.
    Broadcast(ConsensusMessage),
    /// This node proposes: build a block when there is work.
    GetValue {
        /// The height to propose at.
        height: Height,
        /// The round to propose in, and the block's first round.
        round: Round,
    },
    /// Start a timer.
    Schedule {
        /// Comes back in [`Input::TimerElapsed`].
        timer: TimerId,
        /// How long from now.
        after: Duration,
    },
    /// Forget a timer.
    Cancel(TimerId),
    /// Tell every member of the roster which proposals this node received and did not decide: their
    /// proposer may have sent other members another one.
    TellProposals(Vec<SignedHeader>),
    /// The height is over; apply the block.
    Decided(Box<Decision>),
    /// Two messages that convict a member.
    Evidence(Box<Evidence>),
    /// The message just given was wrong.
    Fault(PeerFault),
    /// The message just given is about a height that is decided, from a peer that seems stuck
    /// there: answer on that connection with decided blocks. Its signature was not checked.
    Behind {
        /// The height that the peer is at.
        height: Height,
    },
    /// A message with this node's valid signature that this node does not know: its key is in use
    /// elsewhere, or its log is gone. It should observe.
    OwnKeyElsewhere {
        /// The message's height.
        height: Height,
        /// The message's round.
        round: Round,
    },
    /// The consensus core could not complete an input; work goes on.
    Anomaly(Anomaly),
}

/// A decided block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The height decided.
    pub height: Height,
    /// The block.
    pub value: BlockValue,
    /// The proof; signers differ from node to node.
    pub certificate: CommitCertificate,
}

/// A message that an honest node does not send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerFault {
    /// The message's height.
    pub height: Height,
    /// The signer, where the signature holds. Without one, the connection alone is to blame.
    pub signer: Option<MemberKey>,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum FaultKind {
    /// The signer is not in the roster.
    #[error("the signer is not in the roster")]
    UnknownSigner,
    /// The signature does not verify.
    #[error("the signature does not verify")]
    BadSignature,
    /// A certificate that proves nothing.
    #[error("the certificate proves nothing")]
    BadCertificate,
    /// A proposal of a member whose turn it is not.
    #[error("it is not this member's turn to propose")]
    WrongProposer,
    /// The polka's round is not below the proposal's.
    #[error("the polka's round is not below the proposal's")]
    BadPolRound,
    /// A fresh block of another round, or one first proposed after its polka.
    #[error("the block's first round does not fit the proposal")]
    BadFirstRound,
    /// Bytes that are no block.
    #[error("the proposal holds no block")]
    MalformedBlock,
    /// A block that the council's state refuses.
    #[error("the block is not valid")]
    RefusedBlock,
}

/// An input that the consensus core gave up on without harm to safety.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Anomaly {
    /// The driver refused it.
    #[error("the consensus driver refused an input")]
    Driver,
    /// A polka certificate was missing when the block was to be proposed again.
    #[error("a polka certificate is missing")]
    MissingPolka,
    /// Another of the core's errors.
    #[error("the consensus core failed on an input")]
    Other,
}

/// The node must stop; nothing of the step may be executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fatal {
    /// Replaying the log derives another message than the one recorded.
    #[error("replaying the log at height {0:?} derives another message than it records")]
    ReplayDivergence(Height),
    /// The log holds a block that cannot be opened.
    #[error("the log at height {0:?} holds a block that cannot be opened")]
    LogUnreadable(Height),
    /// More than two thirds vouch for a block that this node finds invalid: more than a third of
    /// the roster is hostile, or this node's state is wrong.
    #[error("more than two thirds vouch for the invalid block {id} at height {height:?}")]
    InvalidBlockVouched {
        /// The height.
        height: Height,
        /// The block.
        id: Digest,
    },
    /// A second, different message for one round was about to be signed.
    #[error("a second message for round {round:?} of height {height:?} was about to be signed")]
    DoubleSign {
        /// The height.
        height: Height,
        /// The round.
        round: Round,
    },
    /// A height that is not above the one before.
    #[error("height {asked:?} is not above {current:?}")]
    HeightGoesBack {
        /// Where the engine is.
        current: Height,
        /// Where it was told to go.
        asked: Height,
    },
    /// The consensus core broke its own protocol.
    #[error("the consensus core broke its own protocol at height {0:?}")]
    Core(Height),
}
