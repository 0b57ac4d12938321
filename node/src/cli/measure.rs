//! `nemcon measure`: tables, shows, changes and ends measures.

use std::path::PathBuf;

use clap::Subcommand;
use nemcon_client::failure::Failure;
use nemcon_client::statements;
use nemcon_ledger::text::{Label, Line};

mod acts;
mod bound;
mod bundle;
mod diff;
mod entry;
mod list;
mod remark;
mod show;
mod table;

pub(super) use diff::write_statement;
pub(super) use entry::{Entry, hanging, listed, paragraph};
#[cfg(test)]
pub(super) use entry::{at, summary};
pub(super) use show::shared;
pub(super) use table::table_asked;

use super::signing::Signing;
use crate::cli::act::act;
use crate::cli::context::Context;

/// Tables measures, reads, changes and ends them.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum MeasureCommand {
    /// Propose a measure that a file describes: shows the text, asks, signs and submits it.
    Table(table::TableArgs),
    /// List the measures.
    List,
    /// Show all that stands about a measure: text, rule, ballots, mandates, reservations, history.
    Show {
        /// The measure's number.
        number: u64,
    },
    /// Show what a revision changed, line by line.
    Diff {
        /// The measure's number.
        number: u64,
        /// The revision to start from; by default the one before.
        #[arg(long, value_name = "REV")]
        from: Option<u32>,
        /// The revision to compare it with; by default the one that stands.
        #[arg(long, value_name = "REV")]
        to: Option<u32>,
    },
    /// Write the record of a measure's text as it stands, for signing offline.
    Record {
        /// The measure's number.
        number: u64,
        /// The file to write.
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
        /// Write the record of the measure's package, instead of the measure's own.
        #[arg(long)]
        package: bool,
    },
    /// Replace the text of a measure of your own; what was signed on the old text is void.
    Revise {
        /// The measure's number.
        number: u64,
        /// The measure as it shall read (TOML); without `closes` and `closes_in` it keeps its deadline.
        file: PathBuf,
        #[command(flatten)]
        signing: Signing,
    },
    /// Have measures of your own adopted together or not at all, before anyone has spoken on them.
    Package {
        /// The numbers of the measures, two or more.
        #[arg(num_args = 2.., required = true)]
        numbers: Vec<u64>,
        #[command(flatten)]
        signing: Signing,
    },
    /// Put the deadline off; ballots stand.
    Extend {
        /// The measure's number.
        number: u64,
        #[command(flatten)]
        deadline: acts::NewDeadline,
        #[command(flatten)]
        signing: Signing,
    },
    /// Attest something about a measure, in one of the charter's words.
    Attest {
        /// The measure's number.
        number: u64,
        /// What is attested, in a word of the charter such as `published`; `nemcon charter show` lists
        /// the words.
        word: Label,
        /// Where what is attested can be found.
        #[arg(long, value_name = "TEXT")]
        reference: Option<Line>,
        #[command(flatten)]
        signing: Signing,
    },
    /// Make a statement on a measure, such as one for the minutes; those made before stand beside it.
    Remark {
        /// The measure's number.
        number: u64,
        /// The statement's sort, in a word of the charter such as `statement-for-the-minutes`; `nemcon
        /// charter show` lists the words.
        sort: Label,
        #[command(flatten)]
        text: remark::Wording,
        /// Make it public with the act; without this only members and participants see it.
        #[arg(long)]
        public: bool,
        #[command(flatten)]
        signing: Signing,
    },
    /// End balloting before the deadline.
    Close {
        /// The measure's number.
        number: u64,
        #[command(flatten)]
        signing: Signing,
    },
    /// Take back a measure of your own.
    Withdraw {
        /// The measure's number.
        number: u64,
        /// Why the measure is withdrawn; all members read it.
        #[arg(long)]
        reason: Option<Line>,
        #[command(flatten)]
        signing: Signing,
    },
}

/// Runs `nemcon measure`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &MeasureCommand, context: Context<'_>) -> Result<(), Failure> {
    let session = context.session()?;
    match command {
        MeasureCommand::Table(args) => table::run(args, &session, context.screen)?,
        MeasureCommand::List => list::run(&session, context.screen)?,
        MeasureCommand::Show { number } => {
            let shown = show::Shown::fetch(&session, *number)?;
            context.screen.result(&shown, &shown)?;
        }
        MeasureCommand::Diff { number, from, to } => {
            diff::run(session.client(), *number, *from, *to, context.screen)?;
        }
        MeasureCommand::Record { number, out, package } => {
            diff::write_record(session.client(), *number, out, *package, context.screen)?;
        }
        MeasureCommand::Revise { number, file, signing } => {
            acts::revise(*number, file, signing, context)?;
        }
        MeasureCommand::Package { numbers, signing } => {
            acts::bind(numbers, signing, context)?;
        }
        MeasureCommand::Extend { number, deadline, signing } => {
            acts::extend(*number, deadline, signing, context)?;
        }
        MeasureCommand::Attest { number, word, reference, signing } => {
            acts::attest(*number, word, reference.as_ref(), signing, context)?;
        }
        MeasureCommand::Remark { number, sort, text, public, signing } => {
            remark::run(*number, sort, (text, *public), signing, context)?;
        }
        MeasureCommand::Close { number, signing } => {
            acts::end(*number, signing, context)?;
        }
        MeasureCommand::Withdraw { number, reason, signing } => {
            act(*number, signing, context, |party, measure| {
                statements::withdrawal(party.head.clone(), measure, reason.clone())
            })?;
        }
    }
    Ok(())
}
