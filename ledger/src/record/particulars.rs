//! Where a measure stands on its way: who prepared it and when, as which item it comes, what goes with it.

use core::fmt;
use core::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::error::RecordError;
use crate::text::fields::split_words;
use crate::text::value::ValueError;
use crate::text::{Day, Fields, Label, Line, Writer};

/// The particulars of a measure beside what it decides; all optional, in words of the charter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Particulars {
    /// Acts that go with it, as text.
    pub companions: Vec<Line>,
    /// The bodies that prepared it, with the days.
    pub prepared: Vec<Prepared>,
    /// As which item it comes on the agenda.
    pub item: Option<Label>,
}

/// A body that has prepared a measure, and the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// One of the charter's bodies: `coreper-ii`.
    pub body: Label,
    /// The day.
    pub day: Day,
}

impl Particulars {
    pub(super) fn parse_from(fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        Ok(Self {
            companions: fields.repeated_with("companion", str::parse)?,
            prepared: fields.repeated_with("prepared", str::parse)?,
            item: fields.optional("item")?,
        })
    }

    pub(super) fn render_into(&self, writer: &mut Writer) {
        writer
            .repeated("companion", &self.companions)
            .repeated("prepared", &self.prepared)
            .optional("item", self.item.as_ref());
    }
}

impl<'de> Deserialize<'de> for Prepared {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

impl fmt::Display for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.body, self.day)
    }
}

impl FromStr for Prepared {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let [body, day] =
            split_words(text).ok_or(ValueError("a body and a day, like `council 2026-10-01`"))?;
        Ok(Self { body: body.parse()?, day: day.parse()? })
    }
}
