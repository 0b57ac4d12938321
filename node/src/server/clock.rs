//! The system's clock as a [`Time`].

use std::time::{SystemTime, UNIX_EPOCH};

use nemcon_ledger::text::Time;

/// The current time, as consensus and seals use it.
pub(super) fn clock() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let ms = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    Time::from_ms(ms).unwrap_or_default()
}
