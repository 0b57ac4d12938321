//! `nemcon minutes`: writes the minutes of one act or of a month, as Markdown, HTML or JSON.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};
use nemcon_client::api::{Life, MeasureSummary};
use nemcon_client::client::Client;
use nemcon_client::failure::Failure;
use nemcon_client::minutes::{self, Heading, Minute, Month};
use nemcon_client::publication::{no_publication, public_part};
use nemcon_client::words::count;
use nemcon_ledger::record::Charter;
use nemcon_ledger::text::{Label, Show as _};
use serde_json::json;

use super::calendar::Ahead;
use crate::cli::context::Context;
use nemcon_audit::Screen;
use nemcon_audit::output;

/// The acts whose minutes are written.
#[derive(Clone, Debug, Args)]
#[command(group(ArgGroup::new("which").args(["number", "month"]).required(true)))]
pub(super) struct MinutesArgs {
    /// The measure's number.
    number: Option<u64>,
    /// All acts decided in a month of UTC, then what lapsed or was withdrawn in it: 2026-11.
    #[arg(long, value_name = "YEAR-MONTH")]
    month: Option<Month>,
    /// Of that month only the acts by this procedure of the charter: written.
    #[arg(long, value_name = "PROCEDURE", requires = "month")]
    procedure: Option<Label>,
    /// The format; by default Markdown, and with `--json` JSON.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The file to write; by default standard output.
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Leave out what the charter does not make public, and votes until they are released.
    #[arg(long)]
    public: bool,
}

/// The format of minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Markdown.
    Markdown,
    /// One HTML file that needs nothing else, with a style for print.
    Html,
    /// JSON.
    Json,
}

impl MinutesArgs {
    /// The format that is meant. As for every command, `--json` alone decides what is printed.
    fn format(&self, screen: Screen) -> Format {
        match (screen.is_json(), self.format) {
            (true, _) if self.out.is_none() => Format::Json,
            (true, None) => Format::Json,
            (_, Some(format)) => format,
            (false, None) => Format::Markdown,
        }
    }
}

/// Runs `nemcon minutes`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(args: &MinutesArgs, context: Context<'_>) -> Result<(), Failure> {
    let session = context.session()?;
    let client = session.client();
    let status = client.status()?;
    let Ahead { events, charter } = Ahead::of(&session, &status)?;
    if args.public && charter.publication.is_none() {
        return Err(no_publication());
    }
    if let Some(procedure) = &args.procedure {
        verify_procedure(procedure, &charter)?;
    }
    let mut minutes = Vec::new();
    for number in numbers(args, client)? {
        let measure = client.measure(number)?;
        let part = if args.public { Some(public_part(&measure)?) } else { None };
        let mut minute = Minute::of(client, measure)?;
        minute.look_ahead(&events);
        minute.zone.clone_from(&charter.zone);
        let minute = match part {
            Some(part) => minute.public(part),
            None => Some(minute),
        };
        minutes.extend(minute.filter(|it| is_by(it, args.procedure.as_ref())));
    }
    let heading = Heading {
        council: status.name,
        month: args.month.clone(),
        procedure: args.procedure.as_ref().map(ToString::to_string),
    };
    write(args, &heading, &minutes, context.screen)
}

/// The numbers of the measures: the one that was asked for; or those that ended in the month, first those
/// that were decided, in the order of the decisions, then the others in the order in which they ended.
fn numbers(args: &MinutesArgs, client: &Client) -> Result<Vec<u64>, Failure> {
    let Some(month) = &args.month else { return Ok(args.number.into_iter().collect()) };
    let in_month = |it: &MeasureSummary| it.ended.is_some_and(|ended| month.contains(ended));
    let mut ended = client.measures_that(Life::Ended, in_month)?;
    ended.sort_by_key(|it| (!it.status.is_decided(), it.ended, it.outcome_leaf, it.number));
    Ok(ended.iter().map(|it| it.number).collect())
}

fn is_by(minute: &Minute, procedure: Option<&Label>) -> bool {
    let stated = minute.says.procedure.as_deref();
    procedure.is_none_or(|wanted| stated == Some(wanted.as_str()))
}

fn verify_procedure(procedure: &Label, charter: &Charter) -> Result<(), Failure> {
    let known: Vec<_> = charter.procedures.iter().map(|it| it.name.as_str()).collect();
    if known.contains(&procedure.as_str()) {
        return Ok(());
    }
    let refused = Failure::refused(format_args!("the charter knows no procedure {procedure}"));
    Err(match &known[..] {
        [] => refused.next("it lists no procedures: leave `--procedure` out"),
        known => refused.next(format_args!("the procedures are: {}", known.join(", "))),
    })
}

/// Writes the minutes to the file that was asked for, or to standard output.
fn write(
    args: &MinutesArgs,
    heading: &Heading,
    minutes: &[Minute],
    screen: Screen,
) -> Result<(), Failure> {
    let format = args.format(screen);
    let text = match format {
        Format::Markdown => minutes::markdown(heading, minutes),
        Format::Html => minutes::html(heading, minutes),
        Format::Json => serde_json::to_string_pretty(minutes).expect("minutes are JSON") + "\n",
    };
    let Some(out) = &args.out else {
        let screen = if format == Format::Json { Screen::new(true) } else { screen };
        return screen.result(&minutes, text.trim_end());
    };
    output::write_new(out, text.as_bytes())?;
    let words = format!("{} in {}", count(minutes.len() as u64, "act"), out.shown());
    screen.result(&json!({ "file": out.to_string_lossy(), "acts": minutes.len() }), words)
}
