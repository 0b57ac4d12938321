//! The public read path of a real node: off by default, in step with the log, and nothing but the log.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use nemcon_client::config::{NodeConfig, PublishConfig};
use nemcon_client::publishing::Shows;
use nemcon_tests::process::{Net, free_address, in_workspace, nemcon, wait_for};

/// The status and the head of an answer, and its body.
fn ask(address: &str, request: &str) -> Option<(String, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split_once("\r\n\r\n").map(|(head, body)| (head.to_owned(), body.to_owned()))
}

fn get(address: &str, path: &str) -> Option<(String, String)> {
    ask(address, &format!("GET {path} HTTP/1.1\r\nHost: log\r\nConnection: close\r\n\r\n"))
}

#[test]
fn a_node_gives_out_its_log_as_far_as_the_charter_opens_it_and_goes_on() {
    let net = Net::up("--members 4");
    let folder = net.testnet().folder(&"BE".parse().unwrap());
    let file = folder.join("node.toml");
    let address = free_address();
    nemcon("testnet down --as BE --dir", [net.dir()]).done();
    // What the node wrote has paths relative to its folder, and so has what is written back.
    let config: NodeConfig = toml::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(config.publish, None);
    let publish = PublishConfig {
        folder: "published".into(),
        shows: Shows::Public,
        decision: None,
        witnesses: None,
        address: Some(address.parse().unwrap()),
    };
    std::fs::write(&file, NodeConfig { publish: Some(publish), ..config }.render()).unwrap();
    nemcon("testnet up --as BE --dir", [net.dir()]).done();
    let council = net.testnet().council().to_string();
    let url = format!("http://{address}");
    for measure in ["2020-1127", "2020-1537"] {
        let measure = in_workspace(&format!("examples/toolbox/{measure}.toml"));
        let number = net.table("BE", &measure);
        net.cast(number, "in-favour", &["BE", "BG", "CZ", "DK"]);
        let path = format!("/certificate/{number}");
        let certificate = wait_for("the certificate of what was adopted", || {
            get(&address, &path).filter(|(head, _)| head.starts_with("HTTP/1.1 200"))
        });
        let saved = net.beside("decision.nemcon");
        std::fs::write(&saved, certificate.1).unwrap();
        let judged = nemcon("verify", [saved.as_os_str(), "--council".as_ref(), council.as_ref()]);
        assert!(judged.out.contains("VERIFIED AS FAR AS IT IS PUBLIC"), "{judged:#?}");
        let (head, body) = get(&address, "/checkpoint").unwrap();
        assert!(head.contains("cache-control: no-cache"), "{head}");
        let size: u64 = body.lines().nth(1).unwrap().parse().unwrap();
        let audited = nemcon("audit", [url.as_str(), "--council", &council]);
        let said = audited.out;
        assert!(said.contains(&format!("of {size} records")), "{said}");
        assert!(said.ends_with("VERIFIED AS FAR AS IT IS PUBLIC\n"), "{said}");
        watched(&net, &url, size);
    }
    let log = net.log("BE");
    assert!(log.contains("opened_by=the charter"), "{log}");
    for path in ["/node.key", "/../node.key", "/published.audited", "/v1/status", "/health", "/"] {
        let (head, _) = get(&address, path).unwrap();
        assert!(head.starts_with("HTTP/1.1 404"), "{path}: {head}");
    }
    let (head, _) = ask(
        &address,
        "POST /checkpoint HTTP/1.1\r\nHost: log\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    )
    .unwrap();
    assert!(head.starts_with("HTTP/1.1 405"), "{head}");
    closed(&net, &file, &address);
}

/// A watch finds the log as it is.
fn watched(net: &Net, url: &str, size: u64) {
    let (council, state) = (net.testnet().council().to_string(), net.beside("watch.state"));
    let state = state.to_str().unwrap();
    let said = nemcon("watch", [url, "--council", &council, "--state", state]).done();
    let wanted = format!("OK: 1 log of one history; verified up to size {size}");
    assert!(said.contains(&wanted), "{said}");
}

/// What the configuration does not open any more is not given out, although it lies there.
fn closed(net: &Net, file: &Path, address: &str) {
    nemcon("testnet down --as BE --dir", [net.dir()]).done();
    let mut config: NodeConfig = toml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    config.publish.as_mut().unwrap().shows = Shows::Everything;
    std::fs::write(file, config.render()).unwrap();
    nemcon("testnet up --as BE --dir", [net.dir()]).done();
    wait_for("the reason why the log is closed", || {
        net.log("BE").contains("only a decision of the council opens it").then_some(())
    });
    let (head, _) = get(address, "/checkpoint").unwrap();
    assert!(head.starts_with("HTTP/1.1 503"), "{head}");
}
