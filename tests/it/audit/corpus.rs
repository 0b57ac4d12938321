//! The exports and receipts that the other verifiers are tested on too: one verdict for all of them.

use std::fs;
use std::path::Path;

use nemcon_client::audit::audited;
use nemcon_client::receipt;
use nemcon_crypto::Digest;
use nemcon_crypto::policy::Policy;
use nemcon_ledger::audit::Report;
use nemcon_tests::process::in_workspace;

/// The lines of an index, each in its words, of which the last one has all that is left.
fn index(folder: &str, words: usize) -> Vec<Vec<String>> {
    let text = fs::read_to_string(in_workspace(folder).join("INDEX")).unwrap();
    text.lines().map(|line| line.splitn(words, ' ').map(str::to_owned).collect()).collect()
}

/// The verdict on an export; of a bad one also its first fault.
fn verdict(export: &Path, council: &Digest) -> (String, String) {
    let Ok(report) = audited(export, council, None, &mut |_, _| {}) else {
        return ("could not run".to_owned(), String::new());
    };
    if report.is_verified() {
        return ("VERIFIED".to_owned(), String::new());
    }
    if report.is_verified_in_public() {
        return ("VERIFIED AS FAR AS IT IS PUBLIC".to_owned(), String::new());
    }
    ("NOT VERIFIED".to_owned(), first_fault(&report))
}

fn first_fault(report: &Report) -> String {
    let Some(fault) = report.faults.first() else { return "seals-not-judged".to_owned() };
    let refusal = fault.wrong.refusal().map(|code| format!(" {code}"));
    format!("{}{}", fault.name(), refusal.unwrap_or_default())
}

fn differing(folder: &str) -> (usize, Vec<String>) {
    let (mut others, rows) = (Vec::new(), index(folder, 3));
    for row in &rows {
        let [name, council, wanted] = &row[..] else { panic!("{row:?}") };
        let path = in_workspace(folder).join(name);
        let (said, fault) = verdict(&path, &council.parse().unwrap());
        let is_same = match wanted.split_once(": ") {
            Some((wanted, first)) => said == wanted && fault == first,
            None => said == *wanted,
        };
        if !is_same {
            others.push(format!("{name}: {said} {fault}, wanted {wanted}"));
        }
    }
    (rows.len(), others)
}

#[test]
fn each_export_that_others_judge_has_the_verdict_and_the_first_fault_of_its_index() {
    for (folder, least) in [("tests/vectors/audit", 180), ("tests/vectors/exports", 55)] {
        let (all, others) = differing(folder);
        assert!(all >= least, "{folder} has {all}");
        assert!(others.is_empty(), "{folder}: {others:#?}");
    }
}

#[test]
fn each_receipt_that_others_judge_has_the_verdict_of_its_index() {
    let folder = in_workspace("tests/vectors/receipts");
    let (mut others, rows) = (Vec::new(), index("tests/vectors/receipts", 4));
    for row in &rows {
        let [name, policy, council, wanted] = &row[..] else { panic!("{row:?}") };
        let path = folder.join(name);
        let policy = Policy::parse(&fs::read(folder.join(policy)).unwrap());
        let bytes = fs::read(&path).unwrap();
        let shown = policy.map(|policy| receipt::verify(&path, &bytes, &policy));
        let council: Option<Digest> = council.parse().ok();
        let is_of =
            |found: Option<Digest>| council.is_none() || found.is_none() || found == council;
        let is_verified =
            receipt::is_one(&bytes) && shown.is_ok_and(|it| it.is_ok_and(|it| is_of(it.council())));
        let said = if is_verified { "VERIFIED" } else { "NOT VERIFIED" };
        if said != *wanted {
            others.push(format!("{name}: {said}, wanted {wanted}"));
        }
    }
    assert!(rows.len() >= 80 && others.is_empty(), "{others:#?}");
}
