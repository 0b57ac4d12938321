//! The audit goes on past what it refuses: all is named, and what could not be judged is said.

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::cosignature::cosign;
use nemcon_crypto::note::{NoteLines, SIGNATURES_MAX, sign_note};
use nemcon_ledger::audit::{
    FAULTS, FAULTS_NAMED_MAX, Fault, FileError, Inquiry, Report, Source, Strays, audit,
};
use nemcon_ledger::export::{CHECKPOINT_FILE, GENESIS_FILE};
use nemcon_ledger::record::roster::seal_vkey;
use nemcon_ledger::record::{Position, Record};
use nemcon_ledger::text::{Code, Time};
use nemcon_tests::export::{Files, export, export_of, export_sealed_by, leaves};
use nemcon_tests::fixture::{self, Ledger, changing, council_of_equals, secret};
use nemcon_tests::process::in_workspace;

const ALL: [&str; 4] = ["M1", "M2", "M3", "M4"];

fn audited(ledger: &Ledger, files: &Files) -> Report {
    audit(files, &ledger.parties.genesis.digest())
}

fn names(report: &Report) -> Vec<&'static str> {
    report.faults.iter().map(Fault::name).collect()
}

/// Four members adopt so many measures, each in a block of its own.
fn adopted(measures: usize) -> Ledger {
    let mut ledger = Ledger::found(council_of_equals(4));
    for number in 1..=measures {
        let number = ledger.table(ledger.parties.measure("M1", &format!("Measure {number}")));
        ledger.cast(number, &ALL.map(|by| (by, Position::InFavour)));
    }
    ledger
}

/// The leaves, each record of this kind edited.
fn edited(ledger: &Ledger, kind: &str, edit: impl Fn(&str) -> String) -> Vec<Vec<u8>> {
    let first = format!("nemcon/v1 {kind}\n");
    let edit = |record: Vec<u8>| match String::from_utf8(record) {
        Ok(text) if text.starts_with(&first) => edit(&text).into_bytes(),
        Ok(text) => text.into_bytes(),
        Err(_) => unreachable!("records are text"),
    };
    leaves(ledger).into_iter().map(edit).collect()
}

#[test]
fn four_forged_ballots_are_four_faults() {
    let ledger = adopted(2);
    let first = ledger.measure(1).text_hash.to_string();
    let forge = |text: &str| {
        let is_first = text.contains(&first);
        text.replace(
            "position in-favour",
            if is_first { "position against" } else { "position in-favour" },
        )
    };
    let report = audited(&ledger, &export_of(&ledger, edited(&ledger, "ballot", forge)));
    assert_eq!(names(&report), ["statement-refused"; 4], "{:#?}", report.faults);
    for (fault, by) in report.faults.iter().zip(ALL.iter().cycle()) {
        assert_eq!(fault.wrong.refusal(), Some("invalid-signature"), "{by}");
        assert_eq!(fault.place.block.unwrap().0, 2);
    }
    let records: std::collections::BTreeSet<_> =
        report.faults.iter().map(|fault| fault.place.record.unwrap()).collect();
    assert_eq!(records.len(), 4);
    // The decision lists them: it may follow from them. The other measure is judged all the same.
    let following: Vec<_> = report.unjudged.following.values().collect();
    assert!(following.iter().any(|it| it.kinds.get("decision") == Some(&1)), "{following:?}");
    assert!(report.measures[0].unjudged.is_some() && report.measures[1].unjudged.is_none());
    assert_eq!((report.counts.decisions, report.counts.seals), (1, 4));
    assert_eq!((report.height.0, report.counts.records), (4, 17));
}

#[test]
fn an_order_that_is_wrong_is_named_behind_a_forged_ballot_too() {
    let ledger = adopted(2);
    let mut records = leaves(&ledger);
    let is_ballot = |record: &Vec<u8>| record.starts_with(b"nemcon/v1 ballot\n");
    let first = records.iter().position(is_ballot).unwrap();
    records[first] = String::from_utf8_lossy(&records[first])
        .replace("position in-favour", "position against")
        .into_bytes();
    let last = records.iter().rposition(is_ballot).unwrap();
    records.swap(last - 1, last);
    let report = audited(&ledger, &export_of(&ledger, records));
    assert_eq!(names(&report), ["statement-refused", "statement-order"], "{:#?}", report.faults);
    assert_eq!(report.faults[1].place.record.unwrap().0, last as u64 - 1);
}

