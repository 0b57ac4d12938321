//! The minutes of acts: what a secretariat would note of each measure, as values and as Markdown.

mod markdown;
mod noted;
mod plain;
mod remarks;

pub use markdown::write;
pub use noted::Minute;
