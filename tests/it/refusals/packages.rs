//! What is bound together.

use nemcon_crypto::hash;
use nemcon_ledger::council::{PACKAGE_MEASURES_MAX, Refusal, Status};
use nemcon_ledger::record::{Body, Measure, Package};
use nemcon_tests::fixture::{Ledger, code, council_of_equals, day};

use super::{Bench, Case, FOR};

/// Measures 1 and 2 in a package; 3 with a ballot, 4 with a mandate, 5 that closes on day 20, 6 that
/// opens on day 2, 7 of another, 8 withdrawn; 9 and 10 that can be bound.
fn ledger() -> Ledger {
    let mut ledger = Ledger::found(council_of_equals(3));
    let parties = ledger.parties.clone();
    let measure = |by, at: u32| parties.measure(by, &format!("Measure {at}"));
    for at in 1..=4 {
        ledger.table(measure("M1", at));
    }
    ledger.table(Measure { closes: day(20), ..measure("M1", 5) });
    ledger.table(Measure { opens: Some(day(2)), ..measure("M1", 6) });
    ledger.table(measure("M2", 7));
    for at in 8..=10 {
        ledger.table(measure("M1", at));
    }
    let statements = [ledger.package("M1", &[1, 2]), ledger.withdrawal("M1", 8)];
    ledger.run(&statements);
    ledger.cast(3, &[("M3", FOR)]);
    ledger.empower("M3", 4, "M2");
    ledger
}

pub(super) fn cases() -> Vec<Case> {
    let mut bench = Bench::new(ledger());
    what_cannot_be_bound(&mut bench);
    what_is_cited(&mut bench);
    what_is_bound(&mut bench);
    bench.cases.push(too_large());
    bench.cases
}

fn what_cannot_be_bound(bench: &mut Bench) {
    assert_eq!(bench.ledger.try_apply(&bench.ledger.package("M1", &[9, 10])), Ok(()));
    let mut case = |name, numbers: &[u64], refusal| {
        let statement = bench.ledger.package("M1", numbers);
        bench.refuses(name, &statement, refusal);
    };
    case("bound already", &[2, 9], Refusal::Packaged(2));
    case("with a ballot", &[3, 9], Refusal::BallotsBefore(3));
    case("with a mandate", &[4, 9], Refusal::BallotsBefore(4));
    case("closing earlier", &[5, 9], Refusal::PackageDates);
    case("opening later", &[6, 9], Refusal::PackageDates);
    let (by, proposer) = (code("M1"), code("M2"));
    let not_proposer = Refusal::NotProposer { by, proposer, measure: 7, act: "bind" };
    case("another's", &[7, 9], not_proposer);
    case("withdrawn", &[8, 9], Refusal::Ended { measure: 8, status: Status::Withdrawn });
    let again = bench.ledger.package("M1", &[1, 2]);
    bench.refuses("the same package", &again, Refusal::AlreadyRecorded);
}

fn what_is_cited(bench: &mut Bench) {
    let mut case = |name, edit: &dyn Fn(&mut Package), refusal| {
        let parties = &bench.ledger.parties;
        let mut package = parties.package(bench.ledger.council(), "M1", &[9, 10]);
        edit(&mut package);
        let statement = parties.sign(&Body::Package(package));
        bench.refuses(name, &statement, refusal);
    };
    let refusal = Refusal::CitedText { what: "measure", number: 9 };
    case("another text", &|it| it.measures[0].text = hash::sha256(b"x"), refusal);
    case("no such measure", &|it| it.measures[1].number = 99, Refusal::UnknownMeasure(99));
}

/// What is bound keeps its text; ballots repeat the package.
fn what_is_bound(bench: &mut Bench) {
    let revision = bench.ledger.revision(1, |m| m.closes = day(40));
    bench.refuses("revised", &revision, Refusal::Packaged(1));
    let is = bench.ledger.measure(1).package.expect("it is bound").to_string();
    let refusal = Refusal::Mismatch { measure: 1, field: "package", said: String::new(), is };
    bench.ballot("a ballot that forgets it", |b| b.said.about.package = None, refusal);
}

/// One measure more than may be bound together.
fn too_large() -> Case {
    let mut ledger = Ledger::found(council_of_equals(3));
    let parties = ledger.parties.clone();
    let numbers: Vec<u64> = (0..=PACKAGE_MEASURES_MAX)
        .map(|at| ledger.table(parties.measure("M1", &format!("Measure {at}"))))
        .collect();
    assert_eq!(ledger.try_apply(&ledger.package("M1", &numbers[1..])), Ok(()), "as many as may");
    let said = ledger.try_apply(&ledger.package("M1", &numbers));
    Case { name: "too many", said, refusal: Refusal::PackageTooLarge(numbers.len()) }
}
