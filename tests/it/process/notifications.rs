//! A node tells an address and a program of events, and gives its dates out as a calendar.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};

use nemcon_client::webhook::WebhookSecret;
use nemcon_tests::process::{Net, in_workspace, nemcon, wait_for};
use serde_json::Value;

const LISTING: &str = "examples/toolbox/2020-1127.toml";
const CONCLUSIONS: &str = "examples/toolbox/2017-conclusions.toml";

/// A request that an address has taken: its head in lines, and its body.
struct Taken {
    head: Vec<String>,
    body: String,
}

impl Taken {
    fn header(&self, name: &str) -> &str {
        let line = self.head.iter().find(|line| line.to_ascii_lowercase().starts_with(name));
        line.map_or("", |line| line[name.len()..].trim_start_matches(':').trim())
    }

    fn event(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }
}

/// Reads a request, and answers it unless that is not wanted.
fn take(stream: TcpStream, answer: Option<&str>) -> (Taken, TcpStream) {
    let mut reader = BufReader::new(stream);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        head.push(line.trim_end().to_owned());
    }
    let mut taken = Taken { head, body: String::new() };
    let mut body = vec![0; taken.header("content-length").parse().unwrap_or(0)];
    reader.read_exact(&mut body).unwrap();
    taken.body = String::from_utf8(body).unwrap();
    let mut stream = reader.into_inner();
    if let Some(status) = answer {
        let said = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        stream.write_all(said.as_bytes()).unwrap();
    }
    (taken, stream)
}

/// An address that takes everything.
fn address() -> (String, Receiver<Taken>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (heard_in, heard) = channel();
    std::thread::spawn(move || serve(&listener, &heard_in));
    (url, heard)
}

fn serve(listener: &TcpListener, heard: &Sender<Taken>) {
    for stream in listener.incoming().flatten() {
        if heard.send(take(stream, Some("204 No Content")).0).is_err() {
            return;
        }
    }
}

fn folder_of(net: &Net, code: &str) -> PathBuf {
    net.dir().join("members").join(code)
}

/// Has a member's node run with more settings.
fn configure(net: &Net, code: &str, top: &str, tables: &str) {
    nemcon("testnet down --dir", [net.dir()]).done();
    let path = folder_of(net, code).join("node.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{top}{text}\n{tables}")).unwrap();
    net.restart();
}

/// Waits until so many events have come, and returns their kinds in order with the numbers of the measures.
fn events(heard: &Receiver<Taken>, count: usize) -> Vec<(String, Option<u64>)> {
    taken(heard, count, "").into_iter().map(|(_, kind, number)| (kind, number)).collect()
}

/// As [`events`], each behind its id. Left out is the event with the id `again`: a node that was killed may tell again
/// what it had not written down as told, which is the last event alone.
fn taken(heard: &Receiver<Taken>, count: usize, again: &str) -> Vec<(String, String, Option<u64>)> {
    let mut all = Vec::new();
    wait_for(&format!("{count} events"), || {
        let new = heard.try_iter().filter(|it| it.header("webhook-id") != again);
        all.extend(new.filter(|it| is_of_measure(&it.event())));
        (all.len() >= count).then_some(())
    });
    let of_event = |it: &Taken| {
        let event = it.event();
        (it.header("webhook-id").to_owned(), kind(&event), event["data"]["measure"].as_u64())
    };
    all.iter().map(of_event).collect()
}

/// Conditions begin and end while nodes start; other tests are about them.
fn is_of_measure(event: &Value) -> bool {
    !kind(event).starts_with("condition-")
}

fn kind(event: &Value) -> String {
    event["type"].as_str().unwrap().to_owned()
}

fn of(kinds: &[(&str, u64)]) -> Vec<(String, Option<u64>)> {
    kinds.iter().map(|(kind, number)| ((*kind).to_owned(), Some(*number))).collect()
}

#[test]
fn an_address_and_a_program_hear_what_happens_once_and_also_what_happened_meanwhile() {
    let net = Net::up("--members 4");
    let (url, heard) = address();
    let told = net.beside("told-to-program");
    let script = net.beside("tell.sh");
    fs::write(&script, format!("(echo \"$NEMCON_EVENT_ID\"; cat; echo) >> {}\n", told.display()))
        .unwrap();
    let notify =
        format!("[notify]\nwebhook = \"{url}\"\nexec = [\"/bin/sh\", \"{}\"]\n", script.display());
    configure(&net, "BE", "", &notify);

    net.table("BG", &in_workspace(CONCLUSIONS));
    assert_eq!(events(&heard, 1), of(&[("measure", 1)]));
    net.cast(1, "in-favour", &["BG", "CZ", "DK"]);
    assert_eq!(events(&heard, 1), of(&[("last-missing", 1)]));
    net.cast(1, "in-favour", &["BE"]);
    let ended = taken(&heard, 2, "");
    let last = ended.last().unwrap().0.clone();
    let ended: Vec<_> = ended.into_iter().map(|(_, kind, number)| (kind, number)).collect();
    assert_eq!(ended, of(&[("adopted", 1), ("final", 1)]));
    let by_program = || {
        let text = fs::read_to_string(&told).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        let events = lines
            .chunks_exact(2)
            .map(|told| (told[0].to_owned(), serde_json::from_str::<Value>(told[1]).unwrap()));
        let of_measures = events.filter(|(_, event)| is_of_measure(event));
        of_measures.map(|(id, event)| (id, kind(&event))).collect::<Vec<_>>()
    };
    let kinds = |told: &[(String, String)]| told.iter().map(|it| it.1.clone()).collect::<Vec<_>>();
    wait_for("the program", || (by_program().len() >= 4).then_some(()));
    assert_eq!(kinds(&by_program()), ["measure", "last-missing", "adopted", "final"]);

    // What happens while the node is off is told when it is back, and nothing else.
    net.kill("BE");
    net.table("BG", &in_workspace(LISTING));
    net.restart();
    let after_the_kill = |heard| {
        let told = taken(heard, 1, &last).into_iter();
        told.map(|(_, kind, number)| (kind, number)).collect::<Vec<_>>()
    };
    assert_eq!(after_the_kill(&heard), of(&[("measure", 2)]));
    let since = || {
        let mut told = by_program().split_off(4);
        told.retain(|(id, _)| *id != last);
        told
    };
    wait_for("the program", || (!since().is_empty()).then_some(()));
    assert_eq!(kinds(&since()), ["measure"]);
    net.cast(2, "in-favour", &["BE"]);
    let text = revised(&net, 2);
    assert_eq!(after_the_kill(&heard), of(&[("revised", 2)]));
    assert!(text.exists());
}

