//! Compares two revisions of a measure line by line, and writes a measure's record to a file.

use std::path::Path;

use nemcon_client::api::Measure;
use nemcon_client::client::Client;
use nemcon_client::failure::Failure;
use nemcon_client::words::moved;
use nemcon_crypto::{Digest, hash};
use nemcon_ledger::Time;
use nemcon_ledger::record::{Body, Statement};
use nemcon_ledger::text::Show as _;
use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use nemcon_audit::Screen;
use nemcon_audit::output;

/// What became of a line between the two revisions.
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

/// Prints the differences between two revisions.
///
/// # Errors
/// [`Failure`] if there is only one revision, or the log has another text than the replaced one.
pub(super) fn run(
    client: &Client,
    number: u64,
    from: Option<u32>,
    to: Option<u32>,
    screen: Screen,
) -> Result<(), Failure> {
    let measure = client.measure(number)?;
    let to = to.unwrap_or(measure.revision);
    let from = from.unwrap_or(to.saturating_sub(1));
    if measure.revision == 1 {
        return Err(Failure::refused(format_args!("measure {number} has one text only: REV 1"))
            .next("`nemcon measure show` prints it"));
    }
    let old = text_of(client, &measure, from)?;
    let new = text_of(client, &measure, to)?;
    let changes = compare(&old, &new);
    let deadlines = closes(&old).zip(closes(&new));
    let moves = deadlines.and_then(|(old, new)| moved(old, new));
    let told = moves.as_ref().map(|words| format!("the deadline {words}\n")).unwrap_or_default();
    // A text that was replaced is never public.
    let marking = measure.publication.as_ref().map(|it| format!("{}\n", it.marking));
    let words = format!(
        "{}measure {number}: REV {from} -> REV {to}\n{told}{}",
        marking.unwrap_or_default(),
        written(&changes)
    );
    let value = serde_json::json!({
        "measure": number, "from": from, "to": to, "deadline": moves, "lines": changes,
    });
    screen.result(&value, words)
}

/// The text of a revision. From the current text backwards, each text names the hash of the one
/// that it replaced, so the node's own list of former texts need not be believed.
fn text_of(client: &Client, measure: &Measure, revision: u32) -> Result<String, Failure> {
    if !(1..=measure.revision).contains(&revision) {
        return Err(Failure::refused(format_args!(
            "measure {} has no REV {revision}",
            measure.number
        ))
        .next(format_args!("its revisions are 1 to {}", measure.revision)));
    }
    let mut text = measure.text.clone();
    for at in (revision..measure.revision).rev() {
        let replaced = replaced_by(&text, measure.number, at)?;
        text = text_with(client, replaced)?;
    }
    Ok(text)
}

/// The hash of the text that `text`, the one after REV `at` of the measure, has replaced.
fn replaced_by(text: &str, number: u64, at: u32) -> Result<Digest, Failure> {
    match Body::parse(text) {
        Ok(Body::Revision(said))
            if said.revises.number == number && said.revision == at.saturating_add(1) =>
        {
            Ok(said.revises.text)
        }
        _ => Err(Failure::refused(format_args!(
            "what the node gives as the text after REV {at} of measure {number} is none"
        ))
        .next("ask another member's node, and compare")),
    }
}

/// The text with this hash, from the log.
fn text_with(client: &Client, wanted: Digest) -> Result<String, Failure> {
    let leaf = client.leaf_of(wanted)?.ok_or_else(|| no_record(wanted))?;
    let statement = statement_at(client, leaf)?;
    let text = statement.note.text();
    if hash::sha256(text.as_bytes()) == wanted {
        return Ok(text.to_owned());
    }
    Err(Failure::refused(format_args!("the node's record {leaf} is not the text {wanted}"))
        .next("ask another member's node, and compare"))
}

fn no_record(wanted: Digest) -> Failure {
    Failure::refused(format_args!("the node has no record {wanted}"))
        .next("ask another member's node")
}

