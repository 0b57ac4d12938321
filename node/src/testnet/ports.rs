//! Finds free ports on this machine, which a test network keeps across restarts.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use super::error::TestnetError;

/// The first port that is tried. It is below the range that systems use for outgoing connections,
/// so that no connection of one node takes the port on which another is about to listen.
const FIRST: u16 = 20_000;
/// The number of ports that are tried.
const RANGE: u16 = 12_000;

/// `count` different ports that are free now, as loopback addresses.
///
/// # Errors
/// [`TestnetError::Ports`] if fewer ports are free.
pub(super) fn pick(count: usize) -> Result<Vec<SocketAddr>, TestnetError> {
    let mut start = [0; 2];
    getrandom::fill(&mut start).map_err(nemcon_client::keyfile::KeyFileError::from)?;
    let start = u16::from_le_bytes(start) % RANGE;
    // Each port is held until all are found. Otherwise one port would be found twice.
    let held: Vec<_> = (0..RANGE)
        .map(|step| loopback(FIRST + (start + step) % RANGE))
        .filter_map(|address| TcpListener::bind(address).ok())
        .take(count)
        .collect();
    if held.len() < count {
        return Err(TestnetError::Ports(count));
    }
    Ok(held.iter().filter_map(|listener| listener.local_addr().ok()).collect())
}

/// Whether a process could listen at this address now.
pub(super) fn is_free(address: SocketAddr) -> bool {
    TcpListener::bind(address).is_ok()
}

fn loopback(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ports_are_different_and_free() {
        let picked = pick(54).unwrap();
        assert_eq!(picked.iter().collect::<BTreeSet<_>>().len(), 54);
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        assert!(!is_free(taken.local_addr().unwrap()));
    }
}
