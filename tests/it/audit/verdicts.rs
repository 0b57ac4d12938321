//! The audit: an honest export is verified, and each forgery is named.

use nemcon_ledger::audit::{Fault, audit};
use nemcon_ledger::export::CHECKPOINT_FILE;
use nemcon_ledger::export::GENESIS_FILE;
use nemcon_ledger::record::Position;
use nemcon_tests::export::{Files, export, export_of, leaves};
use nemcon_tests::fixture::{self, Ledger};

/// 27 states adopt a measure; a second one stays open.
fn adopted() -> Ledger {
    let mut ledger = Ledger::found(fixture::european_union());
    let parties = ledger.parties.clone();
    let number = ledger.table(parties.measure("BE", "Listing"));
    ledger.table(parties.measure("EL", "Another"));
    let codes: Vec<String> =
        parties.genesis.roster.members.iter().map(|m| m.code.to_string()).collect();
    let ballots: Vec<_> = codes.iter().map(|code| (code.as_str(), Position::InFavour)).collect();
    ledger.cast(number, &ballots);
    ledger
}

fn faults(ledger: &Ledger, files: &Files) -> Vec<Fault> {
    audit(files, &ledger.parties.genesis.digest()).faults
}

/// Their stable names.
fn names(faults: &[Fault]) -> Vec<&'static str> {
    faults.iter().map(Fault::name).collect()
}

#[test]
fn an_honest_export_is_verified_and_counted() {
    let ledger = adopted();
    let report = audit(&export(&ledger), &ledger.parties.genesis.digest());
    assert!(report.is_verified(), "{:?}", report.faults);
    let counts = report.counts;
    assert_eq!((counts.members, counts.founding_signatures, counts.seals), (27, 27, 27));
    // Genesis, two measures, 27 ballots, a decision, three block records.
    assert_eq!((counts.records, counts.blocks, counts.statements), (34, 3, 29));
    assert_eq!((counts.officer_signatures, counts.decisions), (29, 1));
    assert_eq!(report.decisions.len(), 1);
    assert!(report.decisions[0].adopted && report.decisions[0].is_final);
    assert_eq!(report.measures[1].tally.missing.len(), 27);
}

#[test]
fn a_rewritten_decision_is_named_with_its_record_and_what_the_law_says() {
    let ledger = adopted();
    let mut records = leaves(&ledger);
    let at = records.iter().position(|record| record.starts_with(b"nemcon/v1 decision")).unwrap();
    let forged = String::from_utf8(records[at].clone()).unwrap();
    let forged = forged.replace("ballot EL in-favour", "ballot EL against");
    records[at] = forged.into_bytes();
    // Even everyone's seals do not help: the tree and its tiles are rebuilt around the forgery.
    let faults = faults(&ledger, &export_of(&ledger, records));
    let [fault] = &faults[..] else { panic!("{faults:?}") };
    let place = &fault.place;
    assert_eq!((place.record.unwrap().0, place.block.unwrap().0), (at as u64, 3));
    assert_eq!(fault.name(), "decision-false");
    let said = fault.to_string();
    assert!(
        said.contains("it says EL against; EL's ballot, record ") && said.ends_with("is in-favour")
    );
}

#[test]
fn a_forged_ballot_is_named_even_if_everyone_seals_it() {
    let ledger = adopted();
    let mut records = leaves(&ledger);
    let at = records.iter().position(|r| r.starts_with(b"nemcon/v1 ballot")).unwrap();
    let forged = String::from_utf8(records[at].clone()).unwrap();
    records[at] = forged.replace("position in-favour", "position against").into_bytes();
    let faults = faults(&ledger, &export_of(&ledger, records));
    assert_eq!(names(&faults), ["statement-refused"], "{faults:?}");
    assert_eq!(faults[0].wrong.refusal(), Some("invalid-signature"));
}

