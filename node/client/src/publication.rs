//! What everybody may see of a measure, as the node of a council says whose charter says what is public.

use crate::api::{Measure, PublicationView};
use crate::failure::Failure;
use nemcon_ledger::record::Charter;

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

/// How a page is marked that holds what members alone may see: a line of its own, or nothing where the charter does
/// not say what is public.
pub fn marking_line(charter: &Charter) -> String {
    charter.publication.as_ref().map(|it| format!("{}\n", it.marking)).unwrap_or_default()
}

/// The charter knows nothing that is public.
pub fn no_publication() -> Failure {
    Failure::refused("this council’s charter does not say what is public, so that nothing is").next(
        "a charter says so with `publication`; without `--public` members export what they have",
    )
}

impl PublicationView {
    /// How the measure's text and its adoption are marked, if only members may see them.
    pub fn marking_of_act(&self) -> Option<String> {
        (!self.act.is_for_all()).then(|| self.marking.clone())
    }

    /// How what was said on the measure is marked, if only members may see it.
    pub fn marking_of_votes(&self) -> Option<String> {
        (!self.votes.is_for_all()).then(|| self.marking.clone())
    }
}

/// How what was said on a measure is marked, if only members may see it.
pub fn marking_of_votes(measure: &Measure) -> Option<String> {
    measure.publication.as_ref()?.marking_of_votes()
}

/// How all that a node tells of a measure is marked, if only members may see all of it. Former texts, what
/// was said on them or taken back, mandates that were not used, and remarks that are not public are never
/// released.
pub fn marking_of_all(measure: &Measure) -> Option<String> {
    let publication = measure.publication.as_ref()?;
    let has_more = !measure.past.is_empty()
        || !measure.former.is_empty()
        || measure.mandates.iter().any(|mandate| !mandate.used)
        || measure.remarks.iter().any(|remark| !remark.public);
    let marking = has_more.then(|| publication.marking.clone());
    publication.marking_of_votes().or(marking)
}
