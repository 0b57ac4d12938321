//! A charter in plain sentences, for people who live under it.

mod publication;
mod sentences;
mod vocabulary;

pub use sentences::{ballots_of, explain, source_of, who};
pub use vocabulary::applying;
