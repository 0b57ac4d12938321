"""Whose signature lines stand under a statement, by the keys of the day (section 1)."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, NamedTuple

from . import founding, note, records
from .fault import Fault, demand
from .parties import Member, Participant
from .records import Record
from .state import Council, expect


class Signer(NamedTuple):
    """A key with the name under which it signs."""

    name: str
    kind: int
    key: bytes


def officer(council: Council, code: str, label: str, key: bytes) -> Signer:
    return Signer(f"{council.origin}/{code}/{label}", note.PLAIN, key)


def recovery(council: Council, code: str, key: bytes) -> Signer:
    return officer(council, code, "recovery", key)


def node(council: Council, key: bytes) -> Signer:
    return Signer(council.log_origin, note.PLAIN, key)


def seal(council: Council, code: str, key: bytes) -> Signer:
    return Signer(f"{council.origin}/{code}", note.COSIGNED, key)


def verify(council: Council, record: Record) -> None:
    """The lines are exactly those that are due, in their order, and each verifies."""
    lines = list(expect(record.signatures, "a statement without signatures"))
    if record.kind == "freeze":
        _verify_freeze(council, record, lines)
        return
    party = _speaker(council, record)
    rest: list[Signer] = []
    officers = True
    if record.kind == "keys":
        officers, rest = _of_keys(council, record, party)
    elif record.kind == "rotation":
        rest = _of_rotation(council, record)
    elif record.kind == "entry":
        rest = [
            recovery(council, party.code, party.recovery), node(council, party.node),
            seal(council, party.code, party.seal),
        ]
    if officers:
        _verify_officers(council, record, party, lines[: party.k])
        lines = lines[party.k :]
    demand(len(lines) == len(rest), "there are more or fewer signature lines than are due")
    for line, signer in zip(lines, rest):
        demand(note.is_signed(line, record.raw_text, *signer), f"no good signature by {signer.name}")


def _speaker(council: Council, record: Record) -> Any:
    code = record.get("by")
    if record.kind == "entry":
        return expect(council.admitted.get(code), f"{code} is not admitted")[1]
    party = expect(council.party(code), f"{code} is no party of this council")
    demand(bool(party.officers), f"the seat of {code} is vacant")
    return party


def _verify_officers(
    council: Council, record: Record, party: Member | Participant, lines: list[note.Line]
) -> None:
    """k officers, each once, in the order of the roster."""
    demand(len(lines) == party.k, f"{party.k} officers of {party.code} must sign")
    last = -1
    names = [officer(council, party.code, label, key) for label, key in party.officers]
    for line in lines:
        at = next((n for n, signer in enumerate(names) if signer.name == line.name), -1)
        demand(at > last, f"signature lines are not by officers of {party.code} in their order")
        demand(note.is_signed(line, record.raw_text, *names[at]), f"no good signature by {line.name}")
        last = at


def _of_keys(council: Council, record: Record, party: Any) -> tuple[bool, list[Signer]]:
    demand(isinstance(party, Member), "only a member changes its officers")
    new = record.get("recovery")
    rest = [recovery(council, party.code, party.recovery)]
    if new is not None:
        rest.append(recovery(council, party.code, new))
    known = set(party.officers)
    rest += [officer(council, party.code, *pair) for pair in record.all("officer") if pair not in known]
    return new is not None, rest


def _of_rotation(council: Council, record: Record) -> list[Signer]:
    rest = []
    if record.has("node"):
        rest.append(node(council, record.get("node")))
    if record.has("seal"):
        rest.append(seal(council, record.get("by"), record.get("seal")))
    return rest


def _verify_freeze(council: Council, record: Record, lines: list[note.Line]) -> None:
    party: Any = _speaker(council, record)
    signers = [officer(council, party.code, *pair) for pair in party.officers]
    if isinstance(party, Member):
        signers.append(recovery(council, party.code, party.recovery))
    demand(len(lines) == 1, "a freeze has one signature line")
    good = any(note.is_signed(lines[0], record.raw_text, *signer) for signer in signers)
    demand(good, f"no good signature by an officer of {party.code}")


def found(raw: bytes, digest: str) -> Council:
    """The council of the file `genesis`, whose digest was brought."""
    try:
        text, lines = note.parse(raw, note.STATEMENT_LINES_MAX)
        text_hash = sha256(text.encode()).hexdigest()
        demand(text_hash == digest, f"of council {text_hash}, not {digest}")
        genesis = records.parse(text.encode())
        demand(genesis.kind == "genesis", "the text is no genesis")
        council = Council(genesis)
        founding.verify(genesis, council.charter, council.log_origin)
        verify_founding(council, lines)
    except Fault as fault:
        raise Fault(fault.message if fault.message.startswith("genesis: ") else f"genesis: {fault.message}") from None
    return council


def verify_founding(council: Council, lines: list[note.Line]) -> None:
    """Under the genesis stand founding officers alone, each once, k or more of every member."""
    text = council.genesis.raw_text
    signed: dict[str, int] = {member.code: 0 for member in council.members}
    seen = set()
    for line in lines:
        signers = {
            officer(council, member.code, *pair).name: (member, pair)
            for member in council.members for pair in member.officers
        }
        found = expect(signers.get(line.name), "genesis: a line that is by no founding officer")
        demand(line.name not in seen, f"genesis: {line.name} signs twice")
        seen.add(line.name)
        good = note.is_signed(line, text, line.name, note.PLAIN, found[1][1])
        demand(good, f"genesis: no good signature by {line.name}")
        signed[found[0].code] += 1
    for member in council.members:
        demand(signed[member.code] >= member.k, f"genesis: {member.code} has not signed")
