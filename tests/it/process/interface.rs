//! The HTTP interface for programs: over TLS, for other parties, and as a stream of events.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nemcon_client::api::EventKind;
use nemcon_client::client::{Access, Client, Since, Told};
use nemcon_client::config::{HttpTls, NodeConfig};
use nemcon_client::token::{Holder, Role};
use nemcon_ledger::record::Statement;
use nemcon_tests::process::{
    Net, Signal, command, free_address, in_workspace, run, signal, wait_for, yes_to,
};

const ACT: &str = "examples/toolbox/2018-conclusions.toml";

/// Makes an authority, and a certificate by it for `localhost`, in this folder.
fn certificates(folder: &Path) {
    let openssl = |line: &str| {
        let mut command = Command::new("openssl");
        command.args(line.split(' ')).current_dir(folder).stdin(Stdio::null());
        let said = run(&mut command);
        assert_eq!(said.status, Some(0), "{said:?}");
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    openssl(&format!("req -x509 {key} -keyout ca.key -out ca.pem -subj /CN=authority -days 2"));
    openssl(&format!(
        "req -x509 {key} -keyout tls.key -out tls.pem -subj /CN=node -days 2 -CA ca.pem -CAkey ca.key \
         -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE"
    ));
}

/// Opens the interface of a member's node to other machines; the address.
fn opened(net: &Net, code: &str) -> String {
    let folder = net.dir().join("members").join(code);
    certificates(&folder);
    let file = folder.join("node.toml");
    let address = free_address();
    let http_tls = Some(HttpTls {
        address: address.parse().unwrap(),
        certificate: "tls.pem".into(),
        key: "tls.key".into(),
    });
    let text = std::fs::read_to_string(&file).unwrap();
    let config: NodeConfig = toml::from_str(&text).unwrap();
    std::fs::write(&file, NodeConfig { http_tls, ..config }.render()).unwrap();
    net.kill(code);
    net.restart();
    format!("https://{}", address.replace("127.0.0.1", "localhost"))
}

/// Makes a token of a member's node for another party.
fn token_for(net: &Net, at: &str, party: &str) -> PathBuf {
    let folder = net.dir().join("members").join(at);
    run(command("node token new submit").args(["--for", party]).current_dir(&folder)).done();
    signal(net.pid(at), Signal::HUP);
    Holder::of_party(party.parse().unwrap()).file_in(&folder)
}

/// A ballot of BE in favour of measure 1, signed away from its node; its file.
fn signed_ballot(net: &Net) -> PathBuf {
    let [text, record, signed] = ["ballot", "record", "signed"].map(|name| net.beside(name));
    net.of("BE", &format!("ballot prepare 1 in-favour -o {}", text.display())).done();
    net.of("BE", &format!("measure record 1 -o {}", record.display())).done();
    let mut sign = command(&format!("ballot sign {} --council", yes_to(&text)));
    sign.arg(net.testnet().council().to_string()).arg(&text).arg("--measure").arg(&record);
    sign.arg("-o").arg(&signed).arg("--genesis").arg(net.dir().join("genesis"));
    run(sign.arg("--key").arg(net.dir().join("members/BE/officer-desk.key"))).done();
    signed
}

#[test]
fn a_party_whose_node_is_off_hands_its_ballot_in_at_another_one_over_tls() {
    let net = Net::up("--members 4");
    assert_eq!(net.table("BE", &in_workspace(ACT)), 1);
    let base = opened(&net, "BG");
    let (token, of_cz) = (token_for(&net, "BG", "BE"), token_for(&net, "BG", "CZ"));
    let (signed, council) = (signed_ballot(&net), net.testnet().council().to_string());
    net.kill("BE");
    let there = |line: &str, base: &str, ca: bool, token: &Path| {
        let mut command = command(line);
        command.args(["--node", base, "--council", &council, "--token"]).arg(token);
        if ca {
            command.arg("--ca").arg(net.dir().join("members/BG/ca.pem"));
        }
        command
    };
    let submit = |base: &str, ca: bool, token: &Path| {
        run(there("statement submit", base, ca, token).arg(&signed))
    };
    // Without the authority the node is not trusted, and without TLS no token leaves this machine.
    submit(&base, false, &token).refused(2, &["is not trusted", "--ca FILE"]);
    submit("http://192.0.2.1:1", false, &token).refused(2, &["without TLS", "https://"]);
    // The certificate is not for this name.
    let other = base.replace("localhost", "127.0.0.1");
    submit(&other, true, &token).refused(2, &["is not trusted"]);
    wait_for("the token to count", || {
        let said = submit(&base, true, &of_cz);
        said.err.contains("is for statements of CZ, and this one is of BE").then_some(())
    });
    let said = submit(&base, true, &token).done();
    assert!(said.contains("ordered in block"), "{said}");
    assert!(said.contains(&format!("handed in to the node at {base}")), "{said}");
    // What one party has said is there for the holder of its token alone.
    let text = Statement::parse(&std::fs::read(&signed).unwrap()).unwrap().text_hash;
    let at = |token: &Path| Client::new(net.client("BG").base(), Access::File(token.to_owned()));
    assert!(at(&token).leaf_of(text).unwrap().is_some());
    assert_eq!(at(&of_cz).leaf_of(text).unwrap(), None);
    let ballots = net.measure("CZ", 1).ballots;
    assert!(ballots.iter().any(|it| it.code.as_str() == "BE" && it.position.is_some()));
    // It reads nothing else, and is listed until it is taken back.
    run(&mut there("status", &base, true, &token)).refused(2, &["is for statements of BE alone"]);
    let here = net.dir().join("members/BG");
    let list = || run(command("node token list").current_dir(&here)).done();
    assert!(list().contains("submit for BE"), "{}", list());
    let kept = net.beside("kept.token");
    std::fs::rename(&token, &kept).unwrap();
    assert!(!list().contains("submit for BE"), "{}", list());
    signal(net.pid("BG"), Signal::HUP);
    wait_for("the token to be taken back", || {
        submit(&base, true, &kept).err.contains("does not know the token").then_some(())
    });
}

#[test]
fn where_the_own_node_is_off_a_profile_names_another_one_and_the_command_says_so() {
    let net = Net::up("--members 4");
    assert_eq!(net.table("BE", &in_workspace(ACT)), 1);
    let base = opened(&net, "BG");
    let token = token_for(&net, "BG", "BE");
    let signed = signed_ballot(&net);
    let council = net.testnet().council().to_string();
    let own = format!("http://{}", net.member("BE").http);
    let at_home = |line: &str| {
        let mut command = command(line);
        command.env("XDG_CONFIG_HOME", net.beside("home")).current_dir(net.dir());
        command
    };
    let mut new = at_home("profile new --as BE --fallback");
    new.arg(&base).arg("--fallback-token").arg(&token).arg("--fallback-ca");
    new.arg(net.dir().join("members/BG/ca.pem")).args(["--node", &own, "--council", &council]);
    let told = run(new.arg("--token").arg(net.token("BE", Role::Submit))).done();
    assert!(told.contains(&format!("fallback   {base}")), "{told}");
    net.kill("BE");
    let submitted = run(at_home("statement submit").arg(&signed));
    assert!(submitted.err.contains(&format!("asking the node at {base} instead")), "{submitted:?}");
    assert_eq!(submitted.status, Some(0), "{submitted:?}");
    assert!(submitted.out.contains("ordered in block"), "{submitted:?}");
    assert!(submitted.out.contains(&format!("handed in to the node at {base}")), "{submitted:?}");
}

#[test]
fn other_machines_are_let_in_over_tls_alone_and_under_names_of_the_certificate() {
    let net = Net::up("--members 4");
    let base = opened(&net, "BE");
    let folder = net.dir().join("members/BE");
    let port = base.rsplit_once(':').unwrap().1.to_owned();
    let curl = |host: &str, path: &str| {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--max-time", "20", "--cacert"]);
        curl.arg(folder.join("ca.pem")).args(["--output", "-", "--write-out", "\n%{http_code}"]);
        curl.args(["-H", &format!("Host: {host}")]).arg(format!("https://localhost:{port}{path}"));
        run(curl.stdin(Stdio::null()))
    };
    assert!(curl("localhost", "/health").out.ends_with("ok\n\n200"));
    assert!(curl("127.0.0.1", "/health").out.ends_with("\n403"));
    assert!(curl("rebound.example.org", "/health").out.ends_with("\n403"));
    assert!(curl("localhost", "/v1/status").out.ends_with("\n401"));
    // A certificate that cannot be used leaves the old one in use, and a new one is taken.
    std::fs::write(folder.join("tls.key"), "no key").unwrap();
    signal(net.pid("BE"), Signal::HUP);
    wait_for("the node to say so", || {
        net.log("BE").contains("the certificate stays as it was").then_some(())
    });
    assert!(curl("localhost", "/health").out.ends_with("\n200"));
    certificates(&folder);
    signal(net.pid("BE"), Signal::HUP);
    wait_for("the new certificate", || {
        curl("localhost", "/health").out.ends_with("\n200").then_some(())
    });
    // Neither another address without TLS nor a key that everybody reads is run with.
    net.kill("BE");
    let file = folder.join("node.toml");
    let start = || run(command("node run --stop-with-parent --config").arg(&file));
    let key = folder.join("tls.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    start().refused(2, &["tls.key: others can read or write the key (mode 0644)", "chmod 640"]);
    let text = std::fs::read_to_string(&file).unwrap();
    let http = format!("http = \"{}\"", net.member("BE").http);
    std::fs::write(&file, text.replace(&http, "http = \"0.0.0.0:4201\"")).unwrap();
    start().refused(2, &["is not a loopback address", "[http_tls]"]);
}

/// The events behind `since` up to one of this kind, with the place behind them.
fn until(client: &Client, since: Since, kind: EventKind) -> Vec<Told> {
    let mut told = Vec::new();
    for it in client.events(since).unwrap() {
        told.push(it.unwrap());
        if told.last().is_some_and(|it| it.event.event == kind) {
            return told;
        }
    }
    unreachable!("the stream has ended before {kind}: {told:?}")
}

fn kinds(told: &[Told]) -> Vec<EventKind> {
    let of_node = |it: &&Told| it.place.is_some() || it.event.event == EventKind::Final;
    told.iter().filter(of_node).map(|it| it.event.event).collect()
}

#[test]
fn whoever_follows_the_events_misses_none_across_a_restart_and_at_another_node() {
    use EventKind::{Adopted, Block, Final, Founded, Sealed, Signed, Tabled};
    let net = Net::up("--members 4");
    assert_eq!(net.table("BE", &in_workspace(ACT)), 1);
    let client = net.client("BE");
    let first = until(&client, Since::Leaf(0), Block);
    assert_eq!(kinds(&first), [Founded, Tabled, Block]);
    assert_eq!(first[1].event.measures, [1]);
    let place = first.iter().filter_map(|it| it.place).next_back().unwrap();
    assert_eq!((place.next, place.sealed), (3, 0));
    // What happens while the node is off and the client away is told afterwards.
    let yes = net.yes(1);
    net.kill("BE");
    for code in ["BG", "CZ", "DK"] {
        net.of(code, &format!("ballot cast 1 in-favour {yes}")).done();
    }
    net.restart();
    net.of("BE", &format!("ballot cast 1 in-favour {yes}")).done();
    let rest = until(&client, Since::Place(place), Final);
    let count = |kind| kinds(&rest).iter().filter(|it| **it == kind).count();
    assert_eq!((count(Signed), count(Adopted), count(Final)), (4, 1, 1), "{rest:?}");
    assert_eq!(count(Founded) + count(Tabled), 0);
    let leaves: Vec<_> =
        rest.iter().filter(|it| it.place.is_some()).filter_map(|it| it.event.leaf).collect();
    assert!(leaves.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{leaves:?}");
    assert_eq!(leaves.first(), Some(&3));
    // The same from the beginning, and behind any place at another node.
    let all = until(&net.client("CZ"), Since::Leaf(0), Final);
    let of_log = |told: &[Told]| -> Vec<_> {
        let told = told.iter().filter(|it| it.event.leaf.is_some() && it.place.is_some());
        told.map(|it| it.event.clone()).collect()
    };
    let both = [of_log(&first), of_log(&rest)].concat();
    assert_eq!(of_log(&all), both);
    for told in all.iter().filter_map(|it| it.place).filter(|it| it.next < 5) {
        let again = until(&net.client("DK"), Since::Place(told), Final);
        assert_eq!(of_log(&again), both[usize::try_from(told.next).unwrap()..]);
    }
    assert!(count(Sealed) <= rest.len());
}

#[test]
fn log_follow_prints_what_the_node_tells_until_nobody_reads() {
    let net = Net::up("--members 4");
    assert_eq!(net.table("BE", &in_workspace(ACT)), 1);
    let mut follow = command("log follow --from 0 --as BE --dir");
    let mut child = follow.arg(net.dir()).stdout(Stdio::piped()).spawn().unwrap();
    let out = std::io::BufReader::new(child.stdout.take().unwrap());
    let lines: Vec<_> = std::io::BufRead::lines(out).take(3).map(Result::unwrap).collect();
    assert!(lines[0].contains("founded") && lines[1].contains("it is measure 1"), "{lines:?}");
    assert!(lines[2].contains("block 1: the log has 3 records"), "{lines:?}");
    // The next line has no reader.
    let yes = net.yes(1);
    net.of("BE", &format!("ballot cast 1 in-favour {yes}")).done();
    let ended = wait_for("it to end", || child.try_wait().unwrap());
    assert_eq!(ended.code(), Some(0));
    let wrong = net.of("BE", "log follow --from x");
    wrong.refused(2, &["`--from` is a leaf of the log", "--from 0"]);
}
