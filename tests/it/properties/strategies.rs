//! What properties draw: the values that records are made of, each in any of its forms.

use nemcon_crypto::{Digest, PublicKey, SecretKey};
use nemcon_ledger::record::measure_fields::Cited;
use nemcon_ledger::record::statement::Head;
use nemcon_ledger::record::{About, Position, Said};
use nemcon_ledger::text::{Code, Label, Line, Time};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

pub(crate) fn digest() -> impl Strategy<Value = Digest> {
    any::<[u8; 32]>().prop_map(Digest::from_bytes)
}

pub(crate) fn key() -> impl Strategy<Value = PublicKey> {
    any::<[u8; 32]>().prop_map(|seed| SecretKey::from_seed(&seed).public())
}

pub(crate) fn code() -> impl Strategy<Value = Code> {
    "[A-Z][A-Z0-9]{0,7}".prop_map(|text| text.parse().expect("a code"))
}

pub(crate) fn label() -> impl Strategy<Value = Label> {
    "[a-z0-9][a-z0-9-]{0,39}".prop_map(|text| text.parse().expect("a label"))
}

pub(crate) fn line() -> impl Strategy<Value = Line> {
    let word = prop_oneof![
        "[A-Za-z0-9(),.:;/€%]{1,12}",
        "[À-ÖØ-öø-ňŊ-ž]{1,8}",
        "[Σ-ώ]{1,8}",
        "[А-я]{1,8}",
        "[–—‘-„…0-9]{1,4}"
    ];
    vec(word, 1..12).prop_map(|words| words.join(" ").parse().expect("words are a line"))
}

pub(crate) fn time() -> impl Strategy<Value = Time> {
    (0..253_402_127_999_999_u64).prop_map(|ms| Time::from_ms(ms).expect("in range"))
}

pub(crate) fn head() -> impl Strategy<Value = Head> {
    (digest(), code()).prop_map(|(council, by)| Head { council, by })
}

pub(crate) fn about() -> impl Strategy<Value = About> {
    let parts = (any::<u64>(), any::<u32>(), digest(), line(), label(), option::of(digest()));
    parts.prop_map(|(measure, revision, text, title, rule, package)| About {
        measure,
        revision,
        text,
        title,
        rule,
        package,
    })
}

/// Who signs, for whom, on what, after what.
pub(crate) fn said() -> impl Strategy<Value = Said> {
    (head(), code(), about(), option::of(digest()))
        .prop_map(|(head, on_behalf, about, after)| Said { head, on_behalf, about, after })
}

pub(crate) fn position() -> impl Strategy<Value = Position> {
    prop::sample::select(&Position::ALL[..])
}

pub(crate) fn cited() -> impl Strategy<Value = Cited> {
    (any::<u64>(), digest()).prop_map(|(number, text)| Cited { number, text })
}

/// As many cases; a failing one is printed, and nothing is written.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}
