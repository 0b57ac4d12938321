//! The council digest in words and in numbers, to be read aloud.
//!
//! ```text
//! bits   = digest (256 bits) || the first 14 bits of SHA-256("nemcon/v1 fingerprint\n" || digest)
//! word i = WORDS[bits 10 i to 10 i + 9], i = 0 to 26, the highest bit first
//! ```
//!
//! What it guarantees: whatever parses is all 256 bits of a digest, and a word that was misheard or has changed places
//! is noticed: no two words of the list are closer than three letters, and one of 16,384 changes slips through the
//! last word. What it does not: it does not know which digest is the right one.

use core::fmt;
use std::sync::LazyLock;

use nemcon_crypto::Digest;
use nemcon_crypto::hash::sha256_parts;
use strsim::damerau_levenshtein;

/// The number of words of a fingerprint.
pub const FINGERPRINT_WORDS: usize = 27;
/// The number of words that are read in one breath.
const GROUP_WORDS: usize = 3;
/// The number of bits that one word stands for.
const WORD_BITS: usize = 10;
/// The number of letters by which every word of the list is known.
const PREFIX_LETTERS: usize = 4;
/// The number of digits of a word's number.
const NUMBER_DIGITS: usize = 4;
/// What the check is a hash of, before the digest.
const CHECK_DOMAIN: &[u8] = b"nemcon/v1 fingerprint\n";
/// The longest word that another word is looked for, in bytes.
const WORD_BYTES_MAX: usize = 32;

/// The words in alphabetical order. Each is known by its first four letters.
static WORDS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| include_str!("fingerprint_words.txt").lines().collect());

/// A digest as it is read aloud: 27 words in nine groups, the last of which contains the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(Digest);

/// Why a text is no fingerprint. Words are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FingerprintError {
    /// A word that does not stand in the list.
    #[error("word {place}, `{}`, is not in the list of words; the nearest is `{nearest}`", nemcon_ledger::text::Show::shown(.word.as_str()))]
    Word {
        /// The place of the word.
        place: usize,
        /// The word as it was given, cut to a length that can be shown.
        word: String,
        /// The word of the list that is nearest to it.
        nearest: &'static str,
    },
    /// A number that stands for no word.
    #[error(
        "word {place}: {number} stands for no word; the numbers go from 0000 to 1023, of four digits each"
    )]
    Number {
        /// The place of the number.
        place: usize,
        /// The number as it was given.
        number: String,
    },
    /// Too few or too many words.
    #[error("{found} words; a fingerprint has {FINGERPRINT_WORDS}")]
    Count {
        /// How many there are.
        found: usize,
    },
    /// The check does not fit; two neighbours may have changed places.
    #[error("{}", check_said(*.swapped))]
    Check {
        /// The place of the first of two neighbours that fit in the other order.
        swapped: Option<usize>,
    },
}

fn check_said(swapped: Option<usize>) -> String {
    let begin = "the words do not fit together: one is wrong, or two have changed places";
    match swapped {
        Some(place) => format!("{begin}, as words {place} and {} may have", place + 1),
        None => begin.to_owned(),
    }
}

impl Fingerprint {
    /// The fingerprint of a digest.
    pub const fn of(digest: Digest) -> Self {
        Self(digest)
    }

    /// The digest.
    pub const fn digest(&self) -> Digest {
        self.0
    }

