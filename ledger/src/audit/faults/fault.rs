//! One fault: what is wrong, and where.

use core::fmt;

use super::place::Place;
use super::wrong::Wrong;

/// One thing that is not as it must be.
#[derive(Debug)]
pub struct Fault {
    /// Where in the export the fault is.
    pub place: Place,
    /// What is wrong there.
    pub wrong: Wrong,
}

impl Fault {
    /// Something wrong at a place.
    pub const fn new(place: Place, wrong: Wrong) -> Self {
        Self { place, wrong }
    }

    /// Its stable name.
    pub const fn name(&self) -> &'static str {
        self.wrong.rule().name
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.to_string() {
            place if place.is_empty() => write!(f, "{}", self.wrong),
            place => write!(f, "{place}: {}", self.wrong),
        }
    }
}
