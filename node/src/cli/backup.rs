//! `nemcon backup`: backs a node up while it runs, and checks a backup. `nemcon restore` restores one.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use nemcon_client::atomic_write::folder_of;
use nemcon_client::clock::now;
use nemcon_client::config::{NODE_CONFIG_FILE, NodeConfig};
use nemcon_client::failure::Failure;
use nemcon_client::keyfile::{KeyFile, KeySource, StoredKey};
use nemcon_client::party_key::PartyKey;
use nemcon_client::signer_error::SignerError;
use nemcon_client::words::count;
use nemcon_crypto::Digest;
use nemcon_ledger::text::Show as _;
use serde_json::json;

use super::context::Context;
use super::passphrases::{Opening, locking};
use crate::interrupt::Interrupt;
use crate::server::backup::{
    BackupError, BadFile, LastBackup, LockedKeys, Manifest, Restoring, Source, Verified, is_backup,
    verify, write,
};
use nemcon_audit::Screen;

/// Which node is backed up, and where to; or which backup is checked.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct BackupArgs {
    /// The folder to make.
    #[arg(required = true)]
    out: Option<PathBuf>,
    /// Put the node key and the seal key into it too, locked by a passphrase.
    #[arg(long = "keys")]
    with_keys: bool,
    /// A file with the passphrase that locks the keys, one line, readable by you alone. Otherwise you are asked.
    #[arg(long, value_name = "FILE", requires = "with_keys")]
    passphrase_file: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<BackupCommand>,
}

/// Checks a backup.
#[derive(Clone, Debug, Subcommand)]
enum BackupCommand {
    /// Check every file of a backup, and derive its ledger again from the genesis; `--council` says whose it must be.
    Verify {
        /// The folder of the backup.
        folder: PathBuf,
    },
}

/// Which backup is restored, and where to.
#[derive(Clone, Debug, Args)]
pub(super) struct RestoreArgs {
    /// The folder of the backup; `--council` says whose it must be.
    backup: PathBuf,
    /// The folder of the node to make, new or empty.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Leave the keys of the backup out.
    #[arg(long, conflicts_with = "passphrase_files")]
    without_keys: bool,
    #[command(flatten)]
    opening: Opening,
}

/// The council digest that the caller brings.
fn brought(council: Option<Digest>) -> Result<Digest, Failure> {
    council.ok_or_else(|| {
        Failure::usage("a backup needs the council digest from you: it cannot vouch for itself")
            .next("give `--council DIGEST`, from the founding papers")
    })
}

/// Runs `nemcon backup`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(args: &BackupArgs, context: Context<'_>) -> Result<(), Failure> {
    match (&args.command, &args.out) {
        (Some(BackupCommand::Verify { folder }), _) => {
            let council = brought(context.global.council)?;
            let Verified { manifest, config, sealed_size } = verify(folder, council)?;
            let unchecked = unchecked(&config);
            let words = format!(
                "{}\nsealed by all: the first {sealed_size} records\n{}\nVERIFIED: the files are those of the manifest, and \
                 the ledger follows from the genesis",
                told(folder, &manifest),
                unchecked.join("\n"),
            );
            let said = json!({
                "verified": true, "sealed_size": sealed_size, "unchecked": unchecked, "backup": manifest,
            });
            context.screen.result(&said, words)
        }
        (None, Some(out)) => back_up(args, out, context),
        (None, None) => Err(Failure::usage("a backup where?").next("give the folder to make")),
    }
}

