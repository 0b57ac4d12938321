"""What is let in on a measure: ballots, mandates, reservations, steering, attestations, remarks."""

from __future__ import annotations

from hashlib import sha256

from .fault import demand
from .records import Record
from .state import Ballot, Council, Mandate, Measure, expect
from .tabling import verify_dates

REMARKS_MAX = 8


def signatures_hash(record: Record) -> str:
    """SHA-256 of the signatures of the lines, in their order, without key ids."""
    return sha256(b"".join(line.blob[4:] for line in record.signatures or [])).hexdigest()


def take(council: Council, record: Record, leaf: int) -> None:
    """Lets a statement on a measure in, and has it act."""
    measure = council.measure(record.get("measure"))
    _verify_about(measure, record)
    by, on = record.get("by"), record.get("for")
    if record.kind != "ballot":
        demand(by == on, f"{by} speaks for {on}")
    if record.kind in ("attestation", "remark"):
        (_attest if record.kind == "attestation" else _remark)(council, measure, record)
        return
    demand(measure.is_open, f"measure {measure.number} has ended")
    demand(council.time < measure.closes, f"measure {measure.number} closes before the block's time")
    {
        "ballot": _ballot, "mandate": _mandate, "reservation": _reservation, "extension": _extend,
        "withdrawal": _withdraw, "close": _close,
    }[record.kind](council, measure, record, leaf)


def _verify_about(measure: Measure, record: Record) -> None:
    lines = {
        "revision": measure.revision, "text": measure.text_hash, "title": measure.title, "rule": measure.rule,
        "package": measure.package,
    }
    for name, value in lines.items():
        demand(record.get(name) == value, f"the line {name!r} does not fit measure {measure.number}")


def _verify_opened(council: Council, measure: Measure) -> None:
    opens = measure.record.get("opens")
    demand(opens is None or opens <= council.time, f"measure {measure.number} is not open yet")


def _ballot(council: Council, measure: Measure, record: Record, leaf: int) -> None:
    by, on, position = record.get("by"), record.get("for"), record.get("position")
    rule, kind = council.charter.rules[measure.rule], council.charter.kinds[measure.kind]
    _verify_opened(council, measure)
    demand(on in measure.entitled, f"{on} is not entitled on measure {measure.number}")
    demand(rule.abstention or not position.startswith("abstain"), f"{measure.rule} knows no abstention")
    demand(kind.qualified or position != "abstain-qualified", f"{kind.name} knows no qualified abstention")
    if record.has("assent"):
        procedure = council.charter.procedures.get(measure.record.get("procedure"))
        demand(procedure is not None and procedure.tacit, "the procedure knows no tacit assent")
    standing = measure.ballots.get(on)
    if position == "retracted":
        stands = standing is not None and standing.position != "retracted"
        demand(stands, f"{on} has no ballot to retract")
    _verify_mandate(measure, record)
    if by == on:
        measure.mandates.pop(on, None)
        measure.used_mandates.discard(on)
        if position == "in-favour":
            measure.reservations = {pair for pair in measure.reservations if pair[0] != on}
    else:
        measure.used_mandates.add(on)
    holder = None if by == on else by
    measure.ballots[on] = Ballot(position, leaf, record.text_hash, signatures_hash(record), holder)


def _verify_mandate(measure: Measure, record: Record) -> None:
    by, on, named = record.get("by"), record.get("for"), record.get("mandate")
    if by == on:
        demand(named is None, "a member's own ballot names a mandate")
        return
    mandate = expect(measure.mandates.get(on), f"{on} has given no mandate")
    demand(mandate.text_hash == named and mandate.holder == by, f"{by} does not hold the mandate that is named")
    demand(record.get("position") != "abstain-qualified", "a declaration is the member's own")


