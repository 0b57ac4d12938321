//! A measure in a list: its number and remaining time in one column, its title and state in the other.

use core::cmp::Reverse;
use core::fmt;
use nemcon_client::api::MeasureStatus;
use std::io;

use nemcon_client::api::{MeasureSummary, PartyView};
use nemcon_client::words::{gone, minute, put_off, reserved, revised, span};
use nemcon_ledger::text::{Code, Time};
use serde::Serialize;
use textwrap::{Options, WordSplitter};

use crate::cli::terminal::width_of;

/// The width of the first column with the space after it, in characters.
const FIRST: usize = 19;
/// The width of a list if no terminal states one.
const WIDTH: usize = 80;
/// The greatest width of a list, because longer lines are hard to read.
const WIDTH_MAX: usize = 100;
/// The least width of the second column.
const SECOND_MIN: usize = 20;
/// The greatest number of missing members that an entry names.
const MISSING_TOLD_MAX: usize = 9;

/// A measure in a list, with what its reader should know.
#[derive(Clone, Debug, Serialize)]
pub(in crate::cli) struct Entry {
    #[serde(flatten)]
    pub(in crate::cli) measure: MeasureSummary,
    /// The milliseconds until balloting ends; `None` once it has ended.
    pub(in crate::cli) left_ms: Option<u64>,
    /// What has changed for the reader, and what the reader may do.
    pub(in crate::cli) notes: Vec<String>,
    /// Whether balloting on the measure is yet to open.
    #[serde(skip)]
    is_before_opening: bool,
    /// The party that reads the list.
    #[serde(skip)]
    reader: Option<Code>,
}

/// The order of a list: open measures first, by deadline with packages together; then ended
/// measures, the last ended first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    Open { closes: Time, first: u64, number: u64 },
    Over { ended: Reverse<Option<Time>>, number: Reverse<u64> },
}

impl Entry {
    /// The entries in that order.
    pub(in crate::cli) fn all(
        measures: Vec<MeasureSummary>,
        reader: Option<&Code>,
        now: Time,
    ) -> Vec<Self> {
        let mut all: Vec<_> =
            measures.into_iter().map(|measure| Self::of(measure, reader, now)).collect();
        all.sort_by_key(Self::urgency);
        all
    }

    fn of(measure: MeasureSummary, reader: Option<&Code>, now: Time) -> Self {
        let left_ms = measure.is_open().then(|| measure.closes.as_ms().saturating_sub(now.as_ms()));
        let is_before_opening = left_ms.is_some() && measure.opens.is_some_and(|it| it > now);
        let mut notes = Vec::new();
        if left_ms.is_some() {
            notes.extend(measure.opens.filter(|opens| *opens > now).map(|opens| {
                format!("balloting opens {}: no ballot counts before", minute(opens))
            }));
            if measure.missing.is_empty() && measure.status == MeasureStatus::Open {
                notes.push("all ballots are in: it is adopted with its package".to_owned());
            }
            if let (Some(reader), Some(party)) = (reader, &measure.party) {
                notes.extend(what_stands(reader, &measure, party));
                notes.extend(what_has_changed(&measure, party));
            }
        }
        Self { measure, left_ms, notes, is_before_opening, reader: reader.cloned() }
    }

    fn urgency(&self) -> Urgency {
        let MeasureSummary { number, closes, ended, ref package, .. } = self.measure;
        if self.left_ms.is_none() {
            return Urgency::Over { ended: Reverse(ended), number: Reverse(number) };
        }
        let first = package.iter().copied().min().unwrap_or(number);
        Urgency::Open { closes, first, number }
    }

    /// What the reader has done on the measure and may do, as the node reports it.
    pub(in crate::cli) const fn party(&self) -> Option<&PartyView> {
        self.measure.party.as_ref()
    }

    /// Whether a ballot is missing that the reader can cast now: its own, or another member's by mandate.
    pub(in crate::cli) fn needs(&self, reader: &Code) -> bool {
        self.lacks(reader) && !self.is_before_opening
    }

    /// Whether such a ballot is missing, and counts only once balloting opens.
    pub(in crate::cli) fn will_need(&self, reader: &Code) -> bool {
        self.lacks(reader) && self.is_before_opening
    }

    fn lacks(&self, reader: &Code) -> bool {
        let holds =
            |party: &PartyView| party.mandates.iter().any(|it| it.holder == *reader && !it.used);
        self.left_ms.is_some()
            && (self.measure.missing.contains(reader) || self.party().is_some_and(holds))
    }

    fn first_column(&self) -> [String; 2] {
        let when = match self.left_ms {
            None => self.measure.status.to_string(),
            Some(0) => "now".to_owned(),
            Some(ms) => span(ms),
        };
        [
            format!("{:>4}  {when}", self.measure.number),
            format!("      REV {}", self.measure.revision),
        ]
    }

