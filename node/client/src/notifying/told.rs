//! Which events were told.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use nemcon_kit::files;
use nemcon_ledger::audit::FileError;
use nemcon_ledger::text::Time;
use serde::{Deserialize, Serialize};

use super::kind::EventKind;
use super::notice::Notice;
use super::view::View;
use crate::atomic_write::{StagedError, replace_file};

/// The longest state of what was told, in bytes: 4 MiB.
const TOLD_BYTES_MAX: u64 = 4 << 20;

/// Which events were told, by their keys. A key is forgotten once its event cannot hold any more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// The number of the first measure that is not settled: those before it have ended, which was told.
    settled: u64,
    /// The keys of the events that were told.
    keys: BTreeSet<String>,
    /// The conditions that were told and are not over, with the time since which they held.
    conditions: BTreeMap<String, Time>,
}

impl Told {
    /// The state in this file; `None` if there is no file.
    ///
    /// # Errors
    /// The error of the operating system; a text that is no such state is an error too.
    pub fn read(path: &Path) -> io::Result<Option<Self>> {
        let bytes = match files::read(path, TOLD_BYTES_MAX) {
            Err(FileError::Missing) => return Ok(None),
            read => read.map_err(io::Error::from)?,
        };
        Ok(Some(serde_json::from_slice(&bytes)?))
    }

    /// Writes the state to its file. It is durable when this returns.
    ///
    /// # Errors
    /// [`StagedError`].
    pub fn write(&self, path: &Path) -> Result<(), StagedError> {
        let text = serde_json::to_string(self).expect("keys and times are JSON");
        replace_file(path, format!("{text}\n").as_bytes())
    }

    /// The state of whoever begins to listen now: what is past was told, and what is to be done was not.
    pub fn begin(facts: &[Notice]) -> Self {
        let mut told = Self::default();
        facts.iter().filter(|it| it.kind.is_of_the_past()).for_each(|it| told.note(it));
        told
    }

    /// The number of the first measure that is not settled.
    pub const fn settled(&self) -> u64 {
        self.settled
    }

    /// The events that hold and were not told. A condition that holds no more is over, if `may_end`.
    pub fn news(&self, facts: &[Notice], may_end: bool) -> Vec<Notice> {
        let is_new = |it: &&Notice| !self.keys.contains(&it.key) && !self.is_settled(it);
        let mut news: Vec<_> = facts.iter().filter(is_new).cloned().collect();
        let holds = |key: &str| facts.iter().any(|it| it.key == key);
        if may_end {
            let over = self.conditions.iter().filter(|(key, _)| !holds(key));
            news.extend(over.map(|(key, since)| over_now(key, *since)));
        }
        news
    }

    /// Whether the event is the end of a measure that is settled.
    fn is_settled(&self, notice: &Notice) -> bool {
        let is_end = notice.key.starts_with("outcome/") || notice.key.starts_with("final/");
        is_end && notice.measure.is_some_and(|number| number < self.settled)
    }

    /// Notes that an event was told.
    pub fn note(&mut self, notice: &Notice) {
        match notice.kind {
            EventKind::ConditionEnds => {
                self.keys.remove(&notice.key);
                self.conditions.remove(&notice.key);
            }
            EventKind::ConditionBegins => {
                self.keys.insert(notice.key.clone());
                self.conditions.insert(notice.key.clone(), notice.time.unwrap_or_default());
            }
            _ => {
                self.keys.insert(notice.key.clone());
            }
        }
    }

    /// Forgets what cannot hold any more, once everything that holds was told: `facts` are all that hold.
    /// Returns whether anything has changed.
    pub fn forget(&mut self, view: &View, facts: &[Notice]) -> bool {
        let before = self.clone();
        let is_settled = |it: &&crate::api::MeasureSummary| {
            !it.is_open() && (it.is_final || it.outcome_leaf.is_none())
        };
        let settled = view.recent.iter().take_while(is_settled).last();
        self.settled = settled.map_or(self.settled, |it| it.number + 1);
        let holding: BTreeSet<&str> = facts.iter().map(|it| it.key.as_str()).collect();
        let is_open = |number: u64| view.open.iter().any(|it| it.number == number);
        let (settled, conditions) = (self.settled, &self.conditions);
        self.keys.retain(|key| {
            let mut parts = key.split('/');
            let sort = parts.next().unwrap_or_default();
            let number = parts.next().and_then(|it| it.parse().ok());
            match sort {
                "outcome" | "final" => number.is_some_and(|it: u64| it >= settled),
                // A ballot that is retracted does not make the event another one.
                "measure" | "last-missing" | "deadline" => number.is_some_and(is_open),
                "condition" => conditions.contains_key(key),
                _ => holding.contains(key.as_str()),
            }
        });
        *self != before
    }
}

/// The end of a condition: `condition/clock-off/DK`.
fn over_now(key: &str, since: Time) -> Notice {
    let mut parts = key.split('/').skip(1);
    let (name, about) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    Notice {
        kind: EventKind::ConditionEnds,
        key: key.to_owned(),
        words: format!("{name} ({about}) is over"),
        measure: None,
        title: None,
        marking: None,
        about: about.parse().ok(),
        time: Some(since),
    }
}
