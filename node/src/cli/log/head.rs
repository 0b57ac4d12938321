//! The newest tree head that all members have sealed, and the audit of the whole log below it.

use nemcon_ledger::audit::{FileError, Inquiry, Source, Strays, Wrong};
use nemcon_ledger::record::Boundary;

use super::{Gathered, gather};
use crate::cli::failure::Failure;
use crate::cli::measure::now;
use crate::cli::session::Session;

/// A tree head that was audited here from the founding on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedHead {
    /// Its size and its root.
    pub boundary: Boundary,
    /// The block at whose end it stands.
    pub height: u64,
    /// How many members have sealed it: all that sat in the council then.
    pub seals: usize,
}

/// Audits the log of the node up to the newest tree head that all members have sealed.
///
/// # Errors
/// [`Failure`] if there is no such head, or the log is not verified.
pub fn sealed_head(session: &Session) -> Result<SealedHead, Failure> {
    let founding = session.founding()?;
    let gathered = gather(session.client(), &founding)?;
    let inquiry = Inquiry { council: founding.digest(), now: now().ok(), watched: None };
    let report = inquiry.audit(&gathered);
    // The node of an entrant has no seat, and signs no tree head as the log: the seals are what counts.
    let mut faults = report.faults.iter();
    if let Some(fault) = faults.find(|fault| !matches!(fault.wrong, Wrong::NoLogSignature)) {
        return Err(Failure::refused(format_args!("what the node gave is not verified: {fault}"))
            .next("nothing was signed; export from another member’s node, and compare"));
    }
    let (size, root) = (gathered.checkpoint.size(), gathered.checkpoint.root());
    Ok(SealedHead {
        boundary: Boundary { size, root },
        height: gathered.height,
        seals: report.counts.seals,
    })
}

impl Source for Gathered {
    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, FileError> {
        let bytes = self.files.get(path).ok_or(FileError::Missing)?;
        if bytes.len() as u64 > bytes_max {
            return Err(FileError::TooLong { bytes_max });
        }
        Ok(bytes.clone())
    }

    fn strays(&self, _: &dyn Fn(&str) -> bool) -> Strays {
        Strays::default()
    }
}
