"""How measures end: what stands, decisions and lapses with their exact bytes (sections 1 and 2)."""

from __future__ import annotations

from hashlib import sha256

from .state import Ballot, Council, Measure
from .text import encode64

COMMITTED_REASONS = {"adopted": "the rule is met", "not-adopted": "the rule is not met"}


def of(measure: Measure, *positions: str) -> list[str]:
    """The entitled members whose ballot has one of these positions."""
    ballots = measure.ballots
    return [code for code in measure.entitled if code in ballots and ballots[code].position in positions]


def is_blocked_by_qualified(council: Council, measure: Measure) -> bool:
    """`count * d >= n * members` and `weight * d >= n * total`, as of the tabling."""
    if council.charter.qualified is None:
        return False
    (n1, d1), (n2, d2) = council.charter.qualified
    codes = of(measure, "abstain-qualified")
    weight = sum(measure.weights[code] for code in codes)
    return bool(codes) and len(codes) * d1 >= n1 * len(measure.sitting) and weight * d2 >= n2 * measure.total


def obstacle(council: Council, measure: Measure) -> str | None:
    """What keeps a measure with all ballots from being adopted, by its own ballots."""
    against = of(measure, "against")
    if against:
        return f"against: {' '.join(against)}"
    if is_blocked_by_qualified(council, measure):
        codes = of(measure, "abstain-qualified")
        share = percent(sum(measure.weights[code] for code in codes), measure.total)
        what = council.charter.of_what
        return f"qualified abstention of {len(codes)} members with {share} % of the {what}"
    if not of(measure, "in-favour"):
        return "nobody in favour"
    return None


def percent(part: int, whole: int) -> str:
    """The share in hundredths of a per cent, half a hundredth rounded up."""
    hundredths = (part * 20000 + whole) // (2 * whole)
    return f"{hundredths // 100}.{hundredths % 100:02}"


def stands_alone(council: Council, measure: Measure) -> bool:
    """Whether the measure's own ballots are in and meet its rule."""
    return not measure.missing() and obstacle(council, measure) is None


def is_adoptable(council: Council, measure: Measure) -> bool:
    """Whether the measure and all of its package can be adopted."""
    return all(stands_alone(council, other) for other in council.bound(measure))


def outcome(council: Council, measure: Measure) -> tuple[str, str]:
    """Outcome and reason of a measure with all ballots in."""
    own = obstacle(council, measure)
    if own is not None:
        return "not-adopted", own
    for other in council.bound(measure):
        if not stands_alone(council, other):
            return "not-adopted", fallen(other.number)
    return "adopted", favour(measure)


def fallen(number: int) -> str:
    """Why a measure falls with another one of its package."""
    return f"its package cannot be adopted: measure {number} is not"


def favour(measure: Measure) -> str:
    """The ballots of a measure that is adopted, in words."""
    in_favour, abstained = of(measure, "in-favour"), of(measure, "abstain")
    qualified = of(measure, "abstain-qualified")
    if len(in_favour) == len(measure.entitled):
        return f"all {len(in_favour)} in favour"
    parts = [f"{len(in_favour)} in favour"]
    if abstained:
        parts.append(f"{len(abstained)} abstained")
    if qualified:
        parts.append(f"{len(qualified)} abstained with a declaration")
    return ", ".join([*parts, "none against"])


def decision(council: Council, measure: Measure, result: tuple[str, str]) -> bytes:
    """The record of a decision."""
    outcome_, reason = result
    hidden = council.charter.hides_votes(measure.kind)
    lines = [
        "nemcon/v1 decision", f"council {council.digest}", f"number {council.decisions + 1}",
        *_named(measure), f"rule {measure.rule}", f"outcome {outcome_}",
        f"reason {COMMITTED_REASONS[outcome_] if hidden else reason}", f"roster {measure.roster}",
    ]
    if measure.package is not None:
        lines.append(f"package {measure.package}")
    if hidden:
        lines.append(f"votes {votes(council, measure, reason)}")
    else:
        lines += [_ballot_line(code, measure.ballots[code]) for code in measure.entitled]
        lines += _mandate_lines(measure)
    lines += [f"not-entitled {code} {why}" for code, why in measure.not_entitled]
    return _bytes(lines)


def _named(measure: Measure) -> list[str]:
    return [
        f"measure {measure.number}", f"revision {measure.revision}", f"text {measure.text_hash}",
        f"title {measure.title}",
    ]


def _ballot_line(code: str, ballot: Ballot) -> str:
    return f"ballot {code} {ballot.position} {ballot.leaf} {ballot.text_hash}"


def _mandate_lines(measure: Measure) -> list[str]:
    lines = []
    for code in measure.entitled:
        if measure.ballots[code].holder is not None:
            mandate = measure.mandates[code]
            lines.append(f"mandate {code} {mandate.holder} {mandate.leaf} {mandate.text_hash}")
    return lines


