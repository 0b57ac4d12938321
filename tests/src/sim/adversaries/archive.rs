//! What was ever signed, kept for good, and the lies that can be told with it: old and genuine, said again
//! out of its place, beside any value of what nobody signs.

use nemcon_crypto::merkle::leaf_hash;
use nemcon_crypto::{Digest, TreeSize};
use nemcon_ledger::Height;
use nemcon_ledger::durable::{CommittedBlock, Seal};
use nemcon_ledger::text::{Code, Time};
use nemcon_replica::consensus::{CommitCertificate, ConsensusMessage, Recollection, SignedHeader};
use nemcon_replica::replica::{Message, Standing};

use crate::sim::rng::Rng;

/// How much of each sort is kept; then chance decides what gives way.
const KEPT_MAX: usize = 2000;
/// How many old things stand in one lie at most.
const TOLD_MAX: usize = 8;

/// Everything genuine that an adversary has come by.
#[derive(Clone, Debug, Default)]
pub(in crate::sim) struct Archive {
    seals: Vec<Seal>,
    blocks: Vec<CommittedBlock>,
    certificates: Vec<CommitCertificate>,
    messages: Vec<ConsensusMessage>,
    headers: Vec<SignedHeader>,
    records: Vec<Vec<u8>>,
}

fn keep<T>(kept: &mut Vec<T>, rng: &mut Rng, new: T) {
    if kept.len() < KEPT_MAX {
        kept.push(new);
    } else {
        let at = rng.index(kept.len());
        kept[at] = new;
    }
}

fn keep_all<T>(kept: &mut Vec<T>, rng: &mut Rng, new: Vec<T>) {
    for new in new {
        keep(kept, rng, new);
    }
}

fn some<T: Clone>(kept: &[T], rng: &mut Rng) -> Vec<T> {
    if kept.is_empty() {
        return Vec::new();
    }
    let count = 1 + rng.index(TOLD_MAX);
    (0..count).map(|_| rng.pick(kept).clone()).collect()
}

impl Archive {
    /// Keeps what somebody signed of a message.
    pub(in crate::sim) fn note(&mut self, rng: &mut Rng, message: &Message) {
        match message.clone() {
            Message::Seals(seals) => keep_all(&mut self.seals, rng, seals),
            Message::Blocks(blocks) => keep_all(&mut self.blocks, rng, blocks),
            Message::Standing(Standing { certificate: Some(certificate), .. })
            | Message::Decided(certificate) => keep(&mut self.certificates, rng, certificate),
            Message::Consensus(message) => keep(&mut self.messages, rng, message),
            Message::Seen { memory, .. } => keep_all(&mut self.messages, rng, memory.messages),
            Message::Proposed(headers) => keep_all(&mut self.headers, rng, headers),
            Message::Pending(records) => keep_all(&mut self.records, rng, records),
            // Nobody has signed anything in these.
            Message::Standing(Standing { certificate: None, .. })
            | Message::BlocksWanted { .. }
            | Message::SeenWanted { .. }
            | Message::StandingWanted
            | Message::ClockWanted { .. }
            | Message::Clock { .. }
            | Message::Announced(_)
            | Message::PendingWanted(_)
            | Message::KeyTwice => {}
        }
    }

    /// Hashes of statements that there were, and of some that there never were.
    fn leaf_hashes(&self, rng: &mut Rng) -> Vec<Digest> {
        let known = some(&self.records, rng);
        let known = known.iter().map(|record: &Vec<u8>| leaf_hash(record));
        let never =
            (0..rng.clone().below(4)).map(|n| leaf_hash(&(rng.below(u64::MAX) ^ n).to_be_bytes()));
        known.chain(never.collect::<Vec<_>>()).collect()
    }

    /// Old seals, those of one member alone if it is named.
    pub(in crate::sim) fn seals(&self, rng: &mut Rng, of: Option<&Code>) -> Message {
        let is_meant = |seal: &&Seal| of.is_none_or(|code| seal.member == code.as_str());
        let meant: Vec<&Seal> = self.seals.iter().filter(is_meant).collect();
        Message::Seals(some(&meant, rng).into_iter().cloned().collect())
    }

