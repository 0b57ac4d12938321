//! Reads TOML files that people write: tolerates what editors leave in them, and names the place
//! of an error.

use core::ops::Range;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use nemcon_ledger::text::CharacterError;
use nemcon_ledger::text::allowed::{verify_file_name, verify_line};
use serde::de::DeserializeOwned;

use super::error::{ConfigError, TEXT_FILE_BYTES_MAX};
use crate::toml_error::Misfit;

/// Reads a text file and leaves out a byte order mark at its start.
///
/// # Errors
/// [`ConfigError`] `Io`, `TooLong` or `NotText`.
pub fn read_text(path: &Path) -> Result<String, ConfigError> {
    let failed = |source| ConfigError::Io { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(TEXT_FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > TEXT_FILE_BYTES_MAX {
        return Err(ConfigError::TooLong { path: path.to_owned() });
    }
    text_of(bytes).map_err(|what| ConfigError::NotText { path: path.to_owned(), what })
}

fn text_of(bytes: Vec<u8>) -> Result<String, &'static str> {
    let is_wide = bytes.starts_with(b"\xff\xfe")
        || bytes.starts_with(b"\xfe\xff")
        || bytes.iter().take(64).filter(|byte| **byte == 0).count() > 8;
    if is_wide {
        return Err("it is UTF-16; have your editor save it as UTF-8");
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| "it is not UTF-8; have your editor save it as UTF-8")?;
    Ok(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned))
}

/// Reads and parses a TOML file.
///
/// # Errors
/// [`ConfigError`].
pub fn load_toml<T: DeserializeOwned>(path: &Path) -> Result<T, ConfigError> {
    parse_toml(&read_text(path)?, path)
}

/// Parses the text of a TOML file. Errors name the file as `path`.
///
/// # Errors
/// [`ConfigError::Toml`] or `Character`.
pub fn parse_toml<T: DeserializeOwned>(text: &str, path: &Path) -> Result<T, ConfigError> {
    toml::from_str(text).map_err(|error| {
        let path = path.to_owned();
        match error.span().and_then(|span| blamed(text, span, error.message())) {
            Some((line, error)) => ConfigError::Character { path, line, error },
            None => ConfigError::Toml { path, misfit: Misfit::of(text, &error) },
        }
    })
}

/// The character for which a value is refused, with its line in the file; it is often an invisible
/// one. Characters outside the value, such as in a comment, are not blamed.
fn blamed(text: &str, span: Range<usize>, message: &str) -> Option<(usize, CharacterError)> {
    let is_of_characters = message.contains("allowed characters only");
    let is_of_syntax = !message.contains(": wants ") && !message.contains("unknown ");
    // For an error of the TOML grammar the parser gives the place of the error and not the span
    // of the value.
    let end = if is_of_syntax { span.end.max(span.start + 1) } else { span.end };
    let mut at = 0;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let from = span.start.clamp(at, at + line.len()) - at;
        let to = end.clamp(at, at + line.len()) - at;
        at += line.len();
        let Some((before, within)) = cut(line, from, to) else { continue };
        if within.is_empty() {
            continue;
        }
        let column = before.chars().count();
        let verify = if message.contains("a file's name") { verify_file_name } else { verify_line };
        match verify(&within.trim_end_matches(['\n', '\r']).replace('\t', " ")) {
            Err(error @ CharacterError::Forbidden { .. }) if is_of_characters || is_of_syntax => {
                return Some((number, error.moved(column)));
            }
            Err(error) if is_of_characters => return Some((number, error.moved(column))),
            Err(_) | Ok(()) => {}
        }
    }
    None
}

/// The text before these bytes of a line and the text within them, widened to whole characters.
fn cut(line: &str, mut from: usize, mut to: usize) -> Option<(&str, &str)> {
    while !line.is_char_boundary(from) {
        from -= 1;
    }
    while !line.is_char_boundary(to) {
        to += 1;
    }
    Some((line.get(..from)?, line.get(from..to)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Draft;
    use std::path::PathBuf;

    const DRAFT: &str = "title = \"Décision\"\nkind = \"resolution\"\ncloses_in = \"1 day\"\n";

    fn refusal(text: &str) -> String {
        parse_toml::<Draft>(text, Path::new("d.toml")).unwrap_err().to_string()
    }

    #[test]
    fn a_typo_is_named_whatever_stands_in_a_comment() {
        for comment in ["# \u{1f600} nice", "# a\u{301}", "# απόφασηa", "# \u{feff}"] {
            let said = refusal(&format!("{comment}\n{}", DRAFT.replace("closes_in", "closes_on")));
            assert!(said.contains("no field `closes_on`; is `closes_in` meant?"), "{said}");
            let said = refusal(&DRAFT.replace("kind =", &format!("knd = 1 {comment}\nkind =")));
            assert!(said.contains("no field `knd`; is `kind` meant?"), "{said}");
            let said = refusal(&DRAFT.replace("\"resolution\"", &format!("\"No\" {comment}")));
            assert!(said.contains("lowercase letters") && said.contains("line 2"), "{said}");
        }
    }

    #[test]
    fn a_character_that_no_record_has_is_named_with_its_place() {
        for (from, to, wants) in [
            ("Décision", "De\u{301}cision", "line 1, column 12: the character U+0301"),
            ("Décision", "\u{202e}Décision", "line 1, column 10: the character U+202E"),
            (
                "Décision",
                "Δcision",
                "line 1, column 11: the word mixes Greek and Latin letters: `c` (U+0063) is",
            ),
            ("kind =", "kind\u{a0}=", "line 2, column 5: the character U+00A0"),
            ("\"1 day\"", "\u{200b}\"1 day\"", "line 3, column 13: the character U+200B"),
        ] {
            let said = refusal(&DRAFT.replace(from, to));
            assert!(said.contains(wants), "wanted {wants}\n{said}");
        }
    }

    fn read(bytes: &[u8]) -> Result<String, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path: PathBuf = folder.path().join("f.toml");
        std::fs::write(&path, bytes).unwrap();
        read_text(&path)
    }

    #[test]
    fn what_an_editor_leaves_in_a_file_is_left_out_or_named() {
        assert_eq!(read("\u{feff}a = 1\n".as_bytes()).unwrap(), "a = 1\n");
        let wide = |little: bool| -> Vec<u8> {
            let units = DRAFT.encode_utf16();
            units.flat_map(|it| if little { it.to_le_bytes() } else { it.to_be_bytes() }).collect()
        };
        for bytes in [wide(true), wide(false), [b"\xff\xfe".to_vec(), wide(true)].concat()] {
            assert!(read(&bytes).unwrap_err().to_string().contains("it is UTF-16"));
        }
        let said = read(b"title = \"d\xe9cision\"\n").unwrap_err().to_string();
        assert!(said.contains("it is not UTF-8"), "{said}");
        let long = vec![b'#'; usize::try_from(TEXT_FILE_BYTES_MAX).unwrap() + 1];
        assert!(matches!(read(&long), Err(ConfigError::TooLong { .. })));
    }
}
