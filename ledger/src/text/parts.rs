//! Texts that hold other texts whole: lines of `name value`, and parts that are as long as the line before them says.

use core::str::FromStr;

/// Why a text does not have the form that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartError {
    /// Another line stands there.
    #[error("at byte {at} stands no line `{wanted}`")]
    Line {
        /// Where, counted from 0.
        at: usize,
        /// What must stand there.
        wanted: &'static str,
    },
    /// A part does not end where its length says.
    #[error(
        "the part at byte {at} does not end where its length says: the file was altered or cut"
    )]
    Length {
        /// Where the part begins, counted from 0.
        at: usize,
    },
}

/// Goes through such a text.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parts<'a> {
    /// Begins before the first line.
    pub const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// How many bytes were read.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// What was not read so far.
    pub fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The next line without its end.
    pub fn line(&mut self) -> Option<&'a str> {
        let (line, _) = self.rest().split_once('\n')?;
        self.at += line.len() + 1;
        Some(line)
    }

    /// An empty line, before the line that is `wanted`.
    ///
    /// # Errors
    /// [`PartError::Line`].
    pub fn blank(&mut self, wanted: &'static str) -> Result<(), PartError> {
        let at = self.at;
        if self.line() == Some("") { Ok(()) } else { Err(PartError::Line { at, wanted }) }
    }

    /// The value of the next line, which has this name and one written form.
    ///
    /// # Errors
    /// [`PartError::Line`].
    pub fn value<T: FromStr + ToString>(
        &mut self,
        name: &str,
        wanted: &'static str,
    ) -> Result<T, PartError> {
        let at = self.at;
        let value = self.line().and_then(|line| line.strip_prefix(name)).and_then(|value| {
            let read: T = value.parse().ok()?;
            (read.to_string() == value).then_some(read)
        });
        value.ok_or(PartError::Line { at, wanted })
    }

    /// So many bytes, at most `length_max`, which end a line.
    ///
    /// # Errors
    /// [`PartError::Length`].
    pub fn part(&mut self, length: u64, length_max: u64) -> Result<&'a str, PartError> {
        let wrong = PartError::Length { at: self.at };
        let length = usize::try_from(length).ok().filter(|_| length <= length_max);
        let part = length.and_then(|length| self.rest().get(..length));
        let part = part.filter(|part| part.ends_with('\n')).ok_or(wrong)?;
        self.at += part.len();
        Ok(part)
    }
}
