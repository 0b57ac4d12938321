//! Reading a policy file: octets, lines and items.

use super::definition::{Policy, Threshold, Word, WordError};
use super::draft::{PolicyDefect, PolicyDraft};
use crate::note::{VerifierKey, VerifierKeyError};

/// Why octets are not a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyParseError {
    /// A control character other than tab and newline.
    #[error("control character {octet:#04x} at octet {at}")]
    Control {
        /// The octet.
        octet: u8,
        /// Its offset.
        at: usize,
    },
    /// The last line does not end in a newline.
    #[error("the last line is not terminated")]
    Unterminated,
    /// A line's first item is not one of the four keywords.
    #[error("line {line}: not a log, witness, group or quorum")]
    Keyword {
        /// Counted from 1.
        line: usize,
    },
    /// Too few or too many items on a line.
    #[error("line {line}: too few or too many items")]
    Items {
        /// Counted from 1.
        line: usize,
    },
    /// A group's threshold is not `all`, `any` or a canonical decimal.
    #[error("line {line}: a threshold is all, any or a number")]
    Threshold {
        /// Counted from 1.
        line: usize,
    },
    /// Not a verifier key.
    #[error("line {line}: {error}")]
    Key {
        /// Counted from 1.
        line: usize,
        /// What is wrong with the key.
        error: VerifierKeyError,
    },
    /// The line breaks a rule of policies.
    #[error("line {line}: {defect}")]
    Defect {
        /// Counted from 1.
        line: usize,
        /// The rule.
        defect: PolicyDefect,
    },
    /// No quorum line.
    #[error("no quorum line")]
    NoQuorum,
}

impl Policy {
    /// Parses a policy file. Comments and spacing are not kept.
    pub fn parse(file: &[u8]) -> Result<Self, PolicyParseError> {
        let is_control = |octet: u8| octet < b' ' && !b"\t\n".contains(&octet) || octet == 0x7f;
        if let Some(at) = file.iter().position(|octet| is_control(*octet)) {
            return Err(PolicyParseError::Control { octet: file[at], at });
        }
        let mut draft = PolicyDraft::new();
        for (at, line) in file.split_inclusive(|octet| *octet == b'\n').enumerate() {
            let line = line.strip_suffix(b"\n").ok_or(PolicyParseError::Unterminated)?;
            Line { number: at + 1, items: items(line) }.apply(&mut draft)?;
        }
        draft.finish().map_err(|_| PolicyParseError::NoQuorum)
    }
}

fn items(line: &[u8]) -> Vec<&[u8]> {
    line.split(|octet| b" \t".contains(octet)).filter(|item| !item.is_empty()).collect()
}

struct Line<'f> {
    number: usize,
    items: Vec<&'f [u8]>,
}

impl Line<'_> {
    fn apply(&self, draft: &mut PolicyDraft) -> Result<(), PolicyParseError> {
        let line = self.number;
        let applied = match self.items[..] {
            [] => return Ok(()),
            [comment, ..] if comment.starts_with(b"#") => return Ok(()),
            [b"log", key, ref url @ ..] => draft.log(self.key(key)?, self.url(url)?),
            [b"witness", name, key, ref url @ ..] => {
                draft.witness(self.word(name)?, self.key(key)?, self.url(url)?)
            }
            [b"group", name, threshold, ref members @ ..] => {
                let members = members.iter().map(|name| self.word(name));
                let members = members.collect::<Result<Vec<_>, _>>()?;
                draft.group(self.word(name)?, self.threshold(threshold)?, &members)
            }
            [b"quorum", name] => draft.quorum(&self.word(name)?),
            [b"log" | b"witness" | b"group" | b"quorum", ..] => {
                return Err(PolicyParseError::Items { line });
            }
            _ => return Err(PolicyParseError::Keyword { line }),
        };
        applied.map_err(|defect| PolicyParseError::Defect { line, defect })
    }

    fn word(&self, item: &[u8]) -> Result<Word, PolicyParseError> {
        Word::try_from(item).map_err(|WordError| PolicyParseError::Items { line: self.number })
    }

    fn url(&self, rest: &[&[u8]]) -> Result<Option<Word>, PolicyParseError> {
        match rest {
            [] => Ok(None),
            [url] => self.word(url).map(Some),
            _ => Err(PolicyParseError::Items { line: self.number }),
        }
    }

    fn key(&self, item: &[u8]) -> Result<VerifierKey, PolicyParseError> {
        let text = str::from_utf8(item).map_err(|_| VerifierKeyError::Format);
        let key = text.and_then(str::parse);
        key.map_err(|error| PolicyParseError::Key { line: self.number, error })
    }

    fn threshold(&self, item: &[u8]) -> Result<Threshold, PolicyParseError> {
        let wrong = PolicyParseError::Threshold { line: self.number };
        match str::from_utf8(item) {
            Ok("all") => Ok(Threshold::All),
            Ok("any") => Ok(Threshold::Any),
            Ok(digits) => match digits.parse::<usize>() {
                Ok(count) if count.to_string() == digits => Ok(Threshold::Count(count)),
                _ => Err(wrong),
            },
            Err(_) => Err(wrong),
        }
    }
}
