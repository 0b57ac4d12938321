//! A folder in step with a log: whoever reads it finds an export at any moment, and nothing that is not open.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use nemcon_client::audit::audited;
use nemcon_client::export::{Head, Origin, Records};
use nemcon_client::failure::{Failure, FailureKind};
use nemcon_client::founding::Founding;
use nemcon_client::publishing::{NotPublished, Opening, Published, Publishing, Shows};
use nemcon_crypto::TreeSize;
use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::note::SignedNote;
use nemcon_crypto::tiles::decode_bundle;
use nemcon_kit::Cores;
use nemcon_ledger::audit::certificate::Certificate;
use nemcon_ledger::export::{CHECKPOINT_FILE, GENESIS_FILE, is_file_of};
use nemcon_ledger::record::{Body, Position};
use nemcon_tests::export::{export, leaves};
use nemcon_tests::fixture::{Ledger, RELEASED, council_of_equals, gated};

const ALL: [&str; 4] = ["M1", "M2", "M3", "M4"];

struct Log<'a>(&'a Ledger);

impl Origin for Log<'_> {
    fn whose(&self) -> String {
        "the node of M1".to_owned()
    }

    fn records(&self, from: u64, end: u64) -> Records<'_> {
        let range = usize::try_from(from).unwrap()..usize::try_from(end).unwrap();
        Box::new(leaves(self.0)[range].to_vec().into_iter().map(Ok))
    }
}

fn head(ledger: &Ledger) -> Head {
    let note = SignedNote::parse(&export(ledger).0[CHECKPOINT_FILE]).unwrap();
    let checkpoint = Checkpoint::parse(note.text()).unwrap();
    Head { checkpoint, note, height: ledger.blocks.len() as u64 }
}

pub(super) fn at(folder: &Path, shows: Shows, decision: Option<u64>) -> Publishing {
    let folder = folder.join("log");
    let state = Publishing::state_beside(&folder);
    Publishing::new(folder, state, Opening { shows, decision }, Cores::all())
}

/// The same folder with its state elsewhere, by a process that has not looked at it.
fn with_state(publishing: &Publishing, state: &Path) -> Publishing {
    let Publishing { folder, opening, cores, .. } = publishing.clone();
    Publishing::new(folder, state.to_owned(), opening, cores)
}

pub(super) fn publish(
    publishing: &Publishing,
    ledger: &Ledger,
) -> Result<Option<Published>, Failure> {
    publish_below(publishing, ledger, &head(ledger)).map_err(Failure::from)
}

fn publish_below(
    publishing: &Publishing,
    ledger: &Ledger,
    head: &Head,
) -> Result<Option<Published>, NotPublished> {
    let founding = Founding::parse(&export(ledger).0[GENESIS_FILE]).unwrap();
    publishing.publish(&Log(ledger), &founding, head, &mut |_, _, _| {})
}

pub(super) fn ledger() -> Ledger {
    Ledger::found(gated())
}

pub(super) fn adopt(ledger: &mut Ledger, title: &str) -> u64 {
    let number = ledger.table(ledger.parties.measure("M1", title));
    ledger.cast(number, &ALL.map(|by| (by, Position::InFavour)));
    number
}

pub(super) fn attest(ledger: &mut Ledger, number: u64, what: &str) {
    let attested = ledger.parties.attestation(ledger.council(), "CH", number, what);
    ledger.run(&[ledger.sign(&Body::Attestation(attested))]);
}

/// The files that a reader of the folder finds, and the report on them.
pub(super) fn found(publishing: &Publishing, ledger: &Ledger) -> nemcon_ledger::audit::Report {
    let council = ledger.parties.genesis.digest();
    let report = audited(&publishing.folder, &council, None, &mut |_, _| {}).unwrap();
    assert_eq!(report.faults.first().map(ToString::to_string), None);
    report
}

