//! A council member's node: ordering, gossip, seals, and the commands around them.

pub mod cli;
pub mod condition;
pub mod demo;
pub mod folder;
mod interrupt;
pub mod mesh;
mod progress;
pub mod repair;
pub mod server;
pub mod testnet;
