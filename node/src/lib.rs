//! The binary `nemcon`: the server of a council member's node, the command line, and test networks.
//!
//! What it guarantees: the server sends a message only after everything that the message depends on is
//! durable, and it stops when a write or sync fails. Apart from demos and test networks, the command
//! line signs nothing that was not shown or named as read. What it does not: it holds no rule of the
//! council and no rule of consensus; the crates below it do.
//!
//! ```text
//! cli ──> nemcon-client ──HTTP──> server ──> nemcon-replica   a person's commands, a member's node
//!  │                                ├─ mesh                   TLS links to the other members' nodes
//!  ├─> doctor                       │                        whether a node can do its work, and what to do
//!  │                                └─ folder                 nemcon-disk: journal, `signed`, index
//!  └─> testnet, demo                                          real nodes on this machine
//! ```

pub mod cli;
pub mod demo;
pub mod doctor;
mod interrupt;
pub mod mesh;
pub mod server;
pub mod testnet;
