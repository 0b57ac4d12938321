//! Lines of `field value` in a fixed order: one reader, one writer.

use core::fmt::{Display, Write as _};
use core::str::FromStr;

use super::allowed::{CharacterError, is_plain, verify_record_line};
use super::value::ValueError;

/// The longest text of a record, in bytes.
pub const TEXT_BYTES_MAX: usize = 60_000;

/// Why a text is not a record. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// Longer than [`TEXT_BYTES_MAX`].
    #[error("the text has {bytes} bytes; a record has at most {TEXT_BYTES_MAX}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Not UTF-8, or its last line does not end.
    #[error("the text is not UTF-8 lines that each end with a newline")]
    NotLines,
    /// A character that may not stand in a record.
    #[error("line {line}, {error}")]
    Character {
        /// The line of the character.
        line: usize,
        /// The character, and why no record may hold it.
        error: CharacterError,
    },
    /// Another field was due here.
    #[error("line {line}: the field `{field}` is due here")]
    Missing {
        /// The line where the field is due.
        line: usize,
        /// The field that is due.
        field: &'static str,
    },
    /// The record has ended, or this field may not stand here.
    #[error("line {line}: nothing more may stand here")]
    Unexpected {
        /// The first line that may not stand there.
        line: usize,
    },
    /// The value is not what the field wants.
    #[error("line {line}: `{field}` {error}")]
    Value {
        /// The line of the value.
        line: usize,
        /// The field of the value.
        field: &'static str,
        /// What it wants.
        error: ValueError,
    },
    /// It parses, but is not written in its one form.
    #[error("the text is not in its canonical form")]
    NotCanonical,
}

/// Reads the lines of a text in the order that its kind fixes.
pub struct Fields<'a> {
    /// The lines that are to be read, each with its newline.
    rest: &'a str,
    /// How many lines were read.
    line: usize,
}

impl<'a> Fields<'a> {
    /// The lines of `text`, whose characters are checked first.
    ///
    /// # Errors
    /// [`FieldError`] `TooLong`, `NotLines` or `Character`.
    pub fn new(text: &'a str) -> Result<Self, FieldError> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(FieldError::TooLong { bytes: text.len() });
        }
        let body = text.strip_suffix('\n').ok_or(FieldError::NotLines)?;
        if !is_plain(body, |byte| byte == b'\n') {
            verify_each_line(body)?;
        }
        Ok(Self { rest: text, line: 0 })
    }

    /// The value of the next line if it is of `field`.
    pub fn next_if(&mut self, field: &str) -> Option<&'a str> {
        self.rest = self.rest.strip_prefix(field)?.strip_prefix(' ')?;
        self.next_line()
    }

    /// The value of `field`, which must be the next line.
    ///
    /// # Errors
    /// `Missing`, or `Value` if it does not parse.
    pub fn required<T: FromStr>(&mut self, field: &'static str) -> Result<T, FieldError>
    where
        T::Err: Into<ValueError>,
    {
        self.required_with(field, |text| text.parse().map_err(Into::into))
    }

    /// As [`Self::required`], with a parser.
    ///
    /// # Errors
    /// The same.
    pub fn required_with<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, ValueError>,
    ) -> Result<T, FieldError> {
        self.optional_with(field, parse)?.ok_or(FieldError::Missing { line: self.line + 1, field })
    }

    /// The value of `field` if it is the next line.
    ///
    /// # Errors
    /// `Value` if it does not parse.
    pub fn optional<T: FromStr>(&mut self, field: &'static str) -> Result<Option<T>, FieldError>
    where
        T::Err: Into<ValueError>,
    {
        self.optional_with(field, |text| text.parse().map_err(Into::into))
    }

    /// As [`Self::optional`], with a parser.
    ///
    /// # Errors
    /// The same.
    pub fn optional_with<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, ValueError>,
    ) -> Result<Option<T>, FieldError> {
        let Some(text) = self.next_if(field) else { return Ok(None) };
        let line = self.line;
        parse(text).map(Some).map_err(|error| FieldError::Value { line, field, error })
    }

    /// The values of all the lines of `field` that follow one another here.
    ///
    /// # Errors
    /// `Value` if one does not parse.
    pub fn repeated_with<T>(
        &mut self,
        field: &'static str,
        parse: impl Fn(&str) -> Result<T, ValueError>,
    ) -> Result<Vec<T>, FieldError> {
        let mut values = Vec::new();
        while let Some(value) = self.optional_with(field, &parse)? {
            values.push(value);
        }
        Ok(values)
    }

    /// The whole of the next line, for a record's first.
    ///
    /// # Errors
    /// `Unexpected` at the end of the text.
    pub fn line(&mut self) -> Result<&'a str, FieldError> {
        self.next_line().ok_or(FieldError::Unexpected { line: self.line + 1 })
    }

    /// What is left of the next line; none at the end of the text.
    fn next_line(&mut self) -> Option<&'a str> {
        let (line, rest) = self.rest.split_once('\n')?;
        self.rest = rest;
        self.line += 1;
        Some(line)
    }

    /// The text must end here.
    ///
    /// # Errors
    /// `Unexpected` if it goes on.
    pub fn end(self) -> Result<(), FieldError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(FieldError::Unexpected { line: self.line + 1 })
        }
    }

    /// A `Value` error for the line just read.
    pub fn refuse(&self, field: &'static str, wants: &'static str) -> FieldError {
        FieldError::Value { line: self.line, field, error: ValueError(wants) }
    }
}

