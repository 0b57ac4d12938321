//! Shares of a whole, compared without rounding.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::text::value::{ValueError, parse_number};

/// A share of a whole, `numerator/denominator`, compared by cross-multiplication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    numerator: u64,
    denominator: u64,
}

impl Fraction {
    /// Whether `part` of `whole` is at least this fraction:
    /// `denominator * part >= numerator * whole`.
    pub fn is_reached(self, part: u64, whole: u64) -> bool {
        u128::from(self.denominator) * u128::from(part)
            >= u128::from(self.numerator) * u128::from(whole)
    }
}

/// A share in percent with two decimals, half a hundredth rounded up: `35.97 %`; `whole` is above zero.
pub fn percent(part: u128, whole: u64) -> String {
    let whole = u128::from(whole);
    let hundredths = (part * 10_000 + whole / 2) / whole;
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}

impl FromStr for Fraction {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let wants = ValueError("a fraction like 1/3, above 0 and at most 1");
        let (numerator, denominator) = text.split_once('/').ok_or(wants)?;
        let numerator = parse_number(numerator)?;
        let denominator = parse_number(denominator)?;
        if numerator == 0 || numerator > denominator {
            return Err(wants);
        }
        Ok(Self { numerator, denominator })
    }
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

impl<'de> Deserialize<'de> for Fraction {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Fraction {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
