//! Signed notes: a readable text and the lines that sign it [C2SP signed-note].
//!
//! ```text
//! Any text, of any number of lines.
//!
//! — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONn...
//! ```

mod key;
#[cfg(test)]
mod tests;

use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub use key::{KeyId, KeyName, KeyNameError, SignatureType, VerifierKey, VerifierKeyError};

use crate::SecretKey;

/// The most signature lines a note may have: what the common libraries read.
pub const SIGNATURES_MAX: usize = 100;

/// The most signature lines that are read under a checkpoint, which outside witnesses may cosign too.
/// Go's note library opens no note of more than [`SIGNATURES_MAX`].
pub const CHECKPOINT_SIGNATURES_MAX: usize = 512;

/// How a signature line begins.
const LINE_BEGINS: &str = "— ";

/// `— <name> base64(key id || blob)`: one signature line, its blob not empty.
///
/// Nothing is known of its validity until a [`VerifierKey`] has checked it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SignatureLine {
    name: KeyName,
    /// `key id || blob`, as the line encodes them: longer than a key id.
    signed: Vec<u8>,
}

/// `<text> || 0x0A || <signature lines>`: a text and 1 to [`SIGNATURES_MAX`] lines, in order.
///
/// Every value renders to the bytes that parse to it, and no other bytes do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<SignatureLine>,
}

/// A note's text and the lines under it, one by one: a malformed line is `None`, and spoils no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteLines {
    /// The text, with its last newline.
    pub text: String,
    /// The signature lines in their order.
    pub lines: Vec<Option<SignatureLine>>,
}

/// Why bytes are not a signed note, or a signature on one does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not UTF-8.
    #[error("not UTF-8 at byte {at}")]
    Utf8 {
        /// The offset of the first byte that is not.
        at: usize,
    },
    /// A control character below U+0020 that is not a newline.
    #[error("control character {byte:#04x} at byte {at}")]
    Control {
        /// The character.
        byte: u8,
        /// Its offset in bytes.
        at: usize,
    },
    /// The text, or the last signature line, does not end in a newline.
    #[error("the last line is not terminated")]
    Unterminated,
    /// No blank line divides a text from signatures.
    #[error("no blank line before the signatures")]
    NoBlankLine,
    /// No signature line.
    #[error("no signature line")]
    Unsigned,
    /// More signature lines than are read.
    #[error("more than {most} signature lines")]
    TooManySignatures {
        /// How many are read.
        most: usize,
    },
    /// A line after the blank line that is not a canonical signature line.
    #[error("signature line {line} is malformed")]
    Line {
        /// Counted from 1, after the blank line.
        line: usize,
    },
    /// A line's blob has no bytes after the key id.
    #[error("an empty signature")]
    EmptySignature,
    /// The line names another key.
    #[error("the signature line is not by {name}+{key_id}")]
    OtherKey {
        /// The name of the key that was to verify it.
        name: KeyName,
        /// The id of the key that was to verify it.
        key_id: KeyId,
    },
    /// The line names a known key, which did not make it.
    #[error("the signature by {name}+{key_id} does not verify")]
    Signature {
        /// The name on the line.
        name: KeyName,
        /// The key id on the line.
        key_id: KeyId,
    },
    /// Two different known keys have one name and id.
    #[error("two known keys are both {name}+{key_id}")]
    Ambiguous {
        /// The name of both.
        name: KeyName,
        /// The key id of both.
        key_id: KeyId,
    },
}

/// Signs a note's text: a line of type `0x01`.
///
/// # Errors
/// If no note can have this text, so that what a note key signs is never another protocol's message.
pub fn sign_note(text: &str, name: &KeyName, key: &SecretKey) -> Result<SignatureLine, NoteError> {
    check_text(text)?;
    let key_id = KeyId::of(name, SignatureType::Ed25519, &key.public());
    SignatureLine::new(name.clone(), key_id, key.sign(text.as_bytes()).as_bytes().to_vec())
}

impl SignatureLine {
    /// A line of these parts.
    ///
    /// # Errors
    /// [`NoteError::EmptySignature`] if the blob is empty.
    pub fn new(name: KeyName, key_id: KeyId, mut blob: Vec<u8>) -> Result<Self, NoteError> {
        if blob.is_empty() {
            return Err(NoteError::EmptySignature);
        }
        blob.splice(..0, key_id.0);
        Ok(Self { name, signed: blob })
    }

    /// The key name that the line claims.
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// The key id that the line claims.
    pub fn key_id(&self) -> KeyId {
        KeyId(*self.parts().0)
    }

    /// The signature, without the key id.
    pub fn blob(&self) -> &[u8] {
        self.parts().1
    }

    /// Whether the line names this key. The key's id is computed only where the name is the same.
    pub fn names(&self, key: &VerifierKey) -> bool {
        self.name == key.name && self.key_id() == key.key_id()
    }