/// The statement at a leaf index of the log.
///
/// # Errors
/// [`Failure`] if the node has no statement at this index.
fn statement_at(client: &Client, leaf: u64) -> Result<Statement, Failure> {
    let record = client.records(leaf, 1)?.records.pop().unwrap_or_default();
    Statement::parse(record.as_bytes()).map_err(|error| {
        Failure::refused(format_args!("record {leaf} of {}: {error}", client.told()))
            .next("ask another member's node, and compare")
    })
}

/// The deadline in a text of a measure.
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

/// Writes the record of a measure's current text, or of its package, to a file.
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
        let wanted = package.text_hash;
        (client.leaf_of(wanted)?.ok_or_else(|| no_record(wanted))?, wanted)
    } else {
        (measure.leaf, measure.text_hash)
    };
    write_statement(client, leaf, wanted, out, screen)
}

/// Writes the record at `leaf` to a file. The record's text must have the hash `wanted`.
///
/// # Errors
/// [`Failure`].
pub(in crate::cli) fn write_statement(
    client: &Client,
    leaf: u64,
    wanted: Digest,
    out: &Path,
    screen: Screen,
) -> Result<(), Failure> {
    let statement = statement_at(client, leaf)?;
    if statement.text_hash != wanted {
        return Err(Failure::refused(format_args!("the node's record {leaf} is not {wanted}"))
            .next("ask another member's node, and compare"));
    }
    if output::is_standard(out) {
        return output::print_raw(&statement.render());
    }
    output::write_new(out, &statement.render())?;
    let words = format!("record {leaf} in {}\ntext hash {wanted}", out.shown());
    screen.result(
        &serde_json::json!({ "file": out.to_string_lossy(), "leaf": leaf, "text_hash": wanted }),
        words,
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use axum::Router;
    use axum::routing::get;
    use nemcon_ledger::record::Measure as MeasureText;
    use serde_json::json;

    use super::*;
    use nemcon_client::api::FormerView;
    use nemcon_client::fixture::serve;
    use nemcon_client::fixture::{genesis, shown};
    use nemcon_client::statements;

    #[test]
    fn a_line_is_kept_taken_away_or_added() {
        let changes = compare("a\nb\nc\n", "a\nx\nc\nd\n");
        assert_eq!(written(&changes), "  a\n- b\n+ x\n  c\n+ d");
        assert!(compare("a\n", "a\n").iter().all(|change| change.fate == Fate::Same));
    }

    /// A node whose measure 1 is at REV 2, and which gives `former` as the record of REV 1.
    fn node(former: &str) -> (Client, Measure) {
        let first = shown(&genesis());
        let Body::Measure(said) = Body::parse(&first.text).unwrap() else { panic!("a measure") };
        let better = MeasureText { title: "Better".parse().unwrap(), ..said };
        let text = statements::revision(better, &first).unwrap().render();
        let text_hash = hash::sha256(text.as_bytes());
        let record = format!("{former}\n\u{2014} BG AAAAAAA=\n");
        let answer = json!({ "first": 1, "records": [record], "size": 9 }).to_string();
        let routes = Router::new().route("/v1/records", get(|| async move { answer }));
        // The node's own list of former texts agrees with the forged one.
        let former = FormerView {
            cast_by: std::collections::BTreeMap::new(),
            revision: 1,
            text_hash: hash::sha256(former.as_bytes()),
            leaf: 1,
            replaced: first.tabled,
            signed: BTreeMap::new(),
        };
        let measure = Measure { revision: 2, text, text_hash, former: vec![former], ..first };
        (serve(routes), measure)
    }

    #[test]
    fn a_former_text_is_the_one_that_the_next_says_it_replaced() {
        let honest = shown(&genesis()).text;
        let (client, measure) = node(&honest);
        assert_eq!(text_of(&client, &measure, 2).unwrap(), measure.text);
        assert_eq!(text_of(&client, &measure, 1).unwrap(), honest);
        assert!(text_of(&client, &measure, 3).is_err() && text_of(&client, &measure, 0).is_err());
        let (client, measure) = node(&honest.replace("2020/1127", "2020/1128"));
        text_of(&client, &measure, 1).unwrap_err();
        // The number is that of another measure, so the chain of texts breaks.
        assert!(replaced_by(&measure.text, 2, 1).is_err() && replaced_by(&honest, 1, 1).is_err());
    }
}
