//! A measure's draft: a TOML file with the record's own field names, from which the signed text is made.

mod document;
mod error;
mod fields;
mod incident;
mod rehearsal;
mod texts;
mod when;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use nemcon_ledger::record::charter::Elsewhere;
use nemcon_ledger::record::council_change::{NextRules, Weights};
use nemcon_ledger::record::measure_fields::{Cited, Predecessor, RestsOn, Target, Targets};
use nemcon_ledger::record::statement::{Body, Head};
use nemcon_ledger::record::{Charter, CouncilChange, Measure, Particulars, Prepared};
use nemcon_ledger::text::{Code, Label, Line, Time};
use serde::Deserialize;

use crate::config::{ConfigError, parse_toml, read_text};
use crate::founding::{PlannedMember, PlannedParticipant};
use crate::toml_error::Misfit;

pub use document::DraftDocument;
pub use error::{DraftError, NameError};
pub use fields::{DraftPredecessor, DraftRestsOn, DraftRules, DraftTarget, DraftWeight};
pub use incident::IncidentDraft;
pub use texts::{NoTexts, Texts};
pub use when::{parse_span_ms, parse_time};

/// A measure as a draft file gives it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// The measure's title.
    pub title: Line,
    /// The measure's kind, one of the charter's.
    pub kind: Label,
    /// The rule by which it is decided; by default the charter's rule for the kind.
    pub rule: Option<Label>,
    /// The number of the adopted measure that authorises a reduced entitled set.
    pub authorised_by: Option<u64>,
    /// The code of the member that the measure concerns.
    pub concerns: Option<Code>,
    /// The measure's category, one of the charter's.
    pub category: Option<Label>,
    /// The procedure by which the measure is decided, one of the charter's.
    pub procedure: Option<Label>,
    /// The legal bases.
    #[serde(default)]
    pub basis: Vec<Line>,
    /// On whose initiative the measure is tabled.
    pub initiative: Option<Line>,
    /// Documents that the measure refers to.
    #[serde(default)]
    pub references: Vec<Line>,
    /// The acts that the measure amends.
    #[serde(default)]
    pub amends: Vec<Line>,
    /// Acts that go with the measure, in words.
    #[serde(default)]
    pub companion: Vec<Line>,
    /// The bodies that prepared the measure, with the days: `council 2026-10-01`.
    #[serde(default)]
    pub prepared: Vec<Prepared>,
    /// As which item the measure comes, one of the charter's.
    pub item: Option<Label>,
    /// The earlier measure of this ledger that this one renews, amends or repeals.
    pub predecessor: Option<DraftPredecessor>,
    /// The numbers of the incidents that the measure answers.
    #[serde(default)]
    pub incidents: Vec<u64>,
    /// The decisions of other councils that the measure rests on.
    #[serde(default)]
    pub rests_on: Vec<DraftRestsOn>,
    /// What the measure does, in paragraphs.
    #[serde(default)]
    pub summary: Vec<Line>,
    /// Why the measure is proportionate.
    pub proportionality: Option<Line>,
    /// The number of targets of each sort.
    #[serde(default)]
    pub targets: BTreeMap<Label, u32>,
    /// The single targets, as commitments.
    #[serde(default)]
    pub target: Vec<DraftTarget>,
    /// What applies to the targets, in words of the charter.
    #[serde(default)]
    pub applies: Vec<Label>,
    /// The exceptions from the measure.
    #[serde(default)]
    pub exceptions: Vec<Line>,
    /// The codes of the members that take part, for a measure that authorises a reduced entitled set.
    #[serde(default)]
    pub participating: Vec<Code>,
    /// The entrant with all its keys, for a measure that admits it.
    pub admits: Option<PlannedMember>,
    /// The code of the member that leaves, for a measure that lets it leave.
    pub departs: Option<Code>,
    /// A participant with all its officers from then on, for a measure that appoints it.
    pub appoints: Option<PlannedParticipant>,
    /// New weights in roster order, for a measure that sets them.
    #[serde(default)]
    pub weights: Vec<DraftWeight>,
    /// The new total that the new weights are fractions of.
    pub total_weight: Option<u64>,
    /// The rules version that the measure brings in.
    pub rules: Option<DraftRules>,
    /// The documents that the measure binds.
    #[serde(default)]
    pub documents: Vec<DraftDocument>,
    /// The time at which balloting opens [RFC 3339, UTC].
    #[serde(default, deserialize_with = "when::maybe")]
    pub opens: Option<String>,
    /// The time at which balloting closes [RFC 3339, UTC].
    #[serde(default, deserialize_with = "when::maybe")]
    pub closes: Option<String>,
    /// The span from now until balloting closes: `14 days`, `36 hours`, `90 minutes`.
    pub closes_in: Option<String>,
    /// The time at which the decision enters into force.
    #[serde(default, deserialize_with = "when::maybe")]
    pub enters: Option<String>,
    /// The time at which the decision is reviewed.
    #[serde(default, deserialize_with = "when::maybe")]
    pub reviews: Option<String>,
    /// The time at which the decision expires.
    #[serde(default, deserialize_with = "when::maybe")]
    pub expires: Option<String>,
    /// The file that the draft was read from, so that errors can name its lines.
    #[serde(skip)]
    pub source: Option<Source>,
}

