//! The allow-list of characters: what is signed is what is read.
//!
//! Every character here was assigned by Unicode 15, is its own NFC form and never combines with a
//! neighbour, so a text made of them is in NFC by construction and no normaliser is needed. No
//! control, bidirectional, default-ignorable or line-separator character is in it, and a word is
//! written in one script, so that no letter can pose as another script's look-alike.

/// The script that a letter belongs to; `Common` goes with all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// Digits, punctuation, signs.
    Common,
    /// Latin letters.
    Latin,
    /// Greek letters, monotonic.
    Greek,
    /// Cyrillic letters.
    Cyrillic,
}

/// First character, last character, script; ascending, without overlap.
pub const ALLOWED: &[(char, char, Script)] = &[
    (' ', '@', Script::Common),
    ('A', 'Z', Script::Latin),
    ('[', '`', Script::Common),
    ('a', 'z', Script::Latin),
    ('{', '~', Script::Common),
    ('¡', '§', Script::Common),
    ('©', '©', Script::Common),
    ('ª', 'ª', Script::Latin),
    ('«', '¬', Script::Common),
    ('®', '®', Script::Common),
    ('°', '³', Script::Common),
    ('µ', '·', Script::Common),
    ('¹', '¹', Script::Common),
    ('º', 'º', Script::Latin),
    ('»', '¿', Script::Common),
    ('À', 'Ö', Script::Latin),
    ('×', '×', Script::Common),
    ('Ø', 'ö', Script::Latin),
    ('÷', '÷', Script::Common),
    ('ø', 'ň', Script::Latin),
    ('Ŋ', 'ž', Script::Latin),
    ('Ș', 'ț', Script::Latin),
    ('Ά', 'Ά', Script::Greek),
    ('Έ', 'Ί', Script::Greek),
    ('Ό', 'Ό', Script::Greek),
    ('Ύ', 'Ρ', Script::Greek),
    ('Σ', 'ώ', Script::Greek),
    ('Ѐ', 'џ', Script::Cyrillic),
    ('Ґ', 'ґ', Script::Cyrillic),
    ('ẞ', 'ẞ', Script::Latin),
    ('–', '—', Script::Common),
    ('‘', '„', Script::Common),
    ('•', '•', Script::Common),
    ('…', '…', Script::Common),
    ('‰', '‰', Script::Common),
    ('‹', '›', Script::Common),
    ('€', '€', Script::Common),
    ('№', '№', Script::Common),
    ('™', '™', Script::Common),
];

/// Why a line may not stand in a record. Columns count characters from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CharacterError {
    /// Outside the allow-list.
    #[error("column {column}: the character U+{codepoint:04X} may not stand in a record")]
    Forbidden {
        /// Where in the line.
        column: usize,
        /// The character's number.
        codepoint: u32,
    },
    /// A word with letters of two scripts.
    #[error(
        "column {column}: the word mixes {first:?} and {second:?} letters: `{letter}` (U+{:04X}) is \
         {second:?}",
        u32::from(*letter)
    )]
    MixedScripts {
        /// Of the first letter in another script.
        column: usize,
        /// That letter.
        letter: char,
        /// The word's first script.
        first: Script,
        /// The script that joined it.
        second: Script,
    },
}

impl CharacterError {
    /// The same in a line of which `columns` characters stand before what was checked.
    #[must_use]
    pub const fn moved(self, columns: usize) -> Self {
        match self {
            Self::Forbidden { column, codepoint } => {
                Self::Forbidden { column: column + columns, codepoint }
            }
            Self::MixedScripts { column, letter, first, second } => {
                Self::MixedScripts { column: column + columns, letter, first, second }
            }
        }
    }
}

/// Below this number, [`SCRIPTS`] knows each character: the letters of all scripts stand there.
const TABLED: usize = 0x530;

/// The script of each character below [`TABLED`], as [`ALLOWED`] has it.
static SCRIPTS: [Option<Script>; TABLED] = {
    let mut scripts = [None; TABLED];
    let mut at = 0;
    while at < ALLOWED.len() {
        let (first, last, script) = ALLOWED[at];
        let mut character = first as usize;
        while character <= last as usize && character < TABLED {
            scripts[character] = Some(script);
            character += 1;
        }
        at += 1;
    }
    scripts
};

/// The script of an allowed character, or `None` if it is not allowed.
pub fn script_of(character: char) -> Option<Script> {
    let at = character as usize;
    if at < TABLED { SCRIPTS[at] } else { search(character) }
}

