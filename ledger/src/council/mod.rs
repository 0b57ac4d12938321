//! The council: a pure state machine over records. No clock, no I/O, no floats.
//!
//! One round a block: [`Council::open`] with the block's time, [`Council::apply`] for each of its
//! statements, [`Council::close`] for what they bring about. The node before it prevotes, the node
//! after the commit and the auditor run this very code.

mod balloting;
mod deciding;
mod entitled;
mod foresight;
mod going_on;
mod grounds;
mod history;
mod incidents;
mod keys;
mod life;
mod lists;
mod measure;
mod membership;
mod outcome;
mod participants;
mod proof;
mod refusal;
mod rights;
mod room;
mod seats;
mod steering;
mod tabling;
mod terms;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use nemcon_crypto::{Digest, LeafIndex};

pub use deciding::Derived;
pub use foresight::{Consequence, RefusedAt};
pub use history::{Ended, Extended, HISTORY_KEPT_MAX, History, Past, Stood};
pub use incidents::{AttributionState, IncidentState};
pub use keys::OFFICERS_MAX;
pub use life::Force;
pub use measure::{
    AttestationState, BallotState, Entitled, Excluded, FormerBallot, FormerText, Frozen,
    MandateState, MeasureState, ReservationState, Status, Successor,
};
pub use outcome::{Obstacle, Standing, Tally, join};
pub use participants::PARTICIPANTS_MAX;
pub use proof::Proof;
pub use refusal::{LAWS, Law, NotInRole, Refusal};
pub use rights::Right;
pub use room::{
    BALLOT_BYTES_PER_BLOCK_MAX, BLOCK_CHANGE_BYTES_MAX, BLOCK_STATEMENT_BYTES_MAX, DaySpent,
    STATEMENT_BYTES_PER_BLOCK_MAX, STEERED_PER_BLOCK_MAX,
};
pub use seats::{Admitted, BOUNDARIES_KEPT};

pub(crate) use going_on::Numbers;
use lists::Lists;
use room::{Room, Wanted};
use seats::Seats;

use crate::record::charter::{ROLE_MEMBER, ROLE_PROPOSER};
use crate::record::signers::verify_lines;
use crate::record::statement::{Body, ChainKey, ChainLink, Statement};
use crate::record::{Genesis, Officer, Package, Revision, Roster};
use crate::text::{Code, Label, Time};

/// How many measures one block ends because of their deadline, and how many because of what its
/// statements say: what a block derives then fits into it, however many measures fall due at once.
pub const ENDINGS_PER_BLOCK_MAX: usize = 64;

/// How many measures the statements of one block close: the rest of what it ends is for those that
/// can be adopted.
pub const CLOSES_PER_BLOCK_MAX: usize = 32;

/// How many measures of one party are open at a time: what the council keeps of each, and tells of
/// all, then has a bound that no one party can use up for the others.
pub const OPEN_PER_PARTY_MAX: usize = 64;

/// How many measures one package binds together.
pub const PACKAGE_MEASURES_MAX: usize = 16;

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
    /// How many of each there are: numbers go on from here.
    numbers: Numbers,
    /// The measures of each package, by its text hash.
    packages: BTreeMap<Digest, Arc<Package>>,
    lists: Lists,
    incidents: BTreeMap<u64, Arc<IncidentState>>,
    /// What is known of members beside the roster.
    seats: Seats,
    /// The text hash of the last statement that each party made of itself.
    own: BTreeMap<Code, Digest>,
    /// What this block and this day have taken up.
    room: Room,
    /// The measures that this block's statements are about.
    touched: BTreeSet<u64>,
    /// What this block's statements bring about when it closes.
    acts: BTreeMap<u64, Act>,
    /// Whether measures can be adopted that the last block had no room to decide.
    is_adopting: bool,
}

/// What a statement does when the block closes. What stands later goes first: a withdrawal before a
/// revision, a revision before a close.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Act {
    /// Those that close it.
    Close(BTreeSet<Code>),
    Revise {
        text_hash: Digest,
        leaf: LeafIndex,
        revision: Box<Revision>,
    },
    Withdraw,
}

