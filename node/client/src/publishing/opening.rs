//! Who may open a log, and how much of it: the charter, or a decision of the council.

use core::fmt;

use nemcon_ledger::council::{Council, Force};
use nemcon_ledger::record::Charter;
use nemcon_ledger::text::{Line, Time};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::publication::no_publication;

/// What of a log is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shows {
    /// The whole log.
    Everything,
    /// The whole tree, and the records that the charter makes public.
    Public,
    /// Hash tiles, checkpoint and policies, without any record.
    Hashes,
}

impl fmt::Display for Shows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Everything => "everything",
            Self::Public => "public",
            Self::Hashes => "hashes",
        })
    }
}

/// What is published, and by whose word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// What of the log.
    pub shows: Shows,
    /// The number of the measure by which the council has decided so.
    pub decision: Option<u64>,
}

/// A measure that is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decided {
    /// Its number.
    pub measure: u64,
    /// Its title.
    pub title: Line,
}

impl fmt::Display for Decided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "measure {}, “{}”", self.measure, self.title)
    }
}

impl Opening {
    /// Checks that a decision is named where the charter alone does not open so much.
    ///
    /// # Errors
    /// [`Failure`] if one is missing.
    pub(super) fn verify_named(self, charter: &Charter) -> Result<(), Failure> {
        let what = match (self.shows, &charter.publication) {
            (Shows::Public, None) => {
                return Err(no_publication().next(
                    "by a decision of the council “hashes” or “everything” can be shown: name it, and what is shown",
                ));
            }
            (Shows::Public | Shows::Hashes, Some(_)) => return Ok(()),
            (Shows::Hashes, None) => "this council’s charter makes nothing public",
            (Shows::Everything, _) => {
                "the whole log holds what this council’s charter does not make public"
            }
        };
        if self.decision.is_some() {
            return Ok(());
        }
        Err(Failure::refused(format_args!("{what}: only a decision of the council opens it"))
            .next("name the adopted measure by its number: `decision = N` in `[publish]` of the node’s configuration, or `--decision N`"))
    }

    /// The measure by which the council has decided so, as it stands at `now`; `None` if none is named. Whether its text
    /// opens the log is for people to read.
    ///
    /// # Errors
    /// [`Failure`] if the measure that is named does not hold.
    pub(super) fn verify_decided(
        self,
        council: &Council,
        now: Time,
    ) -> Result<Option<Decided>, Failure> {
        let Some(number) = self.decision else { return Ok(None) };
        let why = match council.measure(number) {
            None => "there is no such measure".to_owned(),
            Some(state) => {
                let title = &state.terms.title;
                match state.force(now, None) {
                    Some(Force::InForce | Force::Expiring { .. } | Force::Amended { .. }) => {
                        return Ok(Some(Decided { measure: number, title: title.clone() }));
                    }
                    Some(force) => format!("“{title}” is {force}"),
                    None => format!("“{title}” is {}", state.status),
                }
            }
        };
        Err(Failure::refused(format_args!("measure {number} opens nothing: {why}"))
            .next("name the measure by which the council has decided to open its log"))
    }
}
