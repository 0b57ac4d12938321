//! An audit goes on from an earlier one: what was verified then must be there still, what came later is checked alone.

use nemcon_crypto::hash::sha256;
use nemcon_ledger::audit::{Fault, FileError, Inquiry, Kept, KeptError, Report, Source, Strays};
use nemcon_ledger::chain::Chain;
use nemcon_ledger::record::Position;
use nemcon_ledger::text::Time;
use nemcon_tests::export::{Files, export, export_at, export_of, leaves};
use nemcon_tests::fixture::{Ledger, changing, council_of_equals};

const ALL: [&str; 4] = ["M1", "M2", "M3", "M4"];

/// The exports of a ledger at the end of each of its blocks, with how many records each has.
fn exports(ledger: &Ledger) -> Vec<(usize, Files)> {
    let mut chain = Chain::found(ledger.parties.genesis.clone());
    let mut exports = Vec::new();
    for block in &ledger.blocks {
        chain = chain.apply(block).unwrap();
        let size = usize::try_from(chain.size().0).unwrap();
        exports.push((size, export_at(ledger, size, chain.sealing_roster())));
    }
    exports
}

fn of(ledger: &Ledger) -> Inquiry<'static> {
    Inquiry::of(ledger.parties.genesis.digest())
}

/// What an audit of the export keeps, as it comes out of its file.
fn kept(ledger: &Ledger, files: &dyn Source) -> Kept {
    let report = Inquiry { keep: true, ..of(ledger) }.audit(files);
    assert_eq!(report.fault_count, 0, "{:#?}", report.faults);
    Kept::parse(&report.kept.expect("it is verified").render()).unwrap()
}

fn since(ledger: &Ledger, kept: &Kept, files: &dyn Source) -> Report {
    Inquiry { since: Some(kept), ..of(ledger) }.audit(files)
}

fn names(report: &Report) -> Vec<&'static str> {
    report.faults.iter().map(Fault::name).collect()
}

fn adopting(ledger: &mut Ledger, measures: usize) {
    for _ in 0..measures {
        let title = format!("Measure {}", ledger.council().measures().count() + 1);
        let number = ledger.table(ledger.parties.measure("M1", &title));
        ledger.cast(number, &ALL.map(|by| (by, Position::InFavour)));
    }
}

/// The export without the bundles of records before one.
struct Without<'a>(&'a Files, u64);

impl Source for Without<'_> {
    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, FileError> {
        let is_old = (0..self.1).any(|index| path == format!("tile/entries/{index:03}"));
        if is_old { Err(FileError::Missing) } else { self.0.read(path, bytes_max) }
    }

    fn strays(&self, is_ours: &dyn Fn(&str) -> bool) -> Strays {
        self.0.strays(is_ours)
    }
}

#[test]
fn from_every_end_of_a_block_the_audit_says_what_a_whole_one_says() {
    let ledger = changing();
    let exports = exports(&ledger);
    let files = &exports.last().unwrap().1;
    let whole = of(&ledger).audit(files);
    assert!(whole.is_verified() && exports.len() > 20);
    for (size, then) in &exports {
        let kept = kept(&ledger, then);
        let report = since(&ledger, &kept, files);
        assert_eq!(names(&report), [""; 0], "from {size}");
        let begun = report.since.as_ref().unwrap();
        assert_eq!((begun.size, begun.again.as_deref()), (kept.size, None));
        let all = leaves(&ledger).len();
        assert_eq!(report.counts.records, (all - *size) as u64, "from {size}");
        assert_eq!(report.decisions, whole.decisions, "from {size}");
        assert_eq!(report.measures, whole.measures, "from {size}");
        assert_eq!(report.members, whole.members, "from {size}");
        assert_eq!((report.height, report.time), (whole.height, whole.time));
    }
}

#[test]
fn records_that_were_verified_before_are_not_read_again() {
    let mut ledger = Ledger::found(council_of_equals(4));
    adopting(&mut ledger, 80);
    let size = leaves(&ledger).len();
    assert!(size > 2 * 256);
    let before = kept(&ledger, &export(&ledger));
    adopting(&mut ledger, 80);
    let files = export(&ledger);
    let old = size as u64 / 256;
    let report = since(&ledger, &before, &Without(&files, old));
    assert_eq!(names(&report), [""; 0]);
    assert!(!of(&ledger).audit(&Without(&files, old)).is_verified());
}

