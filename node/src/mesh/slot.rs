//! One other node, as the task that owns the mesh keeps it.
//!
//! What it guarantees: it holds at most one link, one link that replaces it, and one dial.

use std::time::Duration;

use nemcon_crypto::PublicKey;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::address::Address;
use super::backoff::Backoff;
use super::close_reason::Reason;
use super::instance::{Instance, Instances};
use super::link::{Established, Gate};
use super::outage::Outage;
use super::queue::Outbox;

/// One other node.
pub(super) struct Slot {
    pub(super) address: Option<Address>,
    pub(super) backoff: Backoff,
    /// Dials in a row that came to nothing, or to a link that did not last.
    pub(super) failures: u32,
    pub(super) dial: Option<AbortHandle>,
    pub(super) live: Option<Live>,
    /// Kept out until then.
    pub(super) cut_off_until: Option<Instant>,
    /// The newer connection that waits until the old one has ended.
    pub(super) successor: Option<Established>,
    /// The processes that have shown its key.
    pub(super) instances: Instances,
    /// What the last dial came to, if it is not connected since.
    pub(super) outage: Option<Outage>,
    /// At its address another key answered.
    pub(super) is_elsewhere: bool,
    /// The key that nobody knows and that answers there, while it is connected.
    pub(super) unknown: Option<PublicKey>,
    /// The slot from whose address this key, which nobody knows, was reached.
    pub(super) reached_by: Option<PublicKey>,
}

pub(super) struct Live {
    pub(super) outbox: Outbox,
    pub(super) instance: Instance,
    pub(super) since: Instant,
}

impl Slot {
    pub(super) fn new(gate: &Gate, peer: PublicKey) -> Self {
        let backoff = Backoff::new(&gate.limits, &gate.me, &peer);
        Self {
            address: None,
            backoff,
            failures: 0,
            dial: None,
            live: None,
            cut_off_until: None,
            successor: None,
            instances: Instances::default(),
            outage: None,
            is_elsewhere: false,
            unknown: None,
            reached_by: None,
        }
    }

    /// How long it is still kept out.
    pub(super) fn cut_off_left(&self) -> Duration {
        let until = self.cut_off_until;
        until.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()))
    }

    pub(super) fn abort_dial(&mut self) {
        if let Some(dial) = self.dial.take() {
            dial.abort();
        }
    }

    /// The peer has left the roster. True while its link is still ending: the slot then goes with
    /// the next change of the roster, and without an address nobody dials from it.
    pub(super) fn leave(&mut self) -> bool {
        self.abort_dial();
        self.address = None;
        self.successor = None;
        if let Some(live) = &self.live {
            live.outbox.stop().stop(Reason::LeftRoster);
        }
        self.live.is_some()
    }
}
