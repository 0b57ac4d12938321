//! What an operator wants to know of a node: what it waits for, and what keeps it from voting.
//!
//! What it guarantees: it is read, and never acted upon.

use std::collections::BTreeMap;

use nemcon_ledger::Height;
use nemcon_ledger::text::{Code, Time};

use super::api::{HEIGHT_UNKNOWN, Halt};
use super::clocks::CLOCK_RIGHT_MS;
use super::faults::FaultCounts;
use super::state::Replica;
use crate::consensus::{MemberKey, Step, TimerId};

/// What the block being decided waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awaited {
    /// The block.
    pub height: Height,
    /// The round of that height.
    pub round: u32,
    /// What that round waits for.
    pub step: Step,
    /// The member that proposes in that round.
    pub proposer: Code,
    /// The other members whose votes of that round have not come.
    pub silent: Vec<Code>,
    /// The timer that ends the step, if it runs.
    pub timer: Option<TimerId>,
}

impl Replica {
    /// Whether something waits to be ordered at `now`: a statement, or a deadline that is due. By a clock
    /// that is off none is known to be due.
    pub fn has_work_at(&self, now: Time) -> bool {
        let deadline = self.deadline.filter(|due| *due <= now);
        let is_due = deadline.is_some() && self.own_clock_off(CLOCK_RIGHT_MS).is_none();
        !self.waiting().is_empty() || is_due
    }

    /// What the block being decided waits for; none while nothing is being decided here.
    pub fn awaited(&self) -> Option<Awaited> {
        let waiting = self.engine.waiting()?;
        let roster = self.chain.rosters().at(waiting.height);
        let code_of = |key: &MemberKey| {
            let mut members = roster.members.iter();
            members.find(|it| MemberKey::of(&it.node) == *key).map(|it| it.code.clone())
        };
        Some(Awaited {
            height: waiting.height,
            round: waiting.round.0,
            step: waiting.step,
            proposer: code_of(&waiting.proposer)?,
            silent: waiting.silent.iter().filter_map(code_of).collect(),
            timer: waiting.timer,
        })
    }

    /// The greatest height that more than f connected members tell to have, so that one that tells the
    /// truth has it; this node's own if that is greater.
    pub fn height_of_others(&self) -> Height {
        let roster = self.state().roster();
        let members = self.sync.heights().filter(|(code, _)| roster.member(code).is_some());
        let mut heights: Vec<_> = members.map(|(_, height)| height).collect();
        heights.sort_unstable_by(|one, other| other.cmp(one));
        let told = heights.get(self.faults_max()).copied().unwrap_or_default();
        told.max(self.chain.height())
    }

    /// The heights that connected members have told.
    pub fn heights_told(&self) -> BTreeMap<Code, Height> {
        let told = self.sync.heights().filter(|(_, height)| *height > Height(0));
        told.map(|(code, height)| (code.clone(), height)).collect()
    }

    /// While this node withholds its votes: the block from which on it votes, once that is known.
    pub fn votes_from(&self) -> Option<Height> {
        Some(self.voting.votes_from()).filter(|height| *height != HEIGHT_UNKNOWN)
    }

    /// Whether, since its start, this node was shown something that its own key has signed and that it
    /// does not remember.
    pub const fn was_shown_own_message(&self) -> bool {
        self.voting.was_shown_own_message()
    }

    /// The change of the roster that this node took over from others and that too few have confirmed; and
    /// which members have not.
    pub fn unconfirmed(&self) -> Option<(Height, Vec<Code>)> {
        let changed = self.agreement.unconfirmed()?;
        let silent = self.other_members().filter(|code| !self.agreement.has(code));
        Some((changed, silent.cloned().collect()))
    }

    /// After its start, while this node says nothing yet: the members that have not told which seals of
    /// this node they hold.
    pub fn listens_for(&self) -> Option<Vec<Code>> {
        let told = self.start_check.told()?;
        Some(self.other_members().filter(|code| !told.contains(code)).cloned().collect())
    }

    /// When and why this node is about to stop.
    pub const fn ends(&self) -> Option<&(Time, Halt)> {
        self.ending.soon()
    }

    /// What members did wrong, counted by kind.
    pub const fn faults(&self) -> &FaultCounts {
        self.faults.total()
    }

    /// What one member did wrong, counted by kind; none if it did nothing wrong.
    pub fn faults_of(&self, member: &Code) -> Option<&FaultCounts> {
        self.faults.of(member)
    }
}
