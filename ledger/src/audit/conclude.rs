//! The decisions, measures and members of a report, as the replay ended.

use std::sync::Arc;

use super::replay::Replayed;
use super::report::{DecisionReport, MandateReport, MeasureReport, Report};
use crate::Height;
use crate::chain::Chain;
use crate::council::{MeasureState, Status};

impl Report {
    /// Takes decisions and measures from the state in which the replay ended.
    pub(super) fn conclude(&mut self, replayed: &Replayed) {
        let Replayed { chain, .. } = replayed;
        self.state = Some(chain.council().clone());
        self.rosters = Some(Arc::clone(chain.rosters()));
        self.height = chain.height();
        self.time = (chain.height() > Height(0)).then(|| chain.time());
        let roster = chain.council().roster();
        self.roster = Some(Arc::clone(roster));
        self.members = roster.members.iter().map(|it| it.code.clone()).collect();
        for state in chain.council().measures() {
            self.measures.push(measure(replayed, state));
            if let Status::Adopted { decision } | Status::NotAdopted { decision } = state.status {
                self.decisions.push(DecisionReport {
                    measure: state.number,
                    title: state.terms.title.clone(),
                    adopted: matches!(state.status, Status::Adopted { .. }),
                    leaf: decision,
                    decided: state.ended,
                    is_final: false,
                });
            }
        }
        self.decisions.sort_by_key(|decision| decision.leaf);
    }

    /// What is final: all whose entitled members have sealed, if nothing is wrong. Whoever was entitled
    /// and has left since owes no seal.
    pub(super) fn judge_finality(&mut self, chain: &Chain) {
        let (roster, is_verified) = (chain.sealing_roster(), self.is_verified());
        for decision in &mut self.decisions {
            let state = chain.council().measure(decision.measure);
            let entitled = state.iter().flat_map(|state| &state.frozen.entitled);
            let mut owed = entitled.filter(|it| roster.member(&it.code).is_some());
            decision.is_final = is_verified && owed.all(|it| self.sealed_by.contains(&it.code));
        }
    }
}

fn measure(replayed: &Replayed, state: &MeasureState) -> MeasureReport {
    let said = replayed.reasons.get(&state.number);
    let reason = said.map(|said| replayed.chain.council().reason_of(state, said));
    let mandates = state.cast_by_mandate().into_iter();
    let mandates = mandates.map(|(code, holder)| MandateReport { code, holder });
    MeasureReport {
        number: state.number,
        title: state.terms.title.clone(),
        status: state.status,
        tally: state.tally(),
        reason: reason.map(|it| it.to_string()),
        mandates: mandates.collect(),
        unjudged: replayed.taints.of_measure(state.number),
    }
}
