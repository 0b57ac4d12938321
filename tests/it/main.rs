//! Integration tests, one folder a topic.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected must fail")]

mod adversaries;
mod audit;
mod bench;
mod defects;
mod documents;
mod drafts;
mod law;
mod limits;
mod node;
mod parties;
mod process;
mod properties;
mod refusals;
mod replay;
mod sequences;
mod vectors;
