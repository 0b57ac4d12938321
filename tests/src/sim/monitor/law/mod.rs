//! The law as the monitor itself reads it from the records, without the council's state machine.
//!
//! It knows what must hold of any ledger: each statement is new and follows, nobody speaks for another
//! without its mandate, what is replaced is void, a decision lacks nobody and says what was said, what
//! is bound together is adopted together, and what could be adopted is.

mod acts;
mod endings;
mod lapses;
mod measure;
mod offices;
mod room;
mod seats;
mod statements;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::{Digest, LeafIndex};
use nemcon_ledger::council::Council;
use nemcon_ledger::record::charter::Charter;
use nemcon_ledger::record::council_change::Weights;
use nemcon_ledger::record::{Body, ChainKey, Genesis, Roster, Statement};
use nemcon_ledger::text::{Code, Time};

use acts::Act;
use measure::{Cast, Seen};
use offices::Offices;
use room::Room;
use seats::Words;

/// What decides a block: the roster, what it weighs as a whole, its time, the block before it.
pub(super) struct Terms<'a> {
    pub(super) roster: &'a Roster,
    pub(super) total_weight: u64,
    pub(super) time: Time,
    pub(super) previous: Digest,
}

/// What was read in the block that is being read.
#[derive(Default)]
struct Page {
    acts: Vec<Act>,
    closed: BTreeSet<u64>,
    ended: usize,
    adopted: BTreeSet<u64>,
    /// Weights that the block has set.
    weights: Vec<Weights>,
}

/// All that was said, as far as it matters for what follows.
pub(super) struct Law {
    charter: Charter,
    texts: BTreeSet<Digest>,
    chains: BTreeMap<ChainKey, Digest>,
    measures: BTreeMap<u64, Seen>,
    packages: BTreeMap<Digest, Vec<u64>>,
    frozen: BTreeSet<Code>,
    words: Words,
    offices: Offices,
    room: Room,
    /// How many incidents have been reported so far.
    incidents: u64,
    decisions: u64,
    page: Page,
}

impl Law {
    pub(super) fn new(genesis: &Genesis) -> Self {
        Self {
            charter: genesis.charter.clone(),
            texts: BTreeSet::new(),
            chains: BTreeMap::new(),
            measures: BTreeMap::new(),
            packages: BTreeMap::new(),
            frozen: BTreeSet::new(),
            words: Words::default(),
            offices: Offices::new(genesis),
            room: Room::default(),
            incidents: 0,
            decisions: 0,
            page: Page::default(),
        }
    }

    /// Measures decided so far.
    pub(super) const fn decisions(&self) -> u64 {
        self.decisions
    }

    /// Whose ballots a measure needs.
    pub(super) fn entitled(&self, number: u64) -> Vec<Code> {
        let seen = self.measures.get(&number).into_iter();
        seen.flat_map(|seen| &seen.entitled).map(|(code, _)| code.clone()).collect()
    }

    /// Reads a statement; its signatures have been verified.
    pub(super) fn read_statement(
        &mut self,
        statement: &Statement,
        leaf: LeafIndex,
        terms: &Terms<'_>,
    ) -> Result<(), String> {
        let (body, hash) = (&statement.body, statement.text_hash);
        self.verify_new(statement)?;
        self.offices.verify_signed(statement)?;
        let known = match body {
            Body::Incident(_) => self.incidents,
            _ => self.measures.len() as u64,
        };
        let block = (terms.previous, terms.time);
        self.room.hear(statement, block, known, &self.charter.shares)?;
        if let Some(link) = body.link() {
            let last = self.chains.insert(link.chain.clone(), statement.leaf_hash);
            if last != link.after {
                return Err(format!("orders a statement {} that does not follow", link.chain));
            }
        }
        match body {
            Body::Measure(measure) => self.table(measure, hash, terms)?,
            Body::Revision(revision) => self.revise(revision, hash)?,
            Body::Package(package) => {
                let numbers: Vec<u64> = package.measures.iter().map(|it| it.number).collect();
                self.bind(&package.head.by, hash, &numbers)?;
            }
            Body::Ballot(ballot) => {
                let cast = Cast::of(ballot, leaf, hash);
                self.open(ballot.said.about.measure, terms)?
                    .take_ballot(&ballot.said.on_behalf, cast)?;
            }
            Body::Mandate(mandate) => self.empower(mandate, leaf, hash, terms)?,
            Body::Extension(it) => self.extend(it.said.about.measure, it.closes, terms)?,
            Body::Withdrawal(it) => self.steer(it.said.about.measure, Act::Withdraw),
            Body::Close(it) => self.close(it.said.about.measure, &it.said.head.by, terms)?,
            Body::Incident(_) => self.incidents += 1,
            Body::Freeze(it) => self.page.acts.push(Act::Freeze(it.head.by.clone())),
            Body::Keys(it) => self.page.acts.push(Act::Thaw(it.head.by.clone())),
            Body::Notice(it) => self.page.acts.push(Act::Notice(it.head.by.clone(), it.act)),
            Body::Remark(remark) => self.remark(remark, terms)?,
            Body::Reservation(_)
            | Body::Attestation(_)
            | Body::Attribution(_)
            | Body::Rotation(_)
            | Body::Entry(_) => {}
        }
        if let Body::Package(package) = body {
            let numbers: Vec<u64> = package.measures.iter().map(|it| it.number).collect();
            self.room.steer(body, &numbers);
        }
        if let Body::Extension(_) | Body::Withdrawal(_) | Body::Close(_) = body {
            let bound = body.about().map(|about| self.bound_to(about.measure));
            self.room.steer(body, &bound.unwrap_or_default());
        }
        self.words.hear(body);
        self.offices.hear(body);
        Ok(())
    }

    /// A statement is ordered once, by a party that may speak.
    fn verify_new(&mut self, statement: &Statement) -> Result<(), String> {
        let by = &statement.body.head().by;
        if !self.texts.insert(statement.text_hash) {
            return Err(format!("orders a statement of {by} a second time"));
        }
        let is_of_keys = matches!(statement.body, Body::Freeze(_) | Body::Keys(_));
        if !is_of_keys && self.frozen.contains(by) {
            return Err(format!("orders a statement of {by}, which is frozen"));
        }
        Ok(())
    }

    fn known(&mut self, number: u64) -> Result<&mut Seen, String> {
        self.measures.get_mut(&number).ok_or_else(|| format!("speaks of measure {number}, unknown"))
    }

    /// A measure that something may be said on.
    fn open(&mut self, number: u64, terms: &Terms<'_>) -> Result<&mut Seen, String> {
        let seen = self.known(number)?;
        if seen.end.is_some() || terms.time >= seen.closes {
            return Err(format!("orders a statement on measure {number}, which is over"));
        }
        Ok(seen)
    }

    fn bound_to(&self, number: u64) -> Vec<u64> {
        let package = self.measures.get(&number).and_then(|seen| seen.package);
        package.and_then(|hash| self.packages.get(&hash)).cloned().unwrap_or_else(|| vec![number])
    }

    /// The council holds those for participants whom all have appointed, and for frozen who is.
    pub(super) fn verify_offices(&self, council: &Council) -> Result<(), String> {
        self.offices.verify(council.participants())?;
        let frozen: BTreeSet<_> = council.frozen().map(|(code, _)| code.clone()).collect();
        let is_party = |code: &&Code| council.signers(code).is_some();
        if self.frozen.iter().filter(is_party).eq(&frozen) {
            return Ok(());
        }
        Err("freezes or thaws somebody without a word of his or of all".to_owned())
    }
}
