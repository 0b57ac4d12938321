"""What the council remembers between blocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .charter import Charter
from .fault import Fault, demand
from .parties import (
    MEMBERS_MAX, PARTICIPANTS_MAX, Member, Participant, UsedKeys, members_of, participants_of, roster_digest,
)
from .records import Record

Chain = tuple[str, ...]


class Ballot(NamedTuple):
    """A ballot that stands."""

    position: str
    leaf: int
    text_hash: str
    signatures: str
    holder: str | None


class Mandate(NamedTuple):
    """A mandate that stands."""

    holder: str
    leaf: int
    text_hash: str


@dataclass
class Measure:
    """A measure with the text that stands, and what was fixed when it was tabled."""

    number: int
    proposer: str
    record: Record
    revision: int
    closes: int
    entitled: list[str]
    not_entitled: list[tuple[str, str]]
    notice_of: str | None
    roster: str
    sitting: list[str]
    weights: dict[str, int]
    total: int
    status: str = "open"
    package: str | None = None
    ballots: dict[str, Ballot] = field(default_factory=dict)
    mandates: dict[str, Mandate] = field(default_factory=dict)
    used_mandates: set[str] = field(default_factory=set)
    reservations: set[tuple[str, str]] = field(default_factory=set)
    remarks: dict[str, int] = field(default_factory=dict)
    attested: set[str] = field(default_factory=set)
    annulled: bool = False
    repealed: bool = False
    replaced: bool = False

    @property
    def title(self) -> str:
        return self.record.get("title")

    @property
    def rule(self) -> str:
        return self.record.get("rule")

    @property
    def kind(self) -> str:
        return self.record.get("kind")

    @property
    def text_hash(self) -> str:
        return self.record.text_hash

    @property
    def is_open(self) -> bool:
        return self.status == "open"

    def missing(self) -> list[str]:
        """The entitled members without a ballot, a retracted one being none."""
        standing = {code for code, ballot in self.ballots.items() if ballot.position != "retracted"}
        return [code for code in self.entitled if code not in standing]


@dataclass
class Incident:
    """An incident that was reported."""

    text_hash: str


class Change(NamedTuple):
    """What waits in the queue of the roster: an entrant, a departure, or other keys of a node."""

    code: str
    what: str
    member: Member | None = None
    node: bytes | None = None
    seal: bytes | None = None


class Boundary(NamedTuple):
    """The tree at the end of a block."""

    size: int
    root: bytes


@dataclass
class DayCount:
    """What the blocks of a day have taken from one party of one share."""

    statements: int = 0
    size: int = 0


class Pending:
    """What the statements of one block ask for at its end."""

    def __init__(self) -> None:
        self.own: list[Record] = []
        self.withdrawn: list[int] = []
        self.revised: dict[int, Record] = {}
        self.closed: dict[int, list[str]] = {}
        self.seals: list[tuple[str, bytes]] = []
        self.weights: list[tuple[list[tuple[str, int]], int]] = []
        self.appointed: list[Participant] = []
        self.frozen: set[str] = set()
        self.thawed: set[str] = set()
        self.noticed: set[str] = set()
        self.officers_changed: dict[str, Record] = {}
        self.ended = 0


class Council:
    """The council as a block finds it."""

    def __init__(self, genesis: Record) -> None:
        self.genesis, self.digest = genesis, genesis.text_hash
        self.charter = Charter(genesis)
        self.origin = self.charter.origin
        self.log_origin = f"{self.origin}/{self.digest[:16]}"
        self.members: list[Member] = members_of(genesis)
        self.participants = {party.code: party for party in participants_of(genesis)}
        self.total: int = self.charter.weight
        self.rules: int = genesis.get("rules")
        self.used = UsedKeys(self.origin, self.log_origin)
        for party in [*self.members, *self.participants.values()]:
            self.used.add(party.code, party.keys())
        self.admitted: dict[str, tuple[Measure, Member]] = {}
        self.left: set[str] = set()
        self.notices: dict[str, int] = {}
        self.queue: list[Change] = []
        self.measures: list[Measure] = []
        self.packages: dict[str, list[int]] = {}
        self.incidents: list[Incident] = []
        self.chains: dict[Chain, str] = {}
        self.texts: set[str] = set()
        self.boundaries: list[Boundary] = []
        self.decisions = 0
        self.day = -1
        self.days: dict[tuple[str, str], DayCount] = {}
        self.renewed_today: set[str] = set()
        self.time = 0
        self.height = 0
        self.pending = Pending()
        self.roster_before = ""
        self.proposers: list[str] = []
        self._open: list[Measure] = []

    def member(self, code: str) -> Member | None:
        """The member that sits under this code."""
        return next((member for member in self.members if member.code == code), None)

    def party(self, code: str) -> Member | Participant | None:
        """The member or participant of this code."""
        return self.member(code) or self.participants.get(code)

    def appointee(self, code: str | None) -> Participant | None:
        """The participant of this code as the next block finds it, by what this block has adopted so far."""
        appointed = [party for party in self.pending.appointed if party.code == code]
        return appointed[-1] if appointed else self.participants.get(code or "")

    def has_room_for_participant(self, code: str) -> bool:
        """Whether one more may be appointed, or the code is a participant's already."""
        codes = {*self.participants, *(party.code for party in self.pending.appointed)}
        return code in codes or len(codes) < PARTICIPANTS_MAX

    def has_room_for_entrant(self) -> bool:
        """Whether the roster has a seat beside those of the entries that wait."""
        return len(self.members) + sum(change.what == "enter" for change in self.queue) < MEMBERS_MAX

    def will_be_frozen(self, code: str) -> bool:
        """Whether the party is frozen behind this block, by what the block has said so far."""
        party = self.party(code)
        frozen = party is not None and party.frozen
        for record in self.pending.own:
            if record.get("by") == code and record.kind in ("keys", "freeze"):
                frozen = record.kind == "freeze"
        return frozen

    def measure(self, number: int) -> Measure:
        """The measure of this number."""
        demand(1 <= number <= len(self.measures), f"there is no measure {number}")
        return self.measures[number - 1]

    def add(self, measure: Measure) -> None:
        """A measure is tabled."""
        self.measures.append(measure)
        self._open.append(measure)

    def open_measures(self) -> list[Measure]:
        """The open measures in the order of their numbers."""
        self._open = [measure for measure in self._open if measure.is_open]
        return list(self._open)

    def bound(self, measure: Measure) -> list[Measure]:
        """The measures of its package in the order of their numbers; without a package itself alone."""
        if measure.package is None:
            return [measure]
        return [self.measures[number - 1] for number in self.packages[measure.package]]

    def cited(self, number: int, text_hash: str) -> Measure:
        """The measure that a statement cites by number and text hash."""
        measure = self.measure(number)
        demand(measure.text_hash == text_hash, f"measure {number} has another text than is cited")
        return measure

    def roster_digest(self) -> str:
        return roster_digest(self.members)

    def may(self, code: str, roles: list[str], proposer: str | None = None) -> bool:
        """Whether one of the roles is this party's."""
        if self.member(code):
            role = "member"
        else:
            participant = self.participants.get(code)
            role = participant.role if participant else ""
        return role in roles or proposer == code and "proposer" in roles


def expect(value: Any, message: str) -> Any:
    """The value, which is there."""
    if value is None:
        raise Fault(message)
    return value
