//! All words of the pages, in one place a language. What is signed is never translated, nor is what a node says.

mod dictionary;
mod english;
mod french;
pub(crate) mod time;

use nemcon_ledger::council::Consequence;

pub(crate) use dictionary::{Language, Told, Words};

impl Language {
    /// The words of the language.
    pub(crate) const fn words(self) -> &'static Words {
        match self {
            Self::English => &english::WORDS,
            Self::French => &french::WORDS,
        }
    }
}

impl Words {
    /// What follows from a statement, in sentences.
    pub(crate) fn consequences(&self, told: &Told<'_>, all: &[Consequence]) -> Vec<String> {
        match self.language {
            Language::English => english::consequences(told, all),
            Language::French => french::consequences(self, told, all),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_people_of_a_language_do() {
        let at: nemcon_ledger::Time = "2026-12-01T23:30:59.999Z".parse().unwrap();
        let zone = "Europe/Brussels".parse().unwrap();
        let [english, french] = Language::ALL.map(Language::words);
        for (said, wanted) in [
            (
                time::both(english, at, Some(&zone)),
                "2 December 2026, 00:30 Brussels (1 December 2026, 23:30 UTC)",
            ),
            (
                time::both(french, at, Some(&zone)),
                "2 décembre 2026, 00:30 Bruxelles (1er décembre 2026, 23:30 UTC)",
            ),
            (time::both(english, at, None), "1 December 2026, 23:30 UTC"),
            (time::day(french, at, None), "mardi 1er décembre 2026"),
            (time::span(english, 59_999), "less than a minute"),
            (time::span(english, 24 * 3_600_000), "1 day"),
            (time::span(french, 3 * 24 * 3_600_000), "3 jours"),
        ] {
            assert_eq!(said, wanted);
        }
    }
}
