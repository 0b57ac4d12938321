//! `nemcon calendar`: what lies ahead of the council, the nearest first.

use std::path::PathBuf;

use clap::Args;
use nemcon_client::api::{Life, Status};
use nemcon_client::calendar::{Event, ics};
use nemcon_client::clock::now;
use nemcon_client::failure::Failure;
use nemcon_client::session::Session;
use nemcon_client::words::count;
use nemcon_ledger::text::{Code, Show as _};

use super::output;
use crate::cli::context::Context;
use crate::cli::measure::hanging;

/// Which dates are shown, and how.
#[derive(Clone, Debug, Args)]
pub(super) struct CalendarArgs {
    /// Only what is this party's: its measures, and deadlines that lack its ballot.
    #[arg(long = "party", value_name = "CODE")]
    whose: Option<Code>,
    /// Only the next days.
    #[arg(long, value_name = "DAYS")]
    within: Option<u64>,
    /// Write an iCalendar file with the charter's reminders as alarms.
    #[arg(long)]
    ics: bool,
    /// The iCalendar file to write; by default standard output.
    #[arg(short, long, value_name = "FILE", requires = "ics")]
    out: Option<PathBuf>,
}

/// Runs `nemcon calendar`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(args: &CalendarArgs, context: Context<'_>) -> Result<(), Failure> {
    let session = context.session()?;
    let status = session.client().status()?;
    let mut events = events(&session, &status)?;
    events.retain(|event| {
        args.whose.as_ref().is_none_or(|party| event.is_of(party))
            && args.within.is_none_or(|days| event.days_left < days)
    });
    if !args.ics {
        return context.screen.result(&events, words(&events));
    }
    let text = ics(&status.council, &status.name, &events, now()?);
    let Some(out) = &args.out else {
        return output::print_text(&text, context.screen);
    };
    output::write_new(out, text.as_bytes())?;
    let words = format!("{} in {}", count(events.len() as u64, "date"), out.shown());
    let file = serde_json::json!({ "file": out.to_string_lossy(), "dates": events.len() });
    context.screen.result(&file, words)
}

/// All that lies ahead of the council of this node.
pub(super) fn events(session: &Session, status: &Status) -> Result<Vec<Event>, Failure> {
    let ahead = session.client().measures(Some(Life::Ahead), None)?;
    let founding = session.founding_of(status.council)?;
    Ok(Event::all(&ahead, &founding.genesis().charter.reminder_days, now()?))
}

fn words(events: &[Event]) -> String {
    if events.is_empty() {
        return "nothing lies ahead".to_owned();
    }
    events.iter().map(told).collect::<Vec<_>>().join("\n")
}

/// An event in lines as wide as the terminal: its head with the title, then whose it is.
pub(super) fn told(event: &Event) -> String {
    let head = hanging(&format!("{}, {}", event.head(), event.title.shown()), "  ");
    format!("{head}\n{}", hanging(&format!("  {}", event.whose()), "  "))
}
