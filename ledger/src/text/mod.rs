//! The text of records: which characters, which lines, one written form for every value.

pub mod allowed;
mod calendar;
mod day;
pub mod fields;
pub mod parts;
pub mod shown;
pub mod span;
pub mod time;
pub mod value;
pub(crate) mod words;

pub use allowed::CharacterError;
pub use day::Day;
pub use fields::{FieldError, Fields, Writer};
pub use shown::Show;
pub use time::Time;
pub use value::{Code, FileName, Label, Line, Origin};
