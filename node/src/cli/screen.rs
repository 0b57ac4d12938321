//! What a command prints: words for people, or with `--json` one object for programs.

use core::fmt::Display;
use std::io::{self, Write as _};

use nemcon_ledger::Time;
use serde::Serialize;

use super::failure::Failure;

/// Where a command's results go.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    json: bool,
}

impl Screen {
    /// A screen for words, or for JSON.
    pub const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether a program reads.
    pub const fn is_json(self) -> bool {
        self.json
    }

    /// Prints words; a program is not told.
    pub fn say(self, words: impl Display) {
        if !self.json {
            print(&words);
        }
    }

    /// Prints the result, once, in either form.
    pub fn result(self, value: &impl Serialize, words: impl Display) {
        if self.json {
            let text = serde_json::to_string_pretty(value).expect("our results are JSON");
            print(&text);
        } else {
            print(&words);
        }
    }

    /// Prints why the command has failed.
    pub fn failure(self, failure: &Failure) {
        if failure.message().is_empty() {
            return;
        }
        if self.json {
            self.result(&serde_json::json!({ "error": failure }), "");
            return;
        }
        let mut stderr = io::stderr().lock();
        // Nothing is left to do if even this cannot be written.
        let _ = writeln!(stderr, "nemcon: {}", failure.message());
        if let Some(law) = failure.law() {
            let _ = writeln!(stderr, "  rule: {law}");
        }
        if let Some(advice) = failure.advice() {
            let _ = writeln!(stderr, "  next: {advice}");
        }
    }
}

/// Prints a line; a reader that went away, such as `head`, is no failure of ours.
fn print(words: &impl Display) {
    let mut stdout = io::stdout().lock();
    let _ = writeln!(stdout, "{words}").and_then(|()| stdout.flush());
}

/// The time of day of a block: `23:58:41.120`, UTC.
pub(super) fn time_of_day(time: Time) -> String {
    let text = time.to_string();
    text[11..text.len() - 1].to_owned()
}

/// A span in the unit that people would say it in, rounded: `79 s`, `36 h`, `14 days`.
pub(crate) fn span(ms: u64) -> String {
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

/// The first characters of a digest, for the eye.
pub(super) fn short(digest: impl Display) -> String {
    let mut text = digest.to_string();
    text.truncate(16);
    text
}

/// `1 ballot`, `2 ballots`.
pub(super) fn count(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
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

    #[test]
    fn the_time_of_day_is_without_date_and_zone() {
        assert_eq!(time_of_day("2026-11-23T23:58:41.120Z".parse().unwrap()), "23:58:41.120");
    }
}
