//! `nemcon statement attach`: a signature that was made elsewhere comes under its statement.

use std::path::PathBuf;

use nemcon_client::detached::read_signature;
use nemcon_client::failure::Failure;
use nemcon_client::statements::{attach, signer_named};
use nemcon_crypto::PublicKey;
use nemcon_ledger::text::Label;

use super::checked::{Checked, CheckedArgs, Taken};
use crate::cli::context::Context;

/// The statement, the signature and whose it is.
#[derive(Clone, Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("whose").args(["officer", "public_key"]).required(true)))]
pub(in crate::cli) struct AttachArgs {
    #[command(flatten)]
    statement: CheckedArgs,
    /// The file of the signature: 64 bytes, raw, in hexadecimal or in base64.
    #[arg(long, value_name = "FILE")]
    signature: PathBuf,
    /// The officer whose signature it is: its label within the party; `recovery` is the recovery key.
    #[arg(long, value_name = "LABEL")]
    officer: Option<Label>,
    /// The public key that has signed, in base64, instead of `--officer`.
    #[arg(long, value_name = "KEY")]
    public_key: Option<PublicKey>,
    /// The file to write: the statement with this line.
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
}

/// Runs `nemcon statement attach`.
///
/// # Errors
/// [`Failure`], also if the signature is not over the statement. Then nothing was written.
pub(super) fn run(args: &AttachArgs, context: Context<'_>) -> Result<(), Failure> {
    let mut checked = Checked::of(&args.statement, Taken::Any, context.global.council)?;
    let mut reading = checked.reading();
    let key = match (&args.officer, args.public_key) {
        (Some(label), _) => {
            signer_named(&checked.partial, &checked.genesis, &checked.parts, label)?
        }
        (None, Some(key)) => key,
        (None, None) => {
            return Err(Failure::usage("whose signature?").next("give `--officer LABEL`"));
        }
    };
    let signature = read_signature(&args.signature)?;
    let name = attach(&mut checked.partial, &checked.parts, key, signature)?;
    reading.about.push(format!("signed elsewhere with {name}: the signature verifies"));
    context.screen.say(&reading)?;
    checked.write(&args.out, &[name.as_str()], context.screen)
}
