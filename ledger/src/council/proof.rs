//! A proof that a statement's signatures were verified, so that a waiting statement is not verified
//! again with every block.
//!
//! What it guarantees: a proof holds for one note and one list of signers. What it does not: if the
//! council changes who must sign, the signatures are verified anew.

use nemcon_crypto::{Digest, hash};

use crate::record::signers::{Part, verify_lines};
use crate::record::statement::{SignatureFault, Statement};

/// `SHA-256(note || for each part: how many sign || of how many || each key's name, LF, type and key)`:
/// that the lines under this very note are right for these signers. Where others must sign, it proves
/// nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof(Digest);

impl Proof {
    /// Checks the lines of a statement, unless `proof` shows that they are right for these signers.
    ///
    /// # Errors
    /// [`SignatureFault`]; then `proof` is what it was.
    pub(super) fn renew(
        proof: &mut Option<Self>,
        statement: &Statement,
        parts: &[Part],
    ) -> Result<(), SignatureFault> {
        let wanted = Self::of(statement, parts);
        if *proof != Some(wanted) {
            verify_lines(&statement.note, parts)?;
            *proof = Some(wanted);
        }
        Ok(())
    }

    /// What would be proven if the lines of `statement` were right for `parts`.
    pub(super) fn of(statement: &Statement, parts: &[Part]) -> Self {
        let mut bytes = statement.render();
        for Part { count, keys } in parts {
            bytes.extend((*count as u64).to_be_bytes());
            bytes.extend((keys.len() as u64).to_be_bytes());
            for key in keys {
                bytes.extend(key.name.as_str().as_bytes());
                bytes.push(b'\n');
                bytes.push(key.kind as u8);
                bytes.extend(key.key.as_bytes());
            }
        }
        Self(hash::sha256(&bytes))
    }
}

#[cfg(test)]
mod tests {
    use nemcon_crypto::SecretKey;
    use nemcon_crypto::note::{SignatureLine, SignedNote};

    use super::*;
    use crate::record::statement::{Body, Head, sign_as_officer};
    use crate::record::{Freeze, Officer, signers};
    use crate::text::{Code, Label};

    /// A freeze by one officer of M1, and who must sign it: an officer with the key of this seed.
    fn signed(seed: u8) -> (Statement, Vec<Part>) {
        let (by, origin): (Code, _) = ("M1".parse().unwrap(), "example.org/test".parse().unwrap());
        let head = Head { council: hash::sha256(b"council"), by: by.clone() };
        let body = Body::Freeze(Freeze { head, reason: None, after: None });
        let secret = SecretKey::from_seed(&[seed; 32]);
        let label: Label = "desk".parse().unwrap();
        let line = sign_as_officer(&body.render(), &origin, &by, &label, &secret);
        let officer = Officer { label, key: secret.public() };
        let parts = signers::of_officers(&origin, &by, 1, &[officer]);
        (Statement::new(&body, vec![line]).unwrap(), parts)
    }

    /// The same text under a line that no key made.
    fn forged(statement: &Statement) -> Statement {
        let line = &statement.note.signatures()[0];
        let blob = vec![7; line.blob().len()];
        let line = SignatureLine::new(line.name().clone(), line.key_id(), blob).unwrap();
        let note = SignedNote::new(statement.note.text().to_owned(), vec![line]).unwrap();
        Statement { note, ..statement.clone() }
    }

    #[test]
    fn what_was_proven_is_not_verified_again() {
        let (statement, parts) = signed(1);
        let mut proof = None;
        assert_eq!(Proof::renew(&mut proof, &statement, &parts), Ok(()));
        assert_eq!(proof, Some(Proof::of(&statement, &parts)));
        // Nobody but this module can make a proof of what is wrong: it shows that nothing is verified.
        let wrong = forged(&statement);
        let mut false_proof = Some(Proof::of(&wrong, &parts));
        assert_eq!(Proof::renew(&mut false_proof, &wrong, &parts), Ok(()));
    }

    #[test]
    fn a_proof_holds_for_this_note_and_these_signers_alone() {
        let (statement, parts) = signed(1);
        let mut proof = None;
        assert_eq!(Proof::renew(&mut proof, &statement, &parts), Ok(()));
        let was = proof;
        let (_, others) = signed(2);
        let fault = SignatureFault::Signer { line: 1 };
        assert_eq!(Proof::renew(&mut proof, &statement, &others), Err(fault));
        let fault = SignatureFault::Invalid { line: 1 };
        assert_eq!(Proof::renew(&mut proof, &forged(&statement), &parts), Err(fault));
        assert_eq!(proof, was, "what was refused proves nothing");
        let twice = [parts.clone(), parts.clone()].concat();
        let fault = SignatureFault::Count { found: 1, required: 2 };
        assert_eq!(Proof::renew(&mut proof, &statement, &twice), Err(fault));
    }
}
