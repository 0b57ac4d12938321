//! A statement on its way from signer to signer: its text, and the lines that stand under it so far.

use nemcon_crypto::note::{
    KeyName, NoteError, SignatureLine, SignatureType, SignedNote, VerifierKey,
};
use nemcon_crypto::{PublicKey, SecretKey, verify_line};
use nemcon_ledger::record::signers::{Part, sign_lines};
use nemcon_ledger::record::{Body, Genesis, RecordError, Statement};
use serde::Serialize;

/// A text that not all have signed yet, as a file holds it: the bare text, or a signed note with
/// fewer lines than it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    body: Body,
    lines: Vec<SignatureLine>,
}

/// Why a sheet goes no further.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// Neither the text of a statement nor a note of one.
    #[error("it is no statement: {0}")]
    Record(#[from] RecordError),
    /// Not a note.
    #[error("it is no statement: {0}")]
    Note(#[from] NoteError),
    /// A line of a key that does not sign this.
    #[error("a line of {0} stands under it, which does not sign this statement")]
    Stranger(KeyName),
    /// A line that was made over another text.
    #[error("the signature of {0} is not over this text: the text was changed after it was signed")]
    Changed(KeyName),
    /// The key's line is there.
    #[error("{0} has signed this already")]
    SignedAlready(KeyName),
    /// As many have signed as are needed.
    #[error("{0} need not sign: as many have signed as this statement needs")]
    Enough(KeyName),
    /// A key that does not sign this.
    #[error("the key {0} does not sign this statement")]
    NoSigner(Box<PublicKey>),
    /// Not all have signed.
    #[error("it is not complete: {} must sign still", who(.0))]
    Incomplete(Vec<Signers>),
    /// Files of different texts.
    #[error("the files hold different texts")]
    Different,
}

/// `count` of these sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signers {
    /// How many.
    pub count: usize,
    /// Of which: `DK/desk`, `DK/recovery`, `the node key of DK`.
    pub names: Vec<String>,
}

impl Sheet {
    /// Reads a sheet.
    ///
    /// # Errors
    /// [`SheetError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, SheetError> {
        // A text has no empty line; in a note one parts text and lines.
        let is_note = bytes.windows(2).any(|pair| pair == b"\n\n");
        if is_note {
            let note = SignedNote::parse(bytes)?;
            return Ok(Self { body: Body::parse(note.text())?, lines: note.signatures().to_vec() });
        }
        let text = core::str::from_utf8(bytes).map_err(|_| RecordError::Kind)?;
        Ok(Self { body: Body::parse(text)?, lines: Vec::new() })
    }

    /// What it says.
    pub const fn body(&self) -> &Body {
        &self.body
    }

    /// Checks that every line is of one of the keys that sign this, and over this very text.
    ///
    /// # Errors
    /// [`SheetError`]; then nobody should sign.
    pub fn verify(&self, parts: &[Part]) -> Result<(), SheetError> {
        let text = self.body.render();
        for line in &self.lines {
            let name = line.name();
            let mut keys = parts.iter().flat_map(|part| &part.keys);
            let key = keys
                .find(|key| is_of(line, key))
                .ok_or_else(|| SheetError::Stranger(name.clone()))?;
            verify_line(key, &text, line).map_err(|_| SheetError::Changed(name.clone()))?;
        }
        Ok(())
    }

    /// Adds the lines of these secrets; `time_s` stands in those of seal keys. The names of the keys.
    ///
    /// # Errors
    /// [`SheetError`] if one does not sign this, has signed, or is not needed any more.
    pub fn sign(
        &mut self,
        parts: &[Part],
        secrets: &[SecretKey],
        time_s: u64,
    ) -> Result<Vec<KeyName>, SheetError> {
        let text = self.body.render();
        let mut names = Vec::new();
        for secret in secrets {
            let key = secret.public();
            let part = parts.iter().find(|part| part.keys.iter().any(|it| it.key == key));
            let part = part.ok_or_else(|| SheetError::NoSigner(Box::new(key)))?;
            let vkey = part.keys.iter().find(|it| it.key == key).expect("it was found there");
            let name = vkey.name.clone();
            if self.has(vkey) {
                return Err(SheetError::SignedAlready(name));
            }
            if self.count(part) >= part.count {
                return Err(SheetError::Enough(name));
            }
            let one = [Part::all([vkey.clone()])];
            self.lines.extend(sign_lines(&text, &one, core::slice::from_ref(secret), time_s));
            names.push(name);
        }
        Ok(names)
    }

    /// Takes over the lines of another sheet of the same text, which somebody else has signed.
    ///
    /// # Errors
    /// [`SheetError::Different`] if it is of another text.
    pub fn join(&mut self, other: Self) -> Result<(), SheetError> {
        if other.body != self.body {
            return Err(SheetError::Different);
        }
        let is_here = |line: &SignatureLine| {
            self.lines.iter().any(|it| it.name() == line.name() && it.key_id() == line.key_id())
        };
        let new: Vec<_> = other.lines.into_iter().filter(|line| !is_here(line)).collect();
        self.lines.extend(new);
        Ok(())
    }

    /// Who must sign still.
    pub fn lacking(&self, genesis: &Genesis, parts: &[Part]) -> Vec<Signers> {
        let lacks = |part: &Part| {
            let count = part.count.saturating_sub(self.count(part));
            let keys = part.keys.iter().filter(|key| !self.has(key)).cloned();
            (count > 0).then(|| Part::some(count, keys))
        };
        name_signers(genesis, &parts.iter().filter_map(lacks).collect::<Vec<_>>())
    }

    /// The file's bytes, lines in the order of the roster.
    ///
    /// # Errors
    /// [`SheetError`] if no note comes of it.
    pub fn render(&self, parts: &[Part]) -> Result<Vec<u8>, SheetError> {
        let text = self.body.render();
        if self.lines.is_empty() {
            return Ok(text.into_bytes());
        }
        Ok(SignedNote::new(text, self.ordered(parts))?.render())
    }

    /// The statement, once all have signed: exactly the required lines [rules.md R3].
    ///
    /// # Errors
    /// [`SheetError::Incomplete`] if not all have.
    pub fn statement(&self, genesis: &Genesis, parts: &[Part]) -> Result<Statement, SheetError> {
        let lacking = self.lacking(genesis, parts);
        if !lacking.is_empty() {
            return Err(SheetError::Incomplete(lacking));
        }
        Ok(Statement::new(&self.body, self.ordered(parts))?)
    }

    /// Of each part as many as it needs.
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

/// Who signs, in words that people use.
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

/// `DK/recovery, 2 of DK/a DK/b DK/c`.
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
