//! Signatures whose `R` has a torsion component, crafted by the holder of the key. Libraries that multiply by
//! the cofactor accept them, and a batch of signatures accepts them by chance; the strict equation never does.

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::traits::IsIdentity as _;
use curve25519_dalek::{EdwardsPoint, Scalar};
use sha2::{Digest as _, Sha512};

use super::{SecretKey, Signature, SignatureError};

const SEED: [u8; 32] = [7; 32];

/// `k = SHA-512(R || A || message)`, a scalar [RFC 8032 5.1.7].
fn challenge(point: &[u8; 32], key: &SecretKey, message: &[u8]) -> Scalar {
    let hashed = Sha512::new().chain_update(point).chain_update(key.public().as_bytes());
    Scalar::from_bytes_mod_order_wide(&hashed.chain_update(message).finalize().into())
}

/// `R = [r]B + torsion`, `S = r + ka`: with the cofactor the equation holds, whatever the torsion is.
fn crafted(r: Scalar, torsion: &EdwardsPoint, message: &[u8]) -> Signature {
    let key = SecretKey::from_seed(&SEED);
    let a = key.0.to_scalar();
    let point = EdwardsPoint::mul_base(&r) + torsion;
    let bytes = point.compress().to_bytes();
    let k = challenge(&bytes, &key, message);
    let s = r + k * a;
    let rest = EdwardsPoint::mul_base(&s) - k * key.public().0.to_edwards() - point;
    assert!(rest.mul_by_cofactor().is_identity(), "the equation with the cofactor holds");
    let signature = [bytes, s.to_bytes()].concat();
    Signature::from_bytes(signature.try_into().expect("64 bytes"))
}

#[test]
fn an_r_of_mixed_order_is_refused_and_its_honest_twin_is_not() {
    let key = SecretKey::from_seed(&SEED).public();
    for nonce in 1..=64_u64 {
        let message = nonce.to_be_bytes();
        for (nth, torsion) in EIGHT_TORSION.iter().enumerate() {
            let signature = crafted(Scalar::from(nonce), torsion, &message);
            let wanted = if nth == 0 { Ok(()) } else { Err(SignatureError) };
            assert_eq!(key.verify(&message, &signature), wanted, "nonce {nonce}, torsion {nth}");
        }
    }
}

#[test]
fn an_r_of_small_order_is_refused_though_the_equation_holds() {
    let key = SecretKey::from_seed(&SEED).public();
    for (nth, torsion) in EIGHT_TORSION.iter().enumerate() {
        let signature = crafted(Scalar::ZERO, torsion, b"m");
        assert_eq!(key.verify(b"m", &signature), Err(SignatureError), "torsion {nth}");
    }
}

/// Signatures that are right, or wrong in one bit, or in one of the points or scalars that libraries
/// disagree about.
#[test]
fn every_verdict_is_that_of_the_strict_equation_as_the_library_has_it() {
    let secret = SecretKey::from_seed(&SEED);
    let strict = |message: &[u8], signature: &Signature| {
        let signature = ed25519_dalek::Signature::from_bytes(signature.as_bytes());
        secret.public().0.verify_strict(message, &signature).map_err(|_| SignatureError)
    };
    let mut seen = [0, 0];
    let mut compare = |message: &[u8], signature: Signature| {
        let verdict = secret.public().verify(message, &signature);
        assert_eq!(verdict, strict(message, &signature), "{signature:?}");
        seen[usize::from(verdict.is_ok())] += 1;
    };
    for nonce in 0..8_u64 {
        let message = nonce.to_be_bytes();
        let honest = secret.sign(&message);
        compare(&message, honest);
        for bit in 0..512 {
            let mut bytes = *honest.as_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            compare(&message, Signature::from_bytes(bytes));
        }
        for torsion in &EIGHT_TORSION {
            let crafted = crafted(Scalar::from(nonce), torsion, &message);
            compare(&message, crafted);
            // The same R with its sign bit set, and with y + p where that fits: no canonical encodings.
            for other in [0x80, 0x7f] {
                let mut bytes = *crafted.as_bytes();
                bytes[31] ^= other;
                compare(&message, Signature::from_bytes(bytes));
            }
            let mut bytes = *honest.as_bytes();
            bytes[..32].copy_from_slice(&crafted.as_bytes()[..32]);
            compare(&message, Signature::from_bytes(bytes));
        }
    }
    assert!(seen[0] > 4000 && seen[1] > 8, "{seen:?}");
}
