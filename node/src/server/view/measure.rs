//! Measures as the HTTP interface shows them.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_client::api::{self, MeasureStatus, PastCause, PastKind};
use nemcon_crypto::Digest;
use nemcon_ledger::Chain;
use nemcon_ledger::council::{
    Balloting, Ended, Extended, Force, FormerBallot, MeasureState, Obstacle, Past, Standing,
    Status, Stood, join,
};
use nemcon_ledger::record::Position;
use nemcon_ledger::record::statement::Body;
use nemcon_ledger::text::{Code, Label, Line, Time};
use nemcon_replica::replica::Boundary;

use super::cut;

/// The greatest number of former texts that are shown, the newest ones.
const FORMER_TOLD_MAX: usize = 64;
/// The greatest number of a party's ended ballots, mandates and reservations that a list shows.
const PAST_TOLD_MAX: usize = 8;

/// What a measure is shown with besides the council's own state.
#[derive(Clone, Copy)]
pub(in crate::server) struct Around<'a> {
    /// The chain: the council, and the members of earlier rosters.
    pub(in crate::server) chain: &'a Chain,
    /// The time by the node's clock.
    pub(in crate::server) now: Time,
    /// The newest boundary that every entitled member has sealed, if it is newer than the one that
    /// all members have sealed.
    pub(in crate::server) sealed: Option<Boundary>,
}

