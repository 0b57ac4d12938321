//! A council of real nodes on loopback, each a child process that dies with this one.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use nemcon_client::acts::table;
use nemcon_client::api::Status;
use nemcon_client::client::Client;
use nemcon_client::draft::Draft;
use nemcon_client::session::Party;
use nemcon_client::shipped::{CharterName, Shipped};
use nemcon_crypto::Digest;
use nemcon_disk::journal::JournalReader;
use nemcon_ledger::durable::Entry;
use nemcon_ledger::record::Statement;
use nemcon_ledger::record::charter::Allowance;
use nemcon_ledger::text::Code;
use nemcon_node::cli::Global;
use nemcon_node::testnet::{Testnet, TestnetMember};

use super::Failed;

/// How long anything may take that must happen.
const PATIENCE: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(10);

/// Tables what keeps the council busy: one measure that never completes.
pub(crate) const MEASURE: &str = r#"
title = "Under load"
kind = "resolution"
category = "premises"
basis = ["Article 4 of the statutes"]
summary = ["A measure whose ballots are replaced without a pause."]
closes_in = "7 days"
"#;

/// A node as a child process; killed when dropped.
#[derive(Debug)]
pub struct Node {
    child: Child,
}

/// A council and the nodes of it that run.
pub struct Net {
    /// Its folders and addresses.
    pub testnet: Testnet,
    nodes: Vec<Option<Node>>,
    _folder: tempfile::TempDir,
}

/// The built `nemcon`, built anew if need be, in the profile of this program.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let mut build = crate::process::cargo();
        // Both packages, as for this program, so that no dependency is built twice.
        let packages = ["--package", "nemcon-node", "--package", "nemcon-tests"];
        build.args(["build", "--quiet", "--locked", "--bin", "nemcon"]).args(packages);
        build.current_dir(env!("CARGO_MANIFEST_DIR"));
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        assert!(build.status().is_ok_and(|status| status.success()), "nemcon does not build");
        let own = std::env::current_exe().expect("a program has a path");
        let folders = own.ancestors().skip(1);
        let found = folders.map(|folder| folder.join("nemcon")).find(|path| path.is_file());
        found.expect("cargo puts nemcon beside this program")
    })
}

/// Waits until `look` finds something.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> Result<T, Failed> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return Ok(found);
        }
        if Instant::now() > deadline {
            return Err(Failed(format!("waited {} s in vain: {what}", PATIENCE.as_secs())));
        }
        std::thread::sleep(POLL);
    }
}

impl Node {
    /// Starts a command line whose process is the node, or ends with it.
    pub fn spawn(mut command: Command, log: &Path) -> Result<Self, Failed> {
        let log = std::fs::File::options().create(true).append(true).open(log)?;
        command.stdin(Stdio::piped()).stdout(log.try_clone()?).stderr(log);
        Ok(Self { child: command.spawn()? })
    }

    /// The id of the node's process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its exit status, if it has ended; a signal counts as -1.
    pub fn ended(&mut self) -> Option<i32> {
        self.child.try_wait().ok().flatten().map(|status| status.code().unwrap_or(-1))
    }

