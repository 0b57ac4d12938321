//! What lives one block: it is created anew when a block opens, so that nothing of the block before can
//! be left in it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::acts::{MeasureAct, PartyAct};
use super::balloted::Balloting;
use super::room::BlockRoom;
use crate::record::council_change::Weights;
use crate::record::{Participant, Roster};
use crate::text::{Code, Time};

/// The block under way, or the last one while none is. Between two blocks nothing of it counts but the
/// time and what has acted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Page {
    /// The block's time.
    pub(super) time: Time,
    /// What the block's statements have taken up.
    #[serde(skip)]
    pub(super) room: BlockRoom,
    /// The measures that the block's statements are about.
    #[serde(skip)]
    pub(super) changed_measures: BTreeSet<u64>,
    /// The measures that the block's statements revise, whether or not another act comes before the revision.
    #[serde(skip)]
    pub(super) revised: BTreeSet<u64>,
    /// The measures that the block's statements close early, whether or not another act comes before that.
    #[serde(skip)]
    pub(super) closed: BTreeSet<u64>,
    /// What the block's statements do to measures when the block closes.
    #[serde(skip)]
    pub(super) measure_acts: BTreeMap<u64, MeasureAct>,
    /// What the block's statements do to their own parties when the block closes, in their order.
    #[serde(skip)]
    pub(super) party_acts: Vec<(Code, PartyAct)>,
    /// The participants that the block's adoptions appoint, in the order of the measures.
    #[serde(skip)]
    pub(super) appointed: Vec<Arc<Participant>>,
    /// The weights that the block's adoptions set, in the order of the measures.
    #[serde(skip)]
    pub(super) weights: Vec<Weights>,
    /// What was said on the measures that the block has ended.
    #[serde(skip)]
    pub(super) ended: BTreeMap<u64, Arc<Balloting>>,
    /// Whether a change of node key, an entry or a departure that waited has acted in the block.
    pub(super) has_acted: bool,
    /// Whether the block may have taken away what open measures rest on: a member has entered or left,
    /// a notice fell, a key was used, somebody was admitted or appointed.
    #[serde(skip)]
    pub(super) shakes_measures: bool,
}

impl Page {
    /// The page of a block at `time`, on which nothing stands.
    pub(super) fn at(time: Time) -> Self {
        Self { time, ..Self::default() }
    }

    /// Whether a statement of this block changes this party in this way.
    pub(super) fn is_changing(&self, code: &Code, is_same: impl Fn(&PartyAct) -> bool) -> bool {
        self.party_acts.iter().any(|(of, act)| of == code && is_same(act))
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
}

/// Gives the members that are named their new weights.
pub(super) fn reweigh(roster: &mut Roster, new: &Weights) {
    for (code, weight) in &new.weights {
        if let Some(at) = roster.position(code) {
            roster.members[at].weight = *weight;
        }
    }
}
