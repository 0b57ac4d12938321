//! The content of the minutes of one act: what its text says, how it ended, who signed what.

use nemcon_crypto::Digest;
use nemcon_ledger::Time;
use nemcon_ledger::council::Force;
use nemcon_ledger::record::measure_fields::Cited;
use nemcon_ledger::record::{Body, Measure as MeasureText, Position, Record};
use nemcon_ledger::text::{Code, Line};

use super::remarks::whole;
use crate::api::{
    AttestationView, BallotView, ExcludedView, ExtensionView, FormerView, Measure, MeasureStatus,
    PastView, RemarkView, ReservationView,
};
use crate::calendar::Event;
use crate::client::Client;
use crate::publication::{PublicPart, marking_of_all};
use crate::statements;
use serde::Serialize;

use crate::failure::Failure;
use crate::words::{rests_on, sentence};

/// The minutes of one act.
#[derive(Clone, Debug, Serialize)]
pub struct Minute {
    /// The measure's number.
    pub number: u64,
    /// The revision of the current text.
    pub revision: u32,
    /// How the minutes are marked, if only members may see all that stands in them.
    pub marking: Option<String>,
    /// Whether what was said on the measure is left out, because it is not public.
    pub withholds_votes: bool,
    /// The measure's title.
    pub act: String,
    /// The measure's kind, as the charter names it.
    pub kind: String,
    /// The rule by which the measure is decided.
    pub rule: String,
    /// The source of that rule, as the charter names it.
    pub source: Option<String>,
    /// The code of the party that tabled the measure.
    pub proposer: Code,
    /// The hash of the current text.
    pub text_hash: Digest,
    /// The time at which the measure was tabled.
    pub tabled: Time,
    /// The leaf index of the first text in the log.
    pub tabled_leaf: u64,
    /// The time at which the current text replaced another one.
    pub revised: Option<Time>,
    /// The leaf index of the current text in the log.
    pub leaf: u64,
    /// What the current text says.
    pub says: Says,
    /// The time at which balloting ends.
    pub closes: Time,
    /// The extensions of the deadline.
    pub extensions: Vec<ExtensionView>,
    /// The measure's status.
    pub status: MeasureStatus,
    /// The reason in the decision or lapse, or the one that the proposer gave for a withdrawal.
    pub reason: Option<String>,
    /// The time at which the measure ended.
    pub ended: Option<Time>,
    /// The leaf index of the decision or lapse.
    pub outcome_leaf: Option<u64>,
    /// The days from tabling to the end, with one decimal.
    pub days: Option<String>,
    /// Whether every entitled member has sealed the outcome.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// Whether an adopted measure is in force, in words.
    #[serde(serialize_with = "crate::api::force_in_words")]
    pub force: Option<Force>,
    /// The ballots.
    pub signed: Vec<SignedBallot>,
    /// The codes of the entitled members without a ballot.
    pub missing: Vec<Code>,
    /// The members that are not entitled to a ballot, each with the reason.
    pub not_entitled: Vec<ExcludedView>,
    /// The reservations that have not been lifted.
    pub reservations: Vec<ReservationView>,
    /// The ballots, mandates and reservations that have ended.
    pub past: Vec<PastView>,
    /// The former texts, with the ballots on them.
    pub former: Vec<FormerView>,
    /// The attestations of participants.
    pub attestations: Vec<AttestationView>,
    /// The statements that parties have made on the current text, whole.
    pub remarks: Vec<RemarkView>,
    /// The zone of the council's clocks, by which deadlines are shown beside UTC.
    #[serde(skip)]
    pub zone: Option<Line>,
    /// The numbers of the measures in the same package.
    pub package: Vec<u64>,
    /// The fields that the charter asks for and that the text does not state.
    pub not_stated: Vec<String>,
    /// The measure's dates to come, the nearest first.
    pub ahead: Vec<Event>,
}

