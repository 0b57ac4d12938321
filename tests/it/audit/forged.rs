//! Exports that a forger made: what is accepted though it looks odd, and what is not.

use std::fs;
use std::path::Path;

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::cosignature::{TIME_MAX_S, cosign};
use nemcon_crypto::note::{SignedNote, sign_note};
use nemcon_crypto::{Digest, TreeSize};
use nemcon_kit::Folder;
use nemcon_ledger::audit::{Fault, FileError, Source, Strays, audit};
use nemcon_ledger::export::{CHECKPOINT_FILE, FINALITY_POLICY_FILE, GENESIS_FILE};
use nemcon_ledger::record::Position;
use nemcon_ledger::record::roster::seal_vkey;
use nemcon_tests::export::{Files, export, export_of, leaves};
use nemcon_tests::fixture::{Ledger, council_of_equals, secret};

/// Four members adopt a measure.
fn adopted() -> Ledger {
    let mut ledger = Ledger::found(council_of_equals(4));
    let number = ledger.table(ledger.parties.measure("M1", "Adopted"));
    ledger.cast(number, &["M1", "M2", "M3", "M4"].map(|by| (by, Position::InFavour)));
    ledger
}

fn digest(ledger: &Ledger) -> Digest {
    ledger.parties.genesis.digest()
}

fn faults(ledger: &Ledger, files: &Files) -> Vec<Fault> {
    audit(files, &digest(ledger)).faults
}

fn head(files: &Files) -> Checkpoint {
    let note = SignedNote::parse(&files.0[CHECKPOINT_FILE]).unwrap();
    Checkpoint::parse(note.text()).unwrap()
}

/// Their stable names.
fn names(faults: &[Fault]) -> Vec<&'static str> {
    faults.iter().map(Fault::name).collect()
}

/// What is done to the lines under a checkpoint.
type Edit<'a> = &'a dyn Fn(&mut Vec<String>);

#[test]
fn lines_that_are_doubled_moved_or_foreign_add_nothing_and_take_nothing() {
    let ledger = adopted();
    let files = export(&ledger);
    let text = head(&files).render();
    let stranger = secret("a stranger");
    let foreign = sign_note(&text, &"example.org/stranger".parse().unwrap(), &stranger).unwrap();
    let edits: [(&str, Edit<'_>); 4] = [
        ("doubled", &|lines| lines.push(lines[2].clone())),
        ("reversed", &|lines| lines.reverse()),
        ("foreign first", &|lines| lines.insert(0, foreign.to_string())),
        ("foreign last", &|lines| lines.push(foreign.to_string())),
    ];
    for (name, edit) in edits {
        let report = audit(&files.with_lines(edit), &digest(&ledger));
        assert!(report.is_verified() && report.counts.seals == 4, "{name}: {:?}", report.faults);
    }
    let instead = files.with_lines(|lines| lines[4] = lines[3].clone());
    let faults = faults(&ledger, &instead);
    assert_eq!(names(&faults), ["seals-missing"], "a doubled seal counts once: {faults:?}");
}

#[test]
fn a_forged_seal_beside_a_true_one_of_the_same_key_is_a_fault() {
    let ledger = adopted();
    let files = export(&ledger);
    let genesis = &ledger.parties.genesis;
    let member = &genesis.roster.members[1];
    let other = Checkpoint::new(head(&files).origin(), TreeSize(1), digest(&ledger)).unwrap();
    let seal = cosign(&other, 7, &secret("M2/seal")).unwrap();
    let line = seal.line(&seal_vkey(&genesis.origin, member).name, &member.seal).unwrap();
    let files = files.with_lines(|lines| lines.push(line.to_string()));
    let faults = faults(&ledger, &files);
    assert_eq!(names(&faults), ["checkpoint-signature"]);
    let last = files.0[CHECKPOINT_FILE].split(|byte| *byte == b'\n').count() - 1;
    let said =
        format!("checkpoint, line {last}: the seal of M2 does not verify over this checkpoint");
    assert_eq!(faults[0].to_string(), said);
}

/// A seal's time is its node's own word; no verdict rests on it.
#[test]
fn a_seal_of_any_time_counts() {
    let ledger = adopted();
    let files = export(&ledger);
    let genesis = &ledger.parties.genesis;
    for time_s in [0, 1, TIME_MAX_S] {
        let seal = cosign(&head(&files), time_s, &secret("M2/seal")).unwrap();
        let member = &genesis.roster.members[1];
        let line = seal.line(&seal_vkey(&genesis.origin, member).name, &member.seal).unwrap();
        let files = files.with_lines(|lines| lines[2] = line.to_string());
        assert!(faults(&ledger, &files).is_empty(), "{time_s}");
    }
}

#[test]
fn the_founders_lines_may_stand_in_any_order_and_no_other_line_beside_them() {
    let ledger = adopted();
    let files = export(&ledger);
    let text = String::from_utf8(files.0[GENESIS_FILE].clone()).unwrap();
    let (head, lines) = text.split_once("\n\n").unwrap();
    let lines: Vec<_> = lines.lines().collect();
    let with = |lines: &[&str]| {
        let mut files = files.clone();
        let text = format!("{head}\n\n{}\n", lines.join("\n"));
        files.0.insert(GENESIS_FILE.to_owned(), text.into_bytes());
        faults(&ledger, &files)
    };
    let reversed: Vec<_> = lines.iter().rev().copied().collect();
    assert!(with(&reversed).is_empty());
    let doubled = [&lines[..], &lines[..1]].concat();
    assert_eq!(names(&with(&doubled)), ["genesis-signature"]);
    let key = secret("a stranger");
    let foreign = sign_note(&format!("{head}\n"), &"example.org/x".parse().unwrap(), &key);
    let foreign = foreign.unwrap().to_string();
    let beside = [&lines[..], &[foreign.as_str()]].concat();
    assert_eq!(names(&with(&beside)), ["genesis-signature"]);
}

/// Gives what a real export has, and counts what it is asked for.
struct Counting<'a>(&'a Files, std::cell::Cell<usize>);

