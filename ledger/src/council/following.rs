//! A council that is followed by its public records alone: who sits, and who signs for whom.
//!
//! What it guarantees: statements about keys and seats are judged by the law, as in every block. What it does
//! not: no measure is judged; whoever follows says which ones were adopted.

use super::refusal::Refusal;
use super::state::Council;
use crate::record::measure_fields::Cited;
use crate::record::signers::verify_lines;
use crate::record::{CouncilChange, Statement};

impl Council {
    /// Whether a statement is signed by those who sign for its party now.
    ///
    /// # Errors
    /// [`Refusal`] if it is not, or if there is no such party.
    pub(crate) fn verify_signed(&self, statement: &Statement) -> Result<(), Refusal> {
        let parts = self.verify_speaker(&statement.body)?;
        let by = || statement.body.head().by.clone();
        verify_lines(&statement.note, &parts)
            .map_err(|fault| Refusal::Signatures { by: by(), fault })
    }

    /// Ends a block in which these measures were adopted: what they change in the council acts.
    pub(crate) fn close_followed(&mut self, adopted: &[(Cited, CouncilChange)]) {
        self.settle_seats();
        for (measure, change) in adopted {
            self.change_council(*measure, change);
        }
        self.change_seats();
    }
}
