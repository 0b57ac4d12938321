//! Compares what a node tells of measures and incidents with the log that was replayed here.
//!
//! What it guarantees: whatever is shown as checked is what the signed records make of it. What it does not: what
//! waits to be ordered stands in no record, and is shown as the node's word.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_client::api::{
    AttestationView, BallotView, Incident, Measure, MeasureStatus, RemarkView, ReservationView,
};
use nemcon_ledger::council::{Balloting, IncidentState, MeasureState, Standing, Status};
use nemcon_ledger::record::{Body, RemarkText, Statement};
use nemcon_ledger::text::{Code, Line};

use crate::own_copy::OwnCopy;

/// What came of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// What the node tells is what the records say.
    Checked,
    /// Records are still being replayed: so many of so many.
    Behind(u64, u64),
    /// The node's log breaks the law, or contradicts itself.
    BrokenLog,
    /// The node tells something else than its own records.
    Contradicts(Vec<Difference>),
}

/// Something that a node tells otherwise than its records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// What it is about: `ballot of BE`.
    pub(crate) what: String,
    /// What the node tells.
    pub(crate) told: String,
    /// What the records say.
    pub(crate) recorded: String,
}

/// Collects differences.
#[derive(Default)]
struct Compared(Vec<Difference>);

impl Compared {
    fn same<T: PartialEq + core::fmt::Debug>(
        &mut self,
        what: impl Into<String>,
        told: &T,
        ours: &T,
    ) {
        if told != ours {
            let (told, recorded) = (format!("{told:?}"), format!("{ours:?}"));
            self.0.push(Difference { what: what.into(), told, recorded });
        }
    }
}

impl Verdict {
    /// Whether what was compared may be shown as checked.
    pub(crate) const fn is_checked(&self) -> bool {
        matches!(self, Self::Checked)
    }

    fn of(copy: &OwnCopy, compared: Compared) -> Self {
        if copy.fault().is_some() {
            Self::BrokenLog
        } else if !copy.is_level() {
            Self::Behind(copy.size(), copy.told())
        } else if compared.0.is_empty() {
            Self::Checked
        } else {
            Self::Contradicts(compared.0)
        }
    }
}

/// Compares a measure with its ballots.
pub(crate) fn measure(copy: &OwnCopy, told: &Measure) -> Verdict {
    let mut compared = Compared::default();
    match copy.council().measure(told.number) {
        None => compared.same("measure", &told.number.to_string(), &"no such record".to_owned()),
        Some(state) => {
            heads(&mut compared, told, state);
            said_in_records(&mut compared, copy, told);
            if let Some(said) = copy.said(state) {
                ballots(&mut compared, told, state, said);
                around(&mut compared, told, said, copy.later(told.number));
            }
            let is_final = state.outcome_leaf().is_some_and(|leaf| copy.is_sealed(leaf.0));
            // The node may know of newer seals than were verified here, and never of fewer.
            if is_final && !told.is_final {
                compared.same("final", &false, &true);
            }
        }
    }
    Verdict::of(copy, compared)
}

/// Whether the seals that make a decision final were verified here.
pub(crate) fn is_final(copy: &OwnCopy, told: &Measure) -> bool {
    told.outcome_leaf.is_some_and(|leaf| copy.is_sealed(leaf))
}

fn heads(compared: &mut Compared, told: &Measure, state: &MeasureState) {
    compared.same("text hash", &told.text_hash, &state.text_hash);
    compared.same("revision", &told.revision, &state.revision);
    compared.same("record", &told.leaf, &state.leaf.0);
    compared.same("title", &told.title.as_str(), &state.terms.title.as_str());
    compared.same("kind", &told.kind.as_str(), &state.terms.kind.as_str());
    compared.same("rule", &told.rule.as_str(), &state.terms.rule.as_str());
    compared.same("proposer", &told.by, &state.terms.by);
    compared.same("opening", &told.opens, &state.terms.opens);
    compared.same("deadline", &told.closes, &state.closes);
    compared.same("end", &told.ended, &state.ended);
    compared.same("outcome", &told.status, &status(state));
    let leaf = state.outcome_leaf().map(|leaf| leaf.0);
    compared.same("record of the outcome", &told.outcome_leaf, &leaf);
    compared.same("missing", &told.missing, &state.missing());
    compared.same("members", &told.members, &state.frozen.members);
    compared.same("weight", &told.total_weight, &state.frozen.total_weight);
    let package = told.package.as_ref().map(|package| package.text_hash);
    compared.same("package", &package, &state.package);
    let out = |list: Vec<(Code, String)>| list;
    let told_out = told.excluded.iter().map(|it| (it.code.clone(), it.why.clone())).collect();
    let ours = state.frozen.excluded.iter().map(|it| (it.code.clone(), it.why.to_string()));
    compared.same("not entitled", &out(told_out), &out(ours.collect()));
}

