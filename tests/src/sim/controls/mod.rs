//! Safeguards taken away by the harness, to show that the checks can fail. Nothing in the shipped
//! code turns one off: the harness changes what a node finds, when its effects are done, what time
//! it is told, or what leaves it.

mod credulous;
mod eager;
mod fork;
mod forked_journal;
mod labels;

use std::collections::BTreeMap;

use nemcon_ledger::Height;
use nemcon_ledger::text::Time;
use nemcon_node::server::folder::{Found, Identity};
use nemcon_replica::consensus::{ConsensusMessage, Recollection, faulty_max, is_quorum};
use nemcon_replica::replica::{Effect, Input, Message, Standing};

use super::adversaries::{self, Adversary, AdversaryKind, block_of};
use super::plan::{Faults, Plan};

/// A safeguard that is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Control {
    /// A node forgets at its start what it has voted.
    WalForgotten,
    /// A node forgets what it has sealed, does not wait until others tell it, and its journal comes
    /// from forked peers.
    GuardForgotten,
    /// What a step says leaves before what it rests on is durable.
    SendBeforeSync,
    /// Nodes prevote what they have not judged.
    ValidationSkipped,
    /// A node seals what another has sealed.
    SealWithoutApplying,
    /// Every proposal is timely.
    TimelinessNotJudged,
    /// More than two thirds of the members lie together.
    TooManyLiars,
    /// A node that rejoins does not hear what others saw it sign.
    RejoinBlind,
    /// A node believes what is said beside a seal of its own: of which block it is.
    LabelsBelieved,
    /// Somebody else writes into a node's folder: a snapshot of another state, which agrees with itself.
    SnapshotForged,
}

type Twists = Vec<(usize, Box<dyn Adversary>)>;

