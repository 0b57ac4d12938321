//! A statement: a text that officers sign, a C2SP signed note as a whole.

use core::fmt;

use nemcon_crypto::note::{KeyId, SignatureLine, SignedNote, sign_note};
use nemcon_crypto::{Digest, SecretKey, hash};

use super::genesis::Genesis;
use super::incident::{Attribution, Incident};
use super::intent::{Mandate, Reservation};
use super::keys::{Freeze, Keys, Rotation};
use super::measure::Measure;
use super::membership::{Entry, Notice};
use super::position::Ballot;
use super::revision::{Package, Revision};
use super::roster::{Officer, officer_vkey};
use super::signers::{of_officers, verify_lines};
use super::steering::{About, Attestation, Close, Extension, Withdrawal};
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

/// What each kind of statement has: its head, its place in a chain, its lines.
pub(super) trait Kind: Sized {
    fn head(&self) -> &Head;
    /// Its place in a chain, unless it begins one.
    fn link(&self) -> Option<ChainLink>;
    /// The measure that it says something on.
    fn about(&self) -> Option<&About> {
        None
    }
    /// Reads the lines after the head.
    fn parse_from(head: Head, fields: &mut Fields<'_>) -> Result<Self, RecordError>;
    /// Writes them.
    fn render_into(&self, writer: &mut Writer);
}

/// Lists the kinds of statement once: variant, type, the word of its first line.
macro_rules! bodies {
    ($($(#[$doc:meta])* $variant:ident($type:ty) = $kind:literal,)*) => {
        /// The matter of a statement.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Body {
            $($(#[$doc])* $variant($type),)*
        }

        impl Body {
            /// Every kind of statement there is, as first lines name them.
            pub const KINDS: &[&str] = &[$($kind),*];

            /// Council and signer.
            pub fn head(&self) -> &Head {
                match self {
                    $(Self::$variant(body) => Kind::head(body),)*
                }
            }

            /// The kind, as its first line names it.
            pub const fn kind(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $kind,)*
                }
            }

            /// Its place in a chain; what begins chains stands in none.
            pub fn link(&self) -> Option<ChainLink> {
                match self {
                    $(Self::$variant(body) => Kind::link(body),)*
                }
            }

            /// The measure that it says something on, as it names it.
            pub fn about(&self) -> Option<&About> {
                match self {
                    $(Self::$variant(body) => Kind::about(body),)*
                }
            }

            fn parse_lines(kind: &str, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
                // The kind first: a text of no statement's kind is told as such.
                if !Self::KINDS.contains(&kind) {
                    return Err(RecordError::Kind);
                }
                let head =
                    Head { council: fields.required("council")?, by: fields.required("by")? };
                match kind {
                    $($kind => Ok(Self::$variant(Kind::parse_from(head, fields)?)),)*
                    _ => Err(RecordError::Kind),
                }
            }

            fn render_lines(&self, writer: &mut Writer) {
                match self {
                    $(Self::$variant(body) => Kind::render_into(body, writer),)*
                }
            }
        }
    };
}

bodies! {
    /// Tables a measure.
    Measure(Measure) = "measure",
    /// Replaces a measure's text by its proposer's new one.
    Revision(Revision) = "revision",
    /// Has measures adopted together or not at all.
    Package(Package) = "package",
    /// States a position.
    Ballot(Ballot) = "ballot",
    /// Lets another member cast one's ballot, or takes that back.
    Mandate(Mandate) = "mandate",
    /// Says "not yet, because", or lifts it.
    Reservation(Reservation) = "reservation",
    /// Puts a deadline off.
    Extension(Extension) = "extension",
    /// Takes a measure back.
    Withdrawal(Withdrawal) = "withdrawal",
    /// Ends balloting early.
    Close(Close) = "close",
    /// Attests something about a measure.
    Attestation(Attestation) = "attestation",
    /// Tells of an incident.
    Incident(Incident) = "incident",
    /// Says who stands behind it.
    Attribution(Attribution) = "attribution",
    /// Changes who signs for a member.
    Keys(Keys) = "keys",
    /// Stops all that is said for a party.
    Freeze(Freeze) = "freeze",
    /// Gives a member's node other keys.
    Rotation(Rotation) = "rotation",
    /// Says that a member leaves.
    Notice(Notice) = "notice",
    /// Takes an admitted member's seat.
    Entry(Entry) = "entry",
}

/// A chain of statements of which each names the one before [rules.md R6]: what was revoked, lifted or
/// replaced can then not be played again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChainKey {
    /// What was said for a party on a measure, across its revisions.
    Measure(u64, Code),
    /// What a party said on an incident.
    Incident(u64, Code),
    /// What a party said of itself: its node's keys, its membership.
    Own(Code),
    /// What a party said of who signs for it: its officers, a freeze. Officers alone do not lengthen
    /// it without ending it, so that a thief of theirs cannot outrun what stops him.
    Keys(Code),
}

impl ChainKey {
    /// Whose chain it is.
    pub const fn code(&self) -> &Code {
        match self {
            Self::Measure(_, code)
            | Self::Incident(_, code)
            | Self::Own(code)
            | Self::Keys(code) => code,
        }
    }
}

impl fmt::Display for ChainKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Measure(number, code) => write!(f, "for {code} on measure {number}"),
            Self::Incident(number, code) => write!(f, "of {code} on incident {number}"),
            Self::Own(code) => write!(f, "of {code} about itself"),
            Self::Keys(code) => write!(f, "about who signs for {code}"),
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

/// Which share of its party a statement is charged to. A block takes statements in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Share {
    /// Freezes: what stops a thief.
    Freezes,
    /// Who signs for a member.
    Officers,
    /// A member's node, its notice, its entry.
    Seats,
    /// Ballots, retractions among them.
    Ballots,
    /// All else.
    Rest,
}

