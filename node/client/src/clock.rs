//! This machine's clock as a [`Time`] of a record.

use std::time::{SystemTime, UNIX_EPOCH};

use nemcon_ledger::Time;

use crate::failure::Failure;

/// The current time of this machine.
///
/// # Errors
/// [`Failure`] if the clock shows a time that no record can have.
pub fn now() -> Result<Time, Failure> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let ms = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    Time::from_ms(ms).map_err(|error| Failure::usage(format_args!("this machine's clock: {error}")))
}
