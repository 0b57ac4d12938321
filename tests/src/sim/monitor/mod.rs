//! The checks: what must hold after every step, whatever happens.
//!
//! The monitor sees what leaves each node and what each appends, and keeps a ledger of its own. It
//! trusts nobody: what honest nodes must not do is checked on what they did, not on what they say.

mod law;
mod ledger;
mod signatures;

use std::collections::BTreeMap;
use std::sync::Arc;

use nemcon_crypto::{Digest, TreeSize};
use nemcon_ledger::durable::CommittedBlock;
use nemcon_ledger::record::{Genesis, Roster};
use nemcon_ledger::text::Code;
use nemcon_ledger::{Chain, Height};
use nemcon_node::server::folder::DiskError;
use nemcon_replica::consensus::Recollection;
use nemcon_replica::evidence::{Evidence, Proof};
use nemcon_replica::replica::{Halt, Message, Misdeed, Outcome, Replica};

use ledger::Ledger;
use signatures::Signatures;

/// What the checks have seen.
pub struct Monitor {
    codes: Vec<Code>,
    /// For each member, whether the checks hold for its node.
    pub(super) is_honest: Vec<bool>,
    ledger: Ledger,
    signatures: Signatures,
    /// Up to where each node has said that records are ordered.
    acknowledged: Vec<Height>,
    /// Up to where each node's chain was compared.
    checked: Vec<Height>,
    /// Up to where each node has appended.
    applied: Vec<Height>,
    /// Nodes whose ledger a control has forked: only what they sign is checked.
    is_forked: Vec<bool>,
    /// Nodes that were set back to an older disk and have not caught up.
    is_set_back: Vec<bool>,
    /// Why each node stopped for its safety.
    halts: Vec<Vec<Halt>>,
    /// Liars may fork the ledger: whoever notices does right to stop.
    pub(super) bears_forks: bool,
    skew_ms_max: u64,
    violation: Option<String>,
}

impl Monitor {
    pub(super) fn new(genesis: Genesis, codes: &[Code]) -> Self {
        let n = codes.len();
        Self {
            codes: codes.to_vec(),
            is_honest: vec![true; n],
            signatures: Signatures::new(codes),
            ledger: Ledger::new(genesis),
            acknowledged: vec![Height(0); n],
            checked: vec![Height(0); n],
            applied: vec![Height(0); n],
            is_forked: vec![false; n],
            is_set_back: vec![false; n],
            halts: vec![Vec::new(); n],
            bears_forks: false,
            skew_ms_max: 0,
            violation: None,
        }
    }

    /// The first violation, as a line.
    pub(super) fn violation(&self) -> Option<String> {
        self.violation.clone()
    }

    pub(super) const fn is_violated(&self) -> bool {
        self.violation.is_some()
    }

    /// The newest block that an honest node has appended.
    pub(super) const fn height(&self) -> Height {
        self.ledger.height()
    }

    pub(super) const fn decisions(&self) -> u64 {
        self.ledger.decisions()
    }

    /// The members that decide the next block.
    pub(super) const fn roster(&self) -> &Arc<Roster> {
        self.ledger.roster()
    }

    /// Whether this member sits in the council when the size that ends a block is sealed.
    pub(super) fn owes_seal(&self, at: usize, height: Height) -> bool {
        self.ledger.owes_seal(&self.codes[at], height)
    }

    /// The leaves of the ledger as honest nodes have it.
    pub(super) fn leaves(&self) -> &[Vec<u8>] {
        &self.ledger.leaves
    }

    pub(super) fn violated(&mut self, check: &str, what: &str) {
        if self.violation.is_none() {
            self.violation = Some(format!("{check}: {what}"));
        }
    }

    /// A control gives this node the ledger of forked peers.
    pub(super) fn ignore_ledger_of(&mut self, at: usize) {
        self.is_forked[at] = true;
    }