#[test]
fn two_false_decisions_are_two_faults() {
    let ledger = adopted(3);
    let forge = |text: &str| {
        if text.contains("\nmeasure 2\n") {
            text.to_owned()
        } else {
            text.replace("outcome adopted", "outcome not-adopted")
        }
    };
    let report = audited(&ledger, &export_of(&ledger, edited(&ledger, "decision", forge)));
    assert_eq!(names(&report), ["decision-false"; 2], "{:#?}", report.faults);
    let said = report.faults[0].to_string();
    assert!(said.ends_with("it says not adopted; the law says adopted, all 4 in favour"), "{said}");
    assert_eq!(report.counts.decisions, 1);
}

#[test]
fn a_false_decision_is_told_by_the_ballot_that_is_against() {
    let mut ledger = Ledger::found(fixture::european_union());
    let number = ledger.table(ledger.parties.measure("BE", "Blocked"));
    let codes: Vec<String> =
        ledger.council().roster().members.iter().map(|it| it.code.to_string()).collect();
    let position = |code: &str| if code == "EE" { Position::Against } else { Position::InFavour };
    let ballots: Vec<_> = codes.iter().map(|code| (code.as_str(), position(code))).collect();
    ledger.cast(number, &ballots);
    let mut records = leaves(&ledger);
    let state = ledger.measure(number);
    let cast = ledger.said_on(number);
    let line = |code: &Code| {
        let ballot = cast.ballot(code).unwrap();
        format!("ballot {code} in-favour {} {}", ballot.leaf.0, ballot.text_hash)
    };
    let lines: Vec<String> = state.frozen.entitled.iter().map(|it| line(&it.code)).collect();
    let forged = format!(
        "nemcon/v1 decision\ncouncil {}\nnumber 1\nmeasure 1\nrevision 1\ntext {}\ntitle Blocked\n\
         rule {}\noutcome adopted\nreason all 27 in favour\nroster {}\n{}\n",
        ledger.council().digest(),
        state.text_hash,
        state.terms.rule,
        state.frozen.roster,
        lines.join("\n"),
    );
    assert!(matches!(Record::parse(forged.as_bytes()), Ok(Record::Decision(_))));
    let last = records.len() - 1;
    records.insert(last, forged.into_bytes());
    let report = audited(&ledger, &export_of(&ledger, records));
    assert_eq!(names(&report)[..1], ["decision-false"], "{:#?}", report.faults);
    let said = report.faults[0].to_string();
    assert!(
        said.contains("it says adopted; EE's ballot is against: the law says not adopted"),
        "{said}"
    );
}

#[test]
fn behind_a_refused_record_all_who_are_due_must_have_sealed() {
    let ledger = changing();
    let mut is_first = true;
    let mut records = leaves(&ledger);
    for record in &mut records {
        if is_first && record.starts_with(b"nemcon/v1 reservation\n") {
            *record = String::from_utf8_lossy(record).replace("Not yet", "Not ever").into_bytes();
            is_first = false;
        }
    }
    let files = export_sealed_by(&ledger, records, ledger.chain.sealing_roster());
    let report = audited(&ledger, &files);
    assert_eq!(names(&report), ["statement-refused"], "{:#?}", report.faults);
    assert_eq!((report.counts.seals, report.counts.members), (4, 4));
    // M5 entered long behind the record that is refused.
    let report = audited(&ledger, &files.without_signature("example.org/test/M5"));
    assert_eq!(names(&report), ["statement-refused", "seals-missing"], "{:#?}", report.faults);
    assert!(report.faults[1].to_string().ends_with("not sealed by M5: 3 of 4 seals"));
    let mut files = files;
    files.0.insert("finality.policy".to_owned(), b"none\n".to_vec());
    assert_eq!(names(&audited(&ledger, &files)), ["statement-refused", "policy-differs"]);
}

#[test]
fn where_the_roster_is_not_known_seals_and_policies_are_said_not_to_be_judged() {
    let ledger = changing();
    let mut records = leaves(&ledger);
    let entry = records.iter().position(|it| it.starts_with(b"nemcon/v1 entry\n")).unwrap();
    records[entry] =
        String::from_utf8_lossy(&records[entry]).replace("by M5", "by M1").into_bytes();
    let files = export_sealed_by(&ledger, records, ledger.chain.sealing_roster());
    let report = audited(&ledger, &files.without_signature("example.org/test/M5"));
    assert_eq!(names(&report), ["statement-refused"], "{:#?}", report.faults);
    assert!(report.unjudged.seals.is_some() && !report.decisions.iter().any(|it| it.is_final));
}

