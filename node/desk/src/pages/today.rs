//! Today: what needs the party, the nearest deadline first; then what has changed.

use maud::{Markup, html};
use nemcon_ledger::Time;
use nemcon_ledger::council::{Balloting, IncidentState, MeasureState, Right, Status};
use nemcon_ledger::record::Position;
use nemcon_ledger::text::{Code, Line};

use super::frame::{Section, page};
use super::measures::{is_opened, progress, state_of};
use super::parts::{live, moment, until};
use crate::desk::Desk;
use crate::own_copy::OwnCopy;
use crate::signing::clock;
use crate::trouble::Trouble;
use crate::visit::Visit;
use crate::words::{Words, time};

/// For how long what has ended is news: two days.
const NEWS_MS: u64 = 2 * 24 * 3_600_000;
/// The most incidents and news that are told.
const TOLD_MAX: usize = 8;

/// What the page is made with.
struct Look<'a> {
    words: &'static Words,
    copy: &'a OwnCopy,
    me: Option<&'a Code>,
    now: Time,
    zone: Option<&'a Line>,
    desk: &'a Desk,
}

/// The page.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn today(desk: &Desk, visit: &Visit) -> Result<Markup, Trouble> {
    let zone = desk.charter()?.zone.as_ref();
    let words = visit.words;
    let body = desk.with_copy(|copy| {
        let me = desk.session.code();
        Look { words, copy, me, now: clock(), zone, desk }.show()
    })?;
    Ok(page(desk, visit, Section::Today, words.today, &live("today", &body)))
}

