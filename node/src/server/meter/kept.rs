//! The numbers that are kept as things happen: counters and histograms of this process.

use core::time::Duration;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use nemcon_ledger::Height;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use tokio::time::Instant;

/// Upper bounds of the classes of ordering times, in seconds.
const ORDERING_S: [f64; 11] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0];
/// Upper bounds of the classes of times until all have sealed, in seconds: up to a day.
const FINALITY_S: [f64; 11] = [0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 600.0, 7_200.0, 86_400.0];
/// Upper bounds of the classes of times of one sync of the disk, in seconds.
const SYNC_S: [f64; 10] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0];
/// The most blocks of which it is remembered when they came, until all have sealed them.
const UNSEALED_KEPT_MAX: usize = 4_096;

/// The one label of a family, with its value.
pub(super) type Labels = [(&'static str, String); 1];

/// Counters and histograms since the start. A copy counts the same.
#[derive(Clone)]
pub(in crate::server) struct Meters {
    pub(super) ordering: Histogram,
    pub(super) finality: Histogram,
    pub(super) sync: Histogram,
    pub(super) handed_in: Family<Labels, Counter>,
    pub(super) requests: Family<Labels, Counter>,
    /// When each block came that not all have sealed yet, oldest first.
    unsealed: Arc<Mutex<VecDeque<(Height, Instant)>>>,
}

impl Meters {
    pub(in crate::server) fn new() -> Self {
        let handed_in = Family::<Labels, Counter>::default();
        for outcome in ["ordered", "refused"] {
            drop(handed_in.get_or_create(&[("outcome", outcome.to_owned())]));
        }
        let requests = Family::<Labels, Counter>::default();
        drop(requests.get_or_create(&[("status", "200".to_owned())]));
        Self {
            ordering: Histogram::new(ORDERING_S),
            finality: Histogram::new(FINALITY_S),
            sync: Histogram::new(SYNC_S),
            handed_in,
            requests,
            unsealed: Arc::default(),
        }
    }

    /// A statement that was handed in here was ordered after so long, or refused.
    pub(in crate::server) fn handed_in(&self, ordered_after: Option<Duration>) {
        let outcome = if ordered_after.is_some() { "ordered" } else { "refused" };
        self.handed_in.get_or_create(&[("outcome", outcome.to_owned())]).inc();
        if let Some(after) = ordered_after {
            self.ordering.observe(after.as_secs_f64());
        }
    }

    /// The disk has synced, in so long.
    pub(in crate::server) fn synced(&self, took: Duration) {
        self.sync.observe(took.as_secs_f64());
    }

    /// The HTTP interface has answered with this status.
    pub(in crate::server) fn answered(&self, status: u16) {
        self.requests.get_or_create(&[("status", status.to_string())]).inc();
    }

    /// A block was ordered at `now`, with this node's help.
    pub(in crate::server) fn ordered(&self, height: Height, now: Instant) {
        let mut unsealed = self.unsealed.lock().unwrap_or_else(PoisonError::into_inner);
        if unsealed.len() >= UNSEALED_KEPT_MAX {
            unsealed.pop_front();
        }
        unsealed.push_back((height, now));
    }

    /// All members have sealed the block of this height, at `now`.
    pub(in crate::server) fn sealed_by_all(&self, height: Height, now: Instant) {
        let mut unsealed = self.unsealed.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((_, came)) = unsealed.pop_front_if(|(of, _)| *of <= height) {
            self.finality.observe(now.saturating_duration_since(came).as_secs_f64());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prometheus_client::encoding::text::encode;
    use prometheus_client::registry::Registry;

    /// The lines of the finality's sum and count.
    fn counted(meters: &Meters) -> (String, String) {
        let (mut registry, mut text) = (Registry::default(), String::new());
        registry.register("f", "", meters.finality.clone());
        encode(&mut text, &registry).unwrap();
        let line = |of| text.lines().find_map(|line| line.strip_prefix("f_")?.strip_prefix(of));
        (format!("sum{}", line("sum").unwrap()), format!("count{}", line("count").unwrap()))
    }

    #[test]
    fn a_block_is_measured_once_when_all_have_sealed_it_or_a_later_one() {
        let (meters, start) = (Meters::new(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        for height in 1..=3 {
            meters.ordered(Height(height), at(height));
        }
        meters.sealed_by_all(Height(2), at(4));
        assert_eq!(counted(&meters), ("sum 5.0".to_owned(), "count 2".to_owned()));
        meters.sealed_by_all(Height(2), at(9));
        assert_eq!(counted(&meters).1, "count 2");
        meters.sealed_by_all(Height(3), at(9));
        assert_eq!(counted(&meters), ("sum 11.0".to_owned(), "count 3".to_owned()));
    }

    #[test]
    fn what_waits_for_seals_without_end_takes_no_memory_without_end() {
        let (meters, now) = (Meters::new(), Instant::now());
        for height in 0..3 * UNSEALED_KEPT_MAX as u64 {
            meters.ordered(Height(height), now);
        }
        assert_eq!(meters.unsealed.lock().unwrap().len(), UNSEALED_KEPT_MAX);
    }
}
