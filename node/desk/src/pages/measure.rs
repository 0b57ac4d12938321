//! A measure with everything that a person should read before signing.

use maud::{Markup, html};
use nemcon_client::api::{BallotView, Incident, Measure, MeasureStatus, RemarkView};
use nemcon_client::statements;
use nemcon_client::words::{gone, put_off};
use nemcon_ledger::council::Right;
use nemcon_ledger::record::Measure as Said;
use nemcon_ledger::text::{Code, Line};

use super::alone;
use super::document::{difference, document};
use super::frame::{Section, page};
use super::parts::{self, codes, digest, exact, live, moment, until, verdict};
use super::tiles::{gauge, legend, tiles};
use super::timeline::timeline;
use super::today::numbers;
use crate::check::{self, Verdict};
use crate::desk::Desk;
use crate::own_copy::OwnCopy;
use crate::signing::clock;
use crate::trouble::Trouble;
use crate::visit::Visit;
use crate::words::Words;

/// How often a node is asked again whose answer and records differ: a block may have come between them.
const ASKED_AGAIN_MAX: usize = 3;

/// What a page of a measure is made with.
struct Look<'a> {
    words: &'static Words,
    desk: &'a Desk,
    measure: &'a Measure,
    said: &'a Said,
    verdict: &'a Verdict,
    zone: Option<&'a Line>,
    me: Option<&'a Code>,
}

/// A measure as the node shows it, compared with the copy of the log.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn checked(desk: &Desk, number: u64) -> Result<(Measure, Verdict), Trouble> {
    let mut asked = 0;
    loop {
        let measure = desk.ask(|client| client.measure(number))?;
        let verdict = desk.with_copy(|copy| check::measure(copy, &measure))?;
        asked += 1;
        if asked == ASKED_AGAIN_MAX || !matches!(verdict, Verdict::Contradicts(_)) {
            return Ok((measure, verdict));
        }
    }
}

/// The page.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn measure(desk: &Desk, visit: &Visit, number: u64) -> Result<Markup, Trouble> {
    let (measure, verdict) = match checked(desk, number) {
        Err(Trouble::Lost(_)) => return alone::measure(desk, visit, number),
        told => told?,
    };
    let (said, _) = statements::read(&measure)?;
    desk.note_read(number, measure.revision);
    let zone = desk.charter()?.zone.as_ref();
    let me = desk.session.code();
    let words = visit.words;
    let look = Look { words, desk, measure: &measure, said: &said, verdict: &verdict, zone, me };
    let answers: Vec<Incident> = said
        .incidents
        .iter()
        .filter_map(|cited| desk.ask(|client| client.incident(cited.number)).ok())
        .collect();
    let body = desk.with_copy(|copy| look.show(copy, &answers))?;
    Ok(page(desk, visit, Section::Measures, &measure.title, &body))
}

