//! Any leaf of the log: one enum over all kinds of record.

use super::body::Body;
use super::derived::{BlockRecord, Decision, Lapse};
use super::error::RecordError;
use super::genesis::Genesis;
use super::limits::RECORD_BYTES_MAX;
use super::statement::Statement;
use crate::text::FieldError;

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
    /// The genesis, which is leaf 0 of the log.
    Genesis(Box<Genesis>): Genesis = "genesis",
    /// All ballots in, or closed with all in.
    Decision(Decision): Decision = "decision",
    /// Ended without a decision.
    Lapse(Lapse): Lapse = "lapse",
    /// The last leaf of a block.
    Block(BlockRecord): BlockRecord = "block",
}

/// The kind that the first line names.
fn kind_of(bytes: &[u8]) -> Option<&str> {
    let line = bytes.split(|b| *b == b'\n').next()?;
    core::str::from_utf8(line).ok()?.strip_prefix("nemcon/v1 ")
}

fn text_of(bytes: &[u8]) -> Result<&str, RecordError> {
    Ok(core::str::from_utf8(bytes).map_err(|_| FieldError::NotLines)?)
}
