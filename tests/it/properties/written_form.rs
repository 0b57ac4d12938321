//! Properties of the one written form: what parses renders to the same bytes, and nothing panics.

use nemcon_crypto::hash;
use nemcon_crypto::merkle::{LeafIndex, TreeSize};
use nemcon_ledger::Height;
use nemcon_ledger::record::derived::{DecisionLine, ExcludedLine, MandateLine};
use nemcon_ledger::record::{About, BlockRecord, Decision, Genesis, Lapse, Outcome, Record};
use nemcon_tests::fixture::{Seat, council_of};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::properties::strategies::{about, cases, code, digest, label, line, position, time};

fn decision() -> impl Strategy<Value = Record> {
    let ballot = (code(), position(), any::<u64>(), digest()).prop_map(
        |(code, position, leaf, text_hash)| {
            let leaf = LeafIndex(leaf);
            DecisionLine { code, position, leaf, text_hash }
        },
    );
    let mandate =
        (code(), code(), any::<u64>(), digest()).prop_map(|(code, holder, leaf, text_hash)| {
            let leaf = LeafIndex(leaf);
            MandateLine { code, holder, leaf, text_hash }
        });
    let excluded = (code(), line()).prop_map(|(code, why)| ExcludedLine { code, why });
    let lists = (option::of(digest()), vec(ballot, 0..9), vec(mandate, 0..4), vec(excluded, 0..4));
    let parts = (digest(), any::<u64>(), about(), any::<bool>(), line(), digest(), lists);
    parts.prop_map(|(council, number, about, adopted, reason, roster, lists)| {
        let (votes, ballots, mandates, excluded) = lists;
        let About { measure, revision, text, title, rule, package } = about;
        let outcome = if adopted { Outcome::Adopted } else { Outcome::NotAdopted };
        Record::Decision(Decision {
            council,
            number,
            measure,
            revision,
            text,
            title,
            rule,
            outcome,
            reason,
            roster,
            package,
            votes,
            ballots,
            mandates,
            excluded,
        })
    })
}

fn lapse() -> impl Strategy<Value = Record> {
    (digest(), about(), line(), vec(code(), 0..9)).prop_map(|(council, about, reason, missing)| {
        let About { measure, revision, text, title, .. } = about;
        Record::Lapse(Lapse { council, measure, revision, text, title, reason, missing })
    })
}

fn block() -> impl Strategy<Value = Record> {
    let digests = (digest(), digest(), digest(), digest());
    (digests, any::<u64>(), time(), code(), any::<u32>(), any::<u64>()).prop_map(
        |((council, previous, roster, root), height, time, proposer, round, size)| {
            let (height, size) = (Height(height), TreeSize(size));
            Record::Block(BlockRecord {
                council,
                height,
                previous,
                time,
                proposer,
                round,
                roster,
                size,
                root,
            })
        },
    )
}

fn genesis() -> impl Strategy<Value = Genesis> {
    let seat = (any::<u32>(), 1..4_usize).prop_flat_map(|(weight, officers)| {
        let weight = u64::from(weight) + 1;
        (1..=officers).prop_map(move |threshold| Seat { weight, threshold, officers })
    });
    let words = prop::collection::btree_map(label(), line(), 0..5);
    (vec(seat, 1..6), line(), words, any::<bool>()).prop_map(|(seats, name, words, closes)| {
        let mut genesis = council_of(&seats);
        genesis.charter.name = name;
        genesis.charter.words = words;
        if !closes {
            genesis.charter.may_close.clear();
        }
        genesis
    })
}

/// One way to damage bytes at a place.
#[derive(Clone, Debug)]
enum Damage {
    Flip(u8),
    Insert(u8),
    Remove,
    /// Copies this many bytes from here to the end, or cuts the text here.
    Copy(usize),
    Cut,
    SwapLines,
    DoubleLine,
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (0..8_u8).prop_map(|bit| Damage::Flip(1 << bit)),
        any::<u8>().prop_map(Damage::Insert),
        prop::sample::select(&b" \n\r0A+="[..]).prop_map(Damage::Insert),
        Just(Damage::Remove),
        (1..80_usize).prop_map(Damage::Copy),
        Just(Damage::Cut),
        Just(Damage::SwapLines),
        Just(Damage::DoubleLine),
    ]
}

