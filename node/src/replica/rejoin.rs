//! `node rejoin`: when more than f nodes observe, none of them learns enough from the others. Then
//! each one's operator has it take over what every other node saw it sign, and it votes again (R17).
//!
//! ```text
//! operator ─▶ SeenWanted to all ─▶ Seen of each ─▶ Observe(later), synced ─▶ votes at this height
//! ```
//!
//! The operator's word is what no machine can know: that the node that lost its file is the only one
//! with its key, and that the council stands still. All others must answer, because the one that is
//! left out may be the one that saw a vote.

use std::collections::BTreeMap;

use nemcon_crypto::PublicKey;
use nemcon_ledger::Height;
use nemcon_ledger::council::join;
use nemcon_ledger::text::{Code, Time};

use super::message::Message;
use super::{Effect, Halt, Misdeed, Notice, Replica, Ticket, Write};
use crate::consensus::{self, FaultKind, Recollection};

/// How long the other nodes may take to tell what they saw, in milliseconds.
pub const REJOIN_MS: u64 = 10_000;

/// The answers that are being gathered.
#[derive(Debug)]
pub(super) struct Gathering {
    ticket: Ticket,
    height: Height,
    until: Time,
    /// By member: how many messages of this node it saw.
    seen: BTreeMap<Code, usize>,
    memory: Recollection,
}

/// What a node has taken over, and votes again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenOver {
    /// The height at which it votes again.
    pub height: Height,
    /// After another restart before this height it would observe again.
    pub votes_from: Height,
    /// For each other member in roster order: how many messages of this node its node remembers.
    pub seen: Vec<(Code, usize)>,
}

/// Why a node does not rejoin; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRejoin {
    /// It has not lost track of anything.
    #[error("this node votes already: it has not lost track of what it signed")]
    Votes,
    /// The answers are being gathered.
    #[error("this node is rejoining already")]
    UnderWay,
    /// Another machine uses this node's key.
    #[error("another machine runs with this node's key, as {} tell; it could sign what this node does not know", join(.0))]
    KeyElsewhere(Vec<Code>),
    /// Who may have seen a vote of this node is not there.
    #[error("not connected: {}; each of them may be the one that saw a vote of this node", join(.0))]
    NotConnected(Vec<Code>),
    /// It has no seat to vote from.
    #[error("the roster does not name this node")]
    NoSeat,
    /// They did not tell what they saw.
    #[error("no answer from {} within {} s", join(.0), REJOIN_MS / 1000)]
    Silent(Vec<Code>),
    /// Another node has blocks that this one lacks.
    #[error("{member} is at block {} and this node at block {}", .theirs.0, .ours.0)]
    Behind {
        /// Whose node.
        member: Code,
        /// Its last block.
        theirs: Height,
        /// This node's last block.
        ours: Height,
    },
    /// The council does not stand still.
    #[error("block {} was decided meanwhile: the council does not stand still", .0.0)]
    Decided(Height),
}

impl NoRejoin {
    /// A stable name.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Votes => "votes-already",
            Self::UnderWay => "rejoining",
            Self::KeyElsewhere(_) => "own-key-elsewhere",
            Self::NotConnected(_) => "not-connected",
            Self::NoSeat => "no-seat",
            Self::Silent(_) => "silent",
            Self::Behind { .. } => "behind",
            Self::Decided(_) => "goes-on",
        }
    }

    /// What to do next.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Votes => "nothing is to be done",
            Self::UnderWay => "wait for its answer",
            Self::KeyElsewhere(_) => "stop the other machine first; then try again after a minute",
            Self::NoSeat => "name the key files that the roster asks for",
            Self::NotConnected(_) | Self::Silent(_) => {
                "see to it that every member's node runs and reaches this one, then try again"
            }
            Self::Behind { .. } => "this node is catching up; try again in a moment",
            Self::Decided(_) => {
                "more than two thirds vote without this node; it votes again by itself"
            }
        }
    }
}

impl Replica {
    /// The operator wants this node to vote again.
    pub(super) fn begin_rejoin(&mut self, ticket: Ticket) -> Result<(), Halt> {
        if let Err(why) = self.verify_rejoin() {
            self.out.push(Effect::Rejoin(ticket, Err(why)));
            return Ok(());
        }
        let height = self.chain.height().next();
        let until = Time::from_ms(self.now.as_ms() + REJOIN_MS).unwrap_or(self.now);
        let (seen, memory) = (BTreeMap::new(), Recollection::default());
        self.gathering = Some(Gathering { ticket, height, until, seen, memory });
        self.broadcast(&Message::SeenWanted { height });
        self.rejoin_if_all_answered()
    }

    fn verify_rejoin(&self) -> Result<(), NoRejoin> {
        if self.gathering.is_some() {
            return Err(NoRejoin::UnderWay);
        }
        if self.is_following() {
            return Err(NoRejoin::NoSeat);
        }
        if !self.is_observing() {
            return Err(NoRejoin::Votes);
        }
        if let Some(tell) = self.own_key_elsewhere(self.now) {
            return Err(NoRejoin::KeyElsewhere(tell));
        }
        let absent: Vec<_> =
            self.others().filter(|code| !self.peers.contains_key(code)).cloned().collect();
        if !absent.is_empty() {
            return Err(NoRejoin::NotConnected(absent));
        }
        let ours = self.chain.height();
        match self.proven_ahead() {
            None => Ok(()),
            Some((member, theirs)) => Err(NoRejoin::Behind { member, theirs, ours }),
        }
    }

