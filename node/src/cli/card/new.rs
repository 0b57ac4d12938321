//! `nemcon card new`: the card of the party whose keys lie in a folder.

use std::path::{Path, PathBuf};

use nemcon_audit::output;
use nemcon_client::config::{NodeAddress, load_toml};
use nemcon_client::failure::Failure;
use nemcon_client::founding::{CARD_SUFFIX, Card, CardFile, CardParty, KeyUse, PartyFile};
use nemcon_client::keyfile::{KeyRole, StoredKey};
use nemcon_client::keyset::{NODE_FILE, RECOVERY_FILE, SEAL_FILE, officer_file};
use nemcon_client::party_key::PartyKey;
use nemcon_ledger::text::{Code, Origin, Show as _};

use super::file::{of_file, prove};
use super::shown::{describe, reading, words};
use crate::cli::consent::Consent;
use crate::cli::context::Context;

/// What a card is made of.
#[derive(Clone, Debug, clap::Args)]
pub(in crate::cli) struct NewArgs {
    /// The folder that `nemcon key new --all` has made: CODE.toml says who the party is, and the keys that still lie there
    /// sign the card.
    #[arg(long, value_name = "DIR")]
    keys: PathBuf,
    /// The name of the council that the card is for, as its charter's author gives it: `board.example/reading-room`.
    #[arg(long, value_name = "NAME")]
    origin: Origin,
    /// Where the other members' nodes will reach the node: host:port.
    #[arg(long, value_name = "HOST:PORT")]
    address: Option<NodeAddress>,
    /// The card to write; by default CODE.card in the folder of the keys.
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    consent: Consent,
}

/// Runs `nemcon card new`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(args: &NewArgs, context: Context<'_>) -> Result<(), Failure> {
    args.consent.verify_possible(context.screen)?;
    let code = context.global.party.as_ref().ok_or_else(|| {
        Failure::usage("the card of which party?").next("give `--as CODE`, its code")
    })?;
    let default = || args.keys.join(format!("{code}.{CARD_SUFFIX}"));
    let out = args.out.clone().unwrap_or_else(default);
    output::verify_new(&out)?;
    let plan = args.keys.join(format!("{code}.toml"));
    let party = party(load_toml(&plan)?, args, &plan, code)?;
    let card = Card { origin: args.origin.clone(), party };
    let mut file = CardFile::unsigned(card).map_err(|error| of_file(&plan, error))?;
    let keys = keys_in(&args.keys, &file)?;
    args.consent.opening.verify_possible(&keys, context.screen)?;
    args.consent.obtain(&reading(&file, keys.len()), context.screen)?;
    prove(&mut file, &args.consent.opening.keys(&keys, context.screen)?)?;
    output::write_new(&out, &file.render())?;
    let said = match file.verify() {
        Ok(()) => {
            format!("{}\nnext: send it to whoever puts the founding together", words(&file, &out))
        }
        Err(_) => words(&file, &out),
    };
    context.screen.result(&describe(&file, &out), said)
}

/// The party that the file CODE.toml names.
fn party(
    mut file: PartyFile,
    args: &NewArgs,
    path: &Path,
    code: &Code,
) -> Result<CardParty, Failure> {
    let wrong = |says: &str| {
        Failure::usage(format_args!("{}: {says}", path.shown()))
            .next("`nemcon key new --all DIR --as CODE` writes such a file")
    };
    let party = match (file.members.len(), file.participants.len()) {
        (1, 0) => {
            let member = file.members.remove(0).into_member();
            CardParty::Member(Box::new(member), args.address.clone())
        }
        (0, 1) if args.address.is_some() => {
            return Err(wrong("a participant has no node").next("leave `--address` out"));
        }
        (0, 1) => CardParty::Participant(file.participants.remove(0).into_participant()),
        _ => return Err(wrong("it names no party, or several")),
    };
    let named = match &party {
        CardParty::Member(member, _) => &member.code,
        CardParty::Participant(it) => &it.code,
    };
    if named == code { Ok(party) } else { Err(wrong(&format!("it is of {named}, not of {code}"))) }
}

/// The keys of the card that lie in the folder, in the order of the card.
fn keys_in(folder: &Path, file: &CardFile) -> Result<Vec<PartyKey>, Failure> {
    let mut keys = Vec::new();
    for proof in file.proofs() {
        let (name, role) = match &proof.of {
            KeyUse::Officer(label) => (officer_file(label), KeyRole::Officer),
            KeyUse::Recovery => (RECOVERY_FILE.to_owned(), KeyRole::Recovery),
            KeyUse::Node => (NODE_FILE.to_owned(), KeyRole::Node),
            KeyUse::Seal => (SEAL_FILE.to_owned(), KeyRole::Seal),
        };
        let path = folder.join(name);
        if path.symlink_metadata().is_err() {
            continue;
        }
        let key = StoredKey::read_as(&path, role)?;
        if key.public() != proof.key {
            return Err(Failure::refused(format_args!(
                "{}: it is another key than the card names as {}: {}",
                path.shown(),
                proof.of,
                proof.key
            ))
            .next("take the key and CODE.toml from the same folder; nothing was written"));
        }
        keys.push(PartyKey::File(Box::new(key)));
    }
    Ok(keys)
}
