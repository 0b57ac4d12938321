//! One node process with a configuration of its own, for a council founded by hand.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use nemcon_client::atomic_write::folder_of;
use nemcon_client::client::{Access, Client};
use nemcon_client::config::NodeConfig;

use super::{binary, nemcon, wait_for};

/// A running node; it ends when this is dropped, and with the test's process.
#[derive(Debug)]
pub struct Node {
    child: Child,
    log: PathBuf,
    config: PathBuf,
    client: Client,
}

/// An address on loopback where nothing listens now.
pub fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    listener.local_addr().expect("it is bound").to_string()
}

impl Node {
    /// Makes the ledger of a node that has never run, then runs it.
    #[track_caller]
    pub fn first(config: &Path) -> Self {
        nemcon("node init --config", [config]).done();
        Self::run(config)
    }

    /// Starts `nemcon node run` and waits until it answers.
    pub fn run(config: &Path) -> Self {
        let mut command = Command::new(binary());
        Self::start(command.args(["node", "run", "--stop-with-parent", "--config"]), config)
    }

    /// As [`Self::run`], where no file that the node writes grows beyond `blocks` of 512 bytes.
    pub fn run_on_a_small_disk(config: &Path, blocks: u64) -> Self {
        let mut shell = Command::new("sh");
        // A process that ignores the signal sees the write fail, as on a full disk.
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        shell.args(["-c", &script, "sh"]).arg(binary());
        Self::start(shell.args(["node", "run", "--stop-with-parent", "--config"]), config)
    }

    /// As [`Self::run`], with these options.
    pub fn run_with(options: &str, config: &Path) -> Self {
        let mut command = Command::new(binary());
        command.args(["node", "run", "--stop-with-parent"]).args(options.split(' '));
        Self::start(command.arg("--config"), config)
    }

    /// As [`Self::run`], where whoever was to read its log has gone.
    pub fn run_into_a_closed_pipe(config: &Path) -> Self {
        let (reader, writer) = std::io::pipe().expect("the system gives a pipe");
        drop(reader);
        let mut command = Command::new(binary());
        let command = command.args(["node", "run", "--stop-with-parent", "--config"]);
        Self::start_into(command, config, writer.into())
    }

    /// Whether its process has not ended.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("it is our child").is_none()
    }

    fn start(command: &mut Command, config: &Path) -> Self {
        let said = File::create(config.with_extension("log")).expect("the log can be written");
        Self::start_into(command, config, said.into())
    }

    fn start_into(command: &mut Command, config: &Path, said: Stdio) -> Self {
        let log = config.with_extension("log");
        let child = command.arg(config).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(said);
        let child = child.spawn().expect("the binary runs");
        let http = NodeConfig::load(config).expect("the test's own configuration").http;
        let access = Access::Folder(folder_of(config).to_owned());
        let client = Client::new(&format!("http://{http}"), access);
        let node = Self { child, log, config: config.to_owned(), client };
        wait_for("the node to answer", || node.client.status().ok());
        node
    }

    /// A client of its interface.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Its configuration, by which commands find its address and its tokens.
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// What it has printed.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("a node has a log")
    }

    /// Waits until it has ended by itself; its exit status.
    pub fn ended(&mut self) -> Option<i32> {
        wait_for("the node to end", || self.child.try_wait().expect("it is our child")).code()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // Both fail only if it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
