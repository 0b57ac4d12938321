//! Forms of references: words of which some parts are numbers.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::text::value::ValueError;
use crate::text::{Label, Line};

/// A kind of reference, and the forms that one of it may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceKind {
    /// `st`, `oj`.
    pub name: Label,
    /// The forms, of which a reference has one.
    pub forms: Vec<Form>,
}

impl ReferenceKind {
    /// Whether these words have one of the forms.
    pub fn fits(&self, words: &str) -> bool {
        self.forms.iter().any(|form| form.fits(words))
    }
}

/// A form: `ST <number>/<yy> REV <number>`. What stands in angle brackets is one of
/// `<number>` (digits, the first of them no zero), `<digits>` (digits, also with zeros in front), `<year>` (four digits), `<yy>` (two digits), `<letters>` (capital letters A to
/// Z), `<letter>` (one small letter a to z); all else stands for itself. Two of these never touch, and no text behind one begins with what could
/// be part of it, so that words fit in one way only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    text: Line,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Words(String),
    Number,
    Digits,
    Year,
    ShortYear,
    Letters,
    Letter,
}

impl Part {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "number" => Self::Number,
            "digits" => Self::Digits,
            "year" => Self::Year,
            "yy" => Self::ShortYear,
            "letters" => Self::Letters,
            "letter" => Self::Letter,
            _ => return None,
        })
    }

    /// Whether this part is made of such characters.
    fn takes(&self, c: char) -> bool {
        match self {
            Self::Words(_) => false,
            Self::Letters => c.is_ascii_uppercase(),
            Self::Letter => c.is_ascii_lowercase(),
            Self::Number | Self::Digits | Self::Year | Self::ShortYear => c.is_ascii_digit(),
        }
    }

    /// What is left of the words behind this part; `None` if they do not begin with it.
    fn strip<'a>(&self, words: &'a str) -> Option<&'a str> {
        if let Self::Words(text) = self {
            return words.strip_prefix(text.as_str());
        }
        let rest = words.trim_start_matches(|c| self.takes(c));
        let taken = words.len() - rest.len();
        let fits = match self {
            Self::Year => taken == 4,
            Self::ShortYear => taken == 2,
            Self::Letter => taken == 1,
            // So that one number is written in one way.
            Self::Number => taken > 0 && !words.starts_with('0'),
            _ => taken > 0,
        };
        fits.then_some(rest)
    }
}

impl Form {
    /// Whether these words have the form.
    pub fn fits(&self, words: &str) -> bool {
        let rest = self.parts.iter().try_fold(words, |words, part| part.strip(words));
        rest == Some("")
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl FromStr for Form {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let wants = ValueError(
            "a form: words with <number>, <digits>, <year>, <yy>, <letters> or <letter>, two of which never touch, and behind \
             which no digit or letter stands that could be part of it",
        );
        let line = text.parse()?;
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some((before, after)) = rest.split_once('<') {
            if !before.is_empty() {
                parts.push(Part::Words(before.to_owned()));
            } else if !parts.is_empty() {
                return Err(wants);
            }
            let (name, after) = after.split_once('>').ok_or(wants)?;
            parts.push(Part::of(name).ok_or(wants)?);
            let touches = |c| parts.last().is_some_and(|part: &Part| part.takes(c));
            if after.chars().next().is_some_and(touches) {
                return Err(wants);
            }
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Words(rest.to_owned()));
        }
        Ok(Self { text: line, parts })
    }
}

impl Serialize for Form {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Form {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Line::deserialize(from)?;
        text.as_str().parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(form: &str, words: &str) -> bool {
        form.parse::<Form>().unwrap().fits(words)
    }

    #[test]
    fn words_fit_a_form_whole_or_not_at_all() {
        for (form, good, bad) in [
            ("<number>/<yy> REV <number>", "7592/26 REV 1", "7592/2026 REV 1"),
            ("<number>/<yy> INIT", "7592/26 INIT", "7592/26 INIT 1"),
            ("<year>/<digits>(<letters>)", "2026/0123(NLE)", "2026/0123(nle)"),
            ("L, <year>/<number>", "L, 2024/1779", "L, 24/1779"),
            ("<number>", "1", ""),
            ("<number>", "22", "22 "),
            ("<number>", "20", "020"),
            ("<number>", "10", "0"),
            ("<year>/<digits>(<letters>)", "2026/0123(NLE)", "2026/(NLE)"),
            ("(<number>)(<letter>)", "(2)(d)", "(2)(dd)"),
            ("<number>", "22", "٢"),
        ] {
            assert!(fits(form, good), "{form}: {good}");
            assert!(!fits(form, bad), "{form}: {bad}");
        }
    }

    #[test]
    fn a_form_is_read_in_one_way_only() {
        for wrong in [
            "<number><yy>",
            "<name>",
            "<number",
            "ST <>",
            "",
            "<number>0 REV",
            "<letters>A",
            "<yy>1",
        ] {
            assert!(wrong.parse::<Form>().is_err(), "{wrong}");
        }
        assert_eq!("ST <number>/<yy>".parse::<Form>().unwrap().to_string(), "ST <number>/<yy>");
    }
}