/// The status in the node's word, as the law makes it of the ballots.
fn status(state: &MeasureState) -> MeasureStatus {
    match (state.status, state.standing()) {
        (Status::Open, Standing::Blocked(_)) => MeasureStatus::Blocked,
        (Status::Open, _) => MeasureStatus::Open,
        (Status::Adopted { .. }, _) => MeasureStatus::Adopted,
        (Status::NotAdopted { .. }, _) => MeasureStatus::NotAdopted,
        (Status::Lapsed { .. }, _) => MeasureStatus::Lapsed,
        (Status::Withdrawn, _) => MeasureStatus::Withdrawn,
    }
}

fn ballots(compared: &mut Compared, told: &Measure, state: &MeasureState, said: &Balloting) {
    let codes: Vec<&Code> = told.ballots.iter().map(|ballot| &ballot.code).collect();
    let ours: Vec<&Code> = state.frozen.entitled.iter().map(|it| &it.code).collect();
    compared.same("entitled", &codes, &ours);
    let weights: BTreeMap<&Code, u64> =
        state.frozen.entitled.iter().map(|it| (&it.code, it.weight)).collect();
    for it in &told.ballots {
        compared.same(
            format!("weight of {}", it.code),
            &Some(it.weight),
            &weights.get(&it.code).copied(),
        );
        let ours = said.ballot(&it.code).map(|ballot| BallotView {
            code: it.code.clone(),
            name: it.name.clone(),
            weight: it.weight,
            position: Some(ballot.position),
            cast_by: (ballot.by != it.code).then(|| ballot.by.clone()),
            tacit: ballot.is_tacit,
            declaration: ballot.declaration,
            time: Some(ballot.time),
            leaf: Some(ballot.leaf.0),
            pending: it.pending,
        });
        let key = |ballot: &BallotView| {
            let by = ballot.cast_by.clone();
            (ballot.position, by, ballot.tacit, ballot.declaration, ballot.time, ballot.leaf)
        };
        let empty = (None, None, false, None, None, None);
        compared.same(
            format!("ballot of {}", it.code),
            &key(it),
            &ours.as_ref().map_or(empty, key),
        );
    }
}

/// Compares what the node tells of remarks, attestations and reservations with the records that it names.
fn said_in_records(compared: &mut Compared, copy: &OwnCopy, told: &Measure) {
    let body = |leaf: u64| {
        let record = copy.record(leaf)?;
        Some(Statement::parse(record.as_bytes()).ok()?.body)
    };
    let remarks = told.remarks.iter();
    let remarks =
        remarks.map(|it| (format!("remark of {}", it.code), is_remark(it, body(it.leaf))));
    let attested = told.attestations.iter();
    let attested = attested
        .map(|it| (format!("attestation of {}", it.code), is_attestation(it, body(it.leaf))));
    let reserved = told.reservations.iter();
    let reserved = reserved
        .map(|it| (format!("reservation of {}", it.code), is_reservation(it, body(it.leaf))));
    for (what, is_said) in remarks.chain(attested).chain(reserved) {
        if !is_said {
            let (told, recorded) = ("something else".to_owned(), "as its record says".to_owned());
            compared.0.push(Difference { what, told, recorded });
        }
    }
}

