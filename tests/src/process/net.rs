//! A test network for a test: up while it is held, gone afterwards.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::MutexGuard;
use std::time::Duration;

use nemcon_client::api::{Answer, Measure, Status};
use nemcon_client::client::Client;
use nemcon_client::session::Party;
use nemcon_client::token::Role;
use nemcon_node::cli::Global;
use nemcon_node::testnet::{Testnet, TestnetMember};
use serde_json::Value;
use tempfile::TempDir;

use super::{
    Run, Signal, binary, command, nemcon, nodes_below, run, signal, turn, wait_for,
    with_commitments, with_files,
};

/// Real nodes in a folder of their own.
#[derive(Debug)]
pub struct Net {
    folder: TempDir,
    dir: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

impl Net {
    /// `nemcon testnet up` with these options, in a new folder.
    pub fn up(options: &str) -> Self {
        Self::up_by(Command::new(binary()), options)
    }

    /// As [`Self::up`], where no process may have more than `files` files open.
    pub fn up_with_files(files: u32, options: &str) -> Self {
        Self::up_by(with_files(files), options)
    }

    fn up_by(mut command: Command, options: &str) -> Self {
        let turn = turn();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let net = Self { dir: folder.path().join("net"), folder, _turn: turn };
        command.args(["testnet", "up"]).args(options.split(' '));
        run(command.arg("--dir").arg(&net.dir).stdin(Stdio::null())).done();
        net
    }

    /// The folder of the network, with all its members' folders.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// A path beside its folder, which goes with it.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs `nemcon` with the words of `line` for the member `code`.
    pub fn of(&self, code: &str, line: &str) -> Run {
        run(command(line).args(["--as", code, "--dir"]).arg(&self.dir))
    }

    /// As [`Self::of`], where the command must succeed; what it prints as JSON.
    #[track_caller]
    pub fn json(&self, code: &str, line: &str) -> Value {
        self.of(code, &format!("{line} --json")).json()
    }

    /// Has `code` table the measure of a file; its number.
    #[track_caller]
    pub fn table(&self, code: &str, file: &Path) -> u64 {
        let mut command = command("measure table --json --yes");
        command.arg(self.with_commitments(file)).args(["--as", code, "--dir"]).arg(&self.dir);
        run(&mut command).json()["measure"].as_u64().expect("it is ordered")
    }

    /// The file, or where it counts targets, a file that also lists them.
    pub fn with_commitments(&self, file: &Path) -> PathBuf {
        let text = std::fs::read_to_string(file).expect("the test's own draft");
        let listing = with_commitments(&text);
        if listing == text {
            return file.to_owned();
        }
        // Beside its annexes, if it has any.
        let folder = file.parent().filter(|folder| *folder == self.folder.path());
        let name = format!("listing-{}", file.file_name().expect("a file").to_string_lossy());
        let path = folder.unwrap_or(self.folder.path()).join(name);
        std::fs::write(&path, listing).expect("a folder of the test");
        path
    }

    /// The options that sign without a question what is said on a measure as its text stands.
    pub fn yes(&self, number: u64) -> String {
        let first = self.testnet().first().code.to_string();
        let measure = self.measure(&first, number);
        let text = measure.package.map_or(measure.text_hash, |package| package.text_hash);
        format!("--yes --text {text}")
    }

    /// Has each of `codes` sign `position`.
    #[track_caller]
    pub fn cast(&self, number: u64, position: &str, codes: &[&str]) {
        let yes = self.yes(number);
        for code in codes {
            let line = format!("ballot cast {number} {position} {yes}");
            assert_eq!(self.json(code, &line)["answer"]["answer"], "ordered", "{code}");
        }
    }

    /// What its file says now.
    pub fn testnet(&self) -> Testnet {
        Testnet::load(&self.dir).expect("it was founded")
    }

    /// What its file says of a member.
    pub fn member(&self, code: &str) -> TestnetMember {
        let code = code.parse().expect("a code");
        self.testnet().member(&code).expect("a member").clone()
    }

    /// A client of a member's node.
    pub fn client(&self, code: &str) -> Client {
        self.testnet().client(&self.member(code))
    }

    /// What a member's node says of itself.
    pub fn status(&self, code: &str) -> Status {
        self.client(code).status().expect("the node answers")
    }

    /// Waits until a member's node has the blocks that another's has now.
    #[track_caller]
    pub fn await_height(&self, code: &str, other: &str) {
        let height = self.status(other).height;
        wait_for("the other node's blocks", || (self.status(code).height >= height).then_some(()));
    }

    /// A measure as a member's node shows it.
    pub fn measure(&self, code: &str, number: u64) -> Measure {
        self.client(code).measure(number).expect("the node knows it")
    }

    /// A member that can sign, at its own node.
    pub fn party(&self, code: &str) -> Party {
        let global = Global {
            dir: Some(self.dir.clone()),
            party: Some(code.parse().expect("a code")),
            ..Global::default()
        };
        let party = global.session().and_then(|session| session.party());
        party.expect("the member has its keys")
    }

    /// Submits bytes to a member's node as they are, and does not wait for them to be ordered.
    pub fn submit(&self, code: &str, record: impl Into<String>) -> Answer {
        self.client(code).submit(record.into(), Duration::ZERO).expect("the node answers")
    }

    /// The file of a token of a member's node.
    pub fn token(&self, code: &str, role: Role) -> PathBuf {
        role.file_in(&self.testnet().folder(&code.parse().expect("a code")))
    }

    /// The header line that shows a token of a member's node.
    pub fn shows(&self, code: &str, role: Role) -> String {
        let token = std::fs::read_to_string(self.token(code, role)).expect("a node has tokens");
        format!("Authorization: Bearer {}\r\n", token.trim_end())
    }

    /// What a member's node has printed.
    pub fn log(&self, code: &str) -> String {
        let log = self.testnet().log(&code.parse().expect("a code"));
        std::fs::read_to_string(log).expect("a node has a log")
    }

    /// The number of a member's process.
    pub fn pid(&self, code: &str) -> u32 {
        self.member(code).pid.expect("the node was started")
    }

    /// Starts every node that is off.
    #[track_caller]
    pub fn restart(&self) {
        nemcon("testnet up --dir", [&self.dir]).done();
    }

    /// Ends a member's node as a power cut would.
    pub fn kill(&self, code: &str) {
        let process = self.testnet().process(&self.member(code)).expect("the node runs");
        assert!(process.kill(), "a killed node ends");
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        nemcon("testnet down --dir", [&self.dir]);
        for pid in nodes_below(&self.dir) {
            signal(pid, Signal::KILL);
        }
    }
}
