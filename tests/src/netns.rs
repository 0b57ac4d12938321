//! A council on a network of its own: one namespace a node, links that are cut, addresses that move.
//!
//! ```text
//! hub ── bridge "whole" ── link 1 … link 7 ── node 1 … node 7   10.77.0.1 … 10.77.0.7
//!   └─── bridge "apart"    the links of a part that is cut off
//! ```
//!
//! Nodes know each other by name; a file of names in each namespace says where a name is now. HTTP
//! listens on loopback inside a namespace, so the command line runs there too.

use core::fmt::Write as _;
use std::cell::Cell;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Instant;

use nemcon_client::config::NodeConfig;
use nemcon_client::shipped::CharterName;
use serde_json::Value;

use crate::crash::{Failed, Net, Node, binary, ensure, run_tool, wait_for};

const MEMBERS: usize = 7;
/// More than two thirds of seven.
const LARGER: [usize; 5] = [0, 1, 2, 3, 4];
const SMALLER: [usize; 2] = [5, 6];
/// The node that is cut off alone, then moves.
const WANDERER: usize = 3;

/// The namespaces, gone when dropped.
struct Spaces {
    prefix: String,
    /// The last number of each node's address.
    hosts: Vec<u8>,
    nodes: Vec<Option<Node>>,
    net: Net,
    /// The longest that a ballot took to be ordered.
    longest_ms: Cell<u64>,
}

/// Runs the whole suite, and returns the line that sums it up.
pub fn run() -> Result<String, Failed> {
    let probe = format!("nemcon-{}", std::process::id());
    if let Err(Failed(why)) = run_tool("ip", ["netns", "add", &probe]) {
        return Ok(format!("skipped: network namespaces cannot be made here ({why})"));
    }
    run_tool("ip", ["netns", "delete", &probe])?;
    let mut spaces = Spaces::build(probe)?;
    (0..MEMBERS).try_for_each(|at| spaces.start(at))?;
    spaces.connected(&[0, 1, 2, 3, 4, 5, 6])?;
    spaces.table()?;
    halves(&spaces)?;
    one_off(&spaces)?;
    moved(&mut spaces)?;
    Ok(format!(
        "{MEMBERS} nodes: ordered with two cut off, with one cut off, with one at another address; \
         one sealed ledger each time the network was whole, no fault counted; no ballot took longer \
         than {} ms to be ordered",
        spaces.longest_ms.get()
    ))
}

/// Five and two cannot reach each other.
fn halves(spaces: &Spaces) -> Result<(), Failed> {
    SMALLER.iter().try_for_each(|at| spaces.plug(*at, "apart"))?;
    let before = spaces.height(0)?;
    LARGER.iter().try_for_each(|at| spaces.cast(*at, "abstain"))?;
    ensure(spaces.height(0)? > before, || "the larger side has ordered nothing".to_owned())?;
    ensure(spaces.height(SMALLER[0])? <= before + 1, || "two of seven have ordered".to_owned())?;
    SMALLER.iter().try_for_each(|at| spaces.plug(*at, "whole"))?;
    spaces.converged()
}

/// One node is off the network, while all others vote again.
fn one_off(spaces: &Spaces) -> Result<(), Failed> {
    spaces.hub(&["ip", "link", "set", &link(WANDERER), "down"])?;
    let others = (0..MEMBERS - 1).filter(|at| *at != WANDERER);
    others.into_iter().try_for_each(|at| spaces.cast(at, "in-favour"))?;
    spaces.hub(&["ip", "link", "set", &link(WANDERER), "up"])?;
    spaces.converged()
}

/// One node gets another address while it runs; then its name leads there.
fn moved(spaces: &mut Spaces) -> Result<(), Failed> {
    let before = address(spaces.hosts[WANDERER]);
    spaces.hosts[WANDERER] += 100;
    let after = address(spaces.hosts[WANDERER]);
    spaces
        .inside(WANDERER, &["ip", "address", "delete", &format!("{before}/24"), "dev", "eth0"])?;
    // The first address of a network takes the others along when it goes.
    spaces.inside(WANDERER, &["ip", "address", "add", &format!("{after}/24"), "dev", "eth0"])?;
    (0..MEMBERS).try_for_each(|at| spaces.write_names(at))?;
    spaces.cast(WANDERER, "abstain")?;
    spaces.converged()
}

