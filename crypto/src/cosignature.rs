//! Cosignatures: that a key's holder vouches for a checkpoint at a time [C2SP tlog-cosignature].
//!
//! Only `cosignature/v1`, the Ed25519 form. nemcon's seals are these.

use core::fmt;
use core::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::note::{KeyId, KeyName, NoteError, SignatureLine, SignatureType};
use crate::{Checkpoint, PublicKey, SecretKey, Signature};

/// The greatest time that a cosignature can carry: 2^63 - 1 s since the Unix epoch.
pub const TIME_MAX_S: u64 = i64::MAX as u64;

const BLOB_BYTES: usize = 8 + 64;

/// `time_s || signature`: 8 bytes big-endian, at most [`TIME_MAX_S`], then 64 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cosignature {
    time_s: u64,
    signature: Signature,
}

/// Why a cosignature cannot be made or read, or does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CosignatureError {
    /// The time is beyond [`TIME_MAX_S`].
    #[error("the time {time_s} is beyond 2^63 - 1 seconds")]
    Time {
        /// Seconds since the Unix epoch.
        time_s: u64,
    },
    /// Not base64 in its one form.
    #[error("a cosignature is padded base64 of {BLOB_BYTES} bytes")]
    Encoding,
    /// Not 72 bytes.
    #[error("a cosignature is {BLOB_BYTES} bytes, not {bytes}")]
    Length {
        /// The number of bytes found.
        bytes: usize,
    },
    /// The signature does not verify over this checkpoint and time.
    #[error("the cosignature does not verify")]
    Signature,
}

/// Cosigns a checkpoint as of `time_s`, in seconds since the Unix epoch; deterministic.
///
/// # Errors
/// [`CosignatureError::Time`] if the time is beyond [`TIME_MAX_S`].
pub fn cosign(
    checkpoint: &Checkpoint,
    time_s: u64,
    key: &SecretKey,
) -> Result<Cosignature, CosignatureError> {
    cosign_text(&checkpoint.render(), time_s, key)
}

/// Cosigns a text that is no checkpoint, to prove that the key is there: the text's second line must
/// not be a tree size, so that nothing else is ever said by it.
///
/// # Errors
/// [`CosignatureError::Time`] as for [`cosign`].
pub fn cosign_text(
    text: &str,
    time_s: u64,
    key: &SecretKey,
) -> Result<Cosignature, CosignatureError> {
    check_time(time_s)?;
    Ok(Cosignature { time_s, signature: key.sign(cosigned_message(time_s, text).as_bytes()) })
}

/// Checks a cosignature over a checkpoint. Whether its time is plausible is for the caller to judge.
pub fn verify_cosignature(
    key: &PublicKey,
    checkpoint: &Checkpoint,
    cosignature: &Cosignature,
) -> Result<(), CosignatureError> {
    verify_over(key, &checkpoint.render(), cosignature)
}

/// Checks a signature line's blob over a note's text, which may have extension lines.
pub(crate) fn verify_cosigned_text(
    key: &PublicKey,
    text: &str,
    blob: &[u8],
) -> Result<(), CosignatureError> {
    verify_over(key, text, &Cosignature::decode(blob)?)
}

fn verify_over(
    key: &PublicKey,
    text: &str,
    cosignature: &Cosignature,
) -> Result<(), CosignatureError> {
    let message = cosigned_message(cosignature.time_s, text);
    key.verify(message.as_bytes(), &cosignature.signature).map_err(|_| CosignatureError::Signature)
}

/// What a cosignature signs: `cosignature/v1 \n time <time_s> \n <checkpoint text>`.
pub fn cosigned_message(time_s: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time_s}\n{text}")
}

const fn check_time(time_s: u64) -> Result<(), CosignatureError> {
    if time_s > TIME_MAX_S { Err(CosignatureError::Time { time_s }) } else { Ok(()) }
}

impl Cosignature {
    /// The cosignature that these parts would be.
    pub const fn new(time_s: u64, signature: Signature) -> Result<Self, CosignatureError> {
        match check_time(time_s) {
            Ok(()) => Ok(Self { time_s, signature }),
            Err(error) => Err(error),
        }
    }

    /// When it was made, in seconds since the Unix epoch.
    pub const fn time_s(&self) -> u64 {
        self.time_s
    }

    /// The Ed25519 signature.
    pub const fn signature(&self) -> &Signature {
        &self.signature
    }

    /// The 72 bytes of a signature line's blob.
    pub fn encode(&self) -> [u8; BLOB_BYTES] {
        let mut blob = [0; BLOB_BYTES];
        blob[..8].copy_from_slice(&self.time_s.to_be_bytes());
        blob[8..].copy_from_slice(self.signature.as_bytes());
        blob
    }

    /// Reads a signature line's blob.
    ///
    /// # Errors
    /// [`CosignatureError::Length`] or [`CosignatureError::Time`].
    pub fn decode(blob: &[u8]) -> Result<Self, CosignatureError> {
        let length = CosignatureError::Length { bytes: blob.len() };
        let (time, signature) = blob.split_first_chunk().ok_or(length)?;
        let signature = signature.try_into().map_err(|_| length)?;
        Self::new(u64::from_be_bytes(*time), Signature::from_bytes(signature))
    }

