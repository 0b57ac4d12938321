//! What the binary brings along: two charters with their members, and measures to try them on.
//!
//! All of it is data, read by the same code as anybody's own files.

use core::fmt;
use core::str::FromStr;

use nemcon_ledger::record::Charter;
use nemcon_ledger::text::{Code, Label, Line, Origin};
use serde::Deserialize;

/// A charter that comes with the binary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CharterName {
    /// The Council of the European Union.
    #[default]
    EuCouncil,
    /// A foundation's board of seven.
    Plain,
}

/// A member before it has keys.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// Its code.
    pub code: Code,
    /// Its name for people.
    pub name: Line,
    /// Its weight.
    pub weight: u64,
}

/// A party without a ballot, before it has keys.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Its code.
    pub code: Code,
    /// Its name for people.
    pub name: Line,
    /// Its role in the charter.
    pub role: Label,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MembersFile {
    origin: Origin,
    candidate: Seat,
    #[serde(rename = "member")]
    seats: Vec<Seat>,
    #[serde(default, rename = "participant")]
    places: Vec<Place>,
}

/// A council's law, members and measures, before it is founded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// Which.
    pub charter_name: CharterName,
    /// The council's name in keys.
    pub origin: Origin,
    /// Its law.
    pub charter: Charter,
    /// Its members in protocol order.
    pub seats: Vec<Seat>,
    /// Who takes part without a ballot.
    pub places: Vec<Place>,
    /// Who would enter next.
    pub next: Seat,
    /// Texts of measures to table, the main one first.
    pub measures: [&'static str; 2],
}

/// That many members cannot be seated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("--members {asked}: the charter {charter} comes with a list of 1 to {seats} members")]
pub struct SeatsError {
    /// How many were asked for.
    pub asked: usize,
    /// How many there are.
    pub seats: usize,
    /// Whose list it is.
    pub charter: CharterName,
}

/// A text is not the name of a charter that comes with the binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the charters that come along are eu-council and plain")]
pub struct CharterNameError;

impl Shipped {
    /// Reads what came along.
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

    /// The first `members` in protocol order. With fewer than all, the whole weight is their sum, and
    /// the first one left out would enter next.
    ///
    /// # Errors
    /// [`SeatsError`] if there are none or not so many.
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

/// The charter's own text, with its comments; with another total, where one is given.
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
            Self::Plain => "plain",
        })
    }
}

impl FromStr for CharterName {
    type Err = CharterNameError;

    fn from_str(text: &str) -> Result<Self, CharterNameError> {
        let names = [Self::EuCouncil, Self::Plain];
        names.into_iter().find(|name| name.to_string() == text).ok_or(CharterNameError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_charters_that_come_along_are_sound() {
        for (name, seats, total) in
            [(CharterName::EuCouncil, 27, 451_028_881), (CharterName::Plain, 7, 7)]
        {
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
        for name in [CharterName::EuCouncil, CharterName::Plain] {
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
                // The words' table names its keys in the design's terms.
                let text = text.replace("council =", "");
                assert!(!text.contains(word), "{word}");
            }
        }
    }
}