fn is_remark(told: &RemarkView, body: Option<Body>) -> bool {
    let Some(Body::Remark(it)) = body else { return false };
    let is_text = match &it.text {
        RemarkText::Digest(digest) => told.digest == Some(*digest) && told.text.is_empty(),
        // A node tells the first characters of a long text, and of many remarks none.
        RemarkText::Lines(lines) => {
            let (told, whole) = (told.text.join("\n"), lines.iter().map(Line::as_str));
            let whole = whole.collect::<Vec<_>>().join("\n");
            told.is_empty() || told == whole || whole.starts_with(told.trim_end_matches('…'))
        }
    };
    let is_of = it.said.head.by == told.code && it.sort.as_str() == told.sort;
    is_text && is_of && it.is_public == told.public
}

fn is_attestation(told: &AttestationView, body: Option<Body>) -> bool {
    let Some(Body::Attestation(it)) = body else { return false };
    it.said.head.by == told.code
        && it.attests.as_str() == told.attests
        && it.reference.as_ref().map(Line::as_str) == told.reference.as_deref()
}

fn is_reservation(told: &ReservationView, body: Option<Body>) -> bool {
    let Some(Body::Reservation(it)) = body else { return false };
    it.said.head.by == told.code
        && it.sort.as_str() == told.sort
        && it.digest == told.digest
        && it.reason.as_ref().map(Line::as_str) == told.reason.as_deref()
}

fn around(compared: &mut Compared, told: &Measure, said: &Balloting, later: &[u64]) {
    let mandates: Vec<_> = told
        .mandates
        .iter()
        .map(|it| (it.code.clone(), it.holder.clone(), it.leaf, it.used))
        .collect();
    let ours = said.mandates.iter();
    let ours = ours.map(|(code, it)| (code.clone(), it.holder.clone(), it.leaf.0, it.is_used));
    compared.same("mandates", &mandates, &ours.collect());
    let key = |code: &Code, sort: &str, leaf: u64| (code.clone(), sort.to_owned(), leaf);
    let reservations: Vec<_> =
        told.reservations.iter().map(|it| key(&it.code, &it.sort, it.leaf)).collect();
    let ours = said.reservations.iter();
    let ours = ours.map(|((code, sort), it)| key(code, sort.as_str(), it.leaf.0)).collect();
    compared.same("reservations", &reservations, &ours);
    // Both may follow the end of a measure, so their places are compared and not what they say.
    let attested = told.attestations.iter().map(|it| it.leaf);
    let told: BTreeSet<u64> = attested.chain(told.remarks.iter().map(|it| it.leaf)).collect();
    let attested = said.attestations.values().map(|it| it.leaf.0);
    let ours = attested.chain(said.remarks.iter().map(|it| it.leaf.0)).chain(later.iter().copied());
    compared.same("attestations and remarks", &told, &ours.collect());
}

/// Compares an incident with its attributions.
pub(crate) fn incident(copy: &OwnCopy, told: &Incident) -> Verdict {
    let mut compared = Compared::default();
    match copy.council().incident(told.number) {
        None => compared.same("incident", &told.number.to_string(), &"no such record".to_owned()),
        Some(state) => attributions(&mut compared, told, state),
    }
    Verdict::of(copy, compared)
}

fn attributions(compared: &mut Compared, told: &Incident, state: &IncidentState) {
    compared.same("text hash", &told.text_hash, &state.text_hash);
    compared.same("record", &told.leaf, &state.leaf.0);
    compared.same("reporter", &told.by, &state.by);
    let key = |code: &Code, finding: &str, confidence: &str, leaf: u64| {
        (code.clone(), finding.to_owned(), confidence.to_owned(), leaf)
    };
    let said = told.attributions.iter();
    let said: Vec<_> = said.map(|it| key(&it.code, &it.finding, &it.confidence, it.leaf)).collect();
    let ours = state.attributions.iter().map(|(code, it)| {
        let said = &it.attribution;
        key(code, said.finding.as_str(), said.confidence.as_str(), it.leaf.0)
    });
    let mut ours: Vec<_> = ours.collect();
    let mut said = said;
    said.sort();
    ours.sort();
    compared.same("attributions", &said, &ours);
}
