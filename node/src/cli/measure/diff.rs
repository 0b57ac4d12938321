//! What a revision changed, line by line; and a measure's record as a file.

use std::path::Path;

use nemcon_crypto::{Digest, hash};
use nemcon_ledger::Time;
use nemcon_ledger::record::{Body, Statement};
use nemcon_ledger::text::Show as _;
use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use super::acts::moved;
use crate::api::Measure;
use crate::cli::failure::Failure;
use crate::cli::screen::Screen;
use crate::client::Client;
use crate::staged::replace_file;

/// How a line fares from one revision to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Fate {
    Same,
    Removed,
    Added,
}

/// One line of the comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Change {
    fate: Fate,
    line: String,
}

/// Compares two revisions.
///
/// # Errors
/// [`Failure`] if there is only one, or the log gives another text than was replaced.
pub(super) fn run(
    client: &Client,
    number: u64,
    (from, to): (Option<u32>, Option<u32>),
    screen: Screen,
) -> Result<(), Failure> {
    let measure = client.measure(number)?;
    let to = to.unwrap_or(measure.revision);
    let from = from.unwrap_or(to.saturating_sub(1));
    if measure.former.is_empty() {
        return Err(Failure::refused(format_args!("measure {number} has one text only: REV 1"))
            .next("`nemcon measure show` prints it"));
    }
    let (old, new) = (text_of(client, &measure, from)?, text_of(client, &measure, to)?);
    let changes = compare(&old, &new);
    let deadlines = closes(&old).zip(closes(&new));
    let moves = deadlines.and_then(|(old, new)| moved(old, new));
    let told = moves.as_ref().map(|words| format!("the deadline {words}\n")).unwrap_or_default();
    let words = format!("measure {number}: REV {from} -> REV {to}\n{told}{}", written(&changes));
    let value = serde_json::json!({
        "measure": number, "from": from, "to": to, "deadline": moves, "lines": changes,
    });
    screen.result(&value, words)
}

/// The text of a revision; a former one is fetched from the log and checked by its hash.
fn text_of(client: &Client, measure: &Measure, revision: u32) -> Result<String, Failure> {
    if revision == measure.revision {
        verify_text(measure.text.clone(), measure.text_hash, measure.leaf)
    } else {
        let mut former = measure.former.iter();
        let former = former.find(|former| former.revision == revision).ok_or_else(|| {
            Failure::refused(format_args!("measure {} has no REV {revision}", measure.number))
                .next(format_args!("its revisions are 1 to {}", measure.revision))
        })?;
        let statement = statement_at(client, former.leaf)?;
        verify_text(statement.note.text().to_owned(), former.text_hash, former.leaf)
    }
}

fn verify_text(text: String, wanted: Digest, leaf: u64) -> Result<String, Failure> {
    if hash::sha256(text.as_bytes()) == wanted {
        return Ok(text);
    }
    Err(Failure::refused(format_args!("the node's record {leaf} is not the text {wanted}"))
        .next("ask another member's node, and compare"))
}

/// The statement at a place in the log.
///
/// # Errors
/// [`Failure`] if the node has none there.
fn statement_at(client: &Client, leaf: u64) -> Result<Statement, Failure> {
    let record = client.records(leaf, 1)?.records.pop().unwrap_or_default();
    Statement::parse(record.as_bytes()).map_err(|error| {
        Failure::refused(format_args!(
            "record {leaf} of the node at {}: {error}",
            client.base().shown()
        ))
        .next("ask another member's node, and compare")
    })
}

/// The deadline that a text of a measure states.
fn closes(text: &str) -> Option<Time> {
    match Body::parse(text).ok()? {
        Body::Measure(said) => Some(said.closes),
        Body::Revision(said) => Some(said.measure.closes),
        _ => None,
    }
}

fn compare(old: &str, new: &str) -> Vec<Change> {
    let diff = TextDiff::from_lines(old, new);
    let change = |change: similar::Change<&str>| Change {
        fate: match change.tag() {
            ChangeTag::Equal => Fate::Same,
            ChangeTag::Delete => Fate::Removed,
            ChangeTag::Insert => Fate::Added,
        },
        line: change.value().trim_end_matches('\n').to_owned(),
    };
    diff.iter_all_changes().map(change).collect()
}

fn written(changes: &[Change]) -> String {
    let lines: Vec<_> = changes
        .iter()
        .map(|change| {
            let sign = match change.fate {
                Fate::Same => ' ',
                Fate::Removed => '-',
                Fate::Added => '+',
            };
            format!("{sign} {}", change.line)
        })
        .collect();
    lines.join("\n")
}

/// Writes the record of a measure's text as it stands, or of its package, to a file.
///
/// # Errors
/// [`Failure`].
pub(super) fn write_record(
    client: &Client,
    number: u64,
    out: &Path,
    is_package: bool,
    screen: Screen,
) -> Result<(), Failure> {
    let measure = client.measure(number)?;
    let (leaf, wanted) = if is_package {
        let package = measure.package.as_ref().ok_or_else(|| {
            Failure::refused(format_args!("measure {number} belongs to no package"))
                .next("leave `--package` out")
        })?;
        let missing = || {
            Failure::refused(format_args!("the node has no record {}", package.text_hash))
                .next("ask another member's node")
        };
        (client.leaf_of(package.text_hash)?.ok_or_else(missing)?, package.text_hash)
    } else {
        (measure.leaf, measure.text_hash)
    };
    let statement = statement_at(client, leaf)?;
    if statement.text_hash != wanted {
        return Err(Failure::refused(format_args!("the node's record {leaf} is not {wanted}"))
            .next("ask another member's node, and compare"));
    }
    replace_file(out, &statement.render())?;
    let words = format!("record {leaf} in {}\ntext hash {wanted}", out.shown());
    screen.result(
        &serde_json::json!({ "file": out.to_string_lossy(), "leaf": leaf, "text_hash": wanted }),
        words,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_kept_taken_away_or_added() {
        let changes = compare("a\nb\nc\n", "a\nx\nc\nd\n");
        assert_eq!(written(&changes), "  a\n- b\n+ x\n  c\n+ d");
        assert!(compare("a\n", "a\n").iter().all(|change| change.fate == Fate::Same));
    }
}
