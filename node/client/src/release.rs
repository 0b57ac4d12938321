//! The checksums of a release, as `sha256sum` writes them, in a note that its makers sign [C2SP signed-note].
//!
//! What it guarantees: a text is believed only if every key that the caller names has signed it, and a file only if the text
//! lists its name with its sum. What it does not: it says nothing about what the files do.

use nemcon_crypto::note::{KeyName, NoteError, SignatureType, SignedNote, VerifierKey, sign_note};
use nemcon_crypto::{Digest, SecretKey};

/// The longest text of checksums with its signatures, in bytes.
pub const CHECKSUMS_BYTES_MAX: u64 = 1024 * 1024;

/// The longest file of a release that is compared with its checksum, in bytes.
pub const RELEASED_FILE_BYTES_MAX: u64 = 4096 * 1024 * 1024;

/// Why a text of checksums was not signed, or is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReleaseError {
    /// No note can have this text, or the bytes are no note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The key has signed the text already.
    #[error("this key has signed it already")]
    Signed,
    /// A key that the caller named has not signed.
    #[error("no signature by {0}")]
    Unsigned(Box<VerifierKey>),
    /// A key of a sort that signs no texts.
    #[error("{0} cosigns checkpoints of logs, and signs no release")]
    Sort(Box<VerifierKey>),
    /// A line of the text is no checksum.
    #[error(
        "line {line} is no checksum: 64 hexadecimal digits, two spaces and a file name without folder"
    )]
    Line {
        /// Counted from 1.
        line: usize,
    },
    /// Two lines give sums for one name.
    #[error("{0} is listed twice")]
    Twice(String),
}

/// Files with their SHA-256, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checksums(Vec<(String, Digest)>);

impl Checksums {
    /// Reads lines as `sha256sum` writes them, `<64 hex>  <name>`; lines that begin with `#` are passed over.
    ///
    /// # Errors
    /// [`ReleaseError::Line`] or [`ReleaseError::Twice`].
    pub fn parse(text: &str) -> Result<Self, ReleaseError> {
        let mut all: Vec<(String, Digest)> = Vec::new();
        let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
        for (at, line) in lines {
            let wrong = || ReleaseError::Line { line: at + 1 };
            let (sum, name) = line.split_once("  ").ok_or_else(wrong)?;
            let sum = sum.parse().map_err(|_| wrong())?;
            if name.is_empty() || name.contains('/') || matches!(name, "." | "..") {
                return Err(wrong());
            }
            if all.iter().any(|(other, _)| other == name) {
                return Err(ReleaseError::Twice(name.to_owned()));
            }
            all.push((name.to_owned(), sum));
        }
        Ok(Self(all))
    }

    /// The sum of the file of this name; `None` if it is not listed.
    pub fn of(&self, name: &str) -> Option<&Digest> {
        self.0.iter().find(|(listed, _)| listed == name).map(|(_, sum)| sum)
    }

    /// The names with their sums.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Digest)> {
        self.0.iter().map(|(name, sum)| (name.as_str(), sum))
    }
}

/// The key by which others verify what this one signs under a name.
pub fn verifier_key(name: &KeyName, key: &SecretKey) -> VerifierKey {
    VerifierKey { name: name.clone(), kind: SignatureType::Ed25519, key: key.public() }
}

/// The text that would be signed: that of a note, whose signatures stay, or the bytes themselves.
///
/// # Errors
/// [`ReleaseError`] if the bytes are neither a note nor lines of checksums.
pub fn text_of(bytes: &[u8]) -> Result<String, ReleaseError> {
    let text = match SignedNote::parse(bytes) {
        Ok(note) => note.text().to_owned(),
        Err(_) => String::from_utf8(bytes.to_vec())
            .map_err(|error| NoteError::Utf8 { at: error.utf8_error().valid_up_to() })?,
    };
    Checksums::parse(&text).map(|_| text)
}

/// Signs a text of checksums; of a note, adds a signature to those that are there.
///
/// # Errors
/// [`ReleaseError`].
pub fn sign(bytes: &[u8], name: &KeyName, key: &SecretKey) -> Result<SignedNote, ReleaseError> {
    let text = text_of(bytes)?;
    let mut lines =
        SignedNote::parse(bytes).map_or_else(|_| Vec::new(), |it| it.signatures().to_vec());
    let line = sign_note(&text, name, key)?;
    if lines.iter().any(|it| it.names(&verifier_key(name, key))) {
        return Err(ReleaseError::Signed);
    }
    lines.push(line);
    Ok(SignedNote::new(text, lines)?)
}

