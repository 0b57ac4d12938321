//! `nemcon doctor`: what is right and what is wrong with a node and its machine, and what to do.

use core::fmt::Write as _;
use std::path::{Path, PathBuf};

use nemcon_client::config::NODE_CONFIG_FILE;
use nemcon_client::failure::Failure;
use nemcon_client::words::{count, short};
use nemcon_ledger::text::Show as _;
use serde_json::json;

use crate::cli::context::Context;
use crate::cli::global::Global;
use crate::doctor::{Examined, Finding, Verdict, examine};
use crate::testnet::Testnet;

/// The width of the column that names what was examined.
const COLUMN: usize = 10;

/// Runs `nemcon doctor`.
///
/// # Errors
/// [`Failure`], without words if something is wrong.
pub(super) fn run(context: Context<'_>) -> Result<(), Failure> {
    let examined = examine(&config_of(context.global)?);
    let (wrong, warnings) = (examined.count(Verdict::Wrong), examined.count(Verdict::Warning));
    let shown = json!({
        "member": examined.member, "council": examined.council, "running": examined.running,
        "wrong": wrong, "warnings": warnings, "findings": examined.findings,
    });
    context.screen.result(&shown, words(&examined, wrong, warnings))?;
    if wrong == 0 { Ok(()) } else { Err(Failure::silent()) }
}

/// The configuration of the node that the options name.
fn config_of(global: &Global) -> Result<PathBuf, Failure> {
    let own = Path::new(NODE_CONFIG_FILE);
    match (&global.dir, &global.config, &global.node) {
        (Some(dir), None, None) => {
            let testnet = Testnet::load(dir)?;
            let code = match &global.party {
                Some(code) => testnet.member(code)?.code.clone(),
                None => testnet.first().code.clone(),
            };
            Ok(testnet.config(&code))
        }
        (None, Some(config), None) => Ok(config.clone()),
        (None, None, None) if own.exists() => Ok(own.to_owned()),
        (None, None, Some(_)) => Err(Failure::usage(
            "a node is examined on its own machine, by its configuration, not by its address",
        )
        .next("run this there: `nemcon doctor --config node.toml`")),
        (None, None, None) => Err(Failure::usage("which node?").next(
            "give `--config node.toml`, or run this where that file lies; `--dir DIR --as CODE` for a member's of a test \
             network",
        )),
        _ => Err(Failure::usage("--dir, --node and --config each name a node").next("give one of them")),
    }
}

fn words(examined: &Examined, wrong: usize, warnings: usize) -> String {
    let mut words = String::new();
    if let (Some(member), Some(council)) = (&examined.member, examined.council) {
        let state = if examined.running { "runs" } else { "does not answer" };
        let _ = writeln!(words, "node of {member}, council {}…: it {state}", short(council));
    }
    for Finding { check, about, verdict, says, next } in &examined.findings {
        let verdict = match verdict {
            Verdict::Ok => "ok",
            Verdict::Untold => "not told",
            Verdict::Warning => "warning",
            Verdict::Wrong => "WRONG",
        };
        let part =
            about.as_ref().map_or_else(|| (*check).to_owned(), |code| format!("{check} {code}"));
        let next = next.as_ref().map(|next| format!("\n{:20}next: {}", "", next.shown()));
        let _ = writeln!(
            words,
            "{verdict:8} {part:COLUMN$} {}{}",
            says.shown(),
            next.unwrap_or_default()
        );
    }
    match (wrong, warnings) {
        (0, 0) => words + "nothing is wrong",
        (0, _) => words + &format!("nothing is wrong; {}", count(warnings as u64, "warning")),
        _ => words + &format!("{wrong} WRONG, {}", count(warnings as u64, "warning")),
    }
}
