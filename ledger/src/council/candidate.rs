//! A statement with what was found of it: the hash of its leaf, and by which keys its lines were made.
//!
//! What it guarantees: what was found is kept with the very statement that it was found of, and is found
//! by verifying alone. What it does not: if the council changes who must sign, the signatures are verified
//! anew.

use std::sync::Arc;

use nemcon_crypto::Digest;
use nemcon_crypto::note::VerifierKey;

use super::state::Council;
use crate::record::RecordError;
use crate::record::signers::{Part, are_asked_for, keys_of_lines};
use crate::record::statement::{SignatureFault, Statement};

/// A statement that may come into a block. Copies share the statement.
#[derive(Clone, Debug)]
pub struct Candidate {
    statement: Arc<Statement>,
    /// The keys that made its lines, in the order of the lines; none before they are verified.
    by: Option<Arc<[VerifierKey]>>,
}

/// A candidate whose lines were verified. There is no other way to make one than by verifying.
#[derive(Clone, Debug)]
pub struct Proven(Candidate);

impl Candidate {
    /// Reads a record; nothing is verified yet.
    ///
    /// # Errors
    /// [`RecordError`] if it is no statement.
    pub fn read(record: &[u8]) -> Result<Self, RecordError> {
        Statement::parse(record).map(Self::from)
    }

    /// The statement.
    pub const fn statement(&self) -> &Arc<Statement> {
        &self.statement
    }

    /// The hash of the leaf that it would be [RFC 6962 2.1].
    pub fn leaf_hash(&self) -> Digest {
        self.statement.leaf_hash
    }

    /// Whether its lines were verified.
    pub const fn is_proven(&self) -> bool {
        self.by.is_some()
    }

    /// Checks the lines of the statement, unless it is known that the keys asked for have made them.
    ///
    /// # Errors
    /// [`SignatureFault`]; then what was known is still known.
    pub(super) fn prove(&mut self, parts: &[Part]) -> Result<(), SignatureFault> {
        if self.by.as_ref().is_some_and(|by| are_asked_for(by, parts)) {
            return Ok(());
        }
        let by = keys_of_lines(&self.statement.note, parts)?;
        self.by = Some(by.into_iter().cloned().collect());
        Ok(())
    }
}

impl AsRef<Statement> for Candidate {
    fn as_ref(&self) -> &Statement {
        &self.statement
    }
}

impl From<Statement> for Candidate {
    /// A statement that was read before; nothing is verified yet.
    fn from(statement: Statement) -> Self {
        Self { statement: Arc::new(statement), by: None }
    }
}

impl Proven {
    /// Reads a record and verifies its lines by the keys that sign for its party in `council`; none if it is
    /// no statement, or not rightly signed. It reads the council alone, so that several threads may do it at
    /// once.
    pub fn of(council: &Council, record: &[u8]) -> Option<Self> {
        Self::by(council, Candidate::read(record).ok()?)
    }

    /// The same of a record that was read.
    pub fn by(council: &Council, mut candidate: Candidate) -> Option<Self> {
        let parts = council.verify_speaker(&candidate.statement.body).ok()?;
        candidate.prove(&parts).ok()?;
        Some(Self(candidate))
    }

    /// The candidate.
    pub const fn candidate(&self) -> &Candidate {
        &self.0
    }

    /// The candidate.
    pub fn into_candidate(self) -> Candidate {
        self.0
    }
}

#[cfg(test)]
mod tests;
