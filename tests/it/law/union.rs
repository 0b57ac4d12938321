//! The Union's two councils under the charters that come along, as tests found them.

use nemcon_client::shipped::{CharterName, Shipped};
use nemcon_ledger::council::Refusal;
use nemcon_ledger::record::{Body, Genesis, Measure, Participant, Roster, Statement, Visibility};
use nemcon_ledger::text::Time;
use nemcon_tests::fixture::{Ledger, Seat, label, line, member, participant};

/// Who has a seat beside the 27, by code and role.
const PLACES: [(&str, &str); 4] = [
    ("HR1", "high-representative"),
    ("PR1", "presidency"),
    ("COM1", "commission"),
    ("SG1", "secretariat"),
];

/// Who has a seat in the European Council beside the 27.
const LEADERS: [(&str, &str); 4] = [
    ("PEC1", "president"),
    ("COM1", "commission"),
    ("HR1", "high-representative"),
    ("SG1", "secretariat"),
];

/// The 27 under the charter that comes along, and participants in every role.
pub(crate) fn union() -> Ledger {
    seated(CharterName::EuCouncil, &PLACES)
}

/// The same 27 as the European Council.
pub(super) fn european_council() -> Ledger {
    seated(CharterName::EuropeanCouncil, &LEADERS)
}

fn seated(name: CharterName, places: &[(&str, &str)]) -> Ledger {
    let shipped = Shipped::load(name);
    let seats = shipped.seats.iter();
    let members =
        seats.map(|it| member(it.code.as_str(), it.name.as_str(), Seat::weighing(it.weight)));
    let place = |(code, role): &(&str, &str)| -> Participant { participant(code, role, role) };
    Ledger::found(Genesis {
        origin: shipped.origin,
        visibility: Visibility::Members,
        succeeds: None,
        charter: shipped.charter,
        roster: Roster { members: members.collect() },
        participants: places.iter().map(place).collect(),
    })
}

/// What the council says to a statement in a block at `time`; nothing changes.
pub(super) fn judge(ledger: &Ledger, time: Time, statement: &Statement) -> Result<(), Refusal> {
    let mut council = ledger.council().clone();
    council.open(time);
    council.apply(statement)
}

/// A measure of this kind on these legal bases, with what else its kind asks for.
pub(crate) fn act(ledger: &Ledger, by: &str, kind: &str, bases: &[&str]) -> Measure {
    let mut measure = ledger.parties.measure(by, "An act");
    let kind = ledger.council().genesis().charter.kind(&label(kind)).expect("the charter's kind");
    (measure.kind, measure.rule) = (kind.name.clone(), kind.decided[0].by.clone());
    measure.category = None;
    measure.basis = bases.iter().map(|basis| line(basis)).collect();
    measure
}

/// What the council says to a measure that is tabled next.
pub(super) fn tabling(ledger: &Ledger, measure: Measure) -> Result<(), Refusal> {
    ledger.try_apply(&ledger.parties.sign(&Body::Measure(measure)))
}
