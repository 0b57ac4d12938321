//! A measure: what is proposed, complete enough to decide on.

use super::charter::Charter;
pub use super::charter::{FIELDS, is_field};
use super::council_change::CouncilChange;
use super::error::RecordError;
use super::grammar::{ChainLink, Head, Kind};
use super::measure_fields::{Cited, Document, Predecessor, RestsOn, Target, Targets};
use super::particulars::Particulars;
use crate::text::{Code, Fields, Label, Line, Time, Writer};

/// What is proposed. It is identified by the hash of its text and numbered when it is ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Council and signer: the proposer.
    pub head: Head,
    /// Its title.
    pub title: Line,
    /// Its kind in the charter, which settles the rules that may decide it.
    pub kind: Label,
    /// The rule by which it is decided.
    pub rule: Label,
    /// The decision of all members that authorises a reduced entitled set.
    pub authorised_by: Option<Cited>,
    /// The member that it concerns, and that the rule leaves out.
    pub concerns: Option<Code>,
    /// Its category.
    pub category: Option<Label>,
    /// The charter's procedure by which it is decided.
    pub procedure: Option<Label>,
    /// Legal bases.
    pub basis: Vec<Line>,
    /// Whose initiative it is, as text.
    pub initiative: Option<Line>,
    /// Where it is or will be published, its number, its file.
    pub references: Vec<Line>,
    /// Where it stands on its way.
    pub particulars: Particulars,
    /// What it amends, as text.
    pub amends: Vec<Line>,
    /// The measure of this ledger that it renews, amends or repeals.
    pub predecessor: Option<Predecessor>,
    /// The incidents that it answers.
    pub incidents: Vec<Cited>,
    /// The decisions of other councils that it rests on; nobody verifies them here.
    pub rests_on: Vec<RestsOn>,
    /// What it does, a line a paragraph.
    pub summary: Vec<Line>,
    /// Why it is proportionate.
    pub proportionality: Option<Line>,
    /// Targets as counts.
    pub targets: Vec<Targets>,
    /// Targets one by one, as commitments to who they are and, as the field `reasons`, to why.
    pub listed: Vec<Target>,
    /// What applies to the targets.
    pub applies: Vec<Label>,
    /// What it excepts.
    pub exceptions: Vec<Line>,
    /// Documents bound by digest.
    pub documents: Vec<Document>,
    /// What it changes in the council itself.
    pub council_change: CouncilChange,
    /// Ballots count from here, if not at once.
    pub opens: Option<Time>,
    /// Ballots count before this time only, unless it is put off.
    pub closes: Time,
    /// When what it decides enters into force, if not when it is adopted.
    pub enters: Option<Time>,
    /// When what it decides is looked at again.
    pub reviews: Option<Time>,
    /// When what it decides ends.
    pub expires: Option<Time>,
}

impl Measure {
    /// What the charter asks of its kind and category and it does not state.
    pub fn unstated<'a>(&self, charter: &'a Charter) -> Vec<&'a Label> {
        let kind = charter.kind(&self.kind).into_iter().flat_map(|kind| &kind.asks);
        let category = self.category.as_ref().and_then(|name| charter.category(name));
        let mut asked: Vec<&Label> =
            kind.chain(category.into_iter().flat_map(|category| &category.asks)).collect();
        asked.sort();
        asked.dedup();
        asked.retain(|field| !self.states(field.as_str()));
        asked
    }

    /// The sorts of its targets, as they are counted and as they are listed.
    pub fn sorts(&self) -> impl Iterator<Item = &Label> {
        let counted = self.targets.iter().map(|it| &it.sort);
        counted.chain(self.listed.iter().map(|it| &it.sort))
    }

    /// Whether it says something in a field that a charter may ask for; see [`is_field`].
    pub fn states(&self, field: &str) -> bool {
        match field {
            "category" => self.category.is_some(),
            "procedure" => self.procedure.is_some(),
            "basis" => !self.basis.is_empty(),
            "initiative" => self.initiative.is_some(),
            "reference" => !self.references.is_empty(),
            "companion" => !self.particulars.companions.is_empty(),
            "prepared" => !self.particulars.prepared.is_empty(),
            "item" => self.particulars.item.is_some(),
            "amends" => !self.amends.is_empty(),
            "predecessor" => self.predecessor.is_some(),
            "incident" => !self.incidents.is_empty(),
            "rests-on" => !self.rests_on.is_empty(),
            "summary" => !self.summary.is_empty(),
            "proportionality" => self.proportionality.is_some(),
            "targets" => !self.targets.is_empty(),
            "target" => !self.listed.is_empty(),
            "reasons" => {
                !self.listed.is_empty() && self.listed.iter().all(|it| it.reasons.is_some())
            }
            "applies" => !self.applies.is_empty(),
            "exception" => !self.exceptions.is_empty(),
            "document" => !self.documents.is_empty(),
            "enters" => self.enters.is_some(),
            "reviews" => self.reviews.is_some(),
            "expires" => self.expires.is_some(),
            _ => false,
        }
    }
}

