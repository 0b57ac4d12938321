//! System calls that fail, and a disk that is full.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use nemcon_crypto::Digest;
use nemcon_disk::journal::JournalReader;

use super::net::in_journal;
use super::{Failed, Load, Mount, Net, ensure, wait_for};
use crate::progress::bar;

/// The node whose calls fail.
const VICTIM: usize = 1;
/// A series ends with a call that is not made: so long after start.
const NOT_MADE: Duration = Duration::from_secs(4);

/// The system call, what it says, and how many of them to try: the first ones are those of the
/// start, then come those of commits.
const SERIES: [(&str, &str, u64); 6] = [
    ("write", "ENOSPC", 48),
    ("write", "EIO", 48),
    ("pwrite64", "EIO", 2),
    ("fdatasync", "EIO", 24),
    ("fsync", "EIO", 6),
    ("ftruncate", "EIO", 2),
];
/// The same for the making of a ledger, each to its end.
const MAKING: [(&str, &str); 4] =
    [("write", "ENOSPC"), ("fdatasync", "EIO"), ("fsync", "EIO"), ("rename", "EIO")];
/// What an interrupted write leaves: the first bytes of a frame.
const TORN: &[u8] = b"nemE\x40\0\0\0\x11";

/// Lets one call fail at a time, every `stride`-th of each series.
pub fn faults(stride: u64) -> Result<String, Failed> {
    if super::run_tool("strace", ["-V"]).is_err() {
        return Ok("skipped: strace is not installed".to_owned());
    }
    let mut net = Net::busy(4)?;
    let (mut injected, mut verified) = (0, 0);
    let mut told = Vec::new();
    for (call, error, calls) in SERIES {
        let mut hits = 0;
        for at in (1..=calls).step_by(usize::try_from(stride).unwrap_or(1)) {
            let named = |Failed(why): Failed| Failed(format!("{call} {error} #{at}: {why}"));
            match one(&mut net, call, error, at).map_err(named)? {
                Some(acknowledged) => (hits, verified) = (hits + 1, verified + acknowledged),
                None => break,
            }
        }
        injected += hits;
        told.push(format!("{call} {error} {hits}"));
    }
    let makings = making(&mut net)?;
    Ok(format!(
        "{injected} faults injected ({}): each stopped the node; {verified} acknowledged records \
         looked for afterwards, none lost; {makings} faults while a ledger was made: made again \
         each time",
        told.join(", ")
    ))
}

/// strace, with the calls on the files of one ledger that it lets fail.
fn injecting(trace: &Path, ledger: &Path, call: &str, error: &str, at: u64) -> Vec<String> {
    let mut wrapper: Vec<String> = ["strace", "-D", "-f", "-qq", "-o"].map(String::from).into();
    wrapper.push(trace.display().to_string());
    for path in watched(ledger) {
        wrapper.extend(["-P".to_owned(), path]);
    }
    let traced = format!("trace={call}");
    let injected = format!("inject={call}:error={error}:when={at}");
    wrapper.extend(["-e".to_owned(), traced, "-e".to_owned(), injected]);
    wrapper
}

/// A making that fails at any call is said to have failed, and made again; how often.
fn making(net: &mut Net) -> Result<u64, Failed> {
    net.kill(VICTIM);
    let (ledger, trace) = (net.ledger(VICTIM), net.testnet.dir().join("strace.log"));
    let kept = ledger.with_file_name("kept");
    std::fs::rename(&ledger, &kept)?;
    let mut faults = 0;
    for (call, error) in MAKING {
        for at in 1.. {
            if ledger.exists() {
                std::fs::remove_dir_all(&ledger)?;
            }
            let wrapper = injecting(&trace, &ledger, call, error, at);
            let made = net.init(VICTIM, &wrapper)?;
            if !std::fs::read_to_string(&trace)?.contains("(INJECTED)") {
                ensure(made == 0, || format!("making the ledger ended with {made}"))?;
                break;
            }
            faults += 1;
            let again = net.init(VICTIM, &[])?;
            // What was done and said to have failed is there already.
            let has_blank = in_journal(&ledger, net.testnet.council())
                .is_ok_and(|it| it.is_empty())
                && ledger.join("signed").exists();
            ensure(made == 2 && matches!(again, 0 | 1) && has_blank, || {
                format!("{call} {error} #{at}: making ended with {made}, then {again}")
            })?;
        }
    }
    std::fs::remove_dir_all(&ledger)?;
    std::fs::rename(&kept, &ledger)?;
    net.start(VICTIM)?;
    Ok(faults)
}

/// One fault; how many records the node had acknowledged, or that the call was never made.
fn one(net: &mut Net, call: &str, error: &str, at: u64) -> Result<Option<usize>, Failed> {
    net.kill(VICTIM);
    let trace = net.testnet.dir().join("strace.log");
    let ledger = net.ledger(VICTIM);
    if call == "ftruncate" {
        tear(&ledger.join(segment()))?;
        tear(&ledger.join("signed"))?;
    }
    let wrapper = injecting(&trace, &ledger, call, error, at);
    net.spawn(VICTIM, net.command(VICTIM, &wrapper))?;
    let mut load = Load::begin(net, &[0, VICTIM, 2]);
    let started = std::time::Instant::now();
    let node = net.node(VICTIM)?;
    let hit = wait_for("the fault", || {
        let is_late = started.elapsed() > NOT_MADE;
        node.ended().map(Some).or_else(|| is_late.then_some(None))
    })?;
    net.kill(VICTIM);
    load.end();
    let acknowledged = load.verify(net, VICTIM)?;
    let is_injected = std::fs::read_to_string(&trace)?.contains("(INJECTED)");
    net.start(VICTIM)?;
    net.faultless(&net.all())?;
    match hit {
        None if is_injected => Err(Failed("the node went on after the fault".to_owned())),
        None => Ok(None),
        Some(status) => {
            ensure(is_injected && status == 2, || {
                format!("the node ended with status {status}:\n{}", net.log(VICTIM))
            })?;
            Ok(Some(acknowledged))
        }
    }
}

