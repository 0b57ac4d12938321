//! The harness of nemcon's tests: councils made from labels, and ledgers to run them on.

pub mod fixture;
