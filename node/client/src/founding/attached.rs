//! A signature that was made elsewhere, in a device or by another program, as a file holds it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nemcon_crypto::Signature;

/// The longest file of a signature, in bytes: 128 hexadecimal digits with what editors leave around them.
pub const SIGNATURE_FILE_BYTES_MAX: u64 = 1024;

/// The error for a file that holds no signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it holds no Ed25519 signature: 64 bytes as they are, in hexadecimal digits or in base64")]
pub struct SignatureFileError;

/// The signature in a file: its 64 bytes as they are, in hexadecimal digits or in base64. Nothing is verified.
///
/// # Errors
/// [`SignatureFileError`].
pub fn read_signature(bytes: &[u8]) -> Result<Signature, SignatureFileError> {
    if let Ok(raw) = <[u8; 64]>::try_from(bytes) {
        return Ok(Signature::from_bytes(raw));
    }
    let text = str::from_utf8(bytes).map_err(|_| SignatureFileError)?.trim();
    let raw = of_hex(text).or_else(|| STANDARD.decode(text).ok()).ok_or(SignatureFileError)?;
    let raw = <[u8; 64]>::try_from(raw).map_err(|_| SignatureFileError)?;
    Ok(Signature::from_bytes(raw))
}

fn of_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<_>> = text.chars().map(|c| c.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len() == 128)?;
    digits.chunks_exact(2).map(|pair| u8::try_from(pair[0] << 4 | pair[1]).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::fmt::Write as _;

    #[test]
    fn a_signature_is_read_in_each_of_its_three_forms_and_in_no_other() {
        let raw: [u8; 64] = core::array::from_fn(|at| u8::try_from(at * 3).unwrap());
        let mut hex = String::new();
        for byte in raw {
            write!(hex, "{byte:02X}").unwrap();
        }
        let base64 = STANDARD.encode(raw);
        for form in [raw.to_vec(), hex.clone().into_bytes(), format!(" {base64}\r\n").into_bytes()]
        {
            assert_eq!(read_signature(&form).map(|it| *it.as_bytes()), Ok(raw));
        }
        for wrong in [&raw[..63], &hex.as_bytes()[2..], &base64.as_bytes()[4..], b"", b"\xff\xfe"] {
            assert!(read_signature(wrong).is_err());
        }
    }
}
