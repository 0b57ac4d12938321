//! Many seeds, several at a time: they know nothing of each other.

use core::ops::Range;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;

use super::plan::Wishes;
use super::report::Outcome;
use super::run::run;

/// Runs the seeds, `jobs` at a time, and hands over what became of each in the seeds' order.
pub fn run_all(
    seeds: Range<u64>,
    wishes: &Wishes,
    is_loud: bool,
    jobs: usize,
    mut take: impl FnMut(Outcome),
) {
    let (next, end) = (AtomicU64::new(seeds.start), seeds.end);
    let (results, outcomes) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            let (results, next) = (results.clone(), &next);
            scope.spawn(move || {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end || results.send(run(seed, wishes, is_loud)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(results);
        let (mut due, mut early) = (seeds.start, BTreeMap::new());
        for outcome in outcomes {
            early.insert(outcome.seed, outcome);
            while let Some(outcome) = early.remove(&due) {
                due += 1;
                take(outcome);
            }
        }
    });
}