def _mandate(council: Council, measure: Measure, record: Record, leaf: int) -> None:
    giver, holder = record.get("for"), record.get("to")
    charter = council.charter
    demand(charter.mandates and charter.rules[measure.rule].mandates, "no mandates are given here")
    demand(giver in measure.entitled, f"{giver} is not entitled on measure {measure.number}")
    demand(giver not in measure.used_mandates, f"the mandate of {giver} has been used")
    if holder is None:
        demand(giver in measure.mandates, f"{giver} has given no mandate")
        del measure.mandates[giver]
        return
    demand(giver not in measure.ballots or measure.ballots[giver].position == "retracted", "its ballot stands")
    demand(holder in measure.entitled and holder != giver, f"{holder} is not another entitled member")
    for other, mandate in measure.mandates.items():
        demand(other == giver or mandate.holder != holder, f"{holder} holds another mandate")
        demand(mandate.holder != giver, f"{giver} holds a mandate")
    demand(holder not in measure.mandates, f"{holder} has given a mandate")
    measure.mandates[giver] = Mandate(holder, leaf, record.text_hash)


def _reservation(council: Council, measure: Measure, record: Record, leaf: int) -> None:
    code, sort = record.get("for"), record.get("reservation")
    demand(sort in council.charter.words("reservations"), f"the charter knows no reservation {sort}")
    demand(code in measure.entitled, f"{code} is not entitled on measure {measure.number}")
    if record.get("act") == "place":
        demand((code, sort) not in measure.reservations, f"{code} has this reservation")
        measure.reservations.add((code, sort))
    else:
        demand((code, sort) in measure.reservations, f"{code} has no such reservation")
        measure.reservations.discard((code, sort))


def _extend(council: Council, measure: Measure, record: Record, leaf: int) -> None:
    may = council.may(record.get("by"), council.charter.words("extend"), measure.proposer)
    demand(may, f"{record.get('by')} may not extend")
    demand(record.get("closes") > measure.closes, "an extension puts the deadline off")
    for other in council.bound(measure):
        verify_dates(council, other.record, record.get("closes"))
        other.closes = record.get("closes")


def _withdraw(council: Council, measure: Measure, record: Record, leaf: int) -> None:
    demand(measure.proposer == record.get("by"), "only the proposer withdraws a measure")
    council.pending.withdrawn.append(measure.number)


def _close(council: Council, measure: Measure, record: Record, leaf: int) -> None:
    by = record.get("by")
    demand(council.may(by, council.charter.words("close"), measure.proposer), f"{by} may not close")
    for other in council.bound(measure):
        _verify_opened(council, other)
        if other.record.has("appoints"):
            demand(council.member(by) is not None, "no participant closes an appointment")
    council.pending.closed.setdefault(measure.number, []).append(by)


def _attest(council: Council, measure: Measure, record: Record) -> None:
    charter, word = council.charter, record.get("attests")
    demand(council.may(record.get("by"), charter.words("attest")), f"{record.get('by')} may not attest")
    of_procedures = {w for procedure in charter.procedures.values() for w in procedure.attests}
    procedure = charter.procedures.get(measure.record.get("procedure"))
    demand(word in charter.words("attests"), f"the charter knows no attestation {word}")
    own = procedure.attests if procedure else []
    demand(word not in of_procedures or word in own, f"{word} is of another procedure")
    demand(measure.status != "withdrawn" or word != charter.released_by, "nothing is released")
    if word in charter.words("annuls"):
        demand(measure.status == "adopted", "only what was adopted is annulled")
        measure.annulled = True
    if word == charter.released_by:
        waits = charter.kinds[measure.kind].votes == "released"
        demand(waits and not measure.is_open, "there are no votes to release")
    measure.attested.add(word)


def _remark(council: Council, measure: Measure, record: Record) -> None:
    by, charter = record.get("by"), council.charter
    demand(council.may(by, charter.words("remark")), f"{by} makes no remarks")
    demand(record.get("sort") in charter.words("remarks"), "the charter knows no such remark")
    demand(measure.status not in ("lapsed", "withdrawn"), "no remark on what has lapsed or was withdrawn")
    made = measure.remarks.get(by, 0)
    demand(made < REMARKS_MAX, f"{by} has made {REMARKS_MAX} remarks on this text")
    measure.remarks[by] = made + 1
