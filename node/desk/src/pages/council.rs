//! The council: members, their officers and keys, who speaks for a participant; and the charter in sentences.

use maud::{Markup, html};
use nemcon_client::charter::explain;
use nemcon_ledger::council::Council;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::{Officer, Participant};
use nemcon_ledger::text::{Code, Line};

use super::frame::{Section, page};
use super::parts::{Field, Kind, live, moment};
use crate::desk::Desk;
use crate::trouble::Trouble;
use crate::visit::Visit;
use crate::words::Words;

/// The page.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn council(desk: &Desk, visit: &Visit) -> Result<Markup, Trouble> {
    let (words, charter) = (visit.words, desk.charter()?);
    let digest = desk.session.council()?;
    let list = desk.with_copy(|copy| members(words, copy.council(), charter.zone.as_ref()))?;
    let due = match desk.party() {
        Some(me) => desk.with_copy(|copy| notice_due(copy.council(), me))?,
        None => None,
    };
    let body = html! {
        header class="head" {
            h1 { (charter.name) }
            p class="lead" { (words.council_digest) " " code class="digest" { (digest) } }
            p class="verdict good" { "✓ " (words.from_own_copy) }
            @if let Some(me) = desk.party() { p class="buttons" {
                a class="button" href="/council/freeze" { ((words.freeze_party)(me.as_str())) }
                @if let Some(act) = due { a class="button" href="/council/notice" { (notice_words(words, act).0) } }
            } }
        }
        section aria-labelledby="members" { h2 id="members" { (words.members) } (live("members", &list)) }
        section aria-labelledby="charter" {
            h2 id="charter" { (words.charter) }
            p class="small" { (words.charter_in_english) }
            div lang="en" class="document charter" { (sentences(&explain(charter))) }
        }
    };
    Ok(page(desk, visit, Section::Council, words.council, &body))
}

/// What a member can say of its leaving now; nothing for a party that is no member.
fn notice_due(council: &Council, me: &Code) -> Option<NoticeAct> {
    council.roster().member(me)?;
    let stands = council.departing().any(|(of, _)| of == me);
    Some(if stands { NoticeAct::Withdrawn } else { NoticeAct::Given })
}

/// The title and the first sentences of the form of a notice.
fn notice_words(words: &Words, act: NoticeAct) -> (&'static str, &'static str) {
    match act {
        NoticeAct::Given => (words.notice_give, words.notice_give_lead),
        NoticeAct::Withdrawn => (words.notice_take_back, words.notice_take_back_lead),
    }
}

fn members(words: &Words, council: &Council, zone: Option<&Line>) -> Markup {
    let roster = council.roster();
    let frozen = |code: &Code| council.frozen().find(|(of, _)| *of == code).map(|(_, at)| at);
    let notice = |code: &Code| council.departing().find(|(of, _)| *of == code).map(|(_, at)| at);
    html! {
        div class="scroll" tabindex="0" role="group" aria-label=(words.members) { table class="members" {
            thead { tr { th scope="col" { (words.code) } th scope="col" { (words.name) } th scope="col" { (council.genesis().charter.weight.of) } th scope="col" { (words.signs_for_it) } th scope="col" { (words.state) } } }
            tbody {
                @for member in &roster.members { tr {
                    th scope="row" { (member.code) } td { (member.name) } td class="figure" { (grouped(member.weight)) }
                    td { (officers(words, member.threshold, &member.officers)) }
                    td {
                        @if let Some(at) = frozen(&member.code) { strong { (words.frozen) } " " (moment(words, at, zone)) " " }
                        @if let Some(at) = notice(&member.code) { (words.notice) " " (moment(words, at, zone)) }
                    }
                } }
                @for party in council.participants() { (participant(words, party, frozen(&party.code).is_some())) }
            }
        } }
        @for admitted in council.admitted() { p { strong { (admitted.member.code) } " " (words.admitted) " " a href=(format!("/measures/{}", admitted.measure.number)) { ((words.measure_n)(admitted.measure.number)) } } }
    }
}

fn participant(words: &Words, party: &Participant, is_frozen: bool) -> Markup {
    html! {
        tr { th scope="row" { (party.code) } td { (party.name) ", " (party.role) } td class="figure" { "–" }
            td { @if party.is_vacant() { (words.vacant) } @else { (officers(words, party.threshold, &party.officers)) } }
            td { @if is_frozen { strong { (words.frozen) } } } }
    }
}

fn officers(words: &Words, threshold: usize, all: &[Officer]) -> Markup {
    html! {
        details { summary { ((words.k_of_n)(threshold, all.len())) " " (all.iter().map(|it| it.label.as_str()).collect::<Vec<_>>().join(", ")) }
            ul { @for it in all { li { (it.label) " " code class="digest" { (it.key) } } } } }
    }
}

/// A number with thin spaces between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    groups.map(|it| String::from_utf8_lossy(it).into_owned()).collect::<Vec<_>>().join("\u{202f}")
}

/// The charter's sentences: a heading is followed by a line beneath it.
fn sentences(text: &str) -> Markup {
    let lines: Vec<&str> = text.lines().collect();
    let is_rule = |line: Option<&&str>| line.is_some_and(|line| line.starts_with('─'));
    html! {
        @for (at, line) in lines.iter().enumerate() {
            @if is_rule(lines.get(at + 1)) { h3 { (line) } }
            @else if !line.is_empty() && !line.starts_with('─') && at > 0 { p { (line.trim_start()) } }
        }
    }
}

/// The form that stops everything that is said for the party.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn freeze(desk: &Desk, visit: &Visit) -> Result<Markup, Trouble> {
    let words = visit.words;
    let me = desk.party().ok_or(Trouble::ReadOnly)?;
    let place = "/council/freeze";
    let token = desk.fills().open(visit.browser, place.to_owned())?;
    let title = (words.freeze_party)(me.as_str());
    let field = Field {
        name: "reason",
        label: words.reason,
        hint: words.reason_hint,
        value: "",
        error: None,
        is_required: false,
    };
    let body = html! {
        header class="head" { h1 { (title) } p class="lead" { (words.freeze_lead) } }
        form method="post" action=(place) class="fill" {
            input type="hidden" name="form" value=(token);
            (field.show(Kind::Lines(2), words))
            p class="buttons" { button class="button main" { (words.go_on_to_read) } a class="button" href="/council" { (words.cancel) } }
            p class="small" { (words.nothing_signed_yet) }
        }
    };
    Ok(page(desk, visit, Section::Council, &title, &body))
}

/// The form that says that the member leaves, or takes that back.
///
/// # Errors
/// [`Trouble`]; nothing is found for a party that is no member.
pub(crate) fn notice(desk: &Desk, visit: &Visit) -> Result<Markup, Trouble> {
    let words = visit.words;
    let me = desk.party().ok_or(Trouble::ReadOnly)?;
    let due = desk.with_copy(|copy| notice_due(copy.council(), me))?;
    let act = due.ok_or(Trouble::NotFound)?;
    let place = "/council/notice";
    let token = desk.fills().open(visit.browser, place.to_owned())?;
    let (title, lead) = notice_words(words, act);
    let body = html! {
        header class="head" { p class="eyebrow" { (me) } h1 { (title) } p class="lead" { (lead) } }
        form method="post" action=(place) class="fill" {
            input type="hidden" name="form" value=(token);
            input type="hidden" name="leaves" value=(act);
            p class="buttons" { button class="button main" { (words.go_on_to_read) } a class="button" href="/council" { (words.cancel) } }
            p class="small" { (words.nothing_signed_yet) }
        }
    };
    Ok(page(desk, visit, Section::Council, title, &body))
}
