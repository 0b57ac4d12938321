//! Which hosts are this machine.

use std::net::IpAddr;

use ureq::http::uri::Authority;

/// Whether the authority is a loopback address as a number, or `localhost`. No other name counts,
/// because a name can be made to mean another machine.
pub fn is_loopback(authority: &Authority) -> bool {
    let host = authority.host();
    let number = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || number.is_ok_and(|number| number.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loopback_host_is_a_number_or_localhost() {
        let says = |host: &str| host.parse().is_ok_and(|authority| is_loopback(&authority));
        for host in
            ["localhost", "localhost:4201", "127.0.0.1:4201", "127.2.0.1:1", "[::1]:80", "[::1]"]
        {
            assert!(says(host), "{host}");
        }
        for host in
            ["", "localhost.example.org", "10.0.0.1:4201", "[::2]:1", "127.0.0.1.nip.io", "0.0.0.0"]
        {
            assert!(!says(host), "{host}");
        }
    }
}
