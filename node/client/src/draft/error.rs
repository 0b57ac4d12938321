//! Why no measure comes of a draft.

use std::io;
use std::path::PathBuf;

use nemcon_ledger::record::RecordError;
use nemcon_ledger::text::time::TimeError;
use nemcon_ledger::text::value::ValueError;
use nemcon_ledger::text::{CharacterError, Label, Show as _};

use crate::config::ConfigError;

/// Why a draft makes no measure.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// The file cannot be read or is not of this shape.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The charter has no such kind, so that the rule is open.
    #[error("the charter knows no kind `{kind}`; it has: {}", .known.iter().map(Label::as_str).collect::<Vec<_>>().join(", "))]
    Kind {
        /// The draft's.
        kind: Label,
        /// The charter's.
        known: Vec<Label>,
    },
    /// The kind may be decided by several rules.
    #[error("a measure of kind `{kind}` may be decided by several rules; give `rule`: {}", .rules.iter().map(Label::as_str).collect::<Vec<_>>().join(", "))]
    Rule {
        /// The kind.
        kind: Label,
        /// Its rules.
        rules: Vec<Label>,
    },
    /// What it cites is not in the ledger.
    #[error("`{field}`: there is no such record with number {number}")]
    Cited {
        /// Which field.
        field: &'static str,
        /// The number.
        number: u64,
    },
    /// A field that should hold a time does not.
    #[error("`{field}`: {error}")]
    Time {
        /// Which.
        field: &'static str,
        /// Why.
        error: TimeError,
    },
    /// No deadline, or two.
    #[error("give one of `closes` (a time) and `closes_in` (like \"14 days\")")]
    Closes,
    /// It would change several things in the council, or weights without their whole.
    #[error(
        "give one of `participating`, `admits`, `departs`, `appoints`, `weights` with \
         `total_weight`, `rules`"
    )]
    Matter,
    /// Not a span of time.
    #[error(
        "`closes_in` is a number, at least 1, and a unit: \"14 days\", \"36 hours\", \"90 minutes\""
    )]
    Span,
    /// A document that is neither a file nor described.
    #[error("document {0}: give `file`, or `name`, `length` and `digest`")]
    Document(usize),
    /// A document whose file has a name that no record may have.
    #[error("document {}: its name: {error}; give it another one with `name`", .path.shown())]
    DocumentName {
        /// Its place among them, counted from 1.
        at: usize,
        /// Which.
        path: PathBuf,
        /// What is wrong with the name.
        error: NameError,
    },
    /// A document that cannot be read.
    #[error("document {}: {source}", .path.shown())]
    DocumentFile {
        /// Its place among them, counted from 1.
        at: usize,
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Its text would be no record.
    #[error("the text that would be signed is refused: {0}")]
    Record(#[from] RecordError),
    /// One of these, in a file.
    #[error("{}: {}{error}", .path.shown(), .line.map(|line| format!("line {line}: ")).unwrap_or_default())]
    At {
        /// Which file.
        path: PathBuf,
        /// The line of the field that is wrong, counted from 1.
        line: Option<usize>,
        /// What is wrong.
        error: Box<DraftError>,
    },
}

/// Why a file's name cannot stand in a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// It is not UTF-8.
    #[error("it is not UTF-8")]
    Encoding,
    /// One of its characters.
    #[error("{0}")]
    Character(#[from] CharacterError),
    /// Its length, or a space at its ends.
    #[error("it {0}")]
    Form(#[from] ValueError),
}
