//! Statements that peers have announced and that this node lacks.
//!
//! What it guarantees: a statement is asked for at one peer at a time, so that it comes about once; a peer
//! that announces what it does not give only delays it. Each peer can have this node look for at most
//! [`LACKING_PER_MEMBER_MAX`] statements.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use nemcon_crypto::Digest;
use nemcon_ledger::text::{Code, Time};

/// The most statements for which one peer is asked at a time.
pub const LACKING_PER_MEMBER_MAX: usize = 4096;
/// How long a peer that was asked may take before another one is asked, in milliseconds.
const ANSWER_MS: u64 = 2_000;
/// The most peers that are noted to have a statement, beside the one that is asked.
const OTHERS_MAX: usize = 2;

/// What is to be asked of whom.
pub(super) type Asks = BTreeMap<Code, Vec<Digest>>;

/// A statement that is lacking.
#[derive(Clone, Debug)]
struct Lacking {
    /// The peer that is asked.
    asked: Code,
    /// Until when it may answer.
    until: Time,
    /// Peers that have announced it too, to be asked next.
    others: BTreeSet<Code>,
}

/// The statements that are lacking, by the hashes of their leaves.
#[derive(Clone, Debug, Default)]
pub(super) struct LackingStatements {
    lacking: BTreeMap<Digest, Lacking>,
    /// How many statements each peer is asked for.
    asked: BTreeMap<Code, usize>,
    /// When each answer is due, the soonest first. A statement that has come since stands here still.
    due: VecDeque<(Time, Digest)>,
}

impl LackingStatements {
    /// A peer has announced statements that are not here; those for which it is to be asked.
    pub(super) fn announced(
        &mut self,
        member: &Code,
        absent: impl Iterator<Item = Digest>,
        now: Time,
    ) -> Vec<Digest> {
        let mut asks = Vec::new();
        for leaf_hash in absent {
            if let Some(lacking) = self.lacking.get_mut(&leaf_hash) {
                if lacking.asked != *member && lacking.others.len() < OTHERS_MAX {
                    lacking.others.insert(member.clone());
                }
            } else if self.ask(member, leaf_hash, BTreeSet::new(), now) {
                asks.push(leaf_hash);
            } else {
                break;
            }
        }
        asks
    }

    /// A statement has come, from whomever.
    pub(super) fn arrived(&mut self, leaf_hash: &Digest) {
        if let Some(lacking) = self.lacking.remove(leaf_hash) {
            self.no_more_asked(&lacking.asked);
        }
        if self.lacking.is_empty() {
            self.due.clear();
        }
    }

    /// Gives up waiting for answers that are overdue; what is to be asked of others now.
    pub(super) fn overdue(&mut self, now: Time) -> Asks {
        let mut late = Vec::new();
        while let Some((until, leaf_hash)) = self.due.front().copied().filter(|(it, _)| *it <= now)
        {
            self.due.pop_front();
            late.extend(
                (self.lacking.get(&leaf_hash)).filter(|it| it.until == until).map(|_| leaf_hash),
            );
        }
        self.ask_others(late, now)
    }

    /// A peer has gone; what is to be asked of others now.
    pub(super) fn forget(&mut self, member: &Code, now: Time) -> Asks {
        for lacking in self.lacking.values_mut() {
            lacking.others.remove(member);
        }
        let theirs = self.lacking.iter().filter(|(_, lacking)| lacking.asked == *member);
        let theirs: Vec<_> = theirs.map(|(leaf_hash, _)| *leaf_hash).collect();
        self.ask_others(theirs, now)
    }

    /// When the next answer is due.
    pub(super) fn due(&self) -> Option<Time> {
        self.due.front().map(|(until, _)| *until)
    }

    fn ask_others(&mut self, leaf_hashes: Vec<Digest>, now: Time) -> Asks {
        let mut asks = Asks::new();
        for leaf_hash in leaf_hashes {
            let Some(mut lacking) = self.lacking.remove(&leaf_hash) else { continue };
            self.no_more_asked(&lacking.asked);
            while let Some(next) = lacking.others.pop_first() {
                if self.ask(&next, leaf_hash, lacking.others.clone(), now) {
                    asks.entry(next).or_default().push(leaf_hash);
                    break;
                }
            }
        }
        asks
    }

    /// Notes that a peer is asked for a statement; false if it is asked for too many.
    fn ask(&mut self, member: &Code, leaf_hash: Digest, others: BTreeSet<Code>, now: Time) -> bool {
        let asked = self.asked.entry(member.clone()).or_default();
        if *asked >= LACKING_PER_MEMBER_MAX {
            return false;
        }
        *asked += 1;
        let until = Time::from_ms(now.as_ms() + ANSWER_MS).unwrap_or(now);
        self.lacking.insert(leaf_hash, Lacking { asked: member.clone(), until, others });
        self.due.push_back((until, leaf_hash));
        true
    }

    fn no_more_asked(&mut self, member: &Code) {
        let asked = self.asked.get_mut(member).expect("it is counted while it is asked");
        *asked -= 1;
        if *asked == 0 {
            self.asked.remove(member);
        }
    }
}

#[cfg(test)]
mod tests;