impl Around<'_> {
    /// The measure for a list, with the position of a party by what was said on the measure.
    pub(in crate::server) fn summary(
        self,
        state: &MeasureState,
        party: Option<(&Code, &Balloting)>,
    ) -> api::MeasureSummary {
        let terms = &state.terms;
        let (status, reason) = self.status(state);
        let package = self.chain.council().package_of(state);
        api::MeasureSummary {
            number: state.number,
            revision: state.revision,
            text_hash: state.text_hash,
            leaf: state.leaf.0,
            title: terms.title.to_string(),
            kind: terms.kind.to_string(),
            rule: terms.rule.to_string(),
            by: terms.by.clone(),
            tabled: state.tabled,
            opens: terms.opens,
            closes: state.closes,
            status,
            reason,
            force: self.force(state),
            ended: state.ended,
            outcome_leaf: state.outcome_leaf().map(|leaf| leaf.0),
            is_final: self.is_final(state),
            entitled: state.frozen.entitled.len() as u64,
            missing: state.missing(),
            package: package.map_or_else(Vec::new, |package| {
                package.measures.iter().map(|cited| cited.number).collect()
            }),
            enters: terms.enters,
            reviews: terms.reviews,
            expires: terms.expires,
            predecessor: terms.predecessor.map(|it| api::PredecessorView {
                relation: it.relation.to_string(),
                number: it.cited.number,
            }),
            publication: self.publication(state),
            party: party.map(|(party, said)| self.stands_for(party, state, said)),
        }
    }

    /// The measure with what was `said` on it, its `text` and the `remarks` on it, each party's `last`
    /// statement on it, and the members whose ballots are `waiting`.
    pub(in crate::server) fn measure(
        self,
        (state, said): (&MeasureState, &Balloting),
        (text, remarks): (String, Vec<api::RemarkView>),
        last: BTreeMap<Code, Digest>,
        waiting: &BTreeSet<Code>,
    ) -> api::Measure {
        let charter = &self.chain.council().genesis().charter;
        let source = charter.source_of(&state.terms.kind, &state.terms.rule);
        let kind = &state.terms.kind;
        let differences = charter.differences.iter().filter(|it| it.is_about(kind));
        let told = self.summary(state, None);
        api::Measure {
            number: told.number,
            revision: told.revision,
            text_hash: told.text_hash,
            leaf: told.leaf,
            title: told.title,
            kind: told.kind,
            rule: told.rule,
            by: told.by,
            tabled: told.tabled,
            opens: told.opens,
            closes: told.closes,
            status: told.status,
            force: told.force,
            reason: told.reason,
            publication: told.publication,
            ended: told.ended,
            outcome_leaf: told.outcome_leaf,
            is_final: told.is_final,
            ballots: self.ballots(state, said, waiting),
            missing: told.missing,
            members: state.frozen.members,
            total_weight: state.frozen.total_weight,
            excluded: excluded(state),
            mandates: mandates(said, |_, _| true),
            reservations: reservations(said, |_| true),
            attestations: attestations(said),
            remarks,
            package: self.package(state),
            former: former(said),
            tabled_leaf: said.former.first().map_or(state.leaf, |first| first.leaf).0,
            revised: said.former.last().map(|last| last.replaced),
            past: said.history.past.iter().map(past).collect(),
            extensions: said.history.extensions.iter().map(extension).collect(),
            unstated: state.terms.unstated.iter().map(Label::to_string).collect(),
            source: source.map(Line::to_string),
            differences: differences.cloned().collect(),
            text,
            last,
        }
    }

    fn publication(self, state: &MeasureState) -> Option<api::PublicationView> {
        let publication = self.chain.council().genesis().charter.publication.as_ref()?;
        let marking = publication.marking.to_string();
        Some(api::PublicationView { marking, act: state.of_act(), votes: state.of_votes() })
    }

    fn package(self, state: &MeasureState) -> Option<api::PackageView> {
        let package = self.chain.council().package_of(state)?;
        Some(api::PackageView {
            text_hash: state.package?,
            text: Body::Package(package.clone()).render(),
            measures: package.measures.iter().map(|cited| cited.number).collect(),
        })
    }

    fn force(self, state: &MeasureState) -> Option<Force> {
        let days = self.chain.council().genesis().charter.expiring_days();
        state.force(self.now, days)
    }

    /// Whether every entitled member that is still in the roster has sealed the log past
    /// the measure's outcome.
    fn is_final(self, state: &MeasureState) -> bool {
        let sealed = self.sealed.map_or(0, |boundary| boundary.size.0);
        state.outcome_leaf().is_some_and(|leaf| leaf.0 < sealed)
    }

    fn ballots(
        self,
        state: &MeasureState,
        said: &Balloting,
        waiting: &BTreeSet<Code>,
    ) -> Vec<api::BallotView> {
        let entitled = state.frozen.entitled.iter();
        entitled
            .map(|entitled| {
                let code = &entitled.code;
                let member = self.chain.rosters().member(code);
                let ballot = said.ballot(code);
                api::BallotView {
                    code: code.clone(),
                    name: member.map_or_else(String::new, |member| member.name.to_string()),
                    weight: entitled.weight,
                    position: ballot.map(|ballot| ballot.position),
                    cast_by: ballot.and_then(|ballot| by_another(code, &ballot.by)),
                    tacit: ballot.is_some_and(|ballot| ballot.is_tacit),
                    declaration: ballot.and_then(|ballot| ballot.declaration),
                    time: ballot.map(|ballot| ballot.time),
                    leaf: ballot.map(|ballot| ballot.leaf.0),
                    pending: waiting.contains(code),
                }
            })
            .collect()
    }

    /// What one party has done on the measure and may do.
    fn stands_for(self, party: &Code, state: &MeasureState, said: &Balloting) -> api::PartyView {
        let is_its = |it: &&FormerBallot| it.code == *party && it.position != Position::Retracted;
        let before = said.former.iter().rev();
        let before = before.filter_map(|text| Some((text, text.signed.iter().find(is_its)?)));
        let before =
            before.map(|(text, ballot)| (text.revision, by_another(party, &ballot.by))).next();
        let (ballot, council) = (said.ballot(party), self.chain.council());
        let last = said.history.extensions.back();
        let after = |it: &&Extended| ballot.is_some_and(|ballot| ballot.leaf < it.leaf);
        let may = council.rights(party, state, self.now);
        let unattested = council.unattested(party, state, said);
        api::PartyView {
            position: ballot.map(|ballot| ballot.position),
            mandates: mandates(said, |code, holder| code == party || holder == party),
            reservations: reservations(said, |code| code == party),
            cast_by: ballot.and_then(|ballot| by_another(party, &ballot.by)),
            signed_before: before.as_ref().map(|(revision, _)| *revision),
            signed_before_by: before.and_then(|(_, by)| by),
            signed: ballot.map(|ballot| ballot.time),
            past: past_of(party, said),
            extension: last.filter(after).map(extension),
            may: may.into_iter().map(|right| right.as_str().to_owned()).collect(),
            unattested: unattested.iter().map(ToString::to_string).collect(),
        }
    }

    /// The measure's status with its reason; an open measure that cannot be adopted is blocked.
    fn status(self, state: &MeasureState) -> (MeasureStatus, Option<String>) {
        let weight_of = &self.chain.council().genesis().charter.weight.of;
        let tally = || state.tally().reason(&state.frozen, weight_of).to_string();
        match (state.status, state.standing()) {
            (Status::Open, Standing::Blocked(obstacle)) => {
                let why = match obstacle {
                    Obstacle::Against(codes) => format!("against: {}", join(&codes)),
                    Obstacle::Qualified | Obstacle::NobodyInFavour => tally(),
                };
                (MeasureStatus::Blocked, Some(why))
            }
            (Status::Open, _) => (MeasureStatus::Open, None),
            (Status::Adopted { .. }, _) => (MeasureStatus::Adopted, Some(tally())),
            (Status::NotAdopted { .. }, _) => (MeasureStatus::NotAdopted, Some(tally())),
            (Status::Lapsed { .. }, _) => {
                (MeasureStatus::Lapsed, Some(format!("missing: {}", join(&state.missing()))))
            }
            (Status::Withdrawn, _) => (MeasureStatus::Withdrawn, None),
        }
    }
}