    /// The two lines of state: `26 of 27 ballots in; missing: EL`, then `closes 2026-12-12 10:00
    /// UTC; by BE; package 7 8`.
    fn stands(&self) -> [String; 2] {
        let measure = &self.measure;
        let mut how = Vec::new();
        let mut since = Vec::new();
        if self.left_ms.is_some() {
            if let (true, Some(reason)) =
                (measure.status == MeasureStatus::Blocked, &measure.reason)
            {
                how.push(format!("BLOCKED, {reason}"));
            }
            let missing = measure.missing.len() as u64;
            let signed = measure.entitled.saturating_sub(missing);
            how.push(format!("{signed} of {} ballots in", measure.entitled));
            how.extend(self.missing());
            since.push(format!("closes {}", minute(measure.closes)));
        } else {
            how.extend(measure.reason.clone());
            if measure.outcome_leaf.is_some() {
                let is_final = if measure.is_final { "final" } else { "not yet sealed by all" };
                how.push(is_final.to_owned());
            }
            how.extend(measure.force.map(|force| force.to_string()));
            since.extend(measure.ended.map(|ended| format!("ended {}", minute(ended))));
        }
        since.push(format!("by {}", measure.by));
        if !measure.package.is_empty() {
            let numbers: Vec<_> = measure.package.iter().map(u64::to_string).collect();
            since.push(format!("package {}", numbers.join(" ")));
        }
        [how.join("; "), since.join("; ")]
    }

    fn missing(&self) -> Option<String> {
        let missing = &self.measure.missing;
        let is_reader = |code: &&Code| self.reader.as_ref() == Some(*code);
        let reader = missing.iter().find(is_reader).map(|_| "you".to_owned());
        let others = missing.iter().filter(|code| !is_reader(code)).map(Code::to_string);
        let mut named: Vec<String> = reader.into_iter().chain(others).collect();
        let more = named.len().saturating_sub(MISSING_TOLD_MAX);
        named.truncate(MISSING_TOLD_MAX);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        (!named.is_empty()).then(|| format!("missing: {}{more}", named.join(" ")))
    }

    fn second_column(&self, width: usize) -> Vec<String> {
        let mut lines = folded(&self.measure.title, width, "");
        for words in self.stands().iter().filter(|words| !words.is_empty()) {
            lines.extend(folded(words, width, ""));
        }
        for note in &self.notes {
            lines.extend(folded(&format!("- {note}"), width, "  "));
        }
        lines
    }

    fn write(&self, f: &mut impl fmt::Write, width: usize) -> fmt::Result {
        let second = self.second_column(width.saturating_sub(FIRST).max(SECOND_MIN));
        let first = self.first_column().into_iter().map(Some).chain(core::iter::repeat(None));
        for (at, (first, second)) in first.zip(second).enumerate() {
            let end = if at > 0 { "\n" } else { "" };
            write!(f, "{end}{:<FIRST$}{second}", first.unwrap_or_default())?;
        }
        Ok(())
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, width())
    }
}

/// The text as one paragraph, folded to the width of a list.
pub(in crate::cli) fn paragraph(text: &str) -> String {
    hanging(text, "")
}

/// The text folded to the width of a list, with this before each line but the first.
pub(in crate::cli) fn hanging(text: &str, indent: &str) -> String {
    folded(text, width(), indent).join("\n")
}

/// The width of a list, in characters.
fn width() -> usize {
    width_of(io::stdout()).unwrap_or(WIDTH).min(WIDTH_MAX)
}

fn folded(text: &str, width: usize, indent: &str) -> Vec<String> {
    let options = Options::new(width)
        .subsequent_indent(indent)
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(true);
    textwrap::wrap(text, &options).into_iter().map(std::borrow::Cow::into_owned).collect()
}

/// What the reader has said, or may say, beside its ballot.
fn what_stands(reader: &Code, measure: &MeasureSummary, party: &PartyView) -> Vec<String> {
    let number = measure.number;
    let mandate = |it: &nemcon_client::api::MandateView| match (it.holder == *reader, it.used) {
        (true, false) => format!(
            "you may sign for {code}: `nemcon ballot cast {number} POSITION --for {code}`",
            code = it.code
        ),
        (true, true) => format!("you have signed for {} under its mandate", it.code),
        (false, true) => format!("{} may sign for you, and has", it.holder),
        (false, false) => format!("{} may sign for you, and has not yet", it.holder),
    };
    let mut notes: Vec<_> = party.mandates.iter().map(mandate).collect();
    let own = party.reservations.iter();
    notes.extend(own.map(|it| format!("reservation: {}", reserved(it))));
    if measure.status == MeasureStatus::Blocked && measure.by == *reader {
        let may = listed(&party.may, "or").map(|may| format!("; you may {may} it"));
        notes.push(format!(
            "it stays blocked until a ballot is replaced or balloting ends{}",
            may.unwrap_or_default()
        ));
    }
    notes
}

/// What has changed since the reader signed.
fn what_has_changed(measure: &MeasureSummary, party: &PartyView) -> Vec<String> {
    let mut notes = Vec::new();
    if let (None, Some(signed)) = (party.position, party.signed_before) {
        let by = party.signed_before_by.as_ref();
        notes.push(revised(measure.number, (signed, by), measure.revision));
    }
    notes.extend(party.past.iter().map(|past| format!("stands no more: {}", gone(past))));
    let put_off = party.extension.as_ref().map(put_off);
    let signed = party.cast_by.as_ref();
    let signed = signed.map_or("you signed".to_owned(), |by| format!("{by} signed for you"));
    notes.extend(put_off.map(|how| format!("the deadline was put off after {signed}, {how}")));
    notes
}

/// The words as a list, `extend, close or withdraw`; `None` if there are none.
pub(in crate::cli) fn listed(words: &[String], last: &str) -> Option<String> {
    match words {
        [] => None,
        [one] => Some(one.clone()),
        [most @ .., end] => Some(format!("{} {last} {end}", most.join(", "))),
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(in crate::cli) use tests::{at, summary};
