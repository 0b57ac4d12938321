//! In which order a block's statements stand, and how much of a block and of a day each party takes
//! up, as the monitor itself counts it.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::{Digest, hash};
use nemcon_ledger::record::charter::{Allowance, Shares};
use nemcon_ledger::record::{Body, ChainKey, Statement};
use nemcon_ledger::text::{Code, Time};

/// What the statements of a block may have together, and what among them changes of parties may.
const BLOCK_BYTES: usize = 2 << 20;
const CHANGE_BYTES: usize = 512 << 10;
/// What one party's ballots of a block may have, and what its other statements may.
const BALLOT_BYTES: usize = 14 << 10;
const STATEMENT_BYTES: usize = 64 << 10;
/// Of how many measures one party decides the fate in a block, and how many a block closes.
const STEERED: usize = 16;
const CLOSED: usize = 32;

const DAY_MS: u64 = 86_400_000;

/// The sorts of statement, in the order in which a block takes them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Freeze,
    Keys,
    Seat,
    Ballot,
    Other,
}

fn sort_of(body: &Body) -> Sort {
    match body.kind() {
        "freeze" => Sort::Freeze,
        "keys" => Sort::Keys,
        "rotation" | "notice" | "entry" => Sort::Seat,
        "ballot" => Sort::Ballot,
        _ => Sort::Other,
    }
}

/// What one party has said of one sort.
#[derive(Clone, Copy, Default)]
struct Said {
    statements: usize,
    bytes: usize,
}

impl Said {
    fn add(&mut self, bytes: usize) {
        self.statements += 1;
        self.bytes += bytes;
    }

    fn is_within(&self, most: Allowance) -> bool {
        self.statements as u64 <= u64::from(most.statements) && self.bytes as u64 <= most.bytes
    }
}

/// A statement of the block that is read.
struct Placed {
    leaf: Digest,
    sort: Sort,
    lot: Digest,
    /// What its chain began with, if it is the first there, or the statement before it.
    waits_for: Option<Before>,
    /// The chain's beginning that it is itself.
    begins: Option<Before>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Statement(Digest),
    Measure(u64),
    Incident(u64),
}

/// What a block and a day have taken up.
#[derive(Default)]
pub(super) struct Room {
    day: u64,
    today: BTreeMap<(Code, Sort), Said>,
    renewed: BTreeSet<Code>,
    placed: Vec<Placed>,
    block: BTreeMap<(Code, Sort), Said>,
    steered: BTreeMap<Code, BTreeSet<u64>>,
    closed: BTreeSet<u64>,
}

impl Room {
    /// A statement of the block after `previous`. `count` measures or incidents were there before it.
    pub(super) fn hear(
        &mut self,
        statement: &Statement,
        (previous, time): (Digest, Time),
        count: u64,
        shares: &Shares,
    ) -> Result<(), String> {
        let body = &statement.body;
        let day = time.as_ms() / DAY_MS;
        if day != self.day {
            self.day = day;
            self.today.clear();
            self.renewed.clear();
        }
        let (key, bytes) = ((body.head().by.clone(), sort_of(body)), statement.render().len());
        let today = self.today.entry(key.clone()).or_default();
        today.add(bytes);
        let is_within = match key.1 {
            Sort::Freeze => true,
            Sort::Keys | Sort::Seat => today.is_within(shares.changes),
            Sort::Ballot => today.is_within(shares.ballots),
            Sort::Other => today.is_within(shares.day),
        };
        if !is_within {
            return Err(format!("orders more of {} than the charter gives it a day", key.0));
        }
        self.block.entry(key).or_default().add(bytes);
        self.placed.push(Placed {
            leaf: statement.leaf_hash,
            sort: sort_of(body),
            lot: hash::sha256(&[*previous.as_bytes(), *statement.text_hash.as_bytes()].concat()),
            waits_for: body.link().and_then(|link| match (link.after, link.chain) {
                (Some(after), _) => Some(Before::Statement(after)),
                (None, ChainKey::Measure(number, _)) => Some(Before::Measure(number)),
                (None, ChainKey::Incident(number, _)) => Some(Before::Incident(number)),
                (None, ChainKey::Own(_) | ChainKey::Keys(_)) => None,
            }),
            begins: match body {
                Body::Measure(_) => Some(Before::Measure(count + 1)),
                Body::Incident(_) => Some(Before::Incident(count + 1)),
                _ => None,
            },
        });
        Ok(())
    }

    /// Somebody decides what becomes of these measures.
    pub(super) fn steer(&mut self, body: &Body, numbers: &[u64]) {
        self.steered.entry(body.head().by.clone()).or_default().extend(numbers);
        if matches!(body, Body::Close(_)) {
            self.closed.extend(numbers);
        }
    }

    /// A freeze is ended: once a day what the party has said today counts no more, its changes of
    /// officers apart.
    pub(super) fn renew(&mut self, code: &Code) {
        if self.renewed.insert(code.clone()) {
            self.today.retain(|(of, sort), _| of != code || *sort == Sort::Keys);
        }
    }

    /// The block is read to its end.
    pub(super) fn end_block(&mut self, shares: &Shares) -> Result<(), String> {
        self.verify_order()?;
        self.verify_block(shares)?;
        self.placed.clear();
        self.block.clear();
        self.steered.clear();
        self.closed.clear();
        Ok(())
    }

    /// Whoever stands behind another and should stand before it waits for that one, or for one between.
    fn verify_order(&self) -> Result<(), String> {
        for (at, first) in self.placed.iter().enumerate() {
            let mut there = Vec::new();
            for later in &self.placed[at..] {
                let is_ready = later.waits_for.is_none_or(|before| !there.contains(&before));
                if is_ready && (later.sort, later.lot) < (first.sort, first.lot) {
                    return Err("orders statements of a block in another order".to_owned());
                }
                there.push(Before::Statement(later.leaf));
                there.extend(later.begins);
            }
        }
        Ok(())
    }

    fn verify_block(&self, shares: &Shares) -> Result<(), String> {
        for ((by, sort), said) in &self.block {
            let most = match sort {
                Sort::Freeze | Sort::Keys | Sort::Seat => continue,
                Sort::Ballot => BALLOT_BYTES,
                Sort::Other => STATEMENT_BYTES,
            };
            let is_alone = said.statements == 1;
            if said.statements > shares.block as usize || said.bytes > most && !is_alone {
                return Err(format!("orders too much of {by} in one block"));
            }
        }
        let bytes = |is_counted: fn(Sort) -> bool| -> usize {
            let counted = self.block.iter().filter(|((_, sort), _)| is_counted(*sort));
            counted.map(|(_, said)| said.bytes).sum()
        };
        if bytes(|_| true) > BLOCK_BYTES || bytes(|sort| sort < Sort::Ballot) > CHANGE_BYTES {
            return Err("orders more in one block than it has room for".to_owned());
        }
        let is_too_much = |steered: &BTreeSet<u64>| steered.len() > STEERED;
        if self.steered.values().any(is_too_much) || self.closed.len() > CLOSED {
            return Err("decides the fate of too many measures in one block".to_owned());
        }
        Ok(())
    }
}