/// The file that a draft was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    fn new(path: &Path, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// Adds the file and the line of the wrong field to the error.
    fn locate(self, error: DraftError) -> DraftError {
        let line = error.field().and_then(|field| Misfit::line_of_field(&self.text, &field));
        DraftError::At { path: self.path, line, error: Box::new(error) }
    }
}

impl DraftError {
    /// The field of the file that the error is about.
    fn field(&self) -> Option<String> {
        Some(match self {
            Self::Kind { .. } | Self::Rule { .. } => "kind".to_owned(),
            Self::Cited { field, .. } | Self::Time { field, .. } => (*field).to_owned(),
            Self::Closes => "closes".to_owned(),
            Self::Span => "closes_in".to_owned(),
            Self::Document(at) | Self::DocumentName { at, .. } | Self::DocumentFile { at, .. } => {
                format!("documents[{at}]")
            }
            Self::Config(_) | Self::CouncilChange | Self::Record(_) | Self::At { .. } => {
                return None;
            }
        })
    }
}

impl Draft {
    /// Reads a draft from a file.
    ///
    /// # Errors
    /// [`DraftError::Config`].
    pub fn load(path: &Path) -> Result<Self, DraftError> {
        let text = read_text(path)?;
        Ok(Self::parse(&text, path)?)
    }

