//! `nemcon statement bytes`: the bytes that a signer signs, for whatever signs bytes.

use std::io::{self, Write as _};
use std::path::PathBuf;

use nemcon_client::failure::Failure;
use nemcon_client::reading::Subject;
use nemcon_client::statements::who;
use nemcon_ledger::text::Show as _;
use serde_json::json;

use super::checked::{Checked, CheckedArgs, Taken};
use crate::cli::context::Context;
use nemcon_audit::{output, unwritten};

/// The statement, and where its bytes go.
#[derive(Clone, Debug, clap::Args)]
pub(in crate::cli) struct BytesArgs {
    #[command(flatten)]
    statement: CheckedArgs,
    /// The file to write; otherwise the bytes go to standard output, and what they say to standard error.
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the bytes in hexadecimal, on one line.
    #[arg(long)]
    hex: bool,
}

/// Runs `nemcon statement bytes`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(args: &BytesArgs, context: Context<'_>) -> Result<(), Failure> {
    let checked = Checked::of(&args.statement, Taken::Any, context.global.council)?;
    let reading = checked.reading();
    let body = checked.partial.body();
    let own = Subject::own(body);
    let text = body.render();
    let digits = |byte: u8| format!("{byte:02x}");
    let hex: String = text.bytes().map(digits).collect();
    let written = if args.hex { format!("{hex}\n") } else { text.clone() };
    let lacking = checked.partial.lacking(&checked.genesis, &checked.parts);
    let value = json!({
        "file": args.out.as_ref().map(|out| out.to_string_lossy()), "text_hash": own.whole(),
        "length": text.len(), "hex": hex, "lacking": lacking,
    });
    let next = format!(
        "{} bytes to sign, by Ed25519 without a hash before it; their SHA-256 is the text hash {}\nmust sign still: {}\n\
         next: `nemcon statement attach {} --signature SIG --officer LABEL -o SIGNED`, with the options given here",
        text.len(),
        own.whole(),
        who(&lacking),
        args.statement.file.shown(),
    );
    if let Some(out) = &args.out {
        context.screen.say(&reading)?;
        output::write_new(out, written.as_bytes())?;
        return context.screen.result(&value, format_args!("in {}: {next}", out.shown()));
    }
    if context.screen.is_json() {
        return context.screen.result(&value, "");
    }
    // What nobody could read is not given out to be signed.
    context.screen.beside(format_args!("{reading}\n{next}"))?;
    let mut stdout = io::stdout().lock();
    let done = stdout.write_all(written.as_bytes()).and_then(|()| stdout.flush());
    done.or_else(|error| unwritten(&error).map_or(Ok(()), Err))
}
