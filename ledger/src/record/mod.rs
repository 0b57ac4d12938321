//! Records: the leaves of the log. Each is a text with one written form.
//!
//! ```text
//! genesis                                   leaf 0, a text; its signatures travel beside it
//! measure revision package ballot ...       statements: C2SP signed notes of officers
//! decision lapse block                      derived by the state machine: texts
//! ```

pub mod charter;
pub mod derived;
pub mod genesis;
pub mod incident;
pub mod intent;
pub mod keys;
pub mod matter;
pub mod measure;
pub mod membership;
pub mod parts;
pub mod position;
pub mod revision;
pub mod roster;
pub mod signers;
pub mod statement;
pub mod steering;
pub mod succession;
pub mod used;

pub use charter::{Charter, Fraction};
pub use derived::{BlockRecord, Decision, Lapse, Outcome};
pub use genesis::{Genesis, GenesisError, Visibility};
pub use incident::{Attribution, Incident};
pub use intent::{Mandate, Reservation};
pub use keys::{Freeze, Keys, Rotation};
pub use matter::Matter;
pub use measure::Measure;
pub use membership::{Boundary, Entry, Notice};
pub use position::{Ballot, Position};
pub use revision::{Package, Revision};
pub use roster::{Member, Officer, Participant, Roster};
pub use statement::{Body, ChainKey, ChainLink, Statement};
pub use steering::{About, Attestation, Close, Extension, Withdrawal};
pub use succession::Succession;

use nemcon_crypto::note::NoteError;

use crate::text::FieldError;

/// The longest record in bytes: what the length prefix of a tlog-tiles entry holds [C2SP tlog-tiles].
pub const RECORD_BYTES_MAX: usize = 65_535;

/// Lists once the kinds of record that no officer signs: variant, what it holds, what parses it, the
/// word of its first line.
macro_rules! records {
    ($($(#[$doc:meta])* $variant:ident($holds:ty): $type:ty = $kind:literal,)*) => {
        /// Any leaf of the log.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Record {
            $($(#[$doc])* $variant($holds),)*
            /// Signed by officers.
            Statement(Box<Statement>),
        }

        impl Record {
            /// Every kind of record there is, as first lines name them; statements come last.
            pub fn kinds() -> impl Iterator<Item = &'static str> {
                [$($kind),*].into_iter().chain(Body::KINDS.iter().copied())
            }

            /// The kind, as its first line names it.
            pub const fn kind(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $kind,)*
                    Self::Statement(statement) => statement.body.kind(),
                }
            }

            /// Parses one leaf. `render(parse(bytes)) == bytes`, or it is refused.
            ///
            /// # Errors
            /// [`RecordError`].
            pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
                if bytes.len() > RECORD_BYTES_MAX {
                    return Err(RecordError::TooLong { bytes: bytes.len() });
                }
                match kind_of(bytes).ok_or(RecordError::Kind)? {
                    $($kind => Ok(Self::$variant(<$type>::parse(text_of(bytes)?)?.into())),)*
                    _ => Ok(Self::Statement(Box::new(Statement::parse(bytes)?))),
                }
            }

            /// The bytes of the leaf.
            pub fn render(&self) -> Vec<u8> {
                match self {
                    $(Self::$variant(record) => record.render().into_bytes(),)*
                    Self::Statement(statement) => statement.render(),
                }
            }
        }
    };
}

records! {
    /// Leaf 0.
    Genesis(Box<Genesis>): Genesis = "genesis",
    /// All ballots in, or closed with all in.
    Decision(Decision): Decision = "decision",
    /// Ended without a decision.
    Lapse(Lapse): Lapse = "lapse",
    /// The last leaf of a block.
    Block(BlockRecord): BlockRecord = "block",
}

/// Why bytes are not a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Longer than [`RECORD_BYTES_MAX`].
    #[error("the record has {bytes} bytes; the log takes at most {RECORD_BYTES_MAX}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Its text breaks the grammar.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// Its first line names no kind that belongs here.
    #[error("the first line must be `nemcon/v1` and a kind of record that belongs here")]
    Kind,
    /// It is not a signed note.
    #[error("not a signed note: {0}")]
    Note(#[from] NoteError),
    /// The genesis contradicts itself.
    #[error(transparent)]
    Genesis(Box<GenesisError>),
}

impl From<GenesisError> for RecordError {
    fn from(error: GenesisError) -> Self {
        Self::Genesis(Box::new(error))
    }
}

/// The kind that the first line names.
fn kind_of(bytes: &[u8]) -> Option<&str> {
    let line = bytes.split(|b| *b == b'\n').next()?;
    core::str::from_utf8(line).ok()?.strip_prefix("nemcon/v1 ")
}

fn text_of(bytes: &[u8]) -> Result<&str, RecordError> {
    Ok(core::str::from_utf8(bytes).map_err(|_| FieldError::NotLines)?)
}

/// Refuses a text that is not `rendered`, the one form of what it parses to.
fn verify_canonical(text: &str, rendered: &str) -> Result<(), FieldError> {
    if text == rendered { Ok(()) } else { Err(FieldError::NotCanonical) }
}
