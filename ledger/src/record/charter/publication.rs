//! What of the council's business is public, and what only members see.

use serde::{Deserialize, Serialize};

use super::definition::Charter;
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

impl Charter {
    /// Who learns what was said on a measure of this kind. A kind that says nothing of it keeps it to
    /// the members, and so does a charter that knows no publication.
    pub fn votes(&self, kind: &Label) -> Votes {
        let said = self.publication.as_ref().and(self.kind(kind)).and_then(|kind| kind.votes);
        said.unwrap_or(Votes::Internal)
    }

    /// Whether the attestation of this word releases what was said on a measure of this kind.
    pub fn releases(&self, kind: &Label, word: &Label) -> bool {
        let released_by = self.publication.as_ref().and_then(|it| it.released_by.as_ref());
        self.votes(kind) == Votes::Released && released_by == Some(word)
    }
}
