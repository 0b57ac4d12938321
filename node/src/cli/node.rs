//! `nemcon node`: running a member's node.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use clap::Subcommand;
use tracing_subscriber::EnvFilter;

use super::failure::Failure;
use crate::config::NodeConfig;
use crate::mesh::MeshError;
use crate::shell::{self, Options, ShellError, WorkerError};

/// What a node says unless `RUST_LOG` asks for other things: the engine names every vote.
const DEFAULT_FILTER: &str = "info,arc_malachitebft_core_consensus=warn";

/// Runs a member's node.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum NodeCommand {
    /// Run until SIGINT or SIGTERM. What it says goes to standard error; `RUST_LOG` sets how much.
    Run {
        /// The node's configuration.
        #[arg(long, value_name = "FILE", default_value = "node.toml")]
        config: PathBuf,
        /// End when standard input ends: with the process that holds its other end.
        #[arg(long)]
        stop_with_parent: bool,
    },
}

/// Runs it.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &NodeCommand) -> Result<(), Failure> {
    let NodeCommand::Run { config, stop_with_parent } = command;
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
    let options = Options { stop_with_parent: *stop_with_parent };
    Ok(shell::run(&NodeConfig::load(config)?, options)?)
}

impl From<ShellError> for Failure {
    fn from(error: ShellError) -> Self {
        let failure = Self::usage(with_sources(&error));
        match error {
            ShellError::Mesh(MeshError::PortInUse(_)) | ShellError::Http { .. } => failure
                .next("another node may run with this configuration already; if so, use that one"),
            ShellError::Key(error) => error.into(),
            ShellError::File { .. } => failure.next("check the path and who may read it"),
            ShellError::Founding { .. } => failure
                .next("take the genesis and the digest in `node.toml` from the same founding"),
            ShellError::UnknownMember(_) | ShellError::OtherKey { .. } => failure
                .next("`nemcon genesis show` lists the members and keys; mend the configuration"),
            ShellError::Worker(WorkerError::Disk(_)) => failure
                .next("see to the disk, then start the node again: what was acknowledged is there"),
            _ => failure,
        }
    }
}

/// The error with what caused it, where its own words do not say so already.
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
