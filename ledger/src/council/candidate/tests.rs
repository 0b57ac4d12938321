use nemcon_crypto::note::{SignatureLine, SignedNote};
use nemcon_crypto::{SecretKey, hash};

use super::*;
use crate::record::statement::{Body, Head, sign_as_officer};
use crate::record::{Freeze, Officer, signers};
use crate::text::{Code, Label};

/// The officer `label` with the key of this seed.
fn officer(seed: u8, label: &str) -> Officer {
    let key = SecretKey::from_seed(&[seed; 32]).public();
    Officer { label: label.parse().unwrap(), key }
}

/// Who must sign for M1: `count` of these officers.
fn parts(count: usize, officers: &[Officer]) -> Vec<Part> {
    let (by, origin): (Code, _) = ("M1".parse().unwrap(), "example.org/test".parse().unwrap());
    signers::of_officers(&origin, &by, count, officers)
}

/// A freeze by one officer of M1, the desk, with the key of this seed.
fn signed(seed: u8) -> (Candidate, Vec<Part>) {
    let (by, origin): (Code, _) = ("M1".parse().unwrap(), "example.org/test".parse().unwrap());
    let head = Head { council: hash::sha256(b"council"), by: by.clone() };
    let body = Body::Freeze(Freeze { head, reason: None, after: None });
    let secret = SecretKey::from_seed(&[seed; 32]);
    let label: Label = "desk".parse().unwrap();
    let line = sign_as_officer(&body.render(), &origin, &by, &label, &secret);
    let statement = Statement::new(&body, vec![line]).unwrap();
    (Candidate::from(statement), parts(1, &[officer(seed, "desk")]))
}

/// The same text under a line that no key made, said to have been verified as the other one was.
fn forged(candidate: &Candidate) -> Candidate {
    let statement = &candidate.statement;
    let line = &statement.note.signatures()[0];
    let blob = vec![7; line.blob().len()];
    let line = SignatureLine::new(line.name().clone(), line.key_id(), blob).unwrap();
    let note = SignedNote::new(statement.note.text().to_owned(), vec![line]).unwrap();
    let statement = Arc::new(Statement { note, ..statement.as_ref().clone() });
    Candidate { statement, ..candidate.clone() }
}

#[test]
fn what_was_proven_is_not_verified_again() {
    let (mut candidate, parts) = signed(1);
    assert!(!candidate.is_proven());
    assert_eq!(candidate.prove(&parts), Ok(()));
    assert!(candidate.is_proven());
    // Nobody but this module can say of a false line that it was verified: it shows that nothing is.
    assert_eq!(forged(&candidate).prove(&parts), Ok(()));
}

#[test]
fn what_was_proven_holds_for_these_signers_alone() {
    let (mut candidate, asked) = signed(1);
    let unproven = forged(&candidate);
    assert_eq!(candidate.prove(&asked), Ok(()));
    let is_verified_anew = |parts: &[Part]| {
        let mut false_candidate = Candidate { by: candidate.by.clone(), ..unproven.clone() };
        false_candidate.prove(parts).unwrap_err()
    };
    let (_, others) = signed(2);
    assert_eq!(is_verified_anew(&others), SignatureFault::Signer { line: 1 });
    let twice = [asked.clone(), asked.clone()].concat();
    assert_eq!(is_verified_anew(&twice), SignatureFault::Count { found: 1, required: 2 });
    // The desk has another key now; the one that it had signs as the deputy.
    let moved = parts(1, &[officer(2, "desk"), officer(1, "deputy")]);
    assert_eq!(is_verified_anew(&moved), SignatureFault::Signer { line: 1 });
    // Two officers of one name: the first one of the name did not make the line.
    let doubled = parts(1, &[officer(2, "desk"), officer(1, "desk")]);
    assert_eq!(is_verified_anew(&doubled), SignatureFault::Invalid { line: 1 });
    assert_eq!(candidate.prove(&doubled), Ok(()), "by the second one, verified anew");
    // Another officer stands before the one that signed: that changes nothing.
    let joined = parts(1, &[officer(2, "chair"), officer(1, "desk")]);
    assert_eq!(forged(&candidate).prove(&joined), Ok(()));
}

#[test]
fn a_refused_check_leaves_what_was_known() {
    let (mut candidate, asked) = signed(1);
    candidate.prove(&asked).unwrap();
    let (_, others) = signed(2);
    assert_eq!(candidate.prove(&others), Err(SignatureFault::Signer { line: 1 }));
    assert!(candidate.is_proven());
    assert_eq!(forged(&candidate).prove(&asked), Ok(()));
}
