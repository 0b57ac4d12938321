//! A council member's node: ordering, gossip, seals, and the commands around them.

pub mod api;
pub mod config;
pub mod consensus;
pub mod draft;
pub mod founding;
pub mod keyfile;
pub mod mesh;
pub mod replica;
pub mod shell;
pub mod shipped;
