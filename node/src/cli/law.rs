//! `nemcon law`: every refusal, with the rule behind it and the way out.

use std::path::PathBuf;

use clap::Subcommand;
use nemcon_ledger::council::{LAWS, Law};
use nemcon_ledger::record::Charter;
use serde::Serialize;

use super::Global;
use super::charter;
use super::failure::Failure;
use super::screen::Screen;
use super::session::Session;

/// Reads the law out.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum LawCommand {
    /// List every refusal: code, topic, rule, source, way out.
    Refusals {
        /// The charter (TOML) or genesis that says where each rule comes from; by default that of
        /// the council that `--dir` or `--node` names.
        #[arg(long, value_name = "FILE")]
        charter: Option<PathBuf>,
    },
}

#[derive(Clone, Debug, Serialize)]
struct Row {
    code: &'static str,
    topic: &'static str,
    rule: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    way_out: &'static str,
}

/// Runs it.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &LawCommand, global: &Global, screen: Screen) -> Result<(), Failure> {
    let LawCommand::Refusals { charter } = command;
    let charter = match charter {
        Some(file) => Some(charter::load(file)?),
        None if global.dir.is_some() || global.node.is_some() => {
            Some(Session::open(global)?.founding()?.genesis().charter.clone())
        }
        None => None,
    };
    let rows: Vec<Row> = LAWS.iter().map(|law| row(law, charter.as_ref())).collect();
    let words: Vec<_> = rows.iter().map(written).collect();
    screen.result(&rows, words.join("\n\n"));
    Ok(())
}

fn row(law: &Law, charter: Option<&Charter>) -> Row {
    let Law { code, topic, rule, way_out } = *law;
    let source = charter.and_then(|charter| charter.source(topic)).map(ToString::to_string);
    Row { code, topic, rule, source, way_out }
}

fn written(row: &Row) -> String {
    let source = row.source.as_ref().map(|source| format!("\n  source: {source}"));
    format!(
        "{} ({})\n  rule: {}{}\n  way out: {}",
        row.code,
        row.topic,
        row.rule,
        source.unwrap_or_default(),
        row.way_out
    )
}
