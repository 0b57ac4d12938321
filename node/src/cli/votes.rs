//! `nemcon votes`: what was decided, as open data.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use nemcon_ledger::record::Position;
use nemcon_ledger::text::Code;
use serde::Serialize;

use super::Global;
use super::failure::Failure;
use super::output::{self, Readers};
use super::screen::{Screen, count};
use super::session::Session;
use crate::api::Measure;
use crate::statements;

/// Takes votes out.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum VotesCommand {
    /// Write one row a decided act, with a column a member.
    Export {
        /// The form.
        #[arg(long, value_enum, default_value_t = Format::Csv)]
        format: Format,
        /// The file to write; by default standard output.
        #[arg(short, long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Comma-separated values [RFC 4180].
    Csv,
    /// JSON.
    Json,
}

/// One decided act.
#[derive(Clone, Debug, Serialize)]
struct Row {
    act: String,
    /// The first reference that its text gives; the ledger's number where it gives none.
    document_number: String,
    /// The day of the decision.
    date: String,
    outcome: String,
    voting_rule: String,
    in_favour: usize,
    against: usize,
    abstained: usize,
    not_participating: usize,
    /// By member.
    votes: BTreeMap<Code, &'static str>,
}

/// Columns before the members'.
const COLUMNS: [&str; 9] = [
    "act",
    "document_number",
    "date",
    "outcome",
    "voting_rule",
    "in_favour",
    "against",
    "abstained",
    "not_participating",
];

/// Runs it.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &VotesCommand, global: &Global, screen: Screen) -> Result<(), Failure> {
    let VotesCommand::Export { format, out } = command;
    let measures = Session::open(global)?.client().measures()?;
    let decided = measures.iter().filter(|measure| is_decided(measure));
    let rows: Vec<Row> = decided.map(row).collect::<Result<_, _>>()?;
    let format = if screen.is_json() && out.is_none() { Format::Json } else { *format };
    let text = match format {
        Format::Csv => csv(&rows),
        Format::Json => serde_json::to_string_pretty(&rows).expect("rows are JSON") + "\n",
    };
    let Some(out) = out else {
        screen.result(&rows, text.trim_end());
        return Ok(());
    };
    output::write_new(out, text.as_bytes(), Readers::Anybody)?;
    let words = format!("{} in {}", count(rows.len() as u64, "act"), out.display());
    screen.result(&serde_json::json!({ "file": out, "acts": rows.len() }), words);
    Ok(())
}

fn is_decided(measure: &Measure) -> bool {
    matches!(measure.status.as_str(), "adopted" | "not adopted")
}

fn row(measure: &Measure) -> Result<Row, Failure> {
    let (said, _) = statements::read(measure)?;
    let cast = measure.ballots.iter();
    let cast = cast.map(|ballot| (ballot.code.clone(), word(ballot.position)));
    let out = measure.excluded.iter().map(|out| (out.code.clone(), word(None)));
    let votes: BTreeMap<Code, &'static str> = cast.chain(out).collect();
    let of = |what: &str| votes.values().filter(|said| **said == what).count();
    let number = || format!("measure {}", measure.number);
    Ok(Row {
        act: measure.title.clone(),
        document_number: said.references.first().map_or_else(number, ToString::to_string),
        date: measure.ended.map(|time| time.to_string()[..10].to_owned()).unwrap_or_default(),
        outcome: measure.status.clone(),
        voting_rule: measure.rule.clone(),
        in_favour: of("in favour"),
        against: of("against"),
        abstained: of("abstained"),
        not_participating: of("not participating"),
        votes,
    })
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
    let members: BTreeSet<&Code> = rows.iter().flat_map(|row| row.votes.keys()).collect();
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(vec![]);
    let head = COLUMNS.into_iter().chain(members.iter().map(|code| code.as_str()));
    writer.write_record(head).expect("memory takes every record");
    for row in rows {
        let counts = [row.in_favour, row.against, row.abstained, row.not_participating];
        let texts = [&row.act, &row.document_number, &row.date, &row.outcome, &row.voting_rule];
        let texts = texts.map(|text| harmless(text));
        let votes = members.iter().map(|code| row.votes.get(*code).copied().unwrap_or(""));
        let cells = texts.into_iter().chain(counts.map(|count| count.to_string()));
        let cells = cells.chain(votes.map(ToOwned::to_owned));
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

    fn row(act: &str, votes: &[(&str, &'static str)]) -> Row {
        Row {
            act: act.to_owned(),
            document_number: "OJ L 246, p. 12".to_owned(),
            date: "2026-11-24".to_owned(),
            outcome: "adopted".to_owned(),
            voting_rule: "unanimity".to_owned(),
            in_favour: 1,
            against: 0,
            abstained: 0,
            not_participating: 0,
            votes: votes.iter().map(|(code, said)| (code.parse().unwrap(), *said)).collect(),
        }
    }

    #[test]
    fn each_act_is_a_row_and_each_member_a_column() {
        let rows = [row("First", &[("BE", "in favour")]), row("Second", &[("BG", "abstained")])];
        let text = csv(&rows);
        let lines: Vec<_> = text.split("\r\n").collect();
        assert!(lines[0].ends_with("not_participating,BE,BG"), "{text}");
        assert_eq!(
            lines[1],
            "First,\"OJ L 246, p. 12\",2026-11-24,adopted,unanimity,1,0,0,0,in favour,"
        );
        assert!(lines[2].ends_with(",,abstained"), "{text}");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for act in ["=1+1", "+1", "-1", "@SUM(A1)"] {
            assert!(csv(&[row(act, &[])]).contains(&format!("\r\n'{act}")), "{act}");
        }
        assert!(csv(&[row("=\"a\",b", &[])]).contains("\"'=\"\"a\"\",b\""));
    }
}
