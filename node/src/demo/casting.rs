//! Delegations casting their ballots, a few at a time, beside the screen.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use nemcon_crypto::Digest;
use nemcon_ledger::record::Position;

use crate::api::Answer;
use crate::cli::{Failure, Party, cast};

/// How many sign at the same time: enough for a lively council, few enough to watch.
const AT_ONCE: usize = 3;

/// Ballots on the main measure, on their way.
#[derive(Debug)]
pub(super) struct Casting {
    waiting: Vec<(Party, Position)>,
    on_the_way: usize,
    answers: Receiver<Result<Answer, Failure>>,
    answers_in: Sender<Result<Answer, Failure>>,
    declaration: Digest,
}

impl Casting {
    /// Ballots to be cast in this order; `declaration` goes with qualified abstentions.
    pub(super) fn begin(mut ballots: Vec<(Party, Position)>, declaration: Digest) -> Self {
        ballots.reverse();
        let (answers_in, answers) = channel();
        Self { waiting: ballots, on_the_way: 0, answers, answers_in, declaration }
    }

    /// Takes in what has been answered, and has the next ones cast.
    ///
    /// # Errors
    /// The first [`Failure`] of a ballot.
    pub(super) fn advance(&mut self) -> Result<(), Failure> {
        while let Ok(answer) = self.answers.try_recv() {
            answer?;
            self.on_the_way -= 1;
        }
        while self.on_the_way < AT_ONCE
            && let Some((party, position)) = self.waiting.pop()
        {
            self.cast(party, position);
        }
        Ok(())
    }

    fn cast(&mut self, party: Party, position: Position) {
        self.on_the_way += 1;
        let answers = self.answers_in.clone();
        let is_qualified = position == Position::AbstainQualified;
        let declaration = is_qualified.then_some(self.declaration);
        thread::spawn(move || {
            // Nobody listens any more if the demo has ended meanwhile.
            let _ = answers.send(cast(&party, 1, position, declaration));
        });
    }

    /// Whether every ballot has been answered.
    pub(super) fn is_done(&self) -> bool {
        self.waiting.is_empty() && self.on_the_way == 0
    }
}
