//! `nemcon genesis`: founds a council, file by file.

mod aloud;
mod assembling;
mod configuring;
mod shown;
mod signing;

use shown::{describe, notes, other_council, progress, read, summary};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use nemcon_client::failure::Failure;
use nemcon_client::founding::CardFile;
use nemcon_client::words::count;
use nemcon_crypto::Digest;
use nemcon_ledger::text::Show as _;

use super::consent::Consent;
use super::{card, elsewhere};
use crate::cli::context::Context;
use crate::cli::global::Global;
use assembling::{Law, left_out};
use nemcon_audit::{Screen, output};

/// Founds a council: assemble, sign by every founding member, verify.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum GenesisCommand {
    /// Make the text that founds a council, from the parties' cards and a charter: give `--charter`. Without it the
    /// first file is a plan, and proves of no key that anybody has it.
    Assemble {
        /// The cards, or folders with files that end in .card, in any order. Without `--charter`: a plan (TOML), which
        /// `nemcon draft plan` writes, then files of parties, which stand behind those in the plan.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        law: Law,
        /// The genesis file to write; it must not exist.
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Make the text that founds a successor, where keys are lost for good or a member is gone: it
    /// links the old ledger's last checkpoint and names whom it leaves out. Give `--council`, the
    /// old council's digest.
    Succeed {
        /// The successor's cards, with `--charter`; without it the successor's plan (TOML), then files of parties.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        law: Law,
        /// The old ledger's export, which is audited first.
        #[arg(long, value_name = "DIR")]
        export: PathBuf,
        /// The genesis file to write; it must not exist.
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Add the signature of one founding member's officer, once its text has been read: give `--as
    /// CODE` and `--key FILE`.
    Sign {
        /// The genesis file.
        file: PathBuf,
        /// Your party's card: nothing is signed if the text says of you anything else.
        #[arg(long, value_name = "FILE")]
        card: Option<PathBuf>,
        #[command(flatten)]
        consent: Consent,
    },
    /// Read the founding aloud in sentences, who sits, what is decided how, and your own line, and compare your card with
    /// it; nothing is signed.
    Check {
        /// The genesis file.
        file: PathBuf,
        /// Your party's card, compared byte by byte.
        #[arg(long, value_name = "FILE")]
        card: Option<PathBuf>,
    },
    /// Print the council digest as words and as numbers, to be read aloud and compared by telephone.
    Fingerprint {
        /// The genesis file.
        file: PathBuf,
    },
    /// Write the very bytes that each founder signs, for a key in a device.
    Bytes {
        /// The genesis file.
        file: PathBuf,
        /// The file to write, `-` for standard output.
        #[arg(short, long, value_name = "FILE", default_value = output::STANDARD_OUTPUT)]
        out: PathBuf,
    },
    /// Put a signature on the genesis that a device has made over `nemcon genesis bytes`.
    Attach {
        /// The genesis file.
        file: PathBuf,
        /// The signature: 64 bytes as they are, in hexadecimal digits or in base64; once for each officer.
        #[arg(long = "signature", value_name = "FILE", required = true)]
        signatures: Vec<PathBuf>,
    },
    /// Write the configuration of your node, with the other members' nodes at the addresses on their cards: give `--as
    /// CODE` and `--council` or `--fingerprint`.
    Configure(configuring::ConfigureArgs),
    /// Put the signatures of copies together that were signed apart.
    Merge {
        /// The copies, all of one text.
        #[arg(num_args = 2.., required = true)]
        copies: Vec<PathBuf>,
        /// The genesis file to write; it must not exist.
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Check that every founding member has signed, and with `--council` that it is this council.
    Verify {
        /// The genesis file.
        file: PathBuf,
    },
    /// Show the text with the council digest, what members weigh, and who has signed.
    Show {
        /// The genesis file.
        file: PathBuf,
    },
}

/// Runs `nemcon genesis`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &GenesisCommand, context: Context<'_>) -> Result<(), Failure> {
    match command {
        GenesisCommand::Assemble { files, law, out } => {
            assembling::assemble(files, law, out, context.screen)
        }
        GenesisCommand::Succeed { files, law, export, out } => {
            assembling::succeed(files, law, export, out, context)
        }
        GenesisCommand::Sign { file, card, consent } => {
            let card = own_card(card.as_deref(), context)?;
            signing::sign(file, card.as_ref(), consent, context)
        }
        GenesisCommand::Check { file, card } => {
            let card = own_card(card.as_deref(), context)?;
            let card = card.as_ref().map(|(path, card)| (path.as_path(), card));
            let Global { party, council, .. } = context.global;
            aloud::check(file, card, party.as_ref(), *council, context.screen)
        }
        GenesisCommand::Fingerprint { file } => aloud::fingerprint(file, context.screen),
        GenesisCommand::Bytes { file, out } => {
            elsewhere::bytes(read(file)?.text(), out, context.screen)
        }
        GenesisCommand::Attach { file, signatures } => {
            signing::attach(file, signatures, context.screen)
        }
        GenesisCommand::Configure(args) => configuring::run(args, context),
        GenesisCommand::Merge { copies, out } => signing::merge(copies, out, context.screen),
        GenesisCommand::Verify { file } => verify(file, context.global.council, context.screen),
        GenesisCommand::Show { file } => {
            let founding = read(file)?;
            let words = format!(
                "{}\n\n{}\n{}\n\n{}",
                founding.text().trim_end(),
                notes(founding.genesis()),
                progress(&founding),
                aloud::spoken(founding.digest()),
            );
            context.screen.result(&describe(&founding), words)
        }
    }
}

/// The card that a party names as its own.
fn own_card(
    path: Option<&Path>,
    context: Context<'_>,
) -> Result<Option<(PathBuf, CardFile)>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let card = card::read(path)?;
    let code = card.card().code();
    if let Some(own) = context.global.party.as_ref().filter(|own| *own != code) {
        return Err(Failure::usage(format_args!(
            "{}: the card of {code}, not of {own}",
            path.shown()
        ))
        .next("give `--card` with your own card, or `--as` with its code"));
    }
    Ok(Some((path.to_owned(), card)))
}

fn verify(file: &Path, wanted: Option<Digest>, screen: Screen) -> Result<(), Failure> {
    let founding = read(file)?;
    let digest = founding.digest();
    if wanted.is_some_and(|wanted| wanted != digest) {
        return Err(other_council(file, digest, wanted.unwrap_or(digest)));
    }
    if !founding.missing().is_empty() {
        return Err(Failure::refused(format_args!(
            "{}: not founded yet; {}",
            file.shown(),
            progress(&founding)
        ))
        .next("they sign it with `nemcon genesis sign`, or `nemcon genesis merge` their copies"));
    }
    founding.verify(&digest).map_err(|error| {
        Failure::refused(format_args!("{}: {error}", file.shown()))
            .next("they sign it with `nemcon genesis sign`")
    })?;
    let by_digest = match wanted {
        Some(_) => "it is the council that was asked for",
        None => "compare the fingerprint with what the other members were told, by another way",
    };
    let mut words = format!(
        "verified: {}, {}\n{}\n{}\n{by_digest}",
        summary(&founding),
        count(founding.signatures() as u64, "signature"),
        notes(founding.genesis()),
        aloud::spoken(digest),
    );
    if let Some(link) = &founding.genesis().succeeds {
        words = format!(
            "{words}\nNOT checked: that it goes on from council {} at size {}, and leaves out {}: \
             `nemcon audit --predecessor DIR` checks it with the old ledger",
            link.council,
            link.checkpoint.size,
            left_out(&link.leaves_out)
        );
    }
    screen.result(&describe(&founding), words)
}
