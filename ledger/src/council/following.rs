//! A council that is followed by its public records alone: who sits, and who signs for whom.
//!
//! What it guarantees: statements about keys and seats are judged by the law, as in every block. What it does
//! not: no measure is judged; whoever follows says which ones were adopted.

use super::refusal::Refusal;
use super::state::Council;
use crate::record::measure_fields::Cited;
use crate::record::roster::{OfficersFault, verify_officers};
use crate::record::signers::verify_lines;
use crate::record::{CouncilChange, Participant, Statement};

/// Why nobody could sign for this participant by its officers, if nobody could.
fn lost_officers(participant: &Participant) -> Option<OfficersFault> {
    let Participant { threshold, officers, .. } = participant;
    let is_vacant = participant.is_vacant() && *threshold == 0;
    verify_officers(*threshold, officers).err().filter(|_| !is_vacant)
}

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

    /// Whether the officers that a measure names can sign as it says, each with a label of its own.
    ///
    /// # Errors
    /// [`Refusal::Officers`] as where such a measure is tabled.
    pub(crate) fn verify_named_officers(change: &CouncilChange) -> Result<(), Refusal> {
        let (code, fault) = match change {
            CouncilChange::Accession(entrant) => {
                (&entrant.code, verify_officers(entrant.threshold, &entrant.officers).err())
            }
            CouncilChange::Appointment(participant) => {
                (&participant.code, lost_officers(participant))
            }
            _ => return Ok(()),
        };
        fault.map_or(Ok(()), |fault| Err(Refusal::Officers { code: code.clone(), fault }))
    }

    /// Between a block's statements and what they bring about: what concerns the parties themselves acts.
    pub(crate) fn settle_followed(&mut self) {
        self.settle_seats();
    }

    /// What an adopted measure changes in the council takes effect.
    ///
    /// # Errors
    /// In words, why no measure with this matter can be adopted now. Then nothing changes.
    pub(crate) fn adopt_followed(
        &mut self,
        measure: Cited,
        change: &CouncilChange,
    ) -> Result<(), String> {
        let lost = match change {
            CouncilChange::Departure(code) => {
                (!self.is_departing(code)).then(|| format!("no notice of {code} stands"))
            }
            CouncilChange::Accession(entrant) => {
                verify_officers(entrant.threshold, &entrant.officers)
                    .err()
                    .map(|fault| fault.to_string())
                    .or_else(|| self.lost_keys(entrant, core::iter::empty()))
            }
            CouncilChange::Appointment(participant) => {
                let lost = lost_officers(participant).map(|fault| fault.to_string());
                lost.or_else(|| self.lost_appointment(participant))
            }
            CouncilChange::Weights(weights) => {
                self.verify_sum([weights], weights.total).err().map(|why| why.to_string())
            }
            CouncilChange::None | CouncilChange::Participation(_) | CouncilChange::Rules(_) => None,
        };
        if let Some(lost) = lost {
            return Err(lost);
        }
        self.change_council(measure, change);
        Ok(())
    }

    /// Ends a block of which all was heard: the roster of the next one is made.
    pub(crate) fn close_followed(&mut self) {
        self.change_seats();
    }
}
