//! `nemcon key`: makes keys, and changes or freezes the keys of a party in the council.

mod export;
mod import;
mod list;
mod new;
mod passphrase;
mod show;

use nemcon_client::acts::{freezing, new_officers};
use nemcon_client::failure::Failure;
use nemcon_client::reading::Basis;
use nemcon_client::session::Party;
use nemcon_client::words::ordered_then;
use show::show_place;
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Subcommand};
use nemcon_client::api::Status;
use nemcon_client::config::load_toml;
use nemcon_client::keyfile::{KeyRole, StoredKey};
use nemcon_client::party_key::KeyPlace;
use nemcon_crypto::PublicKey;
use nemcon_ledger::record::{Body, Rotation};
use nemcon_ledger::text::Line;
use serde_json::json;

use super::handing::became;
use super::key_place::KeyPlaceParser;
use super::signing::Signing;
use crate::cli::context::Context;
use nemcon_audit::Screen;

/// Makes, shows and changes keys.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// Make a new key, in a file or with `--pkcs11` in a token, or with `--all` every key that a party begins with; the
    /// files are readable by you alone, and no key is ever overwritten.
    New(new::NewArgs),
    /// Show a key's public half, and what locks it; no passphrase is needed, and no PIN where the token allows it.
    Show {
        /// The key file, or the URI of a key in a token.
        #[arg(value_name = "FILE", value_parser = KeyPlaceParser)]
        key: KeyPlace,
    },
    /// List the Ed25519 keys that tokens show without a PIN, each with the URI that names it.
    List(list::ListArgs),
    /// Change the passphrase of a key file, or take it away.
    Passphrase(passphrase::PassphraseArgs),
    /// Make a key file of a key that OpenSSL or OpenSSH has made.
    Import(import::ImportArgs),
    /// Write a key for another program: PKCS#8 in PEM, or OpenSSH's own form.
    Export(export::ExportArgs),
    /// Give your node other keys: its officers sign, and each new key.
    #[command(group(ArgGroup::new("new_keys").args(["node_key", "seal_key"]).required(true).multiple(true)))]
    Rotate {
        /// The new node key's file.
        #[arg(long, value_name = "FILE")]
        node_key: Option<PathBuf>,
        /// The new seal key's file.
        #[arg(long, value_name = "FILE")]
        seal_key: Option<PathBuf>,
        /// With `--yes`: sign although your node does not hold the new key, and drops out once this acts.
        #[arg(long)]
        though_not_held: bool,
        #[command(flatten)]
        signing: Signing,
    },
    /// Change who signs for your member, or end its freeze: give `--key` for the recovery key and
    /// for each new officer.
    Officers {
        /// All officers from now on (TOML): `signatures`, then `[[officer]]` with `label` and `key`.
        file: PathBuf,
        #[command(flatten)]
        signing: Signing,
    },
    /// Stop all that is said for your member or participant at once; one officer's key is enough.
    Freeze {
        /// Why the party is frozen; all members read it.
        #[arg(long)]
        reason: Option<Line>,
        #[command(flatten)]
        signing: Signing,
    },
}

/// Runs `nemcon key`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &KeyCommand, context: Context<'_>) -> Result<(), Failure> {
    match command {
        KeyCommand::New(args) => new::run(args, context),
        KeyCommand::Passphrase(args) => passphrase::run(args, context.screen),
        KeyCommand::Import(args) => import::run(args, context.screen),
        KeyCommand::Export(args) => export::run(args, context.screen),
        KeyCommand::Show { key } => show_place(key.clone(), context),
        KeyCommand::List(args) => list::run(args, context),
        KeyCommand::Rotate { node_key, seal_key, though_not_held, signing } => {
            let new = NewKeys { node: node_key.as_deref(), seal: seal_key.as_deref() };
            rotate(&new, *though_not_held, signing, context)
        }
        KeyCommand::Officers { file, signing } => officers(file, signing, context),
        KeyCommand::Freeze { reason, signing } => freeze(reason.clone(), signing, context),
    }
}

/// The files of the keys that a node changes to; `None` where it keeps its key.
struct NewKeys<'a> {
    node: Option<&'a Path>,
    seal: Option<&'a Path>,
}

