use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use nemcon_client::config::{NodeConfig, NotifyConfig, parse_toml};
use nemcon_client::notifying::{EventKind, View};
use nemcon_client::webhook::{Webhook, WebhookSecret};
use serde_json::Value;

use super::telling::{ATTEMPTS_MAX, Pauses, Sink, Telling};

/// What an address was told.
#[derive(Debug)]
struct Heard {
    id: String,
    time_s: String,
    signature: String,
    body: String,
}

/// An address that answers with one status after the other, and with the last one for ever.
struct Address {
    url: String,
    heard: Receiver<Heard>,
}

impl Address {
    fn answering(statuses: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (hear, heard) = channel();
        let statuses = statuses.to_vec();
        std::thread::spawn(move || {
            for (at, stream) in listener.incoming().enumerate() {
                let status = statuses[at.min(statuses.len() - 1)];
                if hear.send(taken(stream.unwrap(), status)).is_err() {
                    return;
                }
            }
        });
        Self { url, heard }
    }

    fn kinds(&self) -> Vec<String> {
        let kind = |it: Heard| {
            let body: Value = serde_json::from_str(&it.body).unwrap();
            body["type"].as_str().unwrap().to_owned()
        };
        self.heard.try_iter().map(kind).collect()
    }
}

/// Reads one request and answers it.
fn taken(stream: TcpStream, status: &str) -> Heard {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(bytes) = line.strip_prefix("content-length: ") {
            length = bytes.parse().unwrap();
        }
        head.push((line.split(':').next().unwrap().to_owned(), line));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-length: 0\r\nlocation: /elsewhere\r\nconnection: close\r\n\r\n"
    );
    reader.get_mut().write_all(answer.as_bytes()).unwrap();
    let of = |name: &str| {
        let line = head.iter().find(|(found, _)| found == name).map(|(_, line)| line.clone());
        line.unwrap_or_default().trim_start_matches(name).trim_start_matches(": ").to_owned()
    };
    Heard {
        id: of("webhook-id"),
        time_s: of("webhook-timestamp"),
        signature: of("webhook-signature"),
        body: String::from_utf8(body).unwrap(),
    }
}

const CONFIG: &str = "member = \"BE\"\ncouncil = \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"\n\
    genesis = \"g\"\nledger = \"l\"\nnode_key = \"n\"\nseal_key = \"s\"\nlisten = \"127.0.0.1:1\"\nhttp = \"127.0.0.1:2\"\n";

fn config(events: Option<Vec<EventKind>>) -> NodeConfig {
    let config: NodeConfig = parse_toml(CONFIG, Path::new("node.toml")).unwrap();
    NodeConfig { notify: Some(NotifyConfig { events, ..NotifyConfig::default() }), ..config }
}

const QUICK: Pauses = Pauses {
    look: Duration::ZERO,
    first: Duration::from_millis(1),
    longest: Duration::from_millis(2),
    conditions: Duration::ZERO,
};

fn telling(address: &Address, folder: &Path, events: Option<Vec<EventKind>>) -> Telling {
    let secret = WebhookSecret::prepare(&folder.join("webhook.secret")).unwrap();
    let sink = Sink::Webhook(Webhook::of(&address.url).unwrap(), secret);
    Telling::new(sink, &config(events), folder.join("told-webhook"), QUICK)
}

/// What a node tells that keeps this evidence and has this member frozen.
fn view(evidence: &[&str], frozen: &[&str]) -> View {
    View {
        me: "BE".parse().unwrap(),
        now: "2026-11-29T12:00:00.000Z".parse().unwrap(),
        open: Vec::new(),
        recent: Vec::new(),
        ahead: Vec::new(),
        reminder_days: Vec::new(),
        frozen: frozen.iter().map(|code| code.parse().unwrap()).collect(),
        conditions: Vec::new(),
        evidence: evidence.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(),
    }
}

#[test]
fn an_event_is_signed_and_told_once_also_across_restarts() {
    let (address, folder) = (Address::answering(&["204 No Content"]), tempfile::tempdir().unwrap());
    let begin = || telling(&address, folder.path(), None);
    let mut first = begin();
    first.tell(&view(&[], &[]));
    first.tell(&view(&["DK-1.evidence"], &[]));
    let Heard { id, time_s, signature, body } = address.heard.try_recv().unwrap();
    let secret = WebhookSecret::prepare(&folder.path().join("webhook.secret")).unwrap();
    // The header lines of the test's own server are in small letters.
    assert_eq!(secret.sign(&id, &time_s, &body).to_ascii_lowercase(), signature);
    assert!(body.contains("\"member\":\"BE\"") && body.contains("DK-1.evidence"), "{body}");
    let mut second = begin();
    second.tell(&view(&["DK-1.evidence"], &[]));
    assert_eq!(address.kinds(), [""; 0]);
    // What happens while nobody runs is told by the next start.
    let mut third = begin();
    third.tell(&view(&["DK-1.evidence", "DK-2.evidence"], &["CZ"]));
    assert_eq!(address.kinds(), ["frozen", "evidence"]);
}

#[test]
fn what_fails_is_sent_again_under_its_id_and_a_redirect_fails() {
    let statuses = ["500 Internal Server Error", "302 Found", "429 Too Many Requests", "200 OK"];
    let (address, folder) = (Address::answering(&statuses), tempfile::tempdir().unwrap());
    let mut telling = telling(&address, folder.path(), None);
    telling.tell(&view(&[], &[]));
    telling.tell(&view(&[], &["DK"]));
    let ids: Vec<_> = address.heard.try_iter().map(|it| it.id).collect();
    assert_eq!(ids.len(), 4);
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[test]
fn an_event_that_nobody_takes_is_given_up_and_the_next_one_is_told() {
    let mut statuses = vec!["500 Internal Server Error"; ATTEMPTS_MAX as usize];
    statuses.push("200 OK");
    let (address, folder) = (Address::answering(&statuses), tempfile::tempdir().unwrap());
    let mut telling = telling(&address, folder.path(), None);
    telling.tell(&view(&[], &[]));
    telling.tell(&view(&["DK-1.evidence"], &["DK"]));
    let mut wanted = vec!["frozen"; ATTEMPTS_MAX as usize];
    wanted.push("evidence");
    assert_eq!(address.kinds(), wanted);
    telling.tell(&view(&["DK-1.evidence"], &["DK"]));
    assert_eq!(address.kinds(), [""; 0], "what was given up is not begun again");
}

#[test]
fn a_kind_that_is_switched_off_is_not_told() {
    let (address, folder) = (Address::answering(&["200 OK"]), tempfile::tempdir().unwrap());
    let mut telling = telling(&address, folder.path(), Some(vec![EventKind::Evidence]));
    telling.tell(&view(&[], &[]));
    telling.tell(&view(&["DK-1.evidence"], &["DK"]));
    assert_eq!(address.kinds(), ["evidence"]);
}

#[test]
fn a_state_that_cannot_be_read_tells_nothing_of_the_past() {
    let (address, folder) = (Address::answering(&["200 OK"]), tempfile::tempdir().unwrap());
    std::fs::write(folder.path().join("told-webhook"), "torn {").unwrap();
    let mut telling = telling(&address, folder.path(), None);
    telling.tell(&view(&["DK-1.evidence"], &["DK"]));
    assert_eq!(address.kinds(), [""; 0]);
    telling.tell(&view(&["DK-1.evidence", "DK-2.evidence"], &["DK"]));
    assert_eq!(address.kinds(), ["evidence"]);
}