impl Look<'_> {
    fn show(&self, copy: &OwnCopy, answers: &[Incident]) -> Markup {
        let (words, measure) = (self.words, self.measure);
        let is_known = !matches!(self.verdict, Verdict::Contradicts(_) | Verdict::BrokenLog);
        html! {
            article class="measure" {
                header class="head" {
                    p class="eyebrow" { ((words.measure_rev)(measure.number, measure.revision)) " · " (measure.kind) " · " ((words.by)(measure.by.as_str())) }
                    h1 { (measure.title) }
                    (live("standing", &self.standing(copy)))
                }
                div class="columns" {
                    section aria-labelledby="text" {
                        h2 id="text" { (words.text) }
                        (document(words, self.said, &measure.unstated, self.zone))
                        (self.incidents(answers))
                        (self.texts())
                    }
                    aside {
                        @if is_known { (live("acts", &self.acts(copy))) }
                        (self.terms())
                        @if let Some(gauge) = gauge(words, measure, copy.council()) { (live("gauge", &gauge)) }
                    }
                }
                section aria-labelledby="members" {
                    h2 id="members" { (words.members) }
                    (live("tiles", &tiles(words, measure, Some(copy.council()), self.me)))
                    (legend(words))
                }
                (live("around", &self.around()))
                section aria-labelledby="timeline" {
                    h2 id="timeline" { (words.all_that_was_signed) }
                    (live("timeline", &timeline(words, copy, measure.number, self.zone)))
                }
                (live("proofs", &self.proofs(copy)))
            }
        }
    }

    fn standing(&self, copy: &OwnCopy) -> Markup {
        let (words, measure) = (self.words, self.measure);
        let entitled = measure.ballots.len();
        let signed = entitled.saturating_sub(measure.missing.len());
        let is_final = check::is_final(copy, measure);
        let waiting: Vec<&BallotView> = measure.ballots.iter().filter(|it| it.pending).collect();
        html! {
            p class="standing" {
                (parts::state(words, measure.status, is_final))
                " " span class="count" { ((words.count_of)(&signed.to_string(), &entitled.to_string())) }
                @if !measure.missing.is_empty() && measure.status != MeasureStatus::Withdrawn {
                    " " span class="missing" { (words.missing) " " (codes(words, &measure.missing, self.me)) }
                }
            }
            @if let Some(reason) = &measure.reason { p class="reason" lang="en" { (reason) } }
            @if !waiting.is_empty() { p class="small" { ((words.waiting)(waiting.len())) } }
            @if measure.outcome_leaf.is_some() && !is_final { (self.seals(copy)) }
            (verdict(words, self.verdict))
        }
    }

    /// Whose seals have arrived above the decision, as the node tells it.
    fn seals(&self, copy: &OwnCopy) -> Markup {
        let words = self.words;
        let height = self
            .measure
            .outcome_leaf
            .and_then(|leaf| copy.block_of(leaf))
            .map(|(_, end)| end.height.0);
        let Some((height, status)) = height.zip(self.desk.status().ok()) else { return html! {} };
        let (done, missing): (Vec<_>, Vec<_>) =
            status.members.iter().partition(|member| member.sealed_height >= height);
        let missing: Vec<Code> = missing.iter().map(|member| member.code.clone()).collect();
        html! {
            p class="small" { ((words.seals_of)(done.len(), status.members.len()))
                @if !missing.is_empty() { " · " (words.missing) " " (codes(words, &missing, self.me)) } }
        }
    }

    /// What the party can do.
    fn acts(&self, copy: &OwnCopy) -> Markup {
        let (words, measure) = (self.words, self.measure);
        let Some(me) = self.me.filter(|_| !self.desk.is_read_only) else { return html! {} };
        let council = copy.council();
        let place = format!("/measures/{}/act", measure.number);
        let Some(state) = council.measure(measure.number) else { return html! {} };
        let Some(said) = copy.said(state) else { return html! {} };
        let rights = council.rights(me, state, clock());
        let unattested = council.unattested(me, state, said);
        let is_entitled = state.is_entitled(me) && measure.is_open();
        let charter = &council.genesis().charter;
        let mine = measure.ballots.iter().find(|it| it.code == *me).and_then(|it| it.position);
        let mandated = measure.mandates.iter().any(|it| it.holder == *me) && measure.is_open();
        let is_member = council.roster().member(me).is_some();
        let reserved = measure.reservations.iter().any(|it| it.code == *me);
        let roles = super::acts::roles_of(council, me);
        let remarks =
            charter.may_remark.iter().any(|role| roles.iter().any(|it| it == role.as_str()));
        let link = |act: &str, label: &str, class: &str| {
            html! {
                a class={ "button" (class) } href=(format!("{place}/{act}")) { (label) }
            }
        };
        html! {
            div class="acts" {
                @if is_entitled || mandated {
                    (link("ballot", if mine.is_none() { words.read_and_sign } else { words.sign_again }, " main"))
                }
                @if is_entitled && mine.is_none() && !charter.reservations.is_empty() { (link("reserve", words.not_yet, "")) }
                @if reserved && measure.is_open() { (link("lift", words.lift, "")) }
                @if is_entitled && is_member && charter.mandates { (link("mandate", words.mandate, "")) }
                @for right in rights {
                    @match right {
                        Right::Revise => (link("revise", words.revise, "")),
                        Right::Extend => (link("extend", words.extend, "")),
                        Right::Close => (link("close", words.close, "")),
                        Right::Withdraw => (link("withdraw", words.withdraw, "")),
                    }
                }
                @if !unattested.is_empty() { (link("attest", words.attest, "")) }
                @if remarks { (link("remark", words.remark, "")) }
            }
        }
    }

    fn terms(&self) -> Markup {
        let (words, measure) = (self.words, self.measure);
        html! {
            dl class="facts" {
                div { dt { (words.deadline) } dd {
                    @if measure.is_open() { strong { (until(words, measure.closes, clock())) } br; }
                    (moment(words, measure.closes, self.zone)) } }
                div { dt { (words.rule) } dd { (measure.rule) @if let Some(source) = &measure.source { br; span class="small" { (source) } } } }
                div { dt { (words.tabled) } dd { (moment(words, measure.tabled, self.zone)) } }
                @if let Some(ended) = measure.ended { div { dt { (words.ended) } dd { (moment(words, ended, self.zone)) } } }
                @if let Some(force) = &measure.force { div { dt { (words.force) } dd lang="en" { (force) } } }
                @if let Some(package) = &measure.package {
                    div { dt { (words.package) } dd { ((words.package_of)(&numbers(&package.measures))) } }
                }
            }
        }
    }

    /// The incidents that the measure answers, beside why it is proportionate.
    fn incidents(&self, answers: &[Incident]) -> Markup {
        let words = self.words;
        html! {
            @if !answers.is_empty() {
                h3 { (words.answers) }
                ul class="rows" {
                    @for it in answers {
                        li { a href=(format!("/incidents/{}", it.number)) { (it.title) }
                            span class="small" {
                                ((words.attributed_by)(it.attributions.len())) " "
                                @for said in &it.attributions { (said.code) ": " (said.finding) ", " (said.confidence) "; " }
                            } }
                    }
                }
            }
        }
    }

    fn texts(&self) -> Markup {
        let (words, measure) = (self.words, self.measure);
        let number = measure.number;
        html! {
            details { summary { (words.exact_text) } (exact(&measure.text)) p class="small" { (words.text_hash) " " (digest(&measure.text_hash)) } }
            @if !measure.former.is_empty() {
                p { a href=(format!("/measures/{number}/versions")) { ((words.versions_n)(measure.revision)) } }
            }
            @if !self.said.documents.is_empty() {
                p { a href=(format!("/measures/{number}/documents")) { (words.compare_files) } }
            }
        }
    }

    /// Mandates, reservations, attestations, statements, and what stands no more.
    fn around(&self) -> Markup {
        let (words, measure) = (self.words, self.measure);
        let is_empty = measure.mandates.is_empty()
            && measure.reservations.is_empty()
            && measure.attestations.is_empty()
            && measure.remarks.is_empty()
            && measure.past.is_empty()
            && measure.extensions.is_empty();
        if is_empty {
            return html! {};
        }
        let record = |leaf: u64| html! { a class="small" href=(format!("/ledger/{leaf}")) { ((words.record)(leaf)) } };
        html! {
            section aria-labelledby="said" {
                h2 id="said" { (words.said_besides) }
                ul class="rows" {
                    @for it in &measure.reservations { li { strong { (it.code) } " " (words.reservation) " (" (it.sort) ")"
                        @if let Some(reason) = &it.reason { ": " q { (reason) } } " " (record(it.leaf)) } }
                    @for it in &measure.mandates { li { strong { (it.code) } " " ((words.lets_sign)(it.holder.as_str()))
                        ", " (if it.used { words.used } else { words.unused }) " " (record(it.leaf)) } }
                    @for it in &measure.attestations { li { strong { (it.code) } " " (words.attests) " " (it.attests)
                        @if let Some(at) = &it.reference { ": " (at) } " " (record(it.leaf)) } }
                    @for it in &measure.remarks { li { (remark(words, it)) " " (record(it.leaf)) } }
                    @for it in &measure.extensions { li lang="en" { (words.put_off) ": " (put_off(it)) } }
                    @for it in &measure.past { li lang="en" { (words.no_longer) ": " (gone(it)) } }
                }
            }
        }
    }

    fn proofs(&self, copy: &OwnCopy) -> Markup {
        let (words, measure) = (self.words, self.measure);
        html! {
            section aria-labelledby="proofs" {
                h2 id="proofs" { (words.proof) }
                p { (if check::is_final(copy, measure) { words.proof_final } else { words.proof_not_final }) }
                p class="buttons" {
                    a class="button" href=(format!("/measures/{}/certificate", measure.number)) download { (words.certificate) }
                    a class="button" href=(format!("/minutes?measure={}", measure.number)) { (words.minutes) }
                }
            }
        }
    }
}

