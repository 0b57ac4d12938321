//! A statement: a text that officers sign; the whole C2SP signed note is the leaf.
//!
//! What it guarantees: `render(parse(bytes)) == bytes`. What it does not: a parsed statement may
//! have wrong signatures; [`Statement::verify`] judges them.

use nemcon_crypto::merkle::leaf_hash;
use nemcon_crypto::note::{KeyId, SignatureLine, SignedNote, sign_note};
use nemcon_crypto::{Digest, SecretKey, hash};

pub use super::body::Body;
use super::error::RecordError;
use super::genesis::Genesis;
pub use super::grammar::{ChainKey, ChainLink, Head, Said};
use super::limits::RECORD_BYTES_MAX;
use super::roster::{Officer, officer_vkey};
pub use super::share::Share;
pub use super::signers::SignatureFault;
use super::signers::{of_officers, verify_lines};
use crate::text::{Code, Label, Origin};

/// A text with the signatures of its party's officers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it says.
    pub body: Body,
    /// Text and signatures as they stand in the log.
    pub note: SignedNote,
    /// `SHA-256(text)`: a statement is unique by its text.
    pub text_hash: Digest,
    /// The hash of its leaf [RFC 6962 2.1], which covers the signatures: whoever has not seen these cannot
    /// tell it, although the text can be guessed.
    pub leaf_hash: Digest,
}

impl AsRef<Self> for Statement {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// One officer's signature line over `text`: `<origin>/<code>/<label>`, Ed25519.
pub fn sign_as_officer(
    text: &str,
    origin: &Origin,
    code: &Code,
    label: &Label,
    secret: &SecretKey,
) -> SignatureLine {
    let officer = Officer { label: label.clone(), key: secret.public() };
    sign_note(text, &officer_vkey(origin, code, &officer).name, secret)
        .expect("a rendered text is a note's text")
}

impl Statement {
    /// `SHA-256(key id || signature, ...)` over its signature lines, in their order: whoever has not seen
    /// the signatures cannot tell it, although the text can be guessed.
    pub fn signatures_hash(&self) -> Digest {
        let blobs = self.note.signatures().iter().map(SignatureLine::blob);
        hash::sha256(&blobs.collect::<Vec<_>>().concat())
    }

    /// A statement of `body` with these signature lines, which [`Self::verify`] judges.
    ///
    /// # Errors
    /// [`RecordError`] if it would not be a record: its text too long, or no signature.
    pub fn new(body: &Body, signatures: Vec<SignatureLine>) -> Result<Self, RecordError> {
        Self::parse(&SignedNote::new(body.render(), signatures)?.render())
    }

    /// Parses a signed note.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        if bytes.len() > RECORD_BYTES_MAX {
            return Err(RecordError::TooLong { bytes: bytes.len() });
        }
        let note = SignedNote::parse(bytes)?;
        let body = Body::parse(note.text())?;
        let text_hash = hash::sha256(note.text().as_bytes());
        Ok(Self { body, note, text_hash, leaf_hash: leaf_hash(bytes) })
    }

    /// A statement that nobody has signed, for looking at what would follow from it: its one line is
    /// no key's and verifies never.
    pub(crate) fn unsigned(body: &Body) -> Self {
        let name = "unsigned".parse().expect("a word is a key's name");
        let line = SignatureLine::new(name, KeyId([0; 4]), vec![0]).expect("it is not empty");
        let text = body.render();
        let text_hash = hash::sha256(text.as_bytes());
        let note = SignedNote::new(text, vec![line]).expect("a rendered text is a note's text");
        let leaf_hash = leaf_hash(&note.render());
        Self { body: body.clone(), note, text_hash, leaf_hash }
    }

    /// How many bytes the leaf has.
    pub fn bytes(&self) -> usize {
        self.note.bytes()
    }

    /// The bytes of the leaf.
    pub fn render(&self) -> Vec<u8> {
        self.note.render()
    }

    /// Checks that exactly the required officers of its party have signed, in roster order
    /// [rules.md R3].
    ///
    /// # Errors
    /// [`SignatureFault`].
    pub fn verify(
        &self,
        genesis: &Genesis,
        required: usize,
        officers: &[Officer],
    ) -> Result<(), SignatureFault> {
        let by = &self.body.head().by;
        verify_lines(&self.note, &of_officers(&genesis.origin, by, required, officers))
    }
}
