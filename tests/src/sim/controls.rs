//! Safeguards taken away by the harness, to show that the checks can fail.

use nemcon_ledger::text::Time;
use nemcon_node::folder::Found;
use nemcon_node::replica::{Effect, Input};

use super::adversaries::Adversary;
use super::plan::Plan;

/// A safeguard that is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Control {
    /// A node forgets at its start what it has voted.
    WalForgotten,
    /// What a step says leaves before what it rests on is durable.
    SendBeforeSync,
}

impl Control {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::WalForgotten, Self::SendBeforeSync];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WalForgotten => "wal-forgotten",
            Self::SendBeforeSync => "send-before-sync",
        }
    }

    /// The scenario that exposes it.
    pub(super) fn set_up(self, plan: &mut Plan) {
        plan.adversary = None;
        match self {
            Self::WalForgotten | Self::SendBeforeSync => {
                plan.faults.power = true;
                plan.faults.crashes = true;
            }
        }
    }

    /// Who twists what, where the scenario needs it.
    pub(super) fn twists(self, _plan: &Plan) -> Option<Vec<(usize, Box<dyn Adversary>)>> {
        None
    }

    /// What a node finds at its start.
    pub(super) fn tamper(self, found: &mut Found) {
        if self == Self::WalForgotten {
            found.signed.wal.clear();
        }
    }

    /// The order in which the effects of a step are done.
    pub(super) fn in_order(self, mut effects: Vec<Effect>) -> Vec<Effect> {
        if self == Self::SendBeforeSync {
            effects
                .sort_by_key(|effect| !matches!(effect, Effect::Send(..) | Effect::Broadcast(_)));
        }
        effects
    }

    /// The time that a node takes for now.
    pub(super) fn clock_for(self, _input: &Input, clock: Time) -> Time {
        clock
    }
}
