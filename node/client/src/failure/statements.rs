//! What a person can do next if a statement cannot be built, signed or assembled from signed copies.

use super::Failure;
use crate::statements::{OfflineError, PartiallySignedError, StatementError};

impl From<StatementError> for Failure {
    fn from(error: StatementError) -> Self {
        let failure = Self::refused(&error);
        match error {
            StatementError::TooFewOfficers { .. } | StatementError::LacksKeys { .. } => failure
                .next(
                    "give a `--key` for each; or `--prepare FILE` writes the text, and each signs \
                     where its key is",
                ),
            StatementError::NotAnOfficer { .. } | StatementError::UnknownParty(_) => {
                failure.next("`nemcon member list --json` lists the parties and their officer keys")
            }
            StatementError::NotASigner { .. } => {
                failure.next("`nemcon member list --json` gives the parties' keys as they are now")
            }
            StatementError::VacantSeat(_) => failure
                .next("have a measure adopted that appoints somebody: `nemcon member appoint`"),
            StatementError::TextHash { .. }
            | StatementError::Field { .. }
            | StatementError::Council { .. }
            | StatementError::IncidentText(_) => {
                failure.next("ask another member's node, and compare")
            }
            StatementError::NoMandate { .. } => failure.next(
                "`nemcon measure show` lists the mandates; it is given with `nemcon mandate grant`",
            ),
            StatementError::Own(_) => failure.next(
                "say it in fewer words; or `--digest-of FILE` keeps the text off the ledger and binds it",
            ),
            StatementError::Signer(error) => error.into(),
            StatementError::Declaration(_) => failure
                .next("`abstain-qualified` goes with `--declaration FILE`, nothing else does"),
            _ => failure,
        }
    }
}

impl From<OfflineError> for Failure {
    fn from(error: OfflineError) -> Self {
        let failure = Self::refused(&error);
        match error {
            OfflineError::Record { .. } | OfflineError::Kind { .. } => {
                failure.next("`nemcon measure record N -o FILE` writes a measure's record")
            }
            OfflineError::Mismatch { .. } => {
                failure.next("take both from one node anew, and compare with another member's")
            }
            OfflineError::NoPackage(_) => failure.next(
                "give `--package FILE`: `nemcon measure record N --package -o FILE` writes it",
            ),
            OfflineError::NoRecord(what) => failure.next(format_args!(
                "give `{} FILE`: `{} -o FILE` writes it",
                what.option(),
                what.recorded_by()
            )),
            OfflineError::NotAbout { .. } => {
                failure.next("leave that `--measure` or `--incident` out")
            }
            OfflineError::NoPackageWanted => failure.next("leave `--package` out"),
        }
    }
}

impl From<PartiallySignedError> for Failure {
    fn from(error: PartiallySignedError) -> Self {
        let failure = Self::refused(&error);
        match error {
            PartiallySignedError::Record(_) | PartiallySignedError::Note(_) => {
                failure.next("`--prepare FILE` of the command that says it writes its text")
            }
            PartiallySignedError::Stranger(_) | PartiallySignedError::NoSigner(_) => failure.next(
                "`nemcon member list --json` tells the keys of today: give that with `--seats` if \
                 they have changed since the founding",
            ),
            PartiallySignedError::Changed(_) => {
                failure.next("do not sign: ask who prepared it, and compare")
            }
            PartiallySignedError::SignedAlready(_) => failure.next(
                "it goes on to those that must sign still, or with `nemcon statement submit` to a \
                 node",
            ),
            PartiallySignedError::Enough(_) => {
                failure.next("`nemcon statement submit` where a node is")
            }
            PartiallySignedError::Incomplete(_) => {
                failure.next("`nemcon statement sign` where those keys are; nothing was sent")
            }
            PartiallySignedError::Signer(error) => error.into(),
            PartiallySignedError::Different => {
                failure.next("submit the files of one statement; nothing was sent")
            }
        }
    }
}
