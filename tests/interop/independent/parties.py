"""Members and participants: their lines, their keys, and the digest of a roster."""

from __future__ import annotations

from dataclasses import dataclass, field as dataclass_field, replace
from hashlib import sha256
from typing import Any, Iterable, Sequence

from . import note
from .fault import demand
from .grammar import Body, Field, field
from .text import CODE, KEY, LABEL, NUMBER, NUMBER32, TEXT, encode64

OFFICERS_LATER_MAX, MEMBERS_MAX, GENESIS_SIGNATURES_MAX, PARTICIPANTS_MAX = 48, 90, 100, 64

OFFICER_LINE = field("officer", "*", CODE, LABEL, KEY)
PARTY_LINES: tuple[Any, ...] = (
    field("member", "1", CODE, NUMBER, NUMBER32, TEXT),
    OFFICER_LINE._replace(often="+"),
    field("recovery", "1", CODE, KEY),
    field("node", "1", CODE, KEY),
    field("seal", "1", CODE, KEY),
)
PARTICIPANT_LINES: tuple[Any, ...] = (field("participant", "1", CODE, NUMBER32, LABEL, TEXT), OFFICER_LINE)


def party_items(name: str, lines: Sequence[Field]) -> tuple[Any, ...]:
    """The lines of a party, the first one under another name."""
    return (lines[0]._replace(name=name), *lines[1:])


@dataclass
class Member:
    """A member as one block finds it."""

    code: str
    weight: int
    k: int
    name: str
    officers: list[tuple[str, bytes]]
    recovery: bytes
    node: bytes
    seal: bytes
    frozen: bool = False

    def lines(self) -> Iterable[str]:
        yield f"member {self.code} {self.weight} {self.k} {self.name}"
        for label, key in self.officers:
            yield f"officer {self.code} {label} {encode64(key)}"
        yield f"recovery {self.code} {encode64(self.recovery)}"
        yield f"node {self.code} {encode64(self.node)}"
        yield f"seal {self.code} {encode64(self.seal)}"

    def keys(self) -> list[tuple[str, bytes]]:
        """All keys with the use that each has."""
        uses = [(label, key) for label, key in self.officers]
        return [*uses, ("recovery", self.recovery), ("node", self.node), ("seal", self.seal)]

    def copy(self) -> Member:
        return replace(self, officers=list(self.officers))


@dataclass
class Participant:
    """A participant; without officers its seat is vacant."""

    code: str
    k: int
    role: str
    name: str
    officers: list[tuple[str, bytes]] = dataclass_field(default_factory=list)
    frozen: bool = False

    def keys(self) -> list[tuple[str, bytes]]:
        return [(label, key) for label, key in self.officers]


def roster_digest(members: Sequence[Member]) -> str:
    """SHA-256 of the members' lines in the form of a genesis."""
    text = "".join(line + "\n" for member in members for line in member.lines())
    return sha256(text.encode()).hexdigest()


def faulty(members: Sequence[Member]) -> int:
    """f, how many members may fail."""
    return (len(members) - 1) // 3


def members_of(body: Body, first: str = "member") -> list[Member]:
    """The members of a genesis, or the one that a measure admits."""
    found = []
    for code, weight, k, name in body.all(first):
        officers = [(label, key) for owner, label, key in body.all("officer") if owner == code]
        keys = [[key for owner, key in body.all(use) if owner == code] for use in ("recovery", "node", "seal")]
        demand(all(len(some) == 1 for some in keys), f"the keys of {code} are not one of each use")
        found.append(Member(code, weight, k, name, officers, keys[0][0], keys[1][0], keys[2][0]))
    return found


def participants_of(body: Body, first: str = "participant") -> list[Participant]:
    """The participants of a genesis, or the one that a measure appoints."""
    found = []
    for code, k, role, name in body.all(first):
        officers = [(label, key) for owner, label, key in body.all("officer") if owner == code]
        found.append(Participant(code, k, role, name, officers))
    return found


def verify_officers(k: int, officers: Sequence[tuple[str, bytes]], most: int) -> None:
    """k of one or more officers, each label once, none of them `recovery`."""
    labels = [label for label, _ in officers]
    demand(1 <= k <= len(officers) <= most, "k of one or more officers sign")
    demand(len(set(labels)) == len(labels) and "recovery" not in labels, "an officer's label stands once")


def verify_party_lines(body: Body, first: str) -> None:
    """The lines of an entrant, or of one who is appointed, are all about one party in good order."""
    code = body.get(first)
    for name in ("officer", "recovery", "node", "seal"):
        demand(all(row[0] == code for row in body.all(name)), f"a line {name} is of another party than {code}")
    party: Any = (members_of(body, first) if first == "admits" else participants_of(body, first))[0]
    if first == "appoints" and party.k == 0:
        demand(not party.officers, "a vacant seat has no officers")
    else:
        verify_officers(party.k, party.officers, OFFICERS_LATER_MAX)
    keys = [key for _, key in party.keys()]
    demand(len(set(keys)) == len(keys), f"a key of {code} stands twice")


class UsedKeys:
    """No key appears twice in a ledger; no two keys under one name have the same key id."""

    def __init__(self, origin: str, log_origin: str) -> None:
        self.origin, self.log_origin = origin, log_origin
        self.keys: set[bytes] = set()
        self.ids: set[tuple[str, bytes]] = set()

    def identity(self, code: str, use: str, key: bytes) -> tuple[str, bytes]:
        if use == "node":
            return self.log_origin, note.key_id(self.log_origin, note.PLAIN, key)
        name = f"{self.origin}/{code}" if use == "seal" else f"{self.origin}/{code}/{use}"
        return name, note.key_id(name, note.COSIGNED if use == "seal" else note.PLAIN, key)

    def is_new(self, code: str, use: str, key: bytes) -> bool:
        return key not in self.keys and self.identity(code, use, key) not in self.ids

    def add(self, code: str, keys: Iterable[tuple[str, bytes]]) -> None:
        for use, key in keys:
            self.keys.add(key)
            self.ids.add(self.identity(code, use, key))
