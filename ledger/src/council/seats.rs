//! Who sits in the council and with which keys: what waits to change, and how it comes to act.
//!
//! ```text
//! statement or adoption ─▶ acts in this block      keys, freezes, seal keys, notices, weights,
//!                       │                          appointments
//!                       └▶ waits in order          node keys that enter, leave or change
//! close ─▶ freezes void, notices stand ─▶ outcomes ─▶ the roster of the next block [rules.md R13]
//! ```

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use nemcon_crypto::{Digest, PublicKey};

use super::Council;
use super::history::Ended;
use super::measure::MeasureState;
use crate::record::charter::Weight;
use crate::record::matter::{NextRules, Weights};
use crate::record::membership::{Boundary, NoticeAct};
use crate::record::parts::Cited;
use crate::record::used::UsedKeys;
use crate::record::{Genesis, Keys, Member, Participant, Roster};
use crate::text::{Code, Time};

/// How many ends of blocks back an entrant's seal may lie.
pub const BOUNDARIES_KEPT: usize = 128;

/// An entrant that an adopted measure admits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// The measure.
    pub measure: Cited,
    /// The member as it will be.
    pub member: Member,
}

/// What the council knows of its parties beside the roster.
#[derive(Clone, Debug)]
pub(super) struct Seats {
    /// The text hash of the last statement about who signs for each party.
    pub(super) chain: BTreeMap<Code, Digest>,
    /// The parties without a ballot as they stand.
    pub(super) participants: Arc<Vec<Participant>>,
    /// Whom this block's adoptions appoint, in the order of the measures.
    pub(super) appointed: Vec<Arc<Participant>>,
    /// Since when a party is frozen.
    pub(super) frozen: BTreeMap<Code, Time>,
    /// Members whose own notice that they leave stands.
    pub(super) departing: BTreeSet<Code>,
    pub(super) used: Arc<UsedKeys>,
    pub(super) admitted: BTreeMap<Code, Arc<Admitted>>,
    /// Those that were members once.
    pub(super) former: BTreeSet<Code>,
    /// Changes of node keys, in their order; a member has at most one.
    pub(super) waiting: VecDeque<(Code, Change)>,
    /// What this block's statements and adoptions bring about when it closes.
    pub(super) acts: Vec<(Code, Act)>,
    /// Weights that this block's adoptions set, in the order of the measures.
    weights: Vec<Weights>,
    /// Whether a change that waited has acted in this block.
    pub(super) has_acted: bool,
    /// Whether something happened in this block that open measures may rest on: a member has entered
    /// or left, a notice fallen, a key was used, somebody admitted or appointed.
    pub(super) is_shaken: bool,
    /// Open measures that cannot be decided any more.
    pub(super) hopeless: BTreeSet<u64>,
    boundaries: VecDeque<Boundary>,
    /// The whole that fractions are taken of.
    pub(super) weight: Weight,
    /// The rules from the next block on, where they are not the genesis's.
    pub(super) rules: Option<NextRules>,
}

/// A change of the roster's node keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Another node key, perhaps with another seal key.
    Rotate(Box<NewKeys>),
    /// An entrant takes its seat.
    Enter(Arc<Admitted>),
    /// A member leaves.
    Leave,
}

/// What a rotation brings in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NewKeys {
    pub(super) node: PublicKey,
    pub(super) seal: Option<PublicKey>,
}

/// What a statement does when its block closes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Keys(Box<Keys>),
    Freeze,
    Seal(Box<PublicKey>),
    Notice(NoticeAct),
}

impl Seats {
    pub(super) fn found(genesis: &Genesis) -> Self {
        Self {
            chain: BTreeMap::new(),
            participants: Arc::new(genesis.participants.clone()),
            appointed: Vec::new(),
            frozen: BTreeMap::new(),
            departing: BTreeSet::new(),
            used: Arc::new(genesis.used_keys().expect("a genesis is verified when it is parsed")),
            admitted: BTreeMap::new(),
            former: BTreeSet::new(),
            waiting: VecDeque::new(),
            acts: Vec::new(),
            weights: Vec::new(),
            has_acted: false,
            is_shaken: false,
            hopeless: BTreeSet::new(),
            boundaries: VecDeque::new(),
            weight: genesis.charter.weight.clone(),
            rules: None,
        }
    }

    /// Forgets what belonged to the block before.
    pub(super) fn open(&mut self) {
        self.acts.clear();
        self.appointed.clear();
        self.weights.clear();
        self.has_acted = false;
        self.is_shaken = false;
    }

    /// Whether the next block brings something about that waits.
    pub(super) fn has_work(&self) -> bool {
        !self.waiting.is_empty() || !self.hopeless.is_empty()
    }

