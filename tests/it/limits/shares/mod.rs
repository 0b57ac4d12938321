//! Each party has its share of a block and of a day: nobody takes up what is another's.

mod block;
mod day;

use nemcon_ledger::record::{Body, Incident, Measure, Position, Statement};
use nemcon_ledger::text::Time;
use nemcon_tests::fixture::{Parties, line};

const FOR: Position = Position::InFavour;

/// A measure of `by` with so many bytes of summary, a little more in all.
fn large(parties: &Parties, by: &str, at: usize, bytes: usize) -> Statement {
    let measure = parties.measure(by, &format!("{by} {at}"));
    let summary = vec![line(&"x".repeat(1900)); bytes / 1908];
    parties.sign(&Body::Measure(Measure { summary, ..measure }))
}

/// An incident of `by`, with so many bytes of summary.
fn incident(parties: &Parties, by: &str, at: usize, bytes: usize) -> Statement {
    let incident = parties.incident(by, &format!("{by} {at}"));
    let summary = vec![line(&"x".repeat(1900)); bytes / 1908];
    parties.sign(&Body::Incident(Incident { summary, ..incident }))
}

fn later(time: Time, ms: u64) -> Time {
    Time::from_ms(time.as_ms() + ms).expect("a time of this age")
}
