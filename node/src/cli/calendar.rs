//! `nemcon calendar`: what lies ahead of the council, the nearest first.

use std::path::PathBuf;

use clap::Args;
use nemcon_client::api::{Life, Status};
use nemcon_client::calendar::{Class, Event, ics};
use nemcon_client::clock::now;
use nemcon_client::failure::Failure;
use nemcon_client::session::Session;
use nemcon_client::words::count;
use nemcon_ledger::council::join;
use nemcon_ledger::record::Charter;
use nemcon_ledger::text::{Code, Show as _};

use crate::cli::context::Context;
use crate::cli::measure::hanging;
use nemcon_audit::output;

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
    let Ahead { mut events, charter } = Ahead::of(&session, &status)?;
    if let Some(party) = &args.whose {
        verify_party(&session, party, &events)?;
        events.retain(|event| event.is_of(party));
    }
    events.retain(|event| args.within.is_none_or(|days| event.is_within(days)));
    if !args.ics {
        return context.screen.result(&events, words(&events));
    }
    let class = charter.publication.map_or(Class::Unsaid, |_| Class::Confidential);
    let text = ics(&status.council, &status.name, &events, class, now()?);
    let Some(out) = &args.out else {
        return output::print_text(&text, context.screen);
    };
    output::write_new(out, text.as_bytes())?;
    let words = format!("{} in {}", count(events.len() as u64, "date"), out.shown());
    let file = serde_json::json!({ "file": out.to_string_lossy(), "dates": events.len() });
    context.screen.result(&file, words)
}

/// All that lies ahead of the council of a node, and the council's charter.
pub(super) struct Ahead {
    /// The dates to come, the nearest first.
    pub(super) events: Vec<Event>,
    /// The charter, as the founders have signed it.
    pub(super) charter: Charter,
}

impl Ahead {
    /// Reads both from the session's node.
    ///
    /// # Errors
    /// [`Failure`].
    pub(super) fn of(session: &Session, status: &Status) -> Result<Self, Failure> {
        let ahead = session.client().measures(Some(Life::Ahead), None)?;
        let charter = session.founding_of(status.council)?.genesis().charter.clone();
        Ok(Self { events: Event::all(&ahead, &charter.reminder_days, now()?), charter })
    }
}

/// Refuses a party that the council does not know. A party that has left may have dates to come.
fn verify_party(session: &Session, party: &Code, events: &[Event]) -> Result<(), Failure> {
    let seats = session.client().seats()?;
    let members = seats.members.iter().map(|it| it.member.code.clone());
    let participants = seats.participants.iter().map(|it| it.participant.code.clone());
    let known: Vec<Code> = members.chain(participants).collect();
    if known.contains(party) || events.iter().any(|event| event.is_of(party)) {
        return Ok(());
    }
    let known = join(&known);
    Err(Failure::refused(format_args!("{party} takes no part in this council; {known} do"))
        .next("give one of these codes, or leave `--party` out for all dates"))
}

fn words(events: &[Event]) -> String {
    if events.is_empty() {
        return "nothing lies ahead".to_owned();
    }
    let marking = events.iter().find_map(|event| event.marking.clone());
    marking.into_iter().chain(events.iter().map(told)).collect::<Vec<_>>().join("\n")
}

/// An event in lines as wide as the terminal: its head with the title, then whose it is.
pub(super) fn told(event: &Event) -> String {
    let head = hanging(&format!("{}, {}", event.head(), event.title.shown()), "  ");
    format!("{head}\n{}", hanging(&format!("  {}", event.whose()), "  "))
}
