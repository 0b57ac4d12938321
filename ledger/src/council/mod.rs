//! The council: a pure state machine over records. No clock, no I/O, no floats.
//!
//! One round a block: [`Council::open`] with the block's time, [`Council::apply`] for each of its
//! statements, [`Council::close`] for what they bring about. The node before it prevotes, the node
//! after the commit and the auditor run this very code.

mod deciding;
mod measure;
mod outcome;
mod refusal;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use nemcon_crypto::{Digest, LeafIndex};

pub use deciding::Derived;
pub use measure::{BallotState, Entitled, Frozen, MeasureState, Status};
pub use outcome::{Obstacle, Standing, Tally, join};
pub use refusal::{LAWS, Law, Refusal};

use crate::record::charter::{ROLE_MEMBER, ROLE_PROPOSER};
use crate::record::statement::{Body, ChainKey, ChainLink, Statement};
use crate::record::{Ballot, Genesis, Measure, Officer, Position, Roster};
use crate::text::{Code, Label, Time};

/// How many statements of one party one block takes (R24).
pub const STATEMENTS_PER_BLOCK_MAX: u32 = 16;

/// How many measures one block ends because of their deadline, and how many measures its statements
/// are about: what a block derives then fits into it, however many measures fall due at once.
pub const ENDINGS_PER_BLOCK_MAX: usize = 64;

/// How many measures of one party are open at a time: what the council keeps of each, and tells of
/// all, then has a bound that no one party can use up for the others.
pub const OPEN_PER_PARTY_MAX: usize = 64;

/// The state of a council after a prefix of its ledger.
#[derive(Clone, Debug)]
pub struct Council {
    genesis: Arc<Genesis>,
    digest: Digest,
    roster: Arc<Roster>,
    roster_digest: Digest,
    time: Time,
    next_leaf: LeafIndex,
    /// Shared until changed: a copy of the council costs a pointer a measure.
    measures: BTreeMap<u64, Arc<MeasureState>>,
    open: BTreeSet<u64>,
    by_text: BTreeMap<Digest, u64>,
    decisions: u64,
    /// The text hash of the last statement that each party made of itself.
    own: BTreeMap<Code, Digest>,
    /// Statements of this block, by party.
    spent: BTreeMap<Code, u32>,
    /// The measures that this block's statements are about.
    touched: BTreeSet<u64>,
    /// What this block's statements bring about when it closes.
    acts: BTreeMap<u64, Act>,
}

/// What a steering statement does when the block closes; a withdrawal goes before a close.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Act {
    Close,
    Withdraw,
}

impl Council {
    /// The council as its genesis founds it; the genesis is leaf 0.
    pub fn new(genesis: Genesis) -> Self {
        Self {
            digest: genesis.digest(),
            roster: Arc::new(genesis.roster.clone()),
            roster_digest: genesis.roster.digest(),
            genesis: Arc::new(genesis),
            time: Time::default(),
            next_leaf: LeafIndex(1),
            measures: BTreeMap::new(),
            open: BTreeSet::new(),
            by_text: BTreeMap::new(),
            decisions: 0,
            own: BTreeMap::new(),
            spent: BTreeMap::new(),
            touched: BTreeSet::new(),
            acts: BTreeMap::new(),
        }
    }

    /// The genesis.
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// The council digest.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The roster that decides the next block (R13).
    pub const fn roster(&self) -> &Arc<Roster> {
        &self.roster
    }

    /// Its digest.
    pub const fn roster_digest(&self) -> Digest {
        self.roster_digest
    }

    /// The officers of a member or participant as they stand, and how many of them must sign.
    pub fn signers(&self, code: &Code) -> Option<(usize, &[Officer])> {
        let participant = || self.genesis.participants.iter().find(|party| party.code == *code);
        let member = self.roster.member(code);
        member
            .map(|member| (member.threshold, &member.officers[..]))
            .or_else(|| participant().map(|party| (party.threshold, &party.officers[..])))
    }

    /// The index that the next leaf gets.
    pub const fn next_leaf(&self) -> LeafIndex {
        self.next_leaf
    }

    /// The measure of this number.
    pub fn measure(&self, number: u64) -> Option<&MeasureState> {
        self.measures.get(&number).map(AsRef::as_ref)
    }

    /// All measures, by number.
    pub fn measures(&self) -> impl DoubleEndedIterator<Item = &MeasureState> {
        self.measures.values().map(AsRef::as_ref)
    }

    /// The number of the measure with this text.
    pub fn measure_by_text(&self, text_hash: &Digest) -> Option<u64> {
        self.by_text.get(text_hash).copied()
    }

    /// The text hash of the last statement in a chain.
    pub fn last_statement(&self, chain: &ChainKey) -> Option<Digest> {
        match chain {
            ChainKey::Measure(number, code) => self.measure(*number)?.chain.get(code).copied(),
            ChainKey::Incident(..) => None,
            ChainKey::Own(code) => self.own.get(code).copied(),
        }
    }