    /// A connected member that has proven to have a block that this node lacks. What one only claims
    /// is found out by asking it: whoever has decided the height under way answers with its block.
    fn proven_ahead(&self) -> Option<(Code, Height)> {
        let ours = self.chain.height();
        let told = self.told.iter().filter_map(|(member, told)| Some((member, told.as_ref()?)));
        let mut ahead = told.filter(|(_, proof)| {
            let roster = self.voters_at(proof.height);
            proof.height > ours && proof.verify(self.council, &roster).is_ok()
        });
        ahead.next().map(|(member, proof)| (member.clone(), proof.height))
    }

    fn others(&self) -> impl Iterator<Item = &Code> {
        let members = self.state().roster().members.iter();
        members.map(|member| &member.code).filter(|code| **code != self.me)
    }

    /// What this node saw the node of `member` sign at `height` and later, and all that bears on it; and
    /// how many messages were looked at for that.
    pub(super) fn remembered(&self, member: &Code, height: Height) -> (Recollection, usize) {
        self.node_key_of(member).map(|key| self.engine.remembered(height, &key)).unwrap_or_default()
    }

    fn node_key_of(&self, member: &Code) -> Option<PublicKey> {
        self.state().roster().member(member).map(|member| member.node)
    }

    /// A member that has lost its log asks what this node saw it sign. What was said of a height that
    /// is decided is forgotten: the member gets the block, which proves itself.
    pub(super) fn tell_seen(&mut self, member: &Code, height: Height) {
        if self.chain.height() >= height {
            self.serve(member, height);
        } else {
            self.shares.wishes_of(member).seen = Some(height);
            self.grant(member);
        }
    }

    /// Another node tells what it saw this one sign.
    pub(super) fn take_seen(
        &mut self,
        member: &Code,
        height: Height,
        mut memory: Recollection,
    ) -> Result<(), Halt> {
        let me = self.own_key();
        let Some(gathering) = &mut self.gathering else { return Ok(()) };
        let is_first = !gathering.seen.contains_key(member);
        if height != gathering.height || !is_first {
            return Ok(());
        }
        let is_oversized = memory.is_oversized();
        if is_oversized {
            memory = Recollection::default();
        }
        let is_genuine = self.engine.keep_genuine(height, &mut memory);
        let seen = memory.signed_by(&me).count();
        gathering.seen.insert(member.clone(), seen);
        gathering.memory.merge(memory);
        if is_oversized {
            self.fault(Misdeed::Oversized);
        } else if !is_genuine {
            self.fault(Misdeed::Consensus(FaultKind::BadSignature));
        }
        self.rejoin_if_all_answered()
    }

    fn rejoin_if_all_answered(&mut self) -> Result<(), Halt> {
        let Some(gathering) = &self.gathering else { return Ok(()) };
        if self.others().any(|code| !gathering.seen.contains_key(code)) {
            return Ok(());
        }
        let gathering = self.gathering.take().expect("it was just there");
        self.take_over(gathering)
    }

    /// Votes at this height by what all others remember. That it may not vote at this height by
    /// itself is durable before anything of that leaves: it would have to ask again after a crash.
    fn take_over(&mut self, gathering: Gathering) -> Result<(), Halt> {
        let Gathering { ticket, height, seen, memory, .. } = gathering;
        let latest = memory.signed_by(&self.own_key()).max();
        self.votes_from = latest.unwrap_or(height).max(height).next();
        self.rejoined = Some(height);
        self.shown.clear();
        self.asked = None;
        self.write(Write::Observe(self.votes_from));
        if !self.engine.is_running() {
            self.write(Write::BeginHeight(height));
        }
        self.write(Write::SyncSigned);
        self.out.push(Effect::Notice(Notice::Rejoined(height)));
        let roster = self.voters_at(height);
        self.drive(consensus::Input::Rejoin { height, roster, memory })?;
        let count = |code: &Code| (code.clone(), seen.get(code).copied().unwrap_or_default());
        let seen = self.others().map(count).collect();
        let taken = TakenOver { height, votes_from: self.votes_from, seen };
        self.out.push(Effect::Rejoin(ticket, Ok(taken)));
        Ok(())
    }

    /// Ends the gathering if it comes to nothing: time is over, or the council has gone on.
    pub(super) fn look_at_rejoin(&mut self) {
        let Some(gathering) = &self.gathering else { return };
        let height = self.chain.height();
        if height >= gathering.height {
            self.end_rejoin(NoRejoin::Decided(height));
        } else if gathering.until <= self.now {
            let silent = self.others().filter(|code| !gathering.seen.contains_key(code));
            let silent = silent.cloned().collect();
            self.end_rejoin(NoRejoin::Silent(silent));
        }
    }

    /// A member that goes away may come back having signed for, or seen, other things.
    pub(super) fn lose_witness(&mut self, member: &Code) {
        if self.gathering.is_some() {
            self.end_rejoin(NoRejoin::NotConnected(vec![member.clone()]));
        }
    }

    fn end_rejoin(&mut self, why: NoRejoin) {
        if let Some(gathering) = self.gathering.take() {
            self.out.push(Effect::Rejoin(gathering.ticket, Err(why)));
        }
    }

    /// When the gathering ends at the latest.
    pub(super) fn rejoin_until(&self) -> Option<Time> {
        self.gathering.as_ref().map(|gathering| gathering.until)
    }

    /// Whether this node withholds its votes at `height`.
    pub(super) fn withholds_at(&self, height: Height) -> bool {
        let is_bound = height < self.votes_from || self.signed_elsewhere.contains(&height);
        is_bound && self.rejoined != Some(height)
    }
}
