//! The small words of records: codes, labels, origins, lines of text.

use core::fmt;
use core::str::FromStr;

use super::allowed::{verify_file_name, verify_line};

/// Why a text is not the value that a field wants; it says what the field wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("wants {0}")]
pub struct ValueError(pub &'static str);

macro_rules! word {
    ($(#[$doc:meta])* $name:ident, $wants:literal, $is_valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// The text, as it was parsed.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        word!($name, $wants, $is_valid, |text| Self(text.to_owned()));
    };

    // What every word has, whatever it keeps its text in.
    ($name:ident, $wants:literal, $is_valid:expr, |$text:ident| $kept:expr) => {
        impl FromStr for $name {
            type Err = ValueError;

            fn from_str($text: &str) -> Result<Self, ValueError> {
                let is_valid: fn(&str) -> bool = $is_valid;
                if is_valid($text) { Ok($kept) } else { Err(ValueError($wants)) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), f)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(|e: ValueError| {
                    serde::de::Error::custom(format_args!("{text:?}: {e}"))
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

/// The most letters and digits of a code.
const CODE_BYTES_MAX: usize = 8;

/// A party's code: `EL`, `HR`, `B7`.
///
/// It lies in place, zeroes behind its letters, and so codes have the order of their texts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code([u8; CODE_BYTES_MAX]);

impl Code {
    /// The text, as it was parsed.
    pub fn as_str(&self) -> &str {
        let zeroes = u64::from_be_bytes(self.0).trailing_zeros() as usize / 8;
        str::from_utf8(&self.0[..CODE_BYTES_MAX - zeroes]).expect("a code is ASCII")
    }

    /// The code of a text that may be one.
    fn holding(text: &str) -> Self {
        let mut letters = [0; CODE_BYTES_MAX];
        letters[..text.len()].copy_from_slice(text.as_bytes());
        Self(letters)
    }
}

word!(
    Code,
    "a code: 1 to 8 capital letters and digits, a letter first",
    |text| {
        (1..=CODE_BYTES_MAX).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            && text.as_bytes()[0].is_ascii_uppercase()
    },
    |text| Self::holding(text)
);

word!(
    /// A name of the council's making: an officer, a kind, a rule, a category, a role.
    Label,
    "a label: 1 to 40 lowercase letters, digits and hyphens, a letter or digit first",
    |text| {
        (1..=40).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && text.as_bytes()[0] != b'-'
    }
);

word!(
    /// The council's name in keys and checkpoints, like a URL without its scheme.
    Origin,
    "an origin: 1 to 64 of a-z, 0-9, '.', '-' and single '/', a letter or digit at both ends",
    |text| {
        let is_end = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        (1..=64).contains(&text.len())
            && text.bytes().all(|b| is_end(b) || matches!(b, b'.' | b'-' | b'/'))
            && is_end(text.as_bytes()[0])
            && is_end(text.as_bytes()[text.len() - 1])
            && !text.contains("//")
    }
);

word!(
    /// One line of readable text, at most 2,000 bytes, without spaces at its ends.
    Line,
    "a line of text: 1 to 2,000 bytes, no space at its ends, allowed characters only",
    |text| {
        (1..=2000).contains(&text.len())
            && !text.starts_with(' ')
            && !text.ends_with(' ')
            && verify_line(text).is_ok()
    }
);

word!(
    /// A file's name, at most 2,000 bytes, without spaces at its ends.
    FileName,
    "a file's name: 1 to 2,000 bytes, no space at its ends, allowed characters only",
    |text| {
        (1..=2000).contains(&text.len())
            && !text.starts_with(' ')
            && !text.ends_with(' ')
            && verify_file_name(text).is_ok()
    }
);

/// Parses a decimal number, which is not negative, with its one written form: no sign, no leading zero.
///
/// # Errors
/// [`ValueError`] otherwise.
pub fn parse_number<T: FromStr>(text: &str) -> Result<T, ValueError> {
    let has_one_form = text.bytes().all(|byte| byte.is_ascii_digit())
        && (!text.starts_with('0') || text.len() == 1);
    match text.parse::<T>() {
        Ok(number) if has_one_form => Ok(number),
        _ => Err(ValueError("a decimal number without leading zeroes")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_have_their_alphabet() {
        for good in ["EL", "A", "B7", "ABCDEFGH"] {
            assert!(good.parse::<Code>().is_ok(), "{good}");
        }
        for bad in ["", "el", "7B", "ABCDEFGHI", "E L", "É", "A-B"] {
            assert!(bad.parse::<Code>().is_err(), "{bad}");
        }
        for bad in ["", "-a", "A", "a b", "a_b"] {
            assert!(bad.parse::<Label>().is_err(), "{bad}");
        }
        for bad in ["", "/a", "a/", "a//b", "A", "a+b", "a b"] {
            assert!(bad.parse::<Origin>().is_err(), "{bad}");
        }
        for bad in ["", " a", "a ", "a\tb", "a\nb"] {
            assert!(bad.parse::<Line>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn numbers_have_one_written_form() {
        assert_eq!(parse_number::<u64>("0"), Ok(0));
        for bad in ["", "00", "01", "+1", "-0", " 1", "1 ", "18446744073709551616"] {
            assert!(parse_number::<u64>(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn codes_are_their_texts_and_have_the_order_of_them(
            a in "[A-C][A-C0-1]{0,7}",
            b in "[A-C][A-C0-1]{0,7}",
        ) {
            let (one, other): (Code, Code) = (a.parse()?, b.parse()?);
            prop_assert_eq!(one.as_str(), &a);
            prop_assert_eq!(format!("{one:>9}{one:?}"), format!("{a:>9}{a:?}"));
            prop_assert_eq!(one.cmp(&other), a.cmp(&b));
        }

        #[test]
        fn a_number_is_read_only_as_it_is_written(
            number: u32,
            text in prop_oneof!["[0-9]{1,11}", "[0-9+ .x-]{0,4}"],
        ) {
            prop_assert_eq!(parse_number(&number.to_string()), Ok(number));
            if let Ok(number) = parse_number::<u32>(&text) {
                prop_assert_eq!(number.to_string(), text);
            }
        }
    }
}
