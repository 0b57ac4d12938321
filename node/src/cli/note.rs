//! `nemcon note`: signs the checksums of a release, and verifies them.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use nemcon_audit::note::VerifyNoteArgs;
use nemcon_audit::{Screen, note, output};
use nemcon_client::failure::Failure;
use nemcon_client::keyfile::{KeyRole, StoredKey};
use nemcon_client::party_key::PartyKey;
use nemcon_client::reading::{Foreseen, Reading, Subject};
use nemcon_client::release::{CHECKSUMS_BYTES_MAX, ReleaseError, sign, text_of};
use nemcon_client::words::count;
use nemcon_crypto::hash::sha256;
use nemcon_crypto::note::{KeyName, SignatureType, VerifierKey};
use nemcon_ledger::text::Show as _;
use serde_json::json;

use super::consent::Consent;
use super::witness::name;

/// Signs and verifies checksums.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum NoteCommand {
    /// Sign checksums, or add a signature to a note that others have signed.
    Sign(SignNoteArgs),
    /// Check that a note is signed by certain keys, and files that it lists.
    Verify(VerifyNoteArgs),
    /// Print the key by which others verify: NAME+HASH+KEY.
    Key {
        #[command(flatten)]
        signer: Signer,
    },
}

/// Who signs.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Signer {
    /// The name of whoever signs, as the signature carries it: a domain and a path, without `https://`.
    #[arg(long, value_name = "NAME", value_parser = name)]
    name: KeyName,
    /// The key file (`nemcon key new --role release`).
    #[arg(long, value_name = "FILE")]
    release_key: PathBuf,
}

impl Signer {
    fn key(&self) -> Result<StoredKey, Failure> {
        Ok(StoredKey::read_as(&self.release_key, KeyRole::Release)?)
    }

    fn verifier_key(&self, key: &StoredKey) -> VerifierKey {
        let kind = SignatureType::Ed25519;
        VerifierKey { name: self.name.clone(), kind, key: key.public() }
    }
}

/// What is signed, by whom.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct SignNoteArgs {
    /// Checksums as sha256sum writes them, or a note of them.
    file: PathBuf,
    /// The new file for the signed note; `-` prints it.
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    signer: Signer,
    #[command(flatten)]
    consent: Consent,
}

/// Runs `nemcon note`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &NoteCommand, screen: Screen) -> Result<(), Failure> {
    match command {
        NoteCommand::Sign(args) => signed(args, screen),
        NoteCommand::Verify(args) => note::run(args, screen),
        NoteCommand::Key { signer } => {
            let key = signer.verifier_key(&signer.key()?).to_string();
            screen.result(&json!({ "key": key }), &key)
        }
    }
}

fn signed(args: &SignNoteArgs, screen: Screen) -> Result<(), Failure> {
    args.consent.verify_possible(screen)?;
    let is_printed = output::is_standard(&args.out);
    if !is_printed {
        output::verify_new(&args.out)?;
    }
    let bytes = output::read_at_most(&args.file, CHECKSUMS_BYTES_MAX)?;
    let text = text_of(&bytes).map_err(|error| unsigned(&args.file, &error))?;
    let key = args.signer.key()?;
    let may_lock = PartyKey::File(Box::new(key.clone()));
    args.consent.opening.verify_possible(&[may_lock], screen)?;
    let by = args.signer.verifier_key(&key);
    args.consent
        .obtain(&reading(&text, &by), if is_printed { Screen::new(true) } else { screen })?;
    let secret = args.consent.opening.key(&key, screen)?.into_secret()?;
    let note =
        sign(&bytes, &args.signer.name, &secret).map_err(|error| unsigned(&args.file, &error))?;
    if is_printed {
        return output::print_text(&note.to_string(), screen);
    }
    output::write_new(&args.out, &note.render())?;
    let out = args.out.shown();
    let signatures = note.signatures().len() as u64;
    let value = json!({ "file": args.out.to_string_lossy(), "key": by.to_string(), "signatures": signatures });
    let words = format_args!(
        "{out} has {}\nnext: nemcon note verify {out} --by {by}",
        count(signatures, "signature")
    );
    screen.result(&value, words)
}

/// What a person reads before signing.
fn reading(text: &str, by: &VerifierKey) -> Reading {
    let hash = sha256(text.as_bytes());
    let files = text.lines().filter(|line| !line.starts_with('#')).count() as u64;
    Reading {
        who: by.name.to_string(),
        what: format!("the checksums of {}", count(files, "file")),
        about: vec![format!("text {hash}"), format!("key {by}")],
        foreseen: Foreseen::Unasked,
        by_text: vec![format!(
            "whoever trusts this key takes these files for what {} has made",
            by.name
        )],
        texts: vec![("what is signed".to_owned(), text.to_owned())],
        subjects: vec![Subject::Own(hash)],
    }
}

fn unsigned(file: &Path, error: &ReleaseError) -> Failure {
    Failure::refused(format_args!("not signed: {}: {error}", file.shown())).next(match error {
        ReleaseError::Signed => "nothing is lacking from this key",
        _ => "give what `sha256sum FILE... > SHA256SUMS` writes, with names without folders; nothing else is signed",
    })
}
