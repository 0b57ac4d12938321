//! A council member's node: ordering, gossip, seals, and the commands around them.

pub mod api;
pub mod cli;
pub mod client;
pub mod commitment;
pub mod config;
pub mod consensus;
pub mod demo;
pub mod draft;
pub mod evidence;
pub mod folder;
pub mod founding;
mod interrupt;
pub mod keyfile;
pub mod keyring;
pub mod keyset;
mod loopback;
mod lossy;
pub mod mesh;
pub mod repair;
pub mod replica;
pub mod seats;
pub mod shell;
pub mod shipped;
pub mod staged;
pub mod statements;
pub mod testnet;
pub mod token;
