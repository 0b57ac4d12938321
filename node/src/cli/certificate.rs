//! `nemcon certificate`: one decision in one file, which anybody can check without a node.

use clap::Args;
use nemcon_client::export::Scope;
use nemcon_client::failure::Failure;

use super::source::LogSource;
use crate::cli::context::Context;

/// The certificate of which measure, from where, and where to.
#[derive(Clone, Debug, Args)]
pub(super) struct CertificateCommand {
    #[command(flatten)]
    of: nemcon_audit::certificate::CertificateArgs,
    #[command(flatten)]
    from: LogSource,
    /// Leave out what the charter does not make public, and votes until they are released.
    #[arg(long)]
    public: bool,
}

/// Runs `nemcon certificate`.
///
/// # Errors
/// [`Failure`]; with status 1, once the file is written, if the measure is not decided finally.
pub(super) fn run(args: &CertificateCommand, context: Context<'_>) -> Result<(), Failure> {
    args.of.verify()?;
    if args.public && args.from.is_export() {
        return Err(Failure::usage("what an export holds goes into its certificate")
            .next("give a public export, which `nemcon log export OUT --public` writes"));
    }
    let scope = if args.public { Scope::Public } else { Scope::Whole };
    let (made, council) = args
        .from
        .with(scope, context, |folder, council| Ok((args.of.make(folder, &council)?, council)))?;
    args.of.write(&made, &council, context.screen)
}
