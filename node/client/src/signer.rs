//! Whatever signs: a secret key here, a key in a token, or somebody elsewhere who has signed already.

use nemcon_crypto::cosignature::{Cosignature, cosigned_message};
use nemcon_crypto::note::{SignatureLine, SignatureType, VerifierKey};
use nemcon_crypto::{PublicKey, SecretKey, Signature};

use crate::signer_error::SignerError;

/// Something that signs with one key.
pub trait Signer {
    /// The public half of the key.
    fn public(&self) -> PublicKey;

    /// The signature over `message`, which was verified unless it was made here.
    ///
    /// # Errors
    /// [`SignerError`]. Then nothing was signed.
    fn sign(&self, message: &[u8]) -> Result<Signature, SignerError>;
}

impl Signer for SecretKey {
    fn public(&self) -> PublicKey {
        self.public()
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SignerError> {
        Ok(self.sign(message))
    }
}

/// The bytes that a key of this kind signs under `text`; a seal key's carry the time `time_s`, in seconds since the
/// Unix epoch.
pub fn signed_bytes(kind: SignatureType, text: &str, time_s: u64) -> Vec<u8> {
    match kind {
        SignatureType::Ed25519 => text.as_bytes().to_vec(),
        SignatureType::CosignatureV1 => cosigned_message(time_s, text).into_bytes(),
    }
}

/// The signature line of this key over `text`, made by `signer`.
///
/// # Errors
/// [`SignerError`].
///
/// # Panics
/// If `time_s` is beyond [`nemcon_crypto::cosignature::TIME_MAX_S`].
pub(crate) fn sign_line(
    vkey: &VerifierKey,
    text: &str,
    time_s: u64,
    signer: &impl Signer,
) -> Result<SignatureLine, SignerError> {
    let signature = signer.sign(&signed_bytes(vkey.kind, text, time_s))?;
    let line = match vkey.kind {
        SignatureType::Ed25519 => {
            SignatureLine::new(vkey.name.clone(), vkey.key_id(), signature.as_bytes().to_vec())
        }
        SignatureType::CosignatureV1 => Cosignature::new(time_s, signature)
            .expect("the time is one of this age")
            .line(&vkey.name, &vkey.key),
    };
    Ok(line.expect("a signature is not empty"))
}
