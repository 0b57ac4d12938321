//! `nemcon demo`: shows a council at work.

use clap::Args;
use nemcon_client::failure::Failure;
use nemcon_client::shipped::CharterName;

use crate::cli::context::Context;
use crate::demo::{self, Scenario, Setup, Show};

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
    /// Open the desk of the first member on it: the demo begins when the page is opened, and the council
    /// stays until Ctrl-C.
    #[arg(long)]
    desk: bool,
    /// With --desk: print the link and open no browser.
    #[arg(long, requires = "desk")]
    no_open: bool,
}

/// Runs `nemcon demo`. `--dir` names the folder that is created.
///
/// # Errors
/// [`Failure`], also if the export is not verified.
pub(super) fn run(args: &DemoArgs, context: Context<'_>) -> Result<(), Failure> {
    if args.desk && context.screen.is_json() {
        return Err(Failure::usage(
            "`--desk` prints a link for a person, and `--json` prints none",
        )
        .next("leave one of both out"));
    }
    let show = match (args.desk, args.no_open) {
        (false, _) => Show::Terminal,
        (true, true) => Show::Link,
        (true, false) => Show::Browser(context.screen),
    };
    let ending = demo::run(&Setup {
        charter: args.charter,
        members: args.members,
        scenario: args.scenario,
        dir: context.global.dir.clone(),
        is_quiet: context.screen.is_json(),
        show,
    })?;
    context.screen.result(&ending, &ending)?;
    if ending.is_verified() { Ok(()) } else { Err(Failure::refused("the export is NOT verified")) }
}