    /// When the next deadline is due, if any measure is open.
    pub fn next_deadline(&self) -> Option<Time> {
        self.open.iter().map(|number| self.measures[number].measure.closes).min()
    }

    /// Begins a block at `time`: deadlines that are due end their measures, in number order, up to
    /// [`ENDINGS_PER_BLOCK_MAX`]; the others are still due in the next block.
    pub fn open(&mut self, time: Time) -> Vec<Derived> {
        self.time = time;
        self.spent.clear();
        self.touched.clear();
        self.acts.clear();
        let due = |number: &u64| self.measures[number].measure.closes <= time;
        let due: Vec<u64> =
            self.open.iter().copied().filter(due).take(ENDINGS_PER_BLOCK_MAX).collect();
        due.into_iter().map(|number| self.end(number, "its deadline passed")).collect()
    }

    /// Lets one statement in, as the next leaf.
    ///
    /// # Errors
    /// The [`Refusal`]; then nothing has changed.
    pub fn apply(&mut self, statement: &Statement) -> Result<(), Refusal> {
        self.verify_signer(statement)?;
        match &statement.body {
            Body::Measure(measure) => self.table(measure, statement.text_hash),
            Body::Ballot(ballot) => self.cast(ballot, statement),
            Body::Withdrawal(_) => self.steer(statement, Act::Withdraw),
            Body::Close(_) => self.steer(statement, Act::Close),
        }?;
        *self.spent.entry(statement.body.head().by.clone()).or_default() += 1;
        self.next_leaf.0 += 1;
        Ok(())
    }

    /// Ends the block: withdrawals and closes act, complete measures are judged, in number order.
    /// The block record takes the leaf after what is returned.
    pub fn close(&mut self) -> Vec<Derived> {
        let mut derived = Vec::new();
        for number in self.open.iter().copied().collect::<Vec<_>>() {
            match self.acts.get(&number) {
                Some(Act::Withdraw) => self.settle(number, Status::Withdrawn),
                Some(Act::Close) => derived.push(self.end(number, "it was closed")),
                None if self.measures[&number].standing() == Standing::Adoptable => {
                    derived.push(self.end(number, "complete"));
                }
                None => {}
            }
        }
        self.next_leaf.0 += 1;
        derived
    }

    /// Whether what `link` follows is the last statement in its chain.
    pub fn is_next_in_chain(&self, link: &ChainLink) -> bool {
        let begun = match link.chain {
            ChainKey::Measure(number, _) => self.measures.contains_key(&number),
            ChainKey::Incident(..) => false,
            ChainKey::Own(_) => true,
        };
        begun && self.last_statement(&link.chain) == link.after
    }

    fn verify_signer(&self, statement: &Statement) -> Result<(), Refusal> {
        let head = statement.body.head();
        if head.council != self.digest {
            return Err(Refusal::WrongCouncil { found: head.council, wanted: self.digest });
        }
        let (required, officers) =
            self.signers(&head.by).ok_or_else(|| Refusal::UnknownParty(head.by.clone()))?;
        if self.spent.get(&head.by).is_some_and(|spent| *spent >= STATEMENTS_PER_BLOCK_MAX) {
            return Err(Refusal::QuotaSpent(head.by.clone()));
        }
        statement
            .verify(&self.genesis, required, officers)
            .map_err(|fault| Refusal::Signatures { by: head.by.clone(), fault })
    }

    fn table(&mut self, measure: &Measure, text_hash: Digest) -> Result<(), Refusal> {
        if self.by_text.contains_key(&text_hash) {
            return Err(Refusal::AlreadyRecorded);
        }
        let charter = &self.genesis.charter;
        let by = &measure.head.by;
        if !self.is_in_role(by, None, &charter.may_table) {
            return Err(Refusal::MayNot { by: by.clone(), act: "table" });
        }
        let kind = charter
            .kind(&measure.kind)
            .ok_or_else(|| Refusal::UnknownKind(measure.kind.clone()))?;
        if kind.rule != measure.rule {
            let (kind, found, wanted) =
                (kind.name.clone(), measure.rule.clone(), kind.rule.clone());
            return Err(Refusal::WrongRule { kind, found, wanted });
        }
        if measure.closes <= self.time {
            return Err(Refusal::ClosesTooEarly { closes: measure.closes, now: self.time });
        }
        if self.open_of(by) >= OPEN_PER_PARTY_MAX {
            return Err(Refusal::TooManyOpen(by.clone()));
        }
        let number = self.measures.len() as u64 + 1;
        let frozen = self.freeze(kind.clone());
        self.by_text.insert(text_hash, number);
        self.open.insert(number);
        let state = MeasureState {
            number,
            revision: 1,
            text_hash,
            measure: measure.clone(),
            leaf: self.next_leaf,
            tabled: self.time,
            frozen,
            ballots: BTreeMap::new(),
            chain: BTreeMap::new(),
            status: Status::Open,
            ended: None,
        };
        self.measures.insert(number, Arc::new(state));
        Ok(())
    }

    /// How many measures of this party are open.
    fn open_of(&self, by: &Code) -> usize {
        self.open.iter().filter(|number| self.measures[number].measure.head.by == *by).count()
    }

