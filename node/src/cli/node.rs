//! `nemcon node`: creates a member's node, runs it, repairs its journal, and lets it vote again.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Subcommand;
use nemcon_client::atomic_write::folder_of;
use nemcon_client::config::{NODE_CONFIG_FILE, NodeConfig, parse_toml, read_text, render_settings};
use nemcon_client::failure::Failure;
use nemcon_ledger::text::Show as _;
use serde_json::json;

mod log_lines;

mod token;

use super::rejoin;
use crate::mesh::MeshError;
use crate::server::condition::after_stop;
use crate::server::folder::{DiskError, Trust};
use crate::server::repair::{self, RepairError};
use crate::server::{self, Options, ServerError, WorkerError};
use log_lines::LogForm;
use nemcon_audit::{Screen, output::print_text};
use token::TokenCommand;

/// Makes a member's node, runs it, repairs its journal, has it vote again.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum NodeCommand {
    /// Make the ledger folder of a node that has never run, once: block 0, and the file `signed`,
    /// which remembers what the node signs and belongs into no backup.
    Init {
        /// The node's configuration.
        #[arg(long, value_name = "FILE", default_value = "node.toml")]
        config: PathBuf,
    },
    /// Print every setting of the configuration, with its meaning, what holds where it is left out, and how it is set in the
    /// file, if there is one. What is printed is a configuration itself.
    Config {
        /// The node's configuration.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// Print it: the command does nothing else.
        #[arg(long, required = true)]
        print: bool,
    },
    /// Make the tokens anew that the node's HTTP interface asks for, make some for other parties, list them.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Print the HTTP interface as an OpenAPI 3.1 document, for programs. `docs/openapi.json` is the same.
    Api,
    /// Run until SIGINT or SIGTERM. What it says goes to standard error; `RUST_LOG` sets how much.
    Run {
        /// The node's configuration.
        #[arg(long, value_name = "FILE", default_value = "node.toml")]
        config: PathBuf,
        /// End when standard input ends: with the process that holds its other end.
        #[arg(long)]
        stop_with_parent: bool,
        /// How each line of the log is written: words for people, or one JSON object for programs.
        #[arg(long, value_enum, default_value_t, value_name = "FORM")]
        log: LogForm,
        /// Verify every signature in the ledger again, and apply the council's law from block 1 on. Without
        /// this the node trusts what it verified itself before it made it durable.
        #[arg(long)]
        verify_all: bool,
    },
    /// Rebuild a damaged journal: what is sound stays, what is lost comes from the other members'
    /// nodes with its proofs. The node must not be running.
    Repair {
        /// The node's configuration.
        #[arg(long, value_name = "FILE", default_value = "node.toml")]
        config: PathBuf,
        /// Give up after so many seconds without an answer.
        #[arg(long, value_name = "SECONDS", default_value_t = 60)]
        patience: u64,
    },
    /// Have the running node vote again after it has lost its file `signed`, by what the nodes of
    /// all other members saw it sign: for when so many nodes observe that the council stands still.
    Rejoin {
        /// The node's configuration.
        #[arg(long, value_name = "FILE", default_value = "node.toml")]
        config: PathBuf,
        /// Let the node vote again; without this the command only says what that means.
        #[arg(long)]
        yes: bool,
    },
}

/// Runs `nemcon node`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &NodeCommand, screen: Screen) -> Result<(), Failure> {
    log_lines::begin(match command {
        NodeCommand::Run { log, .. } => *log,
        _ => LogForm::Text,
    });
    match command {
        NodeCommand::Init { config } => init(config, screen),
        NodeCommand::Config { config, .. } => print_config(config.as_deref(), screen),
        NodeCommand::Token(command) => token::run(command, screen),
        NodeCommand::Api => print_text(&server::openapi(), Screen::new(false)),
        NodeCommand::Run { config, stop_with_parent, verify_all, .. } => {
            let trust = if *verify_all { Trust::Nothing } else { Trust::OwnPast };
            let stop_with_parent = *stop_with_parent;
            let options = Options { config: config.clone(), stop_with_parent, trust };
            server::run(&NodeConfig::load(config)?, options).map_err(|error| stopped(error, config))
        }
        NodeCommand::Repair { config, patience } => {
            repair(config, Duration::from_secs(*patience), screen)
        }
        NodeCommand::Rejoin { config, yes } => rejoin::run(config, *yes, screen),
    }
}

fn init(config: &Path, screen: Screen) -> Result<(), Failure> {
    let node = NodeConfig::load(config)?;
    server::init(&node, config).map_err(|error| stopped(error, config))?;
    let ledger = node.ledger.shown();
    let words = format!(
        "the ledger of {} is made in {ledger}: block 0, and the file `signed`\n\
         leave `signed` out of backups: a node that is restored without it observes, and is safe\n\
         read.token, submit.token and operate.token are made in {}: whoever has one can ask this \
         node; keep them to yourself\n\
         next: nemcon node run --config {}",
        node.member,
        folder_of(config).shown(),
        config.shown()
    );
    let made = json!({ "member": node.member, "council": node.council, "ledger": node.ledger.to_string_lossy() });
    screen.result(&made, words)
}

/// Prints every setting; those of the file as they stand there.
fn print_config(config: Option<&Path>, screen: Screen) -> Result<(), Failure> {
    let own = Path::new(NODE_CONFIG_FILE);
    let Some(path) = config.or_else(|| own.exists().then_some(own)) else {
        return print_text(&render_settings(None), screen);
    };
    NodeConfig::load(path)?;
    let table: toml::Table = parse_toml(&read_text(path)?, path)?;
    print_text(&render_settings(Some(&table)), screen)
}

