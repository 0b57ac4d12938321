//! A key as it is shown: its public half, its role if it is a file, and what locks it.

use std::path::Path;

use nemcon_client::failure::Failure;
use nemcon_client::keyfile::{KeyFileError, StoredKey};
use nemcon_client::party_key::KeyPlace;
use nemcon_client::pkcs11::{PinFrom, TokenKey, Tries};
use nemcon_ledger::text::Show as _;
use serde_json::json;

use crate::cli::context::Context;
use nemcon_audit::Screen;

/// Shows the key in this place.
pub(super) fn show_place(mut place: KeyPlace, context: Context<'_>) -> Result<(), Failure> {
    place.or_module(context.global.pkcs11_module.as_deref());
    match place {
        KeyPlace::File(path) => show(&StoredKey::read(&path)?, &path, context.screen),
        KeyPlace::Token(uri) => show_in_token(&TokenKey::find(&uri)?, context.screen),
    }
}

/// Shows a key in a token.
pub(super) fn show_in_token(key: &TokenKey, screen: Screen) -> Result<(), Failure> {
    let (token, public, uri) = (key.token(), key.public(), key.uri().to_string());
    let pin = match key.pin_from()? {
        PinFrom::Nowhere => "its secret half does not leave the token".to_owned(),
        PinFrom::File(file) => format!("its PIN is in {}", file.shown()),
        PinFrom::Device => "the device asks for the PIN by itself".to_owned(),
        PinFrom::Person => "the token wants its PIN before it signs".to_owned(),
    };
    let tries = token.tries()?;
    let tries = if tries == Tries::Unsaid { String::new() } else { format!("; {tries}") };
    let name = token.name();
    let value = json!({
        "uri": uri, "public": public, "token": name.label, "serial": name.serial,
        "manufacturer": name.manufacturer, "model": name.model,
    });
    let made = format!("{} {}", name.manufacturer, name.model);
    let words = format_args!(
        "key in {name}, made by {}\n{uri}\npublic {public}\n{pin}{tries}",
        made.shown()
    );
    screen.result(&value, words)
}

pub(super) fn show(key: &StoredKey, path: &Path, screen: Screen) -> Result<(), Failure> {
    let public = key.public();
    let lock = match key.iterations() {
        None => "no passphrase: whoever reads the file has the key".to_owned(),
        Some(count) => format!("locked by a passphrase, which is hashed {count} times"),
    };
    let value = json!({
        "file": path.to_string_lossy(), "role": key.role(), "public": public,
        "locked": key.iterations().is_some(), "iterations": key.iterations(),
    });
    let words = format_args!("{} key in {}\npublic {public}\n{lock}", key.role(), path.shown());
    screen.result(&value, words)
}

/// Checks that nothing is at the path of a new key, before a person is asked for anything.
pub(super) fn verify_vacant(out: &Path) -> Result<(), Failure> {
    match out.symlink_metadata() {
        Ok(_) => Err(KeyFileError::Exists(out.to_owned()).into()),
        Err(_) => Ok(()),
    }
}
