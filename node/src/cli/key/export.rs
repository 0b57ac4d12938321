//! `nemcon key export`: writes a key for another program.

use std::path::PathBuf;

use nemcon_client::failure::Failure;
use nemcon_client::keyfile::{ForeignForm, KeyFileError, StoredKey, render_foreign};
use nemcon_ledger::text::Show as _;
use serde_json::json;

use super::show::verify_vacant;
use crate::cli::passphrases::{Given, Opening, new_passphrase};
use nemcon_audit::{Screen, output};

/// The key file, and the other program's file to write.
#[derive(Clone, Debug, clap::Args)]
pub(in crate::cli) struct ExportArgs {
    /// The key file. It stays as it is.
    file: PathBuf,
    /// The form to write: pkcs8 (PEM, for OpenSSL and most libraries) or openssh.
    #[arg(long, default_value_t = ForeignForm::Pkcs8)]
    form: ForeignForm,
    /// The file to write.
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    opening: Opening,
    /// A file with the passphrase of the written file, one line, readable by you alone; otherwise you are
    /// asked twice.
    #[arg(long, value_name = "FILE", conflicts_with = "no_passphrase")]
    new_passphrase_file: Option<PathBuf>,
    /// Lock the written file by no passphrase: whoever reads it then has the key.
    #[arg(long)]
    no_passphrase: bool,
}

/// Runs `nemcon key export`.
///
/// # Errors
/// [`Failure`]. Then nothing was written.
pub(super) fn run(args: &ExportArgs, screen: Screen) -> Result<(), Failure> {
    verify_vacant(&args.out)?;
    let key = StoredKey::read(&args.file)?;
    let secret = args.opening.key(&key, screen)?.into_secret()?;
    let file = args.new_passphrase_file.as_deref();
    let given = Given { file, option: "--new-passphrase-file", is_none: args.no_passphrase };
    let lock = new_passphrase(&args.out.shown(), &given, screen)?;
    let text = render_foreign(&secret, key.role(), args.form, lock.as_ref());
    output::write_new(&args.out, text.map_err(KeyFileError::from)?.as_bytes())?;
    let (role, public, is_locked) = (key.role(), key.public(), lock.is_some());
    let value = json!({
        "file": args.out.to_string_lossy(), "form": args.form.as_str(), "role": role, "public": public,
        "locked": is_locked,
    });
    let locked = if is_locked {
        "locked by the new passphrase"
    } else {
        "no passphrase: whoever reads the file has the key"
    };
    let out = args.out.shown();
    let words = format_args!("{role} key in {out}, as {}\npublic {public}\n{locked}", args.form);
    screen.result(&value, words)
}
