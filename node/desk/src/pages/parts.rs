//! Parts that several pages have.

use maud::{Markup, html};
use nemcon_client::api::MeasureStatus;
use nemcon_ledger::Time;
use nemcon_ledger::record::Position;
use nemcon_ledger::text::{Code, Line};

use crate::check::Verdict;
use crate::words::{Words, time};

/// A time by the clocks of the seat and in UTC; neither is broken between two lines.
pub(crate) fn moment(words: &Words, at: Time, zone: Option<&Line>) -> Markup {
    let said = time::both(words, at, zone);
    let (there, utc) = said.split_once(" (").unwrap_or((&said, ""));
    html! {
        time datetime=(at) {
            span class="whole" { (there) }
            @if !utc.is_empty() { " " span class="whole utc" { "(" (utc) } }
        }
    }
}

/// A time that is to come, first as the time until then: `3 days`.
pub(crate) fn until(words: &Words, at: Time, now: Time) -> Markup {
    let left = at.as_ms().saturating_sub(now.as_ms());
    let said = if left == 0 { words.now.to_owned() } else { time::span(words, left) };
    html! { time datetime=(at) { (said) } }
}

/// Whether what is shown was checked, and what is wrong if it was not.
pub(crate) fn verdict(words: &Words, verdict: &Verdict) -> Markup {
    match verdict {
        Verdict::Checked => html! {
            p class="verdict good" { span aria-hidden="true" { "✓ " } (words.checked) }
        },
        Verdict::Behind(done, all) => html! {
            p class="verdict" role="status" { span aria-hidden="true" { "… " } ((words.being_checked)(*done, *all)) }
        },
        Verdict::BrokenLog => html! {
            p class="verdict bad" role="alert" { span aria-hidden="true" { "✕ " } (words.broken_log)
                " " a href="/nodes" { (words.see_nodes) } }
        },
        Verdict::Contradicts(all) => html! {
            div class="verdict bad" role="alert" {
                p { span aria-hidden="true" { "✕ " } (words.contradicts) }
                table {
                    thead { tr { th scope="col" { (words.about) } th scope="col" { (words.node_tells) } th scope="col" { (words.records_say) } } }
                    tbody { @for it in all.iter().take(8) {
                        tr lang="en" { th scope="row" { (it.what) } td { (it.told) } td { (it.recorded) } }
                    } }
                }
                p { (words.sign_nothing) }
            }
        },
    }
}

/// A text as it is signed, letter by letter.
pub(crate) fn exact(text: &str) -> Markup {
    html! { pre class="exact" tabindex="0" { (text) } }
}

/// A digest, of which the beginning is read first.
pub(crate) fn digest(digest: &nemcon_crypto::Digest) -> Markup {
    html! { code class="digest" { (digest) } }
}

/// The sign of a position.
pub(crate) const fn sign(position: Option<Position>) -> &'static str {
    match position {
        None | Some(Position::Retracted) => "·",
        Some(Position::InFavour) => "✓",
        Some(Position::Abstain) => "○",
        Some(Position::AbstainQualified) => "◐",
        Some(Position::Against) => "✕",
    }
}

/// The class of a position.
pub(crate) const fn class(position: Option<Position>) -> &'static str {
    match position {
        None | Some(Position::Retracted) => "unsigned",
        Some(Position::InFavour) => "favour",
        Some(Position::Abstain) => "abstain",
        Some(Position::AbstainQualified) => "declared",
        Some(Position::Against) => "against",
    }
}

/// The state of a measure as a word with its colour.
pub(crate) fn state(words: &Words, status: MeasureStatus, is_final: bool) -> Markup {
    let class = match status {
        MeasureStatus::Open => "state open",
        MeasureStatus::Blocked | MeasureStatus::NotAdopted => "state bad",
        MeasureStatus::Adopted => "state good",
        MeasureStatus::Lapsed | MeasureStatus::Withdrawn => "state over",
    };
    html! {
        span class=(class) {
            (words.status(status))
            @if is_final { ", " (words.is_final) }
        }
    }
}

/// Codes with commas, the reader's own as `you`.
pub(crate) fn codes(words: &Words, all: &[Code], me: Option<&Code>) -> String {
    let one = |code: &Code| if Some(code) == me { words.you.to_owned() } else { code.to_string() };
    let (own, others): (Vec<_>, Vec<_>) = all.iter().partition(|code| Some(*code) == me);
    own.into_iter().chain(others).map(one).collect::<Vec<_>>().join(", ")
}

/// A part of a page that is replaced when something has changed.
pub(crate) fn live(name: &str, body: &Markup) -> Markup {
    html! { div data-live=(name) { (body) } }
}

/// A field of a form, with what is wrong beside it.
pub(crate) struct Field<'a> {
    /// The field's name, and the name of its element.
    pub(crate) name: &'a str,
    /// What it is called.
    pub(crate) label: &'a str,
    /// What is to be written there.
    pub(crate) hint: &'a str,
    /// What it holds.
    pub(crate) value: &'a str,
    /// What is wrong with it.
    pub(crate) error: Option<&'a str>,
    /// Whether it must be filled in.
    pub(crate) is_required: bool,
}

/// How a field is filled in.
#[derive(Clone, Copy)]
pub(crate) enum Kind<'a> {
    /// One line.
    Line,
    /// Several lines.
    Lines(u8),
    /// A whole number.
    Number,
    /// A day and an hour.
    Time,
    /// One of some words.
    One(&'a [(String, String)]),
    /// A file.
    File,
}

impl Field<'_> {
    /// The field with its label.
    pub(crate) fn show(&self, kind: Kind<'_>, words: &Words) -> Markup {
        let hint = format!("{}-hint", self.name);
        let wrong = format!("{}-error", self.name);
        let described = match (self.hint.is_empty(), self.error) {
            (true, None) => None,
            (false, None) => Some(hint.clone()),
            (true, Some(_)) => Some(wrong.clone()),
            (false, Some(_)) => Some(format!("{wrong} {hint}")),
        };
        let invalid = self.error.map(|_| "true");
        html! {
            div class=(if self.error.is_some() { "field wrong" } else { "field" }) {
                label for=(self.name) {
                    (self.label)
                    @if !self.is_required { " " span class="optional" { (words.optional) } }
                }
                @if !self.hint.is_empty() { p class="hint" id=(hint) { (self.hint) } }
                @if let Some(error) = self.error { p class="error" id=(wrong) { (error) } }
                @match kind {
                    Kind::Line => input type="text" id=(self.name) name=(self.name) value=(self.value) aria-describedby=[described] aria-invalid=[invalid] required[self.is_required];,
                    Kind::Number => input type="text" inputmode="numeric" class="short" id=(self.name) name=(self.name) value=(self.value) aria-describedby=[described] aria-invalid=[invalid] required[self.is_required];,
                    Kind::Time => input type="datetime-local" class="short" id=(self.name) name=(self.name) value=(self.value) aria-describedby=[described] aria-invalid=[invalid] required[self.is_required];,
                    Kind::File => input type="file" id=(self.name) name=(self.name) aria-describedby=[described] aria-invalid=[invalid] required[self.is_required];,
                    Kind::Lines(rows) => textarea id=(self.name) name=(self.name) rows=(rows) aria-describedby=[described] aria-invalid=[invalid] required[self.is_required] { (self.value) },
                    Kind::One(options) => select id=(self.name) name=(self.name) aria-describedby=[described] aria-invalid=[invalid] required[self.is_required] {
                        option value="" { (words.choose) }
                        @for (value, label) in options {
                            option value=(value) selected[*value == self.value] { (label) }
                        }
                    },
                }
            }
        }
    }
}
