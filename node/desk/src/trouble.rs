//! Why a page cannot be shown.

use nemcon_client::client::ClientError;
use nemcon_client::failure::Failure;
use nemcon_client::statements::StatementError;

/// Why a page cannot be shown.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// There is no such page, measure or incident.
    NotFound,
    /// The form is used up, too old, or another browser's.
    NoForm,
    /// The desk shows and signs nothing.
    ReadOnly,
    /// What was sent is larger than it may be.
    TooLarge,
    /// The node does not answer.
    Lost(String),
    /// Another failure, in its own words.
    Failure(Box<Failure>),
}

impl From<ClientError> for Trouble {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::NoMeasure { .. } | ClientError::NoIncident { .. } => Self::NotFound,
            ClientError::NotRunning { .. } | ClientError::Timeout { .. } => {
                Self::Lost(error.to_string())
            }
            error => Failure::from(error).into(),
        }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failure(Box::new(failure))
    }
}

impl From<StatementError> for Trouble {
    fn from(error: StatementError) -> Self {
        Failure::from(error).into()
    }
}
