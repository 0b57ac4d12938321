//! Salted commitments: the ledger holds a digest, and the text behind it stays off the
//! ledger [rules.md R8].

use core::fmt::Write as _;

use nemcon_crypto::{Digest, hash};

/// The first line of an opening file.
const FIRST_LINE: &str = "nemcon opening v1";
/// The length of the nonce in bytes.
const NONCE_BYTES: usize = 32;

/// The opening of a commitment: `digest = SHA-256(nonce32 || text)`.
///
/// As a file: the line `nemcon opening v1`, the line `nonce` with 64 hexadecimal digits, an empty
/// line, then the text byte by byte.
#[derive(Clone, PartialEq, Eq)]
pub struct Opening {
    nonce: [u8; NONCE_BYTES],
    text: Vec<u8>,
}

/// The error for bytes that are no opening file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an opening: it begins with `{FIRST_LINE}`, `nonce` and 64 digits, and an empty line")]
pub struct OpeningError;

impl Opening {
    /// Makes an opening of `text` with a nonce from the system's random source.
    ///
    /// # Errors
    /// [`getrandom::Error`] if the system gives no random bytes.
    pub fn generate(text: Vec<u8>) -> Result<Self, getrandom::Error> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce)?;
        Ok(Self { nonce, text })
    }

    /// The commitment that enters the ledger.
    pub fn digest(&self) -> Digest {
        hash::sha256(&[&self.nonce[..], &self.text].concat())
    }

    /// The text that the commitment is to.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Parses an opening file.
    ///
    /// # Errors
    /// [`OpeningError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, OpeningError> {
        let head = format!("{FIRST_LINE}\nnonce ");
        let rest = bytes.strip_prefix(head.as_bytes()).ok_or(OpeningError)?;
        let (digits, rest) = rest.split_at_checked(2 * NONCE_BYTES).ok_or(OpeningError)?;
        let text = rest.strip_prefix(b"\n\n").ok_or(OpeningError)?;
        let mut nonce = [0; NONCE_BYTES];
        for (byte, pair) in nonce.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |at: usize| char::from(pair[at]).to_digit(16).ok_or(OpeningError);
            let value = 16 * digit(0)? + digit(1)?;
            *byte = u8::try_from(value).map_err(|_| OpeningError)?;
        }
        let opening = Self { nonce, text: text.to_vec() };
        // There is only one written form, so that capital hexadecimal digits are refused.
        if opening.render() == bytes { Ok(opening) } else { Err(OpeningError) }
    }

    /// The bytes of the opening file.
    pub fn render(&self) -> Vec<u8> {
        let mut head = format!("{FIRST_LINE}\nnonce ");
        for byte in self.nonce {
            write!(head, "{byte:02x}").expect("writing to a string does not fail");
        }
        head.push_str("\n\n");
        [head.as_bytes(), &self.text].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commitment_is_the_hash_of_nonce_and_text() {
        let opening = Opening { nonce: [0xab; 32], text: b"who\n\nand why".to_vec() };
        let digest = hash::sha256(&[&[0xab; 32][..], b"who\n\nand why"].concat());
        assert_eq!(opening.digest(), digest);
        let read = Opening::parse(&opening.render()).unwrap();
        assert!(read == opening && read.digest() == digest);
    }

    #[test]
    fn one_text_has_another_commitment_each_time() {
        let make = || Opening::generate(b"one text".to_vec()).unwrap().digest();
        assert_ne!(make(), make());
    }

    #[test]
    fn what_is_no_opening_opens_nothing() {
        let sound = Opening { nonce: [0xab; 32], text: b"text".to_vec() }.render();
        let text = String::from_utf8(sound.clone()).unwrap();
        for broken in [
            String::new(),
            text.replace("ab\n", "\n"),
            text.replace("abab", "ABAB"),
            text.replace("v1", "v2"),
            text.replace("\n\n", "\n"),
            text.replacen("ab", "+a", 1),
        ] {
            assert!(Opening::parse(broken.as_bytes()).is_err(), "{broken}");
        }
        assert!(Opening::parse(&sound).is_ok());
    }
}