fn repair(config: &Path, patience: Duration, screen: Screen) -> Result<(), Failure> {
    let mended = repair::run(&NodeConfig::load(config)?, patience)?;
    let words = match &mended {
        None => "the journal is sound: nothing was changed".to_owned(),
        Some(mended) => format!(
            "the journal is repaired: blocks up to {} were sound, up to {} came from other members\n\
             what was damaged is kept in {}\n\
             next: nemcon node run --config {}",
            mended.sound,
            mended.height,
            mended.aside.shown(),
            config.shown()
        ),
    };
    screen.result(&mended, words)
}

/// The failure of a node that cannot be created, does not start or has stopped, with the advice for
/// its ledger folder.
fn stopped(error: ServerError, config: &Path) -> Failure {
    let disk = match &error {
        ServerError::Disk(error) | ServerError::Worker(WorkerError::Disk(error)) => Some(error),
        _ => None,
    };
    let config = config.shown();
    let advice = match disk {
        Some(DiskError::Taken(_)) => {
            format!("`nemcon node run --config {config}` runs it, or says what it needs")
        }
        Some(DiskError::NotMade(_)) => format!(
            "only if this node has never run, anywhere: `nemcon node init --config {config}`. If it \
             has: mend `ledger` in the configuration if it names the wrong folder; else `nemcon \
             node repair --config {config}` fetches the ledger from the other members' nodes, or \
             put a backup back, without its file `signed`. Then the node withholds its votes until \
             they cannot contradict those that it gave"
        ),
        Some(DiskError::HalfMade(_)) => format!("`nemcon node init --config {config}` ends it"),
        Some(error) if error.is_damage() => format!(
            "`nemcon node repair --config {config}` keeps what is sound and fetches the rest from \
             the other members' nodes"
        ),
        Some(error) => disk_advice(error).to_owned(),
        None => return error.into(),
    };
    let is_taken = matches!(disk, Some(DiskError::Taken(_)));
    let failure = if is_taken { Failure::refused(&error) } else { error.into() };
    failure.next(advice)
}

/// The advice for a ledger folder that is not damaged.
fn disk_advice(error: &DiskError) -> &'static str {
    if error.is_in_use() {
        "the node runs, or another command has its folder: nothing was changed. To repair, end the node first \
         (`systemctl stop nemcon`, or SIGTERM to its process)"
    } else {
        "see to the disk, and who may read and write there; then give the command again: what was \
         acknowledged is there"
    }
}

impl From<RepairError> for Failure {
    fn from(error: RepairError) -> Self {
        match error {
            RepairError::Server(ServerError::Disk(error)) => {
                let advice = disk_advice(&error);
                Self::usage(with_sources(&error)).next(advice)
            }
            RepairError::Server(error) => error.into(),
            RepairError::Short { .. } | RepairError::Alone => Self::refused(&error)
                .next("nothing was changed; try again when more members' nodes can be reached"),
            RepairError::Disk(ref disk) => {
                let advice = disk_advice(disk);
                Self::usage(with_sources(&error)).next(advice)
            }
            RepairError::DecidedInvalid { .. } => Self::usage(with_sources(&error)).next(
                "nothing was changed. Members must compare their ledgers and releases before any node goes on",
            ),
        }
    }
}

impl From<ServerError> for Failure {
    fn from(error: ServerError) -> Self {
        let failure = Self::usage(with_sources(&error));
        match error {
            ServerError::Mesh(MeshError::PortInUse(_))
            | ServerError::Http { .. }
            | ServerError::Metrics { .. } => failure.next(
                "another node may run with this configuration already; if so, use that one. `nemcon doctor` says \
                 which port is taken",
            ),
            ServerError::Key(error) => error.into(),
            ServerError::Token(error) => error.into(),
            ServerError::Descriptors(_) => failure.next(
                "raise the limit of open files: `ulimit -n 1024` where the node is started, or \
                 `LimitNOFILE=1024` in the unit of its service",
            ),
            ServerError::HttpTls { .. } => failure
                .next("another process may have the port: choose another `address` in `[http_tls]`"),
            ServerError::TlsFiles(_) => failure.next(
                "`certificate` and `key` in `[http_tls]` name files in PEM: the node's certificate, then those above it; \
                 and its key, which others than its owner and its group cannot read (`chmod 640`)",
            ),
            ServerError::File { .. } => failure.next("check the path and who may read it"),
            ServerError::Founding { .. } => failure
                .next("take the genesis and the digest in `node.toml` from the same founding"),
            ServerError::UnknownMember(_) | ServerError::OtherKey { .. } => failure
                .next("`nemcon genesis show` lists the members and keys; mend the configuration"),
            ServerError::UnknownPeer { code, .. } => failure.next(format_args!(
                "mend `code` under [[peer]] in `node.toml`. If {code} is about to enter the council, name it \
                 once the measure that admits it has reached this node"
            )),
            ServerError::Worker(WorkerError::Halt(halt)) => failure.next(after_stop(&halt)),
            ServerError::Worker(WorkerError::Disk(_)) => failure
                .next("see to the disk, then start the node again: what was acknowledged is there"),
            _ => failure,
        }
    }
}

/// The error with its causes, as far as the error's own message does not contain them.
fn with_sources(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !said.contains(&words) {
            said = format!("{said}: {words}");
        }
        cause = error.source();
    }
    said
}
