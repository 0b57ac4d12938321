//! Trust policies: which logs and witnesses must have signed a checkpoint [C2SP tlog-policy].
//!
//! ```text
//! log <vkey>                        any one of the logs must sign
//! witness X1 <vkey>
//! witness X2 <vkey>
//! group X all X1 X2                 all | any | a number of the members
//! quorum X                          or a witness, or none
//! ```

mod draft;
mod parse;
#[cfg(test)]
mod tests;

use core::fmt;

pub use draft::{DEFINITIONS_MAX, PolicyDefect, PolicyDraft};
pub use parse::PolicyParseError;

use crate::Checkpoint;
use crate::checkpoint::CheckpointError;
use crate::note::{NoteError, SignatureType, SignedNote, VerifierKey};

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
    logs: Vec<Log>,
    /// A group's members are all of smaller index.
    definitions: Vec<Definition>,
    quorum: Quorum,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Log {
    key: VerifierKey,
    url: Option<Word>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Definition {
    name: Word,
    rule: Rule,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Rule {
    Witness { key: Box<VerifierKey>, url: Option<Word> },
    Group { threshold: Threshold, members: Vec<usize> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quorum {
    /// Of no witness.
    Nobody,
    /// Of the witness or group with this index.
    Of(usize),
}

/// What a policy found in a checkpoint that it accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance<'p> {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// The logs that signed it: at least one.
    pub logs: Vec<&'p VerifierKey>,
    /// The names of all witnesses that cosigned it, in the policy's order.
    pub witnesses: Vec<&'p Word>,
}

/// Why a policy does not accept a note.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// The note is no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A line of a known key is forged.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// No log of the policy whose name is the checkpoint's origin signed it.
    #[error("no known log of this origin has signed")]
    Log,
    /// Too few witnesses cosigned.
    #[error("{} witnesses have cosigned, the quorum lacks some of {missing:?}", cosigned.len())]
    Quorum {
        /// The witnesses that did, in the policy's order.
        cosigned: Vec<Word>,
        /// The witnesses that could contribute to the quorum, and did not cosign.
        missing: Vec<Word>,
    },
}

impl Policy {
    /// Judges a checkpoint: one of the logs, known by the origin, must have signed it, and the
    /// quorum must have cosigned. When they cosigned is not judged.
    pub fn evaluate(&self, note: &SignedNote) -> Result<Acceptance<'_>, PolicyError> {
        let checkpoint = Checkpoint::parse(note.text())?;
        let logs = self.logs.iter().map(|log| &log.key);
        let logs = logs.filter(|key| key.name.as_str() == checkpoint.origin());
        let signers = note.verified_by(logs.chain(self.witnesses().map(|(_, key)| key)))?;

        let is_log = |key: &&VerifierKey| key.kind == SignatureType::Ed25519;
        let logs: Vec<_> = signers.iter().copied().filter(is_log).collect();
        if logs.is_empty() {
            return Err(PolicyError::Log);
        }
        let cosigned = |key: &VerifierKey| signers.contains(&key);
        self.check_quorum(cosigned)?;
        let witnesses = self.witnesses().filter(|(_, key)| cosigned(key));
        Ok(Acceptance { checkpoint, logs, witnesses: witnesses.map(|(name, _)| name).collect() })
    }

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

    /// The witnesses, in the order of the policy.
    pub fn witnesses(&self) -> impl Iterator<Item = (&Word, &VerifierKey)> {
        self.definitions.iter().filter_map(|definition| match &definition.rule {
            Rule::Witness { key, .. } => Some((&definition.name, &**key)),
            Rule::Group { .. } => None,
        })
    }

    fn check_quorum(&self, cosigned: impl Fn(&VerifierKey) -> bool) -> Result<(), PolicyError> {
        let Quorum::Of(quorum) = self.quorum else { return Ok(()) };
        let mut witnessed = Vec::with_capacity(self.definitions.len());
        // Members come before their groups, so that one pass decides.
        for definition in &self.definitions {
            witnessed.push(match &definition.rule {
                Rule::Witness { key, .. } => cosigned(key),
                Rule::Group { threshold, members } => {
                    let count = members.iter().filter(|at| witnessed[**at]).count();
                    count >= threshold.of(members.len())
                }
            });
        }
        if witnessed[quorum] { Ok(()) } else { Err(self.lacking(quorum, &witnessed)) }
    }

    fn lacking(&self, quorum: usize, witnessed: &[bool]) -> PolicyError {
        let matters = self.members_of(quorum);
        let (mut cosigned, mut missing) = (Vec::new(), Vec::new());
        for (at, definition) in self.definitions.iter().enumerate() {
            match definition.rule {
                Rule::Witness { .. } if witnessed[at] => cosigned.push(definition.name.clone()),
                Rule::Witness { .. } if matters[at] => missing.push(definition.name.clone()),
                _ => {}
            }
        }
        PolicyError::Quorum { cosigned, missing }
    }

    /// Which definitions the quorum rests on, through any number of groups.
    fn members_of(&self, quorum: usize) -> Vec<bool> {
        let mut matters = vec![false; self.definitions.len()];
        matters[quorum] = true;
        for at in (0..=quorum).rev() {
            if let (true, Rule::Group { members, .. }) = (matters[at], &self.definitions[at].rule) {
                for member in members {
                    matters[*member] = true;
                }
            }
        }
        matters
    }
}

fn push_line<'a>(file: &mut Vec<u8>, items: impl IntoIterator<Item = &'a [u8]>) {
    let items: Vec<_> = items.into_iter().collect();
    file.extend_from_slice(&items.join(&b' '));
    file.push(b'\n');
}

impl Threshold {
    const fn of(self, members: usize) -> usize {
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
