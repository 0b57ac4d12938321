//! The status of a measure, and whether it is in force, as types. JSON and people get them as words.

use core::fmt;

use nemcon_ledger::Time;
use nemcon_ledger::council::Force;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

/// The status of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MeasureStatus {
    /// Balloting goes on.
    Open,
    /// Balloting goes on, and with the current ballots the measure cannot be adopted.
    Blocked,
    /// The measure is adopted.
    Adopted,
    /// The measure was decided and its rule was not met.
    #[serde(rename = "not adopted")]
    NotAdopted,
    /// The measure ended without a decision.
    Lapsed,
    /// The proposer has withdrawn the measure.
    Withdrawn,
}

impl MeasureStatus {
    /// Whether balloting goes on.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Blocked)
    }

    /// Whether the ballots have decided the measure, in favour or not.
    pub const fn is_decided(self) -> bool {
        matches!(self, Self::Adopted | Self::NotAdopted)
    }

    /// The word for the status.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Blocked => "blocked",
            Self::Adopted => "adopted",
            Self::NotAdopted => "not adopted",
            Self::Lapsed => "lapsed",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl fmt::Display for MeasureStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The sort of what has ended on a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PastKind {
    /// A ballot.
    Ballot,
    /// A mandate.
    Mandate,
    /// A reservation.
    Reservation,
}

/// The cause for which a ballot, mandate or reservation has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PastCause {
    /// A later ballot of the member.
    Ballot,
    /// A freeze of the member.
    Freeze,
    /// The member's departure from the council.
    Departure,
    /// A revision of the measure's text.
    Revision,
}

/// Writes in words whether an adopted measure is in force, for `#[serde(serialize_with)]`.
///
/// # Errors
/// The error of the serializer.
pub fn force_in_words<S: Serializer>(force: &Option<Force>, to: S) -> Result<S::Ok, S::Error> {
    match force {
        Some(force) => to.collect_str(force),
        None => to.serialize_none(),
    }
}

/// Reads from words whether an adopted measure is in force, for `#[serde(deserialize_with)]`.
///
/// # Errors
/// The error of the deserializer; also if the words are unknown.
pub(super) fn force_from_words<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Force>, D::Error> {
    let Some(words) = Option::<String>::deserialize(from)? else { return Ok(None) };
    let unknown =
        || D::Error::custom(format_args!("`{words}` is no word for what became of a measure"));
    parse(&words).map(Some).ok_or_else(unknown)
}

/// Parses the words for whether an adopted measure is in force.
fn parse(words: &str) -> Option<Force> {
    let at = |begins: &str| words.strip_prefix(begins)?.parse::<Time>().ok();
    let by = |begins: &str| words.strip_prefix(begins)?.strip_prefix("measure ")?.parse().ok();
    let in_force = (words == "in force").then_some(Force::InForce);
    in_force
        .or_else(|| Some(Force::Expiring { expires: at("in force, expiring at ")? }))
        .or_else(|| Some(Force::Expired { expires: at("expired at ")? }))
        .or_else(|| Some(Force::Renewed { by: by("renewed by ")? }))
        .or_else(|| Some(Force::Amended { by: by("in force, amended by ")? }))
        .or_else(|| Some(Force::Repealed { by: by("repealed by ")? }))
        .or_else(|| Some(Force::NotYet { enters: at("not yet in force: enters into force at ")? }))
        .or_else(|| (words == "annulled").then_some(Force::Annulled))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_its_word_in_json_and_to_people() {
        for (status, word) in [
            (MeasureStatus::Open, "open"),
            (MeasureStatus::Blocked, "blocked"),
            (MeasureStatus::Adopted, "adopted"),
            (MeasureStatus::NotAdopted, "not adopted"),
            (MeasureStatus::Lapsed, "lapsed"),
            (MeasureStatus::Withdrawn, "withdrawn"),
        ] {
            assert_eq!(status.to_string(), word);
            let json = serde_json::to_string(&status).unwrap();
            assert_eq!(json, format!("\"{word}\""));
            assert_eq!(serde_json::from_str::<MeasureStatus>(&json).unwrap(), status);
        }
        assert!(serde_json::from_str::<MeasureStatus>("\"adopted, final\"").is_err());
    }

    #[test]
    fn what_became_of_a_measure_is_read_from_the_words_that_say_it() {
        let expires = "2026-11-23T20:47:00.000Z".parse().unwrap();
        for force in [
            Force::InForce,
            Force::Expiring { expires },
            Force::Expired { expires },
            Force::Renewed { by: 7 },
            Force::Amended { by: 8 },
            Force::Repealed { by: 9 },
            Force::NotYet { enters: expires },
            Force::Annulled,
        ] {
            assert_eq!(parse(&force.to_string()), Some(force));
        }
        for words in ["", "in force, and more", "renewed by 7", "expired at noon", "in forceful"] {
            assert_eq!(parse(words), None, "{words}");
        }
    }
}