fn back_up(args: &BackupArgs, out: &Path, context: Context<'_>) -> Result<(), Failure> {
    let (file, config) = context.global.node_config()?;
    let ledger = context.global.ledger.clone().unwrap_or_else(|| config.ledger.clone());
    let lock = if args.with_keys {
        let of = "the keys in the backup";
        Some(locking(of, args.passphrase_file.as_deref(), context.screen)?)
    } else {
        None
    };
    let keys = lock.as_ref().map(|lock| LockedKeys::of(&config, lock)).transpose()?;
    let interrupt = Interrupt::listen()?;
    let source = Source { file, config, ledger };
    let made = now()?;
    let manifest = write(&source, out, keys.as_ref(), made, &|| !interrupt.is_raised())?;
    let last = LastBackup { time: made, size: manifest.size };
    // The folder that `--ledger` names is only read, and a backup stays as it is.
    let is_of_a_node = context.global.ledger.is_none() && !is_backup(folder_of(&source.file));
    if is_of_a_node && let Err(error) = last.write(&source.ledger) {
        // The backup stands. If even standard error cannot be written, nothing more can be said.
        let _ = writeln!(
            io::stderr(),
            "nemcon: the backup stands, but its time could not be written down: {error}"
        );
    }
    let keys = if args.with_keys {
        "with the node key and the seal key, locked by the passphrase"
    } else {
        "without keys: keep a copy of the node key and the seal key elsewhere"
    };
    let words = format!(
        "{}\n{keys}\nnext: nemcon backup verify {} --council {}",
        told(out, &manifest),
        out.shown(),
        manifest.council
    );
    context.screen.result(&manifest, words)
}

/// Runs `nemcon restore`.
///
/// # Errors
/// [`Failure`].
pub(super) fn restore(args: &RestoreArgs, context: Context<'_>) -> Result<(), Failure> {
    let council = brought(context.global.council)?;
    let restoring = Restoring::begin(&args.backup, council, &args.to)?;
    let keys = if args.without_keys { Vec::new() } else { restoring.keys() };
    let keys = opened(&keys, &args.opening, context.screen)?;
    let Verified { manifest, config, .. } = restoring.backup().clone();
    let folder = restoring.finish(&keys)?;
    let unchecked = unchecked(&config);
    let words = format!(
        "{}\nrestored to {}\n{}\n{}\n\
         the file `signed` is not made: the node may have signed more than the backup holds, so it observes first and \
         votes again by itself. End the old node for good before this one runs\n\
         next: nemcon node run --config {}",
        told(&args.backup, &manifest),
        folder.shown(),
        where_keys_are(&keys, &config, &folder),
        unchecked.join("\n"),
        folder.join(NODE_CONFIG_FILE).shown(),
    );
    let names: Vec<_> = keys.iter().map(|(name, _)| name).collect();
    let said = json!({
        "folder": folder.to_string_lossy(), "keys": names, "unchecked": unchecked, "backup": manifest,
    });
    context.screen.result(&said, words)
}

/// What a restored node would do by its configuration, which nobody has signed: one line each.
fn unchecked(config: &NodeConfig) -> Vec<String> {
    let NodeConfig { listen, http, metrics, http_tls, publish, notify, .. } = config;
    let notify = notify.as_ref();
    let mut lines = vec![
        "node.toml comes unchecked: nobody has signed it. Read it before a node runs with it"
            .to_owned(),
        format!("  listen = {listen}"),
        format!("  http = {http}"),
    ];
    lines.extend(metrics.map(|metrics| format!("  metrics = {metrics}")));
    lines.extend(http_tls.as_ref().map(|tls| format!("  http_tls address = {}", tls.address)));
    let published = publish.as_ref().map(|publish| {
        let at = publish.address.map(|at| format!(", address = {at}")).unwrap_or_default();
        format!("  publish folder = {}{at}", publish.folder.shown())
    });
    lines.extend(published);
    let webhook = notify.and_then(|notify| notify.webhook.as_ref());
    lines.extend(webhook.map(|webhook| format!("  notify webhook = {webhook:?}")));
    let exec = notify.and_then(|notify| notify.exec.as_ref());
    lines.extend(exec.map(|exec| format!("  notify exec = {exec:?}")));
    lines
}

