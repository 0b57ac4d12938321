//! The parts of a tabled measure that the council needs until the end; its record has the rest.

use serde::{Deserialize, Serialize};

use crate::record::charter::Charter;
use crate::record::measure_fields::{Cited, Predecessor};
use crate::record::{CouncilChange, Measure};
use crate::text::{Code, Label, Line, Time};

/// What stays of a measure when it has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Its proposer.
    pub by: Code,
    /// Its title.
    pub title: Line,
    /// Its kind in the charter.
    pub kind: Label,
    /// The rule by which it is decided.
    pub rule: Label,
    /// The member that it concerns, and that the rule leaves out.
    pub concerns: Option<Code>,
    /// The charter's procedure by which it is decided.
    pub procedure: Option<Label>,
    /// The measure that it renews, amends or repeals.
    pub predecessor: Option<Predecessor>,
    /// The incidents that it answers.
    pub incidents: Vec<Cited>,
    /// What it changes in the council itself.
    pub council_change: CouncilChange,
    /// Ballots count from here, if not at once.
    pub opens: Option<Time>,
    /// When what it decides enters into force, if not when it is adopted.
    pub enters: Option<Time>,
    /// When what it decides is looked at again.
    pub reviews: Option<Time>,
    /// When what it decides ends.
    pub expires: Option<Time>,
    /// The fields that the charter asks for and that it leaves out.
    pub unstated: Vec<Label>,
}

impl Terms {
    pub(super) fn of(measure: &Measure, charter: &Charter) -> Self {
        Self {
            by: measure.head.by.clone(),
            title: measure.title.clone(),
            kind: measure.kind.clone(),
            rule: measure.rule.clone(),
            concerns: measure.concerns.clone(),
            procedure: measure.procedure.clone(),
            predecessor: measure.predecessor,
            incidents: measure.incidents.clone(),
            council_change: measure.council_change.clone(),
            opens: measure.opens,
            enters: measure.enters,
            reviews: measure.reviews,
            expires: measure.expires,
            unstated: measure.unstated(charter).into_iter().cloned().collect(),
        }
    }
}