#[test]
fn after_every_run_the_folder_is_an_export_and_its_state_is_beside_it() {
    let scratch = tempfile::tempdir().unwrap();
    let mut ledger = ledger();
    let whole = at(scratch.path(), Shows::Everything, Some(1));
    for nth in 1..=90 {
        adopt(&mut ledger, &format!("Measure {nth}"));
        if nth % 5 != 0 {
            continue;
        }
        let done = publish(&whole, &ledger).unwrap().unwrap();
        assert_eq!(done.certificates, 5);
        assert_eq!(publish(&whole, &ledger).unwrap().map(|done| done.files), None);
        if nth % 15 == 0 {
            let report = found(&whole, &ledger);
            assert!(report.is_verified());
            assert_eq!(report.counts.records, done.records);
            // Whoever has read an earlier checkpoint finds its partial tiles still.
            assert!(report.strays.names.iter().all(|name| name.contains(".p/")));
        }
    }
    assert!(leaves(&ledger).len() > 600);
    // Tiles that were full a run ago have no partial ones.
    assert!(!whole.folder.join("tile/0/000.p").exists());
    assert!(!whole.folder.join("tile/entries/000.p").exists());
    assert_eq!(fs::metadata(&whole.state).unwrap().permissions().mode() & 0o077, 0);
    assert!(!whole.state.starts_with(&whole.folder));
    // A web server of another user can read what is published.
    for (path, mode) in
        [("", 0o755), ("tile/0", 0o755), ("tile/0/000", 0o644), ("checkpoint", 0o644)]
    {
        let found = fs::metadata(whole.folder.join(path)).unwrap().permissions().mode();
        assert_eq!(found & 0o777, mode, "{path}");
    }
    for number in [1, 90] {
        let file = fs::read(whole.folder.join(format!("certificate/{number}"))).unwrap();
        let proven = Certificate::parse(&file).unwrap().verify(&ledger.parties.genesis.digest());
        assert!(proven.report.faults.is_empty());
    }
}

#[test]
fn from_whatever_an_end_in_the_middle_leaves_the_next_run_goes_on() {
    let mut ledger = ledger();
    for nth in 0..40 {
        adopt(&mut ledger, &format!("Before {nth}"));
    }
    let before = tempfile::tempdir().unwrap();
    let first = at(before.path(), Shows::Everything, Some(1));
    publish(&first, &ledger).unwrap();
    let state = fs::read(&first.state).unwrap();
    let old_checkpoint = fs::read(first.folder.join(CHECKPOINT_FILE)).unwrap();
    for nth in 0..20 {
        adopt(&mut ledger, &format!("After {nth}"));
    }
    publish(&first, &ledger).unwrap();
    let new_state = fs::read(&first.state).unwrap();
    // The checkpoint was not moved yet; the state was not written; both; the state is gone, or cut.
    for (checkpoint, state) in [
        (Some(&old_checkpoint), Some(&state[..])),
        (Some(&old_checkpoint), Some(&new_state[..])),
        (None, Some(&state[..])),
        (Some(&old_checkpoint), None),
        (Some(&old_checkpoint), Some(&state[..state.len() - 1])),
    ] {
        if let Some(checkpoint) = checkpoint {
            fs::write(first.folder.join(CHECKPOINT_FILE), checkpoint).unwrap();
        }
        match state {
            Some(state) => fs::write(&first.state, state).unwrap(),
            None => fs::remove_file(&first.state).unwrap(),
        }
        fs::create_dir_all(before.path().join("log.unfinished-1/tile")).unwrap();
        publish(&first, &ledger).unwrap();
        assert!(found(&first, &ledger).is_verified());
        assert!(!before.path().join("log.unfinished-1").exists());
    }
}

#[test]
fn the_checkpoint_is_the_last_to_come() {
    let scratch = tempfile::tempdir().unwrap();
    let whole = at(scratch.path(), Shows::Everything, Some(1));
    let mut ledger = ledger();
    adopt(&mut ledger, "Before");
    publish(&whole, &ledger).unwrap();
    let checkpoint = || fs::read(whole.folder.join(CHECKPOINT_FILE)).unwrap();
    let before = checkpoint();
    adopt(&mut ledger, "After");
    let size = leaves(&ledger).len();
    // Something in the way of a file: of a tile, a bundle, a certificate.
    for path in [
        format!("tile/0/000.p/{size}"),
        format!("tile/entries/000.p/{size}"),
        "certificate/2".into(),
    ] {
        let obstacle = whole.folder.join(path);
        fs::create_dir_all(obstacle.join("x")).unwrap();
        publish(&whole, &ledger).unwrap_err();
        assert_eq!(checkpoint(), before);
        fs::remove_dir_all(obstacle).unwrap();
    }
    publish(&whole, &ledger).unwrap();
    assert_ne!(checkpoint(), before);
    assert!(found(&whole, &ledger).is_verified());
}

