//! The kinds of events.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// A kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// A measure lacks the member's ballot: it was tabled, or its text was replaced.
    Measure,
    /// The text of a measure was replaced after the member had signed.
    Revised,
    /// All other entitled members have signed; the member's ballot is the last that is missing.
    LastMissing,
    /// A deadline, a review or an expiry is near.
    Deadline,
    /// A measure is adopted.
    Adopted,
    /// A measure was decided and is not adopted.
    NotAdopted,
    /// A measure ended without a decision: it lapsed or was withdrawn.
    Lapsed,
    /// A decision or lapse is sealed by every entitled member.
    Final,
    /// A member or participant is frozen.
    Frozen,
    /// The node keeps evidence against a member.
    Evidence,
    /// A condition of the node begins.
    ConditionBegins,
    /// A condition of the node is over.
    ConditionEnds,
}

/// The error for a word that is no kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an event is one of measure, revised, last-missing, deadline, adopted, not-adopted, lapsed, final, frozen, \
     evidence, condition-begins, condition-ends"
)]
pub struct EventKindError;

impl EventKind {
    /// All kinds.
    pub const ALL: [Self; 12] = [
        Self::Measure,
        Self::Revised,
        Self::LastMissing,
        Self::Deadline,
        Self::Adopted,
        Self::NotAdopted,
        Self::Lapsed,
        Self::Final,
        Self::Frozen,
        Self::Evidence,
        Self::ConditionBegins,
        Self::ConditionEnds,
    ];

    /// The written form, as in the configuration and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Measure => "measure",
            Self::Revised => "revised",
            Self::LastMissing => "last-missing",
            Self::Deadline => "deadline",
            Self::Adopted => "adopted",
            Self::NotAdopted => "not-adopted",
            Self::Lapsed => "lapsed",
            Self::Final => "final",
            Self::Frozen => "frozen",
            Self::Evidence => "evidence",
            Self::ConditionBegins => "condition-begins",
            Self::ConditionEnds => "condition-ends",
        }
    }

    /// Whether the event is about what is past when somebody begins to listen, and not about what is to be done now.
    pub const fn is_of_the_past(self) -> bool {
        matches!(
            self,
            Self::Adopted
                | Self::NotAdopted
                | Self::Lapsed
                | Self::Final
                | Self::Evidence
                | Self::Frozen
        )
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for EventKind {
    type Err = EventKindError;

    fn from_str(text: &str) -> Result<Self, EventKindError> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(EventKindError)
    }
}
