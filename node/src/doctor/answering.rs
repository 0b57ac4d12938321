//! Whether the node answers, and what.

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use nemcon_client::api::Status;
use nemcon_client::client::{Access, Client, ClientError};
use nemcon_client::config::NodeConfig;
use nemcon_client::failure::Failure;

/// How long a connection to this machine may take.
const LISTENING_TIMEOUT: Duration = Duration::from_secs(2);

/// What the node answers, if it does.
pub(super) enum Answering {
    /// It runs.
    Yes(Box<Status>, Client),
    /// Nobody listens at its address.
    Nobody,
    /// Somebody listens there, and the question came to nothing.
    Failed(Failure),
}

impl Answering {
    /// Asks for the status, with the tokens in `folder`.
    pub(super) fn ask(config: &NodeConfig, folder: &Path) -> Self {
        let url = format!("http://{}", config.http);
        let client = Client::new(&url, Access::Folder(folder.to_owned()))
            .of(Some(config.council), Some(config.member.clone()));
        match client.status() {
            Ok(status) => Self::Yes(Box::new(status), client),
            Err(ClientError::NotRunning { .. }) => Self::Nobody,
            // Without a token nothing was asked: whether somebody listens is found out apart.
            Err(_) if !somebody_listens(config.http) => Self::Nobody,
            Err(error) => Self::Failed(error.into()),
        }
    }

    /// The status, if the node answers.
    pub(super) fn status(&self) -> Option<&Status> {
        match self {
            Self::Yes(status, _) => Some(status),
            Self::Nobody | Self::Failed(_) => None,
        }
    }

    /// The client of a node that answers.
    pub(super) const fn client(&self) -> Option<&Client> {
        match self {
            Self::Yes(_, client) => Some(client),
            Self::Nobody | Self::Failed(_) => None,
        }
    }
}

fn somebody_listens(address: SocketAddr) -> bool {
    TcpStream::connect_timeout(&address, LISTENING_TIMEOUT).is_ok()
}
