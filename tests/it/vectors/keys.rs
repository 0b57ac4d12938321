//! Golden vectors of what is said of keys and seats; [`crate::vectors`] keeps their files.

use nemcon_ledger::record::council_change::{NextRules, Weights};
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::{Body, Boundary, CouncilChange, Freeze, Record, Rotation, Succession};
use nemcon_tests::fixture::{
    Ledger, Seat, before_appointments, code, council_of, council_of_equals, line, member, officer,
};

use crate::vectors::{Vector, signed};

/// Two of three officers sign for M1; M4 is admitted and enters.
pub(crate) fn all() -> Vec<Vector> {
    let mut seats = vec![Seat::weighing(1); 3];
    seats[0] = Seat { weight: 1, threshold: 2, officers: 3 };
    let mut ledger = Ledger::found(before_appointments(council_of(&seats)));
    let mut vectors = vec![successor(&ledger)];
    of_keys(&ledger, &mut vectors);
    let notice = ledger.sign_as(&ledger.notice("M3", NoticeAct::Given), &["M3/desk-1"]);
    vectors.push(signed("notice-given", &notice));
    ledger.run(&[notice]);
    let back = ledger.sign_as(&ledger.notice("M3", NoticeAct::Withdrawn), &["M3/desk-1"]);
    vectors.push(signed("notice-withdrawn", &back));
    effects(&ledger, &mut vectors);
    let entrant = CouncilChange::Accession(Box::new(member("M4", "Μέλος 4", Seat::weighing(2))));
    let number = ledger.adopt("M1", "accession", entrant);
    vectors.push(signed("entry", &ledger.signed_entry("M4", number)));
    vectors
}

fn of_keys(ledger: &Ledger, vectors: &mut Vec<Vector>) {
    let officers = vec![officer("desk-2", "M1/desk-2"), officer("card", "M1/card")];
    let body = ledger.keys("M1", 1, officers.clone(), None);
    vectors.push(signed("keys", &ledger.sign_as(&body, &["M1/recovery", "M1/card"])));
    let body = ledger.keys("M1", 1, officers, Some("M1/recovery-2"));
    let keys = ["M1/desk-1", "M1/desk-3", "M1/recovery", "M1/recovery-2", "M1/card"];
    vectors.push(signed("keys-recovery", &ledger.sign_as(&body, &keys)));
    let Body::Freeze(freeze) = ledger.freeze("M1") else { unreachable!() };
    let body = Body::Freeze(Freeze { reason: Some(line("A laptop is stolen.")), ..freeze });
    vectors.push(signed("freeze", &ledger.sign_as(&body, &["M1/desk-2"])));
    let body = ledger.rotation("M1", Some("M1/node-2"), Some("M1/seal-2"));
    let keys = ["M1/desk-1", "M1/desk-2", "M1/node-2", "M1/seal-2"];
    vectors.push(signed("rotation", &ledger.sign_as(&body, &keys)));
    let Body::Rotation(rotation) = body else { unreachable!() };
    let body = Body::Rotation(Rotation { node: None, ..rotation });
    vectors.push(signed("rotation-seal", &ledger.sign_as(&body, &keys)));
}

fn effects(ledger: &Ledger, vectors: &mut Vec<Vector>) {
    let weights = vec![(code("M1"), 40), (code("M3"), 25)];
    let rules = NextRules { version: 2, release: line("nemcon 2.0") };
    for (name, kind, council_change) in [
        (
            "measure-accession",
            "accession",
            CouncilChange::Accession(Box::new(member("M4", "Μέλος 4", Seat::weighing(2)))),
        ),
        ("measure-departure", "departure", CouncilChange::Departure(code("M3"))),
        ("measure-weights", "weights", CouncilChange::Weights(Weights { weights, total: 101 })),
        ("measure-rules", "rules-version", CouncilChange::Rules(rules)),
    ] {
        let body = Body::Measure(ledger.effect("M2", kind, council_change));
        vectors.push(signed(name, &ledger.parties.sign(&body)));
    }
}

/// A council of two that goes on from this one without M3.
fn successor(ledger: &Ledger) -> Vector {
    let mut genesis = before_appointments(council_of_equals(2));
    genesis.succeeds = Some(Succession {
        council: ledger.council().digest(),
        checkpoint: Boundary { size: ledger.chain.size(), root: ledger.chain.root() },
        leaves_out: vec![code("M3")],
    });
    Vector { name: "genesis-successor", record: Record::Genesis(Box::new(genesis)) }
}

#[test]
fn what_a_successor_says_of_the_old_council_is_part_of_its_digest() {
    let Record::Genesis(genesis) = all().remove(0).record else { unreachable!() };
    let mut other = (*genesis).clone();
    other.succeeds.as_mut().unwrap().leaves_out.clear();
    assert_ne!(other.digest(), genesis.digest());
    let mut member = (*genesis).clone();
    member.succeeds.as_mut().unwrap().leaves_out.push(code("M1"));
    let refusal = nemcon_ledger::record::GenesisError::LeftOut(code("M1"));
    assert_eq!(member.verify(), Err(refusal));
}
