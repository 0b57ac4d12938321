//! What a policy is made of, and how it is written.

use core::fmt;

use crate::note::VerifierKey;

/// A name or URL: one or more octets other than spaces and controls, compared as octets.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word(Vec<u8>);

/// Octets are not a word of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a name or URL is not empty and has no spaces and no control characters")]
pub struct WordError;

/// How many members must have witnessed, for a group to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threshold {
    /// One.
    Any,
    /// Each.
    All,
    /// This many: at least 1, at most all.
    Count(usize),
}

/// A complete policy: every name that it uses is defined, before it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub(super) logs: Vec<Log>,
    /// A group's members are all of smaller index.
    pub(super) definitions: Vec<Definition>,
    pub(super) quorum: Quorum,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Log {
    pub(super) key: VerifierKey,
    pub(super) url: Option<Word>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Definition {
    pub(super) name: Word,
    pub(super) rule: Rule,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    Witness { key: Box<VerifierKey>, url: Option<Word> },
    Group { threshold: Threshold, members: Vec<usize> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quorum {
    /// Of no witness.
    Nobody,
    /// Of the witness or group with this index.
    Of(usize),
}

impl Policy {
    /// The policy as a file, without comments, logs first.
    pub fn render(&self) -> Vec<u8> {
        let mut file = Vec::new();
        for log in &self.logs {
            let key = log.key.to_string();
            push_line(
                &mut file,
                [&b"log"[..], key.as_bytes()]
                    .into_iter()
                    .chain(log.url.as_ref().map(Word::as_bytes)),
            );
        }
        for definition in &self.definitions {
            self.render_definition(definition, &mut file);
        }
        let quorum = match self.quorum {
            Quorum::Nobody => b"none",
            Quorum::Of(at) => self.definitions[at].name.as_bytes(),
        };
        push_line(&mut file, [b"quorum", quorum]);
        file
    }

    fn render_definition(&self, definition: &Definition, file: &mut Vec<u8>) {
        let name = &definition.name.0[..];
        match &definition.rule {
            Rule::Witness { key, url } => {
                let key = key.to_string();
                push_line(
                    file,
                    [b"witness", name, key.as_bytes()]
                        .into_iter()
                        .chain(url.as_ref().map(Word::as_bytes)),
                );
            }
            Rule::Group { threshold, members } => {
                let threshold = threshold.to_string();
                let members = members.iter().map(|at| &self.definitions[*at].name.0[..]);
                let head = [b"group", name, threshold.as_bytes()];
                push_line(file, head.into_iter().chain(members));
            }
        }
    }

    /// The keys of the logs, in the order of the policy.
    pub fn logs(&self) -> impl Iterator<Item = &VerifierKey> {
        self.logs.iter().map(|log| &log.key)
    }

    /// Where witnesses answer, with their keys: those that have an address in the policy.
    pub fn addresses(&self) -> impl Iterator<Item = (&VerifierKey, &Word)> {
        self.definitions.iter().filter_map(|definition| match &definition.rule {
            Rule::Witness { key, url: Some(url) } => Some((&**key, url)),
            Rule::Witness { .. } | Rule::Group { .. } => None,
        })
    }

    /// The witnesses, in the order of the policy.
    pub fn witnesses(&self) -> impl Iterator<Item = (&Word, &VerifierKey)> {
        self.definitions.iter().filter_map(|definition| match &definition.rule {
            Rule::Witness { key, .. } => Some((&definition.name, &**key)),
            Rule::Group { .. } => None,
        })
    }
}

fn push_line<'a>(file: &mut Vec<u8>, items: impl IntoIterator<Item = &'a [u8]>) {
    let items: Vec<_> = items.into_iter().collect();
    file.extend_from_slice(&items.join(&b' '));
    file.push(b'\n');
}

impl Threshold {
    pub(super) const fn of(self, members: usize) -> usize {
        match self {
            Self::Any => 1,
            Self::All => members,
            Self::Count(count) => count,
        }
    }
}

impl Word {
    /// The octets; mostly UTF-8, never checked to be.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl TryFrom<&[u8]> for Word {
    type Error = WordError;

    fn try_from(octets: &[u8]) -> Result<Self, WordError> {
        if octets.is_empty() || octets.iter().any(|octet| *octet <= b' ' || *octet == 0x7f) {
            return Err(WordError);
        }
        Ok(Self(octets.to_vec()))
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::All => f.write_str("all"),
            Self::Count(count) => write!(f, "{count}"),
        }
    }
}
