//! The members as tiles in protocol order: each position by its sign and word as well as its colour.

use maud::{Markup, html};
use nemcon_client::api::{BallotView, Measure};
use nemcon_ledger::council::Council;
use nemcon_ledger::record::{Fraction, Position};
use nemcon_ledger::text::Code;

use super::parts::{class, sign};
use crate::words::Words;

/// The length of a gauge's scale.
const SCALE: u128 = 1000;

/// The tiles, and beneath them those without a ballot.
pub(crate) fn tiles(
    words: &Words,
    measure: &Measure,
    council: Option<&Council>,
    me: Option<&Code>,
) -> Markup {
    html! {
        ol class="tiles" aria-label=(words.members) {
            @for ballot in &measure.ballots { (tile(words, ballot, council, me)) }
            @for out in &measure.excluded {
                li class="tile out" {
                    span class="code" { (out.code) }
                    span class="sign" aria-hidden="true" { "–" }
                    span class="word" { (words.not_entitled) }
                }
            }
        }
        @for out in &measure.excluded {
            p class="small" { strong { (out.code) } ": " (words.not_entitled) ", " span lang="en" { (out.why) } }
        }
    }
}

fn tile(
    words: &Words,
    ballot: &BallotView,
    council: Option<&Council>,
    me: Option<&Code>,
) -> Markup {
    let is_frozen = council.is_some_and(|council| council.is_frozen(&ballot.code));
    let own = if me == Some(&ballot.code) { " own" } else { "" };
    html! {
        li class={ "tile " (class(ballot.position)) (own) } {
            span class="code" { (ballot.code) }
            span class="sign" aria-hidden="true" { (sign(ballot.position)) }
            span class="name" { (ballot.name) }
            span class="word" {
                (words.position(ballot.position))
                @if let Some(by) = &ballot.cast_by { ", " ((words.by_mandate)(by.as_str())) }
                @if ballot.tacit { ", " (words.tacit) }
                @if is_frozen { ", " (words.frozen) }
                @if ballot.pending { ", " (words.one_waits) }
            }
            @if let Some(leaf) = ballot.leaf {
                a class="record" href=(format!("/ledger/{leaf}")) { ((words.record)(leaf)) }
            }
        }
    }
}

/// What the positions mean.
pub(crate) fn legend(words: &Words) -> Markup {
    let all = [
        None,
        Some(Position::InFavour),
        Some(Position::Abstain),
        Some(Position::AbstainQualified),
        Some(Position::Against),
    ];
    html! {
        ul class="legend" aria-label=(words.legend) {
            @for position in all {
                li class=(class(position)) { span class="sign" aria-hidden="true" { (sign(position)) } " " (words.position(position)) }
            }
        }
    }
}

/// The test of declared abstentions: how far members and weight have come, and who would tip it.
pub(crate) fn gauge(words: &Words, measure: &Measure, council: &Council) -> Option<Markup> {
    let charter = &council.genesis().charter;
    let share = charter.qualified?;
    let kind = measure.kind.parse().ok().and_then(|kind| charter.kind(&kind))?;
    if !kind.qualified {
        return None;
    }
    let declared = |it: &&BallotView| it.position == Some(Position::AbstainQualified);
    let count = measure.ballots.iter().filter(declared).count() as u64;
    let weight: u64 = measure.ballots.iter().filter(declared).map(|it| it.weight).sum();
    let blocks = |count: u64, weight: u64| {
        share.members.is_reached(count, measure.members)
            && share.weight.is_reached(weight, measure.total_weight)
    };
    let is_blocking = blocks(count, weight);
    let others = measure.ballots.iter().filter(|it| !declared(it));
    let tips: Vec<Code> = others
        .filter(|it| !is_blocking && blocks(count + 1, weight.saturating_add(it.weight)))
        .map(|it| it.code.clone())
        .collect();
    let of = charter.weight.of.as_str();
    Some(html! {
        section class="gauge" aria-labelledby="gauge" {
            h3 id="gauge" { (words.one_third) }
            (bar(&(words.gauge_members)(count, measure.members), u128::from(count), u128::from(measure.members), share.members))
            (bar(&(words.gauge_weight)(&nemcon_ledger::record::charter::percent(weight.into(), measure.total_weight), of), u128::from(weight), u128::from(measure.total_weight), share.weight))
            p {
                @if is_blocking { strong { (words.gauge_blocks) } }
                @else if tips.is_empty() { (words.gauge_no_tip) }
                @else { ((words.gauge_tips)(&super::parts::codes(words, &tips, None))) }
            }
        }
    })
}

fn bar(label: &str, part: u128, whole: u128, threshold: Fraction) -> Markup {
    let filled = (SCALE * part).checked_div(whole).unwrap_or(0).min(SCALE);
    let (over, under) = threshold.to_string().split_once('/').map_or((1, 1), |(over, under)| {
        (over.parse::<u128>().unwrap_or(1), under.parse::<u128>().unwrap_or(1))
    });
    let mark = (SCALE * over).checked_div(under).unwrap_or(0);
    html! {
        p class="bar" {
            span { (label) " · " (threshold) }
            svg viewBox="0 0 1000 24" preserveAspectRatio="none" role="img" aria-label=(label) {
                rect class="whole" width="1000" height="24" rx="4" {}
                rect class="part" width=(filled) height="24" rx="4" {}
                rect class="mark" x=(mark.saturating_sub(2)) width="4" height="24" {}
            }
        }
    }
}
