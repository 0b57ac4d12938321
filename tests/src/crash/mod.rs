//! Crashes of real nodes: processes killed, system calls that fail, disks that are full, power that
//! goes, bytes that flip, and the repair of what was damaged.
//!
//! ```text
//! Net   a founded council in a folder, its nodes as child processes
//! Load  submits ballots without a pause and remembers every acknowledgement
//! ```
//!
//! Each suite asks the same of the disk of a node that has died: every record that the node has
//! acknowledged is in its journal, before any peer could give it back.

mod flip;
mod kill;
mod load;
mod mount;
mod net;
mod power;
mod random;
mod repair;
mod snapshots;
mod syscalls;

pub use flip::flip;
pub use kill::kill;
pub use load::Load;
pub use mount::{Mount, run_tool};
pub(crate) use net::MEASURE;
pub use net::{Net, Node, binary, wait_for};
pub use power::power;
pub use random::Random;
pub use repair::repair;
pub use syscalls::{faults, full};

/// What a suite found wrong, or what kept it from running.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failed(pub String);

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<nemcon_node::testnet::TestnetError> for Failed {
    fn from(error: nemcon_node::testnet::TestnetError) -> Self {
        Self(error.to_string())
    }
}

impl From<nemcon_client::client::ClientError> for Failed {
    fn from(error: nemcon_client::client::ClientError) -> Self {
        Self(error.to_string())
    }
}

impl From<nemcon_client::failure::Failure> for Failed {
    fn from(failure: nemcon_client::failure::Failure) -> Self {
        Self(failure.message().to_owned())
    }
}

/// Says what is wrong unless `holds`.
pub(crate) fn ensure(holds: bool, what: impl FnOnce() -> String) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(Failed(what())) }
}