#[test]
fn what_is_withheld_is_in_no_file_and_what_is_released_comes() {
    let scratch = tempfile::tempdir().unwrap();
    let public = at(scratch.path(), Shows::Public, None);
    let mut ledger = ledger();
    let number = adopt(&mut ledger, "Votes to come");
    attest(&mut ledger, number, "published");
    publish(&public, &ledger).unwrap();
    let certificate = public.folder.join(format!("certificate/{number}"));
    let shown = |file: &[u8]| Certificate::parse(file).unwrap().records.len();
    let before = shown(&fs::read(&certificate).unwrap());
    assert!(found(&public, &ledger).shown.unwrap().withheld >= 4);
    attest(&mut ledger, number, RELEASED);
    let done = publish(&public, &ledger).unwrap().unwrap();
    assert_eq!(done.certificates, 1);
    assert_eq!(
        found(&public, &ledger).shown.unwrap().decided[0].votes.as_ref().unwrap().ballots.len(),
        4
    );
    assert_eq!(shown(&fs::read(&certificate).unwrap()), before + 4);
}

#[test]
fn hashes_alone_hold_no_record() {
    let scratch = tempfile::tempdir().unwrap();
    let hashes = at(scratch.path(), Shows::Hashes, None);
    let mut ledger = ledger();
    for nth in 0..45 {
        adopt(&mut ledger, &format!("Measure {nth}"));
        if nth % 9 != 0 {
            continue;
        }
        publish(&hashes, &ledger).unwrap();
    }
    let mut files = Vec::new();
    nemcon_kit::files::walk(
        &hashes.folder,
        &mut |path, _| files.push(path.to_owned()),
        &mut |_, _| (),
    );
    files.sort();
    let names: Vec<_> = files.iter().filter_map(|path| path.to_str()).collect();
    assert!(names.iter().all(
        |name| is_file_of(name, TreeSize(leaves(&ledger).len() as u64)) || name.contains(".p/")
    ));
    assert!(
        !names
            .iter()
            .any(|name| name.starts_with("tile/entries") || name.starts_with("certificate"))
    );
    assert!(!names.contains(&GENESIS_FILE) && names.contains(&"tile/0/000"));
}

#[test]
fn only_the_charter_or_a_decision_that_holds_opens_a_log() {
    let scratch = tempfile::tempdir().unwrap();
    let refused = |publishing: Publishing, ledger: &Ledger, says: &str| {
        let failure = publish(&publishing, ledger).unwrap_err();
        assert_eq!(failure.kind(), FailureKind::Refused);
        assert!(failure.message().contains(says), "{}", failure.message());
        assert!(!publishing.folder.exists());
    };
    let mut published = ledger();
    adopt(&mut published, "Open the log");
    published.table(published.parties.measure("M1", "Not decided"));
    refused(at(scratch.path(), Shows::Everything, None), &published, "only a decision");
    refused(at(scratch.path(), Shows::Everything, Some(2)), &published, "“Not decided” is open");
    refused(at(scratch.path(), Shows::Everything, Some(3)), &published, "no such measure");
    publish(&at(scratch.path(), Shows::Everything, Some(1)), &published).unwrap();
    // A charter that makes nothing public keeps even the hashes.
    let scratch = tempfile::tempdir().unwrap();
    let mut members_only = Ledger::found(council_of_equals(4));
    adopt(&mut members_only, "Open the tree");
    refused(
        at(scratch.path(), Shows::Public, Some(1)),
        &members_only,
        "does not say what is public",
    );
    refused(at(scratch.path(), Shows::Hashes, None), &members_only, "makes nothing public");
    publish(&at(scratch.path(), Shows::Hashes, Some(1)), &members_only).unwrap();
}

#[test]
fn a_decision_is_asked_for_where_nothing_is_new_too_and_is_told() {
    let scratch = tempfile::tempdir().unwrap();
    let mut ledger = ledger();
    adopt(&mut ledger, "Open the log");
    ledger.table(ledger.parties.measure("M1", "Not decided"));
    let decided = at(scratch.path(), Shows::Everything, Some(1));
    let done = publish(&decided, &ledger).unwrap().unwrap();
    assert_eq!(done.decision.unwrap().to_string(), "measure 1, “Open the log”");
    assert_eq!(publish(&decided, &ledger).unwrap().map(|done| done.files), None);
    for (decision, says) in [(None, "only a decision"), (Some(2), "is open"), (Some(3), "no such")]
    {
        let not = at(scratch.path(), Shows::Everything, decision);
        let error = publish_below(&not, &ledger, &head(&ledger)).unwrap_err();
        assert!(
            matches!(&error, NotPublished::Closed(why) if why.message().contains(says)),
            "{error:?}"
        );
        // Without a state the council is found anew.
        let state = fs::read(&not.state).unwrap();
        fs::remove_file(&not.state).unwrap();
        let error = publish_below(&not, &ledger, &head(&ledger)).unwrap_err();
        assert!(matches!(error, NotPublished::Closed(_)), "{error:?}");
        fs::write(&not.state, state).unwrap();
    }
    // More than is to be shown lies there: that is no reason to give it out.
    for shows in [Shows::Public, Shows::Hashes] {
        let less = at(scratch.path(), shows, None);
        let error = publish_below(&less, &ledger, &head(&ledger)).unwrap_err();
        assert!(matches!(error, NotPublished::Closed(_)), "{error:?}");
    }
}

