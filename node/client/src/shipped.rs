//! What the binary contains: charters with their members, and measures to try them with.
//!
//! All of it is data. The same code reads it that reads a person's own files.

use core::fmt;
use core::str::FromStr;

use nemcon_ledger::record::Charter;
use nemcon_ledger::text::{Code, Label, Line, Origin};
use serde::Deserialize;

/// A charter that the binary contains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CharterName {
    /// The charter of the Council of the European Union.
    #[default]
    EuCouncil,
    /// The charter of the European Council.
    EuropeanCouncil,
    /// The charter of a foundation's board of seven.
    Plain,
}

/// A member without keys.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippedSeat {
    /// The member's code.
    pub code: Code,
    /// The member's name for people.
    pub name: Line,
    /// The member's weight.
    pub weight: u64,
}

/// A participant without keys.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The participant's code.
    pub code: Code,
    /// The participant's name for people.
    pub name: Line,
    /// The participant's role in the charter.
    pub role: Label,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MembersFile {
    origin: Origin,
    candidate: ShippedSeat,
    #[serde(rename = "member")]
    seats: Vec<ShippedSeat>,
    #[serde(default, rename = "participant")]
    places: Vec<Place>,
}

/// The charter, members and measures of a council that is not founded yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// The name of the charter.
    pub charter_name: CharterName,
    /// The council's name, as key names begin with it.
    pub origin: Origin,
    /// The charter of the council.
    pub charter: Charter,
    /// The members, in protocol order.
    pub seats: Vec<ShippedSeat>,
    /// The participants, in protocol order.
    pub places: Vec<Place>,
    /// The member that would enter next.
    pub next: ShippedSeat,
    /// The texts of measures to table; the main one is first.
    pub measures: [&'static str; 2],
}

/// The error for a number of members that the charter's list cannot fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("--members {asked}: the charter {charter} comes with a list of 1 to {seats} members")]
pub struct SeatsError {
    /// The number that was asked for.
    pub asked: usize,
    /// The number of members in the list.
    pub seats: usize,
    /// The charter that the list belongs to.
    pub charter: CharterName,
}

/// The error for a text that is not the name of a charter in the binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the charters that come along are eu-council, european-council and plain")]
pub struct CharterNameError;

impl CharterName {
    /// Every charter that the binary contains.
    pub const ALL: [Self; 3] = [Self::EuCouncil, Self::EuropeanCouncil, Self::Plain];
}

impl Shipped {
    /// Reads a charter that the binary contains, with its members and measures.
    pub fn load(charter_name: CharterName) -> Self {
        let [charter, members, first, second] = texts(charter_name);
        let members: MembersFile =
            toml::from_str(members).expect("the lists that come along parse");
        Self {
            charter_name,
            origin: members.origin,
            charter: toml::from_str(charter).expect("the charters that come along parse"),
            seats: members.seats,
            places: members.places,
            next: members.candidate,
            measures: [first, second],
        }
    }

    /// Keeps the first `members` in protocol order. If some are left out, the total weight becomes
    /// the sum of those kept, and the first one left out would enter next.
    ///
    /// # Errors
    /// [`SeatsError`] if `members` is 0 or more than the list has.
    pub fn first(mut self, members: usize) -> Result<Self, SeatsError> {
        let seats = self.seats.len();
        if members == 0 || members > seats {
            return Err(SeatsError { asked: members, seats, charter: self.charter_name });
        }
        if members < seats {
            self.next = self.seats.swap_remove(members);
            self.seats.truncate(members);
            self.charter.weight.total = self.seats.iter().map(|seat| seat.weight).sum();
        }
        Ok(self)
    }
}

