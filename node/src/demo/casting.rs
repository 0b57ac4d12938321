//! Casts the demo's ballots, a few at a time, while the screen goes on.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use nemcon_client::api::Answer;
use nemcon_client::statements::Choice;

use nemcon_client::acts::cast;
use nemcon_client::failure::Failure;
use nemcon_client::session::Party;

/// The number of ballots that are signed at the same time: enough for a lively council, and few
/// enough to watch.
const AT_ONCE: usize = 3;
/// The least time between two ballots that are watched on a page.
const TO_WATCH: Duration = Duration::from_millis(400);

/// How fast ballots are cast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// As fast as they are ordered.
    Full,
    /// One after the other, slowly enough to watch them come in.
    ToWatch,
}

/// A ballot to be cast: the party, the measure's number, and the choice.
pub(super) type Ballot = (Party, u64, Choice);

/// The ballots that are still to be cast or answered.
#[derive(Debug)]
pub(super) struct Casting {
    waiting: Vec<Ballot>,
    on_the_way: usize,
    pace: Pace,
    last: Option<Instant>,
    answers: Receiver<Result<Answer, Failure>>,
    answers_in: Sender<Result<Answer, Failure>>,
}

impl Casting {
    /// Ballots to be cast in this order.
    pub(super) fn begin(mut ballots: Vec<Ballot>, pace: Pace) -> Self {
        ballots.reverse();
        let (answers_in, answers) = channel();
        Self { waiting: ballots, on_the_way: 0, pace, last: None, answers, answers_in }
    }

    /// Takes in the nodes' answers and casts the next ballots.
    ///
    /// # Errors
    /// The first [`Failure`] of a ballot.
    pub(super) fn advance(&mut self) -> Result<(), Failure> {
        while let Ok(answer) = self.answers.try_recv() {
            answer?;
            self.on_the_way -= 1;
        }
        while self.may_cast()
            && let Some(ballot) = self.waiting.pop()
        {
            self.cast(ballot);
        }
        Ok(())
    }

    fn may_cast(&self) -> bool {
        match self.pace {
            Pace::Full => self.on_the_way < AT_ONCE,
            Pace::ToWatch => {
                self.on_the_way == 0 && self.last.is_none_or(|last| last.elapsed() >= TO_WATCH)
            }
        }
    }

    fn cast(&mut self, (party, number, choice): Ballot) {
        self.on_the_way += 1;
        self.last = Some(Instant::now());
        let answers = self.answers_in.clone();
        thread::spawn(move || {
            // After the demo has ended, nobody receives the answer.
            let _ = answers.send(cast(&party, number, choice));
        });
    }

    /// Whether every ballot has its answer.
    pub(super) fn is_done(&self) -> bool {
        self.waiting.is_empty() && self.on_the_way == 0
    }
}
