//! What happens in the council, in the node's log: one line an event, in the words in which people speak of it.
//!
//! ```text
//! block, durable ─▶ its records, with what the council makes of them ─▶ words ─▶ log
//! seals          ─▶ outcomes that wait for them                       ─▶ words ─▶ log
//! ```
//!
//! What it guarantees: an event has one stable name, which `docs/operating.md` lists, and its line comes after the block is
//! durable here. Titles are shown so that they steer no terminal. No line says what a ballot says. What it does not: in a
//! flood of events it counts those that it leaves out, and the ledger has all of them.

mod words;

use std::collections::{BTreeSet, VecDeque};

use nemcon_ledger::council::{Council, MeasureState};
use nemcon_ledger::durable::CommittedBlock;
use nemcon_ledger::{Height, Record};
use nemcon_replica::replica::Replica;
use tokio::time::Instant;

use words::{Told, final_words, told};

/// The greatest number of lines about events in one minute.
const EVENT_LINES_PER_MINUTE_MAX: u32 = 600;
/// The most outcomes of which it is remembered that they wait for seals; the newest ones.
const OUTCOMES_WAITING_MAX: usize = 256;
const MINUTE: core::time::Duration = core::time::Duration::from_mins(1);

/// The events of one node, on their way into its log.
#[derive(Debug)]
pub(super) struct Events {
    /// The records of blocks that are written and not told yet.
    written: VecDeque<(Height, Vec<Record>)>,
    /// The outcomes that are not final, by their measures.
    waiting: BTreeSet<u64>,
    quota: Quota,
}

/// Limits the lines of one minute, and counts what it keeps back.
#[derive(Debug, Default)]
struct Quota {
    since: Option<Instant>,
    told: u32,
    left_out: u64,
}

impl Events {
    /// Begins with the outcomes that the council has and that not all have sealed.
    pub(super) fn new(replica: &Replica) -> Self {
        let ended = replica.chain().council().measures().rev().take(OUTCOMES_WAITING_MAX);
        let waiting = ended.filter(|it| it.outcome_leaf().is_some() && !is_final(it, replica));
        Self {
            waiting: waiting.map(|it| it.number).collect(),
            written: VecDeque::new(),
            quota: Quota::default(),
        }
    }

    /// Takes in a block that is being written. Nothing is told of it yet.
    pub(super) fn written(&mut self, block: &CommittedBlock) {
        if !tracing::enabled!(tracing::Level::INFO) {
            return;
        }
        // The replica has applied these records, so that each of them is one.
        let records = block.records.iter().filter_map(|record| Record::parse(record).ok());
        self.written.push_back((block.height, records.collect()));
    }

    /// Tells of a block that is durable. `size` is the log's at its end. Of a block that others had before, only the
    /// council of today is at hand: its lines count no ballots.
    pub(super) fn durable(
        &mut self,
        replica: &Replica,
        (height, size): (Height, u64),
        caught_up: bool,
    ) {
        while let Some((of, records)) = self.written.pop_front_if(|(of, _)| *of <= height) {
            if of < height {
                continue;
            }
            let council = replica.chain().council();
            for record in &records {
                self.note_outcome(record);
                if let Some(it) = told(record, council, height, caught_up) {
                    self.tell(&it, height);
                }
            }
            tracing::debug!(event = %"block", height = height.0, size, caught_up, "block");
        }
    }

    fn note_outcome(&mut self, record: &Record) {
        let number = match record {
            Record::Decision(decision) => decision.measure,
            Record::Lapse(lapse) => lapse.measure,
            _ => return,
        };
        if self.waiting.len() >= OUTCOMES_WAITING_MAX {
            self.waiting.pop_first();
        }
        self.waiting.insert(number);
    }

    /// Tells of the outcomes that have become final.
    pub(super) fn tell_final(&mut self, replica: &Replica) {
        if self.waiting.is_empty() {
            return;
        }
        let council: &Council = replica.chain().council();
        let ready = |number: &u64| {
            let state = council.measure(*number)?;
            is_final(state, replica).then(|| (*number, final_words(state)))
        };
        let done: Vec<_> = self.waiting.iter().filter_map(ready).collect();
        for (number, it) in done {
            self.waiting.remove(&number);
            self.tell(&it, replica.sealed_by_all().0);
        }
    }

    fn tell(&mut self, it: &Told, height: Height) {
        let now = Instant::now();
        if let Some(left_out) = self.quota.begin(now) {
            tracing::warn!(
                event = %"events-left-out", left_out,
                "more happened than the log takes in a minute; `nemcon log records` has all of it"
            );
        }
        if !self.quota.have_room() {
            return;
        }
        let by = it.by.as_ref().map(tracing::field::display);
        let (event, height) = (it.event, height.0);
        let (measure, incident, words) = (it.measure, it.incident, &it.words);
        tracing::info!(event = %event, measure, incident, by, height, "{words}");
    }
}

impl Quota {
    /// Begins another minute if one is over; how much was left out in it, if anything was.
    fn begin(&mut self, now: Instant) -> Option<u64> {
        if self.since.is_some_and(|since| now.saturating_duration_since(since) < MINUTE) {
            return None;
        }
        (self.since, self.told) = (Some(now), 0);
        Some(core::mem::take(&mut self.left_out)).filter(|left_out| *left_out > 0)
    }

    fn have_room(&mut self) -> bool {
        let has_room = self.told < EVENT_LINES_PER_MINUTE_MAX;
        self.told += u32::from(has_room);
        self.left_out += u64::from(!has_room);
        has_room
    }
}

/// Whether every entitled member that is in the roster has sealed the outcome of a measure [rules.md R14].
fn is_final(state: &MeasureState, replica: &Replica) -> bool {
    let entitled = state.frozen.entitled.iter().map(|entitled| &entitled.code);
    let sealed = replica.sealed_by(&entitled.collect());
    let leaf = state.outcome_leaf();
    leaf.is_some_and(|leaf| sealed.is_some_and(|boundary| leaf.0 < boundary.size.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_cut_each_minute_and_counted() {
        let (mut quota, start) = (Quota::default(), Instant::now());
        assert_eq!(quota.begin(start), None);
        let told = (0..10_000).filter(|_| quota.have_room()).count();
        assert_eq!(told, 600);
        assert_eq!(quota.begin(start + MINUTE / 2), None);
        assert!(!quota.have_room());
        assert_eq!(quota.begin(start + MINUTE), Some(9_401));
        assert!(quota.have_room());
        assert_eq!(quota.begin(start + 2 * MINUTE), None);
    }
}
