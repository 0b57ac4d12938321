//! Which inbound connection is ended when too many have proven no key yet.
//!
//! What it guarantees: a stranger with many connections loses its own, and not those of peers.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};

/// The connection that gives way, of those that have proven no key, which are given in the order of their
/// coming: the oldest from the address that has the most.
pub(super) fn gives_way(waiting: impl Iterator<Item = (u64, IpAddr)>) -> Option<u64> {
    let mut sources: BTreeMap<IpAddr, (usize, Reverse<u64>)> = BTreeMap::new();
    for (number, ip) in waiting {
        sources.entry(source(ip)).or_insert((0, Reverse(number))).0 += 1;
    }
    sources.into_values().max().map(|(_, Reverse(oldest))| oldest)
}

/// The address for which a connection counts. A host that has one address of version 6 has all addresses
/// with the same first 64 bits.
fn source(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64))),
        ip @ IpAddr::V4(_) => ip,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(waiting: &[&str]) -> Option<u64> {
        let ips = waiting.iter().map(|ip| ip.parse().unwrap());
        gives_way((0..).zip(ips))
    }

    #[test]
    fn a_stranger_with_many_connections_crowds_out_his_own_and_no_peer() {
        assert_eq!(of(&["192.0.2.1", "198.51.100.7", "198.51.100.7"]), Some(1));
        assert_eq!(of(&["192.0.2.1", "2001:db8::1", "2001:db8::2:2"]), Some(1));
        assert_eq!(of(&["192.0.2.1", "198.51.100.7", "::ffff:198.51.100.7"]), Some(1));
    }

    #[test]
    fn among_equals_the_oldest_gives_way() {
        assert_eq!(of(&["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8:0:1::1"]), Some(0));
        assert_eq!(of(&[]), None);
    }
}
