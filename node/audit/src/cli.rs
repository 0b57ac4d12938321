//! The command line `nemcon-audit`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use nemcon_client::failure::Failure;
use nemcon_crypto::Digest;

use crate::audit::{self, AuditArgs};
use crate::certificate::CertificateArgs;
use crate::completions::{self, CompletionsArgs};
use crate::man::{self, ManArgs};
use crate::note::{self, VerifyNoteArgs};
use crate::policy::{self, PolicyArgs};
use crate::receipt::{self, ReceiptArgs};
use crate::screen::Screen;
use crate::usage::{self, named};
use crate::verify::{self, VerifyArgs};
use crate::watch::{self, WatchArgs};

/// Checks what a council has decided, without a node: exports, certificates, receipts.
///
/// Its commands are those of `nemcon`, and say the same: where a message names `nemcon verify`, give `nemcon-audit verify`.
#[derive(Clone, Debug, Parser)]
#[command(name = "nemcon-audit", version, propagate_version = true)]
#[command(
    after_help = "Exit status: 0 verified, 1 not verified, 2 usage or could not run, 4 verified as far as it is public."
)]
pub(crate) struct Cli {
    /// The council digest, from the founding papers: what a file is checked against.
    #[arg(long, global = true, value_name = "DIGEST")]
    council: Option<Digest>,
    /// The council digest as its fingerprint, instead of --council: 27 words, or their numbers.
    #[arg(long, global = true, value_name = "WORDS")]
    fingerprint: Option<String>,
    /// Print JSON for programs.
    #[arg(long, global = true, help_heading = "Output")]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// Check an export offline: every signature, every transition, every seal.
    Audit(AuditArgs),
    /// Print the policy under which a checkpoint of any size counts, from an export that reaches so far.
    Policy(PolicyArgs),
    /// One decision in one file, which anybody can check without a node.
    Certificate {
        #[command(flatten)]
        args: CertificateArgs,
        #[command(flatten)]
        from: FromExport,
    },
    /// That a ballot stands in the log that all have sealed, in one file.
    Receipt {
        #[command(flatten)]
        args: ReceiptArgs,
        #[command(flatten)]
        from: FromExport,
    },
    /// Check one file offline: a certificate, a receipt, or a fork.
    Verify(VerifyArgs),
    /// Follow the logs that several members give out: whether they only grow, and are one.
    Watch(WatchArgs),
    /// Verify the checksums of a release of software.
    #[command(subcommand)]
    Note(NoteCommand),
    /// Print what a shell needs to complete commands and options.
    Completions(CompletionsArgs),
    /// Write the manual pages, one a command.
    Man(ManArgs),
}

#[derive(Clone, Debug, Subcommand)]
enum NoteCommand {
    /// Check that a note is signed by certain keys, and files that it lists.
    Verify(VerifyNoteArgs),
}

/// The export that a file is taken out of.
#[derive(Clone, Debug, clap::Args)]
struct FromExport {
    /// The export: a folder, a .tar, .tar.gz or .zip of one, or an http(s) address.
    #[arg(long, value_name = "EXPORT")]
    export: PathBuf,
}

/// The command line, as its completions and manual pages describe it.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Parses the arguments, runs the command, and prints its failure if it fails.
pub fn run() -> ExitCode {
    let arguments = usage::arguments();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return usage::explain::<Cli>(error, &arguments),
    };
    let screen = Screen::new(cli.json);
    match dispatch(&cli, screen) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => screen.failure(&failure),
    }
}

fn dispatch(cli: &Cli, screen: Screen) -> Result<(), Failure> {
    let council = usage::council_of(cli.council, cli.fingerprint.as_deref())?;
    match &cli.command {
        Command::Audit(args) => audit::run(args, council, screen),
        Command::Policy(args) => policy::run(args, council, screen),
        Command::Certificate { args, from } => {
            args.verify()?;
            let council = named(council)?;
            args.write(&args.make(&from.export, &council)?, &council, screen)
        }
        Command::Receipt { args, from } => {
            args.verify()?;
            let code = args.member.as_ref().ok_or_else(receipt::of_nobody)?;
            args.write(&args.make(&from.export, &named(council)?, code)?, screen)
        }
        Command::Verify(args) => verify::run(args, council, screen),
        Command::Watch(args) => watch::run(args, council, screen),
        Command::Note(NoteCommand::Verify(args)) => note::run(args, screen),
        Command::Completions(args) => completions::run(args, command(), screen),
        Command::Man(args) => man::run(args, vec![command()], screen),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
