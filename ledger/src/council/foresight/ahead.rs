//! A copy of the council that goes ahead, block by block.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::consequence::Consequence;
use crate::council::balloted::Balloting;
use crate::council::deciding::Derived;
use crate::council::refusal::Refusal;
use crate::council::room::Wanted;
use crate::council::state::Council;
use crate::record::council_change::NextRules;
use crate::record::{Body, Statement};
use crate::text::Time;

/// How many blocks a look ahead takes at most. Members leave one by one in their turn, and what rested
/// on one lapses a block later, 64 measures at a time.
const BLOCKS_AHEAD_MAX: usize = 256;

/// A copy of the council, and what was derived on the way.
#[derive(Clone)]
pub(super) struct Ahead {
    pub(super) council: Council,
    pub(super) derived: Vec<Derived>,
    /// What was said on the measures that have ended on the way.
    pub(super) ended: BTreeMap<u64, Arc<Balloting>>,
}

impl Ahead {
    pub(super) fn begin(council: &Council, time: Time) -> Self {
        let mut council = council.clone();
        let derived = council.open(time);
        Self { council, derived, ended: BTreeMap::new() }
    }

    /// Takes one that nobody has signed.
    pub(super) fn rehearse(&mut self, body: &Body) -> Result<(), Refusal> {
        self.council.verify_speaker(body)?;
        self.council.verify_thawed(body)?;
        self.admit(&Statement::unsigned(body))
    }

    /// Takes one whose signer was judged; where a block is full, in the next one.
    pub(super) fn admit(&mut self, statement: &Statement) -> Result<(), Refusal> {
        match self.admit_now(statement) {
            Err(Refusal::QuotaSpent(_) | Refusal::BlockFull) => {
                self.turn();
                self.admit_now(statement)
            }
            result => result,
        }
    }

    fn admit_now(&mut self, statement: &Statement) -> Result<(), Refusal> {
        let wanted = Wanted::of(statement);
        self.council.verify_room(&wanted)?;
        self.council.admit(statement, &wanted)
    }

    /// Ends the block and begins the next one.
    fn turn(&mut self) {
        self.derived.extend(self.council.close());
        self.ended.append(&mut self.council.page.ended);
        let next =
            Time::from_ms(self.council.page.time.as_ms() + 1).unwrap_or(self.council.page.time);
        self.derived.extend(self.council.open(next));
        self.ended.append(&mut self.council.page.ended);
    }

    /// Goes on until nothing waits any more.
    pub(super) fn settled(mut self) -> Self {
        for _ in 0..BLOCKS_AHEAD_MAX {
            self.turn();
            let council = &self.council;
            let stops = council.rules().is_some_and(|rules: &NextRules| !rules.is_known());
            if stops || council.next_deadline().is_none_or(|due| due > council.page.time) {
                break;
            }
        }
        self
    }

    /// That everybody may read a statement at once: a remark that its party makes public with an act which is.
    pub(super) fn read_by_all(&self, body: &Body) -> Option<Consequence> {
        let Body::Remark(remark) = body else { return None };
        let measure = remark.said.about.measure;
        let state = self.council.measure(measure)?;
        (remark.is_public && state.of_act().is_for_all())
            .then_some(Consequence::ReadByAll { measure })
    }
}