impl Council {
    /// The council as its genesis founds it; the genesis is leaf 0.
    pub fn new(genesis: Genesis) -> Self {
        Self {
            digest: genesis.digest(),
            roster: Arc::new(genesis.roster.clone()),
            roster_digest: genesis.roster.digest(),
            seats: Seats::found(&genesis),
            genesis: Arc::new(genesis),
            time: Time::default(),
            next_leaf: LeafIndex(1),
            measures: BTreeMap::new(),
            open: BTreeSet::new(),
            by_text: BTreeMap::new(),
            numbers: Numbers::default(),
            packages: BTreeMap::new(),
            lists: Lists::default(),
            incidents: BTreeMap::new(),
            own: BTreeMap::new(),
            room: Room::default(),
            touched: BTreeSet::new(),
            acts: BTreeMap::new(),
            is_adopting: false,
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

    /// The roster that decides the next block [rules.md R13].
    pub const fn roster(&self) -> &Arc<Roster> {
        &self.roster
    }

    /// Its digest.
    pub const fn roster_digest(&self) -> Digest {
        self.roster_digest
    }

    /// The officers of a member or participant as they stand, and how many of them must sign.
    pub fn signers(&self, code: &Code) -> Option<(usize, &[Officer])> {
        let member = self.roster.member(code);
        member
            .map(|member| (member.threshold, &member.officers[..]))
            .or_else(|| self.participant(code).map(|party| (party.threshold, &party.officers[..])))
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
            ChainKey::Incident(number, code) => {
                self.incidents.get(number)?.chain.get(code).copied()
            }
            ChainKey::Own(code) => self.own.get(code).copied(),
            ChainKey::Keys(code) => self.seats.chain.get(code).copied(),
        }
    }

    /// The package that a measure is adopted in.
    pub fn package_of(&self, state: &MeasureState) -> Option<&Package> {
        state.package.and_then(|hash| self.packages.get(&hash)).map(AsRef::as_ref)
    }

    /// The measures that share this one's fate, itself among them.
    fn bound_to(&self, state: &MeasureState) -> Vec<u64> {
        self.package_of(state).map_or_else(
            || vec![state.number],
            |package| package.measures.iter().map(|cited| cited.number).collect(),
        )
    }

    /// The incident of this number.
    pub fn incident(&self, number: u64) -> Option<&IncidentState> {
        self.incidents.get(&number).map(AsRef::as_ref)
    }

    /// All incidents, by number.
    pub fn incidents(&self) -> impl DoubleEndedIterator<Item = &IncidentState> {
        self.incidents.values().map(AsRef::as_ref)
    }

    /// When the next deadline is due, if any measure is open; at once, if something waits that
    /// another block brings about.
    pub fn next_deadline(&self) -> Option<Time> {
        if self.seats.has_work() || self.is_adopting {
            return Some(self.time);
        }
        self.open.iter().map(|number| self.measures[number].closes).min()
    }

    /// Begins a block at `time`: deadlines that are due end their measures, up to
    /// [`ENDINGS_PER_BLOCK_MAX`]; the others are still due in the next block. They end in number order, a
    /// package whole in the place of its first.
    pub fn open(&mut self, time: Time) -> Vec<Derived> {
        self.time = time;
        self.room.open(time);
        self.touched.clear();
        self.acts.clear();
        self.seats.open();
        let is_hopeless = |number: &u64| self.seats.hopeless.contains(number);
        let due = |number: &u64| self.measures[number].closes <= time || is_hopeless(number);
        let due = self.open.iter().copied().filter(due);
        let due: BTreeSet<u64> = due.map(|it| self.bound_to(&self.measures[&it])[0]).collect();
        let mut derived = Vec::new();
        for first in due {
            let state = &self.measures[&first];
            if derived.len() + self.bound_to(state).len() > ENDINGS_PER_BLOCK_MAX {
                break;
            }
            if self.despair(first).is_some() {
                derived.extend(self.strike(first));
            } else if state.closes <= time {
                derived.extend(self.end(first, "its deadline passed"));
            }
        }
        derived
    }

    /// Lets one statement in, as the next leaf.
    ///
    /// # Errors
    /// The [`Refusal`]; then nothing has changed.
    pub fn apply(&mut self, statement: &Statement) -> Result<(), Refusal> {
        let wanted = Wanted::of(statement);
        self.verify_signer(statement, &wanted, |parts| verify_lines(&statement.note, parts))?;
        self.admit(statement, &wanted)
    }

    /// As [`Self::apply`], for a statement that is judged again and again: its signatures are verified
    /// once as long as the same keys must sign it. `proof` is kept with it, none at first.
    ///
    /// # Errors
    /// The [`Refusal`]; then nothing has changed.
    pub fn apply_proven(
        &mut self,
        statement: &Statement,
        proof: &mut Option<Proof>,
    ) -> Result<(), Refusal> {
        let wanted = Wanted::of(statement);
        self.verify_signer(statement, &wanted, |parts| Proof::renew(proof, statement, parts))?;
        self.admit(statement, &wanted)
    }

    /// Lets in a statement whose signer was judged, and for which there is room.
    fn admit(&mut self, statement: &Statement, wanted: &Wanted<'_>) -> Result<(), Refusal> {
        match &statement.body {
            Body::Measure(measure) => self.table(measure, statement.text_hash),
            Body::Revision(revision) => self.revise(revision, statement),
            Body::Package(package) => self.bind(package, statement.text_hash),
            Body::Ballot(ballot) => self.cast(ballot, statement),
            Body::Mandate(mandate) => self.empower(mandate, statement),
            Body::Reservation(reservation) => self.reserve(reservation, statement),
            Body::Extension(extension) => self.extend(extension, statement),
            Body::Withdrawal(_) => self.withdraw(statement),
            Body::Close(_) => self.close_early(statement),
            Body::Attestation(attestation) => self.attest(attestation, statement),
            Body::Incident(incident) => self.report(incident, statement.text_hash),
            Body::Attribution(attribution) => self.attribute(attribution, statement),
            Body::Keys(keys) => self.change_keys(keys, statement),
            Body::Freeze(freeze) => self.freeze_party(freeze, statement),
            Body::Rotation(rotation) => self.rotate(rotation, statement),
            Body::Notice(notice) => self.announce(notice, statement),
            Body::Entry(entry) => self.enter(entry, statement),
        }?;
        self.room.take(wanted);
        self.next_leaf.0 += 1;
        Ok(())
    }

    /// Ends the block: freezes void, withdrawals and closes act, complete measures are judged, in number
    /// order, a package whole in the place of its first.
    /// The block record takes the leaf after what is returned.
    pub fn close(&mut self) -> Vec<Derived> {
        self.settle_seats();
        let mut derived = Vec::new();
        let mut acts = core::mem::take(&mut self.acts);
        let mut room = ENDINGS_PER_BLOCK_MAX
            - acts.values().filter(|act| matches!(act, Act::Close(_))).count();
        self.is_adopting = false;
        for number in self.open.iter().copied().collect::<Vec<_>>() {
            let bound = self.bound_to(&self.measures[&number]);
            if bound[0] != number {
                continue;
            }
            match acts.remove(&number) {
                Some(Act::Withdraw) => {
                    for number in bound {
                        self.settle(number, Status::Withdrawn);
                    }
                }
                Some(Act::Revise { text_hash, leaf, revision }) => {
                    self.replace_text(text_hash, leaf, *revision);
                }
                Some(Act::Close(_)) if self.despair(number).is_none() => {
                    derived.extend(self.end(number, "it was closed"));
                }
                None if self.is_adoptable(number) => {
                    derived.extend(self.adopt_if_room(number, &mut room).into_iter().flatten());
                }
                // The next block ends what cannot be decided any more.
                Some(Act::Close(_)) | None => {}
            }
        }
        self.change_seats();
        self.next_leaf.0 += 1;
        derived
    }

    /// Whether what `link` follows is the last statement in its chain.
    pub fn is_next_in_chain(&self, link: &ChainLink) -> bool {
        let begun = match link.chain {
            ChainKey::Measure(number, _) => self.measures.contains_key(&number),
            ChainKey::Incident(number, _) => self.incidents.contains_key(&number),
            ChainKey::Own(_) | ChainKey::Keys(_) => true,
        };
        begun && self.last_statement(&link.chain) == link.after
    }

    /// Checks that a party speaks for itself, and that its statement is not the chain's last already.
    fn verify_new(&self, statement: &Statement) -> Result<(), Refusal> {
        let link = statement.body.link().expect("a statement in a chain");
        let (by, code) = (&statement.body.head().by, link.chain.code());
        // A ballot for another member rests on a mandate, which is judged with it.
        if by != code && !matches!(statement.body, Body::Ballot(_)) {
            return Err(Refusal::NotOwn { by: by.clone(), on_behalf: code.clone() });
        }
        if self.last_statement(&link.chain) == Some(statement.text_hash) {
            return Err(Refusal::AlreadyRecorded);
        }
        Ok(())
    }

    /// Checks that a statement follows the last one in its chain [rules.md R6].
    fn verify_next(&self, statement: &Statement) -> Result<(), Refusal> {
        let ChainLink { chain, after } = statement.body.link().expect("a statement in a chain");
        let wanted = self.last_statement(&chain);
        if after == wanted { Ok(()) } else { Err(Refusal::WrongAfter { chain, after, wanted }) }
    }

    fn is_in_role(&self, by: &Code, proposer: Option<&Code>, roles: &[Label]) -> bool {
        let member = self.roster.member(by).is_some();
        let participant = self.participant(by);
        roles.iter().any(|role| match role.as_str() {
            ROLE_MEMBER => member,
            ROLE_PROPOSER => proposer == Some(by),
            _ => participant.is_some_and(|party| party.role == *role),
        })
    }
}
