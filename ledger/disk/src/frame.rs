//! Frames: the form of one payload in an append-only file, and what the end of such a file means.
//!
//! ```text
//! offset  bytes  content, integers little-endian
//!      0      3  "nem"
//!      3      1  kind: "H" head of the file, "B" block, "S" seals, "E" another entry
//!      4      4  payload length n, at most FRAME_BYTES_MAX
//!      8      4  CRC-32C of the payload and its padding
//!     12      4  CRC-32C of bytes 0..12
//!     16      n  payload
//!   16+n      p  padding: zeroes up to a multiple of 4
//! 16+n+p      4  end mark: "end\n"
//! ```
//!
//! A crash can leave bytes after the last synced frame. The scan tells such a torn end from damage:
//!
//! - *The file ends early*, inside a header or a payload: torn. The file's size was never extended, or
//!   only in part. A file that lost the end of a synced frame looks the same, and no checksum can tell
//!   the two apart.
//! - *Zeroes follow*: torn, if the zeroes at the end of the file cover at least the end mark of a frame
//!   that is not right. The size was extended and the blocks were never written (delayed allocation).
//!   The end mark holds no zero byte, so a whole frame whose payload ends in zeroes and has a wrong
//!   checksum is never taken for torn. Frames are multiples of 4 bytes, so that the edge of a sector,
//!   where such zeroes begin, never lies inside an end mark.
//! - *Anything else that is not right* is damage: a header with a wrong checksum, which covers every
//!   altered length, and a complete payload with a wrong checksum, even in the last frame of the file.
//!   If a disk wrote the blocks of one unsynced frame out of order, the frame looks damaged too. Such a
//!   false alarm costs a start of the node; the opposite mistake would cost an acknowledged record.

/// The longest payload, 8 MiB.
pub const FRAME_BYTES_MAX: usize = 8 << 20;

/// The bytes before a payload.
pub const HEADER_BYTES: usize = 16;

const MAGIC: [u8; 3] = *b"nem";
const END_MARK: [u8; 4] = *b"end\n";

/// The content of a frame, by the letter in its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The first frame of a file: the council that the file belongs to, and its format version.
    Head,
    /// A block of the journal.
    Block,
    /// Seals of the journal.
    Seals,
    /// An entry of the file `signed`, or of a journal of format version 1.
    Entry,
}

impl Kind {
    const fn byte(self) -> u8 {
        match self {
            Self::Head => b'H',
            Self::Block => b'B',
            Self::Seals => b'S',
            Self::Entry => b'E',
        }
    }

    const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            b'H' => Some(Self::Head),
            b'B' => Some(Self::Block),
            b'S' => Some(Self::Seals),
            b'E' => Some(Self::Entry),
            _ => None,
        }
    }
}

/// The error for a payload that is longer than [`FRAME_BYTES_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an entry of {bytes} bytes; a frame holds at most {FRAME_BYTES_MAX}")]
pub struct FrameTooLong {
    /// The length of the refused payload, in bytes.
    pub bytes: usize,
}

/// A frame header whose own CRC is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    kind: Kind,
    payload_bytes: usize,
    payload_sum: u32,
}

/// One whole frame, as it lies in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The offset of the frame's first byte in the file.
    pub offset: u64,
    /// The offset of the byte after the frame, where the next frame begins.
    pub next: u64,
    /// The kind of content that the frame holds.
    pub kind: Kind,
    /// The payload, without padding.
    pub payload: &'a [u8],
}

/// What a file holds after its last whole frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Nothing: the file ends with a whole frame.
    Clean,
    /// A frame that was never written whole; the caller cuts it off.
    Torn {
        /// The offset where the torn frame begins, which is the file's size after the cut.
        offset: u64,
    },
    /// Bytes that no interrupted write explains; the caller reports them.
    Damaged {
        /// The offset of the first damaged frame.
        offset: u64,
    },
}