/// What the act's text says.
#[derive(Clone, Debug, Serialize)]
pub struct Says {
    /// The measure's category.
    pub category: Option<String>,
    /// The procedure by which the measure is decided.
    pub procedure: Option<String>,
    /// The legal bases.
    pub basis: Vec<String>,
    /// On whose initiative the measure was tabled.
    pub initiative: Option<String>,
    /// The number of the measure that authorises a reduced entitled set.
    pub authorised_by: Option<u64>,
    /// The code of the member that the measure concerns.
    pub concerns: Option<Code>,
    /// The documents that the measure refers to.
    pub references: Vec<String>,
    /// The acts that go with the measure.
    pub companions: Vec<String>,
    /// The bodies that prepared the measure, with the days.
    pub prepared: Vec<String>,
    /// As which item the measure came on the agenda.
    pub item: Option<String>,
    /// The acts that the measure amends.
    pub amends: Vec<String>,
    /// The predecessor, in words: `renews measure 3`.
    pub predecessor: Option<String>,
    /// The numbers of the incidents that the measure answers.
    pub incidents: Vec<u64>,
    /// The decisions of other councils that the measure rests on, in words; nobody verifies them here.
    pub rests_on: Vec<String>,
    /// The summary, in paragraphs.
    pub summary: Vec<String>,
    /// Why the measure is proportionate.
    pub proportionality: Option<String>,
    /// The number of targets of each sort: `person 4`.
    pub targets: Vec<String>,
    /// The single targets, each as commitments.
    pub listed: Vec<String>,
    /// What applies to the targets.
    pub applies: Vec<String>,
    /// The exceptions from the measure.
    pub exceptions: Vec<String>,
    /// The documents that the measure binds.
    pub documents: Vec<Bound>,
    /// What adoption changes in the council itself, in a sentence.
    pub changes: Option<String>,
    /// The time at which balloting opens.
    pub opens: Option<Time>,
    /// When the decision enters into force, if not when it is adopted.
    pub enters: Option<Time>,
    /// The time at which the decision is reviewed.
    pub reviews: Option<Time>,
    /// The time at which the decision expires.
    pub expires: Option<Time>,
}

/// A document that the act binds.
#[derive(Clone, Debug, Serialize)]
pub struct Bound {
    /// The document's name.
    pub name: String,
    /// The document's language.
    pub language: String,
    /// The document's length in bytes.
    pub length: u64,
    /// The document's SHA-256.
    pub digest: Digest,
}

/// An entitled member and the ballot that it signed, if any.
#[derive(Clone, Debug, Serialize)]
pub struct SignedBallot {
    /// The member's code.
    pub code: Code,
    /// The member's name.
    pub name: String,
    /// The ballot's position.
    pub position: Position,
    /// The time of the block that ordered the ballot.
    pub time: Option<Time>,
    /// The leaf index of the ballot in the log.
    pub record: Option<u64>,
    /// The code of the member that signed the ballot under a mandate.
    pub by: Option<Code>,
    /// Whether the ballot was signed by a standing instruction.
    pub tacit: bool,
    /// The digest of the formal declaration.
    pub declaration: Option<Digest>,
}

impl Minute {
    /// The minutes of a measure as the node shows it.
    ///
    /// # Errors
    /// [`Failure`], also if the text has not the hash that the node names.
    pub fn of(client: &Client, measure: Measure) -> Result<Self, Failure> {
        let (said, _) = statements::read(&measure)?;
        let marking = marking_of_all(&measure);
        let reason = match measure.outcome_leaf {
            Some(leaf) => reason(client, leaf)?.or(measure.reason),
            None if measure.status == MeasureStatus::Withdrawn => withdrawn(client, &measure)?,
            None => measure.reason,
        };
        Ok(Self {
            number: measure.number,
            revision: measure.revision,
            marking,
            withholds_votes: false,
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
            signed: measure.ballots.into_iter().filter_map(SignedBallot::of).collect(),
            missing: measure.missing,
            not_entitled: measure.excluded,
            reservations: measure.reservations,
            past: measure.past,
            former: measure.former,
            attestations: measure.attestations,
            remarks: whole(client, measure.remarks)?,
            zone: None,
            package: measure.package.map(|package| package.measures).unwrap_or_default(),
            not_stated: measure.unstated,
            ahead: Vec::new(),
        })
    }

