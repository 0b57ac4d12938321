//! Thieves of officers' keys, of a node's disk, and of the Presidency's key.

use nemcon_ledger::council::Refusal;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::statement::SignatureFault;
use nemcon_ledger::record::{Body, CouncilChange, Statement};
use nemcon_tests::fixture::{
    BLOCK_SHARE, Ledger, appointee, code, council_of_equals, officer, sign_for,
};

use super::FOR;
use crate::parties::keys::{ledger, public, signatures};

#[test]
fn a_thief_with_one_officer_key_of_two_of_three_can_only_freeze() {
    let mut ledger = ledger();
    let number = ledger.table(ledger.parties.measure("M2", "A measure"));
    let thief = ["M1/desk-1"];
    let ballot = Body::Ballot(ledger.parties.ballot(ledger.council(), "M1", number, FOR));
    let count = |required| signatures("M1", SignatureFault::Count { found: 1, required });
    assert_eq!(ledger.try_apply(&ledger.sign_as(&ballot, &thief)), count(2));
    let twice = Statement::new(
        &ballot,
        [0, 0].map(|at| ledger.parties.signature(&ballot.render(), &code("M1"), at)).to_vec(),
    );
    let fault = SignatureFault::Signer { line: 2 };
    assert_eq!(ledger.try_apply(&twice.unwrap()), signatures("M1", fault));
    let body = ledger.rotation("M1", Some("M1/node-2"), None);
    let statement = ledger.sign_as(&body, &["M1/desk-1", "M1/node-2"]);
    let fault = SignatureFault::Count { found: 2, required: 3 };
    assert_eq!(ledger.try_apply(&statement), signatures("M1", fault));
    let body = ledger.notice("M1", NoticeAct::Given);
    assert_eq!(ledger.try_apply(&ledger.sign_as(&body, &thief)), count(2));
    let body = ledger.keys("M1", 1, vec![officer("desk-1", "M1/desk-1")], None);
    let parts = ledger.council().signers_of(&body).unwrap();
    let mut as_recovery = parts.clone();
    as_recovery[0].keys[0].key = public("M1/desk-1");
    let fault = SignatureFault::Signer { line: 1 };
    assert_eq!(ledger.try_apply(&sign_for(&body, &as_recovery, &thief)), signatures("M1", fault));

    // A freeze stops the member, and the thief: he cannot end it.
    let freeze = ledger.sign_as(&ledger.freeze("M1"), &thief);
    ledger.run(&[freeze]);
    let again = ledger.sign_as(&ledger.freeze("M1"), &thief);
    assert_eq!(ledger.try_apply(&again), Err(Refusal::AlreadyFrozen(code("M1"))));
    let body = ledger.keys("M1", 2, vec![officer("a", "M1/a"), officer("b", "M1/b")], None);
    let thaw = ledger.sign_as(&body, &["M1/recovery", "M1/a", "M1/b"]);
    ledger.run(&[thaw]);
    let late = sign_for(
        &ledger.freeze("M1"),
        &{
            let mut parts = ledger.council().signers_of(&ledger.freeze("M1")).unwrap();
            parts[0].keys[0].key = public("M1/desk-1");
            parts
        },
        &thief,
    );
    assert_eq!(ledger.try_apply(&late), signatures("M1", SignatureFault::Signer { line: 1 }));
}

/// One of one signs for M2, and its laptop is gone: whatever the thief says first, the freeze gets in.
#[test]
fn a_thief_who_speaks_for_a_member_cannot_keep_it_from_freezing() {
    let mut ledger = ledger();
    let freeze = ledger.sign_as(&ledger.freeze("M2"), &["M2/desk-1"]);
    let mut noise: Vec<_> = (0..BLOCK_SHARE)
        .map(|at| ledger.parties.measure("M2", &format!("Noise {at}")))
        .map(|measure| ledger.parties.sign(&Body::Measure(measure)))
        .collect();
    // His notice takes the member's own chain on: a freeze that followed it would come too late.
    noise.push(ledger.sign_as(&ledger.notice("M2", NoticeAct::Given), &["M2/desk-1"]));
    let mut council = ledger.council().clone();
    council.open(ledger.next_time());
    for statement in &noise {
        assert_eq!(council.apply(statement), Ok(()));
    }
    let more = ledger.parties.sign(&Body::Measure(ledger.parties.measure("M2", "More")));
    assert_eq!(council.apply(&more), Err(Refusal::QuotaSpent(code("M2"))));
    assert_eq!(council.apply(&freeze), Ok(()));
    noise.push(freeze);
    ledger.run(&noise);
    assert!(ledger.council().is_frozen(&code("M2")));
    assert!(!ledger.council().is_departing(&code("M2")));
}

