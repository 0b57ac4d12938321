//! How long to wait before dialling again.
//!
//! What it guarantees: no wait is shorter than the least or longer than the greatest, and the nodes of
//! a council do not dial in step.

use std::time::Duration;

use nemcon_crypto::{PublicKey, hash};

use super::limits::Limits;

/// Attempts that are made before the waits grow beyond four times the first: the nodes of a council
/// that starts come up within seconds of each other, and each is to be found at once.
const QUICK_ATTEMPTS: u32 = 16;

/// The waits of one node for one peer: doubling, with a jitter that differs from pair to pair.
#[derive(Clone, Copy, Debug)]
pub(super) struct Backoff {
    min: Duration,
    max: Duration,
    seed: u64,
}

impl Backoff {
    /// The waits of `me` for `peer`; the same keys wait alike in every run.
    pub(super) fn new(limits: &Limits, me: &PublicKey, peer: &PublicKey) -> Self {
        let digest = hash::sha256_parts(&[me.as_bytes(), peer.as_bytes()]);
        let (seed, _) = digest.as_bytes().split_first_chunk().expect("32 bytes are more than 8");
        Self { min: limits.backoff_min, max: limits.backoff_max, seed: u64::from_be_bytes(*seed) }
    }

    /// The wait after so many failures in a row: from half the doubled wait to all of it, but never
    /// under the least nor over the greatest.
    pub(super) fn delay(&self, failures: u32) -> Duration {
        let doublings = failures.min(2) + failures.saturating_sub(QUICK_ATTEMPTS);
        let factor = 1u32.checked_shl(doublings).unwrap_or(u32::MAX);
        let full = self.min.saturating_mul(factor).min(self.max);
        let jitter = u32::from(self.draw(failures)) * 2;
        let wait = full / 2 + (full / 4 / u32::from(u16::MAX)) * jitter;
        wait.max(self.min).min(self.max)
    }

    /// An even draw for this attempt: the mixing step of `SplitMix64`.
    fn draw(&self, attempt: u32) -> u16 {
        let step = u64::from(attempt).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut z = self.seed.wrapping_add(step);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u16::try_from((z ^ (z >> 31)) >> 48).expect("16 bits are left")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nemcon_crypto::SecretKey;

    fn backoff(peer: u8) -> Backoff {
        let key = |seed| SecretKey::from_seed(&[seed; 32]).public();
        Backoff::new(&Limits::default(), &key(0), &key(peer))
    }

    #[test]
    fn waits_stay_short_at_first_and_within_the_limits_for_ever() {
        for peer in 1..30 {
            let delays = |range: std::ops::Range<u32>| range.map(move |n| backoff(peer).delay(n));
            assert!(delays(0..16).all(|d| (50..=200).contains(&d.as_millis())));
            assert!(delays(16..200).all(|d| (100..=5000).contains(&d.as_millis())));
            assert!(delays(22..200).all(|d| d.as_millis() >= 2500));
            assert!(backoff(peer).delay(u32::MAX) <= Duration::from_secs(5));
        }
    }

    #[test]
    fn two_pairs_do_not_wait_in_step() {
        let waits = |peer| (0..40).map(|n| backoff(peer).delay(n)).collect::<Vec<_>>();
        assert_eq!(waits(1), waits(1));
        assert_ne!(waits(1), waits(2));
    }
}
