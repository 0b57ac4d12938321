//! The measures: the open ones by deadline, then those that are over.

use maud::{Markup, html};
use nemcon_client::api::MeasureStatus;
use nemcon_ledger::Time;
use nemcon_ledger::council::{MeasureState, Standing, Status};
use nemcon_ledger::text::{Code, Line};

use super::frame::{Section, page};
use super::parts::{codes, live, moment, state, until};
use crate::desk::Desk;
use crate::own_copy::OwnCopy;
use crate::signing::clock;
use crate::trouble::Trouble;
use crate::uploads::Sent;
use crate::visit::Visit;
use crate::words::Words;

/// The most measures that are over on one page.
const OVER_ON_A_PAGE: usize = 50;
/// The most missing members that a line names.
const MISSING_NAMED_MAX: usize = 9;

/// Whether balloting on a measure has begun.
pub(crate) fn is_opened(state: &MeasureState, now: Time) -> bool {
    state.terms.opens.is_none_or(|opens| opens <= now)
}

/// The page.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn measures(desk: &Desk, visit: &Visit, query: &Sent) -> Result<Markup, Trouble> {
    let (words, zone) = (visit.words, desk.charter()?.zone.as_ref());
    let (wanted, before) = (query.get("q").to_lowercase(), query.get("before").parse().ok());
    let body = desk.with_copy(|copy| show(words, copy, desk, zone, (&wanted, before)))?;
    let may_table = desk.party().is_some();
    let body = html! {
        header class="head" {
            h1 { (words.measures) }
            form class="search" role="search" action="/measures" {
                label for="q" { (words.search) }
                input type="search" id="q" name="q" value=(query.get("q"));
                button { (words.find) }
            }
            @if may_table { p class="buttons" { a class="button" href="/table" { (words.table) } a class="button" href="/package" { (words.bind) } } }
        }
        (live("measures", &body))
    };
    Ok(page(desk, visit, Section::Measures, words.measures, &body))
}

fn show(
    words: &Words,
    copy: &OwnCopy,
    desk: &Desk,
    zone: Option<&Line>,
    (wanted, before): (&str, Option<u64>),
) -> Markup {
    let me = desk.session.code();
    let is_wanted = |state: &&MeasureState| {
        let terms = &state.terms;
        let all = format!("{} {} {} {}", state.number, terms.title, terms.kind, terms.by);
        wanted.is_empty() || all.to_lowercase().contains(wanted)
    };
    let mut open: Vec<_> = copy.council().open_from(0).filter(is_wanted).collect();
    open.sort_by_key(|state| (state.closes, state.number));
    let is_over = |state: &&MeasureState| state.status != Status::Open;
    let is_before = |state: &&MeasureState| before.is_none_or(|before| state.number < before);
    let over = copy.council().measures().rev().filter(is_over).filter(is_before).filter(is_wanted);
    let over: Vec<_> = over.take(OVER_ON_A_PAGE).collect();
    let more = (over.len() == OVER_ON_A_PAGE).then(|| over.last().map(|it| it.number)).flatten();
    html! {
        @if open.is_empty() && over.is_empty() {
            p class="empty" { (if wanted.is_empty() { words.no_measures } else { words.nothing_found }) }
        }
        @if before.is_none() && !open.is_empty() {
            h2 { (words.open_ones) }
            ol class="list" { @for it in open { (row(words, copy, it, zone, me)) } }
        }
        @if !over.is_empty() {
            h2 { (words.over_ones) }
            ol class="list" { @for it in over { (row(words, copy, it, zone, me)) } }
        }
        @if let Some(more) = more { p { a href=(format!("/measures?before={more}")) { (words.older) } } }
    }
}

fn row(
    words: &Words,
    copy: &OwnCopy,
    it: &MeasureState,
    zone: Option<&Line>,
    me: Option<&Code>,
) -> Markup {
    html! {
        li {
            span class="number" { (it.number) }
            div {
                a href=(format!("/measures/{}", it.number)) { (it.terms.title) }
                p class="meta" {
                    (state_of(words, copy, it)) " · " ((words.rev)(it.revision)) " · " (it.terms.kind) " · " ((words.by)(it.terms.by.as_str()))
                }
                @if it.status == Status::Open { (progress(words, it, me)) }
            }
            p class="small" {
                @match it.ended {
                    None => { (until(words, it.closes, clock())) br; (moment(words, it.closes, zone)) },
                    Some(ended) => (moment(words, ended, zone)),
                }
            }
        }
    }
}

/// The state of a measure by the copy of the log.
pub(crate) fn state_of(words: &Words, copy: &OwnCopy, it: &MeasureState) -> Markup {
    let status = match (it.status, it.standing()) {
        (Status::Open, Standing::Blocked(_)) => MeasureStatus::Blocked,
        (Status::Open, _) => MeasureStatus::Open,
        (Status::Adopted { .. }, _) => MeasureStatus::Adopted,
        (Status::NotAdopted { .. }, _) => MeasureStatus::NotAdopted,
        (Status::Lapsed { .. }, _) => MeasureStatus::Lapsed,
        (Status::Withdrawn, _) => MeasureStatus::Withdrawn,
    };
    let is_final = it.outcome_leaf().is_some_and(|leaf| copy.is_sealed(leaf.0));
    state(words, status, is_final)
}

/// How many have signed, and who has not: `25 of 27; missing: EL, HU`.
pub(crate) fn progress(words: &Words, it: &MeasureState, me: Option<&Code>) -> Markup {
    let entitled = it.frozen.entitled.len();
    let missing = it.missing();
    let signed = entitled.saturating_sub(missing.len());
    let more = missing.len().saturating_sub(MISSING_NAMED_MAX);
    let is_own_first = |code: &&Code| Some(*code) != me;
    let mut named: Vec<Code> = missing.clone();
    named.sort_by_key(|code| is_own_first(&code));
    named.truncate(MISSING_NAMED_MAX);
    let (signed, entitled) = (signed.to_string(), entitled.to_string());
    html! {
        p class="progress" {
            meter min="0" max=(entitled) value=(signed) aria-label=(words.signed) { (signed) "/" (entitled) }
            " " span class="count" { ((words.count_of)(&signed, &entitled)) }
            @if !missing.is_empty() && signed != "0" {
                span class="missing" { " · " (words.missing) " " (codes(words, &named, me))
                    @if more > 0 { " " ((words.and_more)(more)) } }
            }
        }
    }
}
