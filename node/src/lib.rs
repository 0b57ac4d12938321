//! A council member's node: ordering, gossip, seals, and the commands around them.

pub mod api;
pub mod consensus;
pub mod mesh;
pub mod replica;
