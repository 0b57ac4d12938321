//! What is noted of one act: what its text says, what became of it, who signed what.

use crate::api::MeasureStatus;

use nemcon_crypto::Digest;
use nemcon_ledger::Time;
use nemcon_ledger::council::Force;
use nemcon_ledger::record::parts::Cited;
use nemcon_ledger::record::{Body, Measure as MeasureText, Position, Record};
use nemcon_ledger::text::Code;

use crate::api::{
    AttestationView, BallotView, ExcludedView, ExtensionView, FormerView, Measure, PastView,
    ReservationView,
};
use crate::client::Client;
use crate::statements;
use serde::Serialize;

use crate::failure::Failure;
use crate::words::sentence;

/// What is noted of one act.
#[derive(Clone, Debug, Serialize)]
pub struct Minute {
    /// The measure's number.
    pub number: u64,
    /// The revision of the text that stands.
    pub revision: u32,
    /// The act's title.
    pub act: String,
    /// Its kind, as the charter names it.
    pub kind: String,
    /// The rule by which it is decided.
    pub rule: String,
    /// Where that rule comes from.
    pub source: Option<String>,
    /// Who tabled it.
    pub proposer: Code,
    /// The hash of the text that stands.
    pub text_hash: Digest,
    /// When it was tabled.
    pub tabled: Time,
    /// Where the first text stands in the log.
    pub tabled_leaf: u64,
    /// When the text that stands replaced another.
    pub revised: Option<Time>,
    /// Where the text that stands is in the log.
    pub leaf: u64,
    /// What its text says.
    pub says: Says,
    /// When balloting ends.
    pub closes: Time,
    /// How the deadline was put off.
    pub extensions: Vec<ExtensionView>,
    /// Where it stands.
    pub status: MeasureStatus,
    /// The decision's or lapse's own reason, or the one that its proposer gave for withdrawing it.
    pub reason: Option<String>,
    /// When it ended.
    pub ended: Option<Time>,
    /// Where the decision or lapse is in the log.
    pub outcome_leaf: Option<u64>,
    /// From tabling to the end, in tenths of a day.
    pub days: Option<String>,
    /// Whether every entitled member has sealed the outcome.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// Whether it is in force, once adopted.
    #[serde(serialize_with = "crate::api::force_in_words")]
    pub force: Option<Force>,
    /// Who signed what.
    pub signed: Vec<Signed>,
    /// Whose ballots are missing.
    pub missing: Vec<Code>,
    /// Who has no ballot on it, and why.
    pub not_entitled: Vec<ExcludedView>,
    /// The reservations that stand.
    pub reservations: Vec<ReservationView>,
    /// What stood and stands no more: void ballots, reservations that were lifted.
    pub past: Vec<PastView>,
    /// The texts before, with what was signed on them.
    pub former: Vec<FormerView>,
    /// What was attested of it.
    pub attestations: Vec<AttestationView>,
    /// The measures that it is bound to.
    pub package: Vec<u64>,
    /// What the charter asks for and the text does not state.
    pub not_stated: Vec<String>,
}

/// What the act's text says.
#[derive(Clone, Debug, Serialize)]
pub struct Says {
    /// Its category.
    pub category: Option<String>,
    /// `written`, where it is a written procedure.
    pub procedure: Option<&'static str>,
    /// Its legal bases.
    pub basis: Vec<String>,
    /// Whose initiative it is.
    pub initiative: Option<String>,
    /// The measure that authorises it.
    pub authorised_by: Option<u64>,
    /// The member that it concerns.
    pub concerns: Option<Code>,
    /// The documents that it refers to.
    pub references: Vec<String>,
    /// The acts that it amends.
    pub amends: Vec<String>,
    /// `renews measure 3`.
    pub predecessor: Option<String>,
    /// The incidents that it answers.
    pub incidents: Vec<u64>,
    /// Its summary, in paragraphs.
    pub summary: Vec<String>,
    /// Why it is proportionate.
    pub proportionality: Option<String>,
    /// `person 4`.
    pub targets: Vec<String>,
    /// Each target as a commitment.
    pub listed: Vec<String>,
    /// From when, or where, it applies.
    pub applies: Vec<String>,
    /// Its exceptions.
    pub exceptions: Vec<String>,
    /// The documents that it binds.
    pub documents: Vec<Bound>,
    /// What its adoption changes in the council itself.
    pub changes: Option<String>,
    /// When balloting opens.
    pub opens: Option<Time>,
    /// When it is reviewed.
    pub reviews: Option<Time>,
    /// When it expires.
    pub expires: Option<Time>,
}

/// A document that the act binds.
#[derive(Clone, Debug, Serialize)]
pub struct Bound {
    /// The name.
    pub name: String,
    /// The language of the document.
    pub language: String,
    /// Its length in bytes.
    pub length: u64,
    /// Its SHA-256.
    pub digest: Digest,
}

/// Who signed what, and when.
#[derive(Clone, Debug, Serialize)]
pub struct Signed {
    /// The member's code.
    pub code: Code,
    /// The name.
    pub name: String,
    /// What it signed.
    pub position: Position,
    /// When it was ordered.
    pub time: Option<Time>,
    /// Where it stands in the log.
    pub record: Option<u64>,
    /// Who signed under a mandate.
    pub by: Option<Code>,
    /// Whether a standing instruction signed.
    pub tacit: bool,
    /// The digest of the formal declaration.
    pub declaration: Option<Digest>,
}

impl Minute {
    /// What is to be noted of a measure, as a node tells of it.
    ///
    /// # Errors
    /// [`Failure`]; also if the text is not the one that the node names.
    pub fn of(client: &Client, measure: Measure) -> Result<Self, Failure> {
        let (said, _) = statements::read(&measure)?;
        let reason = match measure.outcome_leaf {
            Some(leaf) => reason(client, leaf)?.or(measure.reason),
            None if measure.status == MeasureStatus::Withdrawn => withdrawn(client, &measure)?,
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
    fn of(said: &MeasureText) -> Self {
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
