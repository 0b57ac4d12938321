//! Why there is no test network to work with, and what to do then.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use nemcon_client::client::ClientError;
use nemcon_client::config::ConfigError;
use nemcon_client::failure::Failure;
use nemcon_client::staged::StagedError;
use nemcon_ledger::text::{Code, Show as _};

use super::layout::TESTNET_FILE;

/// Why there is no test network to work with.
#[derive(Debug, thiserror::Error)]
pub enum TestnetError {
    /// The folder holds none.
    #[error("{}: no test network is here (there is no {TESTNET_FILE})", .0.shown())]
    None(PathBuf),
    /// Its file is not what it must be.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The folder cannot be made.
    #[error(transparent)]
    Staged(#[from] StagedError),
    /// Keys cannot be made.
    #[error(transparent)]
    Key(#[from] nemcon_client::keyfile::KeyFileError),
    /// The charter founds no council.
    #[error(transparent)]
    Plan(#[from] nemcon_client::founding::PlanError),
    /// Tokens cannot be made.
    #[error(transparent)]
    Token(#[from] nemcon_client::token::TokenError),
    /// A founding member cannot sign.
    #[error(transparent)]
    Sign(#[from] nemcon_client::founding::SignError),
    /// A member's ledger cannot be made.
    #[error(transparent)]
    Ledger(#[from] crate::server::folder::DiskError),
    /// A code that is no member's.
    #[error("{code} is no member of this test network; its members are {}", nemcon_ledger::council::join(.members))]
    UnknownMember {
        /// Who was asked for.
        code: Code,
        /// Who there is.
        members: Vec<Code>,
    },
    /// A code that is no party's.
    #[error("{code} takes no part in this test network; {} do", nemcon_ledger::council::join(.parties))]
    UnknownParty {
        /// Who was asked for.
        code: Code,
        /// Who does, members first.
        parties: Vec<Code>,
    },
    /// No two free ports a member.
    #[error("there are not {0} free ports on 127.0.0.1")]
    Ports(usize),
    /// The ports of the test network are taken by something else.
    #[error("{code}: {address} is in use by another process")]
    PortInUse {
        /// Whose.
        code: Code,
        /// The address.
        address: SocketAddr,
    },
    /// A process cannot be started, asked or ended.
    #[error("the node of {code}: {source}")]
    Process {
        /// Whose.
        code: Code,
        /// What the system said.
        source: io::Error,
    },
    /// A node ended instead of answering.
    #[error("the node of {code} has ended; the end of {} says:\n{said}", .log.shown())]
    Ended {
        /// Whose.
        code: Code,
        /// Its log.
        log: PathBuf,
        /// The last lines of it.
        said: String,
    },
    /// A node does not answer.
    #[error("the node of {code} does not answer: {error}")]
    Silent {
        /// Whose.
        code: Code,
        /// Why.
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
