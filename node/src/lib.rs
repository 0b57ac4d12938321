//! nemcon node.

pub mod consensus;
