//! How a node writes its log: one line an event, to standard error.

use std::io;

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// The log filter unless `RUST_LOG` sets one. The consensus engine would log every vote at
/// the level `info`.
const DEFAULT_FILTER: &str = "info,arc_malachitebft_core_consensus=warn";

/// The form of each line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LogForm {
    /// Time, level, words, then fields.
    #[default]
    Text,
    /// One JSON object: `timestamp` (RFC 3339), `level`, `message`, `event`, and the fields of the event.
    Json,
}

/// Begins to write the log. A line that cannot be written is lost, and nothing else: a node outlives whoever reads
/// its log.
pub(super) fn begin(form: LogForm) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        // Otherwise the failure itself is printed to the closed pipe, which panics.
        .log_internal_errors(false);
    match form {
        LogForm::Text => lines.with_ansi(false).init(),
        LogForm::Json => lines.json().flatten_event(true).with_target(false).init(),
    }
}
