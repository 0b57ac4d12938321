//! Rules that this release does not know end the node, and it says which release it needs [rules.md R25].

use nemcon_ledger::text::Time;

use super::{Halt, Replica};

/// How long a node goes on, without voting, behind the block that brought such rules, in
/// milliseconds: others may lack its votes for that very block, or the block.
const LINGER_MS: u64 = 10_000;

impl Replica {
    /// The newest block may have brought rules that this release does not know: it stands and is
    /// sealed, nothing is begun behind it, and soon the node stops.
    pub(super) fn look_at_rules(&mut self) {
        if let Some(halt) = self.unknown_rules() {
            let at = Time::from_ms(self.now.as_ms() + LINGER_MS).unwrap_or(self.now);
            self.ending.get_or_insert((at, halt));
        }
    }

    /// A node that starts behind such a block stops at once.
    pub(super) fn stop_at_unknown_rules(&mut self) {
        self.stop = self.unknown_rules();
    }

    /// The time to stop may have come.
    pub(super) fn end_if_due(&mut self) {
        let due = self.ending.as_ref().filter(|(at, _)| *at <= self.now);
        self.stop = due.map(|(_, halt)| halt.clone()).or_else(|| self.stop.take());
    }

    fn unknown_rules(&self) -> Option<Halt> {
        let error = self.chain.verify_rules().err()?;
        Some(Halt::Rules { height: self.chain.height().next(), error })
    }
}
