//! What of the council's business is public, and what only members see.

use serde::{Deserialize, Serialize};

use crate::text::words::words;
use crate::text::{Label, Line};

words!(
    /// Who learns what was said on a measure of a kind: its ballots, mandates and reservations, and how its
    /// ballots add up.
    Votes,
    "one of public, released, internal",
    {
        /// Everybody, once the measure is decided.
        Public = "public",
        /// Members; everybody, once their release is attested.
        Released = "released",
        /// Members.
        Internal = "internal",
    }
);

/// What is public of a council's business; without it all of that is the members' own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// How what only members see is marked: `LIMITE`.
    pub marking: Line,
    /// The word whose attestation releases what was said on a measure.
    pub released_by: Option<Label>,
}
