//! `nemcon charter`: the council's own law, read out and checked.

mod sentences;

use core::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use nemcon_ledger::record::Charter;
use nemcon_ledger::record::charter::EntitledSet;
use nemcon_ledger::text::Show as _;
use serde_json::json;

use super::Global;
use super::failure::Failure;
use super::output;
use super::screen::{Screen, count};
use super::session::Session;
use crate::config::parse_toml;
use crate::founding::Founding;

/// Reads charters.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum CharterCommand {
    /// Explain a charter in plain sentences: a file, or that of the node's council.
    Show {
        /// A charter (TOML) or a genesis; without it the council's that `--dir`, `--config` or
        /// `--node` names.
        file: Option<PathBuf>,
    },
    /// Explain a charter, and check that it is a law: that every measure can end, and that nobody
    /// chooses who decides.
    Check {
        /// The charter (TOML) or a genesis.
        file: PathBuf,
        /// Also that it works with so many members.
        #[arg(long)]
        members: Option<u64>,
    },
}

/// Runs it.
///
/// # Errors
/// [`Failure`]; also if the charter is no law.
pub(super) fn run(
    command: &CharterCommand,
    global: &Global,
    screen: Screen,
) -> Result<(), Failure> {
    match command {
        CharterCommand::Show { file } => {
            let charter = match file {
                Some(file) => load(file)?,
                None => Session::open(global)?.founding()?.genesis().charter.clone(),
            };
            let mut words = sentences::explain(&charter);
            if let Err(error) = charter.verify() {
                let _ = write!(words, "\nNo council can be founded on this charter: {error}");
            }
            screen.result(&charter, words.trim_end())
        }
        CharterCommand::Check { file, members } => check(file, *members, screen),
    }
}

/// The charter of a file: its own, or a genesis's.
///
/// # Errors
/// [`Failure`] if it is neither.
pub(super) fn load(path: &Path) -> Result<Charter, Failure> {
    let bytes = output::read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    if text.starts_with("nemcon/v1 genesis\n") {
        return Ok(Founding::parse(&bytes)?.genesis().charter.clone());
    }
    Ok(parse_toml(&text, path)?)
}

fn check(file: &Path, members: Option<u64>, screen: Screen) -> Result<(), Failure> {
    let charter = load(file)?;
    let refused = |why: &dyn core::fmt::Display| {
        Failure::refused(format_args!("{}: {why}", file.shown()))
            .next("change the charter; a council cannot be founded on it")
    };
    charter.verify().map_err(|error| refused(&error))?;
    if let Some(members) = members {
        seats(&charter, members).map_err(|why| refused(&why))?;
    }
    let kinds = count(charter.kinds.len() as u64, "kind");
    let rules = count(charter.rules.len() as u64, "rule");
    let explained = sentences::explain(&charter);
    let words = format!(
        "{}\n\n{}: {kinds} of measure, {rules}\nit is a law: every measure can end, and no \
         proposer chooses who decides",
        explained.trim_end(),
        charter.name
    );
    let value = json!({
        "sound": true, "name": charter.name, "kinds": charter.kinds.len(),
        "rules": charter.rules.len(), "members": members, "explained": explained,
    });
    screen.result(&value, words)
}

/// Whether every rule can be met by so many members.
fn seats(charter: &Charter, members: u64) -> Result<(), String> {
    if members == 0 {
        return Err("a council has at least one member".to_owned());
    }
    for rule in &charter.rules {
        if let Some(minimum) = rule.minimum.filter(|minimum| *minimum > members) {
            return Err(format!(
                "the rule {} asks for at least {minimum} members; there are {members}",
                rule.name
            ));
        }
        if rule.entitled == EntitledSet::MinusConcerned && members < 2 {
            return Err(format!(
                "under the rule {} nobody would be left to decide; there is 1 member",
                rule.name
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shipped::{CharterName, Shipped};

    #[test]
    fn a_rule_that_asks_for_more_members_than_there_are_is_told() {
        let charter = Shipped::load(CharterName::EuCouncil).charter;
        assert_eq!(seats(&charter, 27), Ok(()));
        assert!(seats(&charter, 8).unwrap_err().contains("at least 9 members; there are 8"));
        assert!(seats(&charter, 0).is_err());
        let charter = Shipped::load(CharterName::Plain).charter;
        assert!(seats(&charter, 1).unwrap_err().contains("nobody would be left"));
    }
}
