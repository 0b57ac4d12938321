//! Medians, spread and percentiles, by integers.

use core::fmt;

/// The values of several rounds, in their order by size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample(Vec<u64>);

/// A quotient in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ratio(pub u64);

impl Sample {
    /// The sample of these values.
    ///
    /// # Panics
    /// If there is no value.
    pub fn of(values: impl IntoIterator<Item = u64>) -> Self {
        let mut values: Vec<u64> = values.into_iter().collect();
        assert!(!values.is_empty(), "a sample has a value");
        values.sort_unstable();
        Self(values)
    }

    /// The middle value; of an even number, the mean of the two in the middle.
    pub fn median(&self) -> u64 {
        let middle = self.0.len() / 2;
        if self.0.len().is_multiple_of(2) {
            u64::midpoint(self.0[middle - 1], self.0[middle])
        } else {
            self.0[middle]
        }
    }

    /// The least value that at least `percent` of 100 values do not exceed (nearest rank).
    pub fn percentile(&self, percent: usize) -> u64 {
        let rank = (self.0.len() * percent).div_ceil(100).clamp(1, self.0.len());
        self.0[rank - 1]
    }

    /// The least value.
    pub fn least(&self) -> u64 {
        self.0[0]
    }

    /// The greatest value.
    pub fn most(&self) -> u64 {
        self.0[self.0.len() - 1]
    }

    /// The number of values.
    pub const fn count(&self) -> usize {
        self.0.len()
    }
}

impl Ratio {
    /// `measured / limit`; with a limit of 0 the greatest quotient.
    pub fn of(measured: u64, limit: u64) -> Self {
        let thousandths = u128::from(measured) * 1000 / u128::from(limit.max(1));
        Self(if limit == 0 { u64::MAX } else { u64::try_from(thousandths).unwrap_or(u64::MAX) })
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(thousandths) = *self;
        let text = match thousandths {
            u64::MAX => "-".to_owned(),
            10_000.. => format!("{}.{}", thousandths / 1000, thousandths % 1000 / 100),
            _ => format!("{}.{:02}", thousandths / 1000, thousandths % 1000 / 10),
        };
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle_whatever_the_order() {
        assert_eq!(Sample::of([7]).median(), 7);
        assert_eq!(Sample::of([9, 1, 5]).median(), 5);
        assert_eq!(Sample::of([9, 1, 5, 6]).median(), 5);
        assert_eq!(Sample::of([u64::MAX, u64::MAX]).median(), u64::MAX);
    }

    #[test]
    fn a_percentile_is_a_value_of_the_sample() {
        let hundred = Sample::of((1..=100).rev());
        assert_eq!([1, 50, 99, 100].map(|percent| hundred.percentile(percent)), [1, 50, 99, 100]);
        let three = Sample::of([30, 10, 20]);
        assert_eq!([0, 33, 34, 99, 100].map(|it| three.percentile(it)), [10, 10, 20, 30, 30]);
        assert_eq!((three.least(), three.most(), three.count()), (10, 30, 3));
    }

    #[test]
    fn a_ratio_is_shown_with_as_many_digits_as_it_is_worth() {
        let shown = |measured, limit| Ratio::of(measured, limit).to_string();
        assert_eq!(shown(1, 2), "0.50");
        assert_eq!(shown(2, 3), "0.66");
        assert_eq!(shown(31, 10), "3.10");
        assert_eq!(shown(314, 10), "31.4");
        assert_eq!(shown(5, 0), "-");
        assert_eq!(Ratio::of(u64::MAX, u64::MAX), Ratio(1000));
    }
}
