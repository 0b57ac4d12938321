//! `nemcon key import`: makes a key file of a key that another program has made.

use std::path::PathBuf;

use nemcon_client::failure::Failure;
use nemcon_client::keyfile::{ForeignKey, KeyFile, KeyRole, StoredKey};
use nemcon_ledger::text::Show as _;

use super::show::{show, verify_vacant};
use crate::cli::passphrases::{Given, Opening, new_lock};
use nemcon_audit::Screen;

/// The other program's file, and the key file to write.
#[derive(Clone, Debug, clap::Args)]
pub(in crate::cli) struct ImportArgs {
    /// A file with one Ed25519 key, readable by you alone: PKCS#8 in PEM, as OpenSSL writes it, or OpenSSH's
    /// own form. It stays as it is.
    file: PathBuf,
    /// What the key is for: officer, recovery, node, seal, witness or release. A key has one use.
    #[arg(long)]
    role: KeyRole,
    /// The key file to write.
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    opening: Opening,
    /// A file with the passphrase of the new key file, one line, readable by you alone; otherwise you are
    /// asked twice.
    #[arg(long, value_name = "FILE", conflicts_with = "no_passphrase")]
    new_passphrase_file: Option<PathBuf>,
    /// Lock the new key file by no passphrase: whoever reads it then has the key.
    #[arg(long)]
    no_passphrase: bool,
}

/// Runs `nemcon key import`.
///
/// # Errors
/// [`Failure`]. Then nothing was written.
pub(super) fn run(args: &ImportArgs, screen: Screen) -> Result<(), Failure> {
    verify_vacant(&args.out)?;
    let foreign = ForeignKey::read(&args.file)?;
    let secret = args.opening.foreign(&foreign, screen)?;
    let file = args.new_passphrase_file.as_deref();
    let given = Given { file, option: "--new-passphrase-file", is_none: args.no_passphrase };
    let lock = new_lock(args.role, &args.out.shown(), &given, screen)?;
    KeyFile { role: args.role, secret }.write(&args.out, lock.as_ref())?;
    show(&StoredKey::read(&args.out)?, &args.out, screen)
}