fn harm(bytes: &mut Vec<u8>, place: prop::sample::Index, damage: &Damage) {
    if bytes.is_empty() {
        return;
    }
    let at = place.index(bytes.len());
    match damage {
        Damage::Flip(bits) => bytes[at] ^= bits,
        Damage::Insert(byte) => bytes.insert(at, *byte),
        Damage::Remove => drop(bytes.remove(at)),
        Damage::Copy(length) => bytes.extend_from_within(at..(at + length).min(bytes.len())),
        Damage::Cut => bytes.truncate(at),
        Damage::SwapLines | Damage::DoubleLine => {
            let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
            let (at, count) = (place.index(lines.len()), lines.len());
            match damage {
                Damage::DoubleLine => lines.insert(at, lines[at]),
                _ => lines.swap(at, (at + 1) % count),
            }
            *bytes = lines.concat();
        }
    }
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn a_derived_record_parses_to_what_rendered_it(
        record in prop_oneof![decision(), lapse(), block()],
    ) {
        prop_assert_eq!(Record::parse(&record.render()), Ok(record));
    }

    #[test]
    fn a_parser_reads_any_bytes_without_a_panic(bytes in vec(any::<u8>(), 0..300)) {
        prop_assert!(Record::parse(&bytes).is_err());
    }

    #[test]
    fn a_parser_reads_any_lines_without_a_panic(
        kind in prop::sample::select(Record::kinds().collect::<Vec<_>>()),
        lines in vec("(council|by|for|member|officer|title|text|number|ballot|—) [ -~]{0,70}", 0..30),
        blank in any::<bool>(),
    ) {
        let signature = if blank { "\n— a AAAAAAA=\n" } else { "" };
        let text = format!("nemcon/v1 {kind}\n{}\n{signature}", lines.join("\n"));
        if let Ok(record) = Record::parse(text.as_bytes()) {
            prop_assert_eq!(record.render(), text.into_bytes());
        }
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_genesis_parses_to_what_rendered_it(genesis in genesis()) {
        prop_assert_eq!(Genesis::parse(&genesis.render()), Ok(genesis));
    }

    #[test]
    fn damaged_records_are_refused_or_render_to_the_same_bytes(
        harms in vec(vec((any::<prop::sample::Index>(), damage()), 1..4), 64),
    ) {
        for (bytes, harms) in golden().iter().cycle().zip(&harms) {
            let mut bytes = bytes.clone();
            for (place, damage) in harms {
                harm(&mut bytes, *place, damage);
            }
            if let Ok(record) = Record::parse(&bytes) {
                prop_assert_eq!(record.render(), bytes);
            }
        }
    }
}

fn golden() -> &'static [Vec<u8>] {
    static GOLDEN: std::sync::OnceLock<Vec<Vec<u8>>> = std::sync::OnceLock::new();
    GOLDEN.get_or_init(|| crate::vectors::all().iter().map(|v| v.record.render()).collect())
}

#[test]
fn every_flip_of_a_golden_byte_is_refused_or_renders_to_the_same_bytes() {
    let mut accepted = 0;
    for bytes in golden() {
        for at in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            if let Ok(record) = Record::parse(&bytes) {
                assert_eq!(record.render(), bytes);
                accepted += 1;
            }
        }
    }
    // Digits of digests and letters of titles make other records; their signatures do not hold.
    assert!(accepted > 1000, "{accepted}");
}

#[test]
fn a_text_hash_is_of_the_text_alone() {
    for vector in crate::vectors::all() {
        if let Record::Statement(statement) = &vector.record {
            let bytes = statement.render();
            let text = statement.note.text().as_bytes();
            assert!(bytes.starts_with(text), "{}", vector.name);
            assert_eq!(statement.text_hash, hash::sha256(text), "{}", vector.name);
        }
    }
}