fn link(at: usize) -> String {
    format!("link{}", at + 1)
}

fn address(host: u8) -> String {
    format!("10.77.0.{host}")
}

impl Spaces {
    fn build(prefix: String) -> Result<Self, Failed> {
        let hosts = (1..=u8::try_from(MEMBERS).expect("few")).collect();
        let nodes = (0..MEMBERS).map(|_| None).collect();
        let net = Net::found(CharterName::Plain, MEMBERS)?;
        let spaces = Self { prefix, hosts, nodes, net, longest_ms: Cell::new(0) };
        run_tool("ip", ["netns", "add", &spaces.space("hub")])?;
        for bridge in ["whole", "apart"] {
            spaces.hub(&["ip", "link", "add", bridge, "type", "bridge"])?;
            spaces.hub(&["ip", "link", "set", bridge, "up"])?;
        }
        for at in 0..MEMBERS {
            spaces.wire(at)?;
            spaces.configure(at)?;
        }
        Ok(spaces)
    }

    fn space(&self, name: &str) -> String {
        format!("{}-{name}", self.prefix)
    }

    fn of(&self, at: usize) -> String {
        self.space(&(at + 1).to_string())
    }

    /// A namespace with one link to the hub.
    fn wire(&self, at: usize) -> Result<(), Failed> {
        let (space, link) = (self.of(at), link(at));
        run_tool("ip", ["netns", "add", &space])?;
        self.hub(&["ip", "link", "add", &link, "type", "veth", "peer", "eth0", "netns", &space])?;
        self.plug(at, "whole")?;
        self.hub(&["ip", "link", "set", &link, "up"])?;
        let address = format!("{}/24", address(self.hosts[at]));
        self.inside(at, &["ip", "address", "add", &address, "dev", "eth0"])?;
        self.inside(at, &["ip", "link", "set", "eth0", "up"])?;
        self.inside(at, &["ip", "link", "set", "lo", "up"])?;
        self.write_names(at)
    }

    /// The node listens everywhere in its namespace and knows the others by name.
    fn configure(&self, at: usize) -> Result<(), Failed> {
        let path = self.net.config(at);
        let text = std::fs::read_to_string(&path)?;
        let read = toml::from_str::<NodeConfig>(&text);
        let mut config = read.map_err(|error| Failed(error.to_string()))?;
        config.listen.set_ip(std::net::Ipv4Addr::UNSPECIFIED.into());
        for peer in &mut config.peers {
            let port = peer.address.rsplit_once(':').map_or("", |(_, port)| port).to_owned();
            peer.address = format!("{}.test:{port}", peer.code.as_str().to_lowercase());
        }
        Ok(std::fs::write(path, config.render())?)
    }

    fn names(&self, at: usize) -> PathBuf {
        PathBuf::from("/etc/netns").join(self.of(at)).join("hosts")
    }

    /// Where each name is now, for one node; `ip netns exec` puts the file in the place of
    /// `/etc/hosts`, so it is written in place.
    fn write_names(&self, at: usize) -> Result<(), Failed> {
        let mut names = "127.0.0.1 localhost\n".to_owned();
        for (other, host) in self.hosts.iter().enumerate() {
            let code = self.net.code(other).as_str().to_lowercase();
            let _ = writeln!(names, "{} {code}.test", address(*host));
        }
        let path = self.names(at);
        std::fs::create_dir_all(path.parent().expect("a folder of its own"))?;
        Ok(std::fs::write(path, names)?)
    }

    fn hub(&self, words: &[&str]) -> Result<String, Failed> {
        let space = self.space("hub");
        run_tool("ip", ["netns", "exec", &space].iter().chain(words))
    }

    fn inside(&self, at: usize, words: &[&str]) -> Result<String, Failed> {
        let space = self.of(at);
        run_tool("ip", ["netns", "exec", &space].iter().chain(words))
    }

    /// Connects a node's link to this bridge.
    fn plug(&self, at: usize, bridge: &str) -> Result<(), Failed> {
        self.hub(&["ip", "link", "set", &link(at), "master", bridge]).map(|_| ())
    }

