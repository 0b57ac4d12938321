//! The charter: the council's own law as data. No constant of any one council stands in the code.

use core::fmt;
use core::str::FromStr;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text::fields::words;
use crate::text::value::{ValueError, parse_number};
use crate::text::{FieldError, Fields, Label, Line, Writer};

/// A share of a whole, `numerator/denominator`, compared by cross-multiplication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    numerator: u64,
    denominator: u64,
}

impl Fraction {
    /// Whether `part` of `whole` is at least this fraction:
    /// `denominator * part >= numerator * whole`.
    pub fn is_reached(self, part: u64, whole: u64) -> bool {
        u128::from(self.denominator) * u128::from(part)
            >= u128::from(self.numerator) * u128::from(whole)
    }
}

impl FromStr for Fraction {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let wants = ValueError("a fraction like 1/3, above 0 and at most 1");
        let (numerator, denominator) = text.split_once('/').ok_or(wants)?;
        let numerator = parse_number(numerator)?;
        let denominator = parse_number(denominator)?;
        if numerator == 0 || numerator > denominator {
            return Err(wants);
        }
        Ok(Self { numerator, denominator })
    }
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

impl<'de> Deserialize<'de> for Fraction {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Fraction {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

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

/// A kind of measure and the rule that decides it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// `listing`, `resolution`.
    pub name: Label,
    /// The rule; this version of the law knows `unanimity`.
    pub rule: Label,
    /// Whether a member may abstain with a formal declaration.
    #[serde(default)]
    pub qualified: bool,
}

/// Who may do something: `member`, `proposer`, or the role of a participant.
pub type Roles = Vec<Label>;

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
    /// The kinds of measure.
    pub kinds: Vec<Kind>,
    /// Who may table a measure: `member` or roles.
    pub may_table: Roles,
    /// Who may close one before its deadline: `proposer`, `member` or roles.
    pub may_close: Roles,
}

/// The role that every member has.
pub const ROLE_MEMBER: &str = "member";
/// The role of whoever tabled the measure in question.
pub const ROLE_PROPOSER: &str = "proposer";

/// The only rule of this version of the law: every entitled member's ballot, none against.
pub const RULE_UNANIMITY: &str = "unanimity";

/// Why a charter is no law.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CharterError {
    /// It has no kind of measure.
    #[error("the charter names no kind of measure: nothing could be tabled")]
    NoKind,
    /// A kind stands twice.
    #[error("the charter names the kind {0} twice")]
    KindTwice(Label),
    /// A rule that this version does not know.
    #[error("kind {kind}: the rule {rule} is not known; this version decides by `unanimity`")]
    Rule {
        /// The kind.
        kind: Label,
        /// Its rule.
        rule: Label,
    },
    /// Qualified abstention without the fractions that judge it.
    #[error("kind {0} allows qualified abstention, but the charter sets no blocking share for it")]
    NoBlockingShare(Label),
    /// Nobody may table.
    #[error("the charter lets nobody table a measure")]
    NobodyTables,
    /// The total weight is zero.
    #[error("the total weight is zero")]
    NoWeight,
}

impl Charter {
    /// The kind of this name.
    pub fn kind(&self, name: &Label) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.name == *name)
    }

    /// The council's word for `key`, or `otherwise`.
    pub fn word<'a>(&'a self, key: &str, otherwise: &'a str) -> &'a str {
        let mut words = self.words.iter();
        words.find(|(name, _)| name.as_str() == key).map_or(otherwise, |(_, word)| word.as_str())
    }

    /// Checks that the parts agree with one another.
    ///
    /// # Errors
    /// The first [`CharterError`].
    pub fn verify(&self) -> Result<(), CharterError> {
        if self.kinds.is_empty() {
            return Err(CharterError::NoKind);
        }
        if self.weight.total == 0 {
            return Err(CharterError::NoWeight);
        }
        for (at, kind) in self.kinds.iter().enumerate() {
            self.verify_kind(kind)?;
            if self.kinds[..at].iter().any(|other| other.name == kind.name) {
                return Err(CharterError::KindTwice(kind.name.clone()));
            }
        }
        Ok(())
    }

    fn verify_kind(&self, kind: &Kind) -> Result<(), CharterError> {
        if kind.rule.as_str() != RULE_UNANIMITY {
            return Err(CharterError::Rule { kind: kind.name.clone(), rule: kind.rule.clone() });
        }
        if kind.qualified && self.qualified.is_none() {
            return Err(CharterError::NoBlockingShare(kind.name.clone()));
        }
        Ok(())
    }

    pub(super) fn render_into(&self, writer: &mut Writer) {
        writer.field("charter-name", &self.name);
        writer.field("charter-weight", format_args!("{} {}", self.weight.total, self.weight.of));
        if let Some(share) = &self.qualified {
            writer.field("charter-qualified", format_args!("{} {}", share.members, share.weight));
        }
        for (key, word) in &self.words {
            writer.field("charter-word", format_args!("{key} {word}"));
        }
        for kind in &self.kinds {
            let qualified = if kind.qualified { " qualified" } else { "" };
            writer.field("charter-kind", format_args!("{} {}{qualified}", kind.name, kind.rule));
        }
        writer.field("charter-table", join(&self.may_table));
        if !self.may_close.is_empty() {
            writer.field("charter-close", join(&self.may_close));
        }
    }

    pub(super) fn parse_from(fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        Ok(Self {
            name: fields.required("charter-name")?,
            weight: fields.required_with("charter-weight", parse_weight)?,
            qualified: fields.optional_with("charter-qualified", parse_qualified)?,
            words: fields.repeated_with("charter-word", parse_word)?.into_iter().collect(),
            kinds: fields.repeated_with("charter-kind", parse_kind)?,
            may_table: fields.required_with("charter-table", parse_roles)?,
            may_close: fields.optional_with("charter-close", parse_roles)?.unwrap_or_default(),
        })
    }
}

fn join(labels: &[Label]) -> String {
    labels.iter().map(Label::as_str).collect::<Vec<_>>().join(" ")
}

fn parse_roles(text: &str) -> Result<Roles, ValueError> {
    text.split(' ').map(str::parse).collect()
}

fn parse_weight(text: &str) -> Result<Weight, ValueError> {
    let [total, of] = words(text).ok_or(ValueError("a total and what it counts"))?;
    Ok(Weight { total: parse_number(total)?, of: of.parse()? })
}

fn parse_qualified(text: &str) -> Result<QualifiedBlock, ValueError> {
    let [members, weight] = words(text).ok_or(ValueError("two fractions: members, weight"))?;
    Ok(QualifiedBlock { members: members.parse()?, weight: weight.parse()? })
}

fn parse_word(text: &str) -> Result<(Label, Line), ValueError> {
    let [key, word] = words(text).ok_or(ValueError("a key and the council's word for it"))?;
    Ok((key.parse()?, word.parse()?))
}

fn parse_kind(text: &str) -> Result<Kind, ValueError> {
    let [name, rule] = words(text).ok_or(ValueError("a kind and its rule"))?;
    let (rule, qualified) = match rule.strip_suffix(" qualified") {
        Some(rule) => (rule, true),
        None => (rule, false),
    };
    Ok(Kind { name: name.parse()?, rule: rule.parse()?, qualified })
}
