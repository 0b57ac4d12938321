//! `nemcon commit`: makes commitments to texts that stay off the ledger.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use nemcon_client::commitment::Opening;
use nemcon_client::failure::Failure;
use nemcon_client::keyfile::KeyFileError;
use nemcon_crypto::Digest;
use nemcon_ledger::text::Show as _;
use serde_json::json;

use nemcon_audit::Screen;
use nemcon_audit::output;

/// Makes a commitment, or checks one.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct CommitArgs {
    /// The file to commit to.
    #[arg(required = true)]
    file: Option<PathBuf>,
    /// Where to keep what opens it; by default beside the file, with `.opening` after its name.
    #[arg(short, long, value_name = "OPENING")]
    out: Option<PathBuf>,
    #[command(subcommand)]
    check: Option<CheckCommand>,
}

/// Checks a commitment.
#[derive(Clone, Debug, Subcommand)]
enum CheckCommand {
    /// Check that an opening is what a digest commits to, and print its text.
    Check {
        /// The commitment, as it stands in the ledger.
        digest: Digest,
        /// The opening file.
        opening: PathBuf,
    },
}

/// Runs `nemcon commit`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(args: &CommitArgs, screen: Screen) -> Result<(), Failure> {
    match (&args.check, &args.file) {
        (Some(CheckCommand::Check { digest, opening }), _) => check(digest, opening, screen),
        (None, Some(file)) => commit(file, args.out.as_deref(), screen),
        (None, None) => Err(Failure::usage("commit to what?").next("name a file")),
    }
}

fn commit(file: &Path, out: Option<&Path>, screen: Screen) -> Result<(), Failure> {
    let out = out.map_or_else(|| beside(file), Path::to_owned);
    let opening = Opening::generate(output::read(file)?).map_err(KeyFileError::from)?;
    output::write_new(&out, &opening.render())?;
    let digest = opening.digest();
    let words = format!(
        "commitment {digest}\nopening    {}\nkeep the opening: without it nobody can show what was \
         committed to; whoever reads it knows the text",
        out.shown()
    );
    screen.result(&json!({ "digest": digest, "opening": out.to_string_lossy() }), words)
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".opening");
    name.into()
}

fn check(wanted: &Digest, path: &Path, screen: Screen) -> Result<(), Failure> {
    let opening = Opening::parse(&output::read(path)?).map_err(|error| {
        Failure::refused(format_args!("{}: {error}", path.shown()))
            .next("take the file that `nemcon commit` wrote")
    })?;
    let found = opening.digest();
    if found != *wanted {
        return Err(Failure::refused(format_args!(
            "{}: it opens {found}, not {wanted}",
            path.shown()
        ))
        .next("take the opening of this very commitment"));
    }
    let text = String::from_utf8_lossy(opening.text());
    let shown: String =
        text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect();
    screen.result(
        &json!({ "opens": true, "digest": wanted, "text": text }),
        format_args!("VERIFIED: it opens {wanted}\n\n{}", shown.trim_end()),
    )
}
