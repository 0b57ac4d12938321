//! One ledger: what honest nodes append is the same everywhere, follows, and needed everybody.

use std::collections::BTreeMap;
use std::sync::Arc;

use nemcon_crypto::{Digest, LeafIndex, TreeSize, hash, verify_line};
use nemcon_ledger::chain::BLOCK_BYTES_MAX;
use nemcon_ledger::council::Council;
use nemcon_ledger::durable::{CommittedBlock, Seal};
use nemcon_ledger::record::roster::seal_vkey;
use nemcon_ledger::record::signers::verify_lines;
use nemcon_ledger::record::{Genesis, Record, Roster, Statement};
use nemcon_ledger::text::Code;
use nemcon_ledger::{Block, Chain, Height, codec};
use nemcon_replica::consensus::{
    CommitCertificate, ConsensusMessage, MemberKey, TIMELY_GROWTH_MS, TIMELY_MS,
};
use nemcon_replica::evidence::Evidence;
use nemcon_replica::replica::{Message, Replica, voters};

use super::law::{Law, Terms};
use crate::fixture::START_MS;

/// Of how many decisions, the last ones, it is looked at whether they are final, at each block.
const FINALS_LOOKED_AT: usize = 6;

/// A block and the tree at its end.
struct Boundary {
    size: TreeSize,
    root: Digest,
    id: Digest,
    /// `SHA-256` of the state there.
    state: Digest,
}

/// A measure that was decided, and whose ballots that needed.
struct Decided {
    leaf: LeafIndex,
    entitled: Vec<Code>,
}

/// The monitor's own ledger.
pub(super) struct Ledger {
    genesis: Genesis,
    chain: Chain,
    boundaries: Vec<Boundary>,
    /// Every record of the ledger, by leaf index.
    pub(super) leaves: Vec<Vec<u8>>,
    law: Law,
    decided: Vec<Decided>,
    /// When a block was first proposed by anybody.
    proposed_ms: BTreeMap<Digest, u64>,
}

impl Ledger {
    pub(super) fn new(genesis: Genesis) -> Self {
        Self {
            chain: Chain::found(genesis.clone()),
            boundaries: Vec::new(),
            leaves: vec![genesis.render().into_bytes()],
            law: Law::new(&genesis),
            decided: Vec::new(),
            proposed_ms: BTreeMap::new(),
            genesis,
        }
    }

    pub(super) const fn height(&self) -> Height {
        self.chain.height()
    }

    pub(super) const fn decisions(&self) -> u64 {
        self.law.decisions()
    }

    /// The members that decide the next block.
    pub(super) const fn roster(&self) -> &Arc<Roster> {
        self.chain.council().roster()
    }

    /// Whether the roster that decides a block names this member.
    pub(super) fn owes_seal(&self, code: &Code, height: Height) -> bool {
        self.chain.rosters().at(height).member(code).is_some()
    }

    fn boundary(&self, height: Height) -> Option<&Boundary> {
        let at = usize::try_from(height.0.checked_sub(1)?).ok()?;
        self.boundaries.get(at)
    }

    /// Takes a block that an honest node appends: one that is known must be the same, a new one
    /// must be decided, follow, and lack nothing.
    pub(super) fn take(
        &mut self,
        committed: &CommittedBlock,
        now_ms: u64,
        skew_ms: u64,
    ) -> Result<(), String> {
        let height = committed.height;
        let block = Block { records: committed.records.clone() };
        let id = block.id().map_err(|error| error.to_string())?;
        if let Some(boundary) = self.boundary(height) {
            return if boundary.id == id { Ok(()) } else { Err(forked(height)) };
        }
        self.verify_certificate(committed, id)?;
        let next = self.chain.apply(&block).map_err(|error| format!("appends: {error}"))?;
        self.verify_time(&block, id, now_ms, skew_ms)?;
        self.read_block(&block, next.council().roster())?;
        self.law.verify_offices(next.council())?;
        let state = hash::sha256(&next.snapshot());
        self.boundaries.push(Boundary { size: next.size(), root: next.root(), id, state });
        self.chain = next;
        Ok(())
    }

    fn verify_certificate(&self, committed: &CommittedBlock, id: Digest) -> Result<(), String> {
        let certificate = codec::decode::<CommitCertificate, 65_536>(&committed.certificate);
        let certificate = certificate.map_err(|error| error.to_string())?;
        if (certificate.height, certificate.value_id) != (committed.height, id) {
            return Err("appends a block with the certificate of another".to_owned());
        }
        let council = self.chain.council().digest();
        let roster = voters(self.chain.council().roster());
        certificate.verify(council, &roster).map_err(|error| error.to_string())
    }

