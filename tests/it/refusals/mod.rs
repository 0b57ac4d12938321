//! Every reason that the council refuses a statement for, each by a named case.

mod citations;
mod entitled;
mod incidents;
mod keys;
mod limits;
mod mandates;
mod packages;
mod participants;
mod remarks;
mod statements;
mod steering;
mod tabling;

use std::collections::BTreeSet;

use nemcon_ledger::council::{LAWS, NotInRole, Refusal};
use nemcon_ledger::record::{Ballot, Body, Measure, Position, Statement};
use nemcon_tests::fixture::{Ledger, Parties, code, label};

const FOR: Position = Position::InFavour;

/// One defect, what the council says to it, and what it must say.
struct Case {
    name: &'static str,
    said: Result<(), Refusal>,
    refusal: Refusal,
}

/// A council that stands, and the cases judged on it.
struct Bench {
    ledger: Ledger,
    cases: Vec<Case>,
}

impl Bench {
    const fn new(ledger: Ledger) -> Self {
        Self { ledger, cases: Vec::new() }
    }

    fn refuses(&mut self, name: &'static str, statement: &Statement, refusal: Refusal) {
        self.refuses_after(name, &[], statement, refusal);
    }

    /// What the council says to it in one block with what comes before it.
    fn refuses_after(
        &mut self,
        name: &'static str,
        before: &[Statement],
        statement: &Statement,
        refusal: Refusal,
    ) {
        let mut council = self.ledger.council().clone();
        council.open(self.ledger.next_time());
        for statement in before {
            assert_eq!(council.apply(statement), Ok(()), "{name}");
        }
        let was = council.clone();
        let said = council.apply(statement);
        assert_eq!(council.next_leaf(), was.next_leaf(), "{name}: a refusal takes no leaf");
        assert!(council.measures().eq(was.measures()), "{name}");
        assert!(council.incidents().eq(was.incidents()), "{name}");
        self.cases.push(Case { name, said, refusal });
    }

    /// A statement of this body with its party's own signatures.
    fn says(&mut self, name: &'static str, body: &Body, refusal: Refusal) {
        let statement = self.ledger.sign(body);
        self.refuses(name, &statement, refusal);
    }

    fn ballot(&mut self, name: &'static str, edit: impl FnOnce(&mut Ballot), refusal: Refusal) {
        let mut ballot = self.parties().ballot(self.ledger.council(), "M2", 1, FOR);
        edit(&mut ballot);
        let statement = self.parties().sign(&Body::Ballot(ballot));
        self.refuses(name, &statement, refusal);
    }

    fn measure(&mut self, name: &'static str, edit: impl FnOnce(&mut Measure), refusal: Refusal) {
        let mut measure = self.parties().measure("M2", "A new measure");
        edit(&mut measure);
        let statement = self.parties().sign(&Body::Measure(measure));
        self.refuses(name, &statement, refusal);
    }

    const fn parties(&self) -> &Parties {
        &self.ledger.parties
    }
}

/// What is said to a member in none of the roles that may do that to a measure of M1.
fn not_in_role(by: &str, act: &'static str, measure: u64, may: &[&str]) -> Refusal {
    let may = may.iter().map(|role| label(role)).collect();
    let (by, proposer) = (code(by), code("M1"));
    Refusal::NotInRole(Box::new(NotInRole { by, act, measure, proposer, may }))
}

fn all() -> Vec<Case> {
    let topics = [
        statements::cases,
        limits::cases,
        tabling::cases,
        citations::cases,
        entitled::cases,
        steering::cases,
        packages::cases,
        mandates::cases,
        incidents::cases,
        keys::cases,
        participants::cases,
        remarks::cases,
    ];
    topics.into_iter().flat_map(|cases| cases()).collect()
}

#[test]
fn each_defect_has_its_own_refusal() {
    for Case { name, said, refusal } in all() {
        assert_eq!(said, Err(refusal), "{name}");
    }
}

#[test]
fn every_refusal_has_a_case() {
    let exercised: BTreeSet<&str> = all().iter().map(|case| case.refusal.code()).collect();
    assert_eq!(exercised, LAWS.iter().map(|law| law.code).collect());
}

#[test]
fn a_refusal_says_what_is_wrong_and_what_to_do() {
    for Case { name, refusal, .. } in all() {
        assert!(refusal.to_string().len() > 10, "{name}");
        assert!(refusal.law().way_out.ends_with('.'), "{name}");
        let words = refusal.code().bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        assert!(words, "{name}");
    }
}
