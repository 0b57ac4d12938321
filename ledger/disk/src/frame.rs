//! How one payload lies in an append-only file, and what the end of such a file says.
//!
//! ```text
//! offset  bytes  content, integers little-endian
//!      0      3  "nem"
//!      3      1  kind: "H" head of the file, "E" entry
//!      4      4  payload length n, at most FRAME_BYTES_MAX
//!      8      4  CRC-32C of the payload and its padding
//!     12      4  CRC-32C of bytes 0..12
//!     16      n  payload
//!   16+n      p  padding: zeroes up to a multiple of 4
//! 16+n+p      4  end mark: "end\n"
//! ```
//!
//! What a crash can leave behind the last synced frame, and how it is told from damage:
//!
//! - *The file ends early*: the size was never extended, or only in part. Inside a header or a
//!   payload: torn. A file that lost the end of a synced frame looks the same; no sum can tell.
//! - *Zeroes follow*: the size was extended and the blocks never written (delayed allocation).
//!   Zeroes that reach back from the end of the file over at least the whole end mark of a frame
//!   that is not right: torn. The mark is what makes this safe: it holds no zero byte, so a whole
//!   frame whose payload ends in zeroes and has a wrong sum is never mistaken for one. Frames are
//!   multiples of 4 bytes, so that no sector's edge, where such zeroes begin, lies inside a mark.
//! - *Anything else that is not right* is damage: a header with a wrong sum, hence also any length
//!   that was altered, and a payload that is all there with a wrong sum, the last of the file too.
//!   Blocks of one unsynced frame that a disk wrote out of order look like that: a false alarm,
//!   which costs a start, where the opposite mistake would cost an acknowledged record.

/// The longest payload, 8 MiB.
pub const FRAME_BYTES_MAX: usize = 8 << 20;

/// The bytes before a payload.
pub const HEADER_BYTES: usize = 16;

const MAGIC: [u8; 3] = *b"nem";
const END_MARK: [u8; 4] = *b"end\n";

/// What a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The first frame of a file: whose it is and in which version.
    Head,
    /// One entry.
    Entry,
}

impl Kind {
    const fn byte(self) -> u8 {
        match self {
            Self::Head => b'H',
            Self::Entry => b'E',
        }
    }

    const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            b'H' => Some(Self::Head),
            b'E' => Some(Self::Entry),
            _ => None,
        }
    }
}

/// A payload is longer than [`FRAME_BYTES_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an entry of {bytes} bytes; a frame holds at most {FRAME_BYTES_MAX}")]
pub struct FrameTooLong {
    /// Its length.
    pub bytes: usize,
}

/// A header whose own sum is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    kind: Kind,
    payload_bytes: usize,
    payload_sum: u32,
}

/// One whole frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Where it begins.
    pub offset: u64,
    /// Where the next one begins.
    pub next: u64,
    /// What it holds.
    pub kind: Kind,
    /// Its payload.
    pub payload: &'a [u8],
}

/// What stands where the frames of a file end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The end of the file.
    Clean,
    /// A frame that was never written whole: to be cut.
    Torn {
        /// Where it begins, the file's size after the cut.
        offset: u64,
    },
    /// Bytes that no interrupted write explains: to be reported.
    Damaged {
        /// Where they begin.
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
    /// The header that these bytes are, if its sum, its magic, its kind and its length are right.
    pub fn parse(bytes: &[u8; HEADER_BYTES]) -> Option<Self> {
        let word = |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|i| bytes[at + i]));
        let payload_bytes = usize::try_from(word(4)).ok()?;
        let right = word(12) == crc32c::crc32c(&bytes[..12])
            && bytes[..3] == MAGIC
            && payload_bytes <= FRAME_BYTES_MAX;
        let kind = Kind::from_byte(bytes[3])?;
        right.then_some(Self { kind, payload_bytes, payload_sum: word(8) })
    }

    /// How many bytes follow the header up to the end of its frame.
    pub fn rest_bytes(&self) -> usize {
        self.payload_bytes.next_multiple_of(4) + END_MARK.len()
    }

    /// The payload, if `rest` is what belongs to this header.
    pub fn payload<'a>(&self, rest: &'a [u8]) -> Option<&'a [u8]> {
        let (body, mark) = rest.split_last_chunk::<4>()?;
        let right = rest.len() == self.rest_bytes()
            && *mark == END_MARK
            && crc32c::crc32c(body) == self.payload_sum;
        right.then(|| &body[..self.payload_bytes])
    }
}

/// Yields the frames of a file's bytes, then knows its [`End`].
#[derive(Clone, Debug)]
pub struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The bytes up to the last one that is not zero.
    written: usize,
    end: Option<End>,
}

impl<'a> Scanner<'a> {
    /// Scans from `offset`, where a frame begins; `bytes` are the file's from its start.
    pub fn new(bytes: &'a [u8], offset: u64) -> Self {
        let at = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let written = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
        Self { bytes, at, written, end: None }
    }

    /// What stands behind the last frame; known when there are no more frames.
    pub const fn end(&self) -> Option<End> {
        self.end
    }

    /// The frame at the current place, or what stands there instead.
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
