//! A statement that is shown to be signed, and what became of it.
//!
//! What it guarantees: a sheet goes from open to under way once, whoever sends its form how often; so what it shows is
//! signed once at most. What it does not: a process that ends takes its sheets along, and signs nothing for them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use nemcon_client::api::Measure;
use nemcon_client::failure::Failure;
use nemcon_crypto::{Digest, hash};
use nemcon_ledger::Time;
use nemcon_ledger::council::Consequence;
use nemcon_ledger::record::Body;

use crate::act::Act;

/// A statement that is shown.
pub(crate) struct Sheet {
    /// What the party does.
    pub(crate) act: Act,
    /// The statement.
    pub(crate) body: Body,
    /// Its text, as it is shown and signed.
    pub(crate) text: String,
    /// The measure as it was shown.
    pub(crate) measure: Option<Box<Measure>>,
    /// The texts that it is about, each with a title.
    pub(crate) texts: Vec<(String, String)>,
    /// What follows from it.
    pub(crate) foreseen: Foreseen,
    state: Mutex<State>,
}

/// What follows from a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Foreseen {
    /// It would be let in, and this follows. `is_checked`: the copy of the log says the same.
    Follows {
        /// What follows.
        all: Vec<Consequence>,
        /// Whether the copy of the log that is audited here says the same.
        is_checked: bool,
    },
    /// It would be refused.
    Refused(Box<Failure>),
}

/// What became of a sheet.
#[derive(Clone, Debug)]
pub(crate) enum State {
    /// It waits for the person.
    Open,
    /// It is being signed and sent.
    UnderWay,
    /// It stands in the log.
    Ordered {
        /// The height of the block.
        height: u64,
        /// The time of the block.
        time: Time,
        /// The leaf index.
        leaf: u64,
    },
    /// The node has it, and it is not ordered yet.
    Pending,
    /// The node refused it. Nothing has changed.
    Refused(Box<Failure>),
    /// It was sent, and no answer came. It may be ordered all the same.
    Unknown(String),
}

impl Sheet {
    /// A sheet that waits for the person.
    pub(crate) fn open(
        act: Act,
        (body, measure): (Body, Option<Box<Measure>>),
        texts: Vec<(String, String)>,
        foreseen: Foreseen,
    ) -> Self {
        let text = body.render();
        Self { act, body, text, measure, texts, foreseen, state: Mutex::new(State::Open) }
    }

    /// The hash of its text.
    pub(crate) fn text_hash(&self) -> Digest {
        hash::sha256(self.text.as_bytes())
    }

    /// What became of it so far.
    pub(crate) fn state(&self) -> State {
        self.locked().clone()
    }

    /// Whether this call is the one that may sign it: it was open, and is under way from now on.
    pub(crate) fn begin(&self) -> bool {
        let mut state = self.locked();
        let is_open = matches!(*state, State::Open);
        if is_open {
            *state = State::UnderWay;
        }
        is_open
    }

    /// Notes what became of it.
    pub(crate) fn settle(&self, state: State) {
        *self.locked() = state;
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use nemcon_client::fixture::{genesis, head};
    use nemcon_ledger::record::Freeze;

    use super::*;

    #[test]
    fn a_sheet_that_many_threads_send_is_begun_once() {
        let head = head(&genesis(), "BG");
        let body = Body::Freeze(Freeze { head, reason: None, after: None });
        let foreseen = Foreseen::Follows { all: Vec::new(), is_checked: true };
        let sheet = Sheet::open(Act::Freeze(None), (body, None), Vec::new(), foreseen);
        let begun = std::thread::scope(|scope| {
            let all: Vec<_> = (0..16).map(|_| scope.spawn(|| sheet.begin())).collect();
            all.into_iter().filter_map(|it| it.join().ok()).filter(|begun| *begun).count()
        });
        assert_eq!(begun, 1);
        // What was not signed after all can be signed; what was sent cannot.
        sheet.settle(State::Open);
        assert!(sheet.begin());
        sheet.settle(State::Unknown("no answer".to_owned()));
        assert!(!sheet.begin());
    }
}
