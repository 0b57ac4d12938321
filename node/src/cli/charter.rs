//! `nemcon charter`: explains and checks a council's charter.

mod members;

use core::cmp::Ordering;
use core::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use nemcon_client::charter::explain;
use nemcon_client::failure::Failure;
use nemcon_client::words::{count, knows};
use nemcon_ledger::record::Charter;
use nemcon_ledger::record::charter::{CharterError, EntitledSet};
use nemcon_ledger::text::Show as _;
use serde_json::json;

use crate::cli::context::Context;
use nemcon_audit::Screen;
use nemcon_audit::output;

use members::Members;
use nemcon_client::config::{parse_toml, read_text};
use nemcon_client::founding::Founding;
use nemcon_client::shipped::{CharterName, charter_text};

/// The usual name of a charter's file.
pub(super) const CHARTER_FILE: &str = "charter.toml";

/// Reads charters.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum CharterCommand {
    /// Explain a charter in plain sentences: a file, or that of the node's council.
    Show {
        /// A charter (TOML) or a genesis; without it the council's that `--dir`, `--config` or
        /// `--node` names.
        file: Option<PathBuf>,
    },
    /// Write a charter that comes along, with its comments, to be changed: eu-council, european-council or plain.
    Init {
        /// The charter to write: eu-council, european-council or plain.
        name: CharterName,
        /// The total that fractions are taken of: what all members weigh together, or an official figure.
        #[arg(long, value_name = "N")]
        total: Option<u64>,
        /// The file to write, `-` for standard output.
        #[arg(short, long, value_name = "FILE", default_value = CHARTER_FILE)]
        out: PathBuf,
    },
    /// Explain a charter, and check that it is a law: that every measure can end, and that nobody
    /// chooses who decides.
    Check {
        /// The charter (TOML) or a genesis.
        file: PathBuf,
        /// Check also that the charter works with this many members, or with those of a plan, a party's
        /// file or a genesis, whose weights are added up.
        #[arg(long, value_name = "N|FILE")]
        members: Vec<Members>,
    },
}

/// Runs `nemcon charter`.
///
/// # Errors
/// [`Failure`], also if the charter contradicts itself.
pub(super) fn run(command: &CharterCommand, context: Context<'_>) -> Result<(), Failure> {
    match command {
        CharterCommand::Show { file } => {
            let charter = match file {
                Some(file) => load(file)?,
                None => context.session()?.founding()?.genesis().charter.clone(),
            };
            let mut words = explain(&charter);
            if let Err(error) = charter.verify() {
                let _ = write!(words, "\nNo council can be founded on this charter: {error}");
            }
            context.screen.result(&charter, words.trim_end())
        }
        CharterCommand::Init { name, total, out } => init(*name, *total, out, context.screen),
        CharterCommand::Check { file, members } => check(file, members, context.screen),
    }
}

/// The charter in a file, which holds a charter or a genesis.
///
/// # Errors
/// [`Failure`] if there is neither of the two.
pub(super) fn load(path: &Path) -> Result<Charter, Failure> {
    let text = read_text(path)?;
    if members::is_genesis(text.as_bytes()) {
        return Ok(Founding::parse(text.as_bytes())?.genesis().charter.clone());
    }
    Ok(parse_toml(&text, path)?)
}

/// Writes a charter that the binary contains to a file.
fn init(name: CharterName, total: Option<u64>, out: &Path, screen: Screen) -> Result<(), Failure> {
    let text = charter_text(name, total);
    if out.as_os_str() == output::STANDARD_OUTPUT {
        return output::print_text(&text, screen);
    }
    output::write_new(out, text.as_bytes())?;
    let words = format!(
        "{}: read its comments, change what shall be otherwise\nnext: nemcon charter check {}",
        out.shown(),
        out.shown()
    );
    screen.result(&json!({ "file": out.to_string_lossy(), "charter": name.to_string() }), words)
}

fn check(file: &Path, members: &[Members], screen: Screen) -> Result<(), Failure> {
    let charter = load(file)?;
    let refused = |why: &dyn core::fmt::Display| {
        Failure::refused(format_args!("{}: {why}", file.shown()))
            .next("change the charter; a council cannot be founded on it")
    };
    charter.verify().map_err(|error| refused(&error))?;
    if let Some(zone) = charter.zone.as_ref().filter(|zone| !knows(zone)) {
        return Err(refused(&format_args!(
            "`zone`: {zone} is no time zone that this release knows; `Europe/Brussels` is one"
        )));
    }
    if charter.may_table.is_empty() {
        return Err(refused(&CharterError::NobodyTables));
    }
    let (members, weighing) = members::of(members, file, &charter)?;
    if let Some(members) = members {
        seats(&charter, members).map_err(|why| refused(&why))?;
    }
    if let Some(weighing) = weighing.as_ref().filter(|it| it.standing() == Ordering::Greater) {
        return Err(refused(weighing));
    }
    let kinds = count(charter.kinds.len() as u64, "kind");
    let rules = count(charter.rules.len() as u64, "rule");
    let explained = explain(&charter);
    let weighed = weighing.as_ref().map(|it| format!("{it}\n")).unwrap_or_default();
    let words = format!(
        "{}\n\n{}: {kinds} of measure, {rules}\n{weighed}it is a law: every measure can end, and no \
         proposer chooses who decides",
        explained.trim_end(),
        charter.name
    );
    let value = json!({
        "sound": true, "name": charter.name, "kinds": charter.kinds.len(),
        "rules": charter.rules.len(), "members": members, "weights": weighing,
        "explained": explained,
    });
    screen.result(&value, words)
}

/// Checks that this number of members can satisfy every rule of the charter.
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
    use nemcon_client::shipped::{CharterName, Shipped};

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