fn excluded(state: &MeasureState) -> Vec<api::ExcludedView> {
    let excluded = state.frozen.excluded.iter();
    excluded
        .map(|out| api::ExcludedView { code: out.code.clone(), why: out.why.to_string() })
        .collect()
}

/// The mandates in force that `wanted` selects by member and holder.
fn mandates(said: &Balloting, wanted: impl Fn(&Code, &Code) -> bool) -> Vec<api::MandateView> {
    let mandates = said.mandates.iter().filter(|(code, it)| wanted(code, &it.holder));
    mandates
        .map(|(code, mandate)| api::MandateView {
            code: code.clone(),
            holder: mandate.holder.clone(),
            text_hash: mandate.text_hash,
            leaf: mandate.leaf.0,
            used: mandate.is_used,
        })
        .collect()
}

fn reservations(said: &Balloting, wanted: impl Fn(&Code) -> bool) -> Vec<api::ReservationView> {
    let reservations = said.reservations.iter().filter(|((code, _), _)| wanted(code));
    reservations
        .map(|((code, sort), placed)| api::ReservationView {
            code: code.clone(),
            sort: sort.to_string(),
            reason: placed.reason.as_ref().map(Line::as_str).map(cut),
            digest: placed.digest,
            time: placed.time,
            leaf: placed.leaf.0,
        })
        .collect()
}

fn attestations(said: &Balloting) -> Vec<api::AttestationView> {
    let attestations = said.attestations.iter();
    attestations
        .map(|((code, attests), attested)| api::AttestationView {
            code: code.clone(),
            attests: attests.to_string(),
            reference: attested.reference.as_ref().map(Line::as_str).map(cut),
            time: attested.time,
            leaf: attested.leaf.0,
        })
        .collect()
}

fn former(said: &Balloting) -> Vec<api::FormerView> {
    let first = said.former.len().saturating_sub(FORMER_TOLD_MAX);
    let former = said.former[first..].iter();
    former
        .map(|text| api::FormerView {
            revision: text.revision,
            text_hash: text.text_hash,
            leaf: text.leaf.0,
            replaced: text.replaced,
            signed: text.signed.iter().map(|it| (it.code.clone(), it.position)).collect(),
            cast_by: text.signed.iter().filter_map(signed_for).collect(),
        })
        .collect()
}

/// The code of the party that signed a ballot, if it is not the party whose ballot it is.
fn by_another(of: &Code, by: &Code) -> Option<Code> {
    (by != of).then(|| by.clone())
}

/// The member whose ballot it was, and the member that signed it under a mandate.
fn signed_for(it: &FormerBallot) -> Option<(Code, Code)> {
    Some((it.code.clone(), by_another(&it.code, &it.by)?))
}

/// One party's ballots, mandates and reservations that have ended since its current ballot, or ever
/// if it has none; the newest ones.
fn past_of(party: &Code, said: &Balloting) -> Vec<api::PastView> {
    let since = said.ballot(party).map(|ballot| ballot.time);
    let concerns = |it: &&Past| {
        let by = match &it.stood {
            Stood::Ballot { by, .. } => by,
            Stood::Mandate { holder } => holder,
            Stood::Reservation { .. } => &it.code,
        };
        (it.code == *party || by == party) && since.is_none_or(|since| since <= it.time)
    };
    let newest = said.history.past.iter().rev().filter(concerns).take(PAST_TOLD_MAX);
    let mut told: Vec<_> = newest.map(past).collect();
    told.reverse();
    told
}

fn past(past: &Past) -> api::PastView {
    let (was, said, by) = match &past.stood {
        Stood::Ballot { position, by } => (PastKind::Ballot, position.to_string(), Some(by)),
        Stood::Mandate { holder } => (PastKind::Mandate, holder.to_string(), None),
        Stood::Reservation { sort } => (PastKind::Reservation, sort.to_string(), None),
    };
    let (ended, ended_leaf, ended_code, ended_revision) = match &past.ended {
        Ended::Ballot(leaf) => (PastCause::Ballot, Some(leaf.0), None, None),
        Ended::Freeze(code) => (PastCause::Freeze, None, Some(code.clone()), None),
        Ended::Departure(code) => (PastCause::Departure, None, Some(code.clone()), None),
        Ended::Revision(revision) => (PastCause::Revision, None, None, Some(*revision)),
    };
    api::PastView {
        code: past.code.clone(),
        was,
        said,
        by: by.filter(|by| **by != past.code).cloned(),
        leaf: past.leaf.0,
        time: past.time,
        ended,
        ended_leaf,
        ended_code,
        ended_revision,
    }
}

fn extension(it: &Extended) -> api::ExtensionView {
    api::ExtensionView {
        by: it.by.clone(),
        leaf: it.leaf.0,
        time: it.time,
        from: it.from,
        to: it.to,
    }
}