impl Kind for Measure {
    fn head(&self) -> &Head {
        &self.head
    }

    fn link(&self) -> Option<ChainLink> {
        None
    }

    fn parse_from(head: Head, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        Ok(Self {
            head,
            title: fields.required("title")?,
            kind: fields.required("kind")?,
            rule: fields.required("rule")?,
            authorised_by: fields.optional("authorised-by")?,
            concerns: fields.optional("concerns")?,
            category: fields.optional("category")?,
            procedure: fields.optional("procedure")?,
            basis: fields.repeated_with("basis", str::parse)?,
            initiative: fields.optional("initiative")?,
            references: fields.repeated_with("reference", str::parse)?,
            particulars: Particulars::parse_from(fields)?,
            amends: fields.repeated_with("amends", str::parse)?,
            predecessor: fields.optional("predecessor")?,
            incidents: fields.repeated_with("incident", str::parse)?,
            rests_on: fields.repeated_with("rests-on", str::parse)?,
            summary: fields.repeated_with("summary", str::parse)?,
            proportionality: fields.optional("proportionality")?,
            targets: fields.repeated_with("targets", str::parse)?,
            listed: fields.repeated_with("target", str::parse)?,
            applies: fields.repeated_with("applies", str::parse)?,
            exceptions: fields.repeated_with("exception", str::parse)?,
            documents: fields.repeated_with("document", str::parse)?,
            council_change: CouncilChange::parse_from(fields)?,
            opens: fields.optional("opens")?,
            closes: fields.required("closes")?,
            enters: fields.optional("enters")?,
            reviews: fields.optional("reviews")?,
            expires: fields.optional("expires")?,
        })
    }

    fn render_into(&self, writer: &mut Writer) {
        writer
            .field("title", &self.title)
            .field("kind", &self.kind)
            .field("rule", &self.rule)
            .optional("authorised-by", self.authorised_by.as_ref())
            .optional("concerns", self.concerns.as_ref())
            .optional("category", self.category.as_ref())
            .optional("procedure", self.procedure.as_ref())
            .repeated("basis", &self.basis)
            .optional("initiative", self.initiative.as_ref())
            .repeated("reference", &self.references);
        self.particulars.render_into(writer);
        writer
            .repeated("amends", &self.amends)
            .optional("predecessor", self.predecessor.as_ref())
            .repeated("incident", &self.incidents)
            .repeated("rests-on", &self.rests_on)
            .repeated("summary", &self.summary)
            .optional("proportionality", self.proportionality.as_ref())
            .repeated("targets", &self.targets)
            .repeated("target", &self.listed)
            .repeated("applies", &self.applies)
            .repeated("exception", &self.exceptions)
            .repeated("document", &self.documents);
        self.council_change.render_into(writer);
        writer
            .optional("opens", self.opens)
            .field("closes", self.closes)
            .optional("enters", self.enters)
            .optional("reviews", self.reviews)
            .optional("expires", self.expires);
    }
}
