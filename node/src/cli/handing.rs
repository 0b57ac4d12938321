//! Submits a signed statement to a node and waits for it to be ordered. This is the only place of
//! the command line that does so.

use core::fmt::Display;
use std::io::Write as _;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use nemcon_audit::Screen;
use nemcon_client::api::Answer;
use nemcon_client::client::{Client, ClientError};
use nemcon_client::failure::Failure;
use nemcon_client::session::{ORDER_WAIT, Party, record};
use nemcon_crypto::Digest;
use nemcon_ledger::record::Statement;
use nemcon_ledger::text::shown::Lines;
use serde::Serialize;

use crate::interrupt::Interrupt;

/// Prints what became of a statement. A statement that is not ordered yet has its own exit status.
///
/// # Errors
/// [`Failure`] if the statement is not ordered yet, or standard output cannot be written.
pub(super) fn became(
    screen: Screen,
    answer: &Answer,
    value: &impl Serialize,
    words: impl Display,
) -> Result<(), Failure> {
    screen.result(value, words)?;
    match answer {
        Answer::Pending { .. } => Err(Failure::not_yet()),
        Answer::Ordered { .. } | Answer::Refused { .. } => Ok(()),
    }
}

/// The interval at which the wait checks for an interrupt.
const POLL: Duration = Duration::from_millis(50);

/// Why there is no answer to a submission.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unanswered {
    /// The node gave no answer. It may have the statement all the same.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// Nothing was sent: the signals of this process cannot be listened to, or an interrupt came
    /// before the submission.
    #[error("{}", .0.message())]
    Unsent(Failure),
    /// An interrupt came after the statement was sent.
    #[error("ended before {by} said what became of it")]
    Interrupted {
        /// The node in words: `the node of BE`.
        by: String,
        /// The statement's text hash.
        text: Digest,
    },
}

/// Submits a statement and waits for it to be ordered. An interrupt ends the wait, but the
/// statement is sent.
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
    let asking = client.clone();
    let record = record(statement);
    // The wait goes on in this thread, which ends with the process.
    std::thread::spawn(move || tell.send(submit_or(&asking, record)));
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

/// Submits a record to a node, or to the one that is named beside it if this one does not answer. Handing a statement in
/// twice changes nothing, so it does not matter whether the first node has it.
fn submit_or(client: &Client, record: String) -> Result<Answer, ClientError> {
    let Some(other) = client.fallback() else { return client.submit(record, ORDER_WAIT) };
    match client.submit(record.clone(), ORDER_WAIT) {
        Err(error) if error.is_absence() => {
            notice(format_args!("{error}: handing it in to {} instead", other.whose()));
            let answer = other.submit(record, ORDER_WAIT)?;
            notice(format_args!("{} has answered", other.whose()));
            Ok(answer)
        }
        answer => answer,
    }
}

/// Prints to standard error what the person must know besides the result.
pub(super) fn notice(words: impl Display) {
    // If even standard error cannot be written, nothing more can be done.
    let _ = writeln!(std::io::stderr().lock(), "nemcon: {}", Lines(&words.to_string()));
}

/// Submits a party's statement. If an interrupt ends the wait, the failure says that the
/// statement was sent.
///
/// # Errors
/// [`Failure`] if the statement is refused, the node does not answer, or an interrupt ends the wait.
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