def votes(council: Council, measure: Measure, reason: str) -> str:
    """The commitment to votes that are not public with the decision."""
    lines = [
        "nemcon/v1 votes", f"council {council.digest}", f"measure {measure.number}",
        f"text {measure.text_hash}", f"reason {reason}",
    ]
    for code in measure.entitled:
        ballot = measure.ballots[code]
        lines.append(f"{_ballot_line(code, ballot)} {ballot.signatures}")
    return sha256(_bytes([*lines, *_mandate_lines(measure)])).hexdigest()


def lapse(council: Council, measure: Measure, why: str) -> bytes:
    """The record of a lapse; `why` is what stands before the count of ballots."""
    missing = measure.missing()
    count = f"{len(measure.entitled) - len(missing)} of {len(measure.entitled)}"
    lines = [
        "nemcon/v1 lapse", f"council {council.digest}", *_named(measure),
        f"reason {why} with {count} ballots in", *(f"missing {code}" for code in missing),
    ]
    return _bytes(lines)


def _bytes(lines: list[str]) -> bytes:
    return "".join(line + "\n" for line in lines).encode()


def lost(council: Council, measure: Measure) -> str | None:
    """Why the measure cannot be decided any more, if so, with the comma that follows."""
    own = lost_alone(council, measure)
    if own is None:
        for other in council.bound(measure):
            why = lost_alone(council, other)
            if why is not None:
                own = f"measure {other.number} of its package is lost: {why}"
                break
    return None if own is None else own + ","


def lost_alone(council: Council, measure: Measure) -> str | None:
    """Why the measure itself cannot be decided any more, if so."""
    record = measure.record
    leaving = measure.notice_of
    sits = leaving is not None and council.member(leaving) is not None
    if leaving is not None and leaving not in council.notices and (sits or record.has("departs")):
        return f"the notice of {measure.notice_of} stands no more"
    entrant, appointed = record.get("admits"), record.get("appoints")
    if entrant is not None and (council.member(entrant) or council.appointee(entrant)):
        return f"{entrant} is a party of this council"
    if appointed is not None:
        if council.member(appointed) or appointed in council.admitted or appointed in council.left:
            return f"{appointed} is the code of a member, or of an entrant"
        if not council.has_room_for_participant(appointed):
            return "the council has 64 participants, as many as one may appoint"
    key = _used_key(council, measure)
    if key is not None:
        return f"the key {encode64(key)} was used before"
    return _lost_weights(council, measure) or _lost_ballot(council, measure)


def brought_keys(measure: Measure) -> list[tuple[str, bytes]]:
    """The keys that a measure brings in for an entrant or a participant, with their uses."""
    record = measure.record
    if not record.has("admits") and not record.has("appoints"):
        return []
    keys = [(label, key) for _, label, key in record.all("officer")]
    return keys + [(use, record.all(use)[0][1]) for use in ("recovery", "node", "seal") if record.has(use)]


def _used_key(council: Council, measure: Measure) -> bytes | None:
    code = measure.record.get("admits") or measure.record.get("appoints")
    keys = brought_keys(measure)
    if not keys:
        return None
    known = set()
    before = council.appointee(code) if measure.record.has("appoints") else None
    if before is not None:
        known = set(before.officers)
    taken = set()
    for other, (_, entrant) in council.admitted.items():
        if other != code:
            taken |= {key for _, key in entrant.keys()}
    for other in council.bound(measure):
        if other.number < measure.number and other.record.has("admits"):
            taken |= {key for _, key in brought_keys(other)}
    for use, key in keys:
        if (use, key) not in known and (not council.used.is_new(code, use, key) or key in taken):
            return key
    return None


def _lost_weights(council: Council, measure: Measure) -> str | None:
    record = measure.record
    if not record.has("total-weight"):
        return None
    if [member.code for member in council.members] != measure.sitting:
        return "other members sit than it was tabled for"
    weights = {member.code: member.weight for member in council.members}
    for adopted, _ in council.pending.weights:
        weights.update(dict(adopted))
    for other in council.bound(measure):
        if other.number <= measure.number and other.record.has("total-weight"):
            weights.update(dict(other.record.all("weight")))
    total, together = record.get("total-weight"), sum(weights.values())
    if together > total:
        share = percent(together, total)
        return (
            f"the members would weigh {together} together, {share} % of the total {total}: "
            "the parts cannot be more than the whole"
        )
    return None


def _lost_ballot(council: Council, measure: Measure) -> str | None:
    for code in measure.missing():
        if council.member(code) is None:
            return f"it cannot be completed: {code} has left"
    return None
