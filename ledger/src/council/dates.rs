//! The dates of a measure, in their order.

use super::refusal::Refusal;
use crate::record::Measure;
use crate::text::Time;

/// Checks that the dates follow one another (opens, closes, enters, reviews, expires) and that the
/// deadline is still to come.
pub(super) fn verify_dates(measure: &Measure, closes: Time, now: Time) -> Result<(), Refusal> {
    let Measure { opens, enters, reviews, expires, .. } = measure;
    if closes <= now {
        return Err(Refusal::ClosesTooEarly { closes, now });
    }
    let dates = [
        ("opens", *opens),
        ("closes", Some(closes)),
        ("enters", *enters),
        ("reviews", *reviews),
        ("expires", *expires),
    ];
    let dates: Vec<_> = dates.iter().filter_map(|(name, time)| Some((*name, (*time)?))).collect();
    // A review at the very time at which the measure expires is in time, and what enters into force
    // when balloting closes does so after its adoption.
    let may_meet = |a: &str, b: &str| a == "reviews" || b == "enters";
    let in_order =
        |a: &(&str, Time), b: &(&str, Time)| a.1 < b.1 || may_meet(a.0, b.0) && a.1 == b.1;
    match dates.windows(2).find(|pair| !in_order(&pair[0], &pair[1])) {
        None => Ok(()),
        Some(pair) => Err(Refusal::DatesOutOfOrder { first: pair[0].0, second: pair[1].0 }),
    }
}
