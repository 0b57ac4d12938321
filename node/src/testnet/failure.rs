//! What to do where a test network is not as a command needs it.

use nemcon_client::failure::Failure;

use super::TestnetError;

impl From<TestnetError> for Failure {
    fn from(error: TestnetError) -> Self {
        let failure = Self::usage(&error);
        match error {
            TestnetError::Staged(error) => error.into(),
            TestnetError::None(_) => {
                failure.next("`nemcon testnet up --members 4 --dir DIR` makes one")
            }
            TestnetError::PortInUse { .. } => failure.next(
                "end that process, or make a test network in another folder: it gets other ports",
            ),
            TestnetError::UnknownMember { .. } | TestnetError::UnknownParty { .. } => {
                failure.next("give one of these with `--as`")
            }
            TestnetError::Config(error) => error.into(),
            TestnetError::Key(error) => error.into(),
            _ => failure,
        }
    }
}
