//! Where in an export something is wrong.

use core::fmt;

use nemcon_crypto::LeafIndex;

use crate::Height;

/// Where something is wrong. Only the known parts are set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file of the export.
    pub file: Option<String>,
    /// Its line, counted from 1.
    pub line: Option<usize>,
    /// The byte in that line, or in the file where no line is told; counted from 1.
    pub byte: Option<usize>,
    /// The record.
    pub record: Option<LeafIndex>,
    /// The block that it stands in.
    pub block: Option<Height>,
}

impl Place {
    /// A file.
    pub fn of_file(path: impl Into<String>) -> Self {
        Self { file: Some(path.into()), ..Self::default() }
    }

    /// The byte of a file that follows `before`, by line.
    pub fn behind(path: impl Into<String>, before: &[u8]) -> Self {
        let lines = before.split(|byte| *byte == b'\n');
        let byte = lines.clone().next_back().map_or(0, <[u8]>::len) + 1;
        Self::of_file(path).line(lines.count()).byte(byte)
    }

    /// A record of the log.
    pub const fn of_record(leaf: LeafIndex, block: Height) -> Self {
        Self { file: None, line: None, byte: None, record: Some(leaf), block: Some(block) }
    }

    /// The same, at this line.
    #[must_use]
    pub const fn line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// The same, at this byte.
    #[must_use]
    pub const fn byte(mut self, byte: usize) -> Self {
        self.byte = Some(byte);
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            self.file.clone(),
            self.record.map(|leaf| format!("record {}", leaf.0)),
            self.block.map(|height| format!("block {}", height.0)),
            self.line.map(|line| format!("line {line}")),
            self.byte.map(|byte| format!("byte {byte}")),
        ];
        f.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}
