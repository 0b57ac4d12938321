//! How often each token may ask: a bucket for each that fills up with time.

use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Extension;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use nemcon_client::token::{Holder, Role};
use tokio::time::Instant;

use super::problem::too_often;

/// The requests that a token of the node's own party may make in a second, in the long run.
const OWN_REQUESTS_PER_SECOND: u64 = 1_000;
/// The requests that such a token may make at once.
const OWN_REQUESTS_AT_ONCE_MAX: u64 = 5_000;
/// The requests that a token for another party may make in a second, in the long run.
const NAMED_REQUESTS_PER_SECOND: u64 = 2;
/// The requests that such a token may make at once.
const NAMED_REQUESTS_AT_ONCE_MAX: u64 = 30;

/// How often the holders of tokens have asked. A holder is known to the node, so there are no more buckets than tokens
/// that the node knew since it started.
#[derive(Clone, Debug, Default)]
pub(super) struct Rates(Arc<Mutex<BTreeMap<Holder, Bucket>>>);

/// The room of one holder, in thousandths of a request, at a time.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    left_milli: u64,
    at: Instant,
}

impl Rates {
    /// Takes one request of this holder, or says how long it has to wait.
    fn take(&self, holder: &Holder, now: Instant) -> Result<(), Duration> {
        let (per_second, at_once) = match holder {
            // The operator can always ask.
            Holder { role: Role::Operate, .. } => return Ok(()),
            Holder { party: None, .. } => (OWN_REQUESTS_PER_SECOND, OWN_REQUESTS_AT_ONCE_MAX),
            Holder { party: Some(_), .. } => {
                (NAMED_REQUESTS_PER_SECOND, NAMED_REQUESTS_AT_ONCE_MAX)
            }
        };
        let full = at_once * 1_000;
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(holder.clone()).or_insert(Bucket { left_milli: full, at: now });
        let passed_ms = now.saturating_duration_since(bucket.at).as_millis();
        let passed_ms = u64::try_from(passed_ms).unwrap_or(u64::MAX);
        let left = bucket.left_milli.saturating_add(passed_ms.saturating_mul(per_second)).min(full);
        *bucket = Bucket { left_milli: left.saturating_sub(1_000), at: now };
        if left >= 1_000 {
            return Ok(());
        }
        bucket.left_milli = left;
        Err(Duration::from_millis((1_000 - left).div_ceil(per_second)))
    }
}

/// Lets a request through, or answers that its token asks too often.
pub(super) async fn keep(
    State(rates): State<Rates>,
    holder: Option<Extension<Holder>>,
    request: Request,
    next: Next,
) -> Response {
    let taken = holder.map_or(Ok(()), |Extension(it)| rates.take(&it, Instant::now()));
    match taken {
        Ok(()) => next.run(request).await,
        Err(wait) => too_often(wait),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_has_its_own_room_which_fills_up_with_time() {
        let (rates, start) = (Rates::default(), Instant::now());
        let of = |code: &str| Holder::of_party(code.parse().unwrap());
        for _ in 0..NAMED_REQUESTS_AT_ONCE_MAX {
            rates.take(&of("BE"), start).unwrap();
        }
        let wait = rates.take(&of("BE"), start).unwrap_err();
        assert_eq!(wait, Duration::from_millis(500));
        for other in [of("BG"), Holder::own(Role::Submit), Holder::own(Role::Read)] {
            rates.take(&other, start).unwrap();
        }
        let later = start + wait;
        rates.take(&of("BE"), later).unwrap();
        assert!(rates.take(&of("BE"), later).is_err());
        // However long nobody asks, no more can be asked at once.
        let much_later = later + Duration::from_hours(1);
        let asked = (0..1_000).filter(|_| rates.take(&of("BE"), much_later).is_ok()).count();
        assert_eq!(asked as u64, NAMED_REQUESTS_AT_ONCE_MAX);
    }

    #[test]
    fn the_operator_can_always_ask() {
        let (rates, now) = (Rates::default(), Instant::now());
        let operator = Holder::own(Role::Operate);
        assert!((0..20_000).all(|_| rates.take(&operator, now).is_ok()));
    }
}
