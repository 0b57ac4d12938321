//! The state of a measure, and what has ended on it, in words.

use core::fmt::Write as _;

use nemcon_ledger::Time;
use nemcon_ledger::council::join;
use nemcon_ledger::record::Position;
use nemcon_ledger::text::Code;

use super::{dated, span};
use crate::api::{
    ExtensionView, FormerView, Measure, PastCause, PastKind, PastView, RemarkView, ReservationView,
};

/// The state of a measure: `adopted, final`, `open, 26 of 27, missing: EL`.
pub fn state(measure: &Measure) -> String {
    let entitled = measure.ballots.len();
    let signed = entitled.saturating_sub(measure.missing.len());
    let mut words = measure.status.to_string();
    if let Some(reason) = &measure.reason {
        let _ = write!(words, " ({reason})");
    }
    if measure.is_open() {
        let _ = write!(words, ", {signed} of {entitled}");
        if !measure.missing.is_empty() && signed > 0 {
            let _ = write!(words, ", missing: {}", join(&measure.missing));
        }
    } else if measure.outcome_leaf.is_some() {
        words.push_str(if measure.is_final { ", final" } else { ", not yet sealed by all" });
    }
    if let Some(force) = &measure.force {
        let _ = write!(words, "; {force}");
    }
    words
}

/// How the deadline differs between two texts, in words; `None` if it is the same.
pub fn moved(from: Time, to: Time) -> Option<String> {
    let (earlier, later) = (from.min(to), from.max(to));
    let by = span(later.as_ms() - earlier.as_ms());
    let way = if to > from { "later" } else { "EARLIER" };
    (from != to).then(|| format!("moves from {from} to {to}, {by} {way}"))
}

/// A reservation in words.
pub fn reserved(reservation: &ReservationView) -> String {
    let ReservationView { code, sort, reason, digest, leaf, .. } = reservation;
    let why = match (reason, digest) {
        (Some(reason), _) => format!(": {reason}"),
        (None, Some(digest)) => format!(", its text kept off the ledger as {digest}"),
        (None, None) => String::new(),
    };
    format!("{sort} of {code}, record {leaf}{why}")
}

/// A remark in words, with its text a paragraph a line.
pub fn remarked(remark: &RemarkView) -> String {
    let RemarkView { code, sort, text, digest, public, time, leaf } = remark;
    let public = if *public { "public" } else { "not public" };
    let said = match digest {
        Some(digest) => format!(", its text kept off the ledger as {digest}"),
        None => text.iter().flat_map(|line| ["\n  ", line]).collect(),
    };
    let time = dated(*time);
    format!("{sort} of {code} {time}, record {leaf}, {public}{said}")
}

/// Says that a signed text has been replaced. `by` is the member that had signed for the reader
/// under a mandate.
pub fn revised(number: u64, (signed, by): (u32, Option<&Code>), stands: u32) -> String {
    let who = by.map_or_else(
        || format!("you signed REV {signed}"),
        |by| format!("{by} signed REV {signed} for you"),
    );
    format!(
        "{who}; the text is now REV {stands}. `nemcon measure diff {number} --from {signed}` shows what \
         changed"
    )
}

/// The ballots on a former text: `BE in-favour, CZ against (signed by DK)`.
pub fn said_on(former: &FormerView) -> Vec<String> {
    let said = |(code, position): (&Code, &Position)| {
        let by = former.cast_by.get(code).map(|by| format!(" (signed by {by})"));
        format!("{code} {position}{}", by.unwrap_or_default())
    };
    former.signed.iter().map(said).collect()
}

/// A ballot, mandate or reservation that has ended, and the cause, in words.
pub fn gone(past: &PastView) -> String {
    let PastView { code, said, leaf, .. } = past;
    let by = past.by.as_ref().map(|by| format!(", signed by {by} under its mandate"));
    let what = match past.was {
        PastKind::Mandate => format!("mandate of {code} to {said}"),
        PastKind::Reservation => format!("{said} reservation of {code}"),
        PastKind::Ballot => format!("ballot {said} of {code}{}", by.unwrap_or_default()),
    };
    format!("{what}, record {leaf}: {}, {}", why(past), dated(past.time))
}

fn why(past: &PastView) -> String {
    let who = past.ended_code.as_ref().unwrap_or(&past.code);
    let leaf = past.ended_leaf.map(|leaf| format!(", record {leaf}")).unwrap_or_default();
    match past.ended {
        PastCause::Ballot if past.was == PastKind::Reservation => {
            format!("lifted by its ballot in favour{leaf}")
        }
        PastCause::Ballot => format!("revoked by its own ballot{leaf}"),
        PastCause::Freeze => format!("void, for {who} was frozen"),
        PastCause::Departure => format!("void, for {who} has left the council"),
        PastCause::Revision => match past.ended_revision {
            Some(revision) => format!("void, for the text became REV {revision}"),
            None => "void by a revision".to_owned(),
        },
    }
}

/// An extension of the deadline, in words.
pub fn put_off(it: &ExtensionView) -> String {
    let (by, leaf) = (&it.by, it.leaf);
    format!(
        "by {by} from {} to {}, {}, record {leaf}",
        dated(it.from),
        dated(it.to),
        dated(it.time)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_by_how_much_a_deadline_moves_and_which_way() {
        let [a, b] = ["2026-11-23T20:47:00.000Z", "2026-11-24T02:47:00.000Z"]
            .map(|at| at.parse::<Time>().unwrap());
        assert_eq!(moved(a, a), None);
        assert!(moved(a, b).unwrap().ends_with("to 2026-11-24T02:47:00.000Z, 6 h later"));
        assert!(moved(b, a).unwrap().ends_with("to 2026-11-23T20:47:00.000Z, 6 h EARLIER"));
    }
}