    /// A block's time lies near an honest clock's between its proposal and its decision [rules.md R27].
    fn verify_time(
        &self,
        block: &Block,
        id: Digest,
        now_ms: u64,
        skew_ms: u64,
    ) -> Result<(), String> {
        let record = block.record().map_err(|error| error.to_string())?;
        let near = TIMELY_MS + TIMELY_GROWTH_MS * u64::from(record.round) + skew_ms;
        let time = record.time.as_ms();
        let proposed = START_MS + self.proposed_ms.get(&id).copied().unwrap_or(0);
        // One member alone takes its own block from its log, however late.
        if time + near < proposed && self.chain.council().roster().members.len() > 1 {
            return Err(format!("block {} is back-dated to {}", record.height.0, record.time));
        }
        if time > START_MS + now_ms + near && time > self.chain.time().as_ms() + 1 {
            return Err(format!("block {} is forward-dated to {}", record.height.0, record.time));
        }
        Ok(())
    }

    /// Reads a block as anybody would, and judges it without the council's state machine.
    fn read_block(&mut self, block: &Block, next: &Roster) -> Result<(), String> {
        let time = block.record().map_err(|error| error.to_string())?.time;
        let council = self.chain.council().clone();
        let total_weight = council.weight().total;
        let previous = self.chain.previous();
        let terms = Terms { roster: council.roster(), total_weight, time, previous };
        for record in &block.records {
            self.read(record, &council, &terms)?;
        }
        self.law.end_block(&terms, next)
    }

    fn read(&mut self, bytes: &[u8], council: &Council, terms: &Terms<'_>) -> Result<(), String> {
        let leaf = LeafIndex(self.leaves.len() as u64);
        self.leaves.push(bytes.to_vec());
        match Record::parse(bytes).map_err(|error| error.to_string())? {
            Record::Statement(statement) => {
                verify_signed(&statement, council)?;
                self.law.read_statement(&statement, leaf, terms)
            }
            Record::Decision(decision) => {
                self.law.read_decision(&decision, terms)?;
                let entitled = self.law.entitled(decision.measure);
                self.decided.push(Decided { leaf, entitled });
                Ok(())
            }
            Record::Lapse(lapse) => self.law.read_lapse(&lapse, terms),
            Record::Block(_) => Ok(()),
            Record::Genesis(_) => Err("a second genesis".to_owned()),
        }
    }

    /// What a node calls final has the seal of every member that was entitled to it and sits in the
    /// council when the size is sealed [rules.md R14]. `sealed` is up to where each honest member has.
    pub(super) fn verify_final(
        &self,
        replica: &Replica,
        sealed: impl Fn(&Code) -> Option<Height>,
    ) -> Result<(), String> {
        for Decided { leaf, entitled } in self.decided.iter().rev().take(FINALS_LOOKED_AT) {
            let codes = entitled.iter().collect();
            let Some(boundary) = replica.sealed_by(&codes) else { continue };
            if boundary.size.0 <= leaf.0 {
                continue;
            }
            let at = self.boundaries.partition_point(|it| it.size < boundary.size);
            let height = Height(at as u64 + 1);
            let roster = self.chain.rosters().at(height);
            let owes = |code: &&Code| roster.member(code).is_some();
            let lacks = |code: &&Code| sealed(code).is_some_and(|to| to < height);
            if let Some(code) = entitled.iter().filter(owes).find(lacks) {
                return Err(format!("leaf {} is final without the seal of {code}", leaf.0));
            }
        }
        Ok(())
    }

    /// A node's chain is a prefix of the ledger.
    pub(super) fn verify_prefix(&self, chain: &Chain) -> Result<(), String> {
        if chain.height() == Height(0) {
            return Ok(());
        }
        let boundary = self.boundary(chain.height());
        let same = boundary.is_some_and(|it| (it.size, it.root) == (chain.size(), chain.root()));
        if same { Ok(()) } else { Err(forked(chain.height())) }
    }

    /// The state that a node starts from is the one that the ledger leads to.
    pub(super) fn verify_state(&self, chain: &Chain) -> Result<(), String> {
        let Some(boundary) = self.boundary(chain.height()) else { return Ok(()) };
        if boundary.state == hash::sha256(&chain.snapshot()) {
            return Ok(());
        }
        Err(format!("it starts from another state than that of block {}", chain.height().0))
    }

