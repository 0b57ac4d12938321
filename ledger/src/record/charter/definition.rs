//! The charter's tables, and how they are looked up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::difference::Difference;
use super::form::{Form, ReferenceKind};
use super::fraction::Fraction;
use super::kind::{Category, Elsewhere, Incidents, Kind, Procedure, Restriction, Roles, Rule};
use super::publication::{Publication, Votes};
use super::shares::Shares;
use crate::text::{Label, Line};

/// What members weigh in fractions of the whole, and the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weight {
    /// The whole; an official total need not be the sum of rounded parts.
    pub total: u64,
    /// What is weighed: `population`.
    pub of: Label,
}

/// When qualified abstentions block: both shares are reached [TEU 31(1)].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QualifiedBlock {
    /// Share of the members.
    pub members: Fraction,
    /// Share of the total weight.
    pub weight: Fraction,
}

/// The council's own law.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Charter {
    /// The council's name for people.
    pub name: Line,
    /// What fractions of the whole are taken of.
    pub weight: Weight,
    /// The blocking share of qualified abstentions, if the council knows them.
    pub qualified: Option<QualifiedBlock>,
    /// Words for the screens, by key: `member`, `members`, `measure`, `measures`, `council`.
    #[serde(default)]
    pub words: BTreeMap<Label, Line>,
    /// The rules by which measures are decided.
    pub rules: Vec<Rule>,
    /// The kinds of measure.
    pub kinds: Vec<Kind>,
    /// Kinds of act that are decided elsewhere.
    #[serde(default)]
    pub elsewhere: Vec<Elsewhere>,
    /// The procedures by which measures are decided, of which a measure may name one.
    #[serde(default)]
    pub procedures: Vec<Procedure>,
    /// The forms of legal bases, of which each basis of a measure has one; none: any words.
    #[serde(default)]
    pub bases: Vec<Form>,
    /// The kinds of reference, of which each reference of a measure is one; none: any words.
    #[serde(default)]
    pub references: Vec<ReferenceKind>,
    /// The bodies that prepare measures.
    #[serde(default)]
    pub bodies: Vec<Label>,
    /// As which items measures come on an agenda.
    #[serde(default)]
    pub items: Vec<Label>,
    /// The categories of measures; none: any.
    #[serde(default)]
    pub categories: Vec<Category>,
    /// The roles of participants, each of which may do something.
    #[serde(default)]
    pub roles: Roles,
    /// Who may table a measure, where its kind says nothing of that: `member` or roles.
    pub may_table: Roles,
    /// Who may close one before its deadline: `proposer`, `member` or roles.
    #[serde(default)]
    pub may_close: Roles,
    /// Who may put its deadline off.
    #[serde(default)]
    pub may_extend: Roles,
    /// Who may attest something about it.
    #[serde(default)]
    pub may_attest: Roles,
    /// What may be attested: `documents-complete`, `published`.
    #[serde(default)]
    pub attests: Vec<Label>,
    /// Which of these end the force of what was adopted: `annulled`.
    #[serde(default)]
    pub annuls: Vec<Label>,
    /// Who may have a statement of its own recorded on one: `member` or roles.
    #[serde(default)]
    pub may_remark: Roles,
    /// The sorts of such statements: `statement-for-the-minutes`.
    #[serde(default)]
    pub remarks: Vec<Label>,
    /// What is public, if the council says so: without it nothing is, and nothing is marked.
    pub publication: Option<Publication>,
    /// Whether a member may let another cast its ballot [TFEU 239].
    #[serde(default)]
    pub mandates: bool,
    /// The sorts of reservation.
    #[serde(default)]
    pub reservations: Vec<Label>,
    /// The sorts of target.
    #[serde(default)]
    pub targets: Vec<Label>,
    /// What may apply to a target.
    #[serde(default)]
    pub applies: Vec<Restriction>,
    /// How incidents are described, if the council shares any.
    pub incidents: Option<Incidents>,
    /// How many days before a measure in force ends or is reviewed members are reminded of that, the
    /// longest first; within the longest it counts as expiring.
    #[serde(default)]
    pub reminder_days: Vec<u32>,
    /// So many days after its notice a member leaves without a decision of the others [TEU 50(3)]; none: never.
    pub notice_days: Option<u32>,
    /// The time zone of the council's seat, by its name in the IANA database, `Europe/Brussels`: the hour there
    /// is shown beside UTC, and decides nothing.
    pub zone: Option<Line>,
    /// What one party can make all others store; a charter that says nothing of it is no law.
    #[serde(default)]
    pub shares: Shares,
    /// Where the law comes from, by rule or by topic of `docs/law.md`.
    #[serde(default)]
    pub sources: BTreeMap<Label, Line>,
    /// Where it is unlike the law that it models.
    #[serde(default)]
    pub differences: Vec<Difference>,
}

/// The role that every member has.
pub const ROLE_MEMBER: &str = "member";
/// The role of whoever tabled the measure in question.
pub const ROLE_PROPOSER: &str = "proposer";

