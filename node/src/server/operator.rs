//! What the operator is told: conditions in the status and in the log, and what a block waits for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use nemcon_client::api::FilesView;
use nemcon_ledger::text::span::span;
use nemcon_ledger::text::{Code, Time};
use tokio::sync::watch;
use tokio::time::Instant;

use super::addresses::Addresses;
use super::clock::clock;
use super::log_quota::LogQuota;
use super::meter::Verdict;
use crate::server::condition::{Change, Watch};

/// The step of this machine's clock from which on the members' clocks are asked for at
/// once, in milliseconds.
const CLOCK_STEP_MS: u64 = 1_000;

/// What the node watches for its operator.
pub(super) struct Operator {
    pub(super) watch: Watch,
    pub(super) started: Instant,
    pub(super) next_look: Instant,
    pub(super) clocks_asked: Instant,
    /// The clock's time when it was last read, and the monotonic time of that moment.
    clock_then: (Time, Instant),
    pub(super) ledger: PathBuf,
    pub(super) names: Names,
    /// How many files the process may have open, and how many it needs.
    pub(super) files: FilesView,
    /// The members whose nodes are connected, and since when.
    pub(super) linked: BTreeMap<Code, Time>,
    log_quota: LogQuota,
    ready: watch::Sender<(Verdict, Instant)>,
}

/// The channels to and from the task that resolves host names.
pub(super) struct Names {
    pub(super) addresses: watch::Sender<Addresses>,
    pub(super) unresolved: watch::Receiver<BTreeSet<Code>>,
}

impl Operator {
    pub(super) fn new(
        ledger: &Path,
        names: Names,
        files: FilesView,
        ready: watch::Sender<(Verdict, Instant)>,
    ) -> Self {
        let now = Instant::now();
        Self {
            watch: Watch::default(),
            started: now,
            next_look: now,
            clocks_asked: now,
            clock_then: (clock(), now),
            ledger: ledger.to_owned(),
            names,
            files,
            linked: BTreeMap::new(),
            log_quota: LogQuota::default(),
            ready,
        }
    }

    /// The time of the next check of the conditions.
    pub(super) const fn next_look(&self) -> Instant {
        self.next_look
    }

    /// Notes whether the node takes part; the log has a line when that changes.
    pub(super) fn note(&self, verdict: Verdict) {
        let before = self.is_ready();
        if before != verdict.is_ready() {
            if before {
                tracing::warn!(event = %"not-ready", why = %verdict, "this node does not take part");
            } else {
                tracing::info!(event = %"ready", "this node takes part");
            }
        }
        self.ready.send_replace((verdict, Instant::now()));
    }

    /// Whether the node took part when the conditions were last checked.
    pub(super) fn is_ready(&self) -> bool {
        self.ready.borrow().0.is_ready()
    }

    /// Passes on the addresses of a configuration that was read again.
    pub(super) fn reload(&self, addresses: &Addresses) {
        self.names.addresses.send_replace(addresses.clone());
    }

    /// Whether the clock was set since it was last read.
    pub(super) fn has_stepped(&mut self, now: Instant) -> bool {
        let (then, at) = core::mem::replace(&mut self.clock_then, (clock(), now));
        let passed =
            u64::try_from(now.saturating_duration_since(at).as_millis()).unwrap_or(u64::MAX);
        let wanted = then.as_ms().saturating_add(passed);
        self.clock_then.0.as_ms().abs_diff(wanted) >= CLOCK_STEP_MS
    }

    pub(super) fn write(&mut self, change: &Change) {
        if !self.log_quota.have_room(Instant::now()) {
            return;
        }
        match change {
            Change::Begins(it) => {
                let (begins, next) = (it.begins(), it.advice());
                tracing::warn!(
                    event = %"condition-begins", condition = %it.kind(), about = %it.about, next, "{begins}"
                );
            }
            Change::Over { condition, lasted } => {
                let lasted = span(u64::try_from(lasted.as_millis()).unwrap_or(u64::MAX));
                let (kind, about) = (condition.kind(), &condition.about);
                tracing::info!(
                    event = %"condition-over", condition = %kind, %about, lasted, "{}", condition.over()
                );
            }
        }
    }
}
