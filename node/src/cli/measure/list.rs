//! `nemcon measure list`: all measures with their state.

use core::fmt::Write as _;

use nemcon_client::api::PublicationView;
use nemcon_client::clock::now;
use nemcon_client::failure::Failure;
use nemcon_client::session::Session;

use super::entry::Entry;
use nemcon_audit::Screen;

/// Prints all measures: the open ones by deadline, then the ended ones, the last ended first.
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
    let of_entry = |entry: &Entry| {
        entry.measure.publication.as_ref().and_then(PublicationView::marking_of_votes)
    };
    let marking = entries.iter().find_map(of_entry).map(|it| it + "\n").unwrap_or_default();
    let head = match (open.len() as u64, over.is_empty()) {
        (0, true) => {
            return "no measure has been tabled: `nemcon measure table FILE.toml` does".to_owned();
        }
        (0, false) => "no measure is open".to_owned(),
        (1, _) => "1 open measure".to_owned(),
        (count, _) => format!("{count} open measures, the nearest deadline first"),
    };
    let mut words = marking + &head;
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
