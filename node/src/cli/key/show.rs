//! A key as it is shown: its role, its public half and whether it is locked.

use std::path::Path;

use nemcon_client::failure::Failure;
use nemcon_client::keyfile::{KeyFileError, StoredKey};
use nemcon_ledger::text::Show as _;
use serde_json::json;

use nemcon_audit::Screen;

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
