//! Officers and recovery keys change.

use nemcon_ledger::council::Refusal;
use nemcon_ledger::record::statement::SignatureFault;
use nemcon_ledger::record::{Body, Position, Record};
use nemcon_tests::fixture::{Ledger, code, label, officer, sign_for};

use super::{FOR, ledger, public, signatures};

#[test]
fn the_recovery_key_alone_changes_the_officers() {
    let mut ledger = ledger();
    let officers = vec![officer("desk-2", "M1/desk-2"), officer("card", "M1/card")];
    let body = ledger.keys("M1", 2, officers.clone(), None);
    let statement = ledger.sign_as(&body, &["M1/recovery", "M1/card"]);
    assert_eq!(statement.note.signatures().len(), 2, "the recovery key and the new officer's");
    ledger.run(&[statement]);
    assert_eq!(ledger.member("M1").officers, officers);
    let number = ledger.table(ledger.parties.measure("M2", "A measure"));
    let ballot = Body::Ballot(ledger.parties.ballot(ledger.council(), "M1", number, FOR));
    let of_old = ledger.parties.sign(&ballot);
    let fault = SignatureFault::Signer { line: 1 };
    assert_eq!(ledger.try_apply(&of_old), signatures("M1", fault), "desk-1 is gone");
    let of_new = ledger.sign_as(&ballot, &["M1/desk-2", "M1/card"]);
    ledger.run(&[of_new]);
}

#[test]
fn the_recovery_key_changes_with_its_old_self_and_k_officers() {
    let mut ledger = ledger();
    let officers = ledger.member("M1").officers.clone();
    let body = ledger.keys("M1", 1, officers, Some("M1/recovery-2"));
    let parts = ledger.council().signers_of(&body).unwrap();
    let all = ["M1/desk-1", "M1/desk-3", "M1/recovery", "M1/recovery-2"];
    for missing in 0..all.len() {
        let some: Vec<_> = (0..all.len()).filter(|at| *at != missing).map(|at| all[at]).collect();
        let fault = SignatureFault::Count { found: 3, required: 4 };
        let statement = sign_for(&body, &parts, &some);
        assert_eq!(ledger.try_apply(&statement), signatures("M1", fault), "{missing}");
    }
    let statement = sign_for(&body, &parts, &all);
    ledger.run(&[statement]);
    assert_eq!(ledger.member("M1").recovery, public("M1/recovery-2"));
    assert_eq!(ledger.member("M1").threshold, 1);
    let body = ledger.keys("M1", 2, ledger.member("M1").officers.clone(), None);
    let of_old = sign_for(&body, &[part(&ledger, "M1/recovery")], &["M1/recovery"]);
    let fault = SignatureFault::Signer { line: 1 };
    assert_eq!(ledger.try_apply(&of_old), signatures("M1", fault));
}

fn part(ledger: &Ledger, recovery: &str) -> nemcon_ledger::record::signers::Part {
    use nemcon_ledger::record::roster::recovery_vkey;
    use nemcon_ledger::record::signers::Part;
    let origin = &ledger.parties.genesis.origin;
    Part::all([recovery_vkey(origin, &code("M1"), public(recovery))])
}

#[test]
fn each_new_key_proves_that_it_is_there() {
    let ledger = ledger();
    let body = ledger.keys("M2", 1, vec![officer("card", "M2/card")], None);
    let count = SignatureFault::Count { found: 1, required: 2 };
    let statement = ledger.sign_as(&body, &["M2/recovery"]);
    assert_eq!(ledger.try_apply(&statement), signatures("M2", count.clone()));
    let body = ledger.rotation("M2", Some("M2/node-2"), None);
    let statement = ledger.sign_as(&body, &["M2/desk-1"]);
    assert_eq!(ledger.try_apply(&statement), signatures("M2", count));
    let count = SignatureFault::Count { found: 2, required: 3 };
    let body = ledger.rotation("M2", Some("M2/node-2"), Some("M2/seal-2"));
    for lacking in [["M2/desk-1", "M2/node-2"], ["M2/desk-1", "M2/seal-2"]] {
        let statement = ledger.sign_as(&body, &lacking);
        assert_eq!(ledger.try_apply(&statement), signatures("M2", count.clone()));
    }
}

#[test]
fn a_key_is_used_once_in_the_councils_whole_life() {
    let mut ledger = ledger();
    let change = |ledger: &Ledger, key: &str| {
        let body = ledger.keys("M2", 1, vec![officer("card", key)], None);
        ledger.sign_as(&body, &["M2/recovery", key])
    };
    let used = |key| Err(Refusal::KeyUsed { code: code("M2"), key: Box::new(public(key)) });
    for key in ["M1/desk-1", "M1/recovery", "M3/node", "M3/seal", "CH/desk-1", "M2/desk-1"] {
        let said = ledger.try_apply(&change(&ledger, key));
        assert_eq!(said, used(key), "{key}: also one's own under another label");
    }
    let first = change(&ledger, "M2/card");
    ledger.run(&[first]);
    let back = ledger.keys("M2", 1, vec![officer("desk-1", "M2/desk-1")], None);
    let back = ledger.sign_as(&back, &["M2/recovery", "M2/desk-1"]);
    assert_eq!(ledger.try_apply(&back), used("M2/desk-1"), "what was given up does not come back");
    let body = ledger.rotation("M2", Some("M3/node"), None);
    let statement = ledger.sign_as(&body, &["M2/card", "M3/node"]);
    assert_eq!(ledger.try_apply(&statement), used("M3/node"));
}

#[test]
fn a_statement_in_the_block_of_a_change_is_signed_by_the_officers_before_it() {
    let mut ledger = ledger();
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let body = ledger.keys("M2", 1, vec![officer("card", "M2/card")], None);
    let change = ledger.sign_as(&body, &["M2/recovery", "M2/card"]);
    let ballot = ledger.ballot("M2", number, FOR);
    ledger.run(&[change, ballot]);
    assert!(ledger.said_on(number).ballot(&code("M2")).is_some());
    let again = ledger.ballot("M2", number, Position::Against);
    let fault = SignatureFault::Signer { line: 1 };
    assert_eq!(ledger.try_apply(&again), signatures("M2", fault));
}

#[test]
fn decisions_stay_what_they_are_when_their_signers_keys_are_gone() {
    let mut ledger = ledger();
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let ballots = ["M1", "M2", "M3", "M4"].map(|by| ledger.ballot(by, number, FOR));
    let derived = ledger.run(&ballots);
    assert!(matches!(derived[..], [Record::Decision(_)]));
    for by in ["M2", "M3", "M4"] {
        let card = format!("{by}/card");
        let body = ledger.keys(by, 1, vec![officer("card", &card)], None);
        let change = ledger.sign_as(&body, &[&format!("{by}/recovery"), &card]);
        ledger.run(&[change]);
    }
    // From the blocks alone, by one who was not there.
    let mut judge = nemcon_ledger::Chain::found(ledger.parties.genesis.clone());
    for block in &ledger.blocks {
        judge = judge.apply(block).expect("the ledger holds");
    }
    assert_eq!(judge.root(), ledger.chain.root());
    assert_eq!(judge.council().measure(number), ledger.council().measure(number));
    assert_eq!(
        judge.council().roster().member(&code("M2")).unwrap().officers[0].label,
        label("card")
    );
}
