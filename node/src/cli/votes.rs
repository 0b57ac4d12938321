//! `nemcon votes`: exports the ballots on decided measures as open data.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use nemcon_client::api::{Life, Measure, MeasureSummary};
use nemcon_client::failure::Failure;
use nemcon_client::statements;
use nemcon_client::words::count;
use nemcon_ledger::record::Position;
use nemcon_ledger::text::{Code, Show as _};
use serde::Serialize;

use super::output;
use crate::cli::context::Context;

/// Takes votes out.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum VotesCommand {
    /// Write a row an act and member: what each said on each decided act.
    Export {
        /// The format of the rows.
        #[arg(long, value_enum, default_value_t = Format::Csv)]
        format: Format,
        /// The file to write; by default standard output.
        #[arg(short, long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// The format of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Comma-separated values [RFC 4180].
    Csv,
    /// JSON.
    Json,
}

/// One member's ballot on one decided measure.
#[derive(Clone, Debug, Serialize)]
struct Row {
    act: String,
    /// The first reference in the measure's text; if there is none, the measure's number in the ledger.
    document_number: String,
    /// The day of the decision.
    date: String,
    outcome: String,
    voting_rule: String,
    /// The number of ballots in favour of the measure. This and the next counts are the same in
    /// each of the measure's rows.
    in_favour: usize,
    against: usize,
    abstained: usize,
    not_participating: usize,
    member: Code,
    vote: &'static str,
}

/// The names of the columns, which are those of [`Row`]'s fields.
const COLUMNS: [&str; 11] = [
    "act",
    "document_number",
    "date",
    "outcome",
    "voting_rule",
    "in_favour",
    "against",
    "abstained",
    "not_participating",
    "member",
    "vote",
];

/// Runs `nemcon votes`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &VotesCommand, context: Context<'_>) -> Result<(), Failure> {
    let VotesCommand::Export { format, out } = command;
    let session = context.session()?;
    let client = session.client();
    let mut rows = Vec::new();
    for ended in client.measures(Some(Life::Ended), None)?.iter().filter(|it| is_decided(it)) {
        rows.extend(rows_of(&client.measure(ended.number)?)?);
    }
    let format = if context.screen.is_json() && out.is_none() { Format::Json } else { *format };
    let text = match format {
        Format::Csv => csv(&rows),
        Format::Json => serde_json::to_string_pretty(&rows).expect("rows are JSON") + "\n",
    };
    let Some(out) = out else {
        context.screen.result(&rows, text.trim_end())?;
        return Ok(());
    };
    output::write_new(out, text.as_bytes())?;
    let words = format!("{} in {}", count(rows.len() as u64, "row"), out.shown());
    context
        .screen
        .result(&serde_json::json!({ "file": out.to_string_lossy(), "rows": rows.len() }), words)
}

fn is_decided(measure: &MeasureSummary) -> bool {
    measure.status.is_decided()
}

/// The rows of a measure: the entitled members in roster order, then the members without a right
/// to a ballot.
fn rows_of(measure: &Measure) -> Result<Vec<Row>, Failure> {
    let (said, _) = statements::read(measure)?;
    let cast = measure.ballots.iter().map(|ballot| (&ballot.code, word(ballot.position)));
    let out = measure.excluded.iter().map(|out| (&out.code, word(None)));
    let votes: Vec<(&Code, &'static str)> = cast.chain(out).collect();
    let of = |what: &str| votes.iter().filter(|(_, said)| *said == what).count();
    let number = || format!("measure {}", measure.number);
    let row = |(member, vote): &(&Code, &'static str)| Row {
        act: measure.title.clone(),
        document_number: said.references.first().map_or_else(number, ToString::to_string),
        date: measure.ended.map(|time| time.to_string()[..10].to_owned()).unwrap_or_default(),
        outcome: measure.status.to_string(),
        voting_rule: measure.rule.clone(),
        in_favour: of("in favour"),
        against: of("against"),
        abstained: of("abstained"),
        not_participating: of("not participating"),
        member: (*member).clone(),
        vote,
    };
    Ok(votes.iter().map(row).collect())
}

const fn word(position: Option<Position>) -> &'static str {
    match position {
        Some(Position::InFavour) => "in favour",
        Some(Position::Against) => "against",
        Some(Position::Abstain | Position::AbstainQualified) => "abstained",
        Some(Position::Retracted) | None => "not participating",
    }
}

fn csv(rows: &[Row]) -> String {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(COLUMNS).expect("memory takes every record");
    for row in rows {
        let counts = [row.in_favour, row.against, row.abstained, row.not_participating];
        let texts = [&row.act, &row.document_number, &row.date, &row.outcome, &row.voting_rule];
        let cells = texts.into_iter().map(|text| harmless(text));
        let cells = cells.chain(counts.map(|count| count.to_string()));
        let cells = cells.chain([row.member.to_string(), row.vote.to_owned()]);
        writer.write_record(cells).expect("memory takes every record of one length");
    }
    let bytes = writer.into_inner().expect("memory takes every record");
    String::from_utf8(bytes).expect("cells are text")
}

/// A cell that no spreadsheet takes for a formula [OWASP, CSV injection].
fn harmless(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(act: &str, member: &str, vote: &'static str) -> Row {
        Row {
            act: act.to_owned(),
            document_number: "OJ L 246, p. 12".to_owned(),
            date: "2026-11-24".to_owned(),
            outcome: "adopted".to_owned(),
            voting_rule: "unanimity".to_owned(),
            in_favour: 1,
            against: 0,
            abstained: 1,
            not_participating: 0,
            member: member.parse().unwrap(),
            vote,
        }
    }

    #[test]
    fn each_member_has_a_row_for_each_act() {
        let rows = [row("First", "BE", "in favour"), row("First", "BG", "abstained")];
        let wanted = "act,document_number,date,outcome,voting_rule,in_favour,against,abstained,\
                      not_participating,member,vote\r\n\
                      First,\"OJ L 246, p. 12\",2026-11-24,adopted,unanimity,1,0,1,0,BE,in favour\r\n\
                      First,\"OJ L 246, p. 12\",2026-11-24,adopted,unanimity,1,0,1,0,BG,abstained\r\n";
        assert_eq!(csv(&rows), wanted);
    }

    #[test]
    fn the_columns_are_the_fields_of_the_json() {
        let value = serde_json::to_string(&row("First", "BE", "in favour")).unwrap();
        let places: Vec<_> =
            COLUMNS.iter().map(|name| value.find(&format!("\"{name}\":"))).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{value}");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for act in ["=1+1", "+1", "-1", "@SUM(A1)"] {
            let text = csv(&[row(act, "BE", "against")]);
            assert!(text.contains(&format!("\r\n'{act}")), "{act}");
        }
        assert!(csv(&[row("=\"a\",b", "BE", "against")]).contains("\"'=\"\"a\"\",b\""));
    }
}
