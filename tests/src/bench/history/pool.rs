//! Signs the statements of a history on all cores.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Scope;

use nemcon_ledger::record::{About, Position, Statement};
use nemcon_ledger::text::Time;

use super::super::council::Signers;
use super::super::machine::cores;

/// What is to be signed.
pub(super) enum Job {
    /// The measures that the block of a round tables.
    Measures { round: u64, count: usize, closes: Time },
    /// The ballots of all members on the measures of a round.
    Ballots { round: u64, on: Vec<About> },
}

/// What was signed: its kind and its round, and the statements.
type Signed = ((Kind, u64), Vec<Statement>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Measures,
    Ballots,
}

/// Threads that sign, and what they have signed so far. They end when this is dropped.
pub(super) struct Pool {
    jobs: Sender<Job>,
    signed: Receiver<Signed>,
    ready: BTreeMap<(Kind, u64), Vec<Statement>>,
}

impl Pool {
    /// Starts as many threads as there are cores.
    pub(super) fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        signers: &'scope Signers,
    ) -> Self {
        let (jobs, asked) = channel();
        let (done, signed) = channel();
        let asked = Arc::new(Mutex::new(asked));
        for _ in 0..cores() {
            let (asked, done) = (Arc::clone(&asked), done.clone());
            scope.spawn(move || work(signers, &asked, &done));
        }
        Self { jobs, signed, ready: BTreeMap::new() }
    }

    /// Has something signed. The caller asks for at most a few rounds ahead.
    pub(super) fn ask(&self, job: Job) {
        self.jobs.send(job).expect("the threads wait for jobs while the pool is there");
    }

    /// Waits for the measures of a round.
    pub(super) fn measures(&mut self, round: u64) -> Vec<Statement> {
        self.take((Kind::Measures, round))
    }

    /// Waits for the ballots of a round.
    pub(super) fn ballots(&mut self, round: u64) -> Vec<Statement> {
        self.take((Kind::Ballots, round))
    }

    fn take(&mut self, wanted: (Kind, u64)) -> Vec<Statement> {
        loop {
            if let Some(statements) = self.ready.remove(&wanted) {
                return statements;
            }
            let (what, statements) =
                self.signed.recv().expect("a thread that signs does not panic");
            self.ready.insert(what, statements);
        }
    }
}

fn work(signers: &Signers, asked: &Mutex<Receiver<Job>>, done: &Sender<Signed>) {
    loop {
        let next = asked.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        let signed = match job {
            Job::Measures { round, count, closes } => {
                ((Kind::Measures, round), measures(signers, round, count, closes))
            }
            Job::Ballots { round, on } => ((Kind::Ballots, round), ballots(signers, &on)),
        };
        if done.send(signed).is_err() {
            return;
        }
    }
}

fn measures(signers: &Signers, round: u64, count: usize, closes: Time) -> Vec<Statement> {
    let first = usize::try_from(round).unwrap_or_default() * count;
    let tabled = (first..first + count).map(|number| {
        let title = format!("Decision {number} on the list of restrictive measures");
        signers.measure(number % signers.len(), &title, closes)
    });
    tabled.collect()
}

fn ballots(signers: &Signers, on: &[About]) -> Vec<Statement> {
    let by_all = |about| {
        (0..signers.len()).map(move |by| signers.ballot(by, about, Position::InFavour, None))
    };
    on.iter().flat_map(by_all).collect()
}
