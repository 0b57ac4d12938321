//! Who sits in the council and with which keys: what waits to change, and how it comes to act.
//!
//! ```text
//! statement or adoption ─▶ acts in this block      keys, freezes, seal keys, notices, weights,
//!                       │                          appointments
//!                       └▶ waits in order          node keys that enter, leave or change
//! close ─▶ freezes void, notices stand ─▶ outcomes ─▶ the roster of the next block (R13)
//! ```

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use nemcon_crypto::{Digest, PublicKey};

use super::acts::PartyAct;
use super::limits::BOUNDARIES_KEPT;
use crate::record::charter::Weight;
use crate::record::matter::{NextRules, Weights};
use crate::record::membership::{Boundary, NoticeAct};
use crate::record::parts::Cited;
use crate::record::used::UsedKeys;
use crate::record::{Genesis, Member, Participant, Roster};
use crate::text::{Code, Time};

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
    pub(super) acts: Vec<(Code, PartyAct)>,
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
    pub(super) fn is_changing(&self, code: &Code, is_same: impl Fn(&PartyAct) -> bool) -> bool {
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
    pub(super) fn act_before_outcomes(&mut self, now: Time) -> (Vec<Code>, Vec<Code>) {
        let (mut void, mut thawed) = (Vec::new(), Vec::new());
        for (code, act) in &self.acts {
            match act {
                PartyAct::Keys(_) => {
                    thawed.extend(self.frozen.remove(code).map(|_| code.clone()));
                }
                PartyAct::Freeze => {
                    self.frozen.insert(code.clone(), now);
                    void.push(code.clone());
                }
                PartyAct::Notice(NoticeAct::Given) => {
                    self.departing.insert(code.clone());
                }
                PartyAct::Notice(NoticeAct::Withdrawn) => {
                    self.departing.remove(code);
                    self.is_shaken = true;
                    self.waiting.retain(|(of, change)| of != code || *change != Change::Leave);
                }
                PartyAct::Seal(_) => {}
            }
        }
        for code in &void {
            // What a thief may have brought on its way does not arrive.
            self.departing.remove(code);
            self.is_shaken = true;
            self.unqueue(code);
            self.acts.retain(|(of, act)| of != code || !matches!(act, PartyAct::Seal(_)));
        }
        (void, thawed)
    }

    /// The roster of the next block; returns the members that have left.
    pub(super) fn act_on(&mut self, roster: &mut Roster) -> Vec<Code> {
        let changes_max = roster.faults_max().max(1);
        for (code, act) in core::mem::take(&mut self.acts) {
            let Some(member) = roster.members.iter_mut().find(|it| it.code == code) else {
                continue;
            };
            match act {
                PartyAct::Keys(keys) => {
                    member.threshold = keys.threshold;
                    member.officers = keys.officers;
                    member.recovery = keys.recovery.unwrap_or(member.recovery);
                }
                PartyAct::Seal(seal) => member.seal = *seal,
                PartyAct::Freeze | PartyAct::Notice(_) => {}
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
