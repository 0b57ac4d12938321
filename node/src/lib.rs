//! nemcon node.