    /// Parses the text of a draft. Errors name the file as `path`.
    ///
    /// # Errors
    /// [`ConfigError::Toml`].
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let draft = parse_toml(text, path)?;
        Ok(Self { source: Some(Source::new(path, text)), ..draft })
    }

    /// The measure's text, tabled by the party of `head` at `now`. Document files are taken from
    /// `folder`, and the hashes of cited texts from `texts`.
    ///
    /// # Errors
    /// [`DraftError`].
    pub fn into_body(
        self,
        head: Head,
        charter: &Charter,
        now: Time,
        folder: &Path,
        texts: &dyn Texts,
    ) -> Result<Body, DraftError> {
        let body = Body::Measure(self.into_measure(head, charter, now, folder, texts)?);
        // The text that is signed must parse to what was drafted, so it is rendered and parsed once.
        Ok(Body::parse(&body.render())?)
    }

    /// The numbers of the measures that the draft cites.
    pub fn measures(&self) -> impl Iterator<Item = u64> {
        self.authorised_by.into_iter().chain(self.predecessor.map(|it| it.measure))
    }

    /// What the measure changes in the council.
    ///
    /// # Errors
    /// [`DraftError::CouncilChange`] if the draft changes several things, or one of them incompletely.
    pub fn council_change(&self) -> Result<CouncilChange, DraftError> {
        let weights = self.weights.iter().map(|it| (it.code.clone(), it.weight)).collect();
        if self.total_weight.is_none() && !self.weights.is_empty() {
            return Err(DraftError::CouncilChange);
        }
        let participating = Some(&self.participating).filter(|codes| !codes.is_empty());
        let rules = self.rules.clone();
        let given = [
            participating.map(|codes| CouncilChange::Participation(codes.clone())),
            self.admits.clone().map(|it| CouncilChange::Accession(Box::new(it.into_member()))),
            self.departs.clone().map(CouncilChange::Departure),
            self.appoints
                .clone()
                .map(|it| CouncilChange::Appointment(Box::new(it.into_participant()))),
            self.total_weight.map(|total| CouncilChange::Weights(Weights { weights, total })),
            rules.map(|DraftRules { version, release }| {
                CouncilChange::Rules(NextRules { version, release })
            }),
        ];
        let mut given = given.into_iter().flatten();
        match (given.next(), given.next()) {
            (None, _) => Ok(CouncilChange::None),
            (Some(council_change), None) => Ok(council_change),
            (Some(_), Some(_)) => Err(DraftError::CouncilChange),
        }
    }

    /// Like [`Self::into_body`], for a text that becomes part of another statement.
    ///
    /// # Errors
    /// [`DraftError`], with the file and the line if the draft was read from a file.
    pub fn into_measure(
        mut self,
        head: Head,
        charter: &Charter,
        now: Time,
        folder: &Path,
        texts: &dyn Texts,
    ) -> Result<Measure, DraftError> {
        let source = self.source.take();
        let made = self.make(head, charter, now, folder, texts);
        made.map_err(|error| match source {
            Some(source) => source.locate(error),
            None => error,
        })
    }

    fn make(
        self,
        head: Head,
        charter: &Charter,
        now: Time,
        folder: &Path,
        texts: &dyn Texts,
    ) -> Result<Measure, DraftError> {
        let closes = self.closes(now)?;
        let council_change = self.council_change()?;
        let documents = (1..).zip(&self.documents).map(|(at, document)| document.bind(at, folder));
        let measure_text = |field, number| {
            let text = texts.measure(number).ok_or(DraftError::Cited { field, number })?;
            Ok::<_, DraftError>(Cited { number, text })
        };
        let incident = |number: &u64| incident(texts, *number);
        let predecessor = |it: &DraftPredecessor| {
            let cited = measure_text("predecessor", it.measure)?;
            Ok::<_, DraftError>(Predecessor { relation: it.relation, cited })
        };
        let targets = self.targets.into_iter().map(|(sort, count)| Targets { sort, count });
        let listed = self.target.into_iter();
        Ok(Measure {
            rule: rule_of(charter, (&self.kind, &self.basis), self.rule)?,
            authorised_by: self
                .authorised_by
                .map(|number| measure_text("authorised_by", number))
                .transpose()?,
            predecessor: self.predecessor.as_ref().map(predecessor).transpose()?,
            incidents: self.incidents.iter().map(incident).collect::<Result<_, _>>()?,
            rests_on: self.rests_on.into_iter().map(RestsOn::from).collect(),
            opens: parse_time("opens", self.opens.as_deref())?,
            closes,
            enters: parse_time("enters", self.enters.as_deref())?,
            reviews: parse_time("reviews", self.reviews.as_deref())?,
            expires: parse_time("expires", self.expires.as_deref())?,
            documents: documents.collect::<Result<_, _>>()?,
            targets: targets.collect(),
            listed: listed
                .map(|DraftTarget { sort, who, reasons }| Target { sort, who, reasons })
                .collect(),
            council_change,
            head,
            title: self.title,
            kind: self.kind,
            concerns: self.concerns.or(self.departs),
            category: self.category,
            procedure: self.procedure,
            basis: self.basis,
            initiative: self.initiative,
            references: self.references,
            particulars: particulars(self.companion, self.prepared, self.item),
            amends: self.amends,
            summary: self.summary,
            proportionality: self.proportionality,
            applies: self.applies,
            exceptions: self.exceptions,
        })
    }

    fn closes(&self, now: Time) -> Result<Time, DraftError> {
        match (&self.closes, &self.closes_in) {
            (Some(_), None) => {
                parse_time("closes", self.closes.as_deref())?.ok_or(DraftError::Closes)
            }
            (None, Some(span)) => {
                let ms = parse_span_ms(span).ok_or(DraftError::Span)?;
                let closes = now.as_ms().checked_add(ms).ok_or(DraftError::Span)?;
                Time::from_ms(closes).map_err(|_| DraftError::Span)
            }
            _ => Err(DraftError::Closes),
        }
    }
}

const fn particulars(
    companions: Vec<Line>,
    prepared: Vec<Prepared>,
    item: Option<Label>,
) -> Particulars {
    Particulars { companions, prepared, item }
}

fn incident(texts: &dyn Texts, number: u64) -> Result<Cited, DraftError> {
    let text = texts.incident(number);
    let text = text.ok_or(DraftError::Cited { field: "incidents", number })?;
    Ok(Cited { number, text })
}

/// The rule that a draft names, or the charter's only rule for the kind. What the council does not
/// decide gets a rule too, so that the council's refusal can say where it is decided.
fn rule_of(
    charter: &Charter,
    (kind, bases): (&Label, &[Line]),
    named: Option<Label>,
) -> Result<Label, DraftError> {
    if let Some(rule) = named {
        return Ok(rule);
    }
    let is_elsewhere = |it: &Elsewhere| it.is_of_kind(kind) || it.basis_of(bases).is_some();
    if charter.elsewhere.iter().any(is_elsewhere) {
        return Ok("elsewhere".parse().expect("a label"));
    }
    let Some(known) = charter.kind(kind) else {
        let known = charter.kinds.iter().map(|kind| kind.name.clone()).collect();
        return Err(DraftError::Kind { kind: kind.clone(), known });
    };
    match &known.decided[..] {
        [only] => Ok(only.by.clone()),
        several => Err(DraftError::Rule {
            kind: kind.clone(),
            rules: several.iter().map(|way| way.by.clone()).collect(),
        }),
    }
}

#[cfg(test)]
mod tests;