impl Source for Counting<'_> {
    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, FileError> {
        self.1.set(self.1.get() + 1);
        self.0.read(path, bytes_max)
    }

    fn strays(&self, is_ours: &dyn Fn(&str) -> bool) -> Strays {
        self.0.strays(is_ours)
    }
}

#[test]
fn a_size_beyond_all_reason_is_refused_before_anything_is_read() {
    let ledger = adopted();
    for size in [1 << 27, 1 << 60, u64::MAX] {
        let mut files = export(&ledger);
        let old = head(&files);
        let text = Checkpoint::new(old.origin(), TreeSize(size), old.root()).unwrap().render();
        let line = sign_note(&text, &old.origin().parse().unwrap(), &secret("M1/node")).unwrap();
        let note = SignedNote::new(text, vec![line]).unwrap();
        files.0.insert(CHECKPOINT_FILE.to_owned(), note.render());
        let source = Counting(&files, std::cell::Cell::new(0));
        let faults = audit(&source, &digest(&ledger)).faults;
        assert_eq!(names(&faults), ["checkpoint-size"], "{size}: {faults:?}");
        assert_eq!(source.1.get(), 2, "genesis and checkpoint");
    }
}

#[test]
fn a_bundle_that_goes_on_is_refused() {
    let ledger = adopted();
    let files = export(&ledger);
    let path = files.0.keys().find(|path| path.starts_with("tile/entries")).unwrap().clone();
    for more in [&b"\0"[..], b"\0\0", b"\0\x01x"] {
        let mut files = files.clone();
        files.0.get_mut(&path).unwrap().extend(more);
        let faults = faults(&ledger, &files);
        assert_eq!(names(&faults), ["bundle-malformed"], "{faults:?}");
        assert!(faults[0].to_string().contains(&path));
    }
}

