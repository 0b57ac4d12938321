//! Forged exports by the hundred: each is refused by a fault whose name fits, and none panics.

use nemcon_ledger::audit::{Fault, Report, audit};
use nemcon_ledger::record::Position;
use nemcon_tests::export::{Files, export};
use nemcon_tests::fixture::{Ledger, changing, council_of_equals};
use nemcon_tests::forgery::{Care, forgeries};

/// Of how many forgeries one is tried.
const ONE_OF: usize = 6;

/// How many faults one forgery shows by at most: the rest follows from it, and is told as such.
const SHOWS_BY_MAX: usize = 3;

fn names(report: &Report) -> Vec<&'static str> {
    report.faults.iter().map(Fault::name).collect()
}

#[test]
fn every_forged_export_is_refused_by_a_fault_that_fits_and_by_few_others() {
    let ledger = changing();
    let council = ledger.parties.genesis.digest();
    let (mut tried, mut lawful) = (0, 0);
    for forgery in forgeries(&ledger).into_iter().skip(1).step_by(ONE_OF) {
        let report = audit(&forgery.files(&ledger), &council);
        let (what, names) = (&forgery.what, names(&report));
        if report.is_verified() {
            assert!(forgery.is_lawful(&ledger), "{what}: VERIFIED");
            lawful += 1;
            continue;
        }
        let fits = |name: &&str| forgery.wanted.is_empty() || forgery.wanted.contains(name);
        assert!(names.iter().any(fits), "{what}: {:#?}", report.faults);
        assert!(names.len() <= SHOWS_BY_MAX, "{what}: {:#?}", report.faults);
        // Nothing is found wrong before the record that was touched, but where its block begins.
        let first = report.faults.iter().filter_map(|fault| fault.place.record).min();
        assert!(first.is_some_and(|first| first.0 + 10 >= forgery.record as u64), "{what}");
        tried += 1;
    }
    assert!(tried > 300 && lawful < 5, "{tried} {lawful}");
}

#[test]
fn a_forger_who_rebuilds_all_block_records_shows_by_what_he_changed_alone() {
    let ledger = changing();
    let council = ledger.parties.genesis.digest();
    let ballots = forgeries(&ledger).into_iter().filter(|it| {
        it.care == Care::Rebuilt && it.what.contains("position in-favour -> position against")
    });
    let mut tried = 0;
    for forgery in ballots {
        let report = audit(&forgery.files(&ledger), &council);
        assert_eq!(names(&report), ["statement-refused"], "{}: {:#?}", forgery.what, report.faults);
        assert_eq!(report.faults[0].wrong.refusal(), Some("invalid-signature"));
        assert_eq!(report.faults[0].place.record.unwrap().0, forgery.record as u64);
        // The decision that lists the ballot is not called a lie of its own.
        let followed = &report.unjudged.following;
        assert!(followed.values().any(|it| it.kinds.contains_key("decision")), "{followed:?}");
        tried += 1;
    }
    assert!(tried > 10, "{tried}");
}

/// Four members adopt a measure.
fn adopted() -> Ledger {
    let mut ledger = Ledger::found(council_of_equals(4));
    let number = ledger.table(ledger.parties.measure("M1", "Adopted"));
    ledger.cast(number, &["M1", "M2", "M3", "M4"].map(|by| (by, Position::InFavour)));
    ledger
}

/// What a flipped byte of a file is found by.
fn fitting(path: &str, name: &str) -> bool {
    match path {
        "genesis" => name.starts_with("genesis-"),
        "checkpoint" => {
            name.starts_with("checkpoint-")
                || ["seals-missing", "log-signature-missing", "bundle-malformed", "tile-differs"]
                    .contains(&name)
                // Another size has other tiles.
                || name == "file-missing"
        }
        "finality.policy" | "advance.policy" => name == "policy-differs",
        "keys" => name == "keys-differ",
        path if path.starts_with("tile/entries") => {
            name == "bundle-malformed" || name == "checkpoint-root"
        }
        _ => name == "tile-differs",
    }
}

#[test]
fn every_flipped_byte_is_refused_by_a_fault_of_its_file() {
    let ledger = adopted();
    let council = ledger.parties.genesis.digest();
    let files = export(&ledger);
    let mut tried = 0;
    for (path, bytes) in &files.0 {
        for at in (0..bytes.len()).step_by(bytes.len() / 40 + 1) {
            for bit in [1, 0x20, 0x80] {
                let mut flipped = Files(files.0.clone());
                flipped.0.get_mut(path).unwrap()[at] ^= bit;
                let report = audit(&flipped, &council);
                let names = names(&report);
                let fits = names.iter().any(|name| fitting(path, name));
                assert!(fits, "{path}, byte {at}, bit {bit:#x}: {:#?}", report.faults);
                tried += 1;
            }
        }
    }
    assert!(tried > 500, "{tried}");
}