fn where_keys_are(keys: &[(String, KeyFile)], config: &NodeConfig, folder: &Path) -> String {
    if !keys.is_empty() {
        let names: Vec<_> = keys.iter().map(|(name, _)| name.as_str()).collect();
        return format!("with its keys, open: {}", names.join(" "));
    }
    let sources = config.node_key.sources().iter().chain(config.seal_key.sources());
    let places = sources.map(|source| match source {
        KeySource::File(path) => {
            // A relative path was read from the backup's folder, and will be read from the new one.
            let path = path.strip_prefix(folder_of_backup(config)).unwrap_or(path);
            folder.join(path).shown()
        }
        KeySource::Credential(name) => format!("credential:{name}"),
    });
    format!(
        "without keys: put them where `node.toml` names them: {}",
        places.collect::<Vec<_>>().join(", ")
    )
}

/// The folder of the backup, in which its configuration has the genesis.
fn folder_of_backup(config: &NodeConfig) -> &Path {
    folder_of(&config.genesis)
}

/// The keys in these files, opened.
fn opened(
    files: &[(String, PathBuf)],
    opening: &Opening,
    screen: Screen,
) -> Result<Vec<(String, KeyFile)>, Failure> {
    let stored =
        files.iter().map(|(_, path)| StoredKey::read(path)).collect::<Result<Vec<_>, _>>()?;
    let keys = files.iter().map(|(_, path)| PartyKey::find(&path.clone().into()));
    let keys = opening.keys(&keys.collect::<Result<Vec<_>, _>>()?, screen)?;
    let named = keys.iter().zip(&stored).zip(files).map(|((key, stored), (name, path))| {
        let locked = || SignerError::Locked(path.clone());
        let secret = key.secret().cloned().ok_or_else(locked)?;
        Ok((name.clone(), KeyFile { role: stored.role(), secret }))
    });
    named.collect()
}

/// What a backup holds.
fn told(folder: &Path, manifest: &Manifest) -> String {
    let Manifest { member, council, height, size, root, made, files, .. } = manifest;
    let bytes: u64 = files.iter().map(|file| file.bytes).sum();
    let at = if *height > 0 { format!(" at {}", manifest.time) } else { String::new() };
    format!(
        "backup of the node of {member} in {}, made {}\ncouncil {council}\n\
         up to block {height}{at}, {}, root {root}\n{}, {} KiB",
        folder.shown(),
        made,
        count(*size, "record"),
        count(files.len() as u64, "file"),
        bytes.div_ceil(1024),
    )
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        let usage = || Self::usage(&error);
        match error {
            BackupError::Journal(ref journal) if journal.is_damage() => usage().next(
                "`nemcon node repair` mends the journal while the node is off; then give the command again",
            ),
            BackupError::Journal(_) | BackupError::Unsound { .. } => {
                usage().next("see that the ledger folder and the configuration are of one node")
            }
            BackupError::Within { .. } => usage().next("name a folder outside of it, best on another disk"),
            BackupError::Unread { .. } => usage().next("see that the ledger folder can be read; nothing was written"),
            BackupError::Elsewhere { .. } => Self::refused(&error)
                .next("`nemcon backup` writes `genesis`, `ledger` and the keys' bare names there: ask who has changed it"),
            BackupError::File { bad: BadFile::Unreadable(ref why), .. }
                if why.kind() == io::ErrorKind::PermissionDenied =>
            {
                usage().next("give the command as one who may read the backup")
            }
            BackupError::Credential(_) => usage().next(
                "leave `--keys` out, and keep a copy of the credential where systemd has it from",
            ),
            BackupError::Interrupted => usage().next("give the command again"),
            BackupError::NoBackup { .. } => {
                usage().next("name the folder that `nemcon backup` made; an unfinished one is of no use")
            }
            BackupError::Council { .. } => {
                Self::refused(&error).next("name the backup and the digest of one council")
            }
            BackupError::File { .. } | BackupError::Derived(_) => {
                Self::refused(&error).next("do not rely on this backup: take another one")
            }
            BackupError::Disk(error) => Self::refused(&error)
                .of("the ledger of the backup")
                .next("do not rely on this backup: take another one"),
            BackupError::Staged(error) => error.into(),
            BackupError::Config(error) => error.into(),
            BackupError::Key(error) => error.into(),
            BackupError::Server(error) => error.into(),
        }
    }
}