    /// The words of the fingerprint, in their order.
    pub fn words(&self) -> Vec<&'static str> {
        self.indices().into_iter().map(|index| WORDS[index]).collect()
    }

    /// The fingerprint in numbers: of each word its place in the list, from `0000` to `1023`.
    pub fn numbers(&self) -> Vec<String> {
        self.indices().into_iter().map(|index| format!("{index:04}")).collect()
    }

    /// The groups as they are read aloud: the number of the group, its words, and the same in numbers.
    pub fn lines(&self) -> Vec<String> {
        let (words, numbers) = (self.words(), self.numbers());
        let groups = words.chunks(GROUP_WORDS).zip(numbers.chunks(GROUP_WORDS));
        let line = |(at, (words, numbers)): (usize, (&[&str], &[String]))| {
            format!("{at}. {:<26}  {}", words.join(" "), numbers.join(" "))
        };
        (1..).zip(groups).map(line).collect()
    }

    /// The fingerprint of a text: 27 words, or their numbers, or some of each. Of a word its first four letters do.
    ///
    /// # Errors
    /// [`FingerprintError`].
    pub fn parse(text: &str) -> Result<Self, FingerprintError> {
        let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | ';'));
        let words: Vec<_> = words.filter(|word| !word.is_empty()).take(1000).collect();
        let indices = (1..).zip(&words).map(|(place, word)| index_of(place, word));
        let indices = indices.collect::<Result<Vec<_>, _>>()?;
        if indices.len() != FINGERPRINT_WORDS {
            return Err(FingerprintError::Count { found: indices.len() });
        }
        Self::of_indices(&indices).ok_or_else(|| {
            let fits = |at: &usize| {
                let mut other = indices.clone();
                other.swap(*at, at + 1);
                Self::of_indices(&other).is_some()
            };
            let swapped = (0..FINGERPRINT_WORDS - 1).find(fits).map(|at| at + 1);
            FingerprintError::Check { swapped }
        })
    }

    /// The digest that words of these places stand for, if the check fits.
    fn of_indices(indices: &[usize]) -> Option<Self> {
        let bits = indices
            .iter()
            .flat_map(|index| (0..WORD_BITS).rev().map(move |at| u8::from(index >> at & 1 == 1)));
        let bits: Vec<u8> = bits.collect();
        let mut digest = [0; 32];
        for (byte, bits) in digest.iter_mut().zip(bits.chunks(8)) {
            *byte = bits.iter().fold(0, |byte, bit| byte << 1 | bit);
        }
        let found = Self(Digest::from_bytes(digest));
        (found.indices() == indices).then_some(found)
    }

    /// The places of the words in the list.
    fn indices(&self) -> Vec<usize> {
        let check = sha256_parts(&[CHECK_DOMAIN, self.0.as_bytes()]);
        let bytes = self.0.as_bytes().iter().chain(&check.as_bytes()[..2]);
        let bits: Vec<usize> = bytes
            .flat_map(|byte| (0..8).rev().map(move |at| usize::from(byte >> at & 1)))
            .collect();
        let words = bits.chunks_exact(WORD_BITS).take(FINGERPRINT_WORDS);
        words.map(|bits| bits.iter().fold(0, |index, bit| index << 1 | bit)).collect()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().join(" "))
    }
}

/// The place in the list of the word, or of the number, that stands at `place` of a fingerprint.
fn index_of(place: usize, given: &str) -> Result<usize, FingerprintError> {
    if given.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = given.parse().ok().filter(|number| *number < WORDS.len());
        let number = number.filter(|_| given.len() == NUMBER_DIGITS);
        return number.ok_or_else(|| FingerprintError::Number { place, number: cut(given) });
    }
    let word = cut(&given.to_lowercase());
    let is_meant =
        |known: &&str| **known == word || word.len() == PREFIX_LETTERS && known.starts_with(&word);
    WORDS.iter().position(is_meant).ok_or_else(|| {
        let nearest = WORDS.iter().min_by_key(|known| damerau_levenshtein(known, &word));
        FingerprintError::Word { place, nearest: nearest.expect("the list has words"), word }
    })
}