    /// Whether this party has a change under way.
    pub(super) fn is_changing(&self, code: &Code, is_same: impl Fn(&Act) -> bool) -> bool {
        self.acts.iter().any(|(of, act)| of == code && is_same(act))
    }

    pub(super) fn is_waiting(&self, code: &Code) -> bool {
        self.waiting.iter().any(|(of, _)| of == code)
    }

    pub(super) fn knows(&self, boundary: &Boundary) -> bool {
        self.boundaries.contains(boundary)
    }

    pub(super) fn bound(&mut self, boundary: Boundary) {
        if self.boundaries.len() >= BOUNDARIES_KEPT {
            self.boundaries.pop_front();
        }
        self.boundaries.push_back(boundary);
    }

    pub(super) fn take_weights(&mut self, weights: &Weights) {
        self.weights.push(weights.clone());
    }

    /// What the members weigh together once this block's adoptions, and then these weights, act.
    pub(super) fn weight_with<'a>(
        &self,
        roster: &Roster,
        new: impl IntoIterator<Item = &'a Weights>,
    ) -> u128 {
        let mut roster = roster.clone();
        self.weights.iter().for_each(|weights| reweigh(&mut roster, weights));
        new.into_iter().for_each(|weights| reweigh(&mut roster, weights));
        roster.weight()
    }

    /// Puts a change of this party at the end of those that wait, in place of its earlier one.
    pub(super) fn queue(&mut self, code: Code, change: Change) {
        self.unqueue(&code);
        self.waiting.push_back((code, change));
    }

    fn unqueue(&mut self, code: &Code) {
        self.waiting.retain(|(of, _)| of != code);
    }

    /// What concerns ballots and notices acts before outcomes are judged; returns the parties that are
    /// frozen now, whose ballots are void, and those that were and are no more.
    fn act_before_outcomes(&mut self, now: Time) -> (Vec<Code>, Vec<Code>) {
        let (mut void, mut thawed) = (Vec::new(), Vec::new());
        for (code, act) in &self.acts {
            match act {
                Act::Keys(_) => {
                    thawed.extend(self.frozen.remove(code).map(|_| code.clone()));
                }
                Act::Freeze => {
                    self.frozen.insert(code.clone(), now);
                    void.push(code.clone());
                }
                Act::Notice(NoticeAct::Given) => {
                    self.departing.insert(code.clone());
                }
                Act::Notice(NoticeAct::Withdrawn) => {
                    self.departing.remove(code);
                    self.is_shaken = true;
                    self.waiting.retain(|(of, change)| of != code || *change != Change::Leave);
                }
                Act::Seal(_) => {}
            }
        }
        for code in &void {
            // What a thief may have brought on its way does not arrive.
            self.departing.remove(code);
            self.is_shaken = true;
            self.unqueue(code);
            self.acts.retain(|(of, act)| of != code || !matches!(act, Act::Seal(_)));
        }
        (void, thawed)
    }

    /// The roster of the next block; returns the members that have left.
    fn act_on(&mut self, roster: &mut Roster) -> Vec<Code> {
        let changes_max = roster.faults_max().max(1);
        for (code, act) in core::mem::take(&mut self.acts) {
            let Some(member) = roster.members.iter_mut().find(|it| it.code == code) else {
                continue;
            };
            match act {
                Act::Keys(keys) => {
                    member.threshold = keys.threshold;
                    member.officers = keys.officers;
                    member.recovery = keys.recovery.unwrap_or(member.recovery);
                }
                Act::Seal(seal) => member.seal = *seal,
                Act::Freeze | Act::Notice(_) => {}
            }
        }
        for new in core::mem::take(&mut self.weights) {
            self.weight.total = new.total;
            reweigh(roster, &new);
        }
        let changes: Vec<_> = self.waiting.drain(..changes_max.min(self.waiting.len())).collect();
        let mut left = Vec::new();
        for (code, change) in changes {
            self.has_acted = true;
            let is_leaving = change == Change::Leave;
            self.change(roster, &code, change);
            if is_leaving && roster.member(&code).is_none() {
                left.push(code);
            }
        }
        left
    }

    fn change(&mut self, roster: &mut Roster, code: &Code, change: Change) {
        let at = roster.position(code);
        match (change, at) {
            (Change::Rotate(new), Some(at)) => {
                let member = &mut roster.members[at];
                member.node = new.node;
                member.seal = new.seal.unwrap_or(member.seal);
            }
            (Change::Enter(admitted), None) => {
                self.admitted.remove(code);
                self.is_shaken = true;
                self.weight.total = self.weight.total.saturating_add(admitted.member.weight);
                roster.members.push(admitted.member.clone());
            }
            (Change::Leave, Some(at)) => {
                self.departing.remove(code);
                // A council without members could not even go on.
                if roster.members.len() > 1 {
                    let weight = roster.members.remove(at).weight;
                    self.weight.total = self.weight.total.saturating_sub(weight).max(1);
                    self.frozen.remove(code);
                    self.former.insert(code.clone());
                    self.is_shaken = true;
                }
            }
            (Change::Rotate(_) | Change::Leave, None) | (Change::Enter(_), Some(_)) => {}
        }
    }
}