    /// Whoever seals a boundary has it, and has applied all below it.
    pub(super) fn verify_seal(&self, seal: &Seal, applied: Height) -> Result<(), String> {
        let Some(height) = self.ending_at(seal.size) else {
            return Err(format!("it seals the size {}, where no block ends", seal.size.0));
        };
        if height > applied {
            return Err(format!("it seals block {} at block {}", height.0, applied.0));
        }
        match self.boundary(height) {
            Some(it) if it.root == seal.root => Ok(()),
            _ => Err(format!("it seals another tree than that of block {}", height.0)),
        }
    }

    /// The block that ends at this size of the log.
    pub(super) fn ending_at(&self, size: TreeSize) -> Option<Height> {
        let at = self.boundaries.binary_search_by_key(&size, |it| it.size).ok()?;
        Some(Height(at as u64 + 1))
    }

    /// A member votes with the node key that the roster of the height names for it [rules.md R13].
    pub(super) fn verify_key(
        &self,
        code: &Code,
        height: Height,
        key: MemberKey,
    ) -> Result<(), String> {
        // Which roster decides a later height is not known yet; that nobody can have begun it is
        // for the checks of what is signed and kept.
        if height > self.chain.height().next() {
            return Ok(());
        }
        let member = self.chain.rosters().at(height).member(code);
        if member.is_some_and(|member| MemberKey::of(&member.node) == key) {
            return Ok(());
        }
        Err(format!("it votes on block {} with a key that its roster does not name", height.0))
    }

    /// What was acknowledged is where the answer says.
    pub(super) fn verify_ordered(&self, text: Digest, leaf: LeafIndex) -> Result<(), String> {
        let record = usize::try_from(leaf.0).ok().and_then(|at| self.leaves.get(at));
        let found = record.and_then(|bytes| Statement::parse(bytes).ok());
        if found.is_some_and(|statement| statement.text_hash == text) {
            return Ok(());
        }
        Err(format!("{text} is not leaf {}", leaf.0))
    }

    /// What a node calls sealed by all bears the seal of every member, over the ledger's tree.
    pub(super) fn verify_sealed_by_all(&self, replica: &Replica) -> Result<(), String> {
        let missing = || "nothing is sealed by all".to_owned();
        let (height, checkpoint, signed) = replica.sealed_checkpoint().ok_or_else(missing)?;
        // A council of one decides several blocks in one step: what follows is still to be written.
        if height > self.height() {
            return Ok(());
        }
        let boundary = self.boundary(height).ok_or_else(|| forked(height))?;
        if (checkpoint.size(), checkpoint.root()) != (boundary.size, boundary.root) {
            return Err(forked(height));
        }
        for member in &self.chain.rosters().at(height).members {
            let key = seal_vkey(&self.genesis.origin, member);
            let mut lines = signed.signatures().iter();
            let sealed = lines.any(|line| verify_line(&key, signed.text(), line).is_ok());
            if !sealed {
                return Err(format!("block {} lacks the seal of {}", height.0, member.code));
            }
        }
        Ok(())
    }

    /// Evidence that is kept convinces anybody who has the ledger.
    pub(super) fn verify_evidence(&self, evidence: &Evidence) -> Result<(), String> {
        let read = Evidence::parse(&evidence.render()).map_err(|error| error.to_string())?;
        read.verify(&self.genesis, self.chain.rosters())
            .map_err(|error| format!("keeps evidence that fails: {error}"))
    }

    /// Remembers when a block was first proposed.
    pub(super) fn note_proposal(&mut self, message: &Message, now_ms: u64) {
        let Message::Consensus(ConsensusMessage::Proposal(proposal)) = message else { return };
        let bytes = proposal.block.as_slice();
        let block = codec::decode::<Block, { 2 * BLOCK_BYTES_MAX }>(bytes);
        if let Some(id) = block.ok().and_then(|block| block.id().ok()) {
            self.proposed_ms.entry(id).or_insert(now_ms);
        }
    }
}

/// Exactly those have signed who must, with the keys of the block's own roster.
fn verify_signed(statement: &Statement, council: &Council) -> Result<(), String> {
    let by = &statement.body.head().by;
    let orders = |why: &dyn core::fmt::Display| format!("orders a statement of {by}: {why}");
    let signers = council.signers_of(&statement.body).map_err(|refusal| orders(&refusal))?;
    verify_lines(&statement.note, &signers).map_err(|fault| orders(&fault))
}

fn forked(height: Height) -> String {
    format!("it has another block {} than others", height.0)
}
