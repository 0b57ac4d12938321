//! What was accepted once is accepted never again.

mod kinds;
mod once;
