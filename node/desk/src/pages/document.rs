//! The text of a measure as a document, and how two texts of it differ.

use maud::{Markup, PreEscaped, html};
use nemcon_client::words::{rests_on, sentence};
use nemcon_ledger::record::{Body, Measure};
use nemcon_ledger::text::Line;
use similar::{ChangeTag, TextDiff};

use super::parts::{digest, moment};
use crate::words::Words;

/// The longest text of which differences are looked for, in bytes.
const COMPARED_BYTES_MAX: usize = 256 << 10;

/// The document.
pub(crate) fn document(
    words: &Words,
    said: &Measure,
    unstated: &[String],
    zone: Option<&Line>,
) -> Markup {
    let lines = |all: &[Line]| html! { @for line in all { p lang="en" { (line) } } };
    html! {
        div class="document" {
            @if !said.basis.is_empty() {
                div class="bases" { @for basis in &said.basis { p { (words.having_regard) " " (basis) "," } } }
            }
            @if said.summary.is_empty() { p class="empty" { (words.no_summary) } }
            @else { div class="summary" { (lines(&said.summary)) } }
            @if let Some(why) = &said.proportionality {
                h3 { (words.proportionality) }
                p { (why) }
            }
            dl class="facts" { (facts(words, said, zone)) }
            @if !said.documents.is_empty() {
                h3 { (words.documents) }
                ul class="documents" {
                    @for it in &said.documents {
                        li { strong { (it.name) } " (" (it.language) ", " ((words.bytes)(it.length)) ")" br; (digest(&it.digest)) }
                    }
                }
            }
            @if !unstated.is_empty() { p class="small" { (words.not_stated) ": " (unstated.join(", ")) } }
        }
    }
}

fn facts(words: &Words, said: &Measure, zone: Option<&Line>) -> Markup {
    let one = |what: &str, value: Option<String>| {
        value.map(|value| html! { div { dt { (what) } dd { (value) } } })
    };
    let join = |all: Vec<String>| (!all.is_empty()).then(|| all.join("; "));
    let strings = |all: &[Line]| join(all.iter().map(ToString::to_string).collect());
    let targets = said.targets.iter().map(ToString::to_string).collect();
    let listed = said.listed.len();
    let applies = said.applies.iter().map(ToString::to_string).collect();
    let incidents = said.incidents.iter();
    let when = |what: &str, at: Option<nemcon_ledger::Time>| {
        at.map(|at| html! { div { dt { (what) } dd { (moment(words, at, zone)) } } })
    };
    let rows = [
        one(words.category, said.category.as_ref().map(ToString::to_string)),
        one(words.procedure, said.procedure.as_ref().map(ToString::to_string)),
        one(words.initiative, said.initiative.as_ref().map(ToString::to_string)),
        one(words.references, strings(&said.references)),
        one(words.amends, strings(&said.amends)),
        one(
            words.predecessor,
            said.predecessor.map(|it| format!("{} {}", it.relation, it.cited.number)),
        ),
        one(words.companion, strings(&said.particulars.companions)),
        one(
            words.prepared,
            join(said.particulars.prepared.iter().map(ToString::to_string).collect()),
        ),
        one(words.item, said.particulars.item.as_ref().map(ToString::to_string)),
        one(words.concerns, said.concerns.as_ref().map(ToString::to_string)),
        one(words.authorised_by, said.authorised_by.map(|it| it.number.to_string())),
        one(words.targets, join(targets)),
        one(words.listed, (listed > 0).then(|| listed.to_string())),
        one(words.applies, join(applies)),
        one(words.exceptions, strings(&said.exceptions)),
        one(words.rests_on, join(said.rests_on.iter().map(rests_on).collect())),
        one(words.changes_council, sentence(&said.council_change)),
        when(words.opens, said.opens),
        when(words.enters, said.enters),
        when(words.reviews, said.reviews),
        when(words.expires, said.expires),
    ];
    html! {
        @for row in rows.into_iter().flatten() { (row) }
        @for it in incidents {
            div { dt { (words.answers) } dd { a href=(format!("/incidents/{}", it.number)) { ((words.incident_n)(it.number)) } } }
        }
    }
}

/// The text of a measure, also where a revision brought it: without what only says that it is a revision.
fn proposed(text: &str) -> String {
    match Body::parse(text) {
        Ok(Body::Revision(said)) => Body::Measure(said.measure).render(),
        _ => text.to_owned(),
    }
}

/// What a later text says otherwise than an earlier one, line by line.
pub(crate) fn difference(words: &Words, before: &str, after: &str) -> Markup {
    let (before, after) = (&*proposed(before), &*proposed(after));
    if before.len() + after.len() > COMPARED_BYTES_MAX {
        return html! { p { (words.too_long_to_compare) } };
    }
    let diff = TextDiff::from_lines(before, after);
    let mut rows = Vec::new();
    for change in diff.iter_all_changes() {
        let line = change.value().trim_end_matches('\n').to_owned();
        rows.push((change.tag(), line));
    }
    if rows.iter().all(|(tag, _)| *tag == ChangeTag::Equal) {
        return html! { p { (words.texts_are_same) } };
    }
    html! {
        div class="difference" tabindex="0" role="group" aria-label=(words.what_changed) {
            @for (tag, line) in rows {
                @match tag {
                    ChangeTag::Equal => p class="same" { (line) },
                    ChangeTag::Delete => p class="gone" { span class="mark" { (PreEscaped("&minus;")) } " " del { (line) } },
                    ChangeTag::Insert => p class="new" { span class="mark" { "+" } " " ins { (line) } },
                }
            }
        }
    }
}
