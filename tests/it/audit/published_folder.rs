//! What already lies in a folder in which a log is published: whatever it is, nothing internal is shown.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use nemcon_client::publishing::{Publishing, Shows};
use nemcon_crypto::tiles::decode_bundle;
use nemcon_ledger::audit::certificate::Certificate;
use nemcon_ledger::export::CHECKPOINT_FILE;
use nemcon_tests::export::leaves;
use nemcon_tests::fixture::{Ledger, RELEASED};

use super::publishing::{adopt, at, attest, found, ledger, publish};

/// A ledger with a public act and a measure of which nothing is public, published as a whole and in public.
fn both(scratch: &Path) -> (Ledger, Publishing, Publishing) {
    let mut ledger = ledger();
    let number = adopt(&mut ledger, "Decided");
    attest(&mut ledger, number, "published");
    let number = ledger.table(ledger.parties.measure("M1", "Withdrawn"));
    let withdrawn = ledger.withdrawal("M1", number);
    ledger.run(&[withdrawn]);
    let whole = at(&scratch.join("whole"), Shows::Everything, Some(1));
    let public = at(&scratch.join("public"), Shows::Public, None);
    publish(&whole, &ledger).unwrap();
    publish(&public, &ledger).unwrap();
    (ledger, whole, public)
}

/// The same folder, for a process that has just started.
fn anew(public: &Publishing) -> Publishing {
    let Publishing { folder, state, opening, cores, .. } = public.clone();
    Publishing::new(folder, state, opening, cores)
}

/// How many files below the folder hold a ballot.
fn ballots(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    nemcon_kit::files::walk(
        folder,
        &mut |path, _| {
            let bytes = fs::read(folder.join(path)).unwrap();
            if String::from_utf8_lossy(&bytes).contains("nemcon/v1 ballot") {
                found.push(path.display().to_string());
            }
        },
        &mut |_, _| (),
    );
    found
}

#[test]
fn a_certificate_that_shows_too_much_or_does_not_hold_is_replaced() {
    let scratch = tempfile::tempdir().unwrap();
    let (ledger, whole, public) = both(scratch.path());
    assert_eq!(ballots(&public.folder), [""; 0]);
    for number in [1, 2] {
        let name = format!("certificate/{number}");
        fs::copy(whole.folder.join(&name), public.folder.join(&name)).unwrap();
    }
    assert_eq!(ballots(&public.folder), ["certificate/1"]);
    publish(&anew(&public), &ledger).unwrap();
    assert_eq!(ballots(&public.folder), [""; 0]);
    // Of what is not public there is no certificate at all.
    assert!(!public.folder.join("certificate/2").exists());
    for folder in [&public, &whole] {
        let file = folder.folder.join("certificate/1");
        let right = fs::read(&file).unwrap();
        let mut altered = right.clone();
        let at = altered.len() / 2;
        altered[at] ^= 1;
        fs::write(&file, altered).unwrap();
        publish(&anew(folder), &ledger).unwrap();
        assert_eq!(fs::read(&file).unwrap(), right);
    }
}

#[test]
fn bundles_of_former_sizes_show_what_the_newest_shows() {
    let scratch = tempfile::tempdir().unwrap();
    let (mut ledger, whole, public) = both(scratch.path());
    let former = format!("tile/entries/000.p/{}", leaves(&ledger).len());
    fs::copy(whole.folder.join(&former), public.folder.join(&former)).unwrap();
    adopt(&mut ledger, "Later");
    publish(&anew(&public), &ledger).unwrap();
    assert_eq!(ballots(&public.folder), [""; 0]);
    // Once votes are released they stand in the newest one; in the others after the next start.
    attest(&mut ledger, 1, RELEASED);
    publish(&public, &ledger).unwrap();
    publish(&anew(&public), &ledger).unwrap();
    let shown = decode_bundle(&fs::read(public.folder.join(&former)).unwrap()).unwrap();
    assert!(shown.iter().any(|record| record.starts_with(b"nemcon/v1 ballot")));
}

#[test]
fn what_is_not_of_the_log_is_refused_and_no_link_is_followed() {
    let scratch = tempfile::tempdir().unwrap();
    let (mut ledger, _, public) = both(scratch.path());
    adopt(&mut ledger, "Later");
    let elsewhere = scratch.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let before = fs::read(public.folder.join(CHECKPOINT_FILE)).unwrap();
    let refused = |path: &str| {
        let failure = publish(&anew(&public), &ledger).unwrap_err();
        assert!(failure.message().contains(path), "{failure:?}");
        assert_eq!(fs::read(public.folder.join(CHECKPOINT_FILE)).unwrap(), before);
    };
    fs::write(public.folder.join("notes"), "").unwrap();
    refused("notes");
    fs::remove_file(public.folder.join("notes")).unwrap();
    // A bundle of a size that the log has not reached.
    fs::write(public.folder.join("tile/entries/000.p/255"), "").unwrap();
    refused("tile/entries/000.p/255");
    fs::remove_file(public.folder.join("tile/entries/000.p/255")).unwrap();
    symlink(&elsewhere, public.folder.join("tile/1")).unwrap();
    refused("tile/1");
    fs::remove_file(public.folder.join("tile/1")).unwrap();
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
    publish(&anew(&public), &ledger).unwrap();
    found(&public, &ledger);
    // A folder with something else is not touched.
    let foreign = at(&scratch.path().join("foreign"), Shows::Public, None);
    fs::create_dir_all(&foreign.folder).unwrap();
    fs::write(foreign.folder.join("thesis.txt"), "mine").unwrap();
    let failure = publish(&foreign, &ledger).unwrap_err();
    assert!(failure.message().contains("thesis.txt"), "{failure:?}");
    assert_eq!(fs::read_dir(&foreign.folder).unwrap().count(), 1);
}

#[test]
fn what_is_missing_comes_back_though_no_block_has_come() {
    let scratch = tempfile::tempdir().unwrap();
    let (ledger, _, public) = both(scratch.path());
    fs::remove_file(public.folder.join("genesis")).unwrap();
    // A file that was being written when the power failed.
    fs::write(&public.state, "").unwrap();
    assert_eq!(publish(&anew(&public), &ledger).unwrap().unwrap().files, 1);
    found(&public, &ledger);
    assert_eq!(publish(&anew(&public), &ledger).unwrap().unwrap().files, 0);
    let holds = fs::read(public.folder.join("certificate/1")).unwrap();
    assert!(Certificate::parse(&holds).is_ok());
}
