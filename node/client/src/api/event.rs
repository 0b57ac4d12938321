//! What changes in the log and at the node, as the stream of events tells it.

use core::fmt;
use core::str::FromStr;

use nemcon_crypto::Digest;
use nemcon_ledger::record::Position;
use nemcon_ledger::text::{Code, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schema;

/// How far a stream of events has told the log: the id of an event [WHATWG server-sent events].
///
/// ```text
/// <next>-<sealed>      142-120: every leaf below 142 is told, and that all have sealed size 120
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventPlace {
    /// The index of the first leaf that is not told yet.
    pub next: u64,
    /// The newest size of which is told that all have sealed it.
    pub sealed: u64,
}

/// The error for a text that is no id of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the id of an event is two numbers with a hyphen between them, as `142-120`")]
pub struct EventPlaceError;

impl fmt::Display for EventPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.next, self.sealed)
    }
}

impl FromStr for EventPlace {
    type Err = EventPlaceError;

    fn from_str(text: &str) -> Result<Self, EventPlaceError> {
        let number = |digits: &str| -> Option<u64> {
            let number = digits.parse().ok()?;
            (u64::to_string(&number) == digits && i64::try_from(number).is_ok()).then_some(number)
        };
        let (next, sealed) = text.split_once('-').ok_or(EventPlaceError)?;
        let (next, sealed) = number(next).zip(number(sealed)).ok_or(EventPlaceError)?;
        Ok(Self { next, sealed })
    }
}

/// Lists the events once: variant and word.
macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident = $word:literal,)*) => {
        /// What an event is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum EventKind {
            $($(#[$doc])* $variant,)*
        }

        impl EventKind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word for the kind.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }
    };
}

events! {
    /// The council is founded: the first record of the log.
    Founded = "founded",
    /// A measure is tabled.
    Tabled = "tabled",
    /// A measure has a new text.
    Revised = "revised",
    /// Measures are adopted together or not at all from now on.
    Bound = "bound",
    /// A member has signed a ballot.
    Signed = "signed",
    /// A member has given or taken back a mandate.
    Mandate = "mandate",
    /// A member has placed or lifted a reservation.
    Reservation = "reservation",
    /// A deadline is put off.
    Extended = "extended",
    /// A measure is withdrawn.
    Withdrawn = "withdrawn",
    /// Balloting was ended before the deadline.
    Closed = "closed",
    /// Something is attested about a measure.
    Attested = "attested",
    /// A statement on a measure, such as for the minutes.
    Remarked = "remarked",
    /// An incident is reported.
    Incident = "incident",
    /// A member says who stands behind an incident.
    Attribution = "attribution",
    /// Other officers speak for a party.
    Officers = "officers",
    /// Nothing is said for a party any more.
    Frozen = "frozen",
    /// A member's node has other keys.
    NodeKeys = "node-keys",
    /// A member gives notice that it leaves, or takes it back.
    Notice = "notice",
    /// An admitted entrant takes its seat.
    Entered = "entered",
    /// A measure is adopted.
    Adopted = "adopted",
    /// A measure was decided and is not adopted.
    NotAdopted = "not-adopted",
    /// A measure ended without a decision.
    Lapsed = "lapsed",
    /// A block is ordered; it comes after the events of its records.
    Block = "block",
    /// All members have sealed the log up to a size.
    Sealed = "sealed",
    /// All entitled members have sealed how a measure ended.
    Final = "final",
    /// A condition of the node begins. On a new stream, each one that holds begins.
    ConditionBegins = "condition-begins",
    /// A condition of the node is over.
    ConditionEnds = "condition-ends",
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Something that has changed. A field that says nothing about this change is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// What the event is about.
    pub event: EventKind,
    /// What has changed, in a line for people.
    pub words: String,
    /// The leaf index of the record in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaf: Option<u64>,
    /// The hash of the statement's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::Digest>)]
    pub text_hash: Option<Digest>,
    /// The height of the block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u64>,
    /// The number of leaves in the log at the end of the block, or the size that all have sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The time of the block; of a condition, since when it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::Time>)]
    pub time: Option<Time>,
    /// The code of the party that has signed the statement, or that the condition is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::Code>)]
    pub by: Option<Code>,
    /// The code of the member whose ballot it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::Code>)]
    pub on_behalf: Option<Code>,
    /// What the ballot says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::Position>)]
    pub position: Option<Position>,
    /// The numbers of the measures that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<u64>,
    /// The number of the incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<u64>,
    /// The reason in a decision or a lapse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The stable name of a condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// What the operator can do next about a condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl Event {
    /// An event of this kind, about which nothing else is said yet.
    pub const fn new(event: EventKind, words: String) -> Self {
        Self {
            event,
            words,
            leaf: None,
            text_hash: None,
            height: None,
            size: None,
            time: None,
            by: None,
            on_behalf: None,
            position: None,
            measures: Vec::new(),
            incident: None,
            reason: None,
            condition: None,
            advice: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_one_written_form() {
        for text in ["0-0", "142-120", "9223372036854775807-0"] {
            assert_eq!(text.parse::<EventPlace>().unwrap().to_string(), text);
        }
        for text in ["", "1", "1-", "-1", "01-1", "+1-1", "1-2-3", "9223372036854775808-0", "1 -2"]
        {
            assert!(text.parse::<EventPlace>().is_err(), "{text}");
        }
    }

    #[test]
    fn every_event_is_its_word_in_json() {
        for kind in EventKind::ALL {
            assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{kind}\""));
        }
    }
}
