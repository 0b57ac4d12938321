//! A partially signed statement, which goes from signer to signer: its text, and the signature lines so far.

use nemcon_crypto::note::{
    KeyName, NoteError, SignatureLine, SignatureType, SignedNote, VerifierKey,
};
use nemcon_crypto::{PublicKey, verify_line};
use nemcon_ledger::record::signers::Part;
use nemcon_ledger::record::{Body, Genesis, RecordError, Statement};
use serde::Serialize;

use crate::signer::{Signer, sign_line};
use crate::signer_error::SignerError;

/// A statement that may lack signatures, as a file holds it: the bare text, or a signed note with
/// fewer lines than the statement needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartiallySigned {
    body: Body,
    lines: Vec<SignatureLine>,
}

/// Why a partially signed statement cannot be read, signed, joined or completed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartiallySignedError {
    /// The bytes are neither the text of a statement nor a note of one.
    #[error("it is no statement: {0}")]
    Record(#[from] RecordError),
    /// The bytes are no signed note.
    #[error("it is no statement: {0}")]
    Note(#[from] NoteError),
    /// A signature line is of a key that does not sign this statement.
    #[error("a line of {0} stands under it, which does not sign this statement")]
    Stranger(KeyName),
    /// A signature line is over another text.
    #[error("the signature of {0} is not over this text: the text was changed after it was signed")]
    Changed(KeyName),
    /// This key has signed the statement already.
    #[error("{0} has signed this already")]
    SignedAlready(KeyName),
    /// As many keys have signed as the statement needs, so this one need not.
    #[error("{0} need not sign: as many have signed as this statement needs")]
    Enough(KeyName),
    /// This key does not sign the statement.
    #[error("the key {0} does not sign this statement")]
    NoSigner(Box<PublicKey>),
    /// One that should sign does not.
    #[error("{0}")]
    Signer(#[from] SignerError),
    /// Signatures are missing.
    #[error("it is not complete: {} must sign still", who(.0))]
    Incomplete(Vec<Signers>),
    /// The files hold different texts.
    #[error("the files hold different texts")]
    Different,
}

/// A group of keys of which `count` must sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signers {
    /// The number of keys that must sign.
    pub count: usize,
    /// The names of the keys: `DK/desk`, `DK/recovery`, `the node key of DK`.
    pub names: Vec<String>,
}

impl PartiallySigned {
    /// Parses a partially signed statement.
    ///
    /// # Errors
    /// [`PartiallySignedError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, PartiallySignedError> {
        // A text has no empty line. In a note, an empty line separates the text from the signature lines.
        let is_note = bytes.windows(2).any(|pair| pair == b"\n\n");
        if is_note {
            let note = SignedNote::parse(bytes)?;
            return Ok(Self { body: Body::parse(note.text())?, lines: note.signatures().to_vec() });
        }
        let text = core::str::from_utf8(bytes).map_err(|_| RecordError::Kind)?;
        Ok(Self { body: Body::parse(text)?, lines: Vec::new() })
    }

    /// What the statement says.
    pub const fn body(&self) -> &Body {
        &self.body
    }

    /// Checks that every signature line is by a key that signs this statement, and over its text.
    ///
    /// # Errors
    /// [`PartiallySignedError`]: the statement should not be signed.
    pub fn verify(&self, parts: &[Part]) -> Result<(), PartiallySignedError> {
        let text = self.body.render();
        for line in &self.lines {
            let name = line.name();
            let mut keys = parts.iter().flat_map(|part| &part.keys);
            let key = keys
                .find(|key| is_of(line, key))
                .ok_or_else(|| PartiallySignedError::Stranger(name.clone()))?;
            verify_line(key, &text, line)
                .map_err(|_| PartiallySignedError::Changed(name.clone()))?;
        }
        Ok(())
    }

    /// Adds the signature lines of these signers and returns their keys' names. The lines of seal
    /// keys carry the time `time_s`.
    ///
    /// # Errors
    /// [`PartiallySignedError`] if a key does not sign this statement, has signed it, or is not needed any more; or
    /// if a signer does not sign. Then nothing has changed.
    pub fn sign(
        &mut self,
        parts: &[Part],
        signers: &[impl Signer],
        time_s: u64,
    ) -> Result<Vec<KeyName>, PartiallySignedError> {
        let publics: Vec<_> = signers.iter().map(Signer::public).collect();
        let vkeys = self.new_signers(parts, &publics)?;
        let text = self.body.render();
        let lines = vkeys.iter().zip(signers).map(|(vkey, it)| sign_line(vkey, &text, time_s, it));
        self.lines.extend(lines.collect::<Result<Vec<_>, _>>()?);
        Ok(vkeys.into_iter().map(|vkey| vkey.name).collect())
    }

    /// The names of these keys, if they may all sign the statement now.
    ///
    /// # Errors
    /// [`PartiallySignedError`], as for [`Self::sign`].
    pub fn signed_by(
        &self,
        parts: &[Part],
        keys: &[PublicKey],
    ) -> Result<Vec<KeyName>, PartiallySignedError> {
        Ok(self.new_signers(parts, keys)?.into_iter().map(|vkey| vkey.name).collect())
    }

    fn new_signers(
        &self,
        parts: &[Part],
        keys: &[PublicKey],
    ) -> Result<Vec<VerifierKey>, PartiallySignedError> {
        let mut new: Vec<VerifierKey> = Vec::new();
        for key in keys {
            let part = parts.iter().find(|part| part.keys.iter().any(|it| it.key == *key));
            let part = part.ok_or_else(|| PartiallySignedError::NoSigner(Box::new(*key)))?;
            let vkey = part.keys.iter().find(|it| it.key == *key).expect("it was found there");
            let name = vkey.name.clone();
            if self.has(vkey) || new.contains(vkey) {
                return Err(PartiallySignedError::SignedAlready(name));
            }
            let here = part.keys.iter().filter(|key| new.contains(key)).count();
            if self.count(part) + here >= part.count {
                return Err(PartiallySignedError::Enough(name));
            }
            new.push(vkey.clone());
        }
        Ok(new)
    }

    /// Adds the signature lines of another copy of the same text.
    ///
    /// # Errors
    /// [`PartiallySignedError::Different`] if the other copy is of another text.
    pub fn join(&mut self, other: Self) -> Result<(), PartiallySignedError> {
        if other.body != self.body {
            return Err(PartiallySignedError::Different);
        }
        let is_here = |line: &SignatureLine| {
            self.lines.iter().any(|it| it.name() == line.name() && it.key_id() == line.key_id())
        };
        let new: Vec<_> = other.lines.into_iter().filter(|line| !is_here(line)).collect();
        self.lines.extend(new);
        Ok(())
    }

    /// The groups of keys that must still sign.
    pub fn lacking(&self, genesis: &Genesis, parts: &[Part]) -> Vec<Signers> {
        let lacks = |part: &Part| {
            let count = part.count.saturating_sub(self.count(part));
            let keys = part.keys.iter().filter(|key| !self.has(key)).cloned();
            (count > 0).then(|| Part::some(count, keys))
        };
        name_signers(genesis, &parts.iter().filter_map(lacks).collect::<Vec<_>>())
    }

    /// The bytes of the file, with the signature lines in roster order.
    ///
    /// # Errors
    /// [`PartiallySignedError`] if the lines make no valid note.
    pub fn render(&self, parts: &[Part]) -> Result<Vec<u8>, PartiallySignedError> {
        let text = self.body.render();
        if self.lines.is_empty() {
            return Ok(text.into_bytes());
        }
        Ok(SignedNote::new(text, self.ordered(parts))?.render())
    }

    /// The signed statement with exactly the required lines, once all have signed [rules.md R3].
    ///
    /// # Errors
    /// [`PartiallySignedError::Incomplete`] if signatures are missing.
    pub fn statement(
        &self,
        genesis: &Genesis,
        parts: &[Part],
    ) -> Result<Statement, PartiallySignedError> {
        let lacking = self.lacking(genesis, parts);
        if !lacking.is_empty() {
            return Err(PartiallySignedError::Incomplete(lacking));
        }
        Ok(Statement::new(&self.body, self.ordered(parts))?)
    }

    /// The signature lines in order, of each group as many as it needs.
    fn ordered(&self, parts: &[Part]) -> Vec<SignatureLine> {
        let of = |part: &Part| {
            let lines = part.keys.iter().filter_map(|key| self.line(key)).cloned();
            lines.take(part.count).collect::<Vec<_>>()
        };
        parts.iter().flat_map(of).collect()
    }

    fn line(&self, key: &VerifierKey) -> Option<&SignatureLine> {
        self.lines.iter().find(|line| is_of(line, key))
    }

    fn has(&self, key: &VerifierKey) -> bool {
        self.line(key).is_some()
    }

    fn count(&self, part: &Part) -> usize {
        part.keys.iter().filter(|key| self.has(key)).count()
    }
}

fn is_of(line: &SignatureLine, key: &VerifierKey) -> bool {
    *line.name() == key.name && line.key_id() == key.key_id()
}

/// The groups of keys that must sign, in words.
pub fn name_signers(genesis: &Genesis, parts: &[Part]) -> Vec<Signers> {
    let (origin, log) = (format!("{}/", genesis.origin), genesis.checkpoint_origin());
    let name = |key: &VerifierKey| {
        let name = key.name.as_str();
        let short = name.strip_prefix(&origin).unwrap_or(name);
        match key.kind {
            _ if name == log => "the node key".to_owned(),
            SignatureType::CosignatureV1 => format!("the seal key of {short}"),
            SignatureType::Ed25519 => short.to_owned(),
        }
    };
    let signers =
        |part: &Part| Signers { count: part.count, names: part.keys.iter().map(name).collect() };
    parts.iter().map(signers).filter(|it| it.count > 0).collect()
}

/// The groups in words: `DK/recovery, 2 of DK/a DK/b DK/c`.
pub fn who(signers: &[Signers]) -> String {
    let one = |it: &Signers| {
        if it.count == it.names.len() {
            it.names.join(", ")
        } else {
            format!("{} of {}", it.count, it.names.join(" "))
        }
    };
    signers.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
