//! Checking signature lines, each by the rule of its key's type.
//!
//! What it guarantees: a line counts only if its key made it over this very text. What it does not: who
//! must sign, and whether a cosignature's time is plausible, is for the caller to judge.

use std::collections::BTreeMap;

use crate::Signature;
use crate::cosignature::verify_cosigned_text;
use crate::note::{
    KeyId, KeyName, NoteError, SignatureLine, SignatureType, SignedNote, VerifierKey,
};

/// Checks one line over `text` by the key that it names, by the rule of the key's type.
///
/// # Errors
/// [`NoteError::OtherKey`] if the line is not by this key, [`NoteError::Signature`] if it is forged.
pub fn verify_line(key: &VerifierKey, text: &str, line: &SignatureLine) -> Result<(), NoteError> {
    if line.names(key) {
        return verify_named(key, text, line);
    }
    Err(NoteError::OtherKey { name: key.name.clone(), key_id: key.key_id() })
}

/// As [`verify_line`], for a line of which the caller knows that it [names](SignatureLine::names) the
/// key.
///
/// # Errors
/// [`NoteError::Signature`] if it is forged.
pub fn verify_named(key: &VerifierKey, text: &str, line: &SignatureLine) -> Result<(), NoteError> {
    let is_valid = match key.kind {
        SignatureType::Ed25519 => <[u8; 64]>::try_from(line.blob()).is_ok_and(|bytes| {
            key.key.verify(text.as_bytes(), &Signature::from_bytes(bytes)).is_ok()
        }),
        SignatureType::CosignatureV1 => verify_cosigned_text(&key.key, text, line.blob()).is_ok(),
    };
    if is_valid {
        return Ok(());
    }
    Err(NoteError::Signature { name: line.name().clone(), key_id: line.key_id() })
}

impl SignedNote {
    /// Which of the `known` keys signed: each once, in the order of the first line by each.
    ///
    /// Lines of other keys are ignored. An empty answer means that the text must not be believed.
    ///
    /// # Errors
    /// [`NoteError::Signature`] if any line that names a known key is not by it, whatever the other
    /// lines are; [`NoteError::Ambiguous`] if a line's key cannot be told from the keys known.
    pub fn verified_by<'k>(
        &self,
        known: impl IntoIterator<Item = &'k VerifierKey>,
    ) -> Result<Vec<&'k VerifierKey>, NoteError> {
        let by_id = index_keys(known)?;
        let mut signers = Vec::new();
        for line in self.signatures() {
            let Some(key) = by_id.get(&(line.name(), line.key_id())) else { continue };
            verify_named(key, self.text(), line)?;
            if !signers.contains(key) {
                signers.push(*key);
            }
        }
        Ok(signers)
    }
}

type KeysById<'k> = BTreeMap<(&'k KeyName, KeyId), &'k VerifierKey>;

fn index_keys<'k>(
    known: impl IntoIterator<Item = &'k VerifierKey>,
) -> Result<KeysById<'k>, NoteError> {
    let mut by_id = KeysById::new();
    for key in known {
        let (name, key_id) = (&key.name, key.key_id());
        if by_id.insert((name, key_id), key).is_some_and(|other| other != key) {
            return Err(NoteError::Ambiguous { name: name.clone(), key_id });
        }
    }
    Ok(by_id)
}
