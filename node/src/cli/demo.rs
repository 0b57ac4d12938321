//! `nemcon demo`: shows a council at work.

use clap::Args;
use nemcon_client::failure::Failure;
use nemcon_client::shipped::CharterName;

use crate::cli::context::Context;
use crate::demo::{self, Scenario, Setup};

/// Watch a council decide.
#[derive(Clone, Debug, Args)]
pub(super) struct DemoArgs {
    /// How many members the council has, in protocol order; by default all of the charter's list.
    #[arg(long)]
    members: Option<usize>,
    /// The course that is shown: adopt, abstain, veto, absent, revise, mandate, package, freeze or accession.
    #[arg(long, default_value_t)]
    scenario: Scenario,
    /// The charter by which the council decides: eu-council, european-council or plain.
    #[arg(long, default_value_t)]
    charter: CharterName,
}

/// Runs `nemcon demo`. `--dir` names the folder that is created.
///
/// # Errors
/// [`Failure`], also if the export is not verified.
pub(super) fn run(args: &DemoArgs, context: Context<'_>) -> Result<(), Failure> {
    let ending = demo::run(&Setup {
        charter: args.charter,
        members: args.members,
        scenario: args.scenario,
        dir: context.global.dir.clone(),
        is_quiet: context.screen.is_json(),
    })?;
    context.screen.result(&ending, &ending)?;
    if ending.is_verified() { Ok(()) } else { Err(Failure::refused("the export is NOT verified")) }
}
