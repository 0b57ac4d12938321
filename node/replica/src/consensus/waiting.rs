//! What the height being decided waits for, for people to read.
//!
//! What it guarantees: nothing is decided by it.

use arc_malachitebft_core_types::TimeoutKind;
use nemcon_ledger::Height;

use super::api::TimerId;
use super::engine::Engine;
use super::member_key::MemberKey;
use super::peer_progress::Reached;
use super::round::Round;
use super::translate::round_out;

/// What a round waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The block of the round's proposer.
    Proposal,
    /// Prevotes of more than two thirds.
    Prevotes,
    /// Precommits of more than two thirds.
    Precommits,
}

/// What the height being decided waits for, as this node sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The height.
    pub height: Height,
    /// The round of that height.
    pub round: Round,
    /// What that round waits for.
    pub step: Step,
    /// The member that proposes in that round.
    pub proposer: MemberKey,
    /// The members whose votes of that round, or of a later one, have not come here. This node is never
    /// among them.
    pub silent: Vec<MemberKey>,
    /// The timer that ends the step, if it runs.
    pub timer: Option<TimerId>,
}

impl Engine {
    /// What the height being decided waits for; none at rest.
    pub fn waiting(&self) -> Option<Waiting> {
        let core = &self.session.as_ref()?.core;
        let round = round_out(core.round())?;
        let (step, kind) = if core.driver.step_is_prevote() {
            (Step::Prevotes, TimeoutKind::Prevote)
        } else if core.driver.step_is_precommit() || core.driver.step_is_commit() {
            (Step::Precommits, TimeoutKind::Precommit)
        } else {
            (Step::Proposal, TimeoutKind::Propose)
        };
        let place = Reached { height: self.height, round, votes: 1 };
        let keys = self.roster.keys().map(MemberKey::of);
        let silent =
            keys.filter(|key| *key != self.keys.me() && !self.progress.has_come(key, place));
        Some(Waiting {
            height: self.height,
            round,
            step,
            proposer: self.roster.proposer(self.height, round),
            silent: silent.collect(),
            timer: self.timers.armed(kind, core.round()),
        })
    }
}
