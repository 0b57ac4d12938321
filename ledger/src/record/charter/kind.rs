//! Kinds of measure, and the rules that may decide them.

use serde::{Deserialize, Serialize};

use super::basis::{first_around, first_on};
use super::publication::Votes;
use crate::text::words::words;
use crate::text::{Label, Line};

words!(
    /// Whose ballots a rule asks for.
    EntitledSet,
    "one of all, minus-concerned, participating",
    {
        /// Every member's.
        All = "all",
        /// Every member's but the one that the measure concerns [TFEU 354, TEU 50(4)].
        MinusConcerned = "minus-concerned",
        /// Those that take part in an enhanced cooperation [TFEU 330].
        Participating = "participating",
    }
);

words!(
    /// What a reduced entitled set rests on; a proposer never chooses whom to leave out.
    Authority,
    "one of clause, notice, decision",
    {
        /// The charter's own clause: the kind of measure is about one member, which has no ballot.
        Clause = "clause",
        /// The member's own standing notice that it leaves.
        Notice = "notice",
        /// An adopted decision of all members.
        Decision = "decision",
    }
);

words!(
    /// What adoption changes in the council itself.
    Effect,
    "one of authorisation, accession, departure, appointment, weights, rules",
    {
        /// Some members may go ahead together [TFEU 329].
        Authorisation = "authorisation",
        /// A state may enter [TEU 49].
        Accession = "accession",
        /// A member that has given notice leaves [TEU 50].
        Departure = "departure",
        /// Who speaks for a participant [TEU 16(9), TFEU 236].
        Appointment = "appointment",
        /// The members' weights for a new year.
        Weights = "weights",
        /// Another version of the rules applies.
        Rules = "rules",
    }
);

/// Who may do something: `member`, `proposer`, or the role of a participant.
pub type Roles = Vec<Label>;

/// A rule by which measures are decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `unanimity`, `common-accord`.
    pub name: Label,
    /// Whose ballots it asks for.
    pub entitled: EntitledSet,
    /// Whether a member may abstain; where it may not, each must be in favour or against.
    #[serde(default = "yes")]
    pub abstention: bool,
    /// Whether a member may let another cast its ballot, where the charter knows mandates.
    #[serde(default = "yes")]
    pub mandates: bool,
    /// The fewest members that take part, for `participating`.
    pub minimum: Option<u64>,
}

const fn yes() -> bool {
    true
}

/// A rule that a kind of measure may be decided by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Use {
    /// The rule.
    pub by: Label,
    /// The legal bases that call for it: a measure names one of them, or a paragraph of one; none: it
    /// needs none.
    #[serde(default)]
    pub on: Vec<Line>,
    /// What a reduced entitled set rests on.
    pub authority: Option<Authority>,
}

impl Use {
    /// Whether an act on these legal bases is decided so.
    pub fn is_on(&self, bases: &[Line]) -> bool {
        self.on.is_empty() || first_on(bases, &self.on).is_some()
    }
}

/// A kind of measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// `listing`, `resolution`.
    pub name: Label,
    /// Whether a member may abstain with a formal declaration [TEU 31(1)].
    #[serde(default)]
    pub qualified: bool,
    /// Where the law on it comes from, in place of the source of the rule that decides it.
    pub source: Option<Line>,
    /// Who may table it, where that is not whom the charter lets table measures.
    pub may_table: Option<Roles>,
    /// Who learns what was said on one, where the charter says what is public; none: members.
    pub votes: Option<Votes>,
    /// What adoption changes in the council itself.
    pub effect: Option<Effect>,
    /// The rules that may decide it.
    pub decided: Vec<Use>,
    /// Fields that its screens ask for; one that is missing is shown as not stated.
    #[serde(default)]
    pub asks: Vec<Label>,
    /// Fields without which it is refused.
    #[serde(default)]
    pub requires: Vec<Label>,
}

impl Kind {
    /// How this kind is decided by `rule`, if it may be.
    pub fn decided_by(&self, rule: &Label) -> Option<&Use> {
        self.decided.iter().find(|way| way.by == *rule)
    }
}

/// Acts that this council does not decide: those of a kind, or those on one of some legal bases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    /// The name of the kind, which no measure may have.
    pub kind: Option<Label>,
    /// The legal bases, on which no measure may rest, nor on a paragraph of one.
    #[serde(default)]
    pub on: Vec<Line>,
    /// By what rule, and where, they are decided.
    pub because: Line,
}

impl Elsewhere {
    /// The first of these legal bases on which an act is decided elsewhere.
    pub fn basis_of<'a>(&self, bases: &'a [Line]) -> Option<&'a Line> {
        first_on(bases, &self.on)
    }

    /// The first of these legal bases of which only a part is decided elsewhere, and that part: an act must
    /// name the paragraph that it rests on.
    pub fn part_of<'s>(
        &'s self,
        bases: impl IntoIterator<Item = &'s Line>,
    ) -> Option<(&'s Line, &'s Line)> {
        first_around(bases, &self.on)
    }

    /// Whether acts of this kind are decided elsewhere.
    pub fn is_of_kind(&self, kind: &Label) -> bool {
        self.kind.as_ref() == Some(kind)
    }

    /// What is decided elsewhere, in words: `regulation`, `Article 215 TFEU`.
    pub fn what(&self) -> String {
        let bases = self.on.iter().map(Line::as_str);
        self.kind.iter().map(Label::as_str).chain(bases).collect::<Vec<_>>().join(", ")
    }
}

/// A procedure by which measures are decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// `written`, `silence`.
    pub name: Label,
    /// Whether a ballot may be signed by a standing instruction, as tacit assent.
    #[serde(default)]
    pub tacit: bool,
    /// What is attested of a measure that is decided by it, and of no other: `meeting-opened`.
    #[serde(default)]
    pub attests: Vec<Label>,
}

/// What may apply to targets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restriction {
    /// `entry-ban`, `asset-freeze`.
    pub name: Label,
    /// The sorts of target that it may apply to; none: to all.
    #[serde(default)]
    pub to: Vec<Label>,
}

/// A category of measures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// `stability`, `restrictive`.
    pub name: Label,
    /// Fields that its screens ask for.
    #[serde(default)]
    pub asks: Vec<Label>,
}

/// How incidents and their attribution are described.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incidents {
    /// `intrusion`, `disruption`.
    pub categories: Vec<Label>,
    /// What severity is judged by: `scope`, `scale`.
    pub factors: Vec<Label>,
    /// From the least to the most severe.
    pub levels: Vec<Label>,
    /// To whom it may be attributed: `none`, `actor`, `group`, `state`.
    pub findings: Vec<Label>,
    /// From the least to the most confident.
    pub confidence: Vec<Label>,
}
