//! A key as it is shown: its role and its public half.

use std::path::Path;

use nemcon_client::failure::Failure;
use nemcon_client::keyfile::KeyFile;
use nemcon_ledger::text::Show as _;
use serde_json::json;

use nemcon_audit::Screen;

pub(super) fn show(key: &KeyFile, path: &Path, screen: Screen) -> Result<(), Failure> {
    let public = key.secret.public();
    let value = json!({ "file": path.to_string_lossy(), "role": key.role, "public": public });
    screen.result(&value, format_args!("{} key in {}\npublic {public}", key.role, path.shown()))
}
