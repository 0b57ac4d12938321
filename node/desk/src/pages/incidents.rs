//! Incidents: what happened, and who is held to stand behind it.

use maud::{Markup, html};
use nemcon_client::api::Incident;
use nemcon_ledger::record::Body;
use nemcon_ledger::record::charter::Incidents;
use nemcon_ledger::text::Label;

use super::acts::Errors;
use super::alone;
use super::frame::{Section, page};
use super::parts::{Field, Kind, digest, exact, live, moment, verdict};
use super::today::numbers;
use crate::check::{self, Verdict};
use crate::desk::Desk;
use crate::trouble::Trouble;
use crate::uploads::Sent;
use crate::visit::Visit;
use crate::words::Words;

/// The most incidents on one page.
const INCIDENTS_ON_A_PAGE: usize = 100;

/// The list.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn incidents(desk: &Desk, visit: &Visit, query: &Sent) -> Result<Markup, Trouble> {
    let (words, charter) = (visit.words, desk.charter()?);
    let before: Option<u64> = query.get("before").parse().ok();
    let list = desk.with_copy(|copy| {
        let council = copy.council();
        let all: Vec<_> = council
            .incidents()
            .rev()
            .filter(|it| before.is_none_or(|before| it.number < before))
            .take(INCIDENTS_ON_A_PAGE)
            .collect();
        let last = all.last().filter(|_| all.len() == INCIDENTS_ON_A_PAGE).map(|it| it.number);
        html! {
            @if all.is_empty() { p class="empty" { (words.no_incidents) } }
            ol class="list" { @for it in &all { li {
                span class="number" { (it.number) }
                div { a href=(format!("/incidents/{}", it.number)) { (it.title) }
                    p class="meta" { ((words.by)(it.by.as_str())) " · " ((words.attributed_by)(it.attributions.len()))
                        @let answers: Vec<u64> = council.answering(it.number).collect();
                        @if !answers.is_empty() { " · " (words.answered_by) " " (numbers(&answers)) } } }
                p class="small" { (moment(words, it.reported, charter.zone.as_ref())) }
            } } }
            @if let Some(last) = last { p { a href=(format!("/incidents?before={last}")) { (words.older) } } }
        }
    })?;
    let body = html! {
        header class="head" { h1 { (words.incidents) }
            @if charter.incidents.is_none() { p class="lead" { (words.no_incidents_here) } }
            @else if desk.party().is_some() { p class="buttons" { a class="button" href="/incidents/report" { (words.report) } } } }
        (live("incidents", &list))
    };
    Ok(page(desk, visit, Section::Incidents, words.incidents, &body))
}

/// One incident.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn incident(desk: &Desk, visit: &Visit, number: u64) -> Result<Markup, Trouble> {
    let incident = match desk.ask(|client| client.incident(number)) {
        Err(Trouble::Lost(_)) => return alone::incident(desk, visit, number),
        told => told?,
    };
    let checked = desk.with_copy(|copy| check::incident(copy, &incident))?;
    let zone = desk.charter()?.zone.as_ref();
    let words = visit.words;
    let mine = desk.party().and_then(|me| incident.attributions.iter().find(|it| it.code == *me));
    let body = html! {
        header class="head" {
            p class="eyebrow" { ((words.incident_n)(number)) " · " ((words.by)(incident.by.as_str())) " · " (moment(words, incident.reported, zone)) }
            h1 { (incident.title) }
            (live("checked", &verdict(words, &checked)))
        }
        div class="columns" {
            section aria-labelledby="text" { h2 id="text" { (words.text) } (document(words, &incident))
                details { summary { (words.exact_text) } (exact(&incident.text)) p class="small" { (words.text_hash) " " (digest(&incident.text_hash)) } } }
            aside {
                @if desk.party().is_some() && !matches!(checked, Verdict::Contradicts(_)) {
                    div class="acts" { a class={ "button" (if mine.is_none() { " main" } else { "" }) } href=(format!("/incidents/{number}/attribute")) { (words.attribute) } }
                }
                @if !incident.measures.is_empty() { h3 { (words.answered_by) } ul class="rows" {
                    @for measure in &incident.measures { li { a href=(format!("/measures/{measure}")) { ((words.measure_n)(*measure)) } } } } }
            }
        }
        section aria-labelledby="who" { h2 id="who" { (words.who_attributes) }
            (live("attributions", &attributions(words, &incident))) }
    };
    Ok(page(desk, visit, Section::Incidents, &incident.title, &body))
}

fn document(words: &Words, incident: &Incident) -> Markup {
    let Ok(Body::Incident(said)) = Body::parse(&incident.text) else { return html! {} };
    html! {
        div class="document" {
            @for line in &said.summary { p { (line) } }
            dl class="facts" {
                div { dt { (words.category) } dd { (said.category) } }
                div { dt { (words.from) } dd { (moment(words, said.from, None)) } }
                @if let Some(until) = said.until { div { dt { (words.until) } dd { (moment(words, until, None)) } } }
                @for it in &said.severity { div { dt { (it.factor) } dd { (it.level) } } }
                @if !said.evidence.is_empty() { div { dt { (words.evidence) } dd { (said.evidence.len()) } } }
            }
        }
    }
}