/// The first letters of a word, as many as a message shows.
fn cut(word: &str) -> String {
    word.chars().take(WORD_BYTES_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use nemcon_crypto::hash::sha256;
    use std::collections::BTreeSet;

    fn sample(number: u32) -> Fingerprint {
        Fingerprint::of(sha256(&number.to_be_bytes()))
    }

    #[test]
    fn the_list_has_1024_words_that_nobody_takes_for_one_another() {
        assert_eq!(WORDS.len(), 1 << WORD_BITS);
        assert!(WORDS.windows(2).all(|pair| pair[0] < pair[1]), "the list is sorted");
        let begins: BTreeSet<_> = WORDS.iter().map(|word| &word[..PREFIX_LETTERS]).collect();
        assert_eq!(begins.len(), WORDS.len(), "each word is known by its first four letters");
        for word in WORDS.iter() {
            assert!((4..=8).contains(&word.len()), "{word}");
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase()), "{word}");
        }
        for (at, word) in WORDS.iter().enumerate() {
            for other in &WORDS[at + 1..] {
                assert!(strsim::levenshtein(word, other) >= 3, "{word} {other}");
            }
        }
    }

    #[test]
    fn every_digest_is_read_back_from_words_numbers_and_first_letters() {
        for number in 0..200 {
            let fingerprint = sample(number);
            let words = fingerprint.words();
            assert_eq!(words.len(), FINGERPRINT_WORDS);
            assert_eq!(Fingerprint::parse(&fingerprint.to_string()), Ok(fingerprint));
            assert_eq!(Fingerprint::parse(&fingerprint.numbers().join(" ")), Ok(fingerprint));
            let begins: Vec<_> = words.iter().map(|word| word[..4].to_uppercase()).collect();
            assert_eq!(Fingerprint::parse(&begins.join(", ")), Ok(fingerprint));
            assert_eq!(fingerprint.lines().len(), 9);
        }
    }

    #[test]
    fn every_bit_of_the_digest_changes_a_word_and_the_check() {
        let digest = *sample(1).digest().as_bytes();
        for bit in 0..256 {
            let mut other = digest;
            other[bit / 8] ^= 1 << (bit % 8);
            let other = Fingerprint::of(Digest::from_bytes(other));
            assert_ne!(other.words()[bit / WORD_BITS..], sample(1).words()[bit / WORD_BITS..]);
            assert_eq!(Fingerprint::parse(&other.to_string()), Ok(other));
        }
    }

    #[test]
    fn a_mistyped_word_is_named_with_its_place_and_the_nearest() {
        let mut words = sample(2).words();
        let right = words[16];
        let wrong = format!("{right}x");
        words[16] = &wrong;
        let error = Fingerprint::parse(&words.join(" ")).unwrap_err();
        let wants =
            format!("word 17, `{wrong}`, is not in the list of words; the nearest is `{right}`");
        assert_eq!(error.to_string(), wants);
        words[16] = "1024";
        let said = Fingerprint::parse(&words.join(" ")).unwrap_err().to_string();
        assert!(said.starts_with("word 17: 1024 stands for no word"), "{said}");
        words[16] = "\u{1b}[2J";
        let said = Fingerprint::parse(&words.join(" ")).unwrap_err().to_string();
        assert!(!said.contains('\u{1b}'), "{said}");
        let long = "z".repeat(1 << 20);
        assert!(Fingerprint::parse(&long).unwrap_err().to_string().len() < 200);
        assert_eq!(Fingerprint::parse("abbey"), Err(FingerprintError::Count { found: 1 }));
    }

    #[test]
    fn words_that_have_changed_places_are_noticed() {
        let mut unnoticed = 0;
        for number in 0..20 {
            let words = sample(number).words();
            for one in 0..FINGERPRINT_WORDS {
                for other in one + 1..FINGERPRINT_WORDS {
                    let mut swapped = words.clone();
                    swapped.swap(one, other);
                    match Fingerprint::parse(&swapped.join(" ")) {
                        Ok(read) => unnoticed += usize::from(read != sample(number)),
                        Err(FingerprintError::Check { swapped }) if other == one + 1 => {
                            assert!(swapped.is_some_and(|place| place <= one + 1));
                        }
                        Err(error) => assert!(matches!(error, FingerprintError::Check { .. })),
                    }
                }
            }
        }
        // 7,020 swaps, of which each has one chance in 16,384.
        assert!(unnoticed <= 3, "{unnoticed}");
    }

    #[test]
    fn the_words_of_a_known_digest_stay_the_same() {
        let empty = Fingerprint::of(sha256(b""));
        let words = "trinket shuffle fresco pulse yacht lifeboat glacier seldom visible \
                     decimal pebble utopia depart plunger trolley medicine joyful leisure \
                     evidence doorbell passport journal sabre cabbage salmon highway silk";
        assert_eq!(empty.to_string(), words);
        assert_eq!(empty.lines()[0], "1. trinket shuffle fresco      0910 0780 0272");
    }
}