#[test]
fn what_a_run_without_an_end_has_left_is_not_shown_under_another_name() {
    let scratch = tempfile::tempdir().unwrap();
    let mut ledger = ledger();
    adopt(&mut ledger, "One");
    for (first, then) in [
        (at(scratch.path(), Shows::Everything, Some(1)), at(scratch.path(), Shows::Public, None)),
        (at(scratch.path(), Shows::Public, None), at(scratch.path(), Shows::Everything, Some(1))),
        (at(scratch.path(), Shows::Everything, Some(1)), at(scratch.path(), Shows::Hashes, None)),
    ] {
        publish(&first, &ledger).unwrap();
        fs::remove_file(first.folder.join(CHECKPOINT_FILE)).unwrap();
        let error = publish_below(&then, &ledger, &head(&ledger)).unwrap_err();
        assert!(matches!(error, NotPublished::Closed(_)), "{error:?}");
        publish(&first, &ledger).unwrap();
        found(&first, &ledger);
        fs::remove_dir_all(&first.folder).unwrap();
    }
    // Where records are withheld, that is said before the first bundle comes.
    let public = at(scratch.path(), Shows::Public, None);
    fs::create_dir_all(
        public.folder.join(format!("tile/entries/000.p/{}/x", leaves(&ledger).len())),
    )
    .unwrap();
    fs::write(public.folder.join("public"), "").unwrap();
    publish(&public, &ledger).unwrap_err();
    assert!(!fs::read(public.folder.join("public")).unwrap().is_empty());
    // What is not public does not lie in the folder either.
    let inside = with_state(&public, &public.folder.join("state"));
    let failure = publish(&inside, &ledger).unwrap_err();
    assert!(failure.message().contains("is not public"), "{failure:?}");
}

#[test]
fn another_history_another_sort_and_foreign_files_are_refused_and_nothing_changes() {
    let scratch = tempfile::tempdir().unwrap();
    let public = at(scratch.path(), Shows::Public, None);
    let mut ledger = ledger();
    adopt(&mut ledger, "One");
    let shorter = head(&ledger);
    let mut other = self::ledger();
    adopt(&mut other, "Another");
    adopt(&mut other, "And more");
    adopt(&mut ledger, "Two");
    publish(&public, &ledger).unwrap();
    let before = fs::read(public.folder.join(CHECKPOINT_FILE)).unwrap();
    let says = |failure: Failure, words: &str| {
        assert!(failure.message().contains(words), "{}", failure.message());
        assert_eq!(fs::read(public.folder.join(CHECKPOINT_FILE)).unwrap(), before);
    };
    says(publish(&public, &other).unwrap_err(), "another root at size");
    adopt(&mut other, "Longer");
    says(publish(&public, &other).unwrap_err(), "others than those that are published");
    let back = publish_below(&public, &ledger, &shorter);
    says(back.unwrap_err().into(), "records are published");
    let everything = at(scratch.path(), Shows::Everything, Some(1));
    says(publish(&everything, &ledger).unwrap_err(), "shows “public” of the log");
    // A state that is none is not replaced.
    fs::write(scratch.path().join("thesis.txt"), "mine").unwrap();
    let named = with_state(&public, &scratch.path().join("thesis.txt"));
    adopt(&mut ledger, "Three");
    says(publish(&named, &ledger).unwrap_err(), "is not what an audit");
}

#[test]
fn a_published_bundle_that_was_altered_is_not_carried_on() {
    let scratch = tempfile::tempdir().unwrap();
    let whole = at(scratch.path(), Shows::Everything, Some(1));
    let mut ledger = ledger();
    for nth in 0..45 {
        adopt(&mut ledger, &format!("Measure {nth}"));
    }
    publish(&whole, &ledger).unwrap();
    let tile = whole.folder.join("tile/1/000.p/1");
    let bytes = fs::read(&tile).unwrap();
    fs::write(&tile, vec![0; bytes.len()]).unwrap();
    adopt(&mut ledger, "Later");
    let failure = publish(&whole, &ledger).unwrap_err();
    assert!(failure.message().contains("others than those"), "{}", failure.message());
    fs::write(&tile, bytes).unwrap();
    publish(&whole, &ledger).unwrap();
    let entries = fs::read(whole.folder.join("tile/entries/000")).unwrap();
    assert_eq!(decode_bundle(&entries).unwrap().len(), 256);
}