    /// Any height: none, one that there is, or one that there is not.
    fn height(&self, rng: &mut Rng) -> Height {
        let known = self.blocks.len() as u64 + 2;
        Height(*rng.pick(&[0, 1, rng.clone().below(known), known, 1_000, u64::MAX - 1, u64::MAX]))
    }

    /// Any size: none, one that was sealed, or one that nobody has.
    fn size(&self, rng: &mut Rng) -> TreeSize {
        let sealed = self.seals.get(rng.index(self.seals.len().max(1)));
        let sealed = sealed.map_or(TreeSize(1), |seal| seal.size);
        *rng.pick(&[TreeSize(0), sealed, sealed, TreeSize(u64::MAX)])
    }

    /// Where somebody stands, and what it holds, as nobody does.
    pub(in crate::sim) fn standing(&self, rng: &mut Rng, codes: &[Code]) -> Message {
        let height = self.height(rng);
        let told: Vec<&Code> = codes.iter().filter(|_| rng.chance(800)).collect();
        let sealed = told.into_iter().map(|code| (code.clone(), self.size(rng))).collect();
        let certificate = some(&self.certificates, rng).pop().filter(|_| rng.chance(700));
        Message::Standing(Standing { height, sealed, certificate })
    }

    /// One lie of any sort to the node of `victim`.
    pub(in crate::sim) fn lie(&self, rng: &mut Rng, victim: &Code, codes: &[Code]) -> Message {
        match rng.below(17) {
            0..=2 => self.seals(rng, Some(victim)),
            3..=4 => self.seals(rng, None),
            5..=6 => self.standing(rng, codes),
            7 => self.relabelled_block(rng),
            8 => some(&self.certificates, rng)
                .pop()
                .map_or(Message::StandingWanted, Message::Decided),
            9 => Message::Proposed(some(&self.headers, rng)),
            10 => match some(&self.messages, rng).pop() {
                Some(message) => Message::Consensus(message),
                None => Message::BlocksWanted { from: self.height(rng) },
            },
            11 => {
                let memory = Recollection {
                    headers: some(&self.headers, rng),
                    messages: some(&self.messages, rng),
                };
                Message::Seen { height: self.height(rng), memory }
            }
            12 => match some(&self.records, rng).pop() {
                Some(record) => Message::Pending(vec![record]),
                None => Message::SeenWanted { height: self.height(rng) },
            },
            13 => Self::clock(rng),
            14 => Message::Announced(self.leaf_hashes(rng)),
            15 => Message::PendingWanted(self.leaf_hashes(rng)),
            _ => self.relabelled_seal(rng, victim),
        }
    }

    /// A clock that reads anything, the question for one, or the word that a key is in two places.
    fn clock(rng: &mut Rng) -> Message {
        // Some three hundred years.
        let mut any = || Time::from_ms(rng.below(10_000_000_000_000)).ok();
        match (any(), any(), rng.below(3)) {
            (Some(asked), _, 0) => Message::ClockWanted { asked },
            (Some(asked), Some(reads), 1) => Message::Clock { asked, reads },
            _ => Message::KeyTwice,
        }
    }

    /// A block under its own height or another one.
    fn relabelled_block(&self, rng: &mut Rng) -> Message {
        let mut blocks = some(&self.blocks, rng);
        if let Some(block) = blocks.first_mut().filter(|_| rng.chance(300)) {
            block.height = self.height(rng);
        }
        Message::Blocks(blocks)
    }

    /// A seal that is said to be the victim's.
    fn relabelled_seal(&self, rng: &mut Rng, victim: &Code) -> Message {
        let mut seals = some(&self.seals, rng);
        seals.truncate(1);
        for seal in &mut seals {
            seal.member = victim.to_string();
        }
        Message::Seals(seals)
    }
}
