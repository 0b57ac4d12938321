//! What a party does with measures: tabling, casting, ending. Each act is one call that builds,
//! signs and submits the statement; most also have a call that builds only the text, for a caller
//! that shows it before it is signed.

mod cited;
mod keys;
mod seat;

use std::path::Path;

use nemcon_ledger::Time;
use nemcon_ledger::record::Body;

use crate::api::{Answer, Measure};
use crate::client::{Client, ClientError};
use crate::clock::now;
use crate::draft::Draft;
use crate::failure::Failure;
use crate::session::Party;
use crate::statements::{self, Choice};

use cited::CitedTexts;

pub use keys::{freezing, new_officers, notice};
pub use seat::{Entrant, entry};

/// Tables the measure that a draft describes, now, and returns the node's answer.
///
/// # Errors
/// [`Failure`].
pub fn table(party: &Party, draft: Draft, folder: &Path) -> Result<Answer, Failure> {
    party.submit(&party.sign(&tabling(party, draft, folder, now()?)?)?)
}

/// The text of a measure that `draft` describes and that is tabled at `now`.
pub fn tabling(party: &Party, draft: Draft, folder: &Path, now: Time) -> Result<Body, Failure> {
    let texts = CitedTexts::fetch(&party.client, &draft)?;
    let charter = &party.genesis.charter;
    Ok(draft.into_body(party.head.clone(), charter, now, folder, &texts)?)
}

/// The number that the tabled measure got; `None` if its text is not ordered yet.
///
/// # Errors
/// [`ClientError`].
pub fn number_of(client: &Client, answer: &Answer) -> Result<Option<u64>, ClientError> {
    let Answer::Ordered { text_hash, .. } = answer else { return Ok(None) };
    client.measure_by_text(*text_hash)
}

/// The text of a revision that replaces the text of measure `number` by the one of `draft`.
/// Document files are taken from `folder`. A draft without a deadline keeps the current deadline.
///
/// # Errors
/// [`Failure`].
pub fn revision(party: &Party, number: u64, draft: Draft, folder: &Path) -> Result<Body, Failure> {
    revision_of(party, &party.client.measure(number)?, draft, folder)
}

/// Like [`revision`], for a measure that the node has shown already.
///
/// # Errors
/// [`Failure`].
pub fn revision_of(
    party: &Party,
    measure: &Measure,
    mut draft: Draft,
    folder: &Path,
) -> Result<Body, Failure> {
    let texts = CitedTexts::fetch(&party.client, &draft)?;
    if draft.closes_in.is_none() {
        draft.closes.get_or_insert_with(|| measure.closes.to_string());
    }
    let charter = &party.genesis.charter;
    let said = draft.into_measure(party.head.clone(), charter, now()?, folder, &texts)?;
    Ok(statements::revision(said, measure)?)
}

/// The text of a package of the measures with these numbers.
///
/// # Errors
/// [`Failure`].
pub fn package(party: &Party, numbers: &[u64]) -> Result<Body, Failure> {
    Ok(statements::package(party.head.clone(), &measures(party, numbers)?)?)
}

/// Fetches each of these measures once, so that the text shown and the text signed come from one answer.
///
/// # Errors
/// [`Failure`].
pub fn measures(party: &Party, numbers: &[u64]) -> Result<Vec<Measure>, Failure> {
    Ok(numbers.iter().map(|number| party.client.measure(*number)).collect::<Result<_, _>>()?)
}

/// Builds, signs and submits a ballot, and returns the node's answer.
///
/// # Errors
/// [`Failure`].
pub fn cast(party: &Party, number: u64, choice: Choice) -> Result<Answer, Failure> {
    let measure = party.client.measure(number)?;
    party.submit(&party.sign(&statements::ballot(party.head.clone(), &measure, choice)?)?)
}

/// Signs and submits an early close, which ends balloting on a measure.
///
/// # Errors
/// [`Failure`].
pub fn close(party: &Party, number: u64) -> Result<Answer, Failure> {
    let measure = party.client.measure(number)?;
    let body = statements::close(party.head.clone(), &measure)?;
    party.submit(&party.sign(&body)?)
}