fn search(character: char) -> Option<Script> {
    let after = ALLOWED.partition_point(|(first, _, _)| *first <= character);
    let (_, last, script) = ALLOWED.get(after.checked_sub(1)?)?;
    (character <= *last).then_some(*script)
}

/// Checks one line of text, which holds no newline.
///
/// # Errors
/// The first character that is forbidden or mixes a word's scripts.
pub fn verify_line(line: &str) -> Result<(), CharacterError> {
    verify(line, joins_a_word)
}

/// Checks a file's name. A dot, a hyphen and a low line part its words, so that an extension or a
/// reference may stand beside a name in another script: `απόφαση.pdf`, `Решение_ST-12345.docx`.
///
/// # Errors
/// As [`verify_line`].
pub fn verify_file_name(name: &str) -> Result<(), CharacterError> {
    verify(name, |character| joins_a_word(character) && !matches!(character, '.' | '-' | '_'))
}

/// Checks one line of a record, `field value`: that of a `document` ends with a file's name.
///
/// # Errors
/// As [`verify_line`].
pub fn verify_record_line(line: &str) -> Result<(), CharacterError> {
    if line.starts_with("document ") { verify_file_name(line) } else { verify_line(line) }
}

/// Whether every byte is a space, a sign or a letter of ASCII, or of those that `also` takes. All these
/// characters are allowed, and their letters are of one script.
pub(super) fn is_plain(text: &str, also: impl Fn(u8) -> bool) -> bool {
    // Every byte is looked at, without a branch on each.
    text.bytes()
        .fold(true, |is_plain, byte| is_plain & ((b' '..=b'~').contains(&byte) | also(byte)))
}

fn verify(line: &str, joins: impl Fn(char) -> bool) -> Result<(), CharacterError> {
    if is_plain(line, |_| false) {
        return Ok(());
    }
    verify_each(line, joins)
}

fn verify_each(line: &str, joins: impl Fn(char) -> bool) -> Result<(), CharacterError> {
    let mut word: Option<Script> = None;
    for (at, letter) in line.chars().enumerate() {
        let column = at + 1;
        let script = script_of(letter)
            .ok_or(CharacterError::Forbidden { column, codepoint: u32::from(letter) })?;
        word = match (word, script) {
            (word, Script::Common) if joins(letter) => word,
            (_, Script::Common) => None,
            (Some(first), second) if first != second => {
                return Err(CharacterError::MixedScripts { column, letter, first, second });
            }
            (_, script) => Some(script),
        };
    }
    Ok(())
}