/// Whether a participant may have this role: the charter has given it no other meaning.
pub fn is_a_participants(role: &Label) -> bool {
    ![ROLE_MEMBER, ROLE_PROPOSER].contains(&role.as_str())
}

impl Charter {
    /// How many days before its end a measure counts as expiring: the longest reminder.
    pub fn expiring_days(&self) -> Option<u32> {
        self.reminder_days.first().copied()
    }

    /// The kind of this name.
    pub fn kind(&self, name: &Label) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.name == *name)
    }

    /// The rule of this name.
    pub fn rule(&self, name: &Label) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.name == *name)
    }

    /// The category of this name.
    pub fn category(&self, name: &Label) -> Option<&Category> {
        self.categories.iter().find(|category| category.name == *name)
    }

    /// The procedure of this name.
    pub fn procedure(&self, name: &Label) -> Option<&Procedure> {
        self.procedures.iter().find(|procedure| procedure.name == *name)
    }

    /// Whether a word is attested of measures that are decided by this procedure: where procedures list it, of
    /// these alone.
    pub fn is_attested_of(&self, word: &Label, procedure: Option<&Label>) -> bool {
        let mut listing = self.procedures.iter().filter(|it| it.attests.contains(word)).peekable();
        listing.peek().is_none() || listing.any(|it| Some(&it.name) == procedure)
    }

    /// Whether these words can be a legal basis: where the charter lists forms, they have one of these.
    pub fn is_basis(&self, words: &str) -> bool {
        self.bases.is_empty() || self.bases.iter().any(|form| form.fits(words))
    }

    /// Whether these words are a reference: where the charter lists kinds, the name of one, and behind it
    /// what has one of its forms.
    pub fn is_reference(&self, words: &str) -> bool {
        let is_one = |(name, rest): (&str, &str)| {
            self.references.iter().any(|kind| kind.name.as_str() == name && kind.fits(rest))
        };
        self.references.is_empty() || words.split_once(' ').is_some_and(is_one)
    }

    /// Whether what is decided by this procedure knows tacit assent.
    pub fn is_tacit(&self, procedure: Option<&Label>) -> bool {
        procedure.and_then(|name| self.procedure(name)).is_some_and(|it| it.tacit)
    }

    /// What may apply to targets, by this name.
    pub fn restriction(&self, name: &Label) -> Option<&Restriction> {
        self.applies.iter().find(|it| it.name == *name)
    }

    /// Who may table a measure of this kind.
    pub fn may_table(&self, kind: &Label) -> &Roles {
        let own = self.kind(kind).and_then(|kind| kind.may_table.as_ref());
        own.unwrap_or(&self.may_table)
    }

    /// Who learns what was said on a measure of this kind. A kind that says nothing of it keeps it to
    /// the members, and so does a charter that knows no publication.
    pub fn votes(&self, kind: &Label) -> Votes {
        let said = self.publication.as_ref().and(self.kind(kind)).and_then(|kind| kind.votes);
        said.unwrap_or(Votes::Internal)
    }

    /// Whether this is the word that releases votes.
    pub fn is_of_release(&self, word: &Label) -> bool {
        self.publication.as_ref().is_some_and(|it| it.released_by.as_ref() == Some(word))
    }

    /// Whether the attestation of this word releases what was said on a measure of this kind.
    pub fn releases(&self, kind: &Label, word: &Label) -> bool {
        self.votes(kind) == Votes::Released && self.is_of_release(word)
    }

    /// Whether a participant of this role may do something.
    pub fn gives(&self, role: &Label) -> bool {
        self.roles.contains(role)
    }

    /// Whether any participant may do something.
    pub const fn has_roles(&self) -> bool {
        !self.roles.is_empty()
    }

    /// Who may do what: each table by its name in a charter's file.
    pub fn tables(&self) -> impl Iterator<Item = (&'static str, &Roles)> {
        let kinds = self.kinds.iter().filter_map(|kind| kind.may_table.as_ref());
        let all = [
            ("may_table", &self.may_table),
            ("may_close", &self.may_close),
            ("may_extend", &self.may_extend),
            ("may_attest", &self.may_attest),
            ("may_remark", &self.may_remark),
        ];
        all.into_iter().chain(kinds.map(|roles| ("may_table", roles)))
    }

    /// The council's word for `key`, or `otherwise`.
    pub fn word<'a>(&'a self, key: &str, otherwise: &'a str) -> &'a str {
        let mut words = self.words.iter();
        words.find(|(name, _)| name.as_str() == key).map_or(otherwise, |(_, word)| word.as_str())
    }

    /// Where the law on measures of this kind comes from, decided by this rule: the kind's own source,
    /// or the rule's.
    pub fn source_of(&self, kind: &Label, rule: &Label) -> Option<&Line> {
        let own = self.kind(kind).and_then(|kind| kind.source.as_ref());
        own.or_else(|| self.source(rule.as_str()))
    }

    /// Where the law on `topic` comes from: a rule's name, or a topic of `docs/law.md`.
    pub fn source(&self, topic: &str) -> Option<&Line> {
        let mut sources = self.sources.iter();
        sources.find(|(name, _)| name.as_str() == topic).map(|(_, source)| source)
    }
}
