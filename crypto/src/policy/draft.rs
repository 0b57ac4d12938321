//! Building a policy line by line: the rules that every line must keep.

use std::collections::BTreeSet;

use super::definition::{Definition, Log, Policy, Quorum, Rule, Threshold, Word};
use crate::note::{SignatureType, VerifierKey};

/// The most logs that a policy may have, and the most witnesses and groups together.
pub const DEFINITIONS_MAX: usize = 256;

/// A policy that is being written; each line may use what the lines before it defined.
#[derive(Clone, Debug, Default)]
pub struct PolicyDraft {
    logs: Vec<Log>,
    definitions: Vec<Definition>,
    /// The definitions that are members of a group already.
    grouped: BTreeSet<usize>,
    quorum: Option<Quorum>,
}

/// Why a line cannot be part of the policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyDefect {
    /// More than [`DEFINITIONS_MAX`].
    #[error("more than {DEFINITIONS_MAX} logs, or witnesses and groups")]
    TooMany,
    /// Logs sign notes (type `0x01`), witnesses cosign (type `0x04`).
    #[error("a key of type {kind:?} does not do that")]
    KeyType {
        /// The type of the key given.
        kind: SignatureType,
    },
    /// The key's name has a character that policies cannot hold.
    #[error("the key's name cannot be written in a policy")]
    KeyName,
    /// Another log, or another witness, has this public key.
    #[error("the public key is already listed")]
    DuplicateKey,
    /// A witness or group has this name, or it is `none`.
    #[error("the name {name} is taken")]
    NameTaken {
        /// The name.
        name: Word,
    },
    /// No line before defines this name.
    #[error("the name {name} is not defined yet")]
    UnknownName {
        /// The name.
        name: Word,
    },
    /// The name is listed in this or another group already.
    #[error("{name} is already a member of a group")]
    AlreadyMember {
        /// The name.
        name: Word,
    },
    /// Not between 1 and the number of members; or no member.
    #[error("a threshold of {threshold} cannot be met by {members} members")]
    Threshold {
        /// The threshold.
        threshold: Threshold,
        /// The number of members.
        members: usize,
    },
    /// A quorum is set already.
    #[error("a second quorum")]
    SecondQuorum,
    /// No quorum is set.
    #[error("no quorum")]
    NoQuorum,
}

impl PolicyDraft {
    /// A policy of no lines.
    pub fn new() -> Self {
        Self::default()
    }

    /// `log <vkey> [<url>]`: accepts checkpoints of the origin that is the key's name.
    pub fn log(&mut self, key: VerifierKey, url: Option<Word>) -> Result<(), PolicyDefect> {
        check_key(&key, SignatureType::Ed25519)?;
        if self.logs.iter().any(|log| log.key.key == key.key) {
            return Err(PolicyDefect::DuplicateKey);
        }
        check_room(self.logs.len())?;
        self.logs.push(Log { key, url });
        Ok(())
    }

    /// `witness <name> <vkey> [<url>]`.
    pub fn witness(
        &mut self,
        name: Word,
        key: VerifierKey,
        url: Option<Word>,
    ) -> Result<(), PolicyDefect> {
        check_key(&key, SignatureType::CosignatureV1)?;
        let is_same =
            |rule: &Rule| matches!(rule, Rule::Witness { key: k, .. } if k.key == key.key);
        if self.definitions.iter().any(|definition| is_same(&definition.rule)) {
            return Err(PolicyDefect::DuplicateKey);
        }
        self.define(name, Rule::Witness { key: Box::new(key), url })
    }

    /// `group <name> <threshold> <member>...`.
    pub fn group(
        &mut self,
        name: Word,
        threshold: Threshold,
        members: &[Word],
    ) -> Result<(), PolicyDefect> {
        if !(1..=members.len()).contains(&threshold.of(members.len())) {
            return Err(PolicyDefect::Threshold { threshold, members: members.len() });
        }
        let mut indices = Vec::new();
        for member in members {
            let at = self.find(member)?;
            if self.grouped.contains(&at) || indices.contains(&at) {
                return Err(PolicyDefect::AlreadyMember { name: member.clone() });
            }
            indices.push(at);
        }
        self.define(name, Rule::Group { threshold, members: indices.clone() })?;
        // Last, so that a refused line leaves nothing behind.
        self.grouped.extend(indices);
        Ok(())
    }

    /// `quorum <name>`, where the name `none` requires nobody.
    pub fn quorum(&mut self, name: &Word) -> Result<(), PolicyDefect> {
        if self.quorum.is_some() {
            return Err(PolicyDefect::SecondQuorum);
        }
        let quorum = if is_none(name) { Quorum::Nobody } else { Quorum::Of(self.find(name)?) };
        self.quorum = Some(quorum);
        Ok(())
    }

    /// The policy.
    ///
    /// # Errors
    /// [`PolicyDefect::NoQuorum`] if it has no quorum line.
    pub fn finish(self) -> Result<Policy, PolicyDefect> {
        let quorum = self.quorum.ok_or(PolicyDefect::NoQuorum)?;
        Ok(Policy { logs: self.logs, definitions: self.definitions, quorum })
    }

    fn define(&mut self, name: Word, rule: Rule) -> Result<(), PolicyDefect> {
        if is_none(&name) || self.find(&name).is_ok() {
            return Err(PolicyDefect::NameTaken { name });
        }
        check_room(self.definitions.len())?;
        self.definitions.push(Definition { name, rule });
        Ok(())
    }

    fn find(&self, name: &Word) -> Result<usize, PolicyDefect> {
        let position = self.definitions.iter().position(|definition| definition.name == *name);
        position.ok_or_else(|| PolicyDefect::UnknownName { name: name.clone() })
    }
}

fn is_none(name: &Word) -> bool {
    name.as_bytes() == b"none"
}

const fn check_room(count: usize) -> Result<(), PolicyDefect> {
    if count < DEFINITIONS_MAX { Ok(()) } else { Err(PolicyDefect::TooMany) }
}

fn check_key(key: &VerifierKey, kind: SignatureType) -> Result<(), PolicyDefect> {
    if key.kind != kind {
        return Err(PolicyDefect::KeyType { kind: key.kind });
    }
    Word::try_from(key.name.as_str().as_bytes()).map_err(|_| PolicyDefect::KeyName)?;
    Ok(())
}
