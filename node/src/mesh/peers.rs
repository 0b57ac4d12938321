//! The nodes that the mesh admits.
//!
//! What it guarantees: every verifier of keys sees the same roster, the one in force now.

use std::collections::BTreeMap;
use std::sync::Arc;

use nemcon_crypto::PublicKey;
use tokio::sync::watch;

use super::address::Address;

/// Another node that is admitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its node key.
    pub key: PublicKey,
    /// Where it listens; it is not dialled if that is not known.
    pub address: Option<Address>,
}

/// Whom to admit, and where to dial.
pub(super) type Peers = Arc<BTreeMap<PublicKey, Option<Address>>>;

/// The roster in force now, seen by whoever verifies a key.
pub(super) type PeersWatch = watch::Receiver<Peers>;