    /// The law and the roster as they stand, for a measure to keep.
    fn freeze(&self, kind: crate::record::charter::Kind) -> Frozen {
        let members = &self.roster.members;
        Frozen {
            kind,
            qualified: self.genesis.charter.qualified,
            members: members.len() as u64,
            total_weight: self.genesis.charter.weight.total,
            roster: self.roster_digest,
            entitled: members
                .iter()
                .map(|m| Entitled { code: m.code.clone(), weight: m.weight })
                .collect(),
        }
    }

    fn cast(&mut self, ballot: &Ballot, statement: &Statement) -> Result<(), Refusal> {
        let state = self.verify_link(statement)?;
        let (code, measure) = (&ballot.on_behalf, state.number);
        if !state.is_entitled(code) {
            return Err(Refusal::NotEntitled { code: code.clone(), measure });
        }
        if ballot.position == Position::AbstainQualified && !state.frozen.kind.qualified {
            return Err(Refusal::QualifiedNotAllowed(state.frozen.kind.name.clone()));
        }
        if ballot.position == Position::Retracted && state.ballot(code).is_none() {
            return Err(Refusal::NothingToRetract { code: code.clone(), measure });
        }
        let cast = BallotState {
            position: ballot.position,
            leaf: self.next_leaf,
            text_hash: statement.text_hash,
            time: self.time,
            declaration: ballot.declaration,
        };
        let state = self.link(measure, code, statement.text_hash);
        state.ballots.insert(code.clone(), cast);
        Ok(())
    }

    fn steer(&mut self, statement: &Statement, act: Act) -> Result<(), Refusal> {
        let state = self.verify_link(statement)?;
        let by = &statement.body.head().by;
        let proposer = &state.measure.head.by;
        let (may, name) = match act {
            Act::Withdraw => (by == proposer, "withdraw"),
            Act::Close => {
                let may_close = &self.genesis.charter.may_close;
                (self.is_in_role(by, Some(proposer), may_close), "close")
            }
        };
        if !may {
            return Err(Refusal::MayNot { by: by.clone(), act: name });
        }
        let number = state.number;
        self.link(number, by, statement.text_hash);
        let acts = self.acts.entry(number).or_insert(act);
        *acts = act.max(*acts);
        Ok(())
    }

    /// Checks a statement's measure, that it is open, how it is named, and its place in the chain.
    fn verify_link(&self, statement: &Statement) -> Result<&MeasureState, Refusal> {
        let about = statement.body.about().expect("a statement on a measure");
        let measure = about.measure;
        let state = self.measure(measure).ok_or(Refusal::UnknownMeasure(measure))?;
        self.verify_new(statement)?;
        state.verify_about(about)?;
        state.verify_not_ended()?;
        state.verify_before_deadline(self.time)?;
        // A proposer need not wait for the ballots to take its measure back.
        if !matches!(statement.body, Body::Withdrawal(_)) {
            state.verify_opened(self.time)?;
        }
        self.verify_next(statement)?;
        if self.touched.len() >= ENDINGS_PER_BLOCK_MAX && !self.touched.contains(&measure) {
            return Err(Refusal::BlockFull);
        }
        Ok(state)
    }

    /// Checks that a party speaks for itself, and that its statement is not the chain's last already.
    fn verify_new(&self, statement: &Statement) -> Result<(), Refusal> {
        let link = statement.body.link().expect("a statement in a chain");
        let (by, code) = (&statement.body.head().by, link.chain.code());
        if by != code {
            return Err(Refusal::NotOwn { by: by.clone(), on_behalf: code.clone() });
        }
        if self.last_statement(&link.chain) == Some(statement.text_hash) {
            return Err(Refusal::AlreadyRecorded);
        }
        Ok(())
    }

    /// Checks that a statement follows the last one in its chain (R6).
    fn verify_next(&self, statement: &Statement) -> Result<(), Refusal> {
        let ChainLink { chain, after } = statement.body.link().expect("a statement in a chain");
        let wanted = self.last_statement(&chain);
        if after == wanted { Ok(()) } else { Err(Refusal::WrongAfter { chain, after, wanted }) }
    }

    /// Makes this statement the last one for `code` on measure `number`.
    fn link(&mut self, number: u64, code: &Code, text_hash: Digest) -> &mut MeasureState {
        let state = self.measures.get_mut(&number).expect("the measure was found before");
        let state = Arc::make_mut(state);
        state.chain.insert(code.clone(), text_hash);
        self.touched.insert(number);
        state
    }

    fn is_in_role(&self, by: &Code, proposer: Option<&Code>, roles: &[Label]) -> bool {
        let member = self.roster.member(by).is_some();
        let participant = self.genesis.participants.iter().find(|party| party.code == *by);
        roles.iter().any(|role| match role.as_str() {
            ROLE_MEMBER => member,
            ROLE_PROPOSER => proposer == Some(by),
            _ => participant.is_some_and(|party| party.role == *role),
        })
    }
}