/// BG replaces the text of a measure.
fn revised(net: &Net, number: u64) -> PathBuf {
    let draft = net.beside("revised.toml");
    let text = fs::read_to_string(net.with_commitments(&in_workspace(LISTING))).unwrap();
    let title = text.lines().find(|line| line.starts_with("title")).unwrap().to_owned();
    let other = title.trim_end().trim_end_matches('"').to_owned() + ", amended\"";
    fs::write(&draft, text.replace(&title, &other)).unwrap();
    let line = format!("measure revise {number} {} {}", draft.display(), net.yes(number));
    net.of("BG", &line).done();
    draft
}

#[test]
fn what_an_address_hears_is_signed_and_who_is_slow_or_gone_delays_no_block() {
    let net = Net::up("--members 4");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let notify = format!("[notify]\nwebhook = \"{url}\"\nevents = [\"measure\", \"final\"]\n");
    configure(&net, "BE", "", &notify);
    net.table("BG", &in_workspace(CONCLUSIONS));
    // The address takes the event and does not answer, while the council goes on.
    let (first, held) = take(listener.accept().unwrap().0, None);
    for position in ["against", "in-favour"] {
        net.cast(1, position, &["BG", "CZ", "DK", "BE"]);
    }
    assert_eq!(net.status("BE").height, net.status("BG").height);
    let secret = folder_of(&net, "BE").join("webhook.secret");
    let secret = WebhookSecret::prepare(&secret).unwrap();
    let (id, time_s) = (first.header("webhook-id"), first.header("webhook-timestamp"));
    assert_eq!(secret.sign(id, time_s, &first.body), first.header("webhook-signature"));
    assert_eq!(first.event()["data"]["measure"], 1);
    assert_eq!(first.event()["data"]["member"], "BE");
    drop(held);
    // What was not taken comes again under its id; what is switched off does not come.
    let (again, _) = take(listener.accept().unwrap().0, Some("200 OK"));
    assert_eq!(again.header("webhook-id"), id);
    let (last, _) = take(listener.accept().unwrap().0, Some("200 OK"));
    assert_eq!(kind(&last.event()), "final");
}

/// The answer to a request without a token in its head.
fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_calendar_program_needs_the_address_alone_and_the_address_is_not_guessed() {
    let net = Net::up("--members 4");
    configure(&net, "BE", "calendar = true\n", "");
    net.table("BG", &in_workspace(CONCLUSIONS));
    let address = net.member("BE").http.to_string();
    let token = fs::read_to_string(folder_of(&net, "BE").join("calendar.token")).unwrap();
    let token = token.trim_end();
    let answer = get(&address, &format!("/v1/calendar/{token}.ics"));
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.to_ascii_lowercase().contains("content-type: text/calendar"), "{answer}");
    let body = answer.split_once("\r\n\r\n").unwrap().1;
    assert_eq!(body.matches("BEGIN:VEVENT\r\n").count(), 1, "{answer}");
    let stamped = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with("DTSTAMP"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(stamped(body), stamped(&net.of("BE", "calendar --ics").done()));
    let guessed = "0".repeat(64);
    for path in [format!("/v1/calendar/{guessed}.ics"), format!("/v1/calendar/{token}")] {
        assert!(get(&address, &path).starts_with("HTTP/1.1 401"), "{path}");
    }
    // A node without the setting has no such address, and makes no token.
    let other = net.member("BG").http.to_string();
    assert!(get(&other, &format!("/v1/calendar/{token}.ics")).starts_with("HTTP/1.1 401"));
    assert!(!folder_of(&net, "BG").join("calendar.token").exists());
    wrong_settings(&folder_of(&net, "BG").join("node.toml"));
}

/// What cannot be used is said before the node starts.
fn wrong_settings(config: &Path) {
    let text = fs::read_to_string(config).unwrap();
    for (notify, wants) in [
        ("webhook = \"ftp://desk.example\"", "no http(s) address"),
        ("exec = []", "`exec` names no program"),
        ("events = [\"final\"]", "whom to tell"),
        ("exec = [\"tell\"]\nevents = [\"adoption\"]", "condition-begins"),
    ] {
        fs::write(config, format!("{text}\n[notify]\n{notify}\n")).unwrap();
        nemcon("node run --config", [config]).refused(2, &[wants]);
    }
    fs::write(config, text).unwrap();
}
