//! The minutes of acts: what a secretariat would note of each measure, as values, as Markdown and as HTML.

mod content;
mod html;
mod markdown;
mod month;
mod noted;
mod paper;
mod plain;
mod remarks;
mod said;

pub use html::html;
pub use markdown::markdown;
pub use month::{Month, NoMonth};
pub use noted::Minute;
pub use paper::Heading;

#[cfg(test)]
mod tests;
