//! A statement: a text that officers sign, a C2SP signed note as a whole.

use core::fmt;

use nemcon_crypto::note::{self, SignatureLine, SignedNote, sign_note};
use nemcon_crypto::{Digest, SecretKey, hash};

use super::genesis::Genesis;
use super::measure::Measure;
use super::position::Ballot;
use super::roster::{Officer, officer_vkey};
use super::steering::{About, Close, Withdrawal};
use super::{RECORD_BYTES_MAX, RecordError, verify_canonical};
use crate::text::value::ValueError;
use crate::text::{Code, FieldError, Fields, Label, Origin, Writer};

/// What every statement begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The council that it is made in.
    pub council: Digest,
    /// The party that signs it.
    pub by: Code,
}

/// The matter of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Tables a measure.
    Measure(Measure),
    /// States a position.
    Ballot(Ballot),
    /// Takes a measure back.
    Withdrawal(Withdrawal),
    /// Ends balloting early.
    Close(Close),
}

/// A chain of statements of which each names the one before (R6): what was revoked, lifted or
/// replaced can then not be played again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChainKey {
    /// What was said for a party on a measure, across its revisions.
    Measure(u64, Code),
    /// What a party said on an incident.
    Incident(u64, Code),
    /// What a party said of itself: its keys, its membership.
    Own(Code),
}

impl ChainKey {
    /// Whose chain it is.
    pub const fn code(&self) -> &Code {
        match self {
            Self::Measure(_, code) | Self::Incident(_, code) | Self::Own(code) => code,
        }
    }
}

impl fmt::Display for ChainKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Measure(number, code) => write!(f, "for {code} on measure {number}"),
            Self::Incident(number, code) => write!(f, "of {code} on incident {number}"),
            Self::Own(code) => write!(f, "of {code} about itself"),
        }
    }
}

/// Where a statement stands in its chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainLink {
    /// Which chain.
    pub chain: ChainKey,
    /// The text hash of the chain's last statement.
    pub after: Option<Digest>,
}

/// A text with the signatures of its party's officers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it says.
    pub body: Body,
    /// Text and signatures as they stand in the log.
    pub note: SignedNote,
    /// `SHA-256(text)`: a statement is unique by its text.
    pub text_hash: Digest,
}

/// Why the signature lines are not the required ones.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureFault {
    /// Too few or too many.
    #[error("{found} signature lines; exactly {required} must stand there")]
    Count {
        /// How many there are.
        found: usize,
        /// How many there must be.
        required: usize,
    },
    /// A line that is no officer's of this party, or out of roster order.
    #[error("signature line {line} is not of an officer of this party, in the order of the roster")]
    Signer {
        /// Counted from 1.
        line: usize,
    },
    /// It does not verify.
    #[error("signature line {line} does not verify over this text")]
    Invalid {
        /// Counted from 1.
        line: usize,
    },
}

impl Body {
    /// Council and signer.
    pub const fn head(&self) -> &Head {
        match self {
            Self::Measure(measure) => &measure.head,
            Self::Ballot(ballot) => &ballot.head,
            Self::Withdrawal(withdrawal) => &withdrawal.head,
            Self::Close(close) => &close.head,
        }
    }

    /// The kind, as its first line names it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Measure(_) => "measure",
            Self::Ballot(_) => "ballot",
            Self::Withdrawal(_) => "withdrawal",
            Self::Close(_) => "close",
        }
    }

    /// Its place in a chain; a measure begins chains and stands in none.
    pub fn link(&self) -> Option<ChainLink> {
        let on = |about: &About, code: &Code| ChainKey::Measure(about.measure, code.clone());
        let (chain, after) = match self {
            Self::Measure(_) => return None,
            Self::Ballot(b) => (on(&b.about, &b.on_behalf), b.after),
            Self::Withdrawal(w) => (on(&w.about, &w.on_behalf), w.after),
            Self::Close(c) => (on(&c.about, &c.on_behalf), c.after),
        };
        Some(ChainLink { chain, after })
    }

    /// The measure that it says something on, as it names it.
    pub const fn about(&self) -> Option<&About> {
        match self {
            Self::Measure(_) => None,
            Self::Ballot(ballot) => Some(&ballot.about),
            Self::Withdrawal(withdrawal) => Some(&withdrawal.about),
            Self::Close(close) => Some(&close.about),
        }
    }

    /// Parses the text that officers sign.
    ///
    /// # Errors
    /// [`RecordError`] if it breaks the grammar or is of no statement's kind.
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        let mut fields = Fields::new(text)?;
        let kind = fields.line()?.strip_prefix("nemcon/v1 ").ok_or(RecordError::Kind)?;
        if !["measure", "ballot", "withdrawal", "close"].contains(&kind) {
            return Err(RecordError::Kind);
        }
        let head = Head { council: fields.required("council")?, by: fields.required("by")? };
        let body = match kind {
            "measure" => Self::Measure(Measure::parse_from(head, &mut fields)?),
            "ballot" => Self::Ballot(Ballot::parse_from(head, &mut fields)?),
            "withdrawal" => Self::Withdrawal(Withdrawal::parse_from(head, &mut fields)?),
            _ => Self::Close(Close::parse_from(head, &mut fields)?),
        };
        fields.end()?;
        verify_canonical(text, &body.render())?;
        Ok(body)
    }

    /// The text that officers sign.
    pub fn render(&self) -> String {
        let mut writer = Writer::new(self.kind());
        let Head { council, by } = self.head();
        writer.field("council", council).field("by", by);
        match self {
            Self::Measure(measure) => measure.render_into(&mut writer),
            Self::Ballot(ballot) => ballot.render_into(&mut writer),
            Self::Withdrawal(withdrawal) => withdrawal.render_into(&mut writer),
            Self::Close(close) => close.render_into(&mut writer),
        }
        writer.finish()
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
        Ok(Self { body, note, text_hash })
    }

    /// The bytes of the leaf.
    pub fn render(&self) -> Vec<u8> {
        self.note.render()
    }

    /// Checks that exactly the required officers of its party have signed, in roster order (R3).
    ///
    /// # Errors
    /// [`SignatureFault`].
    pub fn verify(
        &self,
        genesis: &Genesis,
        required: usize,
        officers: &[Officer],
    ) -> Result<(), SignatureFault> {
        let lines = self.note.signatures();
        if lines.len() != required {
            return Err(SignatureFault::Count { found: lines.len(), required });
        }
        let mut officers = officers.iter();
        for (at, line) in lines.iter().enumerate() {
            // `find` goes on from the officer before: that is what fixes the order.
            let vkey = officers
                .by_ref()
                .map(|officer| officer_vkey(&genesis.origin, &self.body.head().by, officer))
                .find(|vkey| vkey.name == *line.name() && vkey.key_id() == line.key_id())
                .ok_or(SignatureFault::Signer { line: at + 1 })?;
            note::verify(&vkey, self.note.text(), line)
                .map_err(|_| SignatureFault::Invalid { line: at + 1 })?;
        }
        Ok(())
    }
}

pub(super) fn parse_after(fields: &mut Fields<'_>) -> Result<Option<Digest>, FieldError> {
    fields.required_with("after", |text| match text {
        "none" => Ok(None),
        _ => Ok(Some(text.parse().map_err(|_| {
            ValueError("`none` or the text hash of the last statement on this measure")
        })?)),
    })
}

pub(super) fn render_after(writer: &mut Writer, after: Option<Digest>) {
    match after {
        Some(digest) => writer.field("after", digest),
        None => writer.field("after", "none"),
    };
}