fn rotate(
    new: &NewKeys<'_>,
    is_accepted: bool,
    signing: &Signing,
    context: Context<'_>,
) -> Result<(), Failure> {
    signing.verify_possible(context.screen)?;
    let mut party = signing.party(&context.session()?)?;
    let node = new.node.map(|path| StoredKey::read_as(path, KeyRole::Node)).transpose()?;
    let seal = new.seal.map(|path| StoredKey::read_as(path, KeyRole::Seal)).transpose()?;
    let rotation = Rotation {
        head: party.head.clone(),
        node: node.as_ref().map(StoredKey::public),
        seal: seal.as_ref().map(StoredKey::public),
        after: party.seat()?.last_own,
    };
    let basis = match unready(&party.client.status()?, &rotation) {
        Some(warning) if signing.is_unasked() && !is_accepted && warning.starts_with(DROPS_OUT) => {
            return Err(Failure::refused(format_args!("not signed: {warning}")).next(
                "do that first; or give `--though-not-held` beside `--yes`, and the node drops out",
            ));
        }
        Some(warning) => Basis::default().noting(warning),
        None => Basis::default(),
    };
    node.into_iter().chain(seal).for_each(|key| party.add_key(key));
    let next = "it acts from the next block on, or when it is its turn: `nemcon member list`";
    submit(&party, &Body::Rotation(rotation), basis, next, signing, context.screen)
}

/// The beginning of the warning that a node will drop out.
const DROPS_OUT: &str = "STOP:";

/// What must be done before a rotation, unless the member's node is known to hold the new keys.
fn unready(status: &Status, rotation: &Rotation) -> Option<String> {
    let by = &rotation.head.by;
    if status.member != *by {
        return Some(format!(
            "ASK FIRST whether the node of {by} holds the new key: this is the node of {}, and cannot tell",
            status.member
        ));
    }
    let of = |role, key: Option<PublicKey>| {
        key.filter(|key| !status.holds.contains(key)).map(|_| format!("`{role}_key`"))
    };
    let lacking: Vec<_> =
        of("node", rotation.node).into_iter().chain(of("seal", rotation.seal)).collect();
    (!lacking.is_empty()).then(|| {
        format!(
            "{DROPS_OUT} the node of {by} does not hold the new key, and drops out as soon as this acts. First \
             put the new file beside the old one at {} in its node.toml, as a list, and have it read: \
             `kill -HUP` or a restart",
            lacking.join(" and ")
        )
    })
}

fn officers(file: &Path, signing: &Signing, context: Context<'_>) -> Result<(), Failure> {
    signing.verify_possible(context.screen)?;
    let party = signing.keyholder(&context.session()?)?;
    let body = new_officers(&party, &load_toml(file)?)?;
    let next = if party.seat()?.frozen_since.is_some() {
        "it ends the freeze: ballots that were void stay so, cast them again"
    } else {
        "these officers sign from the next block on"
    };
    submit(&party, &body, Basis::default(), next, signing, context.screen)
}

fn freeze(reason: Option<Line>, signing: &Signing, context: Context<'_>) -> Result<(), Failure> {
    signing.verify_possible(context.screen)?;
    let party = signing.keyholder(&context.session()?)?;
    let body = freezing(&party, reason)?;
    let next = if party.seats.participant(&party.head.by).is_some() {
        "nothing is said for it any more; what it tabled stands. The freeze ends once all have appointed who \
         speaks for it: `nemcon member appoint`"
    } else {
        "nothing is said for it any more; its ballots on open measures are void. The recovery key \
         ends it: `nemcon key officers`"
    };
    submit(&party, &body, Basis::default(), next, signing, context.screen)
}

fn submit(
    party: &Party,
    body: &Body,
    basis: Basis,
    next: &str,
    signing: &Signing,
    screen: Screen,
) -> Result<(), Failure> {
    let Some(answer) = signing.submit(party, body, basis, screen)? else {
        return Ok(());
    };
    became(screen, &answer, &json!({ "answer": answer }), ordered_then(&answer, next))
}
