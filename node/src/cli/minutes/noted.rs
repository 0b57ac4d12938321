//! What is noted of one act: what its text says, what became of it, who signed what.

use nemcon_client::api::{
    AttestationView, BallotView, ExcludedView, ExtensionView, FormerView, Measure, PastView,
    ReservationView,
};
use nemcon_client::client::Client;
use nemcon_client::statements;
use nemcon_crypto::Digest;
use nemcon_ledger::Time;
use nemcon_ledger::record::parts::Cited;
use nemcon_ledger::record::{Body, Measure as Said, Position, Record};
use nemcon_ledger::text::Code;
use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::measure::sentence;

/// What is noted of one act.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Minute {
    pub(super) number: u64,
    pub(super) revision: u32,
    pub(super) act: String,
    pub(super) kind: String,
    pub(super) rule: String,
    pub(super) source: Option<String>,
    pub(super) proposer: Code,
    pub(super) text_hash: Digest,
    pub(super) tabled: Time,
    /// Where the first text stands in the log.
    pub(super) tabled_leaf: u64,
    /// When the text that stands replaced another.
    pub(super) revised: Option<Time>,
    /// Where the text that stands is in the log.
    pub(super) leaf: u64,
    pub(super) says: Says,
    pub(super) closes: Time,
    pub(super) extensions: Vec<ExtensionView>,
    pub(super) status: String,
    /// The decision's or lapse's own reason, or the one that its proposer gave for withdrawing it.
    pub(super) reason: Option<String>,
    pub(super) ended: Option<Time>,
    /// Where the decision or lapse is in the log.
    pub(super) outcome_leaf: Option<u64>,
    /// From tabling to the end, in tenths of a day.
    pub(super) days: Option<String>,
    /// Whether every entitled member has sealed the outcome.
    #[serde(rename = "final")]
    pub(super) is_final: bool,
    pub(super) force: Option<String>,
    pub(super) signed: Vec<Signed>,
    pub(super) missing: Vec<Code>,
    pub(super) not_entitled: Vec<ExcludedView>,
    pub(super) reservations: Vec<ReservationView>,
    /// What stood and stands no more: void ballots, reservations that were lifted.
    pub(super) past: Vec<PastView>,
    pub(super) former: Vec<FormerView>,
    pub(super) attestations: Vec<AttestationView>,
    pub(super) package: Vec<u64>,
    /// What the charter asks for and the text does not state.
    pub(super) not_stated: Vec<String>,
}

/// What the act's text says.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Says {
    pub(super) category: Option<String>,
    pub(super) procedure: Option<&'static str>,
    pub(super) basis: Vec<String>,
    pub(super) initiative: Option<String>,
    pub(super) authorised_by: Option<u64>,
    pub(super) concerns: Option<Code>,
    pub(super) references: Vec<String>,
    pub(super) amends: Vec<String>,
    /// `renews measure 3`.
    pub(super) predecessor: Option<String>,
    pub(super) incidents: Vec<u64>,
    pub(super) summary: Vec<String>,
    pub(super) proportionality: Option<String>,
    /// `person 4`.
    pub(super) targets: Vec<String>,
    /// Each target as a commitment.
    pub(super) listed: Vec<String>,
    pub(super) applies: Vec<String>,
    pub(super) exceptions: Vec<String>,
    pub(super) documents: Vec<Bound>,
    /// What its adoption changes in the council itself.
    pub(super) changes: Option<String>,
    pub(super) opens: Option<Time>,
    pub(super) reviews: Option<Time>,
    pub(super) expires: Option<Time>,
}

/// A document that the act binds.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Bound {
    pub(super) name: String,
    pub(super) language: String,
    pub(super) length: u64,
    pub(super) digest: Digest,
}

/// Who signed what, and when.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Signed {
    pub(super) code: Code,
    pub(super) name: String,
    pub(super) position: Position,
    pub(super) time: Option<Time>,
    pub(super) record: Option<u64>,
    /// Who signed under a mandate.
    pub(super) by: Option<Code>,
    /// Whether a standing instruction signed.
    pub(super) tacit: bool,
    /// The digest of the formal declaration.
    pub(super) declaration: Option<Digest>,
}

