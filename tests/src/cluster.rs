//! A council of replicas in one thread: network and clock are this module's, the rest ships.
//!
//! Each node runs on the folder that ships, on a disk in memory.

pub mod burst;
mod node;
mod operators;
mod time;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use nemcon_crypto::Digest;
use nemcon_ledger::Height;
use nemcon_ledger::record::Genesis;
use nemcon_ledger::text::{Code, Time};
use nemcon_replica::replica::{Effect, Halt, Input, Message, Replica};

pub use node::{Disk, Node};

/// More steps than any test needs: a cluster that goes on for ever is a failure.
const STEPS_MAX: usize = 2_000_000;

/// The nodes of a council and what is under way between them.
pub struct Cluster {
    genesis: Genesis,
    /// By member, in roster order of their positions in `codes`.
    pub nodes: BTreeMap<Code, Node>,
    codes: Vec<Code>,
    queue: VecDeque<(Code, Code, Arc<[u8]>)>,
    /// Pairs between which nothing passes, in either direction.
    pub cut: Vec<(Code, Code)>,
    now: Time,
    /// How far the clocks of nodes are ahead, in milliseconds; behind, if negative.
    pub clocks: BTreeMap<Code, i64>,
    tickets: u64,
    /// Messages delivered so far.
    pub delivered: usize,
    /// The bytes of these messages.
    pub bytes: usize,
    /// Whether a node may stop for good; a test that does not say so fails then.
    pub may_stop: bool,
    /// Who has stopped for good, and why.
    pub stopped: Vec<(Code, Halt)>,
}

impl Cluster {
    /// All nodes of the council up and connected, nothing ordered yet.
    pub fn start(genesis: Genesis, now: Time) -> Self {
        let codes: Vec<Code> = genesis.roster.members.iter().map(|m| m.code.clone()).collect();
        let nodes = codes.iter().map(|code| (code.clone(), Node::off(&genesis, code))).collect();
        let (queue, cut) = (VecDeque::new(), Vec::new());
        let mut cluster = Self {
            genesis,
            nodes,
            codes,
            queue,
            cut,
            now,
            clocks: BTreeMap::new(),
            tickets: 0,
            delivered: 0,
            bytes: 0,
            may_stop: false,
            stopped: Vec::new(),
        };
        for code in cluster.codes.clone() {
            cluster.boot(&code);
        }
        cluster
    }

    /// A node of one who is no member yet, up and connected: it has the genesis and nothing else.
    pub fn join(&mut self, code: &Code) {
        self.nodes.insert(code.clone(), Node::off(&self.genesis, code));
        self.codes.push(code.clone());
        self.boot(code);
    }

    /// The members in roster order, then those who joined.
    pub fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// The clock.
    pub fn now(&self) -> Time {
        self.now
    }

    /// What a node's own clock reads.
    pub fn clock_of(&self, code: &Code) -> Time {
        shifted(self.now, self.ahead(code))
    }

    fn ahead(&self, code: &Code) -> i64 {
        self.clocks.get(code).copied().unwrap_or_default()
    }

    /// The replica of a node that is up.
    pub fn replica(&self, code: &Code) -> &Replica {
        self.nodes[code].replica.as_ref().expect("the test asks a node that is up")
    }

    /// Ends a node and takes its file `signed` away: it does not know what it has signed.
    pub fn lose_signed(&mut self, code: &Code) {
        self.crash(code);
        self.nodes[code].disk.lose_signed();
    }

    /// Asserts that ledgers are prefixes of one another, and returns the longest height.
    pub fn verify_agreement(&self) -> Height {
        let records = |code: &Code| -> Vec<Vec<Vec<u8>>> {
            let blocks = self.nodes[code].disk.blocks_from(Height(1)).into_iter();
            blocks.map(|block| block.records).collect()
        };
        let ledgers: Vec<_> = self.codes.iter().map(records).collect();
        let longest = ledgers.iter().max_by_key(|ledger| ledger.len()).expect("a member");
        for (code, ledger) in self.codes.iter().zip(&ledgers) {
            assert_eq!(ledger[..], longest[..ledger.len()], "{code} has another ledger");
        }
        Height(longest.len() as u64)
    }

    fn is_linked(&self, one: &Code, other: &Code) -> bool {
        let is_up = |code: &Code| self.nodes[code].replica.is_some();
        let is_cut = self.cut.iter().any(|(a, b)| (a, b) == (one, other) || (b, a) == (one, other));
        one != other && is_up(one) && is_up(other) && !is_cut
    }

    /// Gives a node an input at once and does what it brings about.
    pub fn step(&mut self, code: &Code, input: Input) {
        let clock = self.clock_of(code);
        let node = self.nodes.get_mut(code).expect("a member");
        let Some(replica) = node.replica.as_mut() else { return };
        let effects = replica.step(clock, input).expect("no node halts here");
        for effect in effects {
            self.execute(code, effect);
        }
    }

    fn execute(&mut self, code: &Code, effect: Effect) {
        let now = self.now;
        let node = self.nodes.get_mut(code).expect("a member");
        match effect {
            Effect::Disk(write) => node.write(&write),
            Effect::Send(to, frame) => self.queue.push_back((code.clone(), to, frame)),
            Effect::Broadcast(frame) => {
                for to in self.codes.iter().filter(|to| *to != code) {
                    self.queue.push_back((code.clone(), to.clone(), frame.clone()));
                }
            }
            Effect::SendBlocks(to, from) => {
                let Some(folder) = &node.folder else { return };
                let blocks = folder.blocks_for_peer(from).expect("the disk works");
                let frame = Arc::from(Message::Blocks(blocks).encode());
                self.queue.push_back((code.clone(), to, frame));
            }
            Effect::Schedule(timer, after) => {
                let ms = u64::try_from(after.as_millis()).expect("short");
                node.timers.insert(timer, Time::from_ms(now.as_ms() + ms).expect("this age"));
            }
            Effect::Cancel(timer) => drop(node.timers.remove(&timer)),
            Effect::WakeAt(at) => node.wake = at,
            Effect::Answer(ticket, outcome) => {
                node.outcomes.entry(ticket).or_default().push(outcome);
            }
            Effect::Rejoin(_, outcome) => {
                node.rejoins.push(outcome);
                return;
            }
            Effect::Stop(halt) => {
                assert!(self.may_stop, "no node stops here: {halt}");
                self.stopped.push((code.clone(), halt));
                self.crash(code);
                return;
            }
            Effect::Disconnect(to) => {
                node.cut_off.push(to);
                return;
            }
            Effect::Notice(_) | Effect::Roster => return,
        }
        self.nodes.get_mut(code).expect("a member").disk.writes += 1;
    }

    /// The root of each node that is up.
    pub fn roots(&self) -> Vec<Digest> {
        let up = self.nodes.values().filter_map(|node| node.replica.as_ref());
        up.map(|replica| replica.chain().root()).collect()
    }
}

fn shifted(time: Time, ms: i64) -> Time {
    Time::from_ms(time.as_ms().saturating_add_signed(ms)).expect("tests end in this age")
}
