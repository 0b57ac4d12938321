//! `nemcon law`: lists every refusal, with the rule behind it and what a person can do.

use nemcon_client::failure::Failure;
use nemcon_client::rule_source::source_of;
use std::path::PathBuf;

use clap::Subcommand;
use nemcon_ledger::council::{LAWS, Law};
use nemcon_ledger::record::Charter;
use serde::Serialize;

use super::charter;
use crate::cli::context::Context;

/// Reads the law out.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum LawCommand {
    /// List every refusal: code, topic, rule, source, way out.
    Refusals {
        /// The charter (TOML) or genesis that says which rules come from where; by default that of
        /// the council that `--dir`, `--config` or `--node` names. Without any, each is this ledger's own.
        #[arg(long, value_name = "FILE")]
        charter: Option<PathBuf>,
    },
}

#[derive(Clone, Debug, Serialize)]
struct Row {
    code: &'static str,
    topic: &'static str,
    rule: &'static str,
    source: String,
    way_out: &'static str,
}

/// Runs `nemcon law`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &LawCommand, context: Context<'_>) -> Result<(), Failure> {
    let LawCommand::Refusals { charter } = command;
    let charter = match charter {
        Some(file) => Some(charter::load(file)?),
        None if context.global.names_a_node() => {
            Some(context.session()?.founding()?.genesis().charter.clone())
        }
        None => None,
    };
    let rows: Vec<Row> = LAWS.iter().map(|law| row(law, charter.as_ref())).collect();
    let words: Vec<_> = rows.iter().map(written).collect();
    context.screen.result(&rows, words.join("\n\n"))
}

fn row(law: &Law, charter: Option<&Charter>) -> Row {
    let Law { code, topic, rule, way_out } = *law;
    Row { code, topic, rule, source: source_of(topic, charter), way_out }
}

fn written(row: &Row) -> String {
    let Row { code, topic, rule, source, way_out } = row;
    format!("{code} ({topic})\n  rule: {rule}\n  source: {source}\n  way out: {way_out}")
}
