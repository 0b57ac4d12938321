//! The addresses of the other members' nodes, from the configuration.

use std::collections::BTreeMap;

use nemcon_client::config::{NodeConfig, PeerConfig};
use nemcon_ledger::Code;

use super::error::ServerError;
use crate::mesh::Address;

/// The addresses of the other members' nodes, by member.
pub(crate) type Addresses = BTreeMap<Code, Address>;

/// The addresses of the configuration's peers.
///
/// # Errors
/// [`ServerError::Address`].
pub(crate) fn addresses(config: &NodeConfig) -> Result<Addresses, ServerError> {
    let address = |peer: &PeerConfig| {
        let address = peer.address.parse().map_err(|_| ServerError::Address {
            code: peer.code.clone(),
            address: peer.address.clone(),
        });
        Ok((peer.code.clone(), address?))
    };
    config.peers.iter().map(address).collect()
}
