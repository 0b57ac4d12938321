//! Why a draft makes no measure.

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
    /// The file cannot be read or has not the form of a draft.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The charter has no such kind, so that no rule can be found.
    #[error("the charter knows no kind `{kind}`; it has: {}", .known.iter().map(Label::as_str).collect::<Vec<_>>().join(", "))]
    Kind {
        /// The kind in the draft.
        kind: Label,
        /// The kinds of the charter.
        known: Vec<Label>,
    },
    /// The kind has several rules, and the draft names none.
    #[error("a measure of kind `{kind}` may be decided by several rules; give `rule`: {}", .rules.iter().map(Label::as_str).collect::<Vec<_>>().join(", "))]
    Rule {
        /// The kind in the draft.
        kind: Label,
        /// The rules of the kind.
        rules: Vec<Label>,
    },
    /// A cited measure or incident is not in the ledger.
    #[error("`{field}`: there is no such record with number {number}")]
    Cited {
        /// The field that cites it.
        field: &'static str,
        /// The cited number.
        number: u64,
    },
    /// A field must hold a time and does not.
    #[error("`{field}`: {error}")]
    Time {
        /// The name of the field.
        field: &'static str,
        /// Why the value is no time.
        error: TimeError,
    },
    /// The draft gives no deadline, or two.
    #[error("give one of `closes` (a time) and `closes_in` (like \"14 days\")")]
    Closes,
    /// The draft changes several things in the council, or weights without their total.
    #[error(
        "give one of `participating`, `admits`, `departs`, `appoints`, `weights` with \
         `total_weight`, `rules`"
    )]
    CouncilChange,
    /// `closes_in` is no span of time.
    #[error(
        "`closes_in` is a number, at least 1, and a unit: \"14 days\", \"36 hours\", \"90 minutes\""
    )]
    Span,
    /// The document at this place, counted from 1, has neither a file nor a description.
    #[error("document {0}: give `file`, or `name`, `length` and `digest`")]
    Document(usize),
    /// A document's file has a name that no record may have.
    #[error("document {}: its name: {error}; give it another one with `name`", .path.shown())]
    DocumentName {
        /// The document's place in the list, counted from 1.
        at: usize,
        /// The path of the file.
        path: PathBuf,
        /// What is wrong with the name.
        error: NameError,
    },
    /// A document's file cannot be read.
    #[error("document {}: {source}", .path.shown())]
    DocumentFile {
        /// The document's place in the list, counted from 1.
        at: usize,
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The text would be no valid record.
    #[error("the text that would be signed is refused: {0}")]
    Record(#[from] RecordError),
    /// Another of these errors, with the file that it is in.
    #[error("{}: {}{error}", .path.shown(), .line.map(|line| format!("line {line}: ")).unwrap_or_default())]
    At {
        /// The path of the file.
        path: PathBuf,
        /// The line of the wrong field, counted from 1.
        line: Option<usize>,
        /// The error itself.
        error: Box<DraftError>,
    },
}

/// Why a record cannot hold a file's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The name is not UTF-8.
    #[error("it is not UTF-8")]
    Encoding,
    /// The name has a character that no record may have.
    #[error("{0}")]
    Character(#[from] CharacterError),
    /// The name is too long, or begins or ends with a space.
    #[error("it {0}")]
    Form(#[from] ValueError),
}