/// `"nem" || kind || n || CRC(body) || CRC(header) || payload || padding || "end\n"`.
pub fn encode_frame(kind: Kind, payload: &[u8]) -> Result<Vec<u8>, FrameTooLong> {
    let length = u32::try_from(payload.len()).ok().filter(|_| payload.len() <= FRAME_BYTES_MAX);
    let length = length.ok_or(FrameTooLong { bytes: payload.len() })?;
    let body = payload.len().next_multiple_of(4);
    let mut bytes = Vec::with_capacity(HEADER_BYTES + body + END_MARK.len());
    bytes.extend(MAGIC);
    bytes.push(kind.byte());
    bytes.extend(length.to_le_bytes());
    bytes.resize(HEADER_BYTES, 0);
    bytes.extend(payload);
    bytes.resize(HEADER_BYTES + body, 0);
    let payload_sum = crc32c::crc32c(&bytes[HEADER_BYTES..]);
    bytes[8..12].copy_from_slice(&payload_sum.to_le_bytes());
    let header_sum = crc32c::crc32c(&bytes[..12]);
    bytes[12..16].copy_from_slice(&header_sum.to_le_bytes());
    bytes.extend(END_MARK);
    Ok(bytes)
}

impl Header {
    /// Parses a header. `None` if its CRC, magic, kind or length is wrong.
    pub fn parse(bytes: &[u8; HEADER_BYTES]) -> Option<Self> {
        let word = |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|i| bytes[at + i]));
        let payload_bytes = usize::try_from(word(4)).ok()?;
        let right = word(12) == crc32c::crc32c(&bytes[..12])
            && bytes[..3] == MAGIC
            && payload_bytes <= FRAME_BYTES_MAX;
        let kind = Kind::from_byte(bytes[3])?;
        right.then_some(Self { kind, payload_bytes, payload_sum: word(8) })
    }

    /// The kind of content that the frame holds.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The number of bytes from the end of the header to the end of the frame.
    pub fn rest_bytes(&self) -> usize {
        self.payload_bytes.next_multiple_of(4) + END_MARK.len()
    }

    /// The payload, if `rest` has this header's payload, CRC and end mark.
    pub fn payload<'a>(&self, rest: &'a [u8]) -> Option<&'a [u8]> {
        let (body, mark) = rest.split_last_chunk::<4>()?;
        let right = rest.len() == self.rest_bytes()
            && *mark == END_MARK
            && crc32c::crc32c(body) == self.payload_sum;
        right.then(|| &body[..self.payload_bytes])
    }
}

/// Yields the whole frames of a file's bytes; after the last one, [`Scanner::end`] tells the [`End`].
#[derive(Clone, Debug)]
pub struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The bytes of the file up to its last byte that is not zero.
    written: usize,
    end: Option<End>,
}

impl<'a> Scanner<'a> {
    /// Scans from `offset`, which must be the start of a frame. `bytes` are the whole file's, from
    /// its first byte.
    pub fn new(bytes: &'a [u8], offset: u64) -> Self {
        let at = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let written = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
        Self { bytes, at, written, end: None }
    }

    /// What the file holds after its last whole frame. `None` while frames remain to be yielded.
    pub const fn end(&self) -> Option<End> {
        self.end
    }

    /// The frame at the current offset, or the [`End`] if no whole frame begins there.
    fn step(&self) -> Result<Frame<'a>, End> {
        let (offset, rest) = (self.at as u64, &self.bytes[self.at..]);
        let written = self.written.saturating_sub(self.at);
        if rest.is_empty() {
            return Err(End::Clean);
        }
        let Some((header, rest)) = rest.split_first_chunk::<HEADER_BYTES>() else {
            return Err(End::Torn { offset });
        };
        let Some(header) = Header::parse(header) else {
            let zeroed = written < HEADER_BYTES;
            return Err(if zeroed { End::Torn { offset } } else { End::Damaged { offset } });
        };
        let Some(rest) = rest.get(..header.rest_bytes()) else {
            return Err(End::Torn { offset });
        };
        let whole = HEADER_BYTES + rest.len();
        let next = offset + whole as u64;
        match header.payload(rest) {
            Some(payload) => Ok(Frame { offset, next, kind: header.kind, payload }),
            None if written <= whole - END_MARK.len() => Err(End::Torn { offset }),
            None => Err(End::Damaged { offset }),
        }
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Frame<'a>;

    fn next(&mut self) -> Option<Frame<'a>> {
        if self.end.is_some() {
            return None;
        }
        match self.step() {
            Ok(frame) => {
                self.at += HEADER_BYTES + frame.payload.len().next_multiple_of(4) + END_MARK.len();
                Some(frame)
            }
            Err(end) => {
                self.end = Some(end);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests;
