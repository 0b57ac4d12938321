//! What became of a submitted statement, in words.

use nemcon_ledger::Time;

use super::{moment, span};
use crate::api::Answer;

/// What became of a statement, and what comes next if it is ordered. A pending statement changes
/// nothing, so then nothing comes next.
pub fn ordered_then(answer: &Answer, next: impl core::fmt::Display) -> String {
    match answer {
        Answer::Ordered { .. } => format!("{}\n{next}", ordered(answer, None)),
        Answer::Pending { .. } | Answer::Refused { .. } => ordered(answer, None),
    }
}

/// What became of a statement, in words.
pub fn ordered(answer: &Answer, closes: Option<Time>) -> String {
    match answer {
        Answer::Ordered { height, time, .. } => {
            let before = closes.map(|closes| closes.as_ms().saturating_sub(time.as_ms()));
            let before = before.map(|ms| format!(", {} before closing", span(ms)));
            let at = moment(*time);
            format!("ordered in block {height} at {at}{}", before.unwrap_or_default())
        }
        Answer::Pending { text_hash } => format!(
            "accepted, NOT yet ordered: it does not count so far. It is passed on to all nodes, and \
             ordered once the nodes of more than two thirds of the members are connected and vote.\n\
             text hash {text_hash}\nnext: `nemcon status` says which are not connected, and what the next \
             block waits for"
        ),
        Answer::Refused { message, .. } => message.clone(),
    }
}
