//! The binary as people run it: real processes, real files, real sockets on loopback.
//!
//! What it guarantees: no process of a [`Net`] outlives it, and one network runs at a time, so that
//! tests side by side do not starve each other.

mod hostile;
mod listing;
mod net;
mod node;
mod terminal;
mod wire;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use nemcon_client::statements::PartiallySigned;
use nemcon_crypto::hash;
use rustix::process::{Pid, kill_process};
use serde_json::Value;

pub use hostile::{Hostile, genesis, seals_in_journal};
pub use listing::with_commitments;
pub use net::Net;
pub use node::{Node, free_address};
pub use rustix::process::Signal;
pub use terminal::{Dialogue, Terminal};
pub use wire::{Wire, ask, status_of};

/// How long something may take before it counts as not happening.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often it is looked at meanwhile.
const POLL: Duration = Duration::from_millis(20);

/// What a command did.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its exit status; none if a signal ended it.
    pub status: Option<i32>,
    /// What the command wrote to standard output.
    pub out: String,
    /// What the command wrote to standard error.
    pub err: String,
}

/// The `nemcon` binary of this source, built once.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(build)
}

/// Cargo, as a person runs it. `cargo test` names the package under test in the environment, and a
/// dependency whose build script reads these names (`ring`) would be built anew, with all above it, by
/// this cargo and again by the next `cargo test`.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let is_of = |prefix| name.as_encoded_bytes().starts_with(prefix);
        if is_of(b"CARGO_PKG_") || is_of(b"CARGO_MANIFEST_") {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// The options that sign the statement in a file without a question, once its own text was read.
pub fn yes_to(file: &Path) -> String {
    let bytes = std::fs::read(file).expect("it was prepared");
    let partial = PartiallySigned::parse(&bytes).expect("it is a statement");
    format!("--yes --text {}", hash::sha256(partial.body().render().as_bytes()))
}

fn build() -> PathBuf {
    let built = cargo()
        // With a test target, so that dependencies have the features that `cargo test` built.
        .args(["build", "--workspace", "--bin", "nemcon", "--test", "it", "--locked", "--quiet"])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(built.status.success(), "the binary does not build");
    let said = String::from_utf8(built.stdout).expect("cargo's JSON is UTF-8");
    let messages = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut ours = messages.filter(|message| message["target"]["name"] == "nemcon");
    let path = ours.find_map(|message| message["executable"].as_str().map(PathBuf::from));
    path.expect("cargo names the binary")
}

/// The file at `path` in the workspace.
pub fn in_workspace(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// `nemcon` with the words of `line`, which spaces part.
pub fn command(line: &str) -> Command {
    let mut command = Command::new(binary());
    command.args(line.split(' ').filter(|word| !word.is_empty())).stdin(Stdio::null());
    command
}

/// `nemcon` in a process, and with it those that it starts, which may have `files` files open and can
/// do nothing about it.
pub fn with_files(files: u32) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -n {files}; exec \"$@\""), "sh"]).arg(binary());
    shell
}

/// Runs it to its end.
pub fn run(command: &mut Command) -> Run {
    command.output().expect("the binary runs").into()
}

/// Runs `nemcon` with the words of `line`, then these paths and values.
pub fn nemcon<S: AsRef<OsStr>>(line: &str, rest: impl IntoIterator<Item = S>) -> Run {
    run(command(line).args(rest))
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("what is printed is UTF-8");
        Self { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Run {
    /// What it printed; it must have succeeded, and complained of nothing.
    #[track_caller]
    pub fn done(self) -> String {
        assert!(self.status == Some(0) && self.err.is_empty(), "{self:#?}");
        self.out
    }

    /// The JSON that it printed; it must have succeeded.
    #[track_caller]
    pub fn json(self) -> Value {
        serde_json::from_str(&self.done()).expect("`--json` prints JSON and nothing else")
    }

    /// It must have been refused with this exit status, saying all of `wants`, and a next step.
    #[track_caller]
    pub fn refused(&self, status: i32, wants: &[&str]) {
        assert_eq!(self.status, Some(status), "{self:#?}");
        assert!(self.err.starts_with("nemcon: ") && self.err.contains("\n  next: "), "{self:#?}");
        self.says(wants);
    }

    /// What it complained of must hold all of `wants`.
    #[track_caller]
    pub fn says(&self, wants: &[&str]) {
        // Long lines may be folded for the terminal.
        let said = self.err.split_whitespace().collect::<Vec<_>>().join(" ");
        for want in wants {
            assert!(said.contains(want), "wanted: {want}\n{self:#?}");
        }
    }
}

/// Polls until `look` finds something; a while at most.
#[track_caller]
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited {} s in vain for {what}", PATIENCE.as_secs());
        std::thread::park_timeout(POLL);
    }
}

/// The processes that run a node with a configuration below `folder`.
pub fn nodes_below(folder: &Path) -> Vec<u32> {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let entries = std::fs::read_dir("/proc").expect("processes are listed in /proc").flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| is_node_below(*pid, &folder)).collect()
}

fn is_node_below(pid: u32, folder: &Path) -> bool {
    let Ok(line) = std::fs::read(format!("/proc/{pid}/cmdline")) else { return false };
    let mut words = line.split(|byte| *byte == 0).skip(1);
    let wanted: [&[u8]; 3] = [b"node", b"run", b"--config"];
    wanted.iter().all(|wanted| words.next() == Some(wanted))
        && words.next().is_some_and(|path| Path::new(OsStr::from_bytes(path)).starts_with(folder))
}

/// Sends a signal to a process; one that has ended already is none the worse.
pub fn signal(pid: u32, signal: Signal) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).expect("a process has a number");
    let _ = kill_process(pid, signal);
}

/// The turn of one test to use the machine: held while its processes run.
pub fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    // The binary is built outside anybody's turn at patience.
    binary();
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}
