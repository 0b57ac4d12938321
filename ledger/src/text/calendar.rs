//! The Gregorian calendar: dates from days and days from dates, in whole numbers.
//!
//! A year is counted from March here, so that the day that leap years add is its last.

/// Days from March 1 of the year 0 to the Unix epoch.
const EPOCH_DAYS: u64 = 719_468;
/// Days of 400 years, after which the calendar repeats itself.
const CYCLE_DAYS: u64 = 146_097;

/// Year, month and day that lie `days` after the Unix epoch.
pub(super) const fn date_of(days: u64) -> (u64, u64, u64) {
    let days = days + EPOCH_DAYS;
    let (cycle, day) = (days / CYCLE_DAYS, days % CYCLE_DAYS);
    // Without the days that leap years have added, a year has 365.
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - days_before(year);
    let month = (5 * day + 2) / 153;
    let day = day - days_before_month(month) + 1;
    let (month, after) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (cycle * 400 + year + after, month, day)
}

/// The days from the Unix epoch to a date; `None` if there is no such date, or it is before the epoch.
pub(super) fn days_to(year: u64, month: u64, day: u64) -> Option<u64> {
    if year < 1970 || !(1..=12).contains(&month) || day == 0 {
        return None;
    }
    let (from_march, before) = if month > 2 { (month - 3, 0) } else { (month + 9, 1) };
    let (cycle, in_cycle) = ((year - before) / 400, (year - before) % 400);
    let in_year = days_before_month(from_march) + day - 1;
    let days = cycle * CYCLE_DAYS + days_before(in_cycle) + in_year - EPOCH_DAYS;
    // A day that its month does not have is another one of the next month.
    (date_of(days) == (year, month, day)).then_some(days)
}

/// The days of the years of a cycle before `year`.
const fn days_before(year: u64) -> u64 {
    365 * year + year / 4 - year / 100
}

/// The days of the months before `month`, where March is 0: five months have 153 days.
const fn days_before_month(month: u64) -> u64 {
    (153 * month + 2) / 5
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_leap(year: u64) -> bool {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    }

    #[test]
    fn every_day_of_every_year_has_its_date_and_no_other_dates_are_there() {
        let mut days = 0;
        for year in 1970..=9999 {
            let february = if is_leap(year) { 29 } else { 28 };
            let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
            for (month, length) in (1..).zip(months) {
                for day in 1..=length {
                    assert_eq!(date_of(days), (year, month, day));
                    assert_eq!(days_to(year, month, day), Some(days));
                    days += 1;
                }
                assert_eq!(days_to(year, month, length + 1), None);
                assert_eq!(days_to(year, month, 99), None);
            }
        }
        for (year, month, day) in
            [(1969, 12, 31), (0, 1, 1), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0)]
        {
            assert_eq!(days_to(year, month, day), None, "{year}-{month}-{day}");
        }
    }
}
