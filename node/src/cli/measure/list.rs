//! All measures, and where each stands.

use core::fmt::Write as _;

use nemcon_client::api::Measure;
use nemcon_ledger::council::join;

use super::entry::Entry;
use super::now;
use crate::cli::failure::Failure;
use crate::cli::screen::Screen;
use crate::cli::session::Session;

/// Lists them: what is open with the nearest deadline first, then what ended last.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(session: &Session, screen: Screen) -> Result<(), Failure> {
    let reader = session.code();
    let measures = session.client().measures(None, reader)?;
    let entries = Entry::all(measures, reader, now()?);
    screen.result(&entries, words(&entries))
}

fn words(entries: &[Entry]) -> String {
    let (open, over): (Vec<_>, Vec<_>) = entries.iter().partition(|it| it.left_ms.is_some());
    let mut words = match (open.len() as u64, over.is_empty()) {
        (0, true) => {
            return "no measure has been tabled: `nemcon measure table FILE.toml` does".to_owned();
        }
        (0, false) => "no measure is open".to_owned(),
        (1, _) => "1 open measure".to_owned(),
        (count, _) => format!("{count} open measures, the nearest deadline first"),
    };
    for entry in open {
        let _ = write!(words, "\n{entry}");
    }
    if !over.is_empty() {
        let _ = write!(words, "\n\n{} over, the last one first", over.len());
    }
    for entry in over {
        let _ = write!(words, "\n{entry}");
    }
    words
}

/// Where a measure stands: `adopted, final`, `open, 26 of 27, missing: EL`.
pub(in crate::cli) fn state(measure: &Measure) -> String {
    let entitled = measure.ballots.len();
    let signed = entitled.saturating_sub(measure.missing.len());
    let mut words = measure.status.clone();
    if let Some(reason) = &measure.reason {
        let _ = write!(words, " ({reason})");
    }
    if measure.is_open() {
        let _ = write!(words, ", {signed} of {entitled}");
        if !measure.missing.is_empty() && signed > 0 {
            let _ = write!(words, ", missing: {}", join(&measure.missing));
        }
    } else if measure.outcome_leaf.is_some() {
        words.push_str(if measure.is_final { ", final" } else { ", not yet sealed by all" });
    }
    if let Some(force) = &measure.force {
        let _ = write!(words, "; {force}");
    }
    words
}
