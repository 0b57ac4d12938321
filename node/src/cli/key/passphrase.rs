//! `nemcon key passphrase`: locks a key file by another passphrase, or opens it for good.

use std::path::PathBuf;

use nemcon_client::atomic_write::replace_secret;
use nemcon_client::failure::Failure;
use nemcon_client::keyfile::StoredKey;
use nemcon_ledger::text::Show as _;

use super::show::show;
use crate::cli::passphrases::{Given, Opening, new_lock};
use nemcon_audit::Screen;

/// The key file, and what shall lock it.
#[derive(Clone, Debug, clap::Args)]
pub(in crate::cli) struct PassphraseArgs {
    /// The key file.
    file: PathBuf,
    #[command(flatten)]
    opening: Opening,
    /// A file with the new passphrase, one line, readable by you alone; otherwise you are asked twice.
    #[arg(long, value_name = "FILE", conflicts_with = "no_passphrase")]
    new_passphrase_file: Option<PathBuf>,
    /// Take the passphrase away: whoever reads the file then has the key.
    #[arg(long)]
    no_passphrase: bool,
}

/// Runs `nemcon key passphrase`.
///
/// # Errors
/// [`Failure`]. Then the file is as it was.
pub(super) fn run(args: &PassphraseArgs, screen: Screen) -> Result<(), Failure> {
    let key = StoredKey::read(&args.file)?;
    let opened = args.opening.key(&key, screen)?;
    let file = args.new_passphrase_file.as_deref();
    let given = Given { file, option: "--new-passphrase-file", is_none: args.no_passphrase };
    let lock = new_lock(key.role(), &args.file.shown(), &given, screen)?;
    let changed = StoredKey::of(key.role(), &opened.into_secret()?, lock.as_ref())
        .map_err(nemcon_client::keyfile::KeyFileError::from)?;
    replace_secret(&args.file, changed.render().as_bytes())?;
    show(&changed, &args.file, screen)
}