    /// Kills it, by SIGKILL, and waits.
    pub fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to stop, by closing its standard input, and waits for its exit status.
    pub fn stop(&mut self) -> Result<i32, Failed> {
        drop(self.child.stdin.take());
        wait_for("the node stops", || self.ended())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Net {
    /// Founds a council of the first `members` of a charter; nothing runs yet. Its members may cast
    /// ballots without end: no load of these suites is to end with a day.
    pub fn found(charter: CharterName, members: usize) -> Result<Self, Failed> {
        let folder = tempfile::tempdir()?;
        let mut shipped =
            Shipped::load(charter).first(members).map_err(|error| Failed(error.to_string()))?;
        // TOML has no greater number.
        let bytes = u64::try_from(i64::MAX).expect("it is positive");
        shipped.charter.shares.ballots = Allowance { statements: u32::MAX, bytes };
        let testnet = Testnet::found(&folder.path().join("net"), shipped)?;
        let nodes = testnet.members().iter().map(|_| None).collect();
        Ok(Self { testnet, nodes, _folder: folder })
    }

    /// A board of `members` with every node up and measure 1 tabled.
    pub fn busy(members: usize) -> Result<Self, Failed> {
        let mut net = Self::found(CharterName::Plain, members)?;
        (0..members).try_for_each(|at| net.start(at))?;
        net.table(&toml::from_str(MEASURE).expect("the measure of the load parses"))?;
        Ok(net)
    }

    /// Tables measure 1, by the first member.
    pub fn table(&self, draft: &Draft) -> Result<(), Failed> {
        let party = self.party(0)?;
        // The nodes have only just begun to find each other.
        wait_for("the measure is tabled", || {
            let _ = table(&party, draft.clone(), Path::new("."));
            party.client.measure(1).ok()
        })?;
        self.converged(&self.all())
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none, which no council allows.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The places of all members.
    pub fn all(&self) -> Vec<usize> {
        (0..self.len()).collect()
    }

    /// The member at this place, as the network's file has it.
    pub fn member(&self, at: usize) -> &TestnetMember {
        &self.testnet.members()[at]
    }

    /// The code of the member at this place.
    pub fn code(&self, at: usize) -> &Code {
        &self.member(at).code
    }

    /// The path of a member's `node.toml`.
    pub fn config(&self, at: usize) -> PathBuf {
        self.testnet.config(self.code(at))
    }

    /// What its node has printed.
    pub fn log(&self, at: usize) -> String {
        std::fs::read_to_string(self.testnet.log(self.code(at))).unwrap_or_default()
    }

    /// The path of a member's ledger folder.
    pub fn ledger(&self, at: usize) -> PathBuf {
        self.testnet.folder(self.code(at)).join("ledger")
    }

    /// A client of its node.
    pub fn client(&self, at: usize) -> Client {
        self.testnet.client(self.member(at))
    }

    /// What a member's node answers to the question for its status.
    pub fn status(&self, at: usize) -> Result<Status, Failed> {
        Ok(self.client(at).status()?)
    }

    /// A member that signs through its own node, which must answer.
    pub fn party(&self, at: usize) -> Result<Party, Failed> {
        Ok(self.options(at).session()?.party()?)
    }

    /// The options by which the command line acts for a member.
    pub fn options(&self, at: usize) -> Global {
        Global {
            dir: Some(self.testnet.dir().to_owned()),
            party: Some(self.code(at).clone()),
            ..Global::default()
        }
    }

    /// The command line that runs a node, behind `wrapper` if there is one.
    pub fn command(&self, at: usize, wrapper: &[String]) -> Command {
        let mut command = behind(wrapper);
        command.args(["node", "run", "--stop-with-parent", "--config"]).arg(self.config(at));
        command
    }

    /// Makes a node's ledger, behind `wrapper` if there is one; the exit status.
    pub fn init(&self, at: usize, wrapper: &[String]) -> Result<i32, Failed> {
        let mut command = behind(wrapper);
        command.args(["node", "init", "--config"]).arg(self.config(at));
        Ok(command.output()?.status.code().unwrap_or(-1))
    }

    /// Starts a node without waiting for it.
    pub fn spawn(&mut self, at: usize, command: Command) -> Result<(), Failed> {
        let log = self.testnet.log(self.code(at));
        self.nodes[at] = Some(Node::spawn(command, &log)?);
        Ok(())
    }

    /// Starts a node and waits until it answers.
    pub fn start(&mut self, at: usize) -> Result<(), Failed> {
        self.spawn(at, self.command(at, &[]))?;
        self.answering(at)
    }

    /// Waits until a node answers; fails at once when it has ended.
    pub fn answering(&mut self, at: usize) -> Result<(), Failed> {
        let client = self.client(at);
        let node = self.nodes[at].as_mut();
        let node = node.ok_or_else(|| Failed("no such node runs".to_owned()))?;
        let ended = wait_for("the node answers", || {
            node.ended().map(Some).or_else(|| client.status().is_ok().then_some(None))
        })?;
        match ended {
            None => Ok(()),
            Some(status) => Err(Failed(format!(
                "the node of {} ended with status {status}:\n{}",
                self.code(at),
                self.log(at)
            ))),
        }
    }

    /// A node that was started.
    pub fn node(&mut self, at: usize) -> Result<&mut Node, Failed> {
        self.nodes[at].as_mut().ok_or_else(|| Failed("no such node runs".to_owned()))
    }

    /// Kills the node of the member at this place.
    pub fn kill(&mut self, at: usize) {
        self.nodes[at] = None;
    }

    /// Stops a node in order.
    pub fn stop(&mut self, at: usize) -> Result<(), Failed> {
        let status = self.node(at)?.stop()?;
        self.nodes[at] = None;
        super::ensure(status == 0, || format!("a node stopped with status {status}"))
    }

    /// Waits until these nodes hold one ledger, all of it sealed by all, with nothing pending.
    pub fn converged(&self, places: &[usize]) -> Result<(), Failed> {
        let mut seen = String::new();
        let found = wait_for("the nodes hold one sealed ledger", || {
            let all: Vec<_> = places.iter().filter_map(|at| self.status(*at).ok()).collect();
            let first = all.first()?;
            seen = all.iter().map(told).collect();
            let is_same = |s: &Status| {
                (s.height, s.root, s.sealed_height) == (first.height, first.root, first.height)
                    && s.pending.is_empty()
            };
            (all.len() == places.len() && all.iter().all(is_same)).then_some(())
        });
        found.map_err(|Failed(why)| Failed(format!("{why}{seen}")))
    }

    /// No running node of these has counted a fault of another.
    pub fn faultless(&self, places: &[usize]) -> Result<(), Failed> {
        for at in places {
            let status = self.status(*at)?;
            super::ensure(status.faults.is_empty(), || {
                format!("{} has counted faults of others: {:?}", status.member, status.faults)
            })?;
        }
        Ok(())
    }
}

/// `nemcon`, as another command runs it.
fn behind(wrapper: &[String]) -> Command {
    let [program, arguments @ ..] = wrapper else { return Command::new(binary()) };
    let mut command = Command::new(program);
    command.args(arguments).arg(binary());
    command
}

/// Where a node stands, for a failure.
fn told(status: &Status) -> String {
    let Status { member, height, sealed_height, pending, .. } = status;
    format!("; {member}: block {height}, sealed {sealed_height}, {} waiting", pending.len())
}

/// The text hashes of all statements in the journal of a node that does not run.
pub(super) fn in_journal(
    ledger: &Path,
    council: Digest,
) -> Result<std::collections::BTreeSet<Digest>, Failed> {
    let said = |error: &dyn core::fmt::Display| Failed(format!("{}: {error}", ledger.display()));
    let opened = JournalReader::open(&ledger.join("journal"), council);
    let (reader, _) = opened.map_err(|error| said(&error))?;
    let mut hashes = std::collections::BTreeSet::new();
    for located in reader.entries() {
        let located = located.map_err(|error| said(&error))?;
        let Entry::Block(block) = located.entry else { continue };
        let statements = block.records.iter().filter_map(|record| Statement::parse(record).ok());
        hashes.extend(statements.map(|statement| statement.text_hash));
    }
    Ok(hashes)
}