fn attributions(words: &Words, incident: &Incident) -> Markup {
    html! {
        @if incident.attributions.is_empty() { p class="empty" { (words.nobody_attributes) } }
        @else { table { thead { tr { th scope="col" { (words.member) } th scope="col" { (words.finding) } th scope="col" { (words.confidence) } th scope="col" { (words.manner) } th scope="col" { (words.record_col) } } }
            tbody { @for it in &incident.attributions { tr {
                th scope="row" { (it.code) }
                td { (it.finding) @if let Some(who) = &it.who { ": " (who) } @if it.digest.is_some() { ", " (words.kept_off) } }
                td { (it.confidence) } td { (it.manner) ", " (if it.public { words.public } else { words.not_public }) }
                td { a href=(format!("/ledger/{}", it.leaf)) { (it.leaf) } }
            } } } } }
    }
}

fn options(all: &[Label]) -> Vec<(String, String)> {
    all.iter().map(|it| (it.to_string(), it.to_string())).collect()
}

/// The form of an attribution.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn attribute(
    desk: &Desk,
    visit: &Visit,
    number: u64,
    (sent, errors): (&Sent, &Errors),
) -> Result<Markup, Trouble> {
    let (words, incidents) = (visit.words, shared(desk)?);
    let incident = desk.ask(|client| client.incident(number))?;
    let place = format!("/incidents/{number}/attribute");
    let field = |name: &str, label: &str, hint: &str, kind: Kind<'_>, is_required: bool| {
        let error = errors.get(name).map(String::as_str);
        Field { name, label, hint, value: sent.get(name), error, is_required }.show(kind, words)
    };
    let manners = [("alone", words.alone), ("joint", words.joint)]
        .map(|(it, label)| (it.to_owned(), label.to_owned()));
    let fields = html! {
        (field("finding", words.finding, "", Kind::One(&options(&incidents.findings)), true))
        (field("who", words.who, words.who_hint, Kind::Line, false))
        (field("confidence", words.confidence, "", Kind::One(&options(&incidents.confidence)), true))
        (field("manner", words.manner, "", Kind::One(&manners), true))
        label class="tick" { input type="checkbox" name="public" value="yes" checked[sent.get("public") == "yes"]; " " (words.make_public) }
    };
    form(desk, visit, (words.attribute, &incident.title), &place, &fields, !errors.is_empty())
}

/// The form of a report.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn report(
    desk: &Desk,
    visit: &Visit,
    (sent, errors): (&Sent, &Errors),
) -> Result<Markup, Trouble> {
    let (words, incidents) = (visit.words, shared(desk)?);
    let zone = (words.clocks_of)(desk.charter()?.zone.as_ref().map_or("UTC", |zone| zone.as_str()));
    let field = |name: &str, label: &str, hint: &str, kind: Kind<'_>, is_required: bool| {
        let error = errors.get(name).map(String::as_str);
        Field { name, label, hint, value: sent.get(name), error, is_required }.show(kind, words)
    };
    let levels = options(&incidents.levels);
    let fields = html! {
        (field("title", words.title, "", Kind::Line, true))
        (field("category", words.category, "", Kind::One(&options(&incidents.categories)), true))
        div class="pair" { (field("from", words.from, &zone, Kind::Time, true)) (field("until", words.until, &zone, Kind::Time, false)) }
        (field("summary", words.summary, words.paragraphs, Kind::Lines(8), false))
        fieldset { legend { (words.severity) } @for factor in &incidents.factors { (field(&format!("severity-{factor}"), factor.as_str(), "", Kind::One(&levels), false)) } }
    };
    form(desk, visit, (words.report, ""), "/incidents/report", &fields, !errors.is_empty())
}

/// How the council describes incidents.
fn shared(desk: &Desk) -> Result<&Incidents, Trouble> {
    desk.party().ok_or(Trouble::ReadOnly)?;
    desk.charter()?.incidents.as_ref().ok_or(Trouble::NotFound)
}

fn form(
    desk: &Desk,
    visit: &Visit,
    (title, about): (&str, &str),
    place: &str,
    fields: &Markup,
    has_errors: bool,
) -> Result<Markup, Trouble> {
    let words = visit.words;
    let token = desk.fills().open(visit.browser, place.to_owned())?;
    let body = html! {
        header class="head" { h1 { (title) } @if !about.is_empty() { p class="lead" { (about) } } p class="small" { (words.nothing_signed_yet) } }
        @if has_errors { p class="error summary" role="alert" { (words.look_at_fields) } }
        form method="post" action=(place) class="fill" {
            input type="hidden" name="form" value=(token);
            (fields)
            p class="buttons" { button class="button main" { (words.go_on_to_read) } a class="button" href="/incidents" { (words.cancel) } }
        }
    };
    Ok(page(desk, visit, Section::Incidents, title, &body))
}
