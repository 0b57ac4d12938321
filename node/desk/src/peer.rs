//! Whose program is at the other end of a connection: on Linux the system lists the owner of each socket.
//!
//! What it guarantees: no program of another user of this machine gets a page, whatever cookie or link it shows. What
//! it does not: on a system without this list every program of the machine can connect, and needs a link or a cookie.

use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// The list of the sockets of this machine, for IPv4. See `proc_net(5)`.
const SOCKETS: &str = "/proc/net/tcp";
/// The user who may do everything anyhow.
const ROOT: u32 = 0;

/// Whether the program that connects from `peer` to `here` is one of this process's user, or of root.
pub(crate) fn is_own(peer: SocketAddr, here: SocketAddr) -> bool {
    let Some(me) = Path::new("/proc/self").metadata().ok().map(|it| it.uid()) else { return true };
    let Ok(sockets) = std::fs::read_to_string(SOCKETS) else { return true };
    owner(&sockets, peer, here).is_none_or(|owner| owner == me || owner == ROOT)
}

/// The owner of the socket at `peer` that is connected to `here`.
fn owner(sockets: &str, peer: SocketAddr, here: SocketAddr) -> Option<u32> {
    let (peer, here) = (written(peer)?, written(here)?);
    let row = sockets.lines().skip(1).map(|row| row.split_ascii_whitespace().collect::<Vec<_>>());
    let mut rows = row.filter(|row| row.get(1) == Some(&&*peer) && row.get(2) == Some(&&*here));
    rows.next()?.get(7)?.parse().ok()
}

/// The address as the list writes it: the number in the machine's byte order, and the port.
fn written(address: SocketAddr) -> Option<String> {
    let IpAddr::V4(ip) = address.ip() else { return None };
    Some(format!("{:08X}:{:04X}", u32::from_ne_bytes(ip.octets()), address.port()))
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn the_owner_of_a_connection_is_found() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let here = listener.local_addr().unwrap();
        let stream = TcpStream::connect(here).unwrap();
        let peer = stream.local_addr().unwrap();
        let sockets = std::fs::read_to_string(SOCKETS).unwrap();
        let me = Path::new("/proc/self").metadata().unwrap().uid();
        assert_eq!(owner(&sockets, peer, here), Some(me));
        assert!(is_own(peer, here));
        assert_eq!(owner(&sockets, here, here), None);
    }

    #[test]
    fn another_user_is_told_apart() {
        let row = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
                   0: CC5E7F7F:1A2B 0100007F:0050 01 00000000:00000000 00:00000000 00000000 65534        0 1 1 0 20 4 30 10 -1\n";
        let peer = "127.127.94.204:6699".parse().unwrap();
        let here = "127.0.0.1:80".parse().unwrap();
        let found = owner(row, peer, here);
        assert!(cfg!(target_endian = "big") || found == Some(65_534), "{found:?}");
    }
}
