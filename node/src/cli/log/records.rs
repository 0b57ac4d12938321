//! `nemcon log records`: what stands in the log about one measure, or under one party's signature.

use nemcon_client::api::FiledRecord;
use nemcon_client::failure::Failure;
use nemcon_client::party_names::Names;
use nemcon_client::publication::marking_line;
use nemcon_client::reading::says;
use nemcon_client::session::Session;
use nemcon_client::words::count;
use nemcon_ledger::record::Record;
use nemcon_ledger::text::Code;

use nemcon_audit::Screen;

/// Lists the records about a measure, or else the statements of a party.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(
    session: &Session,
    measure: Option<u64>,
    party: Option<&Code>,
    screen: Screen,
) -> Result<(), Failure> {
    let client = session.client();
    let (what, records) = match (measure, party.or(session.code())) {
        (Some(number), _) => {
            let records = client.records_of_measure(number)?;
            if records.is_empty() {
                // Every measure has the record of its text: the node says why there is none.
                client.measure(number)?;
            }
            (format!("about measure {number}"), records)
        }
        (None, Some(code)) => (format!("signed by {code}"), client.records_of_party(code)?),
        (None, None) => {
            return Err(Failure::usage("the records of which measure or party?")
                .next("give `--measure N`, or `--party CODE`"));
        }
    };
    let founding = session.founding()?;
    let seats = client.seats()?;
    let names = Names { genesis: founding.genesis(), seats: Some(&seats) };
    let lines: Vec<_> = records.iter().map(|it| line(it, names)).collect();
    let number = count(records.len() as u64, "record");
    let marking = marking_line(&founding.genesis().charter);
    let words = format!(
        "{marking}{number} {what}, as {} tells them{}\nnext: `nemcon log export OUT` takes the ledger out, and checks \
         every signature and place",
        client.whose(),
        lines.concat()
    );
    screen.result(&records, words)
}

/// `record 12  BELGIUM: IN FAVOUR of REV 1 of measure 4`.
fn line(it: &FiledRecord, names: Names<'_>) -> String {
    let words = match Record::parse(it.record.as_bytes()) {
        Ok(Record::Statement(statement)) => {
            let by = names.loud(&statement.body.head().by);
            format!("{by}: {}", says(&statement.body, names))
        }
        Ok(Record::Decision(decision)) => {
            format!("decision on measure {}: {}", decision.measure, decision.outcome)
        }
        Ok(Record::Lapse(lapse)) => format!("measure {} lapsed", lapse.measure),
        Ok(record @ (Record::Genesis(_) | Record::Block(_))) => record.kind().to_owned(),
        Err(error) => format!("no record: {error}"),
    };
    format!("\nrecord {:<6} {words}", it.leaf)
}
