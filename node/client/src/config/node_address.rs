//! Where a node listens: `host:port`.
//!
//! What it guarantees: what parses can be dialled, a name once it has an address.

use core::fmt;
use core::str::FromStr;
use std::net::SocketAddr;

/// A host, by name or number, and a port; names are looked up at every dial.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeAddress(String);

/// Why a text is not an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an address is host:port, such as node.example.org:7001 or [2001:db8::1]:7001")]
pub struct NodeAddressError;

impl NodeAddress {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<SocketAddr> for NodeAddress {
    fn from(address: SocketAddr) -> Self {
        Self(address.to_string())
    }
}

impl FromStr for NodeAddress {
    type Err = NodeAddressError;

    fn from_str(text: &str) -> Result<Self, NodeAddressError> {
        if let Ok(address) = text.parse::<SocketAddr>() {
            return Ok(address.into());
        }
        let (host, port) = text.rsplit_once(':').ok_or(NodeAddressError)?;
        let port: u16 = port.parse().map_err(|_| NodeAddressError)?;
        let named = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
        if host.is_empty() || host.len() > 253 || !host.chars().all(named) {
            return Err(NodeAddressError);
        }
        Ok(Self(format!("{host}:{port}")))
    }
}

impl fmt::Display for NodeAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port() {
        for right in ["127.0.0.1:7001", "[::1]:7001", "node.example.org:7001", "localhost:1"] {
            assert_eq!(right.parse::<NodeAddress>().unwrap().as_str(), right);
        }
        for wrong in ["", "localhost", ":7001", "localhost:", "localhost:70000", "a b:1", "::1"] {
            assert_eq!(wrong.parse::<NodeAddress>(), Err(NodeAddressError), "{wrong}");
        }
    }
}
