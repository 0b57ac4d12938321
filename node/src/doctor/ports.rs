//! The addresses on which the node listens: whether it does, or whether they are free for it.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use nemcon_client::config::NodeConfig;

use super::answering::Answering;
use super::finding::Finding;

/// Examines each address of the configuration, but for who answers on `listen`, which [`super::peers`] asks.
pub(super) fn look(config: &NodeConfig, answering: &Answering, findings: &mut Vec<Finding>) {
    findings.push(http(config, answering));
    let node = match answering {
        Answering::Yes(..) => Node::Runs,
        Answering::Nobody => Node::IsOff,
        Answering::Failed(_) => Node::Unclear,
    };
    findings.push(of_address("listen", config.listen, node));
    let published = config.publish.as_ref().and_then(|publish| publish.address);
    for (check, address) in [("metrics", config.metrics), ("publish", published)] {
        findings.extend(address.map(|address| of_address(check, address, node)));
    }
}

/// Whether the node runs, as far as that is known.
#[derive(Clone, Copy, Debug)]
enum Node {
    Runs,
    IsOff,
    /// Somebody has its port, and answers nothing that a node answers.
    Unclear,
}

fn http(config: &NodeConfig, answering: &Answering) -> Finding {
    let address = config.http;
    match answering {
        Answering::Yes(..) => Finding::ok("running", format_args!("the node answers at {address}")),
        Answering::Failed(failure) => Finding::wrong(
            "running",
            format_args!("at {address} somebody listens: {}", failure.message()),
            failure.advice().unwrap_or(
                "if another program has this port, choose another `http` in node.toml; if the node does not \
                 answer, its log says why",
            ),
        ),
        Answering::Nobody => match taken(address) {
            None => Finding::warning(
                "running",
                format_args!("the node does not run; {address} is free for it"),
                "start it: `systemctl start nemcon`, or `nemcon node run`; its log says why it has stopped",
            ),
            Some(error) => wrong("running", address, &error),
        },
    }
}

/// An address on which a running node listens, and which must be free for one that does not run.
fn of_address(check: &'static str, address: SocketAddr, node: Node) -> Finding {
    match (taken(address), node) {
        (None, Node::IsOff | Node::Unclear) => {
            Finding::ok(check, format_args!("{address} is free"))
        }
        (Some(error), Node::Unclear) if error.kind() == io::ErrorKind::AddrInUse => {
            Finding::untold(
                check,
                format_args!("{address} is taken, by the node or by another program"),
            )
        }
        (Some(error), Node::Runs) if error.kind() == io::ErrorKind::AddrInUse => {
            Finding::ok(check, format_args!("{address} is taken, as it should be"))
        }
        (None, Node::Runs) => Finding::wrong(
            check,
            format_args!(
                "{address} is free, though the node runs: it was started with another configuration"
            ),
            "restart the node, so that it takes the address of node.toml",
        ),
        (Some(error), _) => wrong(check, address, &error),
    }
}

fn wrong(check: &'static str, address: SocketAddr, error: &io::Error) -> Finding {
    let next = match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program listens there: end it (`ss -ltnp` names it), or choose another address in node.toml"
        }
        io::ErrorKind::AddrNotAvailable => {
            "this machine has no such address: name one that it has, or 0.0.0.0"
        }
        _ => "choose another address in node.toml",
    };
    Finding::wrong(check, format_args!("{address} cannot be taken: {error}"), next)
}

/// Why nobody could listen at an address now; `None` if one could.
fn taken(address: SocketAddr) -> Option<io::Error> {
    TcpListener::bind(address).err()
}

/// The address at which a node of this machine is reached that listens at `listen`.
pub(super) fn from_here(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::super::finding::Verdict;
    use super::*;

    #[test]
    fn a_port_is_free_for_a_node_that_is_off_and_taken_by_one_that_runs() {
        let holder = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = holder.local_addr().unwrap();
        let verdict = |node| of_address("listen", address, node).verdict;
        assert_eq!((verdict(Node::Runs), verdict(Node::IsOff)), (Verdict::Ok, Verdict::Wrong));
        assert_eq!(verdict(Node::Unclear), Verdict::Untold);
        drop(holder);
        assert_eq!((verdict(Node::Runs), verdict(Node::IsOff)), (Verdict::Wrong, Verdict::Ok));
        let elsewhere = "192.0.2.1:9".parse().unwrap();
        let found = of_address("listen", elsewhere, Node::IsOff);
        assert!(found.next.unwrap().starts_with("this machine has no such address"));
    }

    #[test]
    fn a_node_that_listens_everywhere_is_reached_on_this_machine() {
        for (listen, here) in
            [("0.0.0.0:1", "127.0.0.1:1"), ("[::]:1", "[::1]:1"), ("192.0.2.1:1", "192.0.2.1:1")]
        {
            assert_eq!(from_here(listen.parse().unwrap()), here.parse().unwrap());
        }
    }
}