fn verify_each_line(body: &str) -> Result<(), FieldError> {
    (1..).zip(body.split('\n')).try_for_each(|(line, text)| {
        verify_record_line(text).map_err(|error| FieldError::Character { line, error })
    })
}

/// Splits `text` at single spaces into exactly `N` words, the last of which keeps its spaces.
pub(crate) fn split_words<const N: usize>(text: &str) -> Option<[&str; N]> {
    let (mut words, mut parts) = ([""; N], text.splitn(N, ' '));
    for word in &mut words {
        *word = parts.next()?;
    }
    Some(words)
}

/// The room that a text begins with: most records have less, and are written without growing.
const ROOM_BYTES: usize = 1024;

/// Writes lines of `field value`.
#[derive(Default)]
pub struct Writer(String);

impl Writer {
    /// A text that begins with `nemcon/v1 <kind>`.
    pub fn new(kind: &str) -> Self {
        let mut writer = Self(String::with_capacity(ROOM_BYTES));
        writer.field("nemcon/v1", kind);
        writer
    }

    /// Adds one line.
    pub fn field(&mut self, field: &str, value: impl Display) -> &mut Self {
        self.0.push_str(field);
        self.0.push(' ');
        write!(self.0, "{value}").expect("writing to a string does not fail");
        self.0.push('\n');
        self
    }

    /// Adds a line if there is a value.
    pub fn optional(&mut self, field: &str, value: Option<impl Display>) -> &mut Self {
        if let Some(value) = value {
            self.field(field, value);
        }
        self
    }

    /// Adds a line a value.
    pub fn repeated(
        &mut self,
        field: &str,
        values: impl IntoIterator<Item = impl Display>,
    ) -> &mut Self {
        for value in values {
            self.field(field, value);
        }
        self
    }

    /// The text.
    pub fn finish(&mut self) -> String {
        core::mem::take(&mut self.0)
    }
}

impl From<nemcon_crypto::hash::DigestError> for ValueError {
    fn from(_: nemcon_crypto::hash::DigestError) -> Self {
        Self("64 lowercase hexadecimal digits")
    }
}

impl From<super::time::TimeError> for ValueError {
    fn from(_: super::time::TimeError) -> Self {
        Self("a time like 2026-11-23T20:47:00.000Z")
    }
}

impl From<nemcon_crypto::signing::PublicKeyError> for ValueError {
    fn from(error: nemcon_crypto::signing::PublicKeyError) -> Self {
        use nemcon_crypto::signing::PublicKeyError as E;
        Self(match error {
            E::Encoding => "a public key: 32 bytes in padded base64",
            E::NotCanonical => "a public key that is the canonical encoding of a curve point",
            E::SmallOrder => "a public key that is not of small order",
            E::Torsion => "a public key without a torsion component",
        })
    }
}
