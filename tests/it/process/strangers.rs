//! Whoever is not of the council gets nowhere with a node, which says so and goes on.

use nemcon_client::api::MeasureStatus;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use nemcon_tests::process::{Net, in_workspace, wait_for};

/// The lines of the node's log on refused connections, once there are `count`.
fn refusals(net: &Net, count: usize) -> Vec<String> {
    wait_for("the refusal in the log", || {
        let log = net.log("CH");
        let lines = log.lines().filter(|line| line.contains("connection refused"));
        let lines: Vec<_> = lines.map(str::to_owned).collect();
        (lines.len() >= count).then_some(lines)
    })
}

#[test]
fn strangers_are_refused_and_the_council_goes_on() {
    let net = Net::up("--members 4 --charter plain");
    let address = net.member("CH").listen;
    let before = refusals(&net, 0).len();

    let mut stranger = TcpStream::connect(address).unwrap();
    stranger.write_all(b"GET / HTTP/1.1\r\nHost: nobody\r\n\r\n").unwrap();
    // Closed with an alert or without: either way it ends.
    let _ = stranger.read_to_end(&mut Vec::new());
    let said = refusals(&net, before + 1).pop().unwrap();
    assert!(said.contains("WARN") && said.contains("not a TLS 1.3 handshake"), "{said}");

    let target = address.to_string();
    let client = Command::new("openssl")
        .args(["s_client", "-tls1_3", "-connect", &target])
        .stdin(Stdio::null())
        .output();
    match client {
        Ok(said) => {
            assert!(!said.status.success(), "{said:?}");
            let logged = refusals(&net, before + 2).pop().unwrap();
            assert!(logged.contains("raw public key") || logged.contains("TLS 1.3"), "{logged}");
        }
        Err(error) => println!("without OpenSSL's client, which does not run here: {error}"),
    }

    let refused = net.status("CH").refused;
    assert!(refused.values().sum::<u64>() > 0, "{refused:?}");
    let number = net.table("CH", &in_workspace("examples/board/reserve-fund.toml"));
    net.cast(number, "in-favour", &["CH", "DC", "TR", "SC"]);
    assert_eq!(net.measure("CH", number).status, MeasureStatus::Adopted);
    assert!(net.status("CH").members.iter().all(|member| member.connected));
}