impl Minute {
    /// What is to be noted of a measure, as a node tells of it.
    ///
    /// # Errors
    /// [`Failure`]; also if the text is not the one that the node names.
    pub(super) fn of(client: &Client, measure: Measure) -> Result<Self, Failure> {
        let (said, _) = statements::read(&measure)?;
        let reason = match measure.outcome_leaf {
            Some(leaf) => reason(client, leaf)?.or(measure.reason),
            None if measure.status == "withdrawn" => withdrawn(client, &measure)?,
            None => measure.reason,
        };
        Ok(Self {
            number: measure.number,
            revision: measure.revision,
            act: measure.title,
            kind: measure.kind,
            rule: measure.rule,
            source: measure.source,
            proposer: measure.by,
            text_hash: measure.text_hash,
            tabled: measure.tabled,
            tabled_leaf: measure.tabled_leaf,
            revised: measure.revised,
            leaf: measure.leaf,
            says: Says::of(&said),
            closes: measure.closes,
            extensions: measure.extensions,
            status: measure.status,
            reason,
            ended: measure.ended,
            outcome_leaf: measure.outcome_leaf,
            days: measure.ended.map(|ended| days(measure.tabled, ended)),
            is_final: measure.is_final,
            force: measure.force,
            signed: measure.ballots.into_iter().filter_map(Signed::of).collect(),
            missing: measure.missing,
            not_entitled: measure.excluded,
            reservations: measure.reservations,
            past: measure.past,
            former: measure.former,
            attestations: measure.attestations,
            package: measure.package.map(|package| package.measures).unwrap_or_default(),
            not_stated: measure.unstated,
        })
    }
}

impl Says {
    fn of(said: &Said) -> Self {
        let number = |cited: &Cited| cited.number;
        Self {
            category: said.category.as_ref().map(ToString::to_string),
            procedure: said.procedure.map(|_| "written"),
            basis: strings(&said.basis),
            initiative: said.initiative.as_ref().map(ToString::to_string),
            authorised_by: said.authorised_by.as_ref().map(number),
            concerns: said.concerns.clone(),
            references: strings(&said.references),
            amends: strings(&said.amends),
            predecessor: said
                .predecessor
                .as_ref()
                .map(|it| format!("{} measure {}", it.relation, it.cited.number)),
            incidents: said.incidents.iter().map(number).collect(),
            summary: strings(&said.summary),
            proportionality: said.proportionality.as_ref().map(ToString::to_string),
            targets: strings(&said.targets),
            listed: strings(&said.listed),
            applies: strings(&said.applies),
            exceptions: strings(&said.exceptions),
            documents: said
                .documents
                .iter()
                .map(|it| Bound {
                    name: it.name.to_string(),
                    language: it.language.to_string(),
                    length: it.length,
                    digest: it.digest,
                })
                .collect(),
            changes: sentence(&said.matter),
            opens: said.opens,
            reviews: said.reviews,
            expires: said.expires,
        }
    }
}

impl Signed {
    fn of(ballot: BallotView) -> Option<Self> {
        Some(Self {
            position: ballot.position?,
            code: ballot.code,
            name: ballot.name,
            time: ballot.time,
            record: ballot.leaf,
            by: ballot.cast_by,
            tacit: ballot.tacit,
            declaration: ballot.declaration,
        })
    }
}

fn strings<T: ToString>(list: &[T]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

/// What the derived record itself gives as the reason.
fn reason(client: &Client, leaf: u64) -> Result<Option<String>, Failure> {
    let record = client.records(leaf, 1)?.records.pop().unwrap_or_default();
    Ok(match Record::parse(record.as_bytes()) {
        Ok(Record::Decision(decision)) => Some(decision.reason.to_string()),
        Ok(Record::Lapse(lapse)) => Some(lapse.reason.to_string()),
        _ => None,
    })
}

/// The reason in the withdrawal, which is the last that its proposer said on the measure, or on another
/// one of its package.
fn withdrawn(client: &Client, measure: &Measure) -> Result<Option<String>, Failure> {
    let bound = measure.package.iter().flat_map(|package| &package.measures);
    let others = bound.filter(|number| **number != measure.number);
    let mut last: Vec<_> = measure.last.get(&measure.by).copied().into_iter().collect();
    for number in others {
        last.extend(client.measure(*number)?.last.get(&measure.by));
    }
    for text in last {
        let Some(leaf) = client.leaf_of(text)? else { continue };
        let record = client.records(leaf, 1)?.records.pop().unwrap_or_default();
        if let Ok(Record::Statement(statement)) = Record::parse(record.as_bytes())
            && let Body::Withdrawal(withdrawal) = statement.body
        {
            return Ok(withdrawal.reason.as_ref().map(ToString::to_string));
        }
    }
    Ok(None)
}

/// `14.2`: days with one decimal, cut.
fn days(from: Time, to: Time) -> String {
    let tenths = to.as_ms().saturating_sub(from.as_ms()) / (24 * 360_000);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_in_days_with_one_decimal() {
        let at = |text: &str| text.parse::<Time>().unwrap();
        let from = at("2026-11-01T00:00:00.000Z");
        assert_eq!(days(from, at("2026-11-15T06:00:00.000Z")), "14.2");
        assert_eq!(days(from, from), "0.0");
    }
}
