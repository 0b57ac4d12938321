//! What concerns one party, beside the ballots that it has not cast.

use core::fmt;

use nemcon_ledger::text::Code;
use serde::Serialize;

use crate::api::{Measure, ReservationView};
use crate::cli::measure::{reserved, superseded};

/// What a delegation should know when it looks in.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Mine {
    /// Mandates that it holds and has not used.
    held: Vec<Lent>,
    /// Mandates that it has given.
    given: Vec<Lent>,
    /// Its reservations.
    reservations: Vec<Reserved>,
    /// Texts that were revised after it had signed.
    superseded: Vec<Told>,
    /// Adopted measures that end within the charter's window.
    expiring: Vec<Told>,
}

/// A mandate.
#[derive(Clone, Debug, Serialize)]
struct Lent {
    measure: u64,
    /// The other member: whose ballot, or who may cast it.
    with: Code,
    used: bool,
}

/// A reservation.
#[derive(Clone, Debug, Serialize)]
struct Reserved {
    measure: u64,
    #[serde(flatten)]
    reservation: ReservationView,
}

/// Something to know about a measure.
#[derive(Clone, Debug, Serialize)]
struct Told {
    measure: u64,
    words: String,
}

impl Mine {
    /// What the measures hold for `me`.
    pub(super) fn of(me: &Code, measures: &[Measure]) -> Self {
        let mut mine = Self::default();
        for measure in measures {
            let number = measure.number;
            if let Some(force) = &measure.force
                && force.starts_with("in force, expiring")
            {
                mine.expiring.push(Told { measure: number, words: force.clone() });
            }
            if matches!(measure.status.as_str(), "open" | "blocked") {
                mine.add_open(me, measure);
            }
        }
        mine
    }

    fn add_open(&mut self, me: &Code, measure: &Measure) {
        let number = measure.number;
        for it in &measure.mandates {
            let lent = |with: &Code| Lent { measure: number, with: with.clone(), used: it.used };
            if it.holder == *me && !it.used {
                self.held.push(lent(&it.code));
            }
            if it.code == *me {
                self.given.push(lent(&it.holder));
            }
        }
        let own = measure.reservations.iter().filter(|it| it.code == *me);
        self.reservations
            .extend(own.map(|it| Reserved { measure: number, reservation: it.clone() }));
        if let Some(words) = superseded(measure, me) {
            self.superseded.push(Told { measure: number, words });
        }
    }
}

impl fmt::Display for Mine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Told { measure, words } in &self.superseded {
            write!(f, "\nrevised: measure {measure}: {words}")?;
        }
        for Lent { measure, with, .. } in &self.held {
            write!(
                f,
                "\nmandate: you may sign for {with} on measure {measure}: `nemcon ballot cast \
                 {measure} POSITION --for {with}`"
            )?;
        }
        for Lent { measure, with, used } in &self.given {
            let used = if *used { "and has" } else { "and has not yet" };
            write!(f, "\nmandate: {with} may sign for you on measure {measure}, {used}")?;
        }
        for Reserved { measure, reservation } in &self.reservations {
            write!(f, "\nreservation on measure {measure}: {}", reserved(reservation))?;
        }
        for Told { measure, words } in &self.expiring {
            write!(f, "\nmeasure {measure}: {words}")?;
        }
        Ok(())
    }
}
