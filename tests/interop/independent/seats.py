"""Keys, freezes, notices and entries; and how they act at the end of a block (section 2, *Seats*)."""

from __future__ import annotations

from typing import Any

from . import note
from .fault import demand
from .outcome import brought_keys
from .parties import Member, Participant, faulty, members_of, participants_of
from .records import Record
from .state import Change, Council, Measure, expect
from .text import encode64

BOUNDARIES_KEPT = 128


def take(council: Council, record: Record) -> None:
    """Lets in a statement of a party about its own keys or seat."""
    code = record.get("by")
    if record.kind == "entry":
        _enter(council, record)
        return
    party = expect(council.party(code), f"{code} is no party of this council")
    if record.kind == "freeze":
        already = code in council.pending.frozen or party.frozen and code not in council.pending.thawed
        demand(not already, f"{code} is frozen already")
        council.pending.frozen.add(code)
        council.pending.own.append(record)
        return
    demand(isinstance(party, Member), f"{code} is no member")
    {"keys": _keys, "rotation": _rotate, "notice": _notice}[record.kind](council, record, party)


def _keys(council: Council, record: Record, member: Member) -> None:
    code, pending = member.code, council.pending
    demand(code not in pending.officers_changed, f"{code} changes its officers once in a block")
    officers, recovery = record.all("officer"), record.get("recovery")
    same = record.get("threshold") == member.k and list(officers) == member.officers
    frozen = member.frozen or code in pending.frozen
    demand(not same or recovery is not None or frozen, "a change that changes nothing")
    new = [pair for pair in officers if pair not in member.officers]
    if recovery is not None:
        new.append(("recovery", recovery))
    _admit(council, code, new)
    pending.officers_changed[code] = record
    pending.own.append(record)
    pending.thawed.add(code)


def _admit(council: Council, code: str, keys: list[tuple[str, bytes]]) -> None:
    """Every key is new, and nobody else's that is to enter."""
    for use, key in keys:
        demand(council.used.is_new(code, use, key), f"the key {encode64(key)} was used before")
        for _, entrant in council.admitted.values():
            demand(all(key != other for _, other in entrant.keys()), f"the key {encode64(key)} is an entrant's")
        council.used.add(code, [(use, key)])


def _rotate(council: Council, record: Record, member: Member) -> None:
    code, pending = member.code, council.pending
    waits = any(change.code == code for change in council.queue) or any(code == c for c, _ in pending.seals)
    demand(not waits, f"{code} has a change under way")
    keys = [(use, record.get(use)) for use in ("node", "seal") if record.has(use)]
    _admit(council, code, keys)
    if record.has("node"):
        council.queue.append(Change(code, "rotate", None, record.get("node"), record.get("seal")))
    else:
        pending.seals.append((code, record.get("seal")))


def _notice(council: Council, record: Record, member: Member) -> None:
    code = member.code
    demand(code not in council.pending.noticed, f"{code} makes one notice in a block")
    given = record.get("leaves") == "given"
    demand((code in council.notices) != given, f"the notice of {code} is so already")
    council.pending.noticed.add(code)
    council.pending.own.append(record)


def _enter(council: Council, record: Record) -> None:
    code = record.get("by")
    measure, entrant = expect(council.admitted.get(code), f"{code} is not admitted")
    demand(record.row("admitted-by") == (measure.number, measure.text_hash), f"{code} was admitted otherwise")
    demand(all(change.code != code for change in council.queue), f"{code} enters already")
    demand(council.has_room_for_entrant(), "the roster is full")
    size, root = record.row("checkpoint") or (0, "")
    known = [b for b in council.boundaries[-BOUNDARIES_KEPT:] if b.size == size and b.root.hex() == root]
    demand(bool(known), "an entrant seals one of the last 128 sizes at which blocks ended")
    text = f"{council.log_origin}\n{size}\n{encode64(bytes.fromhex(root))}\n".encode()
    demand(note.is_cosigned(record.get("sealed"), text, entrant.seal), "the seal of the entrant does not verify")
    council.queue.append(Change(code, "enter", entrant))


