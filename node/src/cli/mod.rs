//! The command line `nemcon`: a noun, then a verb.
//!
//! What it guarantees: apart from demos and test networks, no command signs what was not shown or named
//! as read, and no command prints characters that steer a terminal. What it does not: it holds no rule of the council; the ledger does.
//!
//! Exit status: 0 done or verified; 1 refused or not verified; 2 usage error or could not run; 3
//! accepted, and not yet ordered; 4 verified as far as it is public.

mod act;
mod backup;
mod ballot;
mod calendar;
mod card;
mod certificate;
mod charter;
mod commands;
mod commit;
mod consent;
mod context;
mod demo;
mod desk;
mod doctor;
mod document;
mod draft;
mod elsewhere;
mod genesis;
mod global;
mod handing;
mod incident;
mod key;
mod key_place;
mod law;
mod ledger;
mod log;
mod mandate;
mod measure;
mod member;
mod minutes;
mod node;
mod note;
mod passphrases;
mod profile;
mod receipt;
mod rejoin;
mod signing;
mod source;
mod statement;
mod status;
mod terminal;
mod testnet;
mod verify;
mod votes;
mod witness;

use std::process::ExitCode;

use clap::Parser as _;
use nemcon_audit::{Screen, usage};

pub(crate) use desk::{all_of, open as browse};
pub use global::Global;

use commands::Cli;

/// Parses the arguments, runs the command, and prints its failure if it fails.
pub fn run() -> ExitCode {
    let arguments = usage::arguments();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        // clap returns a request for help or the version as an error too.
        Err(error) => return usage::explain::<Cli>(error, &arguments),
    };
    let screen = Screen::new(cli.global.json);
    match cli.completed().and_then(|cli| commands::dispatch(&cli, screen)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => screen.failure(&failure),
    }
}

#[cfg(test)]
mod tests;
