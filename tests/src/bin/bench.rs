//! `bench`: measures, each thing beside its limit; exit status 1 if it could not measure.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use nemcon_tests::bench::History;

/// Measures the council and its ledger, each thing beside its limit in the same run.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a ledger of a chosen length with real signatures, for other measurements.
    History {
        /// The least number of records.
        #[arg(long, default_value_t = 100_000)]
        records: u64,
        /// The number of members.
        #[arg(long, default_value_t = 27)]
        members: usize,
        /// The number of measures that a block tables and decides, 1 to 16.
        #[arg(long, default_value_t = 10)]
        measures: usize,
        /// The folder to make; it must not exist, or be empty.
        #[arg(long)]
        out: PathBuf,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let Some(Command::History { records, members, measures, out }) = arguments.command else {
        return ExitCode::FAILURE;
    };
    match (History { records, members, measures }).make(&out) {
        Ok(made) => println!("{}", made.told()),
        Err(failed) => {
            eprintln!("bench: {failed}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
