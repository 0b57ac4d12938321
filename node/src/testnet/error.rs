//! Why a test network cannot be used, and what a person can do.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use nemcon_client::atomic_write::StagedError;
use nemcon_client::client::ClientError;
use nemcon_client::config::ConfigError;
use nemcon_client::failure::Failure;
use nemcon_ledger::text::{Code, Show as _};

use super::layout::TESTNET_FILE;

/// Why a test network cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TestnetError {
    /// The folder holds no test network.
    #[error("{}: no test network is here (there is no {TESTNET_FILE})", .0.shown())]
    None(PathBuf),
    /// The network's file has not the form that it must have.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The folder cannot be created.
    #[error(transparent)]
    Staged(#[from] StagedError),
    /// The keys cannot be created.
    #[error(transparent)]
    Key(#[from] nemcon_client::keyfile::KeyFileError),
    /// A party's card contradicts itself.
    #[error(transparent)]
    Card(#[from] nemcon_client::founding::CardError),
    /// The cards found no council.
    #[error(transparent)]
    Cards(#[from] nemcon_client::founding::CardsError),
    /// The charter founds no council.
    #[error(transparent)]
    Plan(#[from] nemcon_client::founding::PlanError),
    /// The tokens cannot be created.
    #[error(transparent)]
    Token(#[from] nemcon_client::token::TokenError),
    /// A founding member cannot sign.
    #[error(transparent)]
    Sign(#[from] nemcon_client::founding::SignError),
    /// The ledger of a member cannot be created.
    #[error(transparent)]
    Ledger(#[from] crate::server::folder::DiskError),
    /// The code is of no member.
    #[error("{code} is no member of this test network; its members are {}", nemcon_ledger::council::join(.members))]
    UnknownMember {
        /// The code that was asked for.
        code: Code,
        /// The codes of the members.
        members: Vec<Code>,
    },
    /// The code is of no party.
    #[error("{code} takes no part in this test network; {} do", nemcon_ledger::council::join(.parties))]
    UnknownParty {
        /// The code that was asked for.
        code: Code,
        /// The codes of the parties, members first.
        parties: Vec<Code>,
    },
    /// There are not two free ports for each of this number of members.
    #[error("there are not {0} free ports on 127.0.0.1")]
    Ports(usize),
    /// Something else uses a port of the test network.
    #[error("{code}: {address} is in use by another process")]
    PortInUse {
        /// The code of the member whose port it is.
        code: Code,
        /// The address with the port.
        address: SocketAddr,
    },
    /// A node's process cannot be started, asked or stopped.
    #[error("the node of {code}: {source}")]
    Process {
        /// The code of the node's member.
        code: Code,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A node stopped instead of answering.
    #[error("the node of {code} has ended; the end of {} says:\n{said}", .log.shown())]
    Ended {
        /// The code of the node's member.
        code: Code,
        /// The path of the node's log.
        log: PathBuf,
        /// The last lines of the log.
        said: String,
    },
    /// A node does not answer.
    #[error("the node of {code} does not answer: {error}")]
    Silent {
        /// The code of the node's member.
        code: Code,
        /// Why there is no answer.
        error: Box<ClientError>,
    },
}

impl From<TestnetError> for Failure {
    fn from(error: TestnetError) -> Self {
        let failure = Self::usage(&error);
        match error {
            TestnetError::Staged(error) => error.into(),
            TestnetError::None(_) => {
                failure.next("`nemcon testnet up --members 4 --dir DIR` makes one")
            }
            TestnetError::PortInUse { .. } => failure.next(
                "end that process, or make a test network in another folder: it gets other ports",
            ),
            TestnetError::UnknownMember { .. } | TestnetError::UnknownParty { .. } => {
                failure.next("give one of these with `--as`")
            }
            TestnetError::Config(error) => error.into(),
            TestnetError::Key(error) => error.into(),
            _ => failure,
        }
    }
}
