//! `bench`: measures, each thing beside its limit; exit status 1 if it could not measure.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use nemcon_tests::bench::{ALL, Bench, History, PEERS, Table, Wishes};

/// Measures the council and its ledger, each thing beside its limit in the same run.
#[derive(Debug, Parser)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Only the benchmark of this name; may be given several times.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Smaller sizes and fewer rounds, to see that it works.
    #[arg(long)]
    quick: bool,
    /// Prints the measurements as JSON.
    #[arg(long)]
    json: bool,
    /// Prints the names of the benchmarks.
    #[arg(long)]
    list: bool,
    /// Measures other programs too.
    #[arg(long)]
    peers: bool,
    /// The number of records of the history on which starts, audits and exports are measured.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    records: u64,
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
    if let Some(Command::History { records, members, measures, out }) = &arguments.command {
        let history = History { records: *records, members: *members, measures: *measures };
        return match history.make(out) {
            Ok(made) => {
                println!("{}", made.told());
                ExitCode::SUCCESS
            }
            Err(failed) => {
                eprintln!("bench: {failed}");
                ExitCode::FAILURE
            }
        };
    }
    if arguments.list {
        for Bench { name, about, .. } in ALL.iter().chain([&PEERS]) {
            println!("{name:12} {about}");
        }
        return ExitCode::SUCCESS;
    }
    let is_known = |name: &String| ALL.iter().any(|bench| bench.name == name);
    if let Some(name) = arguments.only.iter().find(|name| !is_known(name)) {
        eprintln!("bench: no benchmark is called {name}; see --list");
        return ExitCode::from(2);
    }
    measure(&arguments)
}

fn measure(arguments: &Arguments) -> ExitCode {
    let wishes = Wishes { quick: arguments.quick, records: arguments.records };
    let is_wanted = |bench: &&Bench| {
        arguments.only.is_empty() || arguments.only.iter().any(|name| name == bench.name)
    };
    let mut table = Table::default();
    let mut has_failed = false;
    let peers = arguments.peers.then_some(&PEERS);
    for bench in ALL.iter().filter(is_wanted).chain(peers) {
        if let Err(failed) = bench.run(&wishes, &mut table) {
            has_failed = true;
            table.note(format!("{} was not measured: {failed}", bench.name));
        }
    }
    if arguments.json {
        println!("{}", table.json());
    } else {
        print!("{table}");
    }
    if has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
