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
use serde::{Deserialize, Serialize};

use super::acts::PartyAct;
use super::limits::BOUNDARIES_KEPT;
use super::maps::Map;
use super::page::{Page, reweigh};
use crate::record::charter::Weight;
use crate::record::council_change::NextRules;
use crate::record::measure_fields::Cited;
use crate::record::membership::{Boundary, NoticeAct};
use crate::record::used::UsedKeys;
use crate::record::{Genesis, Member, Participant, Roster};
use crate::text::{Code, Time};

/// An entrant that an adopted measure admits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admitted {
    /// The measure.
    pub measure: Cited,
    /// The member as it will be.
    pub member: Member,
}

/// What the council knows of its parties beside the roster.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Parties {
    /// The leaf hash of the last statement about who signs for each party.
    pub(super) chain: Map<Code, Digest>,
    /// The parties without a ballot as they stand.
    #[serde(with = "crate::codec::shared")]
    pub(super) participants: Arc<Vec<Participant>>,
    /// Since when a party is frozen.
    pub(super) frozen: BTreeMap<Code, Time>,
    /// Members whose own notice that they leave stands, and since when.
    pub(super) departing: BTreeMap<Code, Time>,
    #[serde(with = "crate::codec::shared")]
    pub(super) used: Arc<UsedKeys>,
    #[serde(with = "crate::codec::shared::map")]
    pub(super) admitted: BTreeMap<Code, Arc<Admitted>>,
    /// The codes of former members.
    pub(super) former: BTreeSet<Code>,
    /// Changes of node keys, in their order; a member has at most one.
    pub(super) waiting: VecDeque<(Code, Change)>,
    boundaries: VecDeque<Boundary>,
    /// The whole that fractions are taken of.
    pub(super) weight: Weight,
    /// The rules from the next block on, where they are not the genesis's.
    pub(super) rules: Option<NextRules>,
}

/// A change of the roster's node keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Change {
    /// Another node key, perhaps with another seal key.
    Rotate(Box<NewKeys>),
    /// An entrant takes its seat.
    Enter(#[serde(with = "crate::codec::shared")] Arc<Admitted>),
    /// A member leaves.
    Leave,
}

/// What a rotation brings in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NewKeys {
    pub(super) node: PublicKey,
    pub(super) seal: Option<PublicKey>,
}

impl Parties {
    pub(super) fn found(genesis: &Genesis) -> Self {
        Self {
            chain: Map::default(),
            participants: Arc::new(genesis.participants.clone()),
            frozen: BTreeMap::new(),
            departing: BTreeMap::new(),
            used: Arc::new(genesis.used_keys().expect("a genesis is verified when it is parsed")),
            admitted: BTreeMap::new(),
            former: BTreeSet::new(),
            waiting: VecDeque::new(),
            boundaries: VecDeque::new(),
            weight: genesis.charter.weight.clone(),
            rules: None,
        }
    }

    /// Whether this party has a change of node key, an entry or a departure that waits.
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

    /// Puts a change of this party at the end of those that wait, in place of its earlier one.
    pub(super) fn queue(&mut self, code: Code, change: Change) {
        self.unqueue(&code);
        self.waiting.push_back((code, change));
    }

    fn unqueue(&mut self, code: &Code) {
        self.waiting.retain(|(of, _)| of != code);
    }

    /// These members leave without a decision when it is their turn, unless they take their notice back in this
    /// block.
    pub(super) fn queue_departures(&mut self, leaving: Vec<Code>) {
        for code in leaving {
            if !self.waiting.iter().any(|(of, change)| *of == code && *change == Change::Leave) {
                self.queue(code, Change::Leave);
            }
        }
    }

    /// Lets freezes, notices and the ends of freezes act, before outcomes are judged. Returns the
    /// parties that this block froze, whose ballots are void, and the parties whose freeze it
    /// ended.
    pub(super) fn act_before_outcomes(&mut self, page: &mut Page) -> (Vec<Code>, Vec<Code>) {
        let (mut void, mut thawed) = (Vec::new(), Vec::new());
        for (code, act) in &page.party_acts {
            match act {
                PartyAct::Keys(_) => {
                    thawed.extend(self.frozen.remove(code).map(|_| code.clone()));
                }
                PartyAct::Freeze => {
                    self.frozen.insert(code.clone(), page.time);
                    void.push(code.clone());
                }
                PartyAct::Notice(NoticeAct::Given) => {
                    self.departing.insert(code.clone(), page.time);
                }
                PartyAct::Notice(NoticeAct::Withdrawn) => {
                    self.departing.remove(code);
                    page.shakes_measures = true;
                    self.waiting.retain(|(of, change)| of != code || *change != Change::Leave);
                }
                PartyAct::Seal(_) => {}
            }
        }
        for code in &void {
            // A thief of the party's keys may have started these changes; the freeze cancels them.
            self.departing.remove(code);
            page.shakes_measures = true;
            self.unqueue(code);
            page.party_acts.retain(|(of, act)| of != code || !matches!(act, PartyAct::Seal(_)));
        }
        (void, thawed)
    }

    /// The roster of the next block; returns the members that have left.
    pub(super) fn act_on(&mut self, page: &mut Page, roster: &mut Roster) -> Vec<Code> {
        let changes_max = roster.faults_max().max(1);
        for (code, act) in core::mem::take(&mut page.party_acts) {
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
        for new in core::mem::take(&mut page.weights) {
            self.weight.total = new.total;
            reweigh(roster, &new);
        }
        let changes: Vec<_> = self.waiting.drain(..changes_max.min(self.waiting.len())).collect();
        let mut left = Vec::new();
        for (code, change) in changes {
            page.has_acted = true;
            let is_leaving = change == Change::Leave;
            self.change(page, roster, &code, change);
            if is_leaving && roster.member(&code).is_none() {
                left.push(code);
            }
        }
        left
    }

    fn change(&mut self, page: &mut Page, roster: &mut Roster, code: &Code, change: Change) {
        let at = roster.position(code);
        match (change, at) {
            (Change::Rotate(new), Some(at)) => {
                let member = &mut roster.members[at];
                member.node = new.node;
                member.seal = new.seal.unwrap_or(member.seal);
            }
            (Change::Enter(admitted), None) => {
                self.admitted.remove(code);
                page.shakes_measures = true;
                self.weight.total = self.weight.total.saturating_add(admitted.member.weight);
                roster.members.push(admitted.member.clone());
            }
            (Change::Leave, Some(at)) => {
                self.departing.remove(code);
                // Open measures may rest on the notice, which has ended also where the member stays.
                page.shakes_measures = true;
                // The last member stays: a council without members could not make another block.
                if roster.members.len() > 1 {
                    let weight = roster.members.remove(at).weight;
                    self.weight.total = self.weight.total.saturating_sub(weight).max(1);
                    self.frozen.remove(code);
                    self.former.insert(code.clone());
                }
            }
            (Change::Rotate(_) | Change::Leave, None) | (Change::Enter(_), Some(_)) => {}
        }
    }
}
