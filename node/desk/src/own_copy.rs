//! The desk's own copy of the log: every record that the node gives is replayed here by the council's law, every
//! signature and every seal is verified.
//!
//! What it guarantees: its state follows from the founding text that the council digest names, by the code that
//! nodes and auditors run; a log that breaks the law, or contradicts what the node gave before, is found out and
//! goes no further. What it does not: a node can keep back what is newest.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use nemcon_client::clock::now;
use nemcon_client::export::Head;
use nemcon_crypto::note::VerifierKey;
use nemcon_crypto::{Digest, TreeSize};
use nemcon_ledger::chain::{BLOCK_BYTES_MAX, Block};
use nemcon_ledger::council::{Balloting, Council, MeasureState};
use nemcon_ledger::record::roster::seal_vkey;
use nemcon_ledger::record::{Body, Genesis, Record};
use nemcon_ledger::{Chain, Height, Time};

/// The most bytes of records that are held. Behind it the state goes on, and texts are asked for anew.
pub(crate) const OWN_COPY_BYTES_MAX: usize = 512 << 20;
/// How many records are asked for at a time.
pub(crate) const ASKED_AT_A_TIME: u64 = 512;

/// A log that was replayed here.
pub(crate) struct OwnCopy {
    chain: Chain,
    /// The records up to the last block that follows, as far as they are held.
    records: Vec<Arc<str>>,
    bytes: usize,
    /// The records behind it, of a block that is not whole yet.
    open: Vec<Vec<u8>>,
    /// The ends of blocks, by size.
    ends: BTreeMap<u64, End>,
    /// What was said on the measures that have ended.
    ended: BTreeMap<u64, Balloting>,
    /// The leaves of the records about each measure.
    about: BTreeMap<u64, Vec<u64>>,
    /// The leaves of what was attested of measures that have ended, or remarked on them, since.
    later: BTreeMap<u64, Vec<u64>>,
    sealed: Option<Sealed>,
    /// The size that the node says it has.
    told: u64,
    fault: Option<Fault>,
}

/// The newest tree head that every member of its roster has sealed, verified here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// The number of records below it.
    pub(crate) size: u64,
    /// The height of the block that ends there.
    pub(crate) height: u64,
    /// The number of members that have sealed it.
    pub(crate) members: usize,
}

/// Where a block ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    /// The root of the log there.
    pub(crate) root: Digest,
    /// The height of the block.
    pub(crate) height: Height,
    /// The time of the block.
    pub(crate) time: Time,
}

impl End {
    fn of(chain: &Chain) -> Self {
        Self { root: chain.root(), height: chain.height(), time: chain.time() }
    }
}

/// What a node gave that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The leaf index at which the log is wrong.
    pub(crate) leaf: u64,
    /// What is wrong, in the words of the law.
    pub(crate) why: String,
    /// When it was found.
    pub(crate) found: Option<Time>,
}

impl OwnCopy {
    /// A copy that holds the founding text alone.
    pub(crate) fn found(genesis: &Genesis) -> Self {
        let chain = Chain::found(genesis.clone());
        let ends = BTreeMap::from([(chain.size().0, End::of(&chain))]);
        let text: Arc<str> = genesis.render().into();
        Self {
            chain,
            bytes: text.len(),
            records: vec![text],
            open: Vec::new(),
            ends,
            ended: BTreeMap::new(),
            about: BTreeMap::new(),
            later: BTreeMap::new(),
            sealed: None,
            told: 0,
            fault: None,
        }
    }

    /// Hears which size and root the node names; whether more may be taken over. What is wrong with the log of the
    /// node stands in [`Self::fault`].
    pub(crate) fn hear(&mut self, told: u64, root: Digest) -> bool {
        self.told = told;
        if let Some(ours) = self.ends.get(&told) {
            if ours.root != root {
                self.find_fault(told, "the node names another root than its own records have");
                return false;
            }
        } else if told < self.size() {
            self.find_fault(told, "the node has given more records than it now says it has");
            return false;
        }
        if self.size() == told {
            self.fault = None;
        }
        true
    }

    /// The leaf from which on the node has more than is held here.
    pub(crate) fn wanted(&self) -> Option<u64> {
        Some(self.held()).filter(|held| *held < self.told)
    }

    /// Takes over the records from this leaf on; whether the log goes on. Records that another page has brought
    /// meanwhile are not taken over twice.
    pub(crate) fn take(&mut self, from: u64, records: Vec<String>) -> bool {
        if from != self.held() {
            return true;
        }
        if records.is_empty() || !records.into_iter().all(|record| self.push(record.into_bytes())) {
            return false;
        }
        self.fault = None;
        true
    }

    /// Takes the next record; whether the log goes on.
    fn push(&mut self, record: Vec<u8>) -> bool {
        self.open.push(record);
        let bytes: usize = self.open.iter().map(Vec::len).sum();
        let block = Block { records: core::mem::take(&mut self.open) };
        if !block.is_ended() {
            if bytes > BLOCK_BYTES_MAX {
                self.find_fault(self.size(), "a block has no end");
                return false;
            }
            self.open = block.records;
            return true;
        }
        match self.chain.apply(&block) {
            Ok(next) => {
                self.chain = next;
                self.keep(block);
                true
            }
            Err(error) => {
                self.find_fault(self.size(), &error.to_string());
                false
            }
        }
    }

