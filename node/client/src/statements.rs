//! Builds the statements that a party signs from what a node shows, and checks them before
//! they are signed.

mod attaching;
mod ballot;
mod error;
mod incident;
mod mandate;
mod offline;
mod partially_signed;
mod shown;
mod signing;
mod steering;
mod subject;

pub use attaching::{AttachError, attach, signer_named};
pub use ballot::{Choice, ballot, close, withdrawal};
pub use error::StatementError;
pub use incident::{Finding, attribution, verify_incident};
pub use mandate::{mandate, reservation};
pub use offline::{OfflineError, verify_about};
pub use partially_signed::{PartiallySigned, PartiallySignedError, Signers, name_signers, who};
pub use shown::{about, read, verify_shown};
pub use signing::{sign, verify_keys};
pub use steering::{attestation, extension, package, remark, revision};
pub use subject::{Named, Subject, subjects};

#[cfg(test)]
pub(crate) mod tests;
