//! A measure and an incident by the desk's own copy of the log alone: for as long as the node does not answer.

use maud::{Markup, html};
use nemcon_ledger::council::{IncidentState, MeasureState, Status};
use nemcon_ledger::record::{Body, Measure, Statement};
use nemcon_ledger::text::{Code, Line};

use super::document::document;
use super::frame::{Section, page};
use super::measures::{progress, state_of};
use super::parts::{class, exact, moment, sign, until};
use super::timeline::timeline;
use crate::desk::Desk;
use crate::own_copy::OwnCopy;
use crate::signing::clock;
use crate::trouble::Trouble;
use crate::visit::Visit;
use crate::words::Words;

/// The page of a measure.
///
/// # Errors
/// [`Trouble::NotFound`] if the copy holds no such measure.
pub(crate) fn measure(desk: &Desk, visit: &Visit, number: u64) -> Result<Markup, Trouble> {
    let (words, zone) = (visit.words, desk.charter()?.zone.as_ref());
    let me = desk.session.code();
    let (title, body) = desk
        .with_copy(|copy| {
            let state = copy.council().measure(number)?;
            Some((state.terms.title.to_string(), of_measure(words, copy, state, (zone, me))))
        })?
        .ok_or(Trouble::NotFound)?;
    Ok(page(desk, visit, Section::Measures, &title, &body))
}

/// The page of an incident.
///
/// # Errors
/// [`Trouble::NotFound`] if the copy holds no such incident.
pub(crate) fn incident(desk: &Desk, visit: &Visit, number: u64) -> Result<Markup, Trouble> {
    let (words, zone) = (visit.words, desk.charter()?.zone.as_ref());
    let (title, body) = desk
        .with_copy(|copy| {
            let state = copy.council().incident(number)?;
            Some((state.title.to_string(), of_incident(words, copy, state, zone)))
        })?
        .ok_or(Trouble::NotFound)?;
    Ok(page(desk, visit, Section::Incidents, &title, &body))
}

fn of_measure(
    words: &Words,
    copy: &OwnCopy,
    state: &MeasureState,
    (zone, me): (Option<&Line>, Option<&Code>),
) -> Markup {
    let terms = &state.terms;
    let statement = statement(copy, state.leaf.0);
    html! {
        article class="measure" {
            header class="head" {
                p class="eyebrow" { ((words.measure_rev)(state.number, state.revision)) " · " (terms.kind) " · " ((words.by)(terms.by.as_str())) }
                h1 { (terms.title) }
                p class="standing" { (state_of(words, copy, state)) }
                (progress(words, state, me))
                p class="verdict alone" role="status" { (words.from_own_copy) }
            }
            section aria-labelledby="text" {
                h2 id="text" { (words.text) }
                @if let Some(said) = statement.as_ref().and_then(said) { (document(words, said, &[], zone)) }
                @if let Some(it) = &statement { details { summary { (words.exact_text) } (exact(it.note.text())) } }
            }
            dl class="facts" {
                div { dt { (words.deadline) } dd {
                    @if state.status == Status::Open { strong { (until(words, state.closes, clock())) } br; }
                    (moment(words, state.closes, zone)) } }
                div { dt { (words.rule) } dd { (terms.rule) } }
            }
            section aria-labelledby="members" { h2 id="members" { (words.members) } (members(words, copy, state)) }
            section aria-labelledby="timeline" {
                h2 id="timeline" { (words.all_that_was_signed) }
                (timeline(words, copy, state.number, zone))
            }
        }
    }
}

fn members(words: &Words, copy: &OwnCopy, state: &MeasureState) -> Markup {
    let said = copy.said(state);
    html! {
        ol class="tiles" aria-label=(words.members) {
            @for it in &state.frozen.entitled {
                @let position = said.and_then(|said| said.ballot(&it.code)).map(|ballot| ballot.position);
                li class={ "tile " (class(position)) } {
                    span class="code" { (it.code) }
                    span class="sign" aria-hidden="true" { (sign(position)) }
                    span class="word" { (words.position(position)) }
                }
            }
        }
    }
}

fn of_incident(
    words: &Words,
    copy: &OwnCopy,
    state: &IncidentState,
    zone: Option<&Line>,
) -> Markup {
    html! {
        header class="head" {
            p class="eyebrow" { ((words.incident_n)(state.number)) " · " ((words.by)(state.by.as_str())) " · " (moment(words, state.reported, zone)) }
            h1 { (state.title) }
            p class="verdict alone" role="status" { (words.from_own_copy) }
        }
        section aria-labelledby="text" { h2 id="text" { (words.text) }
            @if let Some(it) = statement(copy, state.leaf.0) { (exact(it.note.text())) } }
        section aria-labelledby="who" { h2 id="who" { (words.who_attributes) }
            @if state.attributions.is_empty() { p class="empty" { (words.nobody_attributes) } }
            ul class="rows" { @for (code, it) in &state.attributions {
                li { strong { (code) } " " (it.attribution.finding.as_str()) ", " (it.attribution.confidence.as_str()) " "
                    a class="small" href=(format!("/ledger/{}", it.leaf.0)) { ((words.record)(it.leaf.0)) } }
            } } }
    }
}

/// The statement at this leaf, if the copy holds it.
fn statement(copy: &OwnCopy, leaf: u64) -> Option<Statement> {
    Statement::parse(copy.record(leaf)?.as_bytes()).ok()
}

/// The measure that a statement proposes, or the new text that it gives one.
fn said(statement: &Statement) -> Option<&Measure> {
    match &statement.body {
        Body::Measure(said) => Some(said),
        Body::Revision(said) => Some(&said.measure),
        _ => None,
    }
}