impl Look<'_> {
    fn show(&self) -> Markup {
        let words = self.words;
        let mut open: Vec<&MeasureState> = self.copy.council().open_from(0).collect();
        open.sort_by_key(|state| (state.closes, state.number));
        let (needs, others): (Vec<&MeasureState>, Vec<&MeasureState>) =
            open.iter().partition(|state| self.needs(state));
        html! {
            header class="head" {
                p class="eyebrow" { (time::day(words, self.now, self.zone)) }
                h1 { (words.today) }
                p class="lead" { (self.lead(needs.len(), open.len(), needs.first().map(|it| it.closes))) }
                @if !self.copy.is_level() && self.copy.fault().is_none() {
                    p class="verdict" role="status" { ((words.being_checked)(self.copy.size(), self.copy.told())) }
                }
                @if self.copy.fault().is_some() {
                    p class="verdict bad" role="alert" { "✕ " (words.broken_log) " " a href="/nodes" { (words.see_nodes) } }
                }
            }
            @if !needs.is_empty() {
                section aria-labelledby="needs" {
                    h2 id="needs" { (words.needs_you) }
                    @for state in &needs { (self.card(state)) }
                }
            }
            @if !others.is_empty() {
                section aria-labelledby="others" {
                    h2 id="others" { (if self.me.is_some() { words.others_open } else { words.all_open }) }
                    @for state in &others { (self.card(state)) }
                }
            }
            (self.incidents())
            (self.news())
            (self.ahead())
        }
    }

    fn lead(&self, needs: usize, open: usize, nearest: Option<Time>) -> String {
        let words = self.words;
        let left = nearest.map(|at| time::span(words, at.as_ms().saturating_sub(self.now.as_ms())));
        match (self.me, left) {
            (None, _) => (words.lead_open)(open),
            (Some(_), Some(left)) => (words.lead_needs)(needs, &left),
            (Some(_), None) => words.lead_nothing.to_owned(),
        }
    }

    /// Whether a ballot is missing that the party can cast now: its own, or another's under a mandate.
    fn needs(&self, state: &MeasureState) -> bool {
        let Some(me) = self.me else { return false };
        if self.copy.council().is_frozen(me) || !is_opened(state, self.now) {
            return false;
        }
        state.missing().contains(me)
            || self.said(state).is_some_and(|said| holds(said, me).is_some())
    }

    fn said<'b>(&'b self, state: &'b MeasureState) -> Option<&'b Balloting> {
        self.copy.said(state)
    }

    fn card(&self, state: &MeasureState) -> Markup {
        let words = self.words;
        let place = format!("/measures/{}", state.number);
        let terms = &state.terms;
        html! {
            article class="card" {
                div class="when" {
                    p class="left" { (until(words, state.closes, self.now)) }
                    p class="small" { (moment(words, state.closes, self.zone)) }
                }
                div class="what" {
                    h3 { a href=(place) { (terms.title) } }
                    p class="meta" {
                        ((words.measure_rev)(state.number, state.revision)) " · " (terms.kind) " · "
                        ((words.by)(terms.by.as_str()))
                        @if let Some(package) = self.copy.council().package_of(state) {
                            " · " ((words.package_of)(&numbers(&package.measures.iter().map(|it| it.number).collect::<Vec<_>>())))
                        }
                    }
                    (progress(words, state, self.me))
                    (self.notes(state))
                    (self.buttons(state))
                }
            }
        }
    }

    /// What has changed for the party, and what it has said beside its ballot.
    fn notes(&self, state: &MeasureState) -> Markup {
        let (words, number) = (self.words, state.number);
        let Some((me, said)) = self.me.zip(self.said(state)) else { return html! {} };
        let before = said.former.iter().rev().find(|text| {
            text.signed.iter().any(|it| it.code == *me && it.position != Position::Retracted)
        });
        let mine = said.ballot(me);
        let last = said.history.extensions.back();
        html! {
            ul class="notes" {
                @if !is_opened(state, self.now) {
                    @if let Some(opens) = state.terms.opens { li { ((words.opens_at)(&time::both(words, opens, self.zone))) } }
                }
                @if let (None, Some(text)) = (mine, before) {
                    li class="attention" { ((words.signed_before)(text.revision, state.revision)) " "
                        a href=(format!("/measures/{number}/versions?from={}", text.revision)) { (words.see_changes) } }
                }
                @if let Some(read) = self.desk.was_read(number).filter(|read| *read < state.revision) {
                    li class="attention" { ((words.read_before)(read, state.revision)) " "
                        a href=(format!("/measures/{number}/versions?from={read}")) { (words.see_changes) } }
                }
                @if let Some(ballot) = mine { li { (words.you_signed) " " strong { (words.position(Some(ballot.position))) } } }
                @if let Some(whose) = holds(said, me) { li class="attention" { ((words.may_sign_for)(whose.as_str())) } }
                @for ((_, sort), _) in said.reservations.iter().filter(|((code, _), _)| code == me) {
                    li { (words.own_reservation) " " (sort) }
                }
                @if let Some(it) = last.filter(|it| mine.is_some_and(|mine| mine.leaf < it.leaf)) {
                    li { ((words.put_off_since)(&time::both(words, it.to, self.zone))) }
                }
            }
        }
    }

    fn buttons(&self, state: &MeasureState) -> Markup {
        let (words, number) = (self.words, state.number);
        let place = format!("/measures/{number}");
        let Some(me) = self.me.filter(|_| !self.desk.is_read_only) else { return html! {} };
        let rights = self.copy.council().rights(me, state, self.now);
        let has = |right| rights.contains(&right);
        let is_missing = state.missing().contains(me);
        html! {
            p class="buttons" {
                @if self.needs(state) {
                    a class="button main" href=(format!("{place}/act/ballot")) { (words.read_and_sign) }
                }
                @if is_missing && state.is_entitled(me) {
                    a class="button" href=(format!("{place}/act/reserve")) { (words.not_yet) }
                }
                @if has(Right::Close) && !self.needs(state) {
                    a class="button" href=(format!("{place}/act/close")) { (words.close) }
                }
            }
        }
    }

    /// Incidents that the party has not attributed.
    fn incidents(&self) -> Markup {
        let words = self.words;
        let council = self.copy.council();
        let Some(me) = self.me.filter(|me| council.roster().member(me).is_some()) else {
            return html! {};
        };
        let open = |it: &&IncidentState| !it.attributions.contains_key(me);
        let all: Vec<_> = council.incidents().rev().filter(open).take(TOLD_MAX).collect();
        html! {
            @if !all.is_empty() {
                section aria-labelledby="incidents" {
                    h2 id="incidents" { (words.not_attributed) }
                    ul class="rows" {
                        @for it in all {
                            li { a href=(format!("/incidents/{}", it.number)) { (it.title) }
                                span class="small" { ((words.by)(it.by.as_str())) ", " (moment(words, it.reported, self.zone)) } }
                        }
                    }
                }
            }
        }
    }

    /// What was adopted, lapsed, or became final lately.
    fn news(&self) -> Markup {
        let words = self.words;
        let since = Time::from_ms(self.now.as_ms().saturating_sub(NEWS_MS)).unwrap_or_default();
        let mut all: Vec<_> = self.copy.council().ended_since(since).collect();
        all.reverse();
        all.truncate(TOLD_MAX);
        html! {
            @if !all.is_empty() {
                section aria-labelledby="news" {
                    h2 id="news" { (words.since_yesterday) }
                    ul class="rows" {
                        @for state in all {
                            li {
                                span class="cells" { (state_of(words, self.copy, state)) }
                                a href=(format!("/measures/{}", state.number)) { (state.terms.title) }
                                @if let Some(ended) = state.ended { span class="small" { (moment(words, ended, self.zone)) } }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The dates of what was adopted that come next.
    fn ahead(&self) -> Markup {
        let words = self.words;
        let mut dates: Vec<(Time, &'static str, &MeasureState)> = Vec::new();
        let adopted = |state: &&MeasureState| {
            matches!(state.status, Status::Adopted { .. })
                && state.successors.is_empty()
                && state.annulled.is_none()
        };
        for state in self.copy.council().measures().rev().filter(adopted).take(500) {
            let terms = &state.terms;
            for (at, what) in [
                (terms.enters, words.enters),
                (terms.reviews, words.reviews),
                (terms.expires, words.expires),
            ] {
                dates.extend(at.filter(|at| *at > self.now).map(|at| (at, what, state)));
            }
        }
        dates.sort_by_key(|(at, _, state)| (*at, state.number));
        dates.truncate(TOLD_MAX);
        html! {
            @if !dates.is_empty() {
                section aria-labelledby="ahead" {
                    h2 id="ahead" { (words.ahead) }
                    ul class="rows" {
                        @for (at, what, state) in dates {
                            li { span class="cells" { (what) }
                                a href=(format!("/measures/{}", state.number)) { (state.terms.title) }
                                span class="small" { (moment(words, at, self.zone)) } }
                        }
                    }
                }
            }
        }
    }
}

/// Whose ballot the party may cast under a mandate that it has not used.
fn holds<'a>(said: &'a Balloting, me: &Code) -> Option<&'a Code> {
    let mut mandates = said.mandates.iter();
    mandates.find(|(_, it)| it.holder == *me && !it.is_used).map(|(code, _)| code)
}

/// Numbers with commas.
pub(crate) fn numbers(all: &[u64]) -> String {
    all.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
}
