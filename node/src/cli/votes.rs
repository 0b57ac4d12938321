//! `nemcon votes`: exports the ballots on decided measures as open data.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use nemcon_client::api::{Life, Measure, MeasureSummary};
use nemcon_client::failure::Failure;
use nemcon_client::publication::{PublicPart, marking_of_votes, public_part};
use nemcon_client::statements;
use nemcon_client::words::count;
use nemcon_ledger::record::Position;
use nemcon_ledger::text::{Code, Show as _};
use serde::Serialize;

use crate::cli::context::Context;
use nemcon_audit::output;

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
        /// Leave out what the charter does not make public, and votes until they are released.
        #[arg(long)]
        public: bool,
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

/// One member's ballot on one decided measure; or, of a public act whose votes are not public, the act alone.
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
    in_favour: Option<usize>,
    against: Option<usize>,
    abstained: Option<usize>,
    abstained_with_a_declaration: Option<usize>,
    not_participating: Option<usize>,
    member: Option<Code>,
    vote: &'static str,
    /// How the row is marked, if only members may see it.
    marking: Option<String>,
}

/// The names of the columns, which are those of [`Row`]'s fields.
const COLUMNS: [&str; 13] = [
    "act",
    "document_number",
    "date",
    "outcome",
    "voting_rule",
    "in_favour",
    "against",
    "abstained",
    "abstained_with_a_declaration",
    "not_participating",
    "member",
    "vote",
    "marking",
];

/// Runs `nemcon votes`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &VotesCommand, context: Context<'_>) -> Result<(), Failure> {
    let VotesCommand::Export { format, out, public } = command;
    let session = context.session()?;
    let client = session.client();
    let mut rows = Vec::new();
    for ended in client.measures(Some(Life::Ended), None)?.iter().filter(|it| is_decided(it)) {
        let measure = client.measure(ended.number)?;
        if *public {
            rows.extend(public_rows_of(&measure, public_part(&measure)?)?);
        } else {
            rows.extend(rows_of(&measure)?);
        }
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

/// The rows of a measure of which everybody may see this much: nothing, the act without its votes, or all.
fn public_rows_of(measure: &Measure, part: PublicPart) -> Result<Vec<Row>, Failure> {
    let mut rows = match part {
        PublicPart::Nothing => Vec::new(),
        PublicPart::Act | PublicPart::Votes => rows_of(measure)?,
    };
    if part == PublicPart::Act {
        rows.truncate(1);
        for row in &mut rows {
            row.in_favour = None;
            row.against = None;
            row.abstained = None;
            row.abstained_with_a_declaration = None;
            row.not_participating = None;
            row.member = None;
            row.vote = "not public";
            row.marking = None;
        }
    }
    Ok(rows)
}

/// The rows of a measure: the entitled members in roster order, then the members without a right
/// to a ballot.
fn rows_of(measure: &Measure) -> Result<Vec<Row>, Failure> {
    let (said, _) = statements::read(measure)?;
    let cast = measure.ballots.iter().map(|ballot| (&ballot.code, word(ballot.position)));
    let out = measure.excluded.iter().map(|out| (&out.code, word(None)));
    let votes: Vec<(&Code, &'static str)> = cast.chain(out).collect();
    let of = |what: &str| Some(votes.iter().filter(|(_, said)| *said == what).count());
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
        abstained_with_a_declaration: of(WITH_A_DECLARATION),
        not_participating: of("not participating"),
        member: Some((*member).clone()),
        vote,
        marking: marking_of_votes(measure),
    };
    Ok(votes.iter().map(row).collect())
}

/// The vote of a member that has abstained with a formal declaration: another thing than to abstain.
const WITH_A_DECLARATION: &str = "abstained with a declaration";

const fn word(position: Option<Position>) -> &'static str {
    match position {
        Some(Position::InFavour) => "in favour",
        Some(Position::Against) => "against",
        Some(Position::Abstain) => "abstained",
        Some(Position::AbstainQualified) => WITH_A_DECLARATION,
        Some(Position::Retracted) | None => "not participating",
    }
}

fn csv(rows: &[Row]) -> String {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(COLUMNS).expect("memory takes every record");
    for row in rows {
        let counts = [
            row.in_favour,
            row.against,
            row.abstained,
            row.abstained_with_a_declaration,
            row.not_participating,
        ];
        let texts = [&row.act, &row.document_number, &row.date, &row.outcome, &row.voting_rule];
        let cells = texts.into_iter().map(|text| harmless(text));
        let shown = |count: Option<usize>| count.map(|it| it.to_string()).unwrap_or_default();
        let cells = cells.chain(counts.map(shown));
        let member = row.member.as_ref().map(Code::to_string).unwrap_or_default();
        let marking = row.marking.as_deref().map(harmless).unwrap_or_default();
        let cells = cells.chain([member, row.vote.to_owned(), marking]);
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
            in_favour: Some(1),
            against: Some(0),
            abstained: Some(1),
            abstained_with_a_declaration: Some(0),
            not_participating: Some(0),
            member: Some(member.parse().unwrap()),
            vote,
            marking: Some("LIMITE".to_owned()),
        }
    }

    #[test]
    fn each_member_has_a_row_for_each_act() {
        let rows = [row("First", "BE", "in favour"), row("First", "BG", "abstained")];
        let wanted = "act,document_number,date,outcome,voting_rule,in_favour,against,abstained,\
                      abstained_with_a_declaration,not_participating,member,vote,marking\r\n\
                      First,\"OJ L 246, p. 12\",2026-11-24,adopted,unanimity,1,0,1,0,0,BE,in favour,LIMITE\r\n\
                      First,\"OJ L 246, p. 12\",2026-11-24,adopted,unanimity,1,0,1,0,0,BG,abstained,LIMITE\r\n";
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