    /// Notes which of a council's dates to come are the measure's.
    pub fn look_ahead(&mut self, events: &[Event]) {
        let own = events.iter().filter(|event| event.measure == self.number);
        self.ahead = own.cloned().collect();
    }
}

impl Minute {
    /// The minutes without what is not public; none if the act is not.
    #[must_use]
    pub fn public(mut self, part: PublicPart) -> Option<Self> {
        match part {
            PublicPart::Nothing => return None,
            PublicPart::Votes => {}
            PublicPart::Act => {
                self.withholds_votes = true;
                self.reason = None;
                self.signed.clear();
                self.missing.clear();
                self.reservations.clear();
                self.extensions.clear();
                self.ahead.clear();
            }
        }
        // What was replaced or taken back is never released.
        self.past.clear();
        self.former.clear();
        self.remarks.retain(|it| it.public);
        self.marking = None;
        Some(self)
    }

    /// The members that have abstained with a formal declaration from what was adopted, and so are not
    /// obliged to apply it [TEU 31(1)].
    pub fn not_obliged(&self) -> Vec<Code> {
        let is_adopted = self.status == MeasureStatus::Adopted;
        let declared = self.signed.iter().filter(|it| it.position == Position::AbstainQualified);
        declared.filter(|_| is_adopted).map(|it| it.code.clone()).collect()
    }
}

impl Says {
    fn of(said: &MeasureText) -> Self {
        let number = |cited: &Cited| cited.number;
        Self {
            category: said.category.as_ref().map(ToString::to_string),
            procedure: said.procedure.as_ref().map(ToString::to_string),
            basis: strings(&said.basis),
            initiative: said.initiative.as_ref().map(ToString::to_string),
            authorised_by: said.authorised_by.as_ref().map(number),
            concerns: said.concerns.clone(),
            references: strings(&said.references),
            companions: strings(&said.particulars.companions),
            prepared: strings(&said.particulars.prepared),
            item: said.particulars.item.as_ref().map(ToString::to_string),
            amends: strings(&said.amends),
            predecessor: said
                .predecessor
                .as_ref()
                .map(|it| format!("{} measure {}", it.relation, it.cited.number)),
            incidents: said.incidents.iter().map(number).collect(),
            rests_on: said.rests_on.iter().map(rests_on).collect(),
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
            changes: sentence(&said.council_change),
            opens: said.opens,
            enters: said.enters,
            reviews: said.reviews,
            expires: said.expires,
        }
    }
}

impl SignedBallot {
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

/// The reason in the derived record at `leaf`: a decision or a lapse.
fn reason(client: &Client, leaf: u64) -> Result<Option<String>, Failure> {
    let record = client.records(leaf, 1)?.records.pop().unwrap_or_default();
    Ok(match Record::parse(record.as_bytes()) {
        // A decision that commits to the votes does not tell how they add up; the node does.
        Ok(Record::Decision(decision)) if decision.votes.is_some() => None,
        Ok(Record::Decision(decision)) => Some(decision.reason.to_string()),
        Ok(Record::Lapse(lapse)) => Some(lapse.reason.to_string()),
        _ => None,
    })
}

/// The reason in the withdrawal of the measure, or of another measure of its package.
fn withdrawn(client: &Client, measure: &Measure) -> Result<Option<String>, Failure> {
    let bound = measure.package.iter().flat_map(|package| &package.measures);
    let others = bound.copied().filter(|number| *number != measure.number);
    for number in core::iter::once(measure.number).chain(others) {
        for filed in client.records_of_measure(number)?.iter().rev() {
            if let Ok(Record::Statement(statement)) = Record::parse(filed.record.as_bytes())
                && let Body::Withdrawal(withdrawal) = statement.body
            {
                return Ok(withdrawal.reason.as_ref().map(ToString::to_string));
            }
        }
    }
    Ok(None)
}

/// The days between two times with one decimal, rounded down: `14.2`.
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
