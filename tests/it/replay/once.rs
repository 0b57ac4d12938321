//! What was signed once counts once, here, and for its signer alone.

use nemcon_ledger::council::{Council, Refusal};
use nemcon_ledger::record::statement::SignatureFault;
use nemcon_ledger::record::{Body, Position, Statement};
use nemcon_tests::fixture::{
    EU_MEMBERS, Ledger, Parties, Seat, board, code, council_of, council_of_equals, european_union,
};

const FOR: Position = Position::InFavour;

/// What the council says to it now; the ledger stays as it is.
fn say(ledger: &Ledger, statement: &Statement) -> Result<(), Refusal> {
    let mut council: Council = ledger.council().clone();
    council.open(ledger.next_time());
    council.apply(statement)
}

fn with_two_of_three_officers() -> Ledger {
    let two_of_three = Seat { weight: 1, threshold: 2, officers: 3 };
    let mut ledger = Ledger::found(council_of(&[two_of_three, Seat::weighing(1)]));
    ledger.table(ledger.parties.measure("M1", "A measure"));
    ledger
}

#[test]
fn a_second_copy_by_other_officers_is_the_same_statement() {
    let mut ledger = with_two_of_three_officers();
    let body = Body::Ballot(ledger.parties.ballot(ledger.council(), "M1", 1, FOR));
    let copies = [[0, 1], [0, 2], [1, 2]].map(|two| ledger.parties.sign_with(&body, &two));
    for copy in &copies {
        assert_eq!(say(&ledger, copy), Ok(()));
    }
    let block = ledger.offer_at(ledger.next_time(), &copies).unwrap();
    assert_eq!(block.records.len(), 2, "one copy and the block record");
    for copy in &copies {
        assert_eq!(say(&ledger, copy), Err(Refusal::AlreadyRecorded));
    }
}

#[test]
fn a_second_copy_of_a_measure_is_refused_in_its_block_and_after_it() {
    let mut ledger = with_two_of_three_officers();
    let body = Body::Measure(ledger.parties.measure("M1", "Another measure"));
    let copies = [[0, 1], [1, 2]].map(|two| ledger.parties.sign_with(&body, &two));
    let block = ledger.offer_at(ledger.next_time(), &copies).unwrap();
    assert_eq!(block.records.len(), 2, "one copy and the block record");
    for copy in &copies {
        assert_eq!(say(&ledger, copy), Err(Refusal::AlreadyRecorded));
    }
}

#[test]
fn only_the_required_officers_sign_in_the_order_of_the_roster() {
    let ledger = with_two_of_three_officers();
    let body = Body::Ballot(ledger.parties.ballot(ledger.council(), "M1", 1, FOR));
    let by = code("M1");
    for (officers, fault) in [
        (&[0][..], SignatureFault::Count { found: 1, required: 2 }),
        (&[0, 1, 2], SignatureFault::Count { found: 3, required: 2 }),
        (&[1, 0], SignatureFault::Signer { line: 2 }),
        (&[2, 1], SignatureFault::Signer { line: 2 }),
        (&[1, 1], SignatureFault::Signer { line: 2 }),
    ] {
        let statement = ledger.parties.sign_with(&body, officers);
        let refusal = Refusal::Signatures { by: by.clone(), fault };
        assert_eq!(say(&ledger, &statement), Err(refusal), "{officers:?}");
    }
}

#[test]
fn a_replaced_ballot_cannot_be_played_again() {
    let mut ledger = Ledger::found(council_of_equals(2));
    ledger.table(ledger.parties.measure("M1", "A measure"));
    let mut said = Vec::new();
    for position in [FOR, Position::Against, Position::Retracted, FOR, Position::Against] {
        let ballot = ledger.ballot("M1", 1, position);
        ledger.run(std::slice::from_ref(&ballot));
        said.push(ballot);
    }
    let last = said.pop().unwrap();
    assert_eq!(say(&ledger, &last), Err(Refusal::AlreadyRecorded));
    for old in said {
        let link = old.body.link().unwrap();
        let (chain, after, wanted) = (link.chain, link.after, Some(last.leaf_hash));
        let refusal = Refusal::WrongAfter { chain, after, wanted };
        assert_eq!(say(&ledger, &old), Err(refusal));
    }
}