    /// A node's whole disk is set back: until it has caught up, it lacks what it had.
    pub(super) fn set_back(&mut self, at: usize) {
        self.is_set_back[at] = true;
    }

    /// The liars have forked the ledger: from here on only what nodes do about it is checked.
    pub(super) fn admit_fork(&mut self) -> Option<String> {
        self.is_forked.fill(true);
        self.violation.take()
    }

    /// States a violation again that was admitted before.
    pub(super) fn restate(&mut self, violation: Option<String>) {
        self.violation = violation;
    }

    /// Why a node stopped for its safety, each time.
    pub(super) fn halts(&self, at: usize) -> &[Halt] {
        &self.halts[at]
    }

    fn is_on_ledger(&self, at: usize) -> bool {
        self.is_honest[at] && !self.is_forked[at]
    }

    fn check(&mut self, check: &str, at: usize, result: Result<(), String>) {
        if let Err(what) = result {
            let what = format!("{}: {what}", self.codes[at]);
            self.violated(check, &what);
        }
    }

    /// The clock of some node is off by so much.
    pub(super) const fn note_skew(&mut self, off_ms: u64) {
        if off_ms > self.skew_ms_max {
            self.skew_ms_max = off_ms;
        }
    }

    /// A frame leaves a node.
    pub(super) fn left(&mut self, at: usize, frame: &[u8], now_ms: u64) {
        let Ok(message) = Message::decode(frame) else {
            if self.is_honest[at] {
                self.check("messages", at, Err("it sends what is no message".to_owned()));
            }
            return;
        };
        self.ledger.note_proposal(&message, now_ms);
        if !self.is_honest[at] {
            return;
        }
        let signed = self.signatures.take(at, &message, |size| self.ledger.ending_at(size));
        self.check("no honest node signs twice", at, signed);
        if let Some((height, key)) = self.signatures.signed(at, &message)
            && self.is_on_ledger(at)
        {
            let named = self.ledger.verify_key(&self.codes[at], height, key);
            self.check("each height has its own keys", at, named);
        }
        if let Message::Seals(seals) = &message
            && self.is_on_ledger(at)
        {
            let own = seals.iter().filter(|seal| seal.member == self.codes[at].as_str());
            let applied = self.applied[at];
            let mut sealed = own.map(|seal| self.ledger.verify_seal(seal, applied));
            let unfounded = sealed.find(Result::is_err).unwrap_or(Ok(()));
            self.check("a seal says applied", at, unfounded);
        }
    }

    /// A node that has lost its log asks what others saw it sign.
    pub(super) fn asks(&mut self, at: usize) {
        self.signatures.asks(at);
    }

    /// An honest node answers the node `to`.
    pub(super) fn told(&mut self, to: usize, seen: &Recollection) {
        self.signatures.told(to, seen);
    }

    /// A node votes again by what it was told: what nobody told is known to nobody, and binds it no
    /// more. That what was told binds it is checked by what it signs from now on.
    pub(super) fn rejoined(&mut self, at: usize, height: Height) {
        self.signatures.rejoined(at, height);
    }

    /// How many nodes are known to have precommitted a block of `height`.
    pub(super) fn locked(&self, height: Height) -> usize {
        self.signatures.locked(height)
    }

    /// A node is about to append a block.
    pub(super) fn appended(&mut self, at: usize, block: &CommittedBlock, now_ms: u64) {
        if !self.is_on_ledger(at) {
            return;
        }
        self.applied[at] = block.height;
        let agreed = self.ledger.take(block, now_ms, self.skew_ms_max);
        self.check("agreement and validity", at, agreed);
    }

    /// Where a node stands after a step.
    pub(super) fn stands(&mut self, at: usize, replica: &Replica) {
        let chain = replica.chain();
        if self.is_on_ledger(at) && self.checked[at] != chain.height() {
            self.checked[at] = chain.height();
            let agreed = self.ledger.verify_prefix(chain);
            self.check("agreement", at, agreed);
            let complete = self.ledger.verify_final(replica, |code| {
                let of = self.codes.iter().position(|other| other == code)?;
                self.is_honest[of].then(|| self.signatures.sealed(of))
            });
            self.check("final needs every seal", at, complete);
            let had = self.acknowledged[at].max(self.signatures.sealed(at));
            self.is_set_back[at] &= chain.height() < had;
        }
    }

