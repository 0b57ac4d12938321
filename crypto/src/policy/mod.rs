//! Trust policies: which logs and witnesses must have signed a checkpoint [C2SP tlog-policy].
//!
//! ```text
//! log <vkey>                        any one of the logs must sign
//! witness X1 <vkey>
//! witness X2 <vkey>
//! group X all X1 X2                 all | any | a number of the members
//! quorum X                          or a witness, or none
//! ```

mod definition;
mod draft;
mod evaluate;
mod parse;
#[cfg(test)]
mod tests;

pub use definition::{Policy, Threshold, Word, WordError};
pub use draft::{DEFINITIONS_MAX, PolicyDefect, PolicyDraft};
pub use evaluate::{Acceptance, PolicyError};
pub use parse::PolicyParseError;
