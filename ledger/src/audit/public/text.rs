//! What an audit keeps of a measure's text that is shown.

use crate::record::measure_fields::{Cited, Predecessor};
use crate::record::{CouncilChange, Measure};
use crate::text::{Code, Label, Line};

/// What is kept of a text that is shown.
pub(in crate::audit) struct Text {
    pub(super) title: Line,
    pub(super) revision: u32,
    pub(super) kind: Label,
    pub(super) rule: Label,
    pub(super) concerns: Option<Code>,
    pub(super) authorised_by: Option<Cited>,
    pub(super) predecessor: Option<Predecessor>,
    pub(super) change: CouncilChange,
}

impl Text {
    pub(super) fn of(measure: &Measure, revision: u32) -> Self {
        Self {
            title: measure.title.clone(),
            revision,
            kind: measure.kind.clone(),
            rule: measure.rule.clone(),
            concerns: measure.concerns.clone(),
            authorised_by: measure.authorised_by,
            predecessor: measure.predecessor,
            change: measure.council_change.clone(),
        }
    }
}
