//! Programs that do a part of what nemcon does, each with what it does not do.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use nemcon_crypto::merkle::{Frontier, leaf_hash};

use super::child::finish;
use super::limits::{Bare, ns};
use super::statistics::Sample;
use super::table::{Row, Table, Unit};
use super::wishes::Wishes;
use crate::crash::{Failed, ensure};

/// How long a peer may run.
const PATIENCE: Duration = Duration::from_mins(5);
/// How many signed commits git looks at.
const COMMITS: u64 = 100;
/// How many leaves a tree gets.
const LEAVES: u64 = 200_000;
/// Where Debian puts the sources of Go packages.
const GO_PATH: &str = "/usr/share/gocode";

/// Verifies signatures in a loop and prints how many a second.
const PYNACL: &str = r"
import time
from nacl.signing import SigningKey
key = SigningKey(bytes([7] * 32))
message = b'x' * 480
signed = key.sign(message)
count = 20000
began = time.perf_counter()
for _ in range(count):
    key.verify_key.verify(message, signed.signature)
print(int(count / (time.perf_counter() - began)))
";

/// Appends records to a tree and prints how many a second.
const TLOG: &str = r#"
package main

import (
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

type hashes []tlog.Hash

func (h hashes) ReadHashes(at []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(at))
	for i, place := range at {
		found[i] = h[place]
	}
	return found, nil
}

func main() {
	record := make([]byte, 560)
	var all hashes
	const count = 200000
	began := time.Now()
	for at := int64(0); at < count; at++ {
		more, err := tlog.StoredHashes(at, record, all)
		if err != nil {
			panic(err)
		}
		all = append(all, more...)
	}
	if _, err := tlog.TreeHash(count, all); err != nil {
		panic(err)
	}
	fmt.Println(int(count / time.Since(began).Seconds()))
}
"#;

/// Measures the peers that are on this machine, each beside nemcon's own part.
pub(super) fn run(_: &Wishes, table: &mut Table) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    for (peer, measure) in
        [("PyNaCl", pynacl as fn(&Path) -> Result<Row, Failed>), ("git", git), ("sumdb/tlog", tlog)]
    {
        match measure(folder.path()) {
            Ok(row) => table.add(row),
            Err(Failed(why)) => {
                let why = why.lines().last().unwrap_or_default();
                table.note(format!("peers: {peer} was skipped: {why}"));
            }
        }
    }
    table.note(
        "What the peers do not do. PyNaCl: it verifies signatures alone; it parses no record, knows no law, \
         keeps nothing. git: it verifies each commit's signature by a process of its own, and keeps what one \
         machine says; it has no council and no consensus. sumdb/tlog: it hashes and stores the tree alone, \
         without signatures.",
    );
    Ok(())
}

fn pynacl(folder: &Path) -> Result<Row, Failed> {
    let script = folder.join("loop.py");
    std::fs::write(&script, PYNACL)?;
    let mut command = Command::new("python3");
    command.arg(script);
    let rate = number(&finish(command, PATIENCE)?.out)?;
    let what = "a PyNaCl loop: signatures verified, one thread";
    Ok(Row::new("peers", what, &Sample::of([rate]), Unit::PerSecond)
        .beside(Bare::default().rate(1), "nemcon's strict verification, one thread"))
}

fn git(folder: &Path) -> Result<Row, Failed> {
    let (dir, key) = (folder.join("repository"), folder.join("key"));
    let run = |command: Command| finish(command, PATIENCE);
    let mut keygen = Command::new("ssh-keygen");
    keygen.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key);
    run(keygen)?;
    let public = std::fs::read_to_string(key.with_extension("pub"))?;
    std::fs::write(folder.join("allowed"), format!("bench@example.org {public}"))?;
    let git = |words: &[&str]| {
        let mut command = Command::new("git");
        command.arg("-C").arg(&dir).args(words);
        command
    };
    std::fs::create_dir(&dir)?;
    run(git(&["init", "-q"]))?;
    for (name, value) in [
        ("user.name", "bench".to_owned()),
        ("user.email", "bench@example.org".to_owned()),
        ("gpg.format", "ssh".to_owned()),
        ("user.signingkey", key.with_extension("pub").to_string_lossy().into_owned()),
        ("gpg.ssh.allowedSignersFile", folder.join("allowed").to_string_lossy().into_owned()),
    ] {
        run(git(&["config", name, &value]))?;
    }
    for number in 0..COMMITS {
        let message = format!("Ballot {number}");
        run(git(&["commit", "-q", "-S", "--allow-empty", "-m", &message]))?;
    }
    let shown = run(git(&["log", "--show-signature"]))?;
    let good = shown.out.matches("Good \"git\" signature").count() as u64;
    ensure(good == COMMITS, || format!("git finds {good} of {COMMITS} signatures good"))?;
    let rate = COMMITS * 1_000_000_000 / shown.elapsed_ns.max(1);
    let what = "git log --show-signature: commits verified";
    Ok(Row::new("peers", what, &Sample::of([rate]), Unit::PerSecond)
        .beside(Bare::default().rate(1), "nemcon's strict verification, one thread"))
}

fn tlog(folder: &Path) -> Result<Row, Failed> {
    let source = folder.join("tlog.go");
    std::fs::write(&source, TLOG)?;
    let mut command = Command::new("go");
    command.arg("run").arg(source).env("GO111MODULE", "off").env("GOPATH", GO_PATH);
    command.env("GOFLAGS", "").env("GOCACHE", folder.join("go-cache"));
    let rate = number(&finish(command, PATIENCE)?.out)?;
    let what = "Go's sumdb/tlog: records hashed into a tree";
    Ok(Row::new("peers", what, &Sample::of([rate]), Unit::PerSecond)
        .beside(tree_rate(), "nemcon's tree, one thread"))
}

/// How many records nemcon appends to its tree in a second.
fn tree_rate() -> u64 {
    let record = vec![0; 560];
    let mut frontier = Frontier::new();
    let began = Instant::now();
    for _ in 0..LEAVES {
        frontier.append(leaf_hash(std::hint::black_box(&record)));
    }
    std::hint::black_box(frontier.root());
    LEAVES * 1_000_000_000 / ns(began.elapsed()).max(1)
}

fn number(text: &str) -> Result<u64, Failed> {
    text.trim().parse().map_err(|_| Failed(format!("no number: {text}")))
}
