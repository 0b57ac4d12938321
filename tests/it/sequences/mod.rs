//! Random sequences of statements.

mod every_kind;
mod keys;