#[test]
fn a_block_that_never_ends_is_refused_at_its_limit() {
    let ledger = adopted();
    let mut records = leaves(&ledger);
    let good = records.len() as u64;
    records.extend((0..120).map(|_| vec![b'x'; 60_000]));
    let faults = faults(&ledger, &export_of(&ledger, records));
    assert_eq!(names(&faults), ["block-too-large"], "{faults:?}");
    let place = &faults[0].place;
    let at = (place.block.unwrap().0, place.record.unwrap().0);
    assert_eq!(at, (3, good + 87), "5 MiB of 60,000 bytes each");
}

/// They are no bytes, and take up memory all the same.
#[test]
fn a_block_of_empty_records_without_end_is_refused_at_a_limit_too() {
    let ledger = adopted();
    let mut records = leaves(&ledger);
    let good = records.len() as u64;
    records.extend((0..70_000).map(|_| Vec::new()));
    let faults = faults(&ledger, &export_of(&ledger, records));
    assert_eq!(names(&faults), ["block-too-large"], "{faults:?}");
    assert_eq!(faults[0].place.record.unwrap().0, good + 65_536, "5 MiB of 80 bytes each");
}

#[test]
fn every_hash_tile_is_looked_at_also_behind_one_that_is_missing() {
    let mut ledger = Ledger::found(council_of_equals(4));
    for number in 0..140 {
        let by = format!("M{}", number % 4 + 1);
        ledger.table(ledger.parties.measure(&by, &format!("Measure {number}")));
    }
    let mut files = export(&ledger);
    files.0.remove("tile/0/000");
    files.0.get_mut("tile/1/000.p/1").unwrap()[0] ^= 1;
    let faults = faults(&ledger, &files);
    let said: Vec<_> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("tile/0/000") && said[1].contains("tile/1/000.p/1"), "{said:?}");
}

#[test]
fn files_that_belong_to_no_export_of_this_size_are_counted_and_never_believed() {
    let ledger = adopted();
    let mut files = export(&ledger);
    let size = head(&files).size();
    assert_eq!(audit(&files, &digest(&ledger)).strays, Strays::default());
    let strays = [
        "tile/entries/000".to_owned(),
        format!("tile/entries/000.p/{}", size.0 - 1),
        format!("tile/entries/x000/000.p/{}", size.0),
        "tile/8/000".to_owned(),
        "DECISION-1.txt".to_owned(),
        "Genesis".to_owned(),
    ];
    for path in &strays {
        files.0.insert(path.clone(), b"believe me".to_vec());
    }
    let report = audit(&files, &digest(&ledger));
    assert!(report.is_verified(), "{:?}", report.faults);
    assert_eq!(report.strays.count, 6);
    assert!(strays.iter().all(|path| report.strays.names.contains(path)));
}

fn in_folder(ledger: &Ledger, spoil: impl FnOnce(&Path)) -> (Vec<Fault>, Strays) {
    let folder = tempfile::tempdir().unwrap();
    export(ledger).write(folder.path()).unwrap();
    spoil(folder.path());
    let report = audit(&Folder::open(folder.path()).unwrap(), &digest(ledger));
    (report.faults, report.strays)
}

#[test]
fn what_is_no_regular_file_is_not_read() {
    let ledger = adopted();
    let none = Strays::default();
    assert!(
        matches!(in_folder(&ledger, |_| ()), (faults, strays) if faults.is_empty() && strays == none)
    );
    for path in [GENESIS_FILE, CHECKPOINT_FILE, FINALITY_POLICY_FILE] {
        for device in ["/dev/zero", "/dev/tty", "."] {
            let (faults, _) = in_folder(&ledger, |folder| {
                fs::remove_file(folder.join(path)).unwrap();
                std::os::unix::fs::symlink(device, folder.join(path)).unwrap();
            });
            assert_eq!(names(&faults), ["file-not-regular"], "{path} {device}: {faults:?}");
        }
    }
}