/// The text of the charter with its comments; `total` replaces its total weight if given.
pub fn charter_text(name: CharterName, total: Option<u64>) -> String {
    const TOTAL: &str = "total = ";
    let [text, ..] = texts(name);
    let Some(total) = total else { return text.to_owned() };
    let at = text.find("weight = {").and_then(|at| Some(at + text[at..].find(TOTAL)?));
    let (before, after) = text.split_at(at.expect("a charter has a total") + TOTAL.len());
    format!("{before}{total}{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
}

fn texts(name: CharterName) -> [&'static str; 4] {
    match name {
        CharterName::EuCouncil => [
            include_str!("../../../charters/eu-council.toml"),
            include_str!("../../../charters/eu-members.toml"),
            include_str!("../../../examples/toolbox/2020-1127.toml"),
            include_str!("../../../examples/toolbox/2020-1537.toml"),
        ],
        CharterName::EuropeanCouncil => [
            include_str!("../../../charters/european-council.toml"),
            include_str!("../../../charters/european-council-members.toml"),
            include_str!("../../../examples/european-council/strategic-decision.toml"),
            include_str!("../../../examples/european-council/conclusions.toml"),
        ],
        CharterName::Plain => [
            include_str!("../../../charters/plain.toml"),
            include_str!("../../../charters/plain-members.toml"),
            include_str!("../../../examples/board/reserve-fund.toml"),
            include_str!("../../../examples/board/reading-room.toml"),
        ],
    }
}

impl fmt::Display for CharterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::EuCouncil => "eu-council",
            Self::EuropeanCouncil => "european-council",
            Self::Plain => "plain",
        })
    }
}

impl FromStr for CharterName {
    type Err = CharterNameError;

    fn from_str(text: &str) -> Result<Self, CharterNameError> {
        Self::ALL.into_iter().find(|name| name.to_string() == text).ok_or(CharterNameError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_charters_that_come_along_are_sound() {
        for (name, seats, total) in [
            (CharterName::EuCouncil, 27, 451_028_881),
            (CharterName::EuropeanCouncil, 27, 27),
            (CharterName::Plain, 7, 7),
        ] {
            let shipped = Shipped::load(name);
            shipped.charter.verify().unwrap();
            assert_eq!(shipped.seats.len(), seats);
            assert_eq!(shipped.charter.weight.total, total);
            assert_eq!(name.to_string().parse(), Ok(name));
        }
    }

    #[test]
    fn fewer_members_weigh_what_they_weigh_together() {
        let four = Shipped::load(CharterName::EuCouncil).first(4).unwrap();
        let codes: Vec<_> = four.seats.iter().map(|seat| seat.code.as_str()).collect();
        assert_eq!(codes, ["BE", "BG", "CZ", "DK"]);
        assert_eq!(four.next.code.as_str(), "DE");
        assert_eq!(four.charter.weight.total, 11_832_049 + 6_445_481 + 10_916_836 + 5_954_471);
    }

    #[test]
    fn a_charters_text_is_written_with_another_total() {
        for name in CharterName::ALL {
            let charter = Shipped::load(name).charter;
            let of = |total| toml::from_str::<Charter>(&charter_text(name, total)).unwrap();
            assert_eq!(of(None), charter);
            let mut other = charter;
            other.weight.total = 5;
            assert_eq!(of(Some(5)), other);
        }
    }

    #[test]
    fn more_members_than_the_list_has_are_refused() {
        for asked in [0, 28] {
            let error = Shipped::load(CharterName::EuCouncil).first(asked).unwrap_err();
            assert_eq!(error, SeatsError { asked, seats: 27, charter: CharterName::EuCouncil });
        }
    }

    #[test]
    fn the_plain_charter_has_no_word_of_the_union() {
        for text in texts(CharterName::Plain) {
            let text = text.to_lowercase();
            for word in ["europe", "union", "council", "delegation", "member state", "cfsp", "teu"]
            {
                // The table `words` has a key that is one of the design's own terms, so it may
                // name the council.
                let text = text.replace("council =", "");
                assert!(!text.contains(word), "{word}");
            }
        }
    }
}
