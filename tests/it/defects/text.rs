//! Defects of any record's text: its characters, digests, length and signature lines.

use nemcon_crypto::note::NoteError;
use nemcon_ledger::record::{Record, RecordError, Statement};
use nemcon_ledger::text::allowed::Script;
use nemcon_ledger::text::{CharacterError, FieldError};

use super::{DIGEST, golden, missing, refuse_all, value};

fn forbidden(line: usize, column: usize, character: char) -> RecordError {
    let codepoint = u32::from(character);
    FieldError::Character { line, error: CharacterError::Forbidden { column, codepoint } }.into()
}

fn control(at: usize, byte: u8) -> RecordError {
    NoteError::Control { byte, at }.into()
}

#[test]
fn digests_are_64_lowercase_digits() {
    let text = golden("ballot-abstain-qualified");
    let line = text.lines().find(|line| line.starts_with("declaration ")).unwrap();
    let digest = line.split(' ').nth(1).unwrap();
    let upper = digest.to_uppercase();
    refuse_all(
        "ballot-abstain-qualified",
        &[
            ("uppercase", digest, &upper, value(11, "declaration", DIGEST)),
            ("short", digest, &digest[1..], value(11, "declaration", DIGEST)),
            ("long", digest, &format!("{digest}0"), value(11, "declaration", DIGEST)),
            ("no declaration", &format!("{line}\n"), "", missing(11, "declaration")),
            ("another position", "abstain-qualified", "abstain", missing(11, "after")),
        ],
    );
}

#[test]
fn forbidden_characters_are_named() {
    let mixed = CharacterError::MixedScripts {
        column: 8,
        letter: 'х',
        first: Script::Latin,
        second: Script::Cyrillic,
    };
    refuse_all(
        "ballot-abstain",
        &[
            ("tab", "for M2", "for\tM2", control(99, b'\t')),
            ("carriage return", "for M2\n", "for M2\r\n", control(102, b'\r')),
            ("nul", "for M2", "for M2\0", control(102, 0)),
            ("delete", "title Extend", "title Ex\u{7f}tend", forbidden(8, 9, '\u{7f}')),
            ("no-break space", "title Extend", "title\u{a0}Extend", forbidden(8, 6, '\u{a0}')),
            ("override", "title E", "title \u{202e}E", forbidden(8, 7, '\u{202e}')),
            ("byte order mark", "for M2", "\u{feff}for M2", forbidden(4, 1, '\u{feff}')),
            (
                "mixed scripts",
                "title Extend",
                "title Eхtend",
                FieldError::Character { line: 8, error: mixed }.into(),
            ),
        ],
    );
    let mut bytes = golden("ballot-abstain").into_bytes();
    bytes[100] = 0xff;
    assert_eq!(Record::parse(&bytes), Err(NoteError::Utf8 { at: 100 }.into()));
    let bytes = golden("lapse").replace("lapse\n", "lapse\r\n").into_bytes();
    assert_eq!(Record::parse(&bytes), Err(control(15, b'\r')));
}

#[test]
fn a_text_of_60_000_bytes_and_a_record_of_65_535_are_the_longest() {
    let text = golden("measure");
    let note = text.split("\n\n").next().unwrap().len() + 1;
    let grown = |bytes: usize| {
        let mut paragraphs = String::new();
        let mut left = bytes - note;
        while left > 0 {
            // `summary ` and the newline are 9 bytes; the rest must fill at least one character.
            let line = if left > 2009 && left < 2019 { 1900 } else { left.min(2009) };
            paragraphs.extend(["summary ", &"x".repeat(line - 9), "\n"]);
            left -= line;
        }
        text.replace("summary Extends", &format!("{paragraphs}summary Extends")).into_bytes()
    };
    assert!(Record::parse(&grown(60_000)).is_ok());
    let error = FieldError::TooLong { bytes: 60_001 };
    assert_eq!(Record::parse(&grown(60_001)), Err(error.into()));
    // With as many signature lines as fill a record to its last byte.
    let signed = |bytes: usize| {
        let line = text.split("\n\n").nth(1).unwrap();
        let lines = line.repeat(45);
        let note = String::from_utf8(grown(bytes - lines.len() - 1)).unwrap();
        let (text, _) = note.split_once("\n\n").unwrap();
        format!("{text}\n\n{lines}").into_bytes()
    };
    assert_eq!(signed(65_535).len(), 65_535);
    assert!(Record::parse(&signed(65_535)).is_ok());
    assert!(Statement::parse(&signed(65_535)).is_ok());
    let error = RecordError::TooLong { bytes: 65_536 };
    assert_eq!(Statement::parse(&signed(65_536)), Err(error.clone()));
    assert_eq!(Record::parse(&signed(65_536)), Err(error));
    let bytes = 65_536;
    assert_eq!(Record::parse(&vec![b'x'; bytes]), Err(RecordError::TooLong { bytes }));
    assert_eq!(Record::parse(&vec![b'x'; bytes - 1]), Err(RecordError::Kind));
}

#[test]
fn signature_lines_are_written_in_one_form() {
    let text = golden("ballot-abstain");
    let (body, line) = text.split_once("\n\n").unwrap();
    let line = line.trim_end_matches('\n');
    let encoded = line.rsplit(' ').next().unwrap();
    assert!(encoded.ends_with('='), "{encoded}");
    let looser = loosened(encoded);
    let malformed = || RecordError::from(NoteError::Line { line: 1 });
    for (defect, lines, error) in [
        ("unused bits", line.replace(encoded, &looser) + "\n", malformed()),
        ("no padding", line.trim_end_matches('=').to_owned() + "\n", malformed()),
        ("hyphen for dash", line.replace('—', "-") + "\n", malformed()),
        ("two spaces", line.replacen(' ', "  ", 1) + "\n", malformed()),
        ("trailing space", format!("{line} \n"), malformed()),
        ("no key id", "— x AAAA\n".to_owned(), malformed()),
        ("no end of line", line.to_owned(), NoteError::Unterminated.into()),
        ("no line", String::new(), NoteError::Unsigned.into()),
        ("a line of nothing", format!("{line}\n\n"), NoteError::Unsigned.into()),
        (
            "101 lines",
            format!("{line}\n").repeat(101),
            NoteError::TooManySignatures { most: 100 }.into(),
        ),
    ] {
        let bytes = format!("{body}\n\n{lines}").into_bytes();
        assert_eq!(Record::parse(&bytes), Err(error), "{defect}");
    }
    let bytes = format!("{body}\n{line}\n").into_bytes();
    assert_eq!(Record::parse(&bytes), Err(NoteError::NoBlankLine.into()));
}

/// The same bytes with a bit set that the last character before the padding does not use.
fn loosened(encoded: &str) -> String {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = encoded.trim_end_matches('=');
    let padding = &encoded[digits.len()..];
    let (rest, last) = digits.split_at(digits.len() - 1);
    let at = DIGITS.find(last).expect("a digit of base64");
    format!("{rest}{}{padding}", &DIGITS[at + 1..at + 2])
}
