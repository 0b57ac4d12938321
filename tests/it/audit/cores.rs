//! An audit on several threads comes to the report of an audit on one, byte by byte.

use core::num::NonZeroUsize;

use nemcon_kit::Cores;
use nemcon_ledger::audit::{Derived, Inquiry, Looked, OneByOne, Report, Workers};
use nemcon_ledger::council::Council;
use nemcon_tests::export::{Files, export_at, leaves};
use nemcon_tests::fixture::{Ledger, changing};
use nemcon_tests::forgery::forgeries;

/// Of how many forgeries one is tried; the tests of single forgeries try others.
const ONE_OF: usize = 6;

/// Threads that get so many records at once.
struct Windows(Cores, usize);

impl Workers for Windows {
    fn look(
        &self,
        council: &Council,
        records: &[Vec<u8>],
        meanwhile: &mut dyn FnMut(),
    ) -> Vec<Looked> {
        self.0.look(council, records, meanwhile)
    }

    fn records_at_once(&self) -> usize {
        self.1
    }
}

/// Workers that find nothing but the hashes of leaves, by the keys of another council.
struct Strangers(Council);

impl Workers for Strangers {
    fn look(&self, _: &Council, records: &[Vec<u8>], meanwhile: &mut dyn FnMut()) -> Vec<Looked> {
        OneByOne.look(&self.0, records, meanwhile)
    }
}

fn honest(ledger: &Ledger) -> Files {
    export_at(ledger, leaves(ledger).len(), ledger.chain.sealing_roster())
}

fn windows(threads: usize, records: usize) -> Windows {
    Windows(Cores::of(NonZeroUsize::new(threads).unwrap()), records)
}

fn report(inquiry: Inquiry, files: &Files, workers: &dyn Workers) -> (Report, String) {
    let report = inquiry.audit_with(files, workers, &mut |_, _| {});
    let told = format!("{report:#?}");
    (report, told)
}

/// The council of this ledger changes its members and keys: what is looked at ahead is looked at by keys
/// that no longer sign when its turn comes.
#[test]
fn every_forged_export_has_the_same_report_on_one_thread_and_on_several() {
    let ledger = changing();
    let council = ledger.parties.genesis.digest();
    let inquiry = Inquiry::of(council);
    let (mut verified, mut refused) = (0, 0);
    let forgeries = forgeries(&ledger).into_iter().skip(4).step_by(ONE_OF).enumerate();
    for (nth, forgery) in forgeries {
        let files = forgery.files(&ledger);
        let (alone, told) = report(inquiry, &files, &OneByOne);
        let together = windows(2 + nth % 3, [1, 2, 7, 30, usize::MAX][nth % 5]);
        assert_eq!(report(inquiry, &files, &together).1, told, "{}", forgery.what);
        *if alone.is_verified() { &mut verified } else { &mut refused } += 1;
    }
    assert!(refused > 300 && verified < 5, "{refused} {verified}");
}

#[test]
fn windows_of_every_length_and_workers_who_find_nothing_come_to_one_report() {
    let ledger = changing();
    let council = ledger.parties.genesis.digest();
    let inquiry = Inquiry::of(council);
    let files = honest(&ledger);
    let (alone, told) = report(inquiry, &files, &OneByOne);
    assert!(alone.is_verified(), "{:?}", alone.faults);
    for threads in 1..=4 {
        for records in [0, 1, 2, 5, 13, 34, usize::MAX] {
            let (_, other) = report(inquiry, &files, &windows(threads, records));
            assert_eq!(other, told, "{threads} threads, {records} records at once");
        }
    }
    let stranger = Council::new(nemcon_tests::fixture::board());
    assert_eq!(report(inquiry, &files, &Strangers(stranger)).1, told);
}

#[test]
fn an_audit_tells_how_many_records_are_done() {
    let ledger = changing();
    let council = ledger.parties.genesis.digest();
    let inquiry = Inquiry::of(council);
    let (files, mut told) = (honest(&ledger), Vec::new());
    let progress = &mut |done: nemcon_crypto::TreeSize, all: nemcon_crypto::TreeSize| {
        told.push((done.0, all.0));
    };
    let report = inquiry.audit_with(&files, &windows(2, 10), progress);
    let size = report.size.0;
    assert!(told.is_sorted() && told.iter().all(|(_, all)| *all == size), "{told:?}");
    assert!(told.len() as u64 > size / 10 && told.last() == Some(&(size, size)), "{told:?}");
}

#[test]
fn an_export_that_is_being_made_needs_no_policies_or_keys_and_one_that_is_made_does() {
    let ledger = changing();
    let council = ledger.parties.genesis.digest();
    let mut files = honest(&ledger);
    files.0.retain(|path, _| !path.ends_with(".policy") && path != "keys");
    let of = |derived| {
        let inquiry = Inquiry { derived, ..Inquiry::of(council) };
        inquiry.audit(&files).faults.len()
    };
    assert_eq!((of(Derived::Unwritten), of(Derived::Compared)), (0, 3));
}