def act_first(council: Council) -> None:
    """Step 1: `keys`, `freeze` and `notice` act in the order of the statements."""
    for record in council.pending.own:
        code = record.get("by")
        party: Any = council.party(code)
        if record.kind == "freeze":
            party.frozen = True
            void(council, code)
        elif record.kind == "keys":
            party.frozen = False
        elif record.get("leaves") == "given" and code not in council.pending.frozen:
            council.notices[code] = council.time
        else:
            council.notices.pop(code, None)
            council.queue = [c for c in council.queue if not (c.code == code and c.what == "depart")]


def void(council: Council, code: str) -> None:
    """What a freeze voids of the frozen party."""
    pending = council.pending
    for measure in council.open_measures():
        for on, ballot in list(measure.ballots.items()):
            if on == code or ballot.holder == code:
                del measure.ballots[on]
        for giver in [g for g, mandate in measure.mandates.items() if code in (g, mandate.holder)]:
            del measure.mandates[giver]
            measure.used_mandates.discard(giver)
    for closers in pending.closed.values():
        closers[:] = [closer for closer in closers if closer != code]
    pending.seals = [(owner, key) for owner, key in pending.seals if owner != code]
    council.notices.pop(code, None)
    council.queue = [change for change in council.queue if change.code != code]


def adopt(council: Council, measure: Measure) -> None:
    """The effect of an adopted measure on the council."""
    record, pending = measure.record, council.pending
    predecessor = record.row("predecessor")
    if predecessor is not None:
        before = council.measures[predecessor[1] - 1]
        before.replaced = True
        before.repealed = before.repealed or predecessor[0] == "repeals"
    if record.has("admits"):
        entrant = members_of(record, "admits")[0]
        council.admitted[entrant.code] = (measure, entrant)
    elif record.has("departs"):
        queue_departure(council, record.get("departs"))
    elif record.has("appoints"):
        appointed = participants_of(record, "appoints")[0]
        council.used.add(appointed.code, brought_keys(measure))
        pending.appointed.append(appointed)
    elif record.has("total-weight"):
        pending.weights.append((record.all("weight"), record.get("total-weight")))  # type: ignore[arg-type]
    elif record.has("next-rules"):
        council.rules = record.get("next-rules")


def queue_departure(council: Council, code: str) -> None:
    """A departure replaces what the member has in the queue, and stands at its end."""
    council.queue = [change for change in council.queue if change.code != code]
    council.queue.append(Change(code, "depart"))


def queue_due_notices(council: Council) -> None:
    """Members whose notice is old enough join the queue, in the order of their codes."""
    days = council.charter.notice_days
    if days is None:
        return
    leaving = {change.code for change in council.queue if change.what == "depart"}
    for code, since in sorted(council.notices.items()):
        if council.time - since >= days * 86_400_000 and code not in leaving:
            queue_departure(council, code)


def act_last(council: Council) -> int:
    """Step 3: officers and seal keys, weights, the queue, appointments; how many of the queue have acted."""
    pending = council.pending
    most = max(1, faulty(council.members))
    for code, record in pending.officers_changed.items():
        member: Any = council.member(code)
        member.k, member.officers = record.get("threshold"), list(record.all("officer"))
        member.recovery = record.get("recovery", member.recovery)
    for code, key in pending.seals:
        expect(council.member(code), "a seal key of nobody").seal = key
    for weights, total in pending.weights:
        for code, weight in weights:
            expect(council.member(code), "a weight of nobody").weight = weight
        council.total = total
    acting, council.queue = council.queue[:most], council.queue[most:]
    acted = sum(_act(council, change) for change in acting)
    for participant in pending.appointed:
        _appoint(council, participant)
    return acted


def _act(council: Council, change: Change) -> bool:
    member: Any = council.member(change.code)
    if change.what == "enter" and change.member is not None:
        entrant = change.member.copy()
        council.members.append(entrant)
        council.used.add(entrant.code, entrant.keys())
        council.total += entrant.weight
        council.admitted.pop(entrant.code, None)
        return True
    if member is None:
        return False
    if change.what == "depart" and len(council.members) == 1:
        council.notices.pop(member.code, None)
    elif change.what == "depart":
        council.members.remove(member)
        council.left.add(member.code)
        council.notices.pop(member.code, None)
        council.total = max(1, council.total - member.weight)
    else:
        member.node = change.node
        member.seal = change.seal or member.seal
    return True


def _appoint(council: Council, participant: Participant) -> None:
    council.participants[participant.code] = participant
