//! One bit flipped in a file of a stopped node: noticed at start, or without consequence.
//!
//! The configuration has no sums. What it may change is where the node listens and whom it dials;
//! the node is then asked where its configuration says that it answers.

use std::path::{Path, PathBuf};

use nemcon_client::client::Client;
use nemcon_client::config::{NODE_CONFIG_FILE, NodeConfig};
use nemcon_ledger::record::Statement;
use nemcon_node::testnet::GENESIS_FILE;
use serde_json::{Value, json};

use super::{Failed, Load, Net, Random, ensure, snapshots, wait_for};

const VICTIM: usize = 1;
const BLOCKS: usize = 8;

/// What became of one flip.
enum Outcome {
    Refused,
    Same,
}

/// Flips a bit at `samples` positions of every file.
pub fn flip(samples: u64, seed: u64) -> Result<String, Failed> {
    let mut random = Random::new(seed);
    let mut net = Net::busy(4)?;
    let mut load = Load::begin(&net, &[0, VICTIM, 2]);
    wait_for("blocks", || (load.count() >= BLOCKS).then_some(()))?;
    load.end();
    net.converged(&net.all())?;
    let right = answers(&net.client(VICTIM))?;
    // Alone from now on: no peer gives back what the disk has lost.
    for at in net.all() {
        net.kill(at);
    }
    snapshots::write(&net, VICTIM, &net.ledger(VICTIM))?;
    let folder = net.testnet.folder(net.code(VICTIM));
    let kept = folder.with_extension("kept");
    copy(&folder, &kept)?;
    let (mut refused, mut same) = (0_u64, 0_u64);
    let mut files: Vec<_> = files_of(&kept)?.iter().map(|file| folder.join(file)).collect();
    files.push(net.testnet.dir().join(GENESIS_FILE));
    for file in &files {
        let right_bytes = std::fs::read(file)?;
        let length = right_bytes.len() as u64;
        for _ in 0..samples.min(length) {
            let (at, bit) = (random.below(length), random.below(8));
            let named = |Failed(why): Failed| {
                Failed(format!("{}, bit {bit} of byte {at}: {why}", file.display()))
            };
            flip_one(file, at, bit)?;
            match one(&mut net, &right).map_err(named)? {
                Outcome::Refused => refused += 1,
                Outcome::Same => same += 1,
            }
            std::fs::remove_dir_all(&folder)?;
            copy(&kept, &folder)?;
            std::fs::write(file, &right_bytes)?;
        }
    }
    Ok(format!(
        "{} bits flipped over {} files: {refused} refused at start, {same} without consequence, no \
         wrong answer",
        refused + same,
        files.len()
    ))
}

fn one(net: &mut Net, right: &Value) -> Result<Outcome, Failed> {
    net.spawn(VICTIM, net.command(VICTIM, &[]))?;
    let client = match NodeConfig::load(&net.config(VICTIM)) {
        Ok(config) => {
            let access = net.testnet.access(net.member(VICTIM));
            Client::new(&format!("http://{}", config.http), access)
        }
        Err(_) => net.client(VICTIM),
    };
    let node = net.node(VICTIM)?;
    let ended = wait_for("the node answers or refuses", || {
        node.ended().map(Some).or_else(|| client.status().is_ok().then_some(None))
    })?;
    let outcome = match ended {
        Some(2) => Ok(Outcome::Refused),
        Some(status) => Err(Failed(format!("status {status}\n{}", net.log(VICTIM)))),
        None => {
            let found = answers(&client)?;
            ensure(found == *right, || format!("answers {found}, not {right}"))?;
            Ok(Outcome::Same)
        }
    };
    net.kill(VICTIM);
    outcome
}

/// All that the node says about the ledger.
fn answers(client: &Client) -> Result<Value, Failed> {
    let status = client.status()?;
    let records = client.records(0, u64::from(u16::MAX))?;
    let checkpoint = client.checkpoint()?;
    let hashes: Vec<_> = records
        .records
        .iter()
        .map(|record| Statement::parse(record.as_bytes()).map(|s| s.text_hash.to_string()).ok())
        .collect();
    Ok(json!({
        "member": status.member,
        "height": status.height,
        "size": status.size,
        "root": status.root,
        "sealed": status.sealed_size,
        "records": records.records,
        "hashes": hashes,
        "checkpoint": checkpoint.note,
        "measures": client.measures(None, None)?,
    }))
}

/// Ledger, keys, tokens and configuration; the log is for people.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>, Failed> {
    let names = ["node.key", "seal.key", "read.token", "operate.token", NODE_CONFIG_FILE];
    let mut files: Vec<_> = names.map(PathBuf::from).into();
    let mut folders = vec![PathBuf::from("ledger")];
    while let Some(below) = folders.pop() {
        for entry in std::fs::read_dir(folder.join(&below))? {
            let entry = entry?;
            let path = below.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else if entry.metadata()?.len() > 0 {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn copy(from: &Path, to: &Path) -> Result<(), Failed> {
    let (from, to) = (from.display().to_string(), to.display().to_string());
    super::run_tool("cp", ["-a", &from, &to]).map(|_| ())
}

fn flip_one(path: &Path, at: u64, bit: u64) -> Result<(), Failed> {
    let mut bytes = std::fs::read(path)?;
    let at = usize::try_from(at).expect("a position in memory");
    bytes[at] ^= 1 << bit;
    Ok(std::fs::write(path, bytes)?)
}