#[test]
fn a_history_that_was_rewritten_is_named() {
    let mut ledger = Ledger::found(council_of_equals(4));
    adopting(&mut ledger, 2);
    let before = kept(&ledger, &export(&ledger));
    let mut other = Ledger::found(council_of_equals(4));
    adopting(&mut other, 1);
    let shorter = since(&ledger, &before, &export(&other));
    assert_eq!(names(&shorter), ["history-rewritten"]);
    other.table(other.parties.measure("M2", "Another one"));
    adopting(&mut other, 3);
    let forked = since(&ledger, &before, &export(&other));
    assert_eq!(names(&forked), ["history-rewritten"]);
    // What is there is judged all the same, from the genesis on.
    assert_eq!(forked.counts.records, leaves(&other).len() as u64);
    assert!(of(&ledger).audit(&export(&other)).is_verified(), "it is a log of its own");
}

#[test]
fn what_came_later_is_judged_as_in_a_whole_audit() {
    let mut ledger = Ledger::found(council_of_equals(4));
    adopting(&mut ledger, 2);
    let size = leaves(&ledger).len();
    let before = kept(&ledger, &export(&ledger));
    adopting(&mut ledger, 2);
    let mut forged = leaves(&ledger);
    let later = forged.iter_mut().skip(size).filter(|it| it.starts_with(b"nemcon/v1 ballot"));
    for ballot in later.take(1) {
        let text = String::from_utf8(ballot.clone()).unwrap();
        *ballot = text.replace("position in-favour", "position against").into_bytes();
    }
    let forged = export_of(&ledger, forged);
    let report = since(&ledger, &before, &forged);
    let whole = of(&ledger).audit(&forged);
    assert!(!report.is_verified());
    let said = |report: &Report| report.faults.iter().map(Fault::to_string).collect::<Vec<_>>();
    assert_eq!(said(&report), said(&whole));
    assert!(
        Inquiry { since: Some(&before), keep: true, ..of(&ledger) }.audit(&forged).kept.is_none()
    );
}

#[test]
fn a_file_that_was_altered_is_no_kept_state() {
    let mut ledger = Ledger::found(council_of_equals(4));
    adopting(&mut ledger, 1);
    let files = export(&ledger);
    let bytes = kept(&ledger, &files).render();
    for at in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        Kept::parse(&altered).unwrap_err();
    }
    for length in 0..bytes.len() {
        Kept::parse(&bytes[..length]).unwrap_err();
    }
    assert_eq!(Kept::parse(b"nemcon/v1 ballot\n"), Err(KeptError::Other));

    // The state of another release is not gone on from; the tree is compared all the same.
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let release = text.lines().find(|line| line.starts_with("release ")).unwrap().len();
    let start = text.find("release ").unwrap();
    let mut other = bytes[..bytes.len() - 32].to_vec();
    other.splice(start..start + release, b"release 99.0.0".iter().copied());
    other.extend_from_slice(sha256(&other).as_bytes());
    let report = since(&ledger, &Kept::parse(&other).unwrap(), &files);
    assert!(report.is_verified());
    assert_eq!(report.counts.records, leaves(&ledger).len() as u64);
    let again = report.since.unwrap().again.unwrap();
    assert_eq!(again, "another release has written the state");
}

#[test]
fn a_seal_that_is_too_old_is_named_with_its_member() {
    let mut ledger = Ledger::found(council_of_equals(4));
    adopting(&mut ledger, 1);
    let files = export(&ledger);
    // All have sealed at one time.
    let sealed_s = of(&ledger).audit(&files).seal_times[0].1;
    let judged = |age_ms: u64, now_ms: u64| {
        let now = Some(Time::from_ms(now_ms).unwrap());
        Inquiry { now, age_max_ms: Some(age_ms), ..of(&ledger) }.audit(&files)
    };
    let hour_ms = 3_600_000;
    assert!(judged(hour_ms, sealed_s * 1000 + hour_ms).is_verified());
    let old = judged(hour_ms, sealed_s * 1000 + hour_ms + 1);
    assert_eq!(names(&old), ["seals-old"]);
    assert!(old.faults[0].to_string().contains("the seal of M1"), "{}", old.faults[0]);
}