#[test]
fn a_ballot_on_one_measure_says_nothing_on_another() {
    let mut ledger = Ledger::found(council_of_equals(2));
    ledger.table(ledger.parties.measure("M1", "A measure"));
    ledger.table(ledger.parties.measure("M1", "Another measure"));
    let Body::Ballot(mut ballot) = ledger.ballot("M1", 1, FOR).body else { unreachable!() };
    ballot.said.about.measure = 2;
    let statement = ledger.parties.sign(&Body::Ballot(ballot));
    assert!(matches!(say(&ledger, &statement), Err(Refusal::Mismatch { field: "text", .. })));
}

#[test]
fn a_statement_of_one_council_is_refused_in_another_with_the_same_keys() {
    let mut here = Ledger::found(council_of_equals(3));
    let mut other = council_of_equals(3);
    other.charter.name = "Another council".parse().unwrap();
    let mut there = Ledger::found(other);
    here.table(here.parties.measure("M1", "A measure"));
    there.table(there.parties.measure("M1", "A measure"));
    let ballot = here.ballot("M1", 1, FOR);
    let (found, wanted) = (here.council().digest(), there.council().digest());
    assert_eq!(say(&here, &ballot), Ok(()));
    assert_eq!(say(&there, &ballot), Err(Refusal::WrongCouncil { found, wanted }));
}

#[test]
fn twenty_six_members_together_cannot_sign_for_the_twenty_seventh() {
    let mut ledger = Ledger::found(european_union());
    let number = ledger.table(ledger.parties.measure("HR1", "A measure"));
    let (absent, others) = EU_MEMBERS.split_last().unwrap();
    let ballots: Vec<_> = others.iter().map(|(state, ..)| (*state, FOR)).collect();
    assert_eq!(ledger.cast(number, &ballots), []);
    let ballot = Body::Ballot(ledger.parties.ballot(ledger.council(), absent.0, number, FOR));
    let text = ballot.render();
    let line = |(state, ..): &(&str, &str, u64)| ledger.parties.signature(&text, &code(state), 0);

    for thief in others {
        let statement = Statement::new(&ballot, vec![line(thief)]).unwrap();
        let fault = SignatureFault::Signer { line: 1 };
        let refusal = Refusal::Signatures { by: code(absent.0), fault };
        assert_eq!(say(&ledger, &statement), Err(refusal));
    }
    let all = Statement::new(&ballot, others.iter().map(line).collect()).unwrap();
    let fault = SignatureFault::Count { found: 26, required: 1 };
    assert_eq!(say(&ledger, &all), Err(Refusal::Signatures { by: code(absent.0), fault }));

    let Body::Ballot(mut own) = ballot else { unreachable!() };
    own.said.head.by = code("BE");
    let own = ledger.parties.sign(&Body::Ballot(own));
    let refusal = Refusal::NotOwn { by: code("BE"), on_behalf: code(absent.0) };
    assert_eq!(say(&ledger, &own), Err(refusal));
}

#[test]
fn keys_of_other_uses_sign_no_statement() {
    use nemcon_crypto::note::sign_note;
    use nemcon_tests::fixture::secret;
    let parties = Parties::new(board());
    let council = Council::new(parties.genesis.clone());
    let body = Body::Measure(parties.measure("B1", "A measure"));
    let text = body.render();
    let desk = parties.signature(&text, &code("B1"), 0).name().clone();
    for key in ["B1/recovery", "B1/node", "B1/seal", "B2/desk-1"] {
        let line = sign_note(&text, &desk, &secret(key)).unwrap();
        let statement = Statement::new(&body, vec![line]).unwrap();
        let refused = council.clone().apply(&statement);
        assert!(matches!(refused, Err(Refusal::Signatures { .. })), "{key}");
    }
    assert_eq!(council.clone().apply(&parties.sign(&body)), Ok(()));
}
