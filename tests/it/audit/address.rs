//! An export at an address is audited as the one in a folder is, whatever the server does.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use nemcon_client::audit::{Opened, Times, audited};
use nemcon_client::certificate::from_export;
use nemcon_client::failure::{Failure, FailureKind};
use nemcon_ledger::audit::{Fault, Report};
use nemcon_ledger::export::{CHECKPOINT_FILE, Tiles};
use nemcon_ledger::record::Position;
use nemcon_tests::export::{Files, export, leaves};
use nemcon_tests::fixture::{Ledger, council_of_equals};

/// What a server answers to the question for a path.
type Answer = dyn Fn(&Files, &str) -> Vec<u8> + Send + Sync;

/// A server of files, until it is dropped.
struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn of(files: &Files, answer: impl Fn(&Files, &str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (files, told) = (files.clone(), Arc::clone(&asked));
        std::thread::spawn(move || serve(&listener, &files, &told, &answer));
        Self { address, asked }
    }

    fn export(&self) -> PathBuf {
        PathBuf::from(format!("http://{}/council/", self.address))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A question without a path ends it.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(listener: &TcpListener, files: &Files, asked: &Mutex<Vec<String>>, answer: &Answer) {
    for stream in listener.incoming() {
        let mut reader = BufReader::new(stream.unwrap());
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) <= 2 {
                break;
            }
            lines.push(line);
        }
        let Some(first) = lines.first() else { return };
        let path = first.split(' ').nth(1).unwrap().to_owned();
        let path = path.strip_prefix("/council/").unwrap_or("").to_owned();
        let bytes = answer(files, &path);
        asked.lock().unwrap().push(path);
        // Whoever has heard enough may be gone.
        let _ = reader.get_mut().write_all(&bytes);
    }
}

fn ok(body: &[u8]) -> Vec<u8> {
    let head =
        format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn honest(files: &Files, path: &str) -> Vec<u8> {
    let none = b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".to_vec();
    files.0.get(path).map_or(none, |bytes| ok(bytes))
}

fn adopted() -> (Ledger, Files) {
    let mut ledger = Ledger::found(council_of_equals(4));
    let number = ledger.table(ledger.parties.measure("M1", "Measure"));
    ledger.cast(number, &["M1", "M2", "M3", "M4"].map(|by| (by, Position::InFavour)));
    let files = export(&ledger);
    (ledger, files)
}

fn judged(ledger: &Ledger, export: &Path) -> Result<Report, Failure> {
    audited(export, &ledger.parties.genesis.digest(), None, &mut |_, _| {})
}

#[test]
fn the_report_is_that_of_the_folder_and_each_file_is_asked_for_once() {
    let (ledger, files) = adopted();
    let folder = tempfile::tempdir().unwrap();
    files.write(folder.path()).unwrap();
    let server = Server::of(&files, honest);
    let (here, there) =
        (judged(&ledger, folder.path()).unwrap(), judged(&ledger, &server.export()).unwrap());
    assert!(there.is_verified(), "{:#?}", there.faults);
    assert_eq!(here.counts, there.counts);
    assert_eq!(here.measures, there.measures);
    let mut asked = server.asked.lock().unwrap().clone();
    let all = asked.len();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), all, "{asked:?}");
    // The file that says that an export is public is asked for, and is not there.
    assert!(asked.iter().filter(|path| *path != "public").all(|path| files.0.contains_key(path)));
}

/// The files at a server that has gone on to a full tile and has dropped the partial ones.
fn without_partial_tiles(ledger: &Ledger, files: &Files) -> Files {
    let mut records = leaves(ledger);
    records.resize(256, b"what came later".to_vec());
    let tiles = Tiles::new(records);
    let kept = files.0.iter().filter(|(path, _)| !path.contains(".p/"));
    let mut kept: BTreeMap<_, _> = kept.map(|(path, it)| (path.clone(), it.clone())).collect();
    kept.extend(tiles.files().map(|(path, bytes)| (path.to_string(), bytes)));
    Files(kept)
}

#[test]
fn a_partial_tile_that_the_server_has_dropped_is_cut_of_the_full_one() {
    let (ledger, files) = adopted();
    let later = without_partial_tiles(&ledger, &files);
    assert!(!later.0.keys().any(|path| path.starts_with("tile/0/") && path.contains(".p/")));
    let report = judged(&ledger, &Server::of(&later, honest).export()).unwrap();
    assert!(report.is_verified(), "{:#?}", report.faults);
    // Nothing is made up where there is neither.
    let mut none = later;
    none.0.retain(|path, _| !path.starts_with("tile/entries"));
    let report = judged(&ledger, &Server::of(&none, honest).export()).unwrap();
    let names: Vec<_> = report.faults.iter().map(Fault::name).collect();
    assert!(names.contains(&"file-missing"), "{names:?}");
}

