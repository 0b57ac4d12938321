//! The corpora of the fuzz targets, replayed: every file through its decoder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use nemcon_ledger::Record;
use nemcon_tests::decoders::samples::samples;
use nemcon_tests::decoders::{DECODERS, decoder};
use proptest::prelude::*;

/// What a clone is made to carry for each decoder.
const FILES_MAX: usize = 32;
const FILE_BYTES_MAX: u64 = 32 * 1024;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(name)
}

fn names(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path).expect("every decoder has its folder");
    let name = |entry: std::io::Result<fs::DirEntry>| {
        let name = entry.expect("a folder of the tree").file_name();
        name.into_string().expect("names are text")
    };
    let mut names: Vec<_> = entries.map(name).collect();
    names.sort();
    names
}

#[test]
fn every_corpus_keeps_its_decoders_promise_and_has_bytes_that_are_taken() {
    for (name, decode) in DECODERS {
        let corpus = folder("corpus").join(name);
        let mut taken = 0;
        for file in names(&corpus) {
            let bytes = fs::read(corpus.join(&file)).unwrap();
            taken += usize::from(decode(&bytes));
        }
        assert!(taken > 0, "{name}: no file of its corpus is taken");
    }
}

#[test]
fn every_decoder_has_a_target_and_a_corpus_and_there_is_no_other() {
    let decoders: BTreeSet<String> = DECODERS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(decoders.len(), DECODERS.len(), "a name stands twice");
    assert_eq!(BTreeSet::from_iter(names(&folder("corpus"))), decoders);
    let target = |file: String| file.strip_suffix(".rs").map(str::to_owned);
    let targets: BTreeSet<_> = names(&folder("targets")).into_iter().filter_map(target).collect();
    assert_eq!(targets, decoders);
    for name in &decoders {
        let text = fs::read_to_string(folder("targets").join(format!("{name}.rs"))).unwrap();
        assert!(text.contains(&format!("\"{name}\"")), "{name}: the target runs another decoder");
    }
}

#[test]
fn the_seeds_hold_every_kind_of_record() {
    let records = samples().into_iter().filter(|(decoder, ..)| *decoder == "record");
    let kind = |(_, name, bytes): (_, String, Vec<u8>)| match Record::parse(&bytes) {
        Ok(record) => record.kind(),
        Err(error) => panic!("{name}: {error}"),
    };
    assert_eq!(records.map(kind).collect::<BTreeSet<_>>(), Record::kinds().collect());
}

#[test]
fn corpora_are_few_small_files() {
    for (name, _) in DECODERS {
        let corpus = folder("corpus").join(name);
        let files = names(&corpus);
        assert!(files.len() <= FILES_MAX, "{name}: {} files", files.len());
        for file in files {
            let bytes = fs::metadata(corpus.join(&file)).unwrap().len();
            assert!(bytes <= FILE_BYTES_MAX, "{name}/{file}: {bytes} bytes");
        }
    }
}

#[test]
fn the_seeds_are_those_of_the_fixture() {
    for (name, file, bytes) in samples() {
        let kept = fs::read(folder("corpus").join(name).join(&file)).unwrap_or_default();
        assert!(kept == bytes, "{name}/{file}: run `cargo run -p nemcon-tests --bin corpora`");
    }
}

/// Every seed cut short at every byte, and with every byte changed.
#[test]
fn no_defect_of_one_byte_breaks_a_promise() {
    for (name, _, bytes) in samples() {
        let decode = decoder(name).unwrap();
        let step = 1 + bytes.len() / 60;
        for at in (0..bytes.len()).step_by(step) {
            decode(&bytes[..at]);
            let mut changed = bytes.clone();
            for flip in [1, 0x20, 0x80] {
                changed[at] ^= flip;
                decode(&changed);
                changed[at] ^= flip;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_break_a_promise(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for (_, decode) in DECODERS {
            decode(&bytes);
        }
    }
}
