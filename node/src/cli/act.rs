//! An act of a party on a measure: the statement is shown, confirmed, signed and ordered; then the
//! measure's state is printed.

use nemcon_client::api::Measure;
use nemcon_client::client::ClientError;
use nemcon_client::failure::Failure;
use nemcon_client::reading::Basis;
use nemcon_client::session::Party;
use nemcon_client::words::{ordered, state};
use nemcon_ledger::record::Body;
use serde_json::json;

use super::context::Context;
use super::handing::became;
use super::signing::Signing;

/// Lets the party sign a statement on a measure: shows it, asks, signs, submits, and prints the
/// measure's new state.
///
/// # Errors
/// [`Failure`].
pub(super) fn act<E: Into<Failure>>(
    number: u64,
    signing: &Signing,
    context: Context<'_>,
    build: impl FnOnce(&Party, &Measure) -> Result<Body, E>,
) -> Result<(), Failure> {
    signing.verify_possible(context.screen)?;
    let party = signing.party(&context.session()?)?;
    let measure = party.client.measure(number)?;
    let body = build(&party, &measure).map_err(Into::into)?;
    let basis = Basis::measure(&party.client, &measure)?;
    let Some(answer) = signing.submit(&party, &body, basis, context.screen)? else { return Ok(()) };
    let (after, now) = looked(party.client.measure(number), |after| {
        format!("measure {number} is {}", state(after))
    });
    let closes = after.as_ref().filter(|_| measure.is_open()).map(|after| after.closes);
    let said = format!("{}\n{now}", ordered(&answer, closes));
    became(context.screen, &answer, &json!({ "answer": answer, "measure": after }), said)
}

/// The new state of the statement's subject, and a line about it. If the state cannot be read, the
/// line says so; the command has not failed, because the statement is ordered or pending.
pub(super) fn looked<T>(
    after: Result<T, ClientError>,
    says: impl FnOnce(&T) -> String,
) -> (Option<T>, String) {
    match after {
        Ok(after) => {
            let said = says(&after);
            (Some(after), said)
        }
        Err(error) => (None, format!("how it stands now could not be read: {error}")),
    }
}
