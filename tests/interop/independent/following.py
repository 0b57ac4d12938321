"""Follows who sits in the council, and with which keys, by the records that are shown (sections 3 and 10)."""

from __future__ import annotations

from typing import Any, NamedTuple

from . import outcome, room, seats, signing
from .fault import Fault, demand
from .merkle import leaf_hash
from .parties import Member, members_of, participants_of
from .records import Record
from .state import Boundary, Council, Measure, Pending

OWN = frozenset(("keys", "freeze", "rotation", "notice", "entry"))
KNOWN_RULES = 1


class Cited(NamedTuple):
    """A measure that was adopted: its number and the hash of its text."""

    number: int
    text_hash: str


class Adopted(NamedTuple):
    """A measure that was adopted, with its text, and where its decision stands."""

    place: int
    cited: Cited
    text: Record


class Seats(NamedTuple):
    """Who sat at one time, with the weights, and the whole weight."""

    weights: dict[str, int]
    total: int


class Leaf(NamedTuple):
    """A record that is shown, with its place."""

    number: int
    raw: bytes
    record: Record


class Following:
    """The council behind the last block of which something is shown."""

    def __init__(self, genesis: Record) -> None:
        self.council = Council(genesis)
        self.roster: list[Member] = self.council.members
        self.seats: dict[str, list[Seats]] = {}
        self._note_seats()

    def block(self, record: Record, said: list[Leaf], adopted: list[Adopted]) -> None:
        """Goes through a block by what is shown of it."""
        council = self.council
        self._begin(record)
        seats.queue_due_notices(council)
        # What the time of a block brings about stands before its statements, and acts before them.
        last = said[-1].number if said else 0
        self._adopt_all([each for each in adopted if each.place < last])
        space = room.Room(council)
        for leaf in said:
            try:
                self._take(leaf, space)
            except Fault as fault:
                who = f"{leaf.record.kind} of {leaf.record.get('by')}"
                raise Fault(f"{who}: {fault.message}", leaf.number, council.height) from None
        frozen = {code for code in self._codes() if self._is_frozen(code)}
        seats.act_first(council)
        self._adopt_all([each for each in adopted if each.place >= last])
        seats.act_last(council)
        thawed = {code for code in frozen | council.pending.frozen if not self._is_frozen(code)}
        room.renew_shares(council, thawed)
        self._note_seats()

    def _begin(self, record: Record) -> None:
        """The block is decided by the roster that it names, by rules that are known, and by the proposer of its round."""
        council = self.council
        demand(council.rules <= KNOWN_RULES, f"the rules {council.rules} are not known here")
        due = council.roster_digest()
        demand(record.get("roster") == due, "a block names another roster than the shown records lead to")
        members, height, time = council.members, record.get("height"), record.get("time")
        proposer = members[(height + record.get("round")) % len(members)].code
        demand(record.get("proposer") == proposer, f"a block is not proposed by {proposer}")
        demand(time > council.time or council.height == 0, "a block is not later than the one before it")
        self.roster = [member.copy() for member in members]
        council.height, council.time, council.pending = height, time, Pending()

    def _codes(self) -> list[str]:
        return [member.code for member in self.council.members] + list(self.council.participants)

    def _is_frozen(self, code: str) -> bool:
        party = self.council.party(code)
        return party is not None and party.frozen

    def _take(self, leaf: Leaf, space: room.Room) -> None:
        """What is about keys and seats is judged whole; of all else, who has signed it."""
        council, record = self.council, leaf.record
        demand(record.get("council") == council.digest, "a statement of another council")
        if record.kind not in OWN:
            signing.verify(council, record)
            return
        demand(room.is_next(council, record), "it names another one before it than the last of its chain")
        signing.verify(council, record)
        space.take(record, len(leaf.raw))
        if record.kind not in ("keys", "freeze"):
            demand(not self._is_frozen(record.get("by")), f"{record.get('by')} is frozen")
        seats.take(council, record)
        council.chains[room.chain_of(record) or ()] = leaf_hash(leaf.raw).hex()

    def _adopt_all(self, adopted: list[Adopted]) -> None:
        """The effects of these measures; what cannot act cannot have been adopted."""
        for place, cited, text in adopted:
            try:
                demand((why := self._lost(cited, text)) is None, f"it was adopted, and could not be: {why}")
                self._adopt(cited, text)
            except Fault as fault:
                raise fault.at(place, self.council.height) from None

    def _lost(self, cited: Cited, text: Record) -> str | None:
        """Why the council as it stands cannot adopt this text, if so."""
        council = self.council
        weights = {member.code: member.weight for member in council.members}
        measure = Measure(
            cited.number, text.get("by"), text, text.get("revision", 1), text.get("closes"), [], [],
            text.get("departs"), council.roster_digest(), list(weights), weights, council.total,
        )
        return outcome.lost_alone(council, measure)

    def _adopt(self, cited: Cited, record: Record) -> None:
        """What an adopted measure changes in the council; its adoption is believed."""
        council, pending = self.council, self.council.pending
        if record.has("admits"):
            entrant = members_of(record, "admits")[0]
            measure: Any = cited
            council.admitted[entrant.code] = (measure, entrant)
        elif record.has("departs"):
            seats.queue_departure(council, record.get("departs"))
        elif record.has("appoints"):
            appointed = participants_of(record, "appoints")[0]
            before = council.appointee(appointed.code)
            known = before.officers if before else []
            new = [pair for pair in appointed.officers if pair not in known]
            council.used.add(appointed.code, new)
            pending.appointed.append(appointed)
        elif record.has("total-weight"):
            sitting = [row for row in record.all("weight") if council.member(row[0])]
            pending.weights.append((sitting, record.get("total-weight")))  # type: ignore[arg-type]
        elif record.has("next-rules"):
            council.rules = max(council.rules, record.get("next-rules"))

    def bound(self, size: int, root: bytes) -> None:
        """A block has ended at this size."""
        self.council.boundaries.append(Boundary(size, root))

    def _note_seats(self) -> None:
        council = self.council
        now = Seats({member.code: member.weight for member in council.members}, council.total)
        known = self.seats.setdefault(council.roster_digest(), [])
        if now not in known[-1:]:
            known.append(now)


def not_entitled_reason(council: Council, text: Record) -> str:
    """Why the rule of a text leaves a member out."""
    charter = council.charter
    if charter.rules[text.get("rule")].whose == "participating":
        return f"it does not take part in what measure {text.get('authorised-by')} authorised"
    source = charter.kinds[text.get("kind")].source or charter.sources.get(text.get("rule"))
    return "it is the member concerned" + (f" ({source})" if source else "")


COMMITTED_REASONS = outcome.COMMITTED_REASONS
