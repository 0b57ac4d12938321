//! A council member's node: ordering, gossip, seals, and the commands around them.

pub mod cli;
pub mod demo;
mod interrupt;
pub mod mesh;
mod progress;
pub mod server;
pub mod testnet;