    fn start(&mut self, at: usize) -> Result<(), Failed> {
        let wrapper = ["ip", "netns", "exec", &self.of(at)].map(String::from);
        let command = self.net.command(at, &wrapper);
        let log = self.net.testnet.log(self.net.code(at));
        self.nodes[at] = Some(Node::spawn(command, &log)?);
        wait_for("the node answers", || self.status(at).ok()).map(|_| ())
    }

    /// Runs a command of `nemcon` for a member, beside its node.
    fn nemcon(&self, at: usize, words: &[&str]) -> Result<Output, Failed> {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.of(at)]).arg(binary()).args(words);
        command.args(["--json", "--as", self.net.code(at).as_str(), "--dir"]);
        Ok(command.arg(self.net.testnet.dir()).output()?)
    }

    fn json(&self, at: usize, words: &[&str]) -> Result<Value, Failed> {
        let output = self.nemcon(at, words)?;
        let said = String::from_utf8_lossy(&output.stdout);
        // What waits to be ordered has a status of its own.
        let is_done = matches!(output.status.code(), Some(0 | 3));
        ensure(is_done, || format!("nemcon {}: {said}", words.join(" ")))?;
        serde_json::from_str(&said).map_err(|error| Failed(error.to_string()))
    }

    fn status(&self, at: usize) -> Result<Value, Failed> {
        self.json(at, &["status"])
    }

    fn height(&self, at: usize) -> Result<u64, Failed> {
        Ok(self.status(at)?["height"].as_u64().unwrap_or_default())
    }

    fn table(&self) -> Result<(), Failed> {
        let path = self.net.testnet.dir().join("measure.toml");
        std::fs::write(&path, crate::crash::MEASURE)?;
        self.json(0, &["measure", "table", "--yes", &path.display().to_string()])?;
        self.converged()
    }

    /// A ballot that is ordered, or the suite fails.
    fn cast(&self, at: usize, position: &str) -> Result<(), Failed> {
        let started = Instant::now();
        let shown = self.json(at, &["measure", "show", "1"])?;
        let text = shown["text_hash"].as_str().unwrap_or_default();
        let cast = ["ballot", "cast", "1", position, "--yes", "--text", text];
        let answer = self.json(at, &cast)?;
        if answer["answer"]["answer"] != "ordered" {
            // With members away, rounds that wait for their proposals may come first.
            wait_for("the ballot is ordered", || {
                let status = self.status(at).ok()?;
                status["pending"].as_array()?.is_empty().then_some(())
            })?;
        }
        let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.longest_ms.set(self.longest_ms.get().max(ms));
        Ok(())
    }

    /// Waits until each of these is connected to all others.
    fn connected(&self, places: &[usize]) -> Result<(), Failed> {
        wait_for("all are connected", || {
            let all = places.iter().map(|at| self.status(*at).ok());
            let is_full = |status: Option<Value>| {
                let status = status?;
                let members = status["members"].as_array()?;
                members.iter().all(|member| member["connected"] == true).then_some(())
            };
            all.map(is_full).collect::<Option<Vec<_>>>()
        })
        .map(|_| ())
    }

    /// Waits for one ledger, sealed by all; nobody may have counted a fault of another.
    fn converged(&self) -> Result<(), Failed> {
        let all: Vec<usize> = (0..MEMBERS).collect();
        self.connected(&all)?;
        let states = wait_for("the nodes hold one sealed ledger", || {
            let states: Option<Vec<_>> = all.iter().map(|at| self.status(*at).ok()).collect();
            let states = states?;
            let of =
                |s: &Value| (s["root"].clone(), s["sealed_height"].clone(), s["height"].clone());
            let first = of(&states[0]);
            let is_same = |s: &Value| of(s) == first && first.1 == first.2;
            states.iter().all(is_same).then_some(states)
        })?;
        for state in states {
            ensure(state["faults"].as_object().is_none_or(serde_json::Map::is_empty), || {
                format!("{} has counted faults: {}", state["member"], state["faults"])
            })?;
        }
        Ok(())
    }
}

impl Drop for Spaces {
    fn drop(&mut self) {
        self.nodes.clear();
        let spaces = (0..MEMBERS).map(|at| self.of(at)).chain([self.space("hub")]);
        for space in spaces {
            // Those that were never made cannot be removed; the others go with their links.
            let _ = run_tool("ip", ["netns", "delete", &space]);
            let _ = std::fs::remove_dir_all(PathBuf::from("/etc/netns").join(&space));
        }
    }
}