#[test]
fn every_lacking_seal_is_named_and_nothing_is_final() {
    let ledger = adopted();
    let files = export(&ledger);
    let origin = ledger.parties.genesis.origin.clone();
    for member in &ledger.parties.genesis.roster.members {
        let files = files.without_signature(&format!("{origin}/{}", member.code));
        let report = audit(&files, &ledger.parties.genesis.digest());
        assert_eq!(names(&report.faults), ["seals-missing"]);
        let said = format!("checkpoint: not sealed by {}: 26 of 27 seals", member.code);
        assert_eq!(report.faults[0].to_string(), said);
        assert!(!report.decisions[0].is_final);
    }
}

/// An origin by which no key can be named is a fault like any other.
#[test]
fn a_checkpoint_of_any_origin_at_all_gets_a_verdict() {
    let ledger = adopted();
    let files = export(&ledger);
    let text = String::from_utf8(files.0[CHECKPOINT_FILE].clone()).unwrap();
    let (origin, rest) = text.split_once('\n').unwrap();
    for other in ["a b", "a+b", "x", " ", origin.to_uppercase().as_str()] {
        let mut files = files.clone();
        files.0.insert(CHECKPOINT_FILE.to_owned(), format!("{other}\n{rest}").into_bytes());
        let report = audit(&files, &ledger.parties.genesis.digest());
        assert!(names(&report.faults).contains(&"checkpoint-origin"), "{other}");
        assert!(!report.is_verified());
    }
}

#[test]
fn another_councils_digest_is_refused_before_anything_else() {
    let ledger = adopted();
    let report = audit(&export(&ledger), &fixture::board().digest());
    assert_eq!(names(&report.faults), ["genesis-other"], "{:?}", report.faults);
    assert_eq!(report.counts.blocks, 0);
}

#[test]
fn a_flipped_byte_in_any_file_is_found() {
    let ledger = adopted();
    let files = export(&ledger);
    for (path, bytes) in &files.0 {
        for at in (0..bytes.len()).step_by(bytes.len() / 16 + 1) {
            let mut flipped = files.clone();
            flipped.0.get_mut(path).unwrap()[at] ^= 1;
            assert!(!faults(&ledger, &flipped).is_empty(), "{path} at {at}");
        }
        let mut missing = files.clone();
        missing.0.remove(path);
        assert!(!faults(&ledger, &missing).is_empty(), "{path} is missing");
    }
}

#[test]
fn a_genesis_with_one_founders_signature_missing_founds_nothing() {
    let ledger = adopted();
    let mut files = export(&ledger);
    let text = String::from_utf8(files.0[GENESIS_FILE].clone()).unwrap();
    let last = text.trim_end().rfind('\n').unwrap();
    files.0.insert(GENESIS_FILE.to_owned(), text.as_bytes()[..=last].to_vec());
    let faults = faults(&ledger, &files);
    assert_eq!(names(&faults), ["genesis-unsigned"], "{faults:?}");
}

#[test]
fn a_log_that_ends_within_a_block_is_refused() {
    let ledger = adopted();
    let mut records = leaves(&ledger);
    records.pop();
    let faults = faults(&ledger, &export_of(&ledger, records));
    assert_eq!(names(&faults), ["log-open-end"], "{faults:?}");
}

#[test]
fn a_log_over_several_tiles_is_audited_whole() {
    let mut ledger = Ledger::found(fixture::council_of_equals(4));
    let parties = ledger.parties.clone();
    for number in 0..140 {
        // One party has a bounded number of measures open.
        let by = format!("M{}", number % 4 + 1);
        ledger.table(parties.measure(&by, &format!("Measure {number}")));
    }
    let files = export(&ledger);
    assert!(files.0.contains_key("tile/entries/000") && files.0.contains_key("tile/1/000.p/1"));
    let report = audit(&files, &parties.genesis.digest());
    assert!(report.is_verified(), "{:?}", report.faults);
    assert_eq!(report.counts.records, 281);
}