/// Leaves a file as an interrupted write does.
fn tear(path: &Path) -> Result<(), Failed> {
    Ok(std::fs::File::options().append(true).open(path)?.write_all(TORN)?)
}

fn segment() -> String {
    format!("journal/{:020}.seg", 0)
}

/// The files and folders whose calls are counted.
fn watched(ledger: &Path) -> Vec<String> {
    let segment = segment();
    let names = ["", "journal", &segment, &format!("{segment}.new"), "signed", "signed.new"];
    names
        .iter()
        .map(|name| ledger.join(name).display().to_string().trim_end_matches('/').to_owned())
        .collect()
}

/// Fills a small file system `rounds` times, so that writes end short, then gives it room.
pub fn full(rounds: u64) -> Result<String, Failed> {
    let mut net = Net::busy(4)?;
    let (mut verified, mut torn) = (0, 0);
    for round in bar("full", rounds).wrap_iter(0..rounds) {
        net.kill(VICTIM);
        let ledger = net.ledger(VICTIM);
        let kept = ledger.with_file_name("kept");
        std::fs::rename(&ledger, &kept)?;
        // Little more than what is there: the index may take its part.
        let mount = match Mount::memory(&ledger, used_kib(&kept)? + 160 + 13 * round) {
            Ok(mount) => mount,
            Err(Failed(why)) => {
                std::fs::rename(&kept, &ledger)?;
                return Ok(format!("skipped: a file system cannot be mounted here ({why})"));
            }
        };
        super::run_tool(
            "cp",
            ["-a", &format!("{}/.", kept.display()), &format!("{}/", ledger.display())],
        )?;
        net.spawn(VICTIM, net.command(VICTIM, &[]))?;
        let mut load = Load::begin(&net, &[0, VICTIM, 2]);
        let node = net.node(VICTIM)?;
        let status = wait_for("the disk is full", || node.ended())?;
        load.end();
        ensure(status == 2, || format!("status {status}:\n{}", net.log(VICTIM)))?;
        for condition in ["disk-nearly-full", "stopped"] {
            let log = net.log(VICTIM);
            let is_told = log.contains(&format!("condition={condition} "));
            ensure(is_told, || format!("{condition} is not told:\n{log}"))?;
        }
        verified += load.verify(&net, VICTIM)?;
        torn += u64::from(opens_without_room(&mut net)?);
        mount.grow(64 << 10)?;
        net.start(VICTIM)?;
        net.converged(&net.all())?;
        net.faultless(&net.all())?;
        net.stop(VICTIM)?;
        std::fs::remove_dir_all(&kept)?;
        super::run_tool("cp", ["-a", &ledger.display().to_string(), &kept.display().to_string()])?;
        drop(mount);
        std::fs::remove_dir(&ledger)?;
        std::fs::rename(&kept, &ledger)?;
        net.start(VICTIM)?;
    }
    Ok(format!(
        "{rounds} file systems filled to the last byte: each stopped the node; {verified} \
         acknowledged records looked for, none lost; it opened its ledger again without any room \
         ({torn} with an end that had to be cut), and went on when there was some"
    ))
}

/// With not a byte left, the node opens its ledger, cuts what is torn, and runs until it has to
/// write; whether anything was torn.
fn opens_without_room(net: &mut Net) -> Result<bool, Failed> {
    let ledger = net.ledger(VICTIM);
    let (before, council) = (net.log(VICTIM).len(), net.testnet.council());
    if !is_torn(&ledger, council)? {
        // Where not even this fits, the end stays as it is.
        let _ = tear(&ledger.join(segment()));
    }
    let was_torn = is_torn(&ledger, council)?;
    let filler = ledger.join("filler");
    let mut file = std::fs::File::create(&filler)?;
    // It ends when nothing fits any more.
    while file.write_all(&[1; 64]).is_ok() {}
    net.spawn(VICTIM, net.command(VICTIM, &[]))?;
    let said = wait_for("the node runs on a full disk, or refuses", || {
        let said = net.log(VICTIM).split_off(before);
        (said.contains(" running ") || said.contains("nemcon: ")).then_some(said)
    })?;
    net.kill(VICTIM);
    ensure(said.contains(" running "), || said)?;
    std::fs::remove_file(filler)?;
    Ok(was_torn)
}

fn is_torn(ledger: &Path, council: Digest) -> Result<bool, Failed> {
    let opened = JournalReader::open(&ledger.join("journal"), council);
    let (_, recovered) = opened.map_err(|error| Failed(error.to_string()))?;
    Ok(recovered.torn.is_some())
}

fn used_kib(folder: &Path) -> Result<u64, Failed> {
    let said = super::run_tool("du", ["-sk", &folder.display().to_string()])?;
    let first = said.split_whitespace().next().and_then(|kib| kib.parse().ok());
    first.ok_or_else(|| Failed(format!("du: {said}")))
}
