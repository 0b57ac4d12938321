//! What a party is told that it may do is what the law lets in.

use nemcon_ledger::council::Right;
use nemcon_ledger::record::{Body, CouncilChange, Measure, Position};
use nemcon_tests::fixture::{Ledger, appointee, code, council_of_equals, day, line};

const ALL: [Right; 4] = [Right::Revise, Right::Extend, Right::Close, Right::Withdraw];

/// Whether the law lets this party do this to the measure now.
fn is_let_in(ledger: &Ledger, by: &str, number: u64, right: Right) -> bool {
    let said = match right {
        Right::Extend => ledger.extension(by, number, day(60)),
        Right::Close => ledger.close(by, number),
        Right::Withdraw => ledger.withdrawal(by, number),
        Right::Revise => ledger.revision(number, |measure: &mut Measure| {
            measure.head.by = code(by);
            measure.title = line("Another title");
        }),
    };
    ledger.try_apply(&said).is_ok()
}

/// Compares what each party is told of each right with the law; how many rights there are.
fn compared(ledger: &Ledger, number: u64) -> usize {
    let now = ledger.next_time();
    let mut count = 0;
    for by in ["M1", "M2", "CH"] {
        let told = ledger.council().rights(&code(by), ledger.measure(number), now);
        for right in ALL {
            let is = is_let_in(ledger, by, number, right);
            assert_eq!(told.contains(&right), is, "{by} {right:?} of measure {number}");
        }
        count += told.len();
    }
    count
}

#[test]
fn a_party_is_told_that_it_may_do_what_the_law_lets_in_and_nothing_else() {
    let mut ledger = Ledger::found(council_of_equals(3));
    let own = ledger.table(ledger.parties.measure("M1", "One"));
    let of_chair = ledger.table(ledger.parties.measure("CH", "Two"));
    let mut later = ledger.parties.measure("M1", "Opens later");
    later.opens = Some(day(2));
    let later = ledger.table(later);
    let over = ledger.table(ledger.parties.measure("M2", "Four"));
    let council_change =
        CouncilChange::Appointment(Box::new(appointee("CH", "chair", &["CH/card"])));
    let seats = ledger.table(ledger.effect("M1", "appointment", council_change));
    let bound = [1, 2].map(|at| ledger.table(ledger.parties.measure("M1", &format!("Bound {at}"))));
    let package = ledger.package("M1", &bound);
    ledger.run(&[package]);
    let withdrawn = ledger.withdrawal("M2", over);
    ledger.run(&[withdrawn]);
    for (number, least) in [(own, 5), (of_chair, 4), (later, 3), (seats, 4), (bound[0], 4)] {
        assert!(compared(&ledger, number) >= least, "measure {number}");
    }
    assert_eq!(compared(&ledger, over), 0, "what is over");
    let frozen = ledger.freeze("CH");
    let frozen = ledger.sign_as(&frozen, &["CH/desk-1"]);
    ledger.run(&[frozen]);
    let told = ledger.council().rights(&code("CH"), ledger.measure(own), ledger.next_time());
    assert_eq!(told, [], "nothing is said for a frozen party");
    compared(&ledger, own);
}

#[test]
fn what_a_party_has_not_attested_is_told_of_open_and_adopted_measures() {
    let mut ledger = Ledger::found(council_of_equals(3));
    let number = ledger.table(ledger.parties.measure("M1", "One"));
    let attestation = ledger.attestation("CH", number);
    let Body::Attestation(said) = &attestation.body else { panic!("{attestation:?}") };
    let word = said.attests.clone();
    let unattested = |ledger: &Ledger, by: &str| {
        let said = ledger.said_on(number);
        ledger.council().unattested(&code(by), ledger.measure(number), &said)
    };
    assert!(unattested(&ledger, "CH").contains(&word));
    assert_eq!(unattested(&ledger, "M2"), [], "the charter does not let it");
    ledger.cast(number, &["M1", "M2", "M3"].map(|by| (by, Position::InFavour)));
    assert!(unattested(&ledger, "CH").contains(&word), "also of what is adopted");
    let attestation = ledger.attestation("CH", number);
    ledger.run(&[attestation]);
    assert!(!unattested(&ledger, "CH").contains(&word));
}
