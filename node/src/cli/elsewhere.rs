//! What is signed elsewhere, by a key in a device or by another program: the bytes go out, the signature comes back.

use std::path::Path;

use nemcon_audit::{Screen, output};
use nemcon_client::failure::Failure;
use nemcon_client::founding::{SIGNATURE_FILE_BYTES_MAX, read_signature};
use nemcon_crypto::{Signature, hash};
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

/// The signature in a file. Nothing is verified.
///
/// # Errors
/// [`Failure`] that names the file.
pub(super) fn signature_in(path: &Path) -> Result<Signature, Failure> {
    let bytes = output::read_at_most(path, SIGNATURE_FILE_BYTES_MAX)?;
    read_signature(&bytes).map_err(|error| {
        Failure::usage(format_args!("{}: {error}", path.shown()))
            .next("have the device write the bare signature; nothing was changed")
    })
}