fn remark(words: &Words, it: &RemarkView) -> Markup {
    html! {
        strong { (it.code) } " " (it.sort) ", " (if it.public { words.public } else { words.not_public })
        @for line in &it.text { p class="quote" { (line) } }
        @if let Some(kept) = &it.digest { " " (digest(kept)) }
    }
}

/// The page that shows how two texts of a measure differ.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn versions(
    desk: &Desk,
    visit: &Visit,
    number: u64,
    from: Option<u32>,
) -> Result<Markup, Trouble> {
    let words = visit.words;
    let (measure, checked) = checked(desk, number)?;
    let former = match from {
        Some(from) => measure.former.iter().find(|it| it.revision == from),
        None => measure.former.last(),
    };
    let former = former.ok_or(Trouble::NotFound)?;
    let record = desk.with_copy(|copy| copy.record(former.leaf))?.ok_or(Trouble::NotFound)?;
    let before = record.split("\n\n").next().unwrap_or_default().to_owned() + "\n";
    let body = html! {
        header class="head" {
            p class="eyebrow" { a href=(format!("/measures/{number}")) { ((words.measure_rev)(number, measure.revision)) } }
            h1 { (words.what_changed) }
            p class="lead" { (measure.title) }
            (verdict(words, &checked))
        }
        nav aria-label=(words.versions) { ul class="tabs" {
            @for it in &measure.former {
                li { a href=(format!("/measures/{number}/versions?from={}", it.revision)) aria-current=[(it.revision == former.revision).then_some("true")] {
                    (words.rev_short) (it.revision) " → " (words.rev_short) (measure.revision) } }
            }
        } }
        (difference(words, &before, &measure.text))
    };
    Ok(page(desk, visit, Section::Measures, words.what_changed, &body))
}
