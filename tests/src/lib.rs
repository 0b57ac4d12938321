//! The tests of nemcon: a harness library, and the checks that read the workspace itself.
//!
//! What it guarantees: nothing here ships; no package depends on this one.

pub mod bench;
pub mod cluster;
pub mod crash;
pub mod decoders;
pub mod export;
pub mod fixture;
pub mod forgery;
pub mod idle;
pub mod instructions;
pub mod layers;
pub mod netns;
pub mod process;
pub mod progress;
pub mod sim;
pub mod speaker;
pub mod usage;