/// Gives the members that are named their new weights.
fn reweigh(roster: &mut Roster, new: &Weights) {
    for (code, weight) in &new.weights {
        if let Some(at) = roster.position(code) {
            roster.members[at].weight = *weight;
        }
    }
}

impl Council {
    /// Whether nothing may be said for this party: a member, until its recovery key says so [rules.md R22]; a
    /// participant, until it is appointed anew.
    pub fn is_frozen(&self, code: &Code) -> bool {
        self.seats.frozen.contains_key(code)
    }

    /// The frozen parties and since when.
    pub fn frozen(&self) -> impl Iterator<Item = (&Code, Time)> {
        self.seats.frozen.iter().map(|(code, since)| (code, *since))
    }

    /// Whether this member's own notice that it leaves stands.
    pub fn is_departing(&self, code: &Code) -> bool {
        self.seats.departing.contains(code)
    }

    /// The members whose own notice that they leave stands.
    pub fn departing(&self) -> impl Iterator<Item = &Code> {
        self.seats.departing.iter()
    }

    /// The entrants that are admitted and have not taken their seat.
    pub fn admitted(&self) -> impl Iterator<Item = &Admitted> {
        self.seats.admitted.values().map(AsRef::as_ref)
    }

    /// The parties whose change of node key, entry or departure waits, in the order in which they
    /// come to act.
    pub fn waiting(&self) -> impl Iterator<Item = &Code> {
        self.seats.waiting.iter().map(|(code, _)| code)
    }

    /// What fractions of the whole are taken of, as it stands.
    pub const fn weight(&self) -> &Weight {
        &self.seats.weight
    }

    /// Whether a change that waited has acted with the last block: such a block may hold nothing but
    /// its block record.
    pub const fn has_acted(&self) -> bool {
        self.seats.has_acted
    }

    /// Tells the council where a block ends; see [`BOUNDARIES_KEPT`].
    pub(crate) fn bound(&mut self, boundary: Boundary) {
        self.seats.bound(boundary);
    }

    /// The rules that the next block is judged by, and the release that knows them, where adoption
    /// has changed them.
    pub const fn rules(&self) -> Option<&NextRules> {
        self.seats.rules.as_ref()
    }

    /// Freezes void ballots, notices stand or fall; before outcomes are judged.
    pub(super) fn settle_seats(&mut self) {
        let (frozen, thawed) = self.seats.act_before_outcomes(self.time);
        for code in &thawed {
            self.room.renew(code);
        }
        self.void_closes_of(&frozen);
        for number in self.open.iter().copied().collect::<Vec<_>>() {
            for code in &frozen {
                if self.measures[&number].concerns_ballots_of(code) {
                    let time = self.time;
                    self.change(number).void_of(code, time);
                }
            }
        }
    }

    /// The roster of the next block; after outcomes are judged.
    pub(super) fn change_seats(&mut self) {
        let mut roster = (*self.roster).clone();
        for code in self.seats.act_on(&mut roster) {
            self.void_mandates_of(&code);
        }
        if roster != *self.roster {
            self.roster_digest = roster.digest();
            self.roster = Arc::new(roster);
        }
        for code in self.seats.seat_appointed() {
            self.room.renew(&code);
        }
        self.give_up_hope();
    }

    /// Nobody speaks any more for a member that has left, nor it for anyone.
    fn void_mandates_of(&mut self, code: &Code) {
        for number in self.open.iter().copied().collect::<Vec<_>>() {
            if self.measures[&number].has_mandate_of(code) {
                let (ended, time) = (Ended::Departure(code.clone()), self.time);
                self.change(number).void_mandates_of(code, &ended, time);
            }
        }
    }

    pub(super) fn is_member(&self, code: &Code) -> bool {
        self.roster.member(code).is_some()
    }
}

impl MeasureState {
    /// Whether this member's ballot or mandate stands here, or one that it holds or has cast.
    fn concerns_ballots_of(&self, code: &Code) -> bool {
        self.ballots.iter().any(|(of, ballot)| of == code || ballot.by == *code)
            || self.has_mandate_of(code)
    }

    fn has_mandate_of(&self, code: &Code) -> bool {
        self.mandates.iter().any(|(of, mandate)| of == code || mandate.holder == *code)
    }
}
