//! The replica's state as the HTTP interface tells it.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::Digest;
use nemcon_ledger::Height;
use nemcon_ledger::council::{
    AttributionState, IncidentState, MeasureState, Obstacle, Standing, Status, join,
};
use nemcon_ledger::record::statement::{Body, ChainKey};
use nemcon_ledger::text::{Code, Label, Line, Time};

use crate::api;
use crate::replica::{Boundary, Replica};
use crate::seats::Seats;

/// Reads the replica for people.
pub(super) struct View<'a> {
    pub(super) replica: &'a Replica,
    pub(super) now: Time,
    /// Connections that the mesh refused, by reason.
    pub(super) refused: BTreeMap<String, u64>,
}

impl View<'_> {
    pub(super) fn status(&self) -> api::Status {
        let chain = self.replica.chain();
        let council = chain.council();
        let (sealed_height, boundary) = self.replica.sealed_by_all();
        api::Status {
            council: council.digest(),
            name: council.genesis().charter.name.to_string(),
            member: self.replica.me().clone(),
            now: self.now,
            height: chain.height().0,
            block_time: (chain.height() > Height(0)).then(|| chain.time()),
            size: chain.size().0,
            root: chain.root(),
            sealed_size: boundary.map_or(0, |boundary| boundary.size.0),
            sealed_height: sealed_height.0,
            round: self.replica.round(),
            pending: self.pending(),
            members: self.members(),
            frozen_participants: self.frozen_participants(),
            needs_me: self.needs_me(),
            following: self.replica.is_following(),
            observing: self.replica.is_observing(),
            faults: self.replica.faults().clone(),
            refused: self.refused.clone(),
            conditions: Vec::new(),
            clock: None,
            awaits: None,
        }
    }

    fn pending(&self) -> Vec<api::PendingRecord> {
        let waiting = self.replica.waiting().into_iter();
        waiting
            .map(|statement| api::PendingRecord {
                text_hash: statement.text_hash,
                kind: statement.body.kind().to_owned(),
                by: statement.body.head().by.clone(),
                measure: statement.body.about().map(|about| about.measure),
            })
            .collect()
    }

    fn members(&self) -> Vec<api::MemberStatus> {
        let connected: BTreeSet<&Code> = self.replica.connected_members().collect();
        let sealed = self.replica.sealed_heights();
        let members = self.replica.chain().council().roster().members.iter();
        members
            .map(|member| api::MemberStatus {
                code: member.code.clone(),
                name: member.name.to_string(),
                connected: member.code == *self.replica.me() || connected.contains(&member.code),
                sealed_height: sealed.get(&member.code).map_or(0, |height| height.0),
                frozen: self.replica.chain().council().is_frozen(&member.code),
                faults: self.replica.faults_of(&member.code).cloned().unwrap_or_default(),
            })
            .collect()
    }

    fn frozen_participants(&self) -> Vec<Code> {
        let council = self.replica.chain().council();
        let codes = council.participants().iter().map(|party| &party.code);
        codes.filter(|code| council.is_frozen(code)).cloned().collect()
    }

    fn needs_me(&self) -> Vec<u64> {
        let me = self.replica.me();
        let measures = self.replica.chain().council().measures();
        measures
            .filter(|state| state.status == Status::Open && state.missing().contains(me))
            .map(|state| state.number)
            .collect()
    }

    pub(super) fn measures(&self) -> Vec<api::Measure> {
        self.replica.chain().council().measures().map(|state| self.measure(state)).collect()
    }

    pub(super) fn measure_of(&self, number: u64) -> Option<api::Measure> {
        self.replica.chain().council().measure(number).map(|state| self.measure(state))
    }

    pub(super) fn seats(&self) -> Seats {
        Seats::of(self.replica.chain(), |chain| self.replica.last_statement(chain))
    }

    pub(super) fn incidents(&self) -> Vec<api::Incident> {
        self.replica.chain().council().incidents().map(|state| self.incident(state)).collect()
    }

    pub(super) fn incident_of(&self, number: u64) -> Option<api::Incident> {
        self.replica.chain().council().incident(number).map(|state| self.incident(state))
    }

    fn measure(&self, state: &MeasureState) -> api::Measure {
        let measure = &state.measure;
        let charter = &self.replica.chain().council().genesis().charter;
        let (status, reason) = status_of(state, self.replica);
        let outcome_leaf = match state.status {
            Status::Adopted { decision } | Status::NotAdopted { decision } => Some(decision.0),
            Status::Lapsed { lapse } => Some(lapse.0),
            Status::Open | Status::Withdrawn => None,
        };
        let unstated = measure.unstated(charter);
        api::Measure {
            number: state.number,
            revision: state.revision,
            text_hash: state.text_hash,
            leaf: state.leaf.0,
            title: measure.title.to_string(),
            kind: measure.kind.to_string(),
            rule: measure.rule.to_string(),
            by: measure.head.by.clone(),
            tabled: state.tabled,
            opens: measure.opens,
            closes: state.closes,
            status,
            force: state.force(self.now, charter.reminder_days).map(|force| force.to_string()),
            reason,
            ended: state.ended,
            outcome_leaf,
            is_final: outcome_leaf.is_some_and(|leaf| self.is_final(leaf, state)),
            ballots: self.ballots(state),
            missing: state.missing(),
            members: state.frozen.members,
            total_weight: state.frozen.total_weight,
            excluded: excluded(state),
            mandates: mandates(state),
            reservations: reservations(state),
            attestations: attestations(state),
            package: self.package(state),
            former: former(state),
            unstated: unstated.into_iter().map(Label::to_string).collect(),
            source: charter.source(measure.rule.as_str()).map(Line::to_string),
            text: state.body().render(),
            last: self.last_statements(|code| ChainKey::Measure(state.number, code)),
        }
    }

    fn package(&self, state: &MeasureState) -> Option<api::PackageView> {
        let package = self.replica.chain().council().package_of(state)?;
        Some(api::PackageView {
            text_hash: state.package?,
            text: Body::Package(package.clone()).render(),
            measures: package.measures.iter().map(|cited| cited.number).collect(),
        })
    }

    fn incident(&self, state: &IncidentState) -> api::Incident {
        let answers = |measure: &&MeasureState| {
            measure.measure.incidents.iter().any(|cited| cited.number == state.number)
        };
        let measures = self.replica.chain().council().measures().filter(answers);
        api::Incident {
            number: state.number,
            text_hash: state.text_hash,
            leaf: state.leaf.0,
            title: state.incident.title.to_string(),
            by: state.incident.head.by.clone(),
            reported: state.reported,
            text: Body::Incident(state.incident.clone()).render(),
            attributions: state.attributions.values().map(attribution).collect(),
            measures: measures.map(|measure| measure.number).collect(),
            last: self.last_statements(|code| ChainKey::Incident(state.number, code)),
        }
    }

    /// Whether every entitled member that is still in the roster has sealed the log above `leaf`.
    fn is_final(&self, leaf: u64, state: &MeasureState) -> bool {
        let is_below = |boundary: Option<Boundary>| boundary.is_some_and(|it| leaf < it.size.0);
        // What all have sealed needs no further look.
        is_below(self.replica.sealed_by_all().1) || {
            let entitled = state.frozen.entitled.iter().map(|entitled| &entitled.code).collect();
            is_below(self.replica.sealed_by(&entitled))
        }
    }

    fn ballots(&self, state: &MeasureState) -> Vec<api::BallotView> {
        let waiting: BTreeSet<&Code> = self
            .replica
            .waiting()
            .into_iter()
            .filter_map(|statement| match &statement.body {
                Body::Ballot(ballot) if ballot.about.measure == state.number => {
                    Some(&ballot.on_behalf)
                }
                _ => None,
            })
            .collect();
        let entitled = state.frozen.entitled.iter();
        entitled
            .map(|entitled| {
                let code = &entitled.code;
                let member = self.replica.chain().rosters().member(code);
                let ballot = state.ballot(code);
                api::BallotView {
                    code: code.clone(),
                    name: member.map_or_else(String::new, |member| member.name.to_string()),
                    weight: entitled.weight,
                    position: ballot.map(|ballot| ballot.position),
                    cast_by: ballot.map(|ballot| &ballot.by).filter(|by| *by != code).cloned(),
                    tacit: ballot.is_some_and(|ballot| ballot.is_tacit),
                    time: ballot.map(|ballot| ballot.time),
                    leaf: ballot.map(|ballot| ballot.leaf.0),
                    pending: waiting.contains(code),
                }
            })
            .collect()
    }

    /// The last statement of each party in the chain that `of` names.
    fn last_statements(&self, of: impl Fn(Code) -> ChainKey) -> BTreeMap<Code, Digest> {
        let chain = self.replica.chain();
        let members = chain.rosters().all().flat_map(|roster| &roster.members);
        let others = chain.council().participants().iter().map(|party| &party.code);
        let codes: BTreeSet<&Code> = members.map(|member| &member.code).chain(others).collect();
        codes
            .into_iter()
            .filter_map(|code| {
                Some((code.clone(), self.replica.last_statement(&of(code.clone()))?))
            })
            .collect()
    }
}

