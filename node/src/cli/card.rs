//! `nemcon card`: makes a party's card for a council that is being founded, and checks cards.

mod file;
mod new;
mod shown;

use std::path::{Path, PathBuf};

use clap::Subcommand;
use nemcon_audit::{Screen, output};
use nemcon_client::atomic_write::replace_file;
use nemcon_client::detached::read_signature;
use nemcon_client::failure::Failure;
use nemcon_client::founding::{CardsError, NamedCard, read_cards};
use nemcon_client::party_key::PartyKey;
use nemcon_client::reading::Subject;
use nemcon_crypto::hash;
use serde_json::json;

use super::consent::Consent;
use super::elsewhere::bytes;
use crate::cli::context::Context;
pub(super) use file::read;
use file::{of_file, prove};
use shown::{describe, reading, standing, words};

/// A party's card for a council that is being founded.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum CardCommand {
    /// Make the card of your party from the folder that `nemcon key new --all` has made; each key in it signs the card:
    /// give `--as CODE`.
    New(new::NewArgs),
    /// Have further keys sign a card, each on the machine that has it: give `--key FILE`.
    Sign {
        /// The card.
        file: PathBuf,
        #[command(flatten)]
        consent: Consent,
    },
    /// Show a card: its text, and which of its keys have signed.
    Show {
        /// The card.
        file: PathBuf,
    },
    /// Check that every key of a card has signed it, of one or of many; all wrong ones are named.
    Check {
        /// The cards, or folders with files that end in .card.
        #[arg(required = true)]
        cards: Vec<PathBuf>,
    },
    /// Write the very bytes that each key signs, for a key in a device.
    Bytes {
        /// The card.
        file: PathBuf,
        /// The file to write, `-` for standard output.
        #[arg(short, long, value_name = "FILE", default_value = output::STANDARD_OUTPUT)]
        out: PathBuf,
    },
    /// Put a signature on the card that a device has made over `nemcon card bytes`.
    Attach {
        /// The card.
        file: PathBuf,
        /// The signature: 64 bytes as they are, in hexadecimal digits or in base64; once for each key.
        #[arg(long = "signature", value_name = "FILE", required = true)]
        signatures: Vec<PathBuf>,
    },
}

/// Runs `nemcon card`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &CardCommand, context: Context<'_>) -> Result<(), Failure> {
    match command {
        CardCommand::New(args) => new::run(args, context),
        CardCommand::Sign { file, consent } => sign(file, consent, context),
        CardCommand::Show { file } => {
            let card = read(file)?;
            let words = format!("{}\n\n{}", card.text().trim_end(), standing(&card));
            context.screen.result(&describe(&card, file), words)
        }
        CardCommand::Check { cards } => check(cards, context.screen),
        CardCommand::Bytes { file, out } => bytes(read(file)?.text(), out, context.screen),
        CardCommand::Attach { file, signatures } => attach(file, signatures, context.screen),
    }
}

fn sign(file: &Path, consent: &Consent, context: Context<'_>) -> Result<(), Failure> {
    consent.verify_possible(context.screen)?;
    // A link stays a link: the file that it points to is signed.
    let target = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let mut card = read(&target)?;
    if context.global.keys.is_empty() {
        return Err(Failure::usage("signed with which key?")
            .next("give `--key FILE`, once for each key that signs here"));
    }
    let keys = context.global.keys.iter().map(PartyKey::find);
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    for key in &keys {
        card.may_prove(&key.public()).map_err(|error| Failure::from(error).of(key.shown()))?;
    }
    consent.opening.verify_possible(&keys, context.screen)?;
    let mut reading = reading(&card, keys.len());
    let own = Subject::Own(hash::sha256(card.text().as_bytes()));
    reading.about.push(format!("text hash {}", own.whole()));
    reading.subjects = vec![own];
    consent.obtain(&reading, context.screen)?;
    prove(&mut card, &consent.opening.keys(&keys, context.screen)?)?;
    replace_file(&target, &card.render())?;
    context.screen.result(&describe(&card, file), words(&card, file))
}

fn attach(file: &Path, signatures: &[PathBuf], screen: Screen) -> Result<(), Failure> {
    let target = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let mut card = read(&target)?;
    for path in signatures {
        card.attach(&read_signature(path)?).map_err(|error| of_file(path, error))?;
    }
    replace_file(&target, &card.render())?;
    screen.result(&describe(&card, file), words(&card, file))
}

fn check(paths: &[PathBuf], screen: Screen) -> Result<(), Failure> {
    let (cards, CardsError(mut faults)) = read_cards(paths);
    for NamedCard { path, file } in &cards {
        if let Err(error) = file.verify() {
            faults.push((path.clone(), error.into()));
        }
    }
    if !faults.is_empty() {
        return Err(CardsError(faults).into());
    }
    let line = |it: &NamedCard| words(&it.file, &it.path);
    let said: Vec<_> = cards.iter().map(line).collect();
    let value: Vec<_> = cards.iter().map(|it| describe(&it.file, &it.path)).collect();
    screen.result(&json!({ "cards": value }), said.join("\n"))
}
