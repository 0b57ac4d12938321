//! What happened, as a number that two equal runs share, and as lines that a person reads.

use nemcon_replica::consensus::ConsensusMessage;
use nemcon_replica::replica::Message;

/// The offset basis of FNV-1a with 64 bits.
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
/// The prime of FNV-1a with 64 bits.
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// The trace of a run.
#[derive(Clone, Copy, Debug)]
pub struct Trace {
    hash: u64,
    is_loud: bool,
}

impl Trace {
    /// A trace, printed line by line if it is loud.
    pub const fn new(is_loud: bool) -> Self {
        Self { hash: BASIS, is_loud }
    }

    /// Takes bytes into the hash.
    pub fn take(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(PRIME);
        }
    }

    /// Prints what happened at `now_ms` after the start, if anybody listens.
    pub fn tell(&self, now_ms: u64, line: impl FnOnce() -> String) {
        if self.is_loud {
            println!("{:>7}.{:03} {}", now_ms / 1000, now_ms % 1000, line());
        }
    }

    /// The hash of all that happened.
    pub const fn hash(&self) -> u64 {
        self.hash
    }
}

/// A frame in a few words.
pub fn describe(frame: &[u8]) -> String {
    let Ok(message) = Message::decode(frame) else { return "no message".to_owned() };
    match message {
        Message::Pending(records) => format!("{} pending records", records.len()),
        Message::Announced(hashes) => format!("announces {} statements", hashes.len()),
        Message::PendingWanted(hashes) => format!("wants {} statements", hashes.len()),
        Message::Consensus(message) => {
            let (height, round) = (message.height().0, message.round().0);
            let what = match message {
                ConsensusMessage::Vote(vote) => match vote.value {
                    Some(id) => format!("{:?} of {:.6}", vote.kind, id.to_string()),
                    None => format!("{:?} of nil", vote.kind),
                },
                ConsensusMessage::Proposal(proposal) => {
                    let content = proposal.block.digest().to_string();
                    match proposal.pol_round {
                        Some(round) => format!("{content:.6} again, polka in {}", round.0),
                        None => format!("proposal of {content:.6}"),
                    }
                }
                ConsensusMessage::Polka(_) => "polka".to_owned(),
                ConsensusMessage::Round(it) => format!("{:?} certificate", it.kind),
            };
            format!("block {height} round {round}: {what}")
        }
        Message::Seals(seals) => {
            let seal = |it: &nemcon_ledger::durable::Seal| format!("{}@{}", it.member, it.size.0);
            format!("seals {}", seals.iter().map(seal).collect::<Vec<_>>().join(" "))
        }
        Message::Standing(it) => format!("stands at block {}", it.height.0),
        Message::BlocksWanted { from } => format!("wants blocks from {}", from.0),
        Message::StandingWanted => "asks where it stands".to_owned(),
        Message::Blocks(blocks) => format!("{} blocks", blocks.len()),
        Message::SeenWanted { height } => format!("asks what was seen at block {}", height.0),
        Message::Seen { height, memory, .. } => {
            format!("saw {} messages at block {}", memory.messages.len(), height.0)
        }
        Message::Proposed(it) => format!("what it was proposed in {} rounds", it.len()),
        Message::ClockWanted { .. } => "asks what the clock reads".to_owned(),
        Message::Clock { reads, .. } => format!("reads {reads}"),
        Message::KeyTwice => "tells that its key is in two places".to_owned(),
        Message::Decided(it) => format!("its certificate of block {}", it.height.0),
    }
}