fn excluded(state: &MeasureState) -> Vec<api::ExcludedView> {
    let excluded = state.frozen.excluded.iter();
    excluded
        .map(|out| api::ExcludedView { code: out.code.clone(), why: out.why.to_string() })
        .collect()
}

fn mandates(state: &MeasureState) -> Vec<api::MandateView> {
    let mandates = state.mandates.iter();
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

fn reservations(state: &MeasureState) -> Vec<api::ReservationView> {
    let reservations = state.reservations.iter();
    reservations
        .map(|((code, sort), placed)| api::ReservationView {
            code: code.clone(),
            sort: sort.to_string(),
            reason: placed.reason.as_ref().map(Line::to_string),
            digest: placed.digest,
            time: placed.time,
            leaf: placed.leaf.0,
        })
        .collect()
}

fn attestations(state: &MeasureState) -> Vec<api::AttestationView> {
    let attestations = state.attestations.iter();
    attestations
        .map(|((code, attests), attested)| api::AttestationView {
            code: code.clone(),
            attests: attests.to_string(),
            reference: attested.reference.as_ref().map(Line::to_string),
            time: attested.time,
            leaf: attested.leaf.0,
        })
        .collect()
}

fn former(state: &MeasureState) -> Vec<api::FormerView> {
    let former = state.former.iter();
    former
        .map(|text| api::FormerView {
            revision: text.revision,
            text_hash: text.text_hash,
            leaf: text.leaf.0,
            replaced: text.replaced,
            signed: text.signed.iter().cloned().collect(),
        })
        .collect()
}

fn attribution(state: &AttributionState) -> api::AttributionView {
    let said = &state.attribution;
    api::AttributionView {
        code: said.head.by.clone(),
        finding: said.finding.to_string(),
        who: said.who.as_ref().map(Line::to_string),
        digest: said.digest,
        confidence: said.confidence.to_string(),
        manner: said.manner.to_string(),
        public: said.is_public,
        time: state.time,
        leaf: state.leaf.0,
    }
}

/// A measure's status and why: an open one that is blocked says so.
fn status_of(state: &MeasureState, replica: &Replica) -> (String, Option<String>) {
    let weight_of = &replica.chain().council().genesis().charter.weight.of;
    let tally = state.tally();
    match (state.status, state.standing()) {
        (Status::Open, Standing::Blocked(obstacle)) => {
            let why = match obstacle {
                Obstacle::Against(codes) => format!("against: {}", join(&codes)),
                Obstacle::Qualified | Obstacle::NobodyInFavour => {
                    tally.reason(&state.frozen, weight_of).to_string()
                }
            };
            ("blocked".to_owned(), Some(why))
        }
        (Status::Adopted { .. } | Status::NotAdopted { .. }, _) => {
            let why = tally.reason(&state.frozen, weight_of).to_string();
            (state.status.to_string(), Some(why))
        }
        (Status::Lapsed { .. }, _) => {
            let missing = format!("missing: {}", join(&state.missing()));
            (state.status.to_string(), Some(missing))
        }
        _ => (state.status.to_string(), None),
    }
}
