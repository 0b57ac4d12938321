//! The engine: its public face.

use nemcon_crypto::{Digest, PublicKey, SecretKey};
use nemcon_ledger::Height;

use super::api::{Effect, Fatal, Host, Input};
use super::message::{ConsensusMessage, Round};
use super::roster::Roster;
use super::timers::{Timeouts, Timers};

/// One node's consensus, at rest or in one height.
pub struct Engine {
    height: Height,
    roster: Roster,
    timers: Timers,
}

impl Engine {
    /// An engine at rest: `decided` is the last decided height, `roster` that of the next one.
    pub fn new(
        _council: Digest,
        _me: SecretKey,
        timeouts: Timeouts,
        decided: Height,
        roster: Roster,
    ) -> Self {
        Self { height: decided, roster, timers: Timers::new(timeouts) }
    }

    /// Takes one input at `now_ms` (milliseconds of UTC) and returns what the shell must do, in
    /// order.
    ///
    /// # Errors
    /// [`Fatal`]: the node must stop, and nothing of this step may be executed.
    pub fn step(
        &mut self,
        _now_ms: u64,
        _input: Input,
        _host: &mut dyn Host,
    ) -> Result<Vec<Effect>, Fatal> {
        Ok(Vec::new())
    }

    /// The height being decided or, at rest, the last one decided.
    pub fn height(&self) -> Height {
        self.height
    }

    /// The round of the height being decided; `None` at rest.
    pub fn round(&self) -> Option<Round> {
        None
    }

    /// Whether a height is being decided.
    pub fn is_running(&self) -> bool {
        false
    }

    /// Whether nothing will happen before the next input other than a timer.
    pub fn is_idle(&self) -> bool {
        self.timers.is_idle()
    }

    /// How many other members' verified messages are for `height` or beyond.
    pub fn began_by(&self, _height: Height) -> usize {
        0
    }

    /// The greatest height that members enough to include an honest one are at, as far as their
    /// messages show: equal to the next height, it is to be started; beyond it, this node is
    /// behind.
    pub fn began_height(&self) -> Option<Height> {
        None
    }

    /// The greatest height that verified messages of this member were for.
    pub fn highest_seen(&self, _member: &PublicKey) -> Option<Height> {
        None
    }

    /// This node's own latest messages of the height being decided, for a peer that has just
    /// connected.
    pub fn current_messages(&self) -> Vec<ConsensusMessage> {
        Vec::new()
    }

    /// Whether this node withholds votes and proposals. Withholding acts at once, voting again
    /// from the next height on.
    pub fn set_observing(&mut self, _observing: bool) {}

    /// Uses another key of this node from the next height on.
    pub fn set_key(&mut self, _me: SecretKey) {}

    /// The roster of the height being decided or, at rest, of the next.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }
}