/// The text of a note that every one of these keys has signed. Signatures of other keys count for nothing.
///
/// # Errors
/// [`ReleaseError`].
pub fn verify(bytes: &[u8], by: &[VerifierKey]) -> Result<String, ReleaseError> {
    let is_of_texts = |key: &&VerifierKey| key.kind == SignatureType::Ed25519;
    if let Some(key) = by.iter().find(|key| !is_of_texts(key)) {
        return Err(ReleaseError::Sort(Box::new(key.clone())));
    }
    let note = SignedNote::parse(bytes)?;
    let mut known = by.to_vec();
    known.sort();
    known.dedup();
    let signed = note.verified_by(&known)?;
    match by.iter().find(|key| !signed.contains(key)) {
        Some(lacking) => Err(ReleaseError::Unsigned(Box::new(lacking.clone()))),
        None if by.is_empty() => Err(NoteError::Unsigned.into()),
        None => Ok(note.text().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nemcon_crypto::hash::sha256;

    fn key(seed: u8) -> SecretKey {
        SecretKey::from_seed(&[seed; 32])
    }

    fn name(text: &str) -> KeyName {
        text.parse().unwrap()
    }

    fn text() -> String {
        let (a, b) = (sha256(b"a"), sha256(b"b"));
        format!("# nemcon 0.1.0\n{a}  nemcon.tar.gz\n{b}  two words\n")
    }

    #[test]
    fn a_text_is_believed_by_every_key_that_is_named_and_by_no_other() {
        let (alpha, beta) = (name("nemcon.example/alpha"), name("nemcon.example/beta"));
        let once = sign(text().as_bytes(), &alpha, &key(1)).unwrap().render();
        let twice = sign(&once, &beta, &key(2)).unwrap().render();
        let (a, b) = (verifier_key(&alpha, &key(1)), verifier_key(&beta, &key(2)));
        assert_eq!(verify(&once, core::slice::from_ref(&a)), Ok(text()));
        assert_eq!(
            verify(&once, &[a.clone(), b.clone()]),
            Err(ReleaseError::Unsigned(Box::new(b.clone())))
        );
        assert_eq!(verify(&twice, &[b.clone(), a.clone(), a.clone()]), Ok(text()));
        assert_eq!(verify(&twice, &[]), Err(NoteError::Unsigned.into()));
        let other = verifier_key(&alpha, &key(3));
        assert_eq!(
            verify(&twice, core::slice::from_ref(&other)),
            Err(ReleaseError::Unsigned(Box::new(other)))
        );
        assert_eq!(sign(&twice, &alpha, &key(1)), Err(ReleaseError::Signed));
        let cosigner = VerifierKey { kind: SignatureType::CosignatureV1, ..a };
        assert_eq!(
            verify(&twice, core::slice::from_ref(&cosigner)),
            Err(ReleaseError::Sort(Box::new(cosigner)))
        );
    }

    #[test]
    fn a_changed_sum_is_not_believed() {
        let alpha = name("nemcon.example/alpha");
        let note = sign(text().as_bytes(), &alpha, &key(1)).unwrap().to_string();
        let forged = note.replace(&sha256(b"a").to_string(), &sha256(b"c").to_string());
        assert_ne!(forged, note);
        let by = [verifier_key(&alpha, &key(1))];
        assert!(matches!(
            verify(forged.as_bytes(), &by),
            Err(ReleaseError::Note(NoteError::Signature { .. }))
        ));
    }

    #[test]
    fn only_lists_of_checksums_are_signed() {
        let sums = Checksums::parse(&text()).unwrap();
        assert_eq!(sums.of("two words"), Some(&sha256(b"b")));
        assert_eq!((sums.of("three"), sums.iter().count()), (None, 2));
        let sum = sha256(b"a");
        for wrong in [
            "hello\n".to_owned(),
            format!("{sum} one\n"),
            format!("{sum}  ../one\n"),
            format!("{sum}  ..\n"),
            format!("{sum}  \n"),
            "\n".to_owned(),
        ] {
            assert_eq!(Checksums::parse(&wrong), Err(ReleaseError::Line { line: 1 }), "{wrong:?}");
            assert!(sign(wrong.as_bytes(), &name("n"), &key(1)).is_err());
        }
        let twice = format!("{sum}  one\n{sum}  one\n");
        assert_eq!(Checksums::parse(&twice), Err(ReleaseError::Twice("one".to_owned())));
        let unended = format!("{sum}  one");
        assert_eq!(
            sign(unended.as_bytes(), &name("n"), &key(1)),
            Err(NoteError::Unterminated.into())
        );
    }
}
