//! When and why a node stops: rules that this release does not know end it, and so does a fork.
//!
//! What it guarantees [rules.md R25]: the block that brought such rules stands and is sealed, nothing is begun
//! behind it, and the node says which release it needs.

use nemcon_ledger::Chain;
use nemcon_ledger::text::Time;

use super::api::Halt;
use super::step::Step;

/// How long a node goes on, without voting, behind the block that brought such rules, in
/// milliseconds: others may lack its votes for that very block, or the block.
const LINGER_MS: u64 = 10_000;

/// Whether the node stops.
#[derive(Clone, Debug, Default)]
pub(super) struct Ending {
    stop: Option<Halt>,
    /// When this node stops, and why, if it is about to.
    soon: Option<(Time, Halt)>,
}

impl Ending {
    /// Why the node stops with this step, if it does.
    pub(super) const fn stop(&self) -> Option<&Halt> {
        self.stop.as_ref()
    }

    /// When and why the node is about to stop.
    pub(super) const fn soon(&self) -> Option<&(Time, Halt)> {
        self.soon.as_ref()
    }

    /// Whether the node stops, now or soon: it begins nothing more.
    pub(super) const fn is_near(&self) -> bool {
        self.stop.is_some() || self.soon.is_some()
    }

    /// Stops the node with this step.
    pub(super) fn stop_for(&mut self, halt: Halt) {
        self.stop = Some(halt);
    }

    /// The newest block may have brought rules that this release does not know: soon the node stops.
    pub(super) fn look_at_rules(&mut self, step: &Step, chain: &Chain) {
        if let Some(halt) = unknown_rules(chain) {
            self.soon.get_or_insert((step.after_ms(LINGER_MS), halt));
        }
    }

    /// A node that starts behind such a block stops at once.
    pub(super) fn stop_at_unknown_rules(&mut self, chain: &Chain) {
        self.stop = unknown_rules(chain);
    }

    /// The time to stop may have come.
    pub(super) fn end_if_due(&mut self, now: Time) {
        let due = self.soon.as_ref().filter(|(at, _)| *at <= now);
        self.stop = due.map(|(_, halt)| halt.clone()).or_else(|| self.stop.take());
    }
}

fn unknown_rules(chain: &Chain) -> Option<Halt> {
    let error = chain.verify_rules().err()?;
    Some(Halt::Rules { height: chain.height().next(), error })
}