    /// A node has answered a submission.
    pub(super) fn answered(&mut self, at: usize, outcome: &Outcome) {
        let Outcome::Ordered { text_hash, height, leaf, .. } = outcome else { return };
        if self.is_on_ledger(at) {
            self.acknowledged[at] = self.acknowledged[at].max(*height);
            let there = self.ledger.verify_ordered(*text_hash, *leaf);
            self.check("what is acknowledged is ordered", at, there);
        }
    }

    /// A node starts with this chain.
    pub(super) fn restarted(&mut self, at: usize, chain: &Chain) {
        if !self.is_on_ledger(at) {
            return;
        }
        (self.checked[at], self.applied[at]) = (chain.height(), chain.height());
        let agreed = self.ledger.verify_prefix(chain);
        self.check("agreement", at, agreed);
        let derived = self.ledger.verify_state(chain);
        self.check("the state follows from the ledger", at, derived);
        for (what, height) in
            [("acknowledged", self.acknowledged[at]), ("sealed", self.signatures.sealed(at))]
        {
            if chain.height() < height && !self.is_set_back[at] {
                let (has, had) = (chain.height().0, height.0);
                let lost = format!("starts at block {has} having {what} block {had}");
                self.check("what is acknowledged survives", at, Err(lost));
            }
        }
    }

    /// A node says that all have sealed. Who does not sit there makes no checkpoint of it.
    pub(super) fn sealed_by_all(&mut self, at: usize, height: Height, replica: &Replica) {
        if self.is_on_ledger(at) && self.owes_seal(at, height) {
            let complete = self.ledger.verify_sealed_by_all(replica);
            self.check("final needs every seal", at, complete);
        }
    }

    /// A node has stopped for its safety.
    pub(super) fn halted(&mut self, at: usize, halt: &Halt) {
        self.halts[at].push(halt.clone());
        if self.is_on_ledger(at) && !self.bears_forks {
            self.check("honest nodes go on", at, Err(halt.to_string()));
        }
    }

    /// A node does not start on its disk, although that works.
    pub(super) fn refused_start(&mut self, at: usize, error: &DiskError) {
        self.check("honest nodes start again", at, Err(error.to_string()));
    }

    /// A node cannot write, although its disk works.
    pub(super) fn refused_write(&mut self, at: usize, error: &DiskError) {
        if self.is_honest[at] {
            self.check("honest nodes can write", at, Err(error.to_string()));
        }
    }

    /// A node keeps evidence against a member.
    pub(super) fn convicted(&mut self, at: usize, convicted: usize, evidence: &Evidence) {
        if !self.is_honest[at] {
            return;
        }
        let whom = &self.codes[convicted];
        // Past f liars more than f members may vouch for each side of a fork, honest ones among them.
        let is_side = self.is_forked[at] && matches!(evidence.proof, Proof::ForkedSeal { .. });
        let fair = if self.is_honest[convicted] && !is_side {
            Err(format!("it convicts {whom}, which is honest"))
        } else {
            self.ledger.verify_evidence(evidence)
        };
        self.check("nobody honest is framed", at, fair);
    }

    /// A node says that a peer did wrong.
    pub(super) fn blamed(&mut self, at: usize, blamed: usize, misdeed: Misdeed) {
        if self.is_on_ledger(at) && self.is_honest[blamed] && at != blamed {
            let whom = &self.codes[blamed];
            let framed = format!("it blames {whom}, which is honest, for {misdeed}");
            self.check("nobody honest is framed", at, Err(framed));
        }
    }
}

/// The first root that was sealed at each size.
pub(super) type Roots = BTreeMap<TreeSize, Digest>;
