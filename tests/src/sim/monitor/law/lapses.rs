//! What a measure rests on beside its ballots: where that is gone, it lapses before its time.

use std::collections::BTreeMap;

use nemcon_ledger::record::charter::Authority;
use nemcon_ledger::record::council_change::Weights;
use nemcon_ledger::record::{CouncilChange, Roster};
use nemcon_ledger::text::Code;

use super::Law;
use super::measure::{End, Seen};

impl Law {
    /// Whether a measure, or one that is bound to it, cannot be decided any more where this roster
    /// sits.
    pub(super) fn is_lost(&self, number: u64, roster: &Roster) -> bool {
        let bound = self.bound_to(number);
        let mut seen = bound.iter().filter_map(|number| self.measures.get(number));
        seen.any(|seen| match seen.end {
            Some(End::Lost) => true,
            // What has been decided rests on nothing any more.
            Some(End::Adopted | End::NotAdopted | End::Other) => false,
            None => self.has_lost_reason(seen, roster) || seen.has_lost_ballot(roster),
        })
    }

    /// Whether the parts would be more than the whole, once what the block has decided of weights, what
    /// is bound to these and comes before them, and these themselves are set.
    fn weigh_too_much(&self, seen: &Seen, weights: &Weights, roster: &Roster) -> bool {
        let before = self.bound_before(seen).filter_map(|council_change| match council_change {
            CouncilChange::Weights(weights) => Some(weights),
            _ => None,
        });
        let mut weigh: BTreeMap<_, _> =
            roster.members.iter().map(|member| (&member.code, member.weight)).collect();
        for set in self.page.weights.iter().chain(before).chain([weights]) {
            weigh.extend(set.weights.iter().map(|(code, weight)| (code, *weight)));
        }
        weigh.into_values().map(u128::from).sum::<u128>() > u128::from(weights.total)
    }

    /// What is bound to a measure, comes before it and has not ended.
    fn bound_before(&self, seen: &Seen) -> impl Iterator<Item = &CouncilChange> {
        let (package, text) = (seen.package, seen.text);
        let bound = self.packages.iter().filter(move |(hash, _)| package == Some(**hash));
        let before = bound.flat_map(|(_, numbers)| numbers);
        let before = before.filter_map(|number| self.measures.get(number));
        let before = before.take_while(move |it| it.text != text);
        before.filter(|it| it.end.is_none()).map(|it| &it.measure.council_change)
    }

    fn has_lost_reason(&self, seen: &Seen, roster: &Roster) -> bool {
        let is_departing = |code: &Code| self.words.is_departing(code);
        let measure = &seen.measure;
        let is_pointless = match &measure.council_change {
            CouncilChange::Departure(code) => !is_departing(code),
            CouncilChange::Accession(entrant) => {
                let before = self.bound_before(seen).filter_map(CouncilChange::entrant);
                roster.member(&entrant.code).is_some() || self.offices.is_shut_out(entrant, before)
            }
            CouncilChange::Appointment(party) => self.offices.is_lost(party),
            CouncilChange::Weights(weights) => {
                let asked = seen.entitled.iter().map(|(code, _)| code);
                !roster.members.iter().map(|member| &member.code).eq(asked)
                    || self.weigh_too_much(seen, weights, roster)
            }
            CouncilChange::None | CouncilChange::Participation(_) | CouncilChange::Rules(_) => {
                false
            }
        };
        let way = self.charter.kind(&measure.kind).and_then(|kind| kind.decided_by(&measure.rule));
        let rests_on_notice = way.is_some_and(|way| way.authority == Some(Authority::Notice));
        let stays = |code: &Code| !is_departing(code) && roster.member(code).is_some();
        is_pointless || rests_on_notice && measure.concerns.as_ref().is_some_and(stays)
    }
}

impl Seen {
    /// Whether somebody has left without the ballot that is asked of it.
    fn has_lost_ballot(&self, roster: &Roster) -> bool {
        self.missing().iter().any(|code| roster.member(code).is_none())
    }
}
