//! What concerns one party, beside the ballots that it has not cast.

use core::fmt;

use nemcon_ledger::text::Code;
use serde::Serialize;

use crate::api::{MandateView, MeasureSummary, ReservationView};
use crate::cli::measure::{reserved, revised};

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
    /// What open measures hold for `me`, and which adopted ones end soon.
    pub(super) fn of(me: &Code, open: Vec<MeasureSummary>, expiring: Vec<MeasureSummary>) -> Self {
        let mut mine = Self::default();
        for measure in open {
            mine.add_open(me, measure);
        }
        for MeasureSummary { number: measure, force, .. } in expiring {
            mine.expiring.extend(force.map(|words| Told { measure, words }));
        }
        mine
    }

    fn add_open(&mut self, me: &Code, summary: MeasureSummary) {
        let MeasureSummary { number: measure, revision, party: Some(party), .. } = summary else {
            return;
        };
        for MandateView { code, holder, used, .. } in party.mandates {
            if holder == *me && !used {
                self.held.push(Lent { measure, with: code.clone(), used });
            }
            if code == *me {
                self.given.push(Lent { measure, with: holder, used });
            }
        }
        let own = party.reservations.into_iter();
        self.reservations.extend(own.map(|reservation| Reserved { measure, reservation }));
        if let (None, Some(signed)) = (party.position, party.signed_before) {
            self.superseded.push(Told { measure, words: revised(measure, signed, revision) });
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
