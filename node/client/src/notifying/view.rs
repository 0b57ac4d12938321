//! What the events are derived from.

use std::collections::BTreeSet;

use nemcon_ledger::text::{Code, Time};

use crate::api::{ConditionView, Life, MeasureSummary};
use crate::client::{Client, ClientError};

/// What a node tells at one moment, as far as events are about it.
#[derive(Clone, Debug)]
pub struct View {
    /// The code of the node's member.
    pub me: Code,
    /// The time by the node's clock.
    pub now: Time,
    /// The measures that are open, with what concerns the member.
    pub open: Vec<MeasureSummary>,
    /// The measures from the first on that is not settled.
    pub recent: Vec<MeasureSummary>,
    /// The measures of which a date is to come.
    pub ahead: Vec<MeasureSummary>,
    /// The charter's reminders, in days before a date.
    pub reminder_days: Vec<u32>,
    /// The frozen members and participants.
    pub frozen: Vec<Code>,
    /// The conditions of the node.
    pub conditions: Vec<ConditionView>,
    /// The names of the evidence files that the node keeps.
    pub evidence: BTreeSet<String>,
}

impl View {
    /// Asks a node. `settled` is the number of the first measure that is not settled.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn of(
        client: &Client,
        settled: u64,
        reminder_days: &[u32],
        evidence: BTreeSet<String>,
    ) -> Result<Self, ClientError> {
        let status = client.status()?;
        let members = status.members.iter().filter(|it| it.frozen).map(|it| it.code.clone());
        let frozen = members.chain(status.frozen_participants).collect();
        Ok(Self {
            open: client.measures(Some(Life::Open), Some(&status.member))?,
            recent: client.measures_from(settled)?,
            ahead: client.measures(Some(Life::Ahead), None)?,
            me: status.member,
            now: status.now,
            reminder_days: reminder_days.to_vec(),
            frozen,
            conditions: status.conditions,
            evidence,
        })
    }
}
