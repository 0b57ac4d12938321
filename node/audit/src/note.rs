//! `note verify`: whether the makers of a release have signed its checksums, and whether files are those that they have signed.

use std::path::{Path, PathBuf};

use clap::Args;
use nemcon_client::failure::Failure;
use nemcon_client::release::{
    CHECKSUMS_BYTES_MAX, Checksums, RELEASED_FILE_BYTES_MAX, ReleaseError, verify,
};
use nemcon_client::words::count;
use nemcon_crypto::note::VerifierKey;
use nemcon_ledger::text::Show as _;
use serde_json::json;

use crate::output;
use crate::screen::Screen;

/// The note to verify.
#[derive(Clone, Debug, Args)]
pub struct VerifyNoteArgs {
    /// The note: checksums as sha256sum writes them, and signatures below.
    pub note: PathBuf,
    /// Files that must be listed there, by their names without folders, with the sums that they have.
    pub files: Vec<PathBuf>,
    /// A key that must have signed, NAME+HASH+KEY, from a place that you trust; once for each.
    #[arg(long, value_name = "VKEY", required = true, value_parser = verifier_key)]
    pub by: Vec<VerifierKey>,
}

fn verifier_key(text: &str) -> Result<VerifierKey, String> {
    text.parse().map_err(|error: nemcon_crypto::note::VerifierKeyError| error.to_string())
}

/// Runs `note verify`.
///
/// # Errors
/// [`Failure`] if a key has not signed, or a file is not what was signed.
pub fn run(args: &VerifyNoteArgs, screen: Screen) -> Result<(), Failure> {
    let bytes = output::read_at_most(&args.note, CHECKSUMS_BYTES_MAX)?;
    let text = verify(&bytes, &args.by).map_err(|error| unbelieved(&args.note, &error))?;
    let sums = Checksums::parse(&text).map_err(|error| unbelieved(&args.note, &error))?;
    for file in &args.files {
        compare(file, &sums, &args.note)?;
    }
    let listed: Vec<_> =
        sums.iter().map(|(name, sum)| json!({ "name": name, "sha256": sum })).collect();
    let names: Vec<_> = args.files.iter().map(|file| file.shown()).collect();
    let by: Vec<_> = args.by.iter().map(ToString::to_string).collect();
    let value = json!({ "signed_by": by, "lists": listed, "files": names });
    let signers = args.by.iter();
    let signers =
        signers.map(|key| format!("signed by {}+{}", key.name.as_str().shown(), key.key_id()));
    let compared = names.iter().map(|name| format!("{name}: as it was signed"));
    let listed = count(listed.len() as u64, "file");
    let lists = match names.len() {
        0 => format!("it lists {listed}; none was compared: name those that you have"),
        _ => format!("it lists {listed}"),
    };
    let head = format!("VERIFIED: {}", args.note.shown());
    let words: Vec<_> = [head].into_iter().chain(signers).chain(compared).chain([lists]).collect();
    screen.result(&value, words.join("\n"))
}

/// Compares one file with the sum that the text gives for its name.
fn compare(file: &Path, sums: &Checksums, note: &Path) -> Result<(), Failure> {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let advice = "do not use it: get it again from where the note is";
    let Some(wanted) = sums.of(name) else {
        let (file, note) = (file.shown(), note.shown());
        return Err(Failure::refused(format_args!("NOT VERIFIED: {note} does not list {file}"))
            .next(advice));
    };
    let (found, _) = output::digest_of(file, RELEASED_FILE_BYTES_MAX)?;
    if found == *wanted {
        return Ok(());
    }
    let file = file.shown();
    Err(Failure::refused(format_args!(
        "NOT VERIFIED: {file} has SHA-256 {found}, signed was {wanted}"
    ))
    .next(advice))
}

/// The failure for a note that is not believed.
fn unbelieved(note: &Path, error: &ReleaseError) -> Failure {
    Failure::refused(format_args!("NOT VERIFIED: {}: {error}", note.shown())).next(match error {
        ReleaseError::Sort(_) => "give the key of a release: NAME+HASH+KEY, as its makers have published it",
        _ => "do not use what it lists: get it again, and compare the key with what the makers have published",
    })
}