#[test]
fn all_faults_are_counted_and_a_hundred_are_named() {
    let ledger = adopted(30);
    let forge = |text: &str| text.replace("position in-favour", "position against");
    let report = audited(&ledger, &export_of(&ledger, edited(&ledger, "ballot", forge)));
    assert_eq!((report.faults.len(), report.fault_count), (FAULTS_NAMED_MAX, 120));
}

#[test]
fn behind_a_missing_bundle_nothing_is_judged_and_that_is_said() {
    let mut ledger = Ledger::found(council_of_equals(4));
    for number in 0..200 {
        let by = format!("M{}", number % 4 + 1);
        ledger.table(ledger.parties.measure(&by, &format!("Measure {number}")));
    }
    let mut files = export(&ledger);
    let last = files.0.keys().rfind(|path| path.starts_with("tile/entries/001"));
    let last = last.unwrap().clone();
    files.0.remove(&last);
    let report = audited(&ledger, &files);
    assert_eq!(names(&report), ["file-missing"], "{:#?}", report.faults);
    let rest = report.unjudged.rest.unwrap();
    assert_eq!((rest.from.0, report.measures.len()), (256, 127));
    assert!(rest.why.contains(&last) && report.unjudged.seals.is_some());
}

#[test]
fn a_flipped_byte_of_the_genesis_is_named_by_its_line_and_the_audit_goes_on() {
    let ledger = adopted(1);
    let honest = export(&ledger);
    let text = String::from_utf8(honest.0[GENESIS_FILE].clone()).unwrap();
    let name = text.find("charter-name Test").unwrap();
    let line = text[..name].lines().count() + 1;
    let mut files = Files(honest.0.clone());
    files.0.get_mut(GENESIS_FILE).unwrap()[name + 13] ^= 1;
    let report = audited(&ledger, &files);
    assert_eq!(names(&report), ["genesis-altered"], "{:#?}", report.faults);
    let place = &report.faults[0].place;
    assert_eq!((place.line, place.byte), (Some(line), Some(14)));
    assert_eq!((report.counts.decisions, report.counts.founding_signatures), (1, 4));
    // A founder's line: the text is right, one signature is not.
    let at = text.trim_end().len() - 5;
    let mut files = Files(honest.0.clone());
    files.0.get_mut(GENESIS_FILE).unwrap()[at] ^= 1;
    let report = audited(&ledger, &files);
    assert_eq!(names(&report), ["genesis-signature", "genesis-unsigned"], "{:#?}", report.faults);
    assert_eq!(report.faults[0].place.line, Some(text.lines().count()));
    // No copy is left that has the digest, and nobody has signed this text.
    let mut records = leaves(&ledger);
    records[0] = text.replace("charter-name Test", "charter-name Rest").into_bytes();
    let mut files = export_of(&ledger, records);
    files.0.insert(GENESIS_FILE.to_owned(), text.replace("name Test", "name Rest").into_bytes());
    let report = audited(&ledger, &files);
    assert_eq!(names(&report), ["genesis-altered"], "{:#?}", report.faults);
    assert!(report.faults[0].to_string().contains("no founder's signature holds over it"));
}

/// The export with M2's seal made at this second.
fn sealed_at(ledger: &Ledger, time_s: u64) -> Files {
    let files = export(ledger);
    let note = NoteLines::read(&files.0[CHECKPOINT_FILE], SIGNATURES_MAX).unwrap();
    let head = Checkpoint::parse(&note.text).unwrap();
    let genesis = &ledger.parties.genesis;
    let member = &genesis.roster.members[1];
    let seal = cosign(&head, time_s, &secret("M2/seal")).unwrap();
    let line = seal.line(&seal_vkey(&genesis.origin, member).name, &member.seal).unwrap();
    files.with_lines(|lines| lines[2] = line.to_string())
}

