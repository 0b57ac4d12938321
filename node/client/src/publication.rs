//! What everybody may see of a measure, as the node of a council says whose charter says what is public.

use crate::api::{Measure, PublicationView};
use crate::failure::Failure;

/// How much of a measure everybody may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicPart {
    /// Nothing of it.
    Nothing,
    /// That it was decided, and its text.
    Act,
    /// What was said on it too.
    Votes,
}

/// How much of a measure everybody may see.
///
/// # Errors
/// [`Failure`] if the charter does not say what is public.
pub fn public_part(measure: &Measure) -> Result<PublicPart, Failure> {
    let Some(PublicationView { act, votes, .. }) = &measure.publication else {
        return Err(no_publication());
    };
    Ok(match (act.is_for_all(), votes.is_for_all()) {
        (_, true) => PublicPart::Votes,
        (true, false) => PublicPart::Act,
        (false, false) => PublicPart::Nothing,
    })
}

/// The charter knows nothing that is public.
pub fn no_publication() -> Failure {
    Failure::refused("this council’s charter does not say what is public, so that nothing is").next(
        "a charter says so with `publication`; without `--public` members export what they have",
    )
}

/// How what was said on a measure is marked, if only members may see it.
pub fn marking_of_votes(measure: &Measure) -> Option<String> {
    let publication = measure.publication.as_ref()?;
    (!publication.votes.is_for_all()).then(|| publication.marking.clone())
}
