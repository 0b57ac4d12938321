//! The values that a measure's lines hold.

use core::fmt;
use core::str::FromStr;

use nemcon_crypto::Digest;
use serde::{Deserialize, Serialize};

use crate::text::fields::split_words;
use crate::text::value::{ValueError, parse_number};
use crate::text::words::words;
use crate::text::{FileName, Label};

/// How many targets of one sort; who they are never enters the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    /// `person`, `entity`.
    pub sort: Label,
    /// How many targets of this sort the measure has.
    pub count: u32,
}

/// One target. Who it is, and why, stays off the ledger: `SHA-256(nonce32 || text)` [rules.md R8].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// `person`, `entity`.
    pub sort: Label,
    /// The commitment to who it is.
    pub who: Digest,
    /// The commitment to the statement of reasons.
    pub reasons: Option<Digest>,
}

/// A document that the measure binds; the file stays off the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// SHA-256 of the file.
    pub digest: Digest,
    /// Its length in bytes.
    pub length: u64,
    /// Its language, as in BCP 47: `en`.
    pub language: Label,
    /// The file's name.
    pub name: FileName,
}

/// A record that another one rests on: its number among its kind, and the hash of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cited {
    /// The measure's or the incident's number.
    pub number: u64,
    /// The hash of its text.
    pub text: Digest,
}

words!(
    /// What a measure does to one before it.
    Relation,
    "one of renews, amends, repeals",
    {
        /// Continues it with dates of its own.
        Renews = "renews",
        /// Changes it; both stand.
        Amends = "amends",
        /// Ends it.
        Repeals = "repeals",
    }
);

/// A measure of this ledger that another one renews, amends or repeals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Predecessor {
    /// What is done to it.
    pub relation: Relation,
    /// The measure that is renewed, amended or repealed.
    pub cited: Cited,
}

/// A decision of another council that a measure rests on. Nothing here verifies it: the other ledger's
/// proof of inclusion against its sealed checkpoint shows that the record stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestsOn {
    /// The other council's digest.
    pub council: Digest,
    /// The number of the measure there.
    pub number: u64,
    /// The leaf hash of the record of its decision in that council's log.
    pub leaf: Digest,
}

impl fmt::Display for RestsOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.council, self.number, self.leaf)
    }
}

impl FromStr for RestsOn {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let wants = "the digest of another council, a measure's number there, and the leaf hash of \
                     its decision";
        let [council, number, leaf] = split_words(text).ok_or(ValueError(wants))?;
        Ok(Self {
            council: council.parse::<Digest>()?,
            number: parse_number(number)?,
            leaf: leaf.parse::<Digest>()?,
        })
    }
}

impl fmt::Display for Targets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.sort, self.count)
    }
}

impl FromStr for Targets {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let [sort, count] =
            split_words(text).ok_or(ValueError("a sort of targets and their number"))?;
        Ok(Self { sort: sort.parse()?, count: parse_number(count)? })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.sort, self.who)?;
        self.reasons.map_or(Ok(()), |reasons| write!(f, " {reasons}"))
    }
}

impl FromStr for Target {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let wants = ValueError("a sort of target, its commitment, and that to the reasons");
        let (sort, rest) = text.split_once(' ').ok_or(wants)?;
        let (who, reasons) = match rest.split_once(' ') {
            None => (rest, None),
            Some((who, reasons)) => (who, Some(reasons.parse::<Digest>()?)),
        };
        Ok(Self { sort: sort.parse()?, who: who.parse::<Digest>()?, reasons })
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.digest, self.length, self.language, self.name)
    }
}

impl FromStr for Document {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let [digest, length, language, name] =
            split_words(text).ok_or(ValueError("a digest, a length, a language and a name"))?;
        Ok(Self {
            digest: digest.parse::<Digest>()?,
            length: parse_number(length)?,
            language: language.parse()?,
            name: name.parse()?,
        })
    }
}

impl fmt::Display for Cited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number, self.text)
    }
}

impl FromStr for Cited {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let [number, text] = split_words(text).ok_or(ValueError("a number and a text hash"))?;
        Ok(Self { number: parse_number(number)?, text: text.parse::<Digest>()? })
    }
}

impl fmt::Display for Predecessor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.relation, self.cited)
    }
}

impl FromStr for Predecessor {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let [relation, cited] = split_words(text)
            .ok_or(ValueError("renews, amends or repeals, a number and a text hash"))?;
        Ok(Self { relation: relation.parse()?, cited: cited.parse()? })
    }
}