impl Share {
    /// Whether it is of statements by which a party changes itself.
    pub const fn is_change(self) -> bool {
        matches!(self, Self::Freezes | Self::Officers | Self::Seats)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Freezes => "freezes",
            Self::Officers => "changes of its officers",
            Self::Seats => "changes of its node or its membership",
            Self::Ballots => "ballots",
            Self::Rest => "statements",
        })
    }
}

impl Body {
    /// Which share of its party it is charged to; the party is the one that signs.
    pub const fn share(&self) -> Share {
        match self {
            Self::Freeze(_) => Share::Freezes,
            Self::Keys(_) => Share::Officers,
            Self::Rotation(_) | Self::Notice(_) | Self::Entry(_) => Share::Seats,
            Self::Ballot(_) => Share::Ballots,
            Self::Measure(_)
            | Self::Revision(_)
            | Self::Package(_)
            | Self::Mandate(_)
            | Self::Reservation(_)
            | Self::Extension(_)
            | Self::Withdrawal(_)
            | Self::Close(_)
            | Self::Attestation(_)
            | Self::Incident(_)
            | Self::Attribution(_) => Share::Rest,
        }
    }

    /// Whether it says who signs for a party, or where a member's node is and whether it sits.
    pub const fn is_of_seats(&self) -> bool {
        matches!(
            self,
            Self::Keys(_) | Self::Freeze(_) | Self::Rotation(_) | Self::Notice(_) | Self::Entry(_)
        )
    }

    /// Parses the text that officers sign.
    ///
    /// # Errors
    /// [`RecordError`] if it breaks the grammar or is of no statement's kind.
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        let mut fields = Fields::new(text)?;
        let kind = fields.line()?.strip_prefix("nemcon/v1 ").ok_or(RecordError::Kind)?;
        let body = Self::parse_lines(kind, &mut fields)?;
        fields.end()?;
        verify_canonical(text, &body.render())?;
        Ok(body)
    }

    /// The text that officers sign.
    pub fn render(&self) -> String {
        let mut writer = Writer::new(self.kind());
        let Head { council, by } = self.head();
        writer.field("council", council).field("by", by);
        self.render_lines(&mut writer);
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

    /// A statement that nobody has signed, for looking at what would follow from it: its one line is
    /// no key's and verifies never.
    pub(crate) fn unsigned(body: &Body) -> Self {
        let name = "unsigned".parse().expect("a word is a key's name");
        let line = SignatureLine::new(name, KeyId([0; 4]), vec![0]).expect("it is not empty");
        let text = body.render();
        let text_hash = hash::sha256(text.as_bytes());
        let note = SignedNote::new(text, vec![line]).expect("a rendered text is a note's text");
        Self { body: body.clone(), note, text_hash }
    }

    /// How many bytes the leaf has.
    pub fn bytes(&self) -> usize {
        self.render().len()
    }

    /// The bytes of the leaf.
    pub fn render(&self) -> Vec<u8> {
        self.note.render()
    }

    /// Checks that exactly the required officers of its party have signed, in roster order [rules.md R3].
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
