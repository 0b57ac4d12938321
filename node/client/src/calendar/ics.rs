//! Events as an iCalendar object [RFC 5545]: lines of at most 75 bytes that end in CRLF.

use core::fmt::Display;

use nemcon_crypto::Digest;
use nemcon_ledger::Time;

use super::Event;

/// The longest line, in bytes without its end [RFC 5545 3.1].
const LINE_BYTES_MAX: usize = 75;

/// For whom the events of a calendar are [RFC 5545 3.8.1.3].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The calendar does not say: the council's charter does not say what is public.
    Unsaid,
    /// Those to whom the file was given.
    Confidential,
}

/// Writes the events of a council as they stood at `now`. An event keeps its UID (council digest,
/// measure, what happens) when its time changes, so that a program that reads a later file moves it.
pub fn write(council: &Digest, name: &str, events: &[Event], class: Class, now: Time) -> String {
    let mut lines = Lines(String::new());
    lines.raw("BEGIN", "VCALENDAR");
    lines.raw("VERSION", "2.0");
    lines.raw("PRODID", "-//nemcon//calendar//EN");
    lines.raw("CALSCALE", "GREGORIAN");
    // The name by RFC 7986, and the older one that most programs read.
    lines.text("NAME", name);
    lines.text("X-WR-CALNAME", name);
    for event in events {
        lines.event(council, event, class, now);
    }
    lines.raw("END", "VCALENDAR");
    lines.0
}

struct Lines(String);

impl Lines {
    fn event(&mut self, council: &Digest, event: &Event, class: Class, now: Time) {
        let (number, what) = (event.measure, event.what);
        let summary = format!("{}: {}", what.of(number), event.title);
        self.raw("BEGIN", "VEVENT");
        self.raw("UID", format_args!("{council}-measure-{number}-{}", what.as_str()));
        self.raw("DTSTAMP", stamp(now));
        self.raw("DTSTART", stamp(event.time));
        self.text("SUMMARY", &summary);
        self.text("DESCRIPTION", &event.whose());
        self.text("CATEGORIES", &event.kind);
        if class == Class::Confidential {
            self.raw("CLASS", "CONFIDENTIAL");
        }
        // A date takes up nobody's time.
        self.raw("TRANSP", "TRANSPARENT");
        for days in &event.reminders {
            self.raw("BEGIN", "VALARM");
            self.raw("ACTION", "DISPLAY");
            self.raw("TRIGGER", format_args!("-P{days}D"));
            self.text("DESCRIPTION", &summary);
            self.raw("END", "VALARM");
        }
        self.raw("END", "VEVENT");
    }

    /// A property whose value needs no escape.
    fn raw(&mut self, name: &str, value: impl Display) {
        self.0.push_str(&folded(&format!("{name}:{value}")));
    }

    /// A property with foreign words as its value.
    fn text(&mut self, name: &str, value: &str) {
        self.raw(name, escaped(value));
    }
}

/// A time in UTC: `20261212T100000Z`. Fractions of a second are cut.
fn stamp(time: Time) -> String {
    let text = time.to_string().replace(['-', ':'], "");
    format!("{}Z", &text[..15])
}

/// A TEXT value [RFC 5545 3.3.11]. Lines of the ledger have no control characters.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | ';' | ',') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The line with CRLF at its end; what is too long goes on after CRLF and a space, never within a
/// character.
fn folded(line: &str) -> String {
    let (mut out, mut length) = (String::with_capacity(line.len() + 2), 0);
    for c in line.chars() {
        if length + c.len_utf8() > LINE_BYTES_MAX {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_longer_than_75_bytes_and_none_is_cut_within_a_character() {
        for line in
            ["a".repeat(75), "é".repeat(400), format!("{}€{}", "b".repeat(74), "ż".repeat(90))]
        {
            let folded = folded(&line);
            assert!(folded.ends_with("\r\n"));
            let lines: Vec<_> = folded.trim_end().split("\r\n").collect();
            assert!(lines.iter().all(|line| line.len() <= LINE_BYTES_MAX), "{folded}");
            assert!(lines[1..].iter().all(|line| line.starts_with(' ')), "{folded}");
            assert_eq!(folded.trim_end().replace("\r\n ", ""), line);
        }
        assert_eq!(folded(&"a".repeat(75)).len(), 77);
    }

    #[test]
    fn words_are_words_and_no_syntax() {
        assert_eq!(escaped("a, b; c\\n: d"), "a\\, b\\; c\\\\n: d");
    }

    #[test]
    fn a_time_is_written_in_utc() {
        let time: Time = "2026-12-12T10:00:59.999Z".parse().unwrap();
        assert_eq!(stamp(time), "20261212T100059Z");
    }
}