    /// This cosignature as a note's signature line, by the key `name` of type `0x04`.
    pub fn line(&self, name: &KeyName, key: &PublicKey) -> Result<SignatureLine, NoteError> {
        let key_id = KeyId::of(name, SignatureType::CosignatureV1, key);
        SignatureLine::new(name.clone(), key_id, self.encode().to_vec())
    }
}

impl fmt::Display for Cosignature {
    /// `base64(time_s || signature)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.encode()))
    }
}

impl FromStr for Cosignature {
    type Err = CosignatureError;

    fn from_str(text: &str) -> Result<Self, CosignatureError> {
        Self::decode(&STANDARD.decode(text).map_err(|_| CosignatureError::Encoding)?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::note::{SignedNote, VerifierKey};
    use crate::{Digest, TreeSize, verify_line};

    fn checkpoint() -> Checkpoint {
        Checkpoint::new("example.com/log", TreeSize(7), crate::merkle::empty_root()).unwrap()
    }

    fn key() -> SecretKey {
        SecretKey::from_seed(&[4; 32])
    }

    #[test]
    fn the_example_of_the_specification_carries_its_time() {
        let note = SignedNote::parse(
            "example.com/behind-the-sofa\n\
             20852163\n\
             CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\
             \n\
             — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlr\
             DJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
                .as_bytes(),
        )
        .unwrap();
        let cosignature = Cosignature::decode(note.signatures()[0].blob()).unwrap();
        assert_eq!(cosignature.time_s(), 1_679_315_147);
    }

    #[test]
    fn the_message_is_that_of_the_specification() {
        let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
        let text = format!("example.com/behind-the-sofa\n20852163\n{root}\n");
        assert_eq!(
            cosigned_message(1_679_315_147, &text),
            format!(
                "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n{root}\n"
            )
        );
    }

    #[test]
    fn a_cosignature_holds_for_its_key_checkpoint_and_time_alone() {
        let (key, checkpoint) = (key(), checkpoint());
        let made = cosign(&checkpoint, 1_700_000_000, &key).unwrap();
        let public = key.public();
        assert_eq!(verify_cosignature(&public, &checkpoint, &made), Ok(()));
        let root = Digest::from_bytes([1; 32]);
        let (origin, size) = (checkpoint.origin(), checkpoint.size());
        for other in [
            Checkpoint::new("example.com/other", size, checkpoint.root()).unwrap(),
            Checkpoint::new(origin, TreeSize(8), checkpoint.root()).unwrap(),
            Checkpoint::new(origin, size, root).unwrap(),
        ] {
            let result = verify_cosignature(&public, &other, &made);
            assert_eq!(result, Err(CosignatureError::Signature), "{other:?}");
        }
        let later = Cosignature::new(made.time_s() + 1, *made.signature()).unwrap();
        let wrong = Err(CosignatureError::Signature);
        assert_eq!(verify_cosignature(&public, &checkpoint, &later), wrong);
        let stranger = SecretKey::from_seed(&[5; 32]).public();
        assert_eq!(verify_cosignature(&stranger, &checkpoint, &made), wrong);
    }

    #[test]
    fn a_cosignature_is_a_line_of_type_4_and_of_no_other() {
        let (key, checkpoint) = (key(), checkpoint());
        let name: KeyName = "example.com/w".parse().unwrap();
        let line = cosign(&checkpoint, 9, &key).unwrap().line(&name, &key.public()).unwrap();
        let kind = SignatureType::CosignatureV1;
        let verifier = VerifierKey { name: name.clone(), kind, key: key.public() };
        assert_eq!(verify_line(&verifier, &checkpoint.render(), &line), Ok(()));
        let plain = VerifierKey { kind: SignatureType::Ed25519, ..verifier };
        let other = NoteError::OtherKey { name, key_id: plain.key_id() };
        assert_eq!(verify_line(&plain, &checkpoint.render(), &line), Err(other));
    }

    #[test]
    fn blobs_of_other_lengths_and_late_times_are_refused() {
        let blob = cosign(&checkpoint(), TIME_MAX_S, &key()).unwrap().encode();
        assert!(Cosignature::decode(&blob).is_ok());
        for bytes in [0, 7, 8, 71] {
            let result = Cosignature::decode(&blob[..bytes]);
            assert_eq!(result, Err(CosignatureError::Length { bytes }));
        }
        let long = [&blob[..], &[0]].concat();
        assert_eq!(Cosignature::decode(&long), Err(CosignatureError::Length { bytes: 73 }));
        let late = CosignatureError::Time { time_s: TIME_MAX_S + 1 };
        let mut blob = blob;
        blob[..8].copy_from_slice(&(TIME_MAX_S + 1).to_be_bytes());
        assert_eq!(Cosignature::decode(&blob), Err(late));
        assert_eq!(cosign(&checkpoint(), TIME_MAX_S + 1, &key()), Err(late));
    }

    proptest! {
        #[test]
        fn blobs_are_read_as_they_were_written(blob in prop::collection::vec(any::<u8>(), 72)) {
            match Cosignature::decode(&blob) {
                Ok(cosignature) => prop_assert_eq!(&cosignature.encode()[..], &blob[..]),
                Err(error) => {
                    prop_assert!(matches!(error, CosignatureError::Time { .. }), "{}", error);
                }
            }
        }
    }
}