#[test]
fn a_thief_with_a_nodes_whole_disk_says_nothing_for_its_member() {
    let mut ledger = ledger();
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let disk = ["M2/node", "M2/seal"];
    let bodies = [
        Body::Ballot(ledger.parties.ballot(ledger.council(), "M2", number, FOR)),
        ledger.keys("M2", 1, vec![officer("desk-1", "M2/mine")], None),
        ledger.freeze("M2"),
        ledger.rotation("M2", Some("M2/node-2"), Some("M2/seal-2")),
        ledger.notice("M2", NoticeAct::Given),
    ];
    for body in &bodies {
        let parts = ledger.council().signers_of(body).unwrap();
        for key in disk {
            // The right names, the wrong keys: as many lines as are asked for.
            let mut forged = parts.clone();
            for vkey in forged.iter_mut().flat_map(|part| &mut part.keys) {
                vkey.key = public(key);
            }
            let said = ledger.try_apply(&sign_for(body, &forged, &disk));
            assert!(
                matches!(
                    said,
                    Err(Refusal::Signatures { fault: SignatureFault::Signer { .. }, .. })
                ),
                "{}: {said:?}",
                body.kind()
            );
        }
    }
    // The member takes both keys away from him, in one statement.
    let body = ledger.rotation("M2", Some("M2/node-2"), Some("M2/seal-2"));
    let rotation = ledger.sign_as(&body, &["M2/desk-1", "M2/node-2", "M2/seal-2"]);
    ledger.run(&[rotation]);
    let member = ledger.member("M2");
    assert!(![member.node, member.seal].iter().any(|key| disk.map(public).contains(key)));
}

/// A thief has the Presidency's only key, and the Presidency has none to freeze it with.
#[test]
fn a_thief_of_the_presidencys_key_keeps_it_no_longer_than_all_need_to_appoint_another() {
    let mut ledger = Ledger::found(council_of_equals(4));
    let theirs = CouncilChange::Appointment(Box::new(appointee("CH", "chair", &["thief/card"])));
    let own = ledger.table(ledger.effect("CH", "appointment", theirs));
    ledger.cast(own, &[("M1", FOR), ("M2", FOR), ("M3", FOR)]);
    assert_eq!(ledger.measure(own).missing(), [code("M4")], "he does not appoint himself");
    let by_ballot = Body::Ballot(ledger.parties.ballot(ledger.council(), "CH", own, FOR));
    let said = ledger.try_apply(&ledger.sign(&by_ballot));
    assert_eq!(said, Err(Refusal::NotEntitled { code: code("CH"), measure: own }));
    let officers = vec![officer("card", "thief/card")];
    let keys = ledger.keys("CH", 1, officers, None);
    assert_eq!(ledger.council().signers_of(&keys), Err(Refusal::NotAMember(code("CH"))));

    let next = CouncilChange::Appointment(Box::new(appointee("CH", "chair", &["CH/card"])));
    let number = ledger.table(ledger.effect("M1", "appointment", next));
    let closing = ledger.close("CH", number);
    let refusal = Refusal::AboutSeats { by: code("CH"), measure: number };
    assert_eq!(ledger.try_apply(&closing), Err(refusal));
    let freeze = ledger.sign_as(&ledger.freeze("CH"), &["CH/desk-1"]);
    ledger.run(&[freeze]);
    ledger.all_in_favour(number);
    assert!(!ledger.council().is_frozen(&code("CH")), "a freeze does not outlive it either");
}

#[test]
fn a_frozen_participant_closes_nothing() {
    let mut ledger = Ledger::found(council_of_equals(3));
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let closing = ledger.close("CH", number);
    let freeze = ledger.sign_as(&ledger.freeze("CH"), &["CH/desk-1"]);
    ledger.run(&[freeze]);
    assert_eq!(ledger.try_apply(&closing), Err(Refusal::Frozen(code("CH"))));
    let others = ["M1", "M2"].map(|by| (by, FOR));
    ledger.cast(number, &others);
    assert_eq!(ledger.measure(number).missing(), [code("M3")]);
}

#[test]
fn the_old_presidencys_key_says_nothing_after_the_appointment() {
    let mut ledger = Ledger::found(council_of_equals(3));
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let statements = [
        ledger.close("CH", number),
        ledger.extension("CH", number, nemcon_tests::fixture::day(40)),
        ledger.attestation("CH", number),
        ledger.remark("CH", number, |_| {}),
        ledger.sign_as(&ledger.freeze("CH"), &["CH/desk-1"]),
    ];
    ledger.appoint("CH", "chair", &["CH/card"]);
    let fault = SignatureFault::Signer { line: 1 };
    let refusal = Refusal::Signatures { by: code("CH"), fault };
    for statement in &statements {
        assert_eq!(ledger.try_apply(statement), Err(refusal.clone()), "{}", statement.body.kind());
    }
}
