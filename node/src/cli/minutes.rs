//! `nemcon minutes`: what the secretariat would note of an act, as Markdown or JSON.

mod markdown;

use std::path::PathBuf;

use clap::Args;
use nemcon_crypto::Digest;
use nemcon_ledger::Time;
use nemcon_ledger::record::{Body, Position, Record};
use nemcon_ledger::text::Code;
use nemcon_ledger::text::Show as _;
use serde::Serialize;
use serde_json::json;

use super::Global;
use super::failure::Failure;
use super::measure::statement_at;
use super::output::{self, Readers};
use super::screen::{Screen, count};
use super::session::Session;
use crate::api::{AttestationView, BallotView, ExcludedView, Life, Measure, ReservationView};
use crate::client::Client;

/// Of which acts.
#[derive(Clone, Debug, Args)]
pub(super) struct MinutesArgs {
    /// The measure's number.
    #[arg(required_unless_present = "month", conflicts_with = "month")]
    number: Option<u64>,
    /// All measures that ended in a month: 2026-11.
    #[arg(long, value_name = "YEAR-MONTH", value_parser = parse_month)]
    month: Option<String>,
    /// The file to write; by default standard output.
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn parse_month(text: &str) -> Result<String, String> {
    match format!("{text}-01T00:00:00.000Z").parse::<Time>() {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("a month is written like 2026-11".to_owned()),
    }
}

/// What is noted of one act.
#[derive(Clone, Debug, Serialize)]
struct Minute {
    number: u64,
    revision: u32,
    act: String,
    kind: String,
    rule: String,
    source: Option<String>,
    proposer: Code,
    text_hash: Digest,
    tabled: Time,
    status: String,
    /// The decision's or lapse's own reason.
    reason: Option<String>,
    ended: Option<Time>,
    /// From tabling to the end, in tenths of a day.
    days: Option<String>,
    /// Whether every entitled member has sealed the outcome.
    #[serde(rename = "final")]
    is_final: bool,
    force: Option<String>,
    signed: Vec<Signed>,
    missing: Vec<Code>,
    not_entitled: Vec<ExcludedView>,
    reservations: Vec<ReservationView>,
    attestations: Vec<AttestationView>,
    package: Vec<u64>,
}

/// Who signed what, and when.
#[derive(Clone, Debug, Serialize)]
struct Signed {
    code: Code,
    name: String,
    position: Position,
    time: Option<Time>,
    record: Option<u64>,
    /// Who signed under a mandate.
    by: Option<Code>,
    /// Whether a standing instruction signed.
    tacit: bool,
    /// The digest of the formal declaration.
    declaration: Option<Digest>,
}

/// Runs it.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(args: &MinutesArgs, global: &Global, screen: Screen) -> Result<(), Failure> {
    let session = Session::open(global)?;
    let client = session.client();
    let name = client.status()?.name;
    let measures = match (&args.month, args.number) {
        (Some(month), _) => {
            let in_month = |ended: Time| ended.to_string().starts_with(&format!("{month}-"));
            let ended = client.measures(Some(Life::Ended), None)?;
            let ended = ended.iter().filter(|measure| measure.ended.is_some_and(in_month));
            ended.map(|measure| client.measure(measure.number)).collect::<Result<_, _>>()?
        }
        (None, number) => vec![client.measure(number.unwrap_or_default())?],
    };
    let minutes = measures.into_iter().map(|measure| minute(client, measure));
    let minutes: Vec<Minute> = minutes.collect::<Result<_, _>>()?;
    let text = markdown::write(&name, args.month.as_deref(), &minutes);
    let Some(out) = &args.out else {
        screen.result(&minutes, text.trim_end())?;
        return Ok(());
    };
    let bytes = if screen.is_json() {
        serde_json::to_string_pretty(&minutes).expect("minutes are JSON") + "\n"
    } else {
        text
    };
    output::write_new(out, bytes.as_bytes(), Readers::Anybody)?;
    let words = format!("{} in {}", count(minutes.len() as u64, "act"), out.shown());
    screen.result(&json!({ "file": out.to_string_lossy(), "acts": minutes.len() }), words)
}

fn minute(client: &Client, measure: Measure) -> Result<Minute, Failure> {
    let reason = match measure.outcome_leaf {
        Some(leaf) => reason(client, leaf)?.or(measure.reason),
        None => measure.reason,
    };
    let mut signed = Vec::new();
    for ballot in measure.ballots {
        signed.extend(note(client, ballot)?);
    }
    Ok(Minute {
        number: measure.number,
        revision: measure.revision,
        act: measure.title,
        kind: measure.kind,
        rule: measure.rule,
        source: measure.source,
        proposer: measure.by,
        text_hash: measure.text_hash,
        tabled: measure.tabled,
        status: measure.status,
        reason,
        ended: measure.ended,
        days: measure.ended.map(|ended| days(measure.tabled, ended)),
        is_final: measure.is_final,
        force: measure.force,
        signed,
        missing: measure.missing,
        not_entitled: measure.excluded,
        reservations: measure.reservations,
        attestations: measure.attestations,
        package: measure.package.map(|package| package.measures).unwrap_or_default(),
    })
}

/// What the derived record itself gives as the reason.
fn reason(client: &Client, leaf: u64) -> Result<Option<String>, Failure> {
    let record = client.records(leaf, 1)?.records.pop().unwrap_or_default();
    Ok(match Record::parse(record.as_bytes()) {
        Ok(Record::Decision(decision)) => Some(decision.reason.to_string()),
        Ok(Record::Lapse(lapse)) => Some(lapse.reason.to_string()),
        _ => None,
    })
}

fn note(client: &Client, ballot: BallotView) -> Result<Option<Signed>, Failure> {
    let Some(position) = ballot.position else { return Ok(None) };
    let declaration = match (position, ballot.leaf) {
        (Position::AbstainQualified, Some(leaf)) => match statement_at(client, leaf)?.body {
            Body::Ballot(said) => said.declaration,
            _ => None,
        },
        _ => None,
    };
    Ok(Some(Signed {
        code: ballot.code,
        name: ballot.name,
        position,
        time: ballot.time,
        record: ballot.leaf,
        by: ballot.cast_by,
        tacit: ballot.tacit,
        declaration,
    }))
}

/// `14.2`: days with one decimal, cut.
fn days(from: Time, to: Time) -> String {
    let tenths = to.as_ms().saturating_sub(from.as_ms()) / (24 * 360_000);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_in_days_with_one_decimal() {
        let at = |text: &str| text.parse::<Time>().unwrap();
        let from = at("2026-11-01T00:00:00.000Z");
        assert_eq!(days(from, at("2026-11-15T06:00:00.000Z")), "14.2");
        assert_eq!(days(from, from), "0.0");
    }

    #[test]
    fn a_month_is_a_year_and_a_month() {
        assert!(parse_month("2026-11").is_ok());
        for bad in ["2026", "2026-13", "November", "2026-1"] {
            assert!(parse_month(bad).is_err(), "{bad}");
        }
    }
}
