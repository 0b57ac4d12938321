//! `nemcon minutes`: writes the minutes of acts, as Markdown or JSON.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use nemcon_client::api::Life;
use nemcon_client::failure::Failure;
use nemcon_client::minutes::{self, Minute};
use nemcon_client::publication::public_part;
use nemcon_client::words::count;
use nemcon_ledger::Time;
use nemcon_ledger::text::Show as _;
use serde_json::json;

use super::calendar::Ahead;
use super::output;
use crate::cli::context::Context;

/// The acts whose minutes are written.
#[derive(Clone, Debug, Args)]
#[command(group(ArgGroup::new("which").args(["number", "month"]).required(true)))]
pub(super) struct MinutesArgs {
    /// The measure's number.
    number: Option<u64>,
    /// All measures that ended in a month: 2026-11.
    #[arg(long, value_name = "YEAR-MONTH", value_parser = parse_month)]
    month: Option<String>,
    /// The file to write; by default standard output.
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Leave out what the charter does not make public, and votes until they are released.
    #[arg(long)]
    public: bool,
}

fn parse_month(text: &str) -> Result<String, String> {
    match format!("{text}-01T00:00:00.000Z").parse::<Time>() {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("a month is written like 2026-11".to_owned()),
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
    let measures = match (&args.month, args.number) {
        (Some(month), _) => {
            let in_month = |ended: Time| ended.to_string().starts_with(&format!("{month}-"));
            let ended = client.measures(Some(Life::Ended), None)?;
            let ended = ended.iter().filter(|measure| measure.ended.is_some_and(in_month));
            ended.map(|measure| client.measure(measure.number)).collect::<Result<_, _>>()?
        }
        (None, number) => vec![client.measure(number.unwrap_or_default())?],
    };
    let ahead = Ahead::of(&session, &status)?.events;
    let mut minutes = Vec::new();
    for measure in measures {
        let part = if args.public { Some(public_part(&measure)?) } else { None };
        let mut minute = Minute::of(client, measure)?;
        minute.look_ahead(&ahead);
        minutes.extend(match part {
            Some(part) => minute.public(part),
            None => Some(minute),
        });
    }
    let text = minutes::write(&status.name, args.month.as_deref(), &minutes);
    let Some(out) = &args.out else {
        context.screen.result(&minutes, text.trim_end())?;
        return Ok(());
    };
    let bytes = if context.screen.is_json() {
        serde_json::to_string_pretty(&minutes).expect("minutes are JSON") + "\n"
    } else {
        text
    };
    output::write_new(out, bytes.as_bytes())?;
    let words = format!("{} in {}", count(minutes.len() as u64, "act"), out.shown());
    context.screen.result(&json!({ "file": out.to_string_lossy(), "acts": minutes.len() }), words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_a_year_and_a_month() {
        assert!(parse_month("2026-11").is_ok());
        for bad in ["2026", "2026-13", "November", "2026-1"] {
            assert!(parse_month(bad).is_err(), "{bad}");
        }
    }
}
