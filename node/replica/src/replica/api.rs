//! What goes into the replica and what comes out.
//!
//! What it guarantees: both are plain data; the effects of a step must be done in their order, and none
//! after one that failed.

use core::time::Duration;
use std::sync::Arc;

use nemcon_crypto::{Digest, LeafIndex};
use nemcon_ledger::council;
use nemcon_ledger::durable::{Guard, Seal};
use nemcon_ledger::record::Genesis;
use nemcon_ledger::text::{Code, Time};
use nemcon_ledger::{Chain, Height};

use super::boundaries::Boundary;
use super::rejection::Rejection;
use super::rejoin_outcome::{NoRejoin, TakenOver};
use super::write::Write;
use crate::consensus::{CommitCertificate, Fatal, Timeouts, TimerId};
use crate::keyring::Keyring;

/// Names a submission whose answer is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// What the shell tells the replica.
#[derive(Clone, Debug)]
pub enum Input {
    /// The replica was restored from disk and may begin. Once, first.
    Begin,
    /// A timer of [`Effect::Schedule`] has run out.
    TimerElapsed(TimerId),
    /// The time of the last [`Effect::WakeAt`] has come.
    Woken,
    /// A member's node has connected.
    Connected(Code),
    /// A member's node has gone.
    Disconnected(Code),
    /// A frame from a member's node.
    Frame(Code, Vec<u8>),
    /// Statements whose lines were verified elsewhere, before the frame that brings them is taken in.
    Proven(Vec<council::Proven>),
    /// Blocks up to `top`, the next ones of the ledger, have come from a member's node, and are verified elsewhere
    /// before their frame is taken in: what follows them may be asked for.
    BlocksCame {
        /// The member.
        from: Code,
        /// The last of the blocks.
        top: Height,
    },
    /// A record to be ordered, from this member's own people.
    Submitted {
        /// Comes back in [`Effect::Answer`].
        ticket: Ticket,
        /// The signed note.
        record: Vec<u8>,
    },
    /// Nobody waits for this ticket any more.
    Abandoned(Ticket),
    /// The operator of this node, which observes, wants it to vote again by what all others saw it
    /// sign; [`Effect::Rejoin`] answers.
    Rejoin(Ticket),
    /// A frame with blocks, seals or an entry from a peer that is no member: they prove themselves or are
    /// worth nothing [rules.md R29].
    Offered(Vec<u8>),
    /// The keys that this node holds from now on. The roster says which of them it uses.
    Keys(Keyring),
    /// Ask this connected member what its clock reads.
    AskClock(Code),
    /// Two running processes show this member's node key.
    SeenTwice(Code),
    /// A second process with the node key of this connected member was refused.
    RivalAppears(Code),
    /// This member's node refused this one: another process with this node's key is connected there.
    ToldOfRival(Code),
}

/// What became of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is valid and passed on. A second answer follows when it is ordered, or refused after all.
    Accepted {
        /// Its text hash.
        text_hash: Digest,
    },
    /// It is in a block that is durable here.
    Ordered {
        /// Its text hash.
        text_hash: Digest,
        /// The block.
        height: Height,
        /// The block's time.
        time: Time,
        /// Its place in the log.
        leaf: LeafIndex,
    },
    /// It was not let in.
    Refused(Rejection),
}

/// What the shell must do, in the order given. After a failed write or sync nothing more of it may
/// be done: the node stops.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Have the disk do something.
    Disk(Write),
    /// Send to one member.
    Send(Code, Arc<[u8]>),
    /// Send to every member that is connected.
    Broadcast(Arc<[u8]>),
    /// Read decided blocks from the journal and send them to this member.
    SendBlocks(Code, Height),
    /// End the connection to this member: it brings nothing but faults. Frames of it that come
    /// before [`Input::Disconnected`] are not looked at.
    Disconnect(Code),
    /// Start a timer.
    Schedule(TimerId, Duration),
    /// Forget a timer.
    Cancel(TimerId),
    /// Come back with [`Input::Woken`] at this time; replaces the last one. `None`: not at all.
    WakeAt(Option<Time>),
    /// Answer a submission.
    Answer(Ticket, Outcome),
    /// Answer the operator's [`Input::Rejoin`].
    Rejoin(Ticket, Result<TakenOver, NoRejoin>),
    /// Something to tell the operator.
    Notice(Notice),
    /// The roster has changed, or the members that are about to enter it: the mesh must admit others now.
    Roster,
    /// Stop for good: the last effect there is.
    Stop(Halt),
}

