//! What a measure changes in the council itself, once it is adopted.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use super::charter::Effect;
use super::limits::RULES_VERSION;
use super::roster::{Member, Participant};
use crate::text::fields::split_words;
use crate::text::value::{ValueError, parse_number};
use crate::text::{Code, FieldError, Fields, Line, Writer};

/// What a measure of a kind with an [`Effect`] carries for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum CouncilChange {
    /// Nothing: it changes nothing in the council itself.
    #[default]
    None,
    /// The members that may go ahead together, in the order of the text.
    Participation(Vec<Code>),
    /// The entrant with all its keys, so that members read whom they admit.
    Accession(Box<Member>),
    /// The member that leaves.
    Departure(Code),
    /// A participant as it is from now on, with all who speak for it; none: its seat is vacant.
    Appointment(Box<Participant>),
    /// What members weigh from now on.
    Weights(Weights),
    /// Another version of the rules.
    Rules(NextRules),
}

/// New weights: of all members or of some, and the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weights {
    /// In roster order.
    pub weights: Vec<(Code, u64)>,
    /// The whole; an official total need not be the sum of rounded parts.
    pub total: u64,
}

/// A version of the rules, and the first release that knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextRules {
    /// The version.
    pub version: u32,
    /// The release: `nemcon 0.4.0`.
    pub release: Line,
}

impl NextRules {
    /// Whether this release knows them.
    pub const fn is_known(&self) -> bool {
        self.version <= RULES_VERSION
    }
}

impl CouncilChange {
    /// The member that the measure admits, if it admits one.
    pub fn entrant(&self) -> Option<&Member> {
        if let Self::Accession(member) = self { Some(member) } else { None }
    }

    /// Which effect it is for.
    pub const fn effect(&self) -> Option<Effect> {
        match self {
            Self::None => None,
            Self::Participation(_) => Some(Effect::Authorisation),
            Self::Accession(_) => Some(Effect::Accession),
            Self::Departure(_) => Some(Effect::Departure),
            Self::Appointment(_) => Some(Effect::Appointment),
            Self::Weights(_) => Some(Effect::Weights),
            Self::Rules(_) => Some(Effect::Rules),
        }
    }

    pub(super) fn parse_from(fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        let participating = fields.repeated_with("participating", str::parse)?;
        if !participating.is_empty() {
            return Ok(Self::Participation(participating));
        }
        if let Some(member) = Member::parse_if("admits", fields)? {
            return Ok(Self::Accession(Box::new(member)));
        }
        if let Some(code) = fields.optional("departs")? {
            return Ok(Self::Departure(code));
        }
        if let Some(participant) = Participant::parse_if("appoints", fields)? {
            return Ok(Self::Appointment(Box::new(participant)));
        }
        let weights = fields.repeated_with("weight", parse_weight)?;
        if let Some(total) = fields.optional_with("total-weight", parse_number)? {
            return Ok(Self::Weights(Weights { weights, total }));
        }
        if !weights.is_empty() {
            return Err(fields.refuse("weight", "the line `total-weight` at the end"));
        }
        Ok(fields.optional("next-rules")?.map_or(Self::None, Self::Rules))
    }

    pub(super) fn render_into(&self, writer: &mut Writer) {
        match self {
            Self::None => {}
            Self::Participation(codes) => {
                writer.repeated("participating", codes);
            }
            Self::Accession(member) => member.render_into("admits", writer),
            Self::Departure(code) => {
                writer.field("departs", code);
            }
            Self::Appointment(participant) => participant.render_into("appoints", writer),
            Self::Weights(Weights { weights, total }) => {
                let weights = weights.iter().map(|(code, weight)| format!("{code} {weight}"));
                writer.repeated("weight", weights).field("total-weight", total);
            }
            Self::Rules(rules) => {
                writer.field("next-rules", rules);
            }
        }
    }
}

impl fmt::Display for NextRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.version, self.release)
    }
}

impl FromStr for NextRules {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let [version, release] =
            split_words(text).ok_or(ValueError("a version and the first release that knows it"))?;
        Ok(Self { version: parse_number(version)?, release: release.parse()? })
    }
}

fn parse_weight(text: &str) -> Result<(Code, u64), ValueError> {
    let [code, weight] = split_words(text).ok_or(ValueError("a code and a weight"))?;
    Ok((code.parse()?, parse_number(weight)?))
}