    fn parts(&self) -> (&[u8; 4], &[u8]) {
        self.signed.split_first_chunk().expect("a line is made with a key id and more")
    }

    /// Parses one line without its newline; `None` if it is not the canonical form.
    fn parse(line: &str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix(LINE_BEGINS)?.split_once(' ')?;
        let signed = STANDARD.decode(encoded).ok().filter(|signed| signed.len() > 4)?;
        Some(Self { name: name.parse().ok()?, signed })
    }

    /// How many bytes the line has, with its newline.
    fn bytes(&self) -> usize {
        let encoded = self.signed.len().div_ceil(3) * 4;
        LINE_BEGINS.len() + self.name.as_str().len() + 1 + encoded + 1
    }

    /// Writes the line with its newline.
    fn render_into(&self, note: &mut String) {
        note.push_str(LINE_BEGINS);
        note.push_str(self.name.as_str());
        note.push(' ');
        STANDARD.encode_string(&self.signed, note);
        note.push('\n');
    }
}

impl SignedNote {
    /// A note of this text and these lines.
    pub fn new(text: String, signatures: Vec<SignatureLine>) -> Result<Self, NoteError> {
        check_text(&text)?;
        match signatures.len() {
            0 => Err(NoteError::Unsigned),
            1..=SIGNATURES_MAX => Ok(Self { text, signatures }),
            _ => Err(NoteError::TooManySignatures { most: SIGNATURES_MAX }),
        }
    }

    /// Parses a note; refuses every form but the one that [`Self::render`] writes.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        // What is divided is a text and some lines, so that the note needs no second check.
        let (text, lines) = divide(bytes, SIGNATURES_MAX)?;
        let parsed = (1..).zip(lines.split('\n'));
        let parsed =
            parsed.map(|(line, it)| SignatureLine::parse(it).ok_or(NoteError::Line { line }));
        Ok(Self { signatures: parsed.collect::<Result<_, _>>()?, text: text.to_owned() })
    }

    /// The bytes of the note.
    pub fn render(&self) -> Vec<u8> {
        self.to_text().into_bytes()
    }

    fn to_text(&self) -> String {
        let mut note = String::with_capacity(self.bytes());
        note.push_str(&self.text);
        note.push('\n');
        self.signatures.iter().for_each(|line| line.render_into(&mut note));
        note
    }

    /// How many bytes [`Self::render`] writes.
    pub fn bytes(&self) -> usize {
        self.text.len() + 1 + self.signatures.iter().map(SignatureLine::bytes).sum::<usize>()
    }

    /// The signed text, with its last newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines, in the order of the note.
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }
}

impl NoteLines {
    /// Reads a note of at most `lines_max` signature lines.
    ///
    /// # Errors
    /// [`NoteError`], but for `Line`.
    pub fn read(bytes: &[u8], lines_max: usize) -> Result<Self, NoteError> {
        let (text, lines) = divide(bytes, lines_max)?;
        let lines = lines.split('\n').map(SignatureLine::parse).collect();
        Ok(Self { text: text.to_owned(), lines })
    }
}

/// A note's text with its last newline, and its signature lines without theirs: at most `lines_max`.
fn divide(bytes: &[u8], lines_max: usize) -> Result<(&str, &str), NoteError> {
    let note =
        str::from_utf8(bytes).map_err(|error| NoteError::Utf8 { at: error.valid_up_to() })?;
    check_controls(note)?;
    // The last blank line divides: texts may hold blank lines, signatures do not.
    let blank = bytes.windows(2).rposition(|pair| pair == b"\n\n");
    let blank = blank.ok_or(NoteError::NoBlankLine)?;
    let (text, lines) = (&note[..=blank], &note[blank + 2..]);
    if lines.is_empty() {
        return Err(NoteError::Unsigned);
    }
    let lines = lines.strip_suffix('\n').ok_or(NoteError::Unterminated)?;
    if lines.split('\n').nth(lines_max).is_some() {
        return Err(NoteError::TooManySignatures { most: lines_max });
    }
    Ok((text, lines))
}

fn check_text(text: &str) -> Result<(), NoteError> {
    check_controls(text)?;
    if text.ends_with('\n') { Ok(()) } else { Err(NoteError::Unterminated) }
}

/// [C2SP signed-note]: no ASCII control characters other than newline.
pub(crate) fn check_controls(text: &str) -> Result<(), NoteError> {
    let is_control = |byte: u8| byte < b' ' && byte != b'\n';
    // Every byte is looked at, without a branch on each: where one is found, the search begins anew.
    if !text.bytes().fold(false, |found, byte| found | is_control(byte)) {
        return Ok(());
    }
    match text.bytes().enumerate().find(|(_, byte)| is_control(*byte)) {
        Some((at, byte)) => Err(NoteError::Control { byte, at }),
        None => Ok(()),
    }
}

impl fmt::Display for SignatureLine {
    /// Writes the line without its newline.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{LINE_BEGINS}{} {}", self.name, STANDARD.encode(&self.signed))
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}
