//! All measures, and where each stands.

use core::fmt::Write as _;

use nemcon_ledger::council::join;
use nemcon_ledger::text::Code;

use crate::api::{Measure, MeasureSummary};
use crate::cli::failure::Failure;
use crate::cli::screen::Screen;
use crate::cli::session::Session;

/// Lists them.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(session: &Session, screen: Screen) -> Result<(), Failure> {
    let measures = session.client().measures(None, None)?;
    let lines: Vec<_> = measures.iter().map(one_line).collect();
    let words = if lines.is_empty() {
        "no measure has been tabled: `nemcon measure table FILE.toml` does".to_owned()
    } else {
        lines.join("\n")
    };
    screen.result(&measures, words)
}

fn one_line(measure: &MeasureSummary) -> String {
    let rev =
        if measure.revision > 1 { format!("REV {}: ", measure.revision) } else { String::new() };
    format!("{:>4}  {}\n      {rev}{}", measure.number, measure.title, state(measure))
}

/// What is told of a measure's state, alone and in a list.
pub(in crate::cli) struct Standing<'a> {
    status: &'a str,
    reason: Option<&'a String>,
    entitled: usize,
    missing: &'a [Code],
    has_outcome: bool,
    is_final: bool,
    force: Option<&'a String>,
}

impl<'a> From<&'a Measure> for Standing<'a> {
    fn from(measure: &'a Measure) -> Self {
        Self {
            status: &measure.status,
            reason: measure.reason.as_ref(),
            entitled: measure.ballots.len(),
            missing: &measure.missing,
            has_outcome: measure.outcome_leaf.is_some(),
            is_final: measure.is_final,
            force: measure.force.as_ref(),
        }
    }
}

impl<'a> From<&'a MeasureSummary> for Standing<'a> {
    fn from(measure: &'a MeasureSummary) -> Self {
        Self {
            status: &measure.status,
            reason: measure.reason.as_ref(),
            entitled: usize::try_from(measure.entitled).unwrap_or(usize::MAX),
            missing: &measure.missing,
            has_outcome: measure.outcome_leaf.is_some(),
            is_final: measure.is_final,
            force: measure.force.as_ref(),
        }
    }
}

/// Where a measure stands: `adopted, final`, `open, 26 of 27, missing: EL`.
pub(in crate::cli) fn state<'a>(measure: impl Into<Standing<'a>>) -> String {
    let measure = measure.into();
    let signed = measure.entitled.saturating_sub(measure.missing.len());
    let mut words = measure.status.to_owned();
    if let Some(reason) = measure.reason {
        let _ = write!(words, " ({reason})");
    }
    if matches!(measure.status, "open" | "blocked") {
        let _ = write!(words, ", {signed} of {}", measure.entitled);
        if !measure.missing.is_empty() && signed > 0 {
            let _ = write!(words, ", missing: {}", join(measure.missing));
        }
    } else if measure.has_outcome {
        words.push_str(if measure.is_final { ", final" } else { ", not yet sealed by all" });
    }
    if let Some(force) = measure.force {
        let _ = write!(words, "; {force}");
    }
    words
}