/// Digits and the signs inside a word do not end it: `pаy-pal` is one word.
fn joins_a_word(character: char) -> bool {
    matches!(
        character,
        '0'..='9'
            | '-'
            | '\''
            | '’'
            | '_'
            | '·'
            | '.'
            | '+'
            | '&'
            | '@'
            | '*'
            | '#'
            | '^'
            | '~'
            | '='
            | '|'
            | '¹'
            | '²'
            | '³'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization as _;
    use unicode_normalization::char::canonical_combining_class;
    use unicode_script::UnicodeScript as _;

    fn all() -> impl Iterator<Item = (char, Script)> {
        ALLOWED.iter().flat_map(|(first, last, script)| (*first..=*last).map(|c| (c, *script)))
    }

    #[test]
    fn every_allowed_character_is_its_own_nfc_and_never_combines() {
        for (c, _) in all() {
            assert_eq!(c.nfc().collect::<String>(), c.to_string(), "U+{:04X}", u32::from(c));
            assert_eq!(canonical_combining_class(c), 0, "U+{:04X}", u32::from(c));
            assert!(!c.is_control(), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn no_pair_of_allowed_characters_composes() {
        for (a, _) in all() {
            for (b, _) in all() {
                let pair = [a, b];
                assert!(pair.into_iter().nfc().eq(pair), "{a}{b}");
            }
        }
    }

    #[test]
    fn every_allowed_character_has_the_script_that_unicode_gives_it() {
        use unicode_script::Script as Uni;
        for (c, script) in all() {
            let expected = match script {
                Script::Common => Uni::Common,
                Script::Latin => Uni::Latin,
                Script::Greek => Uni::Greek,
                Script::Cyrillic => Uni::Cyrillic,
            };
            assert_eq!(c.script(), expected, "U+{:04X} {c}", u32::from(c));
        }
    }

    #[test]
    fn the_table_by_number_says_of_every_character_what_the_list_says() {
        for c in '\0'..=char::MAX {
            let listed = ALLOWED.iter().find(|(first, last, _)| (*first..=*last).contains(&c));
            assert_eq!(script_of(c), listed.map(|(.., script)| *script), "U+{:04X}", u32::from(c));
        }
    }

    /// Letters of each script, signs that join a word and signs that part words, and what no line holds.
    const ALPHABET: &str = "[ab1 .'\\-_αβаб’–€\t\u{7f}\u{301}]{0,12}";

    proptest! {
        #[test]
        fn a_line_of_ascii_is_judged_as_character_by_character(
            line in prop_oneof![ALPHABET, "[ -~]{0,90}", "[\0-\u{7f}]{0,20}"]
        ) {
            prop_assert_eq!(verify_line(&line), verify_each(&line, joins_a_word));
            let joins = |character| joins_a_word(character) && !".-_".contains(character);
            prop_assert_eq!(verify_file_name(&line), verify_each(&line, joins));
        }
    }

    #[test]
    fn the_table_is_sorted_and_without_overlap() {
        assert!(ALLOWED.iter().all(|(first, last, _)| first <= last));
        assert!(ALLOWED.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }

    #[test]
    fn names_in_the_languages_of_the_union_are_allowed() {
        for line in [
            "Belgique/België",
            "България",
            "Česko",
            "Éire/Ireland",
            "Ελλάδα",
            "Κύπρος",
            "Română: țară",
            "Magyarország",
            "Österreich",
            "Hrvatska, Đurđevac",
            "Łódź",
            "Żejtun",
            "Århus, Ærø",
            "Šalčininkai",
            "Ķekava",
            "L’Union – « décision »",
        ] {
            assert_eq!(verify_line(line), Ok(()), "{line}");
        }
    }

    #[test]
    fn invisible_and_deceiving_characters_are_refused() {
        for (name, c) in [
            ("tab", '\t'),
            ("carriage return", '\r'),
            ("escape", '\u{1b}'),
            ("delete", '\u{7f}'),
            ("next line", '\u{85}'),
            ("no-break space", '\u{a0}'),
            ("soft hyphen", '\u{ad}'),
            ("combining acute", '\u{301}'),
            ("zero width space", '\u{200b}'),
            ("right-to-left override", '\u{202e}'),
            ("line separator", '\u{2028}'),
            ("isolate", '\u{2066}'),
            ("byte order mark", '\u{feff}'),
            ("kelvin", '\u{212a}'),
            ("greek question mark", '\u{37e}'),
            ("fullwidth a", 'ａ'),
            ("tag", '\u{e0041}'),
        ] {
            let error = verify_line(&format!("ab{c}c"));
            let codepoint = u32::from(c);
            assert_eq!(error, Err(CharacterError::Forbidden { column: 3, codepoint }), "{name}");
        }
    }

    #[test]
    fn a_word_keeps_to_one_script() {
        for line in ["pаypal", "Ελλaδα", "Бългapия", "x1а", "re-аct", "O’О", "pay+pаl", "x²а"]
        {
            assert!(
                matches!(verify_line(line), Err(CharacterError::MixedScripts { .. })),
                "{line}"
            );
        }
        assert_eq!(verify_line("Ελλάδα (Greece), България/Bulgaria 27 €"), Ok(()));
    }

    #[test]
    fn an_extension_and_a_reference_stand_beside_a_file_name_in_another_script() {
        for name in [
            "απόφαση.pdf",
            "Решение.docx",
            "Решение_ST-12345-2026-INIT.docx",
            "ST12345-απόφαση.2026.pdf",
            "décision.pdf",
        ] {
            assert_eq!(verify_file_name(name), Ok(()), "{name}");
            let line = format!("document e3b0 12 el {name}");
            assert_eq!(verify_record_line(&line), Ok(()), "{name}");
        }
        // A name is no sentence, and a word in it keeps to one script all the same.
        for name in ["pаypal.pdf", "απόφασηa.pdf", "x²а.pdf", "O’О.pdf"] {
            assert!(verify_file_name(name).is_err(), "{name}");
        }
        assert!(verify_record_line("summary απόφαση.pdf").is_err());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_character() {
        let said = |line: &str| verify_file_name(line).unwrap_err().to_string();
        assert_eq!(
            said("απόφασηa.pdf"),
            "column 8: the word mixes Greek and Latin letters: `a` (U+0061) is Latin"
        );
        let forbidden = said("de\u{301}cision.pdf");
        assert_eq!(forbidden, "column 3: the character U+0301 may not stand in a record");
    }
}