#[test]
fn odd_times_are_remarked_and_break_no_rule() {
    let ledger = adopted(1);
    let council = ledger.parties.genesis.digest();
    let block = ledger.chain.time();
    let now = |ms: u64| Some(Time::from_ms(ms).unwrap());
    let week = 7 * 86_400_000;
    let remarks = |files: &Files, now| {
        let report = Inquiry { now, ..Inquiry::of(council) }.audit(files);
        assert!(report.is_verified(), "{:#?}", report.faults);
        report.remarks.iter().map(|it| format!("{}: {it}", it.name())).collect::<Vec<_>>()
    };
    let later = now(block.as_ms() + week);
    assert_eq!(remarks(&export(&ledger), later), [""; 0]);
    let old = remarks(&sealed_at(&ledger, 0), later);
    let said = "seal-early: M2 says that it sealed at 1970-01-01T00:00:00Z, before the block that it seals";
    assert_eq!(old, [said]);
    let new = remarks(&sealed_at(&ledger, 13_569_465_600), later);
    let said = "seal-ahead: M2 says that it sealed at 2400-01-01T00:00:00Z, which is still to come";
    assert_eq!(new, [said]);
    let never = remarks(&sealed_at(&ledger, u64::MAX / 2), later);
    assert!(never[0].contains("after the year 9999"), "{never:?}");
    let ahead = remarks(&export(&ledger), now(block.as_ms() - 2 * week));
    assert!(ahead[0].starts_with("block-ahead: block 2 is of 2026-11-23T"), "{ahead:?}");
    // Without a clock nothing is ahead.
    assert_eq!(remarks(&sealed_at(&ledger, 13_569_465_600), None), [""; 0]);
}

#[test]
fn a_checkpoint_may_carry_more_lines_than_other_libraries_read_and_that_is_remarked() {
    let ledger = adopted(1);
    let files = export(&ledger);
    let text = NoteLines::read(&files.0[CHECKPOINT_FILE], SIGNATURES_MAX).unwrap().text;
    let witness = |number: usize| {
        let name = format!("witness.example/{number}").parse().unwrap();
        sign_note(&text, &name, &secret(&format!("witness {number}"))).unwrap().to_string()
    };
    let with =
        |count: usize| files.with_lines(|lines| lines.extend((lines.len()..count).map(witness)));
    let report = audited(&ledger, &with(100));
    assert!(report.is_verified() && report.remarks.is_empty(), "{:#?}", report.faults);
    let report = audited(&ledger, &with(512));
    assert!(report.is_verified() && report.counts.seals == 4, "{:#?}", report.faults);
    assert_eq!(report.remarks[0].name(), "many-lines");
    let report = audited(&ledger, &with(513));
    assert_eq!(names(&report), ["checkpoint-malformed"]);
}

/// Gives nothing: this machine does not let it.
struct Locked(&'static str, Files);

impl Source for Locked {
    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, FileError> {
        if path.starts_with(self.0) {
            let denied = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
            return Err(FileError::Unreadable(denied));
        }
        self.1.read(path, bytes_max)
    }

    fn strays(&self, is_ours: &dyn Fn(&str) -> bool) -> Strays {
        self.1.strays(is_ours)
    }
}

#[test]
fn what_cannot_be_read_is_no_verdict_unless_something_else_is_wrong() {
    let ledger = adopted(1);
    let council = ledger.parties.genesis.digest();
    for locked in ["genesis", "checkpoint", "tile/entries", "tile/0", "finality.policy"] {
        let report = audit(&Locked(locked, export(&ledger)), &council);
        assert!(!report.is_verified(), "{locked}");
        assert_eq!(names(&report), ["file-unreadable"], "{locked}");
        let obstacle = report.obstacle().unwrap().to_string();
        assert!(
            obstacle.starts_with(locked) && obstacle.contains("permission denied"),
            "{obstacle}"
        );
    }
    let mut files = export(&ledger);
    files.0.remove("advance.policy");
    let report = audit(&Locked("finality.policy", files), &council);
    assert!(report.obstacle().is_none() && report.fault_count == 2);
}

#[test]
fn each_fault_stands_in_the_documents_with_its_rule() {
    let text = std::fs::read_to_string(in_workspace("docs/audit.md")).unwrap();
    let rows: Vec<(&str, &str)> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |")?.split_once("` | "))
        .collect();
    let told: Vec<_> = rows.iter().filter(|(_, rule)| rule.ends_with('.')).copied().collect();
    let are: Vec<_> = FAULTS.iter().map(|fault| (fault.name, fault.rule)).collect();
    assert_eq!(told, are);
}
