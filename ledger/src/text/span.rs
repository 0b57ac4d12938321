//! Spans of time in words.

/// A span in the unit that people would say it in, rounded: `79 s`, `36 h`, `14 days`.
pub fn span(ms: u64) -> String {
    const MINUTE_MS: u64 = 60_000;
    const HOUR_MS: u64 = 60 * MINUTE_MS;
    let rounded = |unit_ms: u64| (ms + unit_ms / 2) / unit_ms;
    match ms {
        0..9_950 => format!("{}.{} s", rounded(100) / 10, rounded(100) % 10),
        9_950..119_500 => format!("{} s", rounded(1000)),
        119_500..7_170_000 => format!("{} min", rounded(MINUTE_MS)),
        7_170_000..171_000_000 => format!("{} h", rounded(HOUR_MS)),
        _ => format!("{} days", rounded(24 * HOUR_MS)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_in_the_unit_that_people_would_use() {
        for (ms, said) in [
            (980, "1.0 s"),
            (9_949, "9.9 s"),
            (9_950, "10 s"),
            (79_000, "79 s"),
            (120_000, "2 min"),
            (7_200_000, "2 h"),
            (172_800_000, "2 days"),
            (14 * 86_400_000 - 5, "14 days"),
        ] {
            assert_eq!(span(ms), said);
        }
    }
}
