//! How a signed statement goes to a node: the one place where its order is waited for.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use nemcon_client::api::Answer;
use nemcon_client::client::{Client, ClientError};
use nemcon_client::failure::Failure;
use nemcon_client::session::{ORDER_WAIT, Party, record};
use nemcon_crypto::Digest;
use nemcon_ledger::record::Statement;

use crate::interrupt::Interrupt;

/// How often it is looked meanwhile whether somebody wants this to end.
const POLL: Duration = Duration::from_millis(50);

/// Why a statement has no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unanswered {
    /// The node gave none; it may have taken the statement all the same.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The signals of this process cannot be listened to, or somebody ended the command before the
    /// statement left: nothing was sent.
    #[error("{}", .0.message())]
    Unsent(Failure),
    /// Somebody ended the command after the statement with this text hash had left.
    #[error("ended before {by} said what became of it")]
    Interrupted {
        /// `the node of BE`.
        by: String,
        /// The statement's text hash.
        text: Digest,
    },
}

/// Hands a statement in and waits for it to be ordered; an interruption ends the wait, not the statement.
///
/// # Errors
/// [`Unanswered`].
pub(super) fn hand_in(client: &Client, statement: &Statement) -> Result<Answer, Unanswered> {
    let interrupt = Interrupt::listen().map_err(Unanswered::Unsent)?;
    if interrupt.is_raised() {
        let unsent = Failure::usage("interrupted: nothing was sent")
            .next("give the command again when it shall be signed");
        return Err(Unanswered::Unsent(unsent));
    }
    let (tell, told) = channel();
    let (asking, record) = (client.clone(), record(statement));
    // The wait is the thread's; it ends with the process.
    std::thread::spawn(move || tell.send(asking.submit(record, ORDER_WAIT)));
    loop {
        match told.recv_timeout(POLL) {
            Ok(answer) => return Ok(answer?),
            Err(RecvTimeoutError::Timeout) if !interrupt.is_raised() => {}
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                return Err(Unanswered::Interrupted {
                    by: client.whose(),
                    text: statement.text_hash,
                });
            }
        }
    }
}

/// Hands a party's statement in, and says so where somebody ends the command before there is an answer.
///
/// # Errors
/// [`Failure`] if it is refused, the node does not answer, or the wait is ended.
pub(super) fn hand_in_for(party: &Party, statement: &Statement) -> Result<Answer, Failure> {
    party.accepted(hand_in(&party.client, statement)?)
}

impl From<Unanswered> for Failure {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Client(error) => error.into(),
            Unanswered::Unsent(failure) => failure,
            Unanswered::Interrupted { by, text } => Self::not_ordered(format_args!(
                "interrupted: the statement is signed and handed in to {by}, which has not said what \
                 became of it. It may still be ordered: this takes nothing back\ntext hash {text}"
            ))
            .about(text)
            .next(
                "`nemcon status` lists under `waiting` what is not ordered yet; `nemcon measure show` \
                 or the list that it belongs to has it once it is ordered",
            ),
        }
    }
}
