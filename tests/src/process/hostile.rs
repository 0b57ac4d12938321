//! A hostile peer of real nodes: it listens where a node is off, with that node's key or with one that nobody
//! knows, and says what a test wants. It shares no code with the mesh but the names of the formats.

mod wire;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use nemcon_client::keyfile::KeyFile;
use nemcon_crypto::{PublicKey, SecretKey};
use nemcon_disk::journal::JournalReader;
use nemcon_ledger::durable::{Entry, Seal};
use nemcon_ledger::record::Genesis;
use nemcon_ledger::text::Code;
use nemcon_node::mesh::{Hello, Instance};
use nemcon_node::testnet::GENESIS_FILE;
use nemcon_replica::replica::Message;

use super::{Net, wait_for};
use wire::{Identity, Link};

/// How often it looks whether somebody has come.
const LOOK: Duration = Duration::from_millis(5);

/// The connections by the key of the other end; each is told what it is to say.
type Links = Arc<Mutex<BTreeMap<PublicKey, Sender<Vec<u8>>>>>;

/// What it hears, and from whom.
type Heard = (PublicKey, Vec<u8>);

/// A peer that says whatever it is told; it is gone when this is dropped.
pub struct Hostile {
    links: Links,
    heard: Receiver<Heard>,
    /// The keys of the members' nodes.
    nodes: BTreeMap<Code, PublicKey>,
    is_over: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

impl Hostile {
    /// In the place of a member's node, which is off, with that node's own key.
    #[track_caller]
    pub fn member(net: &Net, code: &str) -> Self {
        let folder = net.testnet().folder(&code.parse().expect("a code"));
        let key = KeyFile::read(&folder.join("node.key")).expect("a test network has its keys");
        Self::at(net, code, &key.secret)
    }

    /// A stranger where a member's node, which is off, is dialled: nobody knows its key.
    #[track_caller]
    pub fn stranger(net: &Net, code: &str) -> Self {
        Self::at(net, code, &SecretKey::from_seed(&[0x5a; 32]))
    }

    #[track_caller]
    fn at(net: &Net, code: &str, me: &SecretKey) -> Self {
        let genesis = genesis(net);
        let members = genesis.roster.members.iter();
        let nodes = members.map(|it| (it.code.clone(), it.node)).collect();
        let listener = TcpListener::bind(net.member(code).listen).expect("the node is off");
        listener.set_nonblocking(true).expect("a socket");
        let (says, heard) = channel();
        let (links, is_over) = (Links::default(), Arc::new(AtomicBool::new(false)));
        let host = Host {
            identity: Identity::new(me),
            hello: Hello::new(genesis.digest(), Instance([0x5a; 16])),
            links: Arc::clone(&links),
            says,
            is_over: Arc::clone(&is_over),
        };
        let listening = std::thread::spawn(move || host.listen(&listener));
        Self { links, heard, nodes, is_over, listening: Some(listening) }
    }

    /// Waits until the nodes of these members have dialled it.
    #[track_caller]
    pub fn meet(&self, codes: &[&str]) {
        for code in codes {
            wait_for("a node to dial", || self.is_linked(code).then_some(()));
        }
    }

    /// Whether the node of a member is connected.
    pub fn is_linked(&self, code: &str) -> bool {
        self.links.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&self.key(code))
    }

    fn key(&self, code: &str) -> PublicKey {
        self.nodes[&code.parse::<Code>().expect("a code")]
    }

    /// Says these bytes to a member's node; nothing if that is not connected any more.
    pub fn say_bytes(&self, to: &str, frame: Vec<u8>) {
        let links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(link) = links.get(&self.key(to)) {
            let _ = link.send(frame);
        }
    }

    /// Says a message to a member's node.
    pub fn say(&self, to: &str, message: &Message) {
        self.say_bytes(to, message.encode());
    }

    /// What it has heard from a member's node since it was last asked.
    pub fn hears(&self, from: &str) -> Vec<Message> {
        let key = self.key(from);
        let heard = self.heard.try_iter().filter(|(who, _)| *who == key);
        heard.filter_map(|(_, frame)| Message::decode(&frame).ok()).collect()
    }
}

impl Drop for Hostile {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(listening) = self.listening.take() {
            // It has failed only if the test has.
            let _ = listening.join();
        }
    }
}

/// What the listening thread has.
struct Host {
    identity: Identity,
    hello: Hello,
    links: Links,
    says: Sender<Heard>,
    is_over: Arc<AtomicBool>,
}

impl Host {
    /// Takes whoever comes until it is over; then all connections have ended.
    fn listen(&self, listener: &TcpListener) {
        std::thread::scope(|threads| {
            while !self.is_over.load(Ordering::Relaxed) {
                match listener.accept() {
                    Ok((tcp, _)) => {
                        threads.spawn(move || {
                            // Whoever comes to nothing comes again.
                            let _ = Link::accept(&self.identity, &self.hello, tcp)
                                .and_then(|link| self.serve(link));
                        });
                    }
                    Err(_) => std::thread::park_timeout(LOOK),
                }
            }
        });
    }

    fn serve(&self, mut link: Link) -> std::io::Result<()> {
        let (to_say, says) = channel();
        let key = link.peer();
        self.links.lock().unwrap_or_else(PoisonError::into_inner).insert(key, to_say);
        let mut talk = || {
            while !self.is_over.load(Ordering::Relaxed) {
                for frame in says.try_iter() {
                    link.write(&frame)?;
                }
                for frame in link.read()? {
                    let _ = self.says.send((key, frame));
                }
            }
            Ok(())
        };
        let ended = talk();
        self.links.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
        ended
    }
}

/// The founding text of a test network.
pub fn genesis(net: &Net) -> Genesis {
    let note = std::fs::read_to_string(net.dir().join(GENESIS_FILE)).expect("it was founded");
    let (text, _) = note.rsplit_once("\n\n").expect("a note has signatures");
    Genesis::parse(&format!("{text}\n")).expect("a genesis")
}

/// The seals that the journal of a member's node holds; the node must be off.
pub fn seals_in_journal(net: &Net, code: &str) -> Vec<Seal> {
    let folder = net.testnet().folder(&code.parse().expect("a code")).join("ledger/journal");
    let (reader, _) = JournalReader::open(&folder, genesis(net).digest()).expect("it is sound");
    let entries = reader.entries().map(|located| located.expect("it is sound").entry);
    let seals = entries.filter_map(|entry| match entry {
        Entry::Seal(seal) => Some(seal),
        Entry::Block(_) => None,
    });
    seals.collect()
}