#[test]
fn a_server_that_stalls_is_waited_for_so_long_and_no_longer() {
    let (_, files) = adopted();
    // It answers when the test is over.
    let (over, wait) = std::sync::mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let server = Server::of(&files, move |_, _| {
        let _ = wait.lock().unwrap().recv();
        Vec::new()
    });
    let times = Times { connect: Duration::from_secs(5), file: Duration::from_millis(300) };
    let begun = Instant::now();
    let failure = Opened::within(&server.export(), times).unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert!(failure.message().contains("no whole answer within 300ms"), "{failure:?}");
    drop(over);
}

#[test]
fn a_certificate_is_taken_from_an_address_too() {
    let (ledger, files) = adopted();
    let server = Server::of(&files, honest);
    let council = ledger.parties.genesis.digest();
    let made = from_export(&server.export(), &council, 1, &mut |_, _| {}).unwrap();
    assert!(made.1.is_final());
}

#[test]
fn what_a_server_alters_is_named_as_in_a_folder() {
    let (ledger, files) = adopted();
    let server = Server::of(&files, |files, path| {
        let mut altered = files.clone();
        if let Some(bytes) = altered.0.get_mut(path).filter(|_| path.starts_with("tile/entries")) {
            let last = bytes.len() - 2;
            bytes[last] ^= 1;
        }
        honest(&altered, path)
    });
    let report = judged(&ledger, &server.export()).unwrap();
    assert!(
        report.faults.iter().any(|fault| fault.name() == "tile-differs"),
        "{:?}",
        report.faults
    );
}

/// What a server does to every question but the first one, for the checkpoint.
fn after_the_checkpoint(files: &Files, path: &str, then: &[u8]) -> Vec<u8> {
    if path == CHECKPOINT_FILE { honest(files, path) } else { then.to_vec() }
}

#[test]
fn a_server_that_misbehaves_gets_a_plain_sentence() {
    let (ledger, files) = adopted();
    let redirect: &[u8] =
        b"HTTP/1.1 302 Found\r\nLocation: http://example.org/\r\nContent-Length: 0\r\n\r\n";
    let zipped: &[u8] =
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx";
    let short: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nx";
    let broken: &[u8] = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    for (answer, says) in [
        (redirect, "leads to another place, with status 302"),
        (zipped, "in another encoding"),
        (short, ""),
        (broken, "answers with status 503"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", ""),
        (b"", ""),
    ] {
        let server =
            Server::of(&files, move |files, path| after_the_checkpoint(files, path, answer));
        let failure = judged(&ledger, &server.export()).unwrap_err();
        assert_eq!(failure.kind(), FailureKind::Usage, "{failure:?}");
        assert!(failure.message().contains(says), "{failure:?}");
    }
    // More than such a file can have is not taken.
    let endless = ok(&vec![b'x'; 1 << 20]);
    let server = Server::of(&files, move |files, path| after_the_checkpoint(files, path, &endless));
    let report = judged(&ledger, &server.export()).unwrap();
    let names: Vec<_> = report.faults.iter().map(Fault::name).collect();
    assert_eq!(names, ["file-too-long"]);
}

#[test]
fn an_address_without_an_export_is_not_called_a_bad_export() {
    let (ledger, files) = adopted();
    let server = Server::of(&files, |_, _| honest(&Files(std::collections::BTreeMap::new()), ""));
    let failure = judged(&ledger, &server.export()).unwrap_err();
    assert!(failure.message().contains("the server knows no `checkpoint` there"), "{failure:?}");
    for (given, says) in [
        ("http://", "no address of an export"),
        ("HTTP://", "no address of an export"),
        ("HTTP://127.0.0.1:1/", "could not be audited"),
        ("https://auditor:secret@127.0.0.1:1/", "has no name and no password"),
        ("http://127.0.0.1:1/?x=1", "nothing stands behind the path"),
        ("http://127.0.0.1:1/#x", "nothing stands behind the path"),
        ("http://127.0.0.1:1/", "could not be audited"),
    ] {
        let failure = judged(&ledger, Path::new(given)).unwrap_err();
        assert_eq!(failure.kind(), FailureKind::Usage, "{given}");
        assert!(failure.message().contains(says), "{given}: {failure:?}");
        assert!(!failure.message().contains("secret"), "{failure:?}");
    }
}
