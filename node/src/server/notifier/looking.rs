//! Looks at the node: at little often, and at all of it where something has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use nemcon_client::api::Status;
use nemcon_client::client::Client;
use nemcon_client::config::NodeConfig;
use nemcon_client::failure::Failure;
use nemcon_client::founding::Founding;
use nemcon_client::notifying::View;
use nemcon_ledger::text::Code;

use crate::server::folder::evidence_in;

/// How often a deadline is compared with the clock although nothing has changed.
const CLOCK_EVERY: Duration = Duration::from_mins(1);

/// What a look at little compares.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Glance {
    height: u64,
    sealed: BTreeMap<Code, (u64, bool)>,
    frozen: Vec<Code>,
    conditions: Vec<(String, Code)>,
    evidence: BTreeSet<String>,
}

/// A node that is looked at.
pub(super) struct Looking {
    client: Client,
    evidence: PathBuf,
    reminder_days: Option<Vec<u32>>,
    last: Option<(Glance, Instant)>,
}

impl Looking {
    pub(super) fn new(client: Client, config: &NodeConfig) -> Self {
        let evidence = evidence_in(&config.ledger);
        Self { client, evidence, reminder_days: None, last: None }
    }

    /// What the node tells, if it may be other than at the last look. `settled` is the first measure that is asked for.
    ///
    /// # Errors
    /// [`Failure`] if the node does not answer, as while it starts.
    pub(super) fn look(&mut self, settled: u64) -> Result<Option<View>, Failure> {
        let evidence = self.evidence();
        let glance = Glance::of(&self.client.status()?, evidence.clone());
        let is_as_before =
            |(last, at): &(Glance, Instant)| *last == glance && at.elapsed() < CLOCK_EVERY;
        if self.last.as_ref().is_some_and(is_as_before) {
            return Ok(None);
        }
        let reminder_days = if let Some(days) = &self.reminder_days {
            days.clone()
        } else {
            let founding = Founding::parse(&self.client.genesis()?)?;
            self.reminder_days.insert(founding.genesis().charter.reminder_days.clone()).clone()
        };
        let view = View::of(&self.client, settled, &reminder_days, evidence)?;
        self.last = Some((glance, Instant::now()));
        Ok(Some(view))
    }

    /// Has the next look see everything again.
    pub(super) fn forget(&mut self) {
        self.last = None;
    }

    /// The names of the evidence files.
    fn evidence(&self) -> BTreeSet<String> {
        let entries = std::fs::read_dir(&self.evidence).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter(|name| name.ends_with(".evidence")).collect()
    }
}

impl Glance {
    fn of(status: &Status, evidence: BTreeSet<String>) -> Self {
        let sealed = status.members.iter();
        let conditions = status.conditions.iter();
        Self {
            height: status.height,
            sealed: sealed.map(|it| (it.code.clone(), (it.sealed_height, it.frozen))).collect(),
            frozen: status.frozen_participants.clone(),
            conditions: conditions.map(|it| (it.name.clone(), it.about.clone())).collect(),
            evidence,
        }
    }
}