#[test]
fn a_file_of_ten_gigabytes_is_not_read_to_its_end() {
    let ledger = adopted();
    for path in [GENESIS_FILE, CHECKPOINT_FILE, FINALITY_POLICY_FILE] {
        let (faults, _) = in_folder(&ledger, |folder| {
            let file = fs::OpenOptions::new().write(true).open(folder.join(path)).unwrap();
            file.set_len(10 << 30).unwrap();
        });
        assert_eq!(names(&faults), ["file-too-long"], "{path}: {faults:?}");
    }
}

/// A link may lead out of the export, or to a file that another one vouches for.
#[test]
fn no_link_in_an_export_is_followed_and_each_is_named() {
    let ledger = adopted();
    let (faults, strays) = in_folder(&ledger, |folder| {
        fs::rename(folder.join(CHECKPOINT_FILE), folder.join("aside")).unwrap();
        std::os::unix::fs::symlink("aside", folder.join(CHECKPOINT_FILE)).unwrap();
        std::os::unix::fs::symlink(folder, folder.join("tile/again")).unwrap();
    });
    assert_eq!(names(&faults), ["file-not-regular"], "{faults:?}");
    assert!(faults[0].to_string().contains("a symbolic link, which is not followed"));
    assert_eq!(strays, Strays::default(), "without a checkpoint nothing says what belongs there");
    let (faults, strays) = in_folder(&ledger, |folder| {
        fs::rename(folder.join("tile"), folder.join("real")).unwrap();
        std::os::unix::fs::symlink("real", folder.join("tile")).unwrap();
    });
    assert_eq!(names(&faults), ["file-not-regular"], "{faults:?}");
    assert!(faults[0].to_string().starts_with("tile/entries/000.p/"), "{faults:?}");
    let named = |what: &str| strays.names.iter().any(|name| name.starts_with(what));
    assert!(named("tile (a symbolic link") && named("real/0/000"), "{strays:?}");
    let (faults, strays) = in_folder(&ledger, |folder| {
        std::os::unix::fs::symlink(folder, folder.join("tile/again")).unwrap();
    });
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(strays.names, ["tile/again (a symbolic link, which is not followed)"]);
}

#[test]
fn no_fault_steers_a_terminal() {
    let ledger = adopted();
    let foul = "\u{9b}31m\u{202e}\u{7f}\u{200b}";
    let honest = export(&ledger);
    let mut origin = honest.clone();
    let text = format!("example.org/{foul}\n3\n{}\n", "A".repeat(43) + "=");
    let name = "example.org/x".parse().unwrap();
    let line = sign_note(&text, &name, &secret("M1/node")).unwrap();
    let note = SignedNote::new(text, vec![line]).unwrap();
    origin.0.insert(CHECKPOINT_FILE.to_owned(), note.render());
    let mut cases = vec![origin];
    // In place of each leaf but the first: not a record, and a block record that is none.
    for at in 1..leaves(&ledger).len() {
        for foul in [format!("\u{1b}]0;{foul}\n"), format!("nemcon/v1 block\n{foul}\u{1b}[2J\n")] {
            let mut records = leaves(&ledger);
            records[at] = foul.into_bytes();
            cases.push(export_of(&ledger, records));
        }
    }
    for files in cases {
        let faults = faults(&ledger, &files);
        assert!(!faults.is_empty());
        for fault in faults {
            let said = fault.to_string();
            let is_foul = |c: char| c.is_control() || "\u{202e}\u{200b}".contains(c);
            assert!(!said.contains(is_foul), "{said:?}");
        }
    }
}

/// Checkpoints stand at the ends of blocks; nobody seals the genesis alone.
#[test]
fn an_export_of_nothing_or_of_leaf_zero_is_refused() {
    let ledger = adopted();
    let one = export_of(&ledger, leaves(&ledger)[..1].to_vec());
    let report = audit(&one, &digest(&ledger));
    assert_eq!(names(&report.faults), ["checkpoint-size"]);
    assert!(report.measures.is_empty() && report.time.is_none());
    let none = export_of(&ledger, Vec::new());
    assert_eq!(names(&faults(&ledger, &none)), ["checkpoint-size", "record-zero"]);
}