    fn keep(&mut self, block: Block) {
        let first = self.size() - block.records.len() as u64;
        for (leaf, record) in (first..).zip(block.records) {
            self.file(leaf, &record);
            // A record that the law has let in is UTF-8.
            let text: Arc<str> = String::from_utf8_lossy(&record).into();
            if self.bytes.saturating_add(text.len()) <= OWN_COPY_BYTES_MAX {
                self.bytes += text.len();
                self.records.push(text);
            }
        }
        let council = self.chain.council();
        let ended = council.just_ended().map(|(number, said)| (number, said.clone()));
        self.ended.extend(ended);
        self.ends.insert(self.size(), End::of(&self.chain));
    }

    /// Files a record under the measures that it is about.
    fn file(&mut self, leaf: u64, record: &[u8]) {
        let measures = match Record::parse(record) {
            Ok(Record::Statement(statement)) => match &statement.body {
                Body::Measure(_) => {
                    self.council().measure_by_text(&statement.text_hash).into_iter().collect()
                }
                body => {
                    let is_late = matches!(body, Body::Attestation(_) | Body::Remark(_));
                    let measures = body.measures();
                    if let (true, Some(measure)) = (is_late, measures.first())
                        && self.ended.contains_key(measure)
                    {
                        self.later.entry(*measure).or_default().push(leaf);
                    }
                    measures
                }
            },
            Ok(Record::Decision(decision)) => vec![decision.measure],
            Ok(Record::Lapse(lapse)) => vec![lapse.measure],
            Ok(Record::Genesis(_) | Record::Block(_)) | Err(_) => Vec::new(),
        };
        for measure in measures {
            self.about.entry(measure).or_default().push(leaf);
        }
    }

    /// Verifies the seals on the node's newest checkpoint.
    pub(crate) fn take_seals(&mut self, head: &Head) {
        let size = head.checkpoint.size().0;
        if self.sealed.is_some_and(|sealed| sealed.size >= size) {
            return;
        }
        // A head above what is replayed so far is looked at again with the records below it.
        let Some(End { root, height, .. }) = self.ends.get(&size).copied() else { return };
        let genesis = self.chain.council().genesis();
        if head.checkpoint.origin() != genesis.checkpoint_origin() || head.checkpoint.root() != root
        {
            self.find_fault(size, "the members' seals stand on another log than its records are");
            return;
        }
        let roster = self.chain.rosters().sealing(TreeSize(size));
        let origin = &genesis.origin;
        let keys: Vec<VerifierKey> =
            roster.members.iter().map(|member| seal_vkey(origin, member)).collect();
        let members = keys.len();
        match head.note.verified_by(&keys) {
            Ok(by) if by.iter().collect::<BTreeSet<_>>().len() == members => {
                self.sealed = Some(Sealed { size, height: height.0, members });
            }
            Ok(_) => {}
            Err(error) => self.find_fault(size, &format!("a seal is forged: {error}")),
        }
    }

    fn find_fault(&mut self, leaf: u64, why: &str) {
        self.open.clear();
        let found = self.fault.as_ref().map_or_else(|| now().ok(), |fault| fault.found);
        self.fault = Some(Fault { leaf, why: why.to_owned(), found });
    }

    /// The council, as the records make it.
    pub(crate) fn council(&self) -> &Council {
        self.chain.council()
    }

    /// The chain that was replayed.
    pub(crate) const fn chain(&self) -> &Chain {
        &self.chain
    }

    /// The number of records up to the last block that follows.
    pub(crate) const fn size(&self) -> u64 {
        self.chain.size().0
    }

    fn held(&self) -> u64 {
        self.size() + self.open.len() as u64
    }

    /// The size that the node says it has.
    pub(crate) const fn told(&self) -> u64 {
        self.told
    }

    /// Whether all that the node says it has was replayed here.
    pub(crate) const fn is_level(&self) -> bool {
        self.fault.is_none() && self.size() >= self.told && self.told > 0
    }

    /// What is wrong with the node's log.
    pub(crate) const fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// The newest tree head that all have sealed.
    pub(crate) const fn sealed(&self) -> Option<Sealed> {
        self.sealed
    }

    /// Whether a record stands below a tree head that all have sealed.
    pub(crate) fn is_sealed(&self, leaf: u64) -> bool {
        self.sealed.is_some_and(|sealed| leaf < sealed.size)
    }

    /// The record at this leaf, if it is held.
    pub(crate) fn record(&self, leaf: u64) -> Option<Arc<str>> {
        self.records.get(usize::try_from(leaf).ok()?).cloned()
    }

    /// The records that are held, from the first on.
    pub(crate) fn records(&self) -> &[Arc<str>] {
        &self.records
    }

    /// The ends of blocks with their sizes, newest first.
    pub(crate) fn ends(&self) -> impl Iterator<Item = (u64, End)> {
        self.ends.iter().rev().map(|(size, end)| (*size, *end))
    }

    /// The end of the block that the record at this leaf stands in, and its size.
    pub(crate) fn block_of(&self, leaf: u64) -> Option<(u64, End)> {
        self.ends.range(leaf + 1..).next().map(|(size, end)| (*size, *end))
    }

    /// The leaves of the records about a measure, in the order of the log.
    pub(crate) fn about(&self, measure: u64) -> &[u64] {
        self.about.get(&measure).map_or(&[], Vec::as_slice)
    }

    /// The leaves of what was attested of a measure, or remarked on it, since it ended.
    pub(crate) fn later(&self, measure: u64) -> &[u64] {
        self.later.get(&measure).map_or(&[], Vec::as_slice)
    }

    /// What was said on a measure: as it stands, or as it stood when balloting ended.
    pub(crate) fn said<'a>(&'a self, state: &'a MeasureState) -> Option<&'a Balloting> {
        state.balloting().or_else(|| self.ended.get(&state.number))
    }
}