impl From<Write> for Effect {
    fn from(write: Write) -> Self {
        Self::Disk(write)
    }
}

/// Something to tell the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A block was appended.
    Block {
        /// Its height.
        height: Height,
        /// The log's size at its end.
        size: u64,
        /// Whether it came from a peer that had it already.
        caught_up: bool,
    },
    /// Every member has sealed this height.
    SealedByAll(Height),
    /// A member's node did something that an honest one does not.
    Fault(Code, Misdeed),
    /// This node has lost track of what it signed, and withholds its votes.
    Observing,
    /// This node votes again from this height on.
    VotesFrom(Height),
    /// This node votes again at this height, by what all others saw it sign.
    Rejoined(Height),
    /// Another roster decides from this height on.
    Roster(Height),
    /// More than two thirds of the roster agree with a change that this node took over.
    Confirmed,
}

/// What an honest node does not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Misdeed {
    /// A frame that is no message.
    #[error("malformed-frame")]
    Frame,
    /// A consensus message with a fault.
    #[error("consensus-{0:?}")]
    Consensus(crate::consensus::FaultKind),
    /// Two conflicting messages of one member.
    #[error("equivocation")]
    Equivocation,
    /// A pending record that no honest node passes on.
    #[error("invalid-pending")]
    Pending,
    /// A seal that does not verify, or of nobody in the roster.
    #[error("invalid-seal")]
    Seal,
    /// A seal of another tree head than the ledger's.
    #[error("conflicting-seal")]
    ConflictingSeal,
    /// A block whose certificate does not prove it.
    #[error("unproven-block")]
    Certificate,
    /// A message longer than its kind may be.
    #[error("oversized-message")]
    Oversized,
}

/// The node must stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Halt {
    /// The consensus engine cannot go on.
    #[error("consensus: {0}")]
    Consensus(#[from] Fatal),
    /// The write-ahead log of a height does not decode.
    #[error("the write-ahead log of block {} holds what this release cannot read", .0.0)]
    Log(Height),
    /// More than f members have sealed another ledger than this one.
    #[error(
        "{members} members have sealed another ledger at block {}: the council has forked. The \
         evidence is kept; bring it to the other members",
        .height.0
    )]
    ForkSealed {
        /// The height at which the ledgers differ.
        height: Height,
        /// How many members have sealed the other one.
        members: usize,
    },
    /// More than two thirds have decided another block than this ledger holds.
    #[error(
        "block {} was decided twice: this ledger holds {ours}, a certificate proves {theirs}. The \
         council has forked; bring both ledgers to the other members",
        .height.0
    )]
    ForkDecided {
        /// The height that was decided twice.
        height: Height,
        /// The id of this ledger's block.
        ours: Digest,
        /// The id of the block that the certificate proves.
        theirs: Digest,
    },
    /// The council goes on by rules that this release does not know [rules.md R25].
    #[error(
        "from block {} on {error}. Install that release: the ledger and the keys stay as they are",
        .height.0
    )]
    Rules {
        /// The first block under them.
        height: Height,
        /// Which rules, and the release that knows them.
        error: nemcon_ledger::chain::BlockError,
    },
    /// A block that more than two thirds decided does not follow from the ledger.
    #[error("block {} was decided by more than two thirds and does not follow: {error}", .height.0)]
    DecidedInvalid {
        /// Its height.
        height: Height,
        /// Why it does not follow.
        error: nemcon_ledger::chain::BlockError,
    },
}

/// In place of a height that is not known yet: the node observes.
pub const HEIGHT_UNKNOWN: Height = Height(u64::MAX);

/// Who the replica is and what it starts from.
pub struct Restored {
    /// The founding text.
    pub genesis: Genesis,
    /// This node's member.
    pub me: Code,
    /// The keys that it holds.
    pub keys: Keyring,
    /// The chain as the journal gives it.
    pub chain: Chain,
    /// Every boundary of the chain, from height 1.
    pub boundaries: Vec<Boundary>,
    /// The seals in the journal, in any order. They were verified before they were written.
    pub seals: Vec<Seal>,
    /// The newest guard in the file `signed`.
    pub guard: Option<Guard>,
    /// The height whose write-ahead log the file `signed` holds, and the log.
    pub wal: (Height, Vec<Vec<u8>>),
    /// The height from which on this node votes, [`HEIGHT_UNKNOWN`] if it has lost track of what it
    /// signed.
    pub votes_from: Height,
    /// The newest certificate in the journal.
    pub certificate: Option<CommitCertificate>,
    /// The consensus timeouts.
    pub timeouts: Timeouts,
}
