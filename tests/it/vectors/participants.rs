//! Golden vectors of what is decided and said of participants; [`crate::vectors`] keeps their files.

use nemcon_ledger::record::{Body, CouncilChange, Freeze, Participant, Record};
use nemcon_tests::fixture::{Ledger, appointee, council_of_equals, line, officer};

use crate::vectors::{Vector, derived, signed};

/// A council whose chair is frozen by one of two officers, and appointed anew; then the seat is vacant.
pub(crate) fn all() -> Vec<Vector> {
    let mut genesis = council_of_equals(2);
    let two = vec![officer("desk-1", "CH/desk-1"), officer("desk-2", "CH/desk-2")];
    let chair = genesis.participants.remove(0);
    genesis.participants.push(Participant { threshold: 2, officers: two, ..chair });
    let record = Record::Genesis(Box::new(genesis.clone()));
    let mut vectors = vec![Vector { name: "genesis-appointments", record }];
    let mut ledger = Ledger::found(genesis);
    let Body::Freeze(freeze) = ledger.freeze("CH") else { unreachable!() };
    let body = Body::Freeze(Freeze { reason: Some(line("A card is lost.")), ..freeze });
    let freeze = ledger.sign_as(&body, &["CH/desk-2"]);
    vectors.push(signed("freeze-participant", &freeze));
    ledger.run(&[freeze]);
    let next = Participant {
        name: line("Η Προεδρία"),
        threshold: 2,
        ..appointee("CH", "chair", &["CH/desk-2", "CH/card", "CH/desk-3"])
    };
    for (name, participant) in [
        ("measure-appointment", next),
        ("measure-appointment-vacant", appointee("CH", "chair", &[])),
    ] {
        let council_change = CouncilChange::Appointment(Box::new(participant));
        let body = Body::Measure(ledger.effect("M2", "appointment", council_change));
        vectors.push(signed(name, &ledger.sign(&body)));
    }
    vectors.push(lapse(ledger));
    vectors
}

/// A key that one appointment has brought in is not new to another one any more.
fn lapse(mut ledger: Ledger) -> Vector {
    let another = CouncilChange::Appointment(Box::new(appointee("SG", "chair", &["CH/card"])));
    ledger.table(ledger.effect("M1", "appointment", another));
    ledger.appoint("CH", "chair", &["CH/card"]);
    let block = ledger.idle().expect("it lapses");
    let mut records: Vec<_> =
        block.records.iter().map(|leaf| Record::parse(leaf).expect("a record")).collect();
    records.pop();
    derived("lapse-appointment", records)
}
