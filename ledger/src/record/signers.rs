//! Whose signature lines stand under a text, and in which order [rules.md R3].

use nemcon_crypto::cosignature::cosign_text;
use nemcon_crypto::note::{SignatureLine, SignatureType, SignedNote, VerifierKey, sign_note};
use nemcon_crypto::{SecretKey, verify_named};

use super::body::Body;
use super::genesis::Genesis;
use super::membership::Entry;
pub use super::roster::Part;
use super::roster::{Member, Officer, Participant, officer_vkey, officer_vkeys};
use crate::text::{Code, Origin};

/// Why the signature lines are not the required ones.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureFault {
    /// Too few or too many.
    #[error("{found} signature lines; exactly {required} must stand there")]
    Count {
        /// How many there are.
        found: usize,
        /// How many there must be.
        required: usize,
    },
    /// A line that is no officer's of this party, or out of roster order.
    #[error("signature line {line} is not of an officer of this party, in the order of the roster")]
    Signer {
        /// Counted from 1.
        line: usize,
    },
    /// It does not verify.
    #[error("signature line {line} does not verify over this text")]
    Invalid {
        /// Counted from 1.
        line: usize,
    },
}

/// Who signs a statement of a member, or of an entrant; `log` gives the origin of the council's
/// checkpoints, by which few statements are signed.
pub fn of_member(
    body: &Body,
    origin: &Origin,
    log: impl FnOnce() -> String,
    member: &Member,
) -> Vec<Part> {
    match body {
        Body::Keys(keys) => keys.signers(origin, member),
        Body::Freeze(freeze) => freeze.signers(origin, member),
        Body::Rotation(rotation) => rotation.signers(origin, &log(), member),
        Body::Entry(_) => Entry::signers(origin, &log(), member),
        Body::Measure(_)
        | Body::Revision(_)
        | Body::Package(_)
        | Body::Ballot(_)
        | Body::Mandate(_)
        | Body::Reservation(_)
        | Body::Extension(_)
        | Body::Withdrawal(_)
        | Body::Close(_)
        | Body::Attestation(_)
        | Body::Remark(_)
        | Body::Incident(_)
        | Body::Attribution(_)
        | Body::Notice(_) => vec![Part::some(member.threshold, officer_vkeys(origin, member))],
    }
}

/// Who signs a statement of a participant: k officers; a freeze one of them, for it has no recovery
/// key.
pub fn of_participant(body: &Body, origin: &Origin, participant: &Participant) -> Vec<Part> {
    let Participant { code, threshold, officers, .. } = participant;
    let count = if matches!(body, Body::Freeze(_)) { 1 } else { *threshold };
    of_officers(origin, code, count, officers)
}

/// Who signs for a party: `threshold` of its officers.
pub fn of_officers(
    origin: &Origin,
    code: &Code,
    threshold: usize,
    officers: &[Officer],
) -> Vec<Part> {
    vec![Part::some(threshold, officers.iter().map(|it| officer_vkey(origin, code, it)))]
}

/// Who signs a statement of a party that sat in the council as founded, by the keys that it had then;
/// none if there was no such party.
pub fn of_founding(body: &Body, genesis: &Genesis) -> Option<Vec<Part>> {
    let code = &body.head().by;
    if let Some(member) = genesis.roster.member(code) {
        return Some(of_member(body, &genesis.origin, || genesis.checkpoint_origin(), member));
    }
    let party = genesis.participants.iter().find(|party| party.code == *code)?;
    Some(of_participant(body, &genesis.origin, party))
}

/// How many lines these parts make.
pub fn required(parts: &[Part]) -> usize {
    parts.iter().map(|part| part.count).sum()
}

/// Checks that exactly the required lines stand under the note's text, part by part.
///
/// # Errors
/// [`SignatureFault`].
pub fn verify_lines(note: &SignedNote, parts: &[Part]) -> Result<(), SignatureFault> {
    keys_of_lines(note, parts).map(drop)
}

/// As [`verify_lines`]; returns the key that made each line, in the order of the lines.
///
/// # Errors
/// [`SignatureFault`].
pub(crate) fn keys_of_lines<'k>(
    note: &SignedNote,
    parts: &'k [Part],
) -> Result<Vec<&'k VerifierKey>, SignatureFault> {
    let (found, required) = (note.signatures().len(), required(parts));
    if found != required {
        return Err(SignatureFault::Count { found, required });
    }
    let mut by = Vec::with_capacity(required);
    let mut lines = (1..).zip(note.signatures());
    for part in parts {
        // The iterator goes on behind the key of the line before, and so fixes the order.
        let mut keys = part.keys.iter();
        for (line, signature) in lines.by_ref().take(part.count) {
            let vkey =
                keys.find(|key| signature.names(key)).ok_or(SignatureFault::Signer { line })?;
            verify_named(vkey, note.text(), signature)
                .map_err(|_| SignatureFault::Invalid { line })?;
            by.push(vkey);
        }
    }
    Ok(by)
}

/// Whether these keys, which were found to have made the note's lines, are those that the parts ask for.
/// It costs no hash and no signature. Where it says no, [`verify_lines`] may still say yes.
pub(crate) fn are_asked_for(by: &[VerifierKey], parts: &[Part]) -> bool {
    let mut lines = by.iter();
    by.len() == required(parts)
        && parts.iter().all(|part| {
            let mut keys = part.keys.iter();
            // The first key of a line's name must be the key that made it: a key before it, of the same
            // name, might be the one that the line's key id names.
            lines
                .by_ref()
                .take(part.count)
                .all(|made| keys.find(|key| key.name == made.name).is_some_and(|key| key == made))
        })
}

/// The lines that these secrets make over `text` for the parts, in their order: of each part as many
/// as it needs, fewer where secrets are lacking. `time_s` stands in the lines of seal keys, in seconds
/// since the Unix epoch.
///
/// # Panics
/// If `text` is no note's text, or `time_s` is beyond [`nemcon_crypto::cosignature::TIME_MAX_S`].
pub fn sign_lines(
    text: &str,
    parts: &[Part],
    secrets: &[SecretKey],
    time_s: u64,
) -> Vec<SignatureLine> {
    let sign = |vkey: &VerifierKey| {
        let secret = secrets.iter().find(|secret| secret.public() == vkey.key)?;
        Some(match vkey.kind {
            SignatureType::Ed25519 => sign_note(text, &vkey.name, secret),
            SignatureType::CosignatureV1 => cosign_text(text, time_s, secret)
                .expect("the time is one of this age")
                .line(&vkey.name, &vkey.key),
        })
    };
    let lines = parts.iter().flat_map(|part| part.keys.iter().filter_map(sign).take(part.count));
    lines.map(|line| line.expect("a rendered text is a note's text")).collect()
}
