//! Everything that was signed on a measure, in the order of the log, each text one click away.

use maud::{Markup, html};
use nemcon_client::party_names::Names;
use nemcon_client::reading::says;
use nemcon_ledger::record::{Genesis, Record};
use nemcon_ledger::text::Line;

use super::parts::{exact, moment};
use crate::own_copy::OwnCopy;
use crate::words::Words;

/// The most records that one timeline shows, the newest ones.
const TIMELINE_MAX: usize = 400;

/// What a record is, in a few words: `ballot of BE`.
pub(crate) fn headline(record: &str, genesis: &Genesis) -> (String, String) {
    match Record::parse(record.as_bytes()) {
        Ok(Record::Statement(statement)) => {
            let body = &statement.body;
            let names = Names { genesis, seats: None };
            (format!("{} {}", body.head().by, body.kind()), says(body, names))
        }
        Ok(Record::Decision(it)) => {
            ("decision".to_owned(), format!("measure {}: {}", it.measure, it.outcome))
        }
        Ok(Record::Lapse(it)) => ("lapse".to_owned(), format!("measure {}", it.measure)),
        Ok(Record::Block(it)) => {
            (format!("block {}", it.height.0), format!("proposed by {}", it.proposer))
        }
        Ok(Record::Genesis(it)) => ("genesis".to_owned(), it.charter.name.to_string()),
        Err(error) => ("?".to_owned(), error.to_string()),
    }
}

/// The timeline of a measure.
pub(crate) fn timeline(words: &Words, copy: &OwnCopy, measure: u64, zone: Option<&Line>) -> Markup {
    let leaves = copy.about(measure);
    let from = leaves.len().saturating_sub(TIMELINE_MAX);
    let genesis = copy.council().genesis();
    html! {
        ol class="timeline" {
            @for leaf in &leaves[from..] {
                @if let Some(record) = copy.record(*leaf) {
                    @let (who, what) = headline(&record, genesis);
                    li {
                        details {
                            summary {
                                span class="small" { ((words.record)(*leaf)) " · " @if let Some((_, end)) = copy.block_of(*leaf) { (moment(words, end.time, zone)) } }
                                " " strong { (who) } " " span lang="en" { (what) }
                                @if copy.is_sealed(*leaf) { " " span class="badge" { (words.sealed) } }
                            }
                            (exact(&record))
                        }
                    }
                }
            }
        }
    }
}
