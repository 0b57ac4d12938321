//! Foreign words on their way to people: nothing in them steers a terminal, hides or reorders.
//!
//! What somebody else wrote (a node's answer, a file, a name on a disk, an argument) is shown with
//! its control, bidirectional and invisible characters written out: `\u{1b}`.

use core::fmt::{self, Write as _};
use std::ffi::OsStr;
use std::path::Path;

use super::allowed::script_of;

/// Text of several lines: line ends stay, all else that steers is written out.
#[derive(Clone, Copy, Debug)]
pub struct Lines<'a>(pub &'a str);

/// What stands within a line: a line end in it is written out too.
pub trait Show {
    /// The words, harmless, on one line; what is not UTF-8 is shown as U+FFFD.
    fn shown(&self) -> String;
}

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut characters = self.0.chars().peekable();
        while let Some(character) = characters.next() {
            // Tables end their lines as RFC 4180 says; a lone carriage return writes over a line.
            let ends_line = match character {
                '\n' => true,
                '\r' => characters.peek() == Some(&'\n'),
                _ => false,
            };
            if ends_line { f.write_char(character) } else { write_one(f, character) }?;
        }
        Ok(())
    }
}

impl Show for str {
    fn shown(&self) -> String {
        let mut words = String::with_capacity(self.len());
        for character in self.chars() {
            write_one(&mut words, character).expect("memory takes all");
        }
        words
    }
}

impl Show for OsStr {
    fn shown(&self) -> String {
        self.to_string_lossy().shown()
    }
}

impl Show for Path {
    fn shown(&self) -> String {
        self.as_os_str().shown()
    }
}

fn write_one(to: &mut impl fmt::Write, character: char) -> fmt::Result {
    if is_harmless(character) {
        to.write_char(character)
    } else {
        write!(to, "{}", character.escape_default())
    }
}

/// Whether a character is seen for what it is and moves nothing. All that a record may hold is.
pub fn is_harmless(character: char) -> bool {
    // The standard library knows what is no control, format, combining or unassigned character;
    // quotes and the backslash it writes out for other reasons.
    let is_printable =
        || matches!(character, '\'' | '"' | '\\') || character.escape_debug().eq([character]);
    script_of(character).is_some() || (is_printable() && !is_blank(character))
}

/// Letters and signs that look like nothing.
const fn is_blank(character: char) -> bool {
    matches!(character, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::allowed::ALLOWED;
    use std::os::unix::ffi::OsStrExt as _;

    /// Each with what it does to a reader.
    const STEERING: [char; 20] = [
        '\u{0}',
        '\u{7}',
        '\u{8}',
        '\t',
        '\u{1b}',
        '\u{7f}',
        '\u{85}',
        '\u{9b}',
        '\u{ad}',
        '\u{301}',
        '\u{200b}',
        '\u{200d}',
        '\u{202e}',
        '\u{2028}',
        '\u{2066}',
        '\u{feff}',
        '\u{fe0f}',
        '\u{3164}',
        '\u{e0041}',
        '\u{e000}',
    ];

    #[test]
    fn what_steers_a_terminal_is_written_out() {
        for steering in STEERING {
            let text = format!("a{steering}b");
            for shown in [text.shown(), Lines(&text).to_string()] {
                assert!(!shown.contains(steering), "U+{:04X}", u32::from(steering));
                assert!(shown.starts_with('a') && shown.ends_with('b'), "{shown}");
            }
        }
        assert_eq!("\u{1b}[31m".shown(), "\\u{1b}[31m");
    }

    #[test]
    fn what_records_hold_is_shown_as_it_is() {
        let all = ALLOWED.iter().flat_map(|(first, last, _)| *first..=*last);
        let all: String = all.collect();
        assert_eq!(all.shown(), all);
        let ours = "── ✔ ■ … \\ ' \" 日本 العربية";
        assert_eq!(Lines(ours).to_string(), ours);
    }

    #[test]
    fn a_line_end_stays_between_lines_and_is_written_out_within_one() {
        assert_eq!(Lines("a\r\nb\nc\rd\r").to_string(), "a\r\nb\nc\\rd\\r");
        assert_eq!("a\r\nb".shown(), "a\\r\\nb");
        assert_eq!(Path::new("a\nb").shown(), "a\\nb");
    }

    #[test]
    fn a_name_that_is_no_text_is_shown_as_far_as_it_is() {
        assert_eq!(Path::new(OsStr::from_bytes(b"d\xe9cision.pdf")).shown(), "d\u{fffd}cision.pdf");
    }
}
