//! The minutes of acts: what the secretariat would note of each, as values and as a text.

mod markdown;
mod noted;
mod plain;

pub use markdown::write;
pub use noted::Minute;