impl Control {
    /// Every control, in the order in which `--list` prints them.
    pub const ALL: [Self; 10] = [
        Self::WalForgotten,
        Self::GuardForgotten,
        Self::SendBeforeSync,
        Self::ValidationSkipped,
        Self::SealWithoutApplying,
        Self::TimelinessNotJudged,
        Self::TooManyLiars,
        Self::RejoinBlind,
        Self::LabelsBelieved,
        Self::SnapshotForged,
    ];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WalForgotten => "wal-forgotten",
            Self::GuardForgotten => "guard-forgotten",
            Self::SendBeforeSync => "send-before-sync",
            Self::ValidationSkipped => "validation-skipped",
            Self::SealWithoutApplying => "seal-without-applying",
            Self::TimelinessNotJudged => "timeliness-not-judged",
            Self::TooManyLiars => "too-many-liars",
            Self::RejoinBlind => "rejoin-blind",
            Self::LabelsBelieved => "labels-believed",
            Self::SnapshotForged => "snapshot-forged",
        }
    }

    /// Which check notices it, in which scenario.
    pub const fn noticed_by(self) -> &'static str {
        match self {
            Self::WalForgotten => "no honest node signs twice: crashes in the middle of a round",
            Self::GuardForgotten => "no honest node signs twice: a journal from forked peers",
            Self::SendBeforeSync => "no honest node signs twice: lost power between effects",
            Self::ValidationSkipped => "honest nodes go on: forged blocks gather prevotes",
            Self::SealWithoutApplying => "a seal says applied: seals of others are copied",
            Self::TimelinessNotJudged => "validity: blocks dated back or forward are decided",
            Self::RejoinBlind => "no honest node signs twice: more than f rejoin in a height",
            Self::LabelsBelieved => "liveness: old seals, said to be of later blocks",
            Self::SnapshotForged => {
                "the state follows from the ledger: starts from a state that another wrote"
            }
            Self::TooManyLiars => "agreement: two blocks of one height are both certified",
        }
    }

    /// The scenario that exposes it.
    pub(super) fn set_up(self, plan: &mut Plan) {
        (plan.adversary, plan.faults) = (None, Faults::default());
        plan.topics.clear();
        plan.members = plan.members.max(4);
        plan.liars = faulty_max(plan.members);
        match self {
            Self::WalForgotten | Self::SendBeforeSync => {
                plan.faults = Faults { power: true, restarts: true, delays: true, ..plan.faults };
                plan.faults.clocks = true;
            }
            Self::RejoinBlind => {
                plan.faults = Faults { amnesia: true, delays: true, ..plan.faults };
            }
            Self::SnapshotForged => plan.faults = Faults { restarts: true, ..plan.faults },
            Self::ValidationSkipped => plan.adversary = Some(AdversaryKind::Forger),
            Self::TimelinessNotJudged => plan.adversary = Some(AdversaryKind::Dater),
            Self::LabelsBelieved => plan.adversary = Some(AdversaryKind::Relabeller),
            Self::TooManyLiars => {
                plan.members = 7;
                plan.liars = (1..7).find(|liars| is_quorum(*liars, 7)).expect("seven are one");
            }
            Self::GuardForgotten | Self::SealWithoutApplying => {}
        }
    }

    /// Who twists what: the first are honest but for the safeguard, the rest lie.
    pub(super) fn twists(self, plan: &Plan) -> Twists {
        let honest = 0..plan.members - plan.liars;
        let hostile = plan.members - plan.liars..plan.members;
        let mut twists = Twists::new();
        match self {
            Self::ValidationSkipped => {
                twists.extend(honest.map(|at| (at, credulous::make())));
            }
            Self::SealWithoutApplying => twists.push((0, eager::make())),
            Self::TooManyLiars => twists.push((plan.members - 1, fork::make(hostile.clone()))),
            Self::WalForgotten
            | Self::GuardForgotten
            | Self::SendBeforeSync
            | Self::TimelinessNotJudged
            | Self::RejoinBlind
            | Self::LabelsBelieved
            | Self::SnapshotForged => {}
        }
        if let Some(kind) = plan.adversary {
            twists.extend(hostile.filter_map(|at| Some((at, adversaries::make(kind)?))));
        }
        twists
    }

    /// Whether the checks hold for a node that has a twist: it is honest, but for the safeguard.
    pub(super) const fn is_honest(plan: &Plan, at: usize) -> bool {
        at < plan.members - plan.liars
    }

    /// What a node finds at its start.
    pub(super) fn tamper(self, found: &mut Found) {
        if self == Self::WalForgotten {
            found.signed.wal.clear();
        }
    }

    /// What a node takes for said when it starts: that no other holds a seal of it, from who knows no
    /// guard and does not wait to hear.
    pub(super) fn heard_at_start(self, node: &Identity, height: Height) -> Vec<Input> {
        if self != Self::GuardForgotten {
            return Vec::new();
        }
        let standing = Standing { height, sealed: BTreeMap::new(), certificate: None };
        let frame = Message::Standing(standing).encode();
        let others = node.genesis.roster.members.iter().filter(|member| member.code != node.me);
        others.map(|member| Input::Frame(member.code.clone(), frame.clone())).collect()
    }

    /// What of a frame reaches a node. Whether it is a liar's lie, no node knows.
    pub(super) fn arriving(self, node: &Identity, is_lie: bool, frame: Vec<u8>) -> Vec<u8> {
        match (self, Message::decode(&frame)) {
            (Self::LabelsBelieved, Ok(Message::Seals(seals))) if is_lie => {
                Message::Seals(labels::believed(node, seals)).encode()
            }
            (Self::RejoinBlind, Ok(Message::Seen { height, .. })) => {
                Message::Seen { height, memory: Recollection::default() }.encode()
            }
            // Who knows no guard would learn of its seals, and of the fork, by what others hold.
            (Self::GuardForgotten, Ok(Message::Standing(standing))) => {
                let sealed = BTreeMap::new();
                Message::Standing(Standing { sealed, certificate: None, ..standing }).encode()
            }
            _ => frame,
        }
    }

    /// The order in which the effects of a step are done.
    pub(super) fn in_order(self, mut effects: Vec<Effect>) -> Vec<Effect> {
        if self == Self::SendBeforeSync {
            let leaves = |effect: &Effect| match effect {
                Effect::Send(_, frame) | Effect::Broadcast(frame) => {
                    matches!(Message::decode(frame), Ok(Message::Consensus(_)))
                }
                Effect::Disk(_)
                | Effect::SendBlocks(..)
                | Effect::Disconnect(_)
                | Effect::Schedule(..)
                | Effect::Cancel(_)
                | Effect::WakeAt(_)
                | Effect::Answer(..)
                | Effect::Rejoin(..)
                | Effect::Notice(_)
                | Effect::Roster
                | Effect::Stop(_) => false,
            };
            effects.sort_by_key(|effect| !leaves(effect));
        }
        effects
    }

    /// The time that a node takes for now.
    pub(super) fn clock_for(self, input: &Input, clock: Time) -> Time {
        let Input::Frame(_, frame) = input else { return clock };
        if self != Self::TimelinessNotJudged {
            return clock;
        }
        match Message::decode(frame) {
            Ok(Message::Consensus(ConsensusMessage::Proposal(proposal))) => {
                let record = block_of(&proposal.block).and_then(|block| block.record().ok());
                record.map_or(clock, |record| record.time)
            }
            _ => clock,
        }
    }
}
