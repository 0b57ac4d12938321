//! nemcon node.

pub mod mesh;
