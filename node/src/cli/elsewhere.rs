//! The bytes of what is signed elsewhere, by a key in a device or by another program.

use std::path::Path;

use nemcon_audit::{Screen, output};
use nemcon_client::failure::Failure;
use nemcon_crypto::hash;
use nemcon_ledger::text::Show as _;
use serde_json::json;

/// Writes the bytes that are signed elsewhere.
///
/// # Errors
/// [`Failure`].
pub(super) fn bytes(text: &str, out: &Path, screen: Screen) -> Result<(), Failure> {
    if output::is_standard(out) {
        return output::print_text(text, screen);
    }
    output::write_new(out, text.as_bytes())?;
    let (file, length) = (out.to_string_lossy(), text.len());
    let words = format!(
        "{length} bytes in {}\nnext: have each device sign them as they are by plain Ed25519, without a hash before it: \
         `openssl pkeyutl -sign -rawin -inkey KEY -in {} -out SIGNATURE`",
        out.shown(),
        out.shown()
    );
    let hash = hash::sha256(text.as_bytes());
    screen.result(&json!({ "file": file, "bytes": length, "sha256": hash }), words)
}
