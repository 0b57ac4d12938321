//! The file of a card, read and signed.

use std::path::Path;

use nemcon_audit::output;
use nemcon_client::failure::Failure;
use nemcon_client::founding::{CardError, CardFault, CardFile, read_card};
use nemcon_client::party_key::PartyKey;
use nemcon_ledger::text::Show as _;

/// Reads a card.
///
/// # Errors
/// [`Failure`] that names the file.
pub(in crate::cli) fn read(path: &Path) -> Result<CardFile, Failure> {
    read_card(path).map_err(|fault| match fault {
        CardFault::File(error) => output::unread(path, &error),
        CardFault::Card(error) => of_file(path, error),
        other => Failure::refused(format_args!("{}: {other}", path.shown())),
    })
}

/// The failure for a card, or a part of it, in this file.
pub(super) fn of_file(path: &Path, error: CardError) -> Failure {
    Failure::from(error).of(path.shown())
}

/// Has opened keys sign the card.
///
/// # Errors
/// [`Failure`] that names the key's file.
pub(super) fn prove(card: &mut CardFile, keys: &[PartyKey]) -> Result<(), Failure> {
    for key in keys {
        card.prove(key).map_err(|error| Failure::from(error).of(key.shown()))?;
    }
    Ok(())
}
