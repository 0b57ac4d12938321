"""A small council that says what a script has it say: the cases of `tests/vectors/audit` are made of such scenes."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

from independent import records, signing
from independent.merkle import leaf_hash
from independent.records import Record
from independent.room import chain_of
from independent.signing import Signer
from independent.state import Council, Measure
from independent.text import encode64, render_time

from .world import START, Files, World

HOUR, DAY = 3_600_000, 86_400_000
CODES = ("AA", "BB", "CC", "DD")
BOARD = """charter-name A board
charter-weight 100 weight
charter-qualified 1/3 1/3
charter-rule unanimity all
charter-rule consent all no-abstention no-mandates
charter-rule others minus-concerned
charter-rule some participating at-least 2
charter-kind resolution
charter-decided unanimity
charter-decided consent
charter-on Article 2
charter-kind listing qualified
charter-decided unanimity
charter-requires summary
charter-kind breach
charter-kind-source Article 7
charter-decided others clause
charter-kind cooperation
charter-effect authorisation
charter-decided unanimity
charter-kind joint
charter-decided some decision
charter-kind accession
charter-effect accession
charter-decided unanimity
charter-kind departure
charter-effect departure
charter-decided others notice
charter-kind seat
charter-effect appointment
charter-decided unanimity
charter-kind weights
charter-effect weights
charter-decided unanimity
charter-kind rules
charter-effect rules
charter-decided unanimity
charter-elsewhere a court decides it
charter-on Article 9
charter-procedure written tacit
charter-procedure meeting
charter-roles chair
charter-table member
charter-close proposer chair
charter-extend proposer
charter-attest chair
charter-attests published annulled
charter-annuls annulled
charter-remark member chair
charter-remarks note
charter-mandates yes
charter-reservations scrutiny
charter-incident-categories intrusion
charter-incident-factors scope
charter-incident-levels low high
charter-incident-findings none state
charter-incident-confidence low high
charter-notice-days 30
charter-share-block 16
charter-share-day 512 1048576
charter-share-ballots 1024 2097152
charter-share-changes 16 262144
charter-source others Article 3
"""
# A council of equals with one rule, and one that says what is public.
PLAIN = """charter-name A club
charter-weight 4 members
charter-rule all-of-us all no-abstention
charter-kind resolution
charter-decided all-of-us
charter-table member
charter-close proposer
charter-share-block 8
charter-share-day 64 1048576
charter-share-ballots 64 1048576
charter-share-changes 8 262144
"""
OPEN = """charter-name An open house
charter-weight 4 members
charter-rule unanimity all
charter-kind resolution
charter-kind-votes public
charter-decided unanimity
charter-kind opinion
charter-kind-votes released
charter-decided unanimity
charter-roles chair
charter-table member
charter-close proposer
charter-attest chair
charter-attests released
charter-publication LIMITE
charter-released-by released
charter-mandates yes
charter-share-block 8
charter-share-day 64 1048576
charter-share-ballots 64 1048576
charter-share-changes 8 262144
"""
Bend = Callable[[list[bytes]], list[bytes]]


class Made(NamedTuple):
    """An export, and the digest that its auditor brings."""

    files: Files
    digest: str


class Scene:
    """A council under way, and what is said for its next block."""

    def __init__(
        self, seed: int = 1, charter: str = BOARD, members: int = 3, officers: dict[str, tuple[int, int]] | None = None
    ) -> None:
        self.world = World(seed)
        lines = ["nemcon/v1 genesis", "origin example.org/b", "rules 1", "visibility members"]
        lines += charter.splitlines()
        for code in CODES[:members]:
            k, count = (officers or {}).get(code, (1, 1))
            weight = 30 if charter.startswith(BOARD[:20]) else 1
            lines += self.member_lines(code, weight, k, count)
        if "charter-roles chair" in charter:
            lines.append("participant CH 1 chair The chair")
            lines.append(f"officer CH a {encode64(self.world.key())}")
        self.world.found(lines)
        self.time = START
        self.said: list[tuple[bytes, Record]] = []
        self.heads: dict[tuple[str, ...], str] = {}

    def member_lines(self, code: str, weight: int, k: int, count: int, first: str = "member") -> list[str]:
        """The lines of a member with new keys."""
        lines = [f"{first} {code} {weight} {k} Member {code}"]
        lines += [f"officer {code} {'abc'[n]} {encode64(self.world.key())}" for n in range(count)]
        return lines + [f"{use} {code} {encode64(self.world.key())}" for use in ("recovery", "node", "seal")]

    @property
    def council(self) -> Council:
        return self.world.council

    def officers(self, code: str) -> list[Signer]:
        """k officers of a party."""
        party: Any = self.council.party(code)
        return [signing.officer(self.council, code, *pair) for pair in party.officers[: party.k]]

    def recovery(self, code: str) -> Signer:
        party: Any = self.council.member(code)
        return signing.recovery(self.council, code, party.recovery)

    def after(self, *chain: str) -> str:
        return f"after {self.heads.get(chain) or self.council.chains.get(chain, 'none')}"

    def make(self, kind: str, lines: list[str], by: str, signers: list[Signer] | None = None) -> bytes:
        """A statement that is not said."""
        return self.world.statement(kind, lines, by, self.officers(by) if signers is None else signers)

    def say(self, kind: str, lines: list[str], by: str, signers: list[Signer] | None = None) -> bytes:
        """A statement of the next block."""
        raw = self.make(kind, lines, by, signers)
        self.put(raw)
        return raw

    def put(self, raw: bytes) -> Record:
        """These bytes are a statement of the next block."""
        record = records.parse(raw)
        self.said.append((raw, record))
        chain = chain_of(record)
        if chain is not None:
            self.heads[chain] = leaf_hash(raw).hex()
        return record

    def text(
        self, title: str = "An act", kind: str = "resolution", rule: str = "unanimity", head: tuple[str, ...] = (),
        change: tuple[str, ...] = (), days: int = 2,
    ) -> list[str]:
        """The lines of a measure; `head` stands behind the rule, `change` before the deadline."""
        closes = f"closes {render_time(START + days * DAY)}"
        return [f"title {title}", f"kind {kind}", f"rule {rule}", *head, *change, closes]

    def table(self, by: str = "AA", **words: Any) -> int:
        """A measure of the next block; the number that it will have, if it is the only one."""
        self.say("measure", self.text(**words), by)
        return len(self.council.measures) + sum(record.kind == "measure" for _, record in self.said)

    def about(self, number: int, on: str) -> list[str]:
        measure: Measure = self.council.measure(number)
        lines = [f"for {on}", f"measure {number}", f"revision {measure.revision}", f"text {measure.text_hash}"]
        lines += [f"title {measure.title}", f"rule {measure.rule}"]
        return lines + ([f"package {measure.package}"] if measure.package else [])

    def words(self, number: int, on: str, *own: str) -> list[str]:
        """The lines of a statement on a measure."""
        return [*self.about(number, on), *own, self.after("measure", on, str(number))]

    def on(self, kind: str, number: int, on: str, *own: str, by: str = "") -> bytes:
        """A statement on a measure."""
        return self.say(kind, self.words(number, on, *own), by or on)

    def vote(self, number: int, *codes: str, position: str = "in-favour") -> None:
        """Ballots of these members."""
        for code in codes:
            self.on("ballot", number, code, f"position {position}")

    def block(self, step: int = HOUR, **bends: Any) -> list[bytes]:
        """A block of what was said; all of it is let in, but for the wrong statement."""
        self.time += step
        said, self.said, self.heads = self.said, [], {}
        wrong: Record | None = bends.pop("wrong", None)
        bent = bends.pop("bend", list)
        counts: list[int] = []

        def bend(raws: list[bytes]) -> list[bytes]:
            counts.append(sum(raw in raws for raw, _ in said))
            return bent(list(raws))

        raws = self.world.make_block(self.time, said, wrong, bend, bends.pop("bend_block", list))
        if counts != [len(said)]:
            raise ValueError("a statement of a scene was not let in")
        return raws

    def refuse(self, kind: str, lines: list[str], by: str, signers: list[Signer] | None = None) -> None:
        """A block with a statement that the council does not let in."""
        self.refuse_raw(self.make(kind, lines, by, signers))

    def refuse_raw(self, raw: bytes) -> None:
        """A block with these bytes, a statement that the council does not let in."""
        self.block(wrong=self.put(raw))

    def decided(self, position: str = "in-favour", **words: Any) -> int:
        """A measure on which all vote; the last one so."""
        number = self.table(**words)
        self.block()
        codes = self.council.measure(number).entitled
        self.vote(number, *codes[:-1])
        self.vote(number, codes[-1], position=position)
        return number

    def made(self) -> Made:
        """The export of the log as it stands."""
        return Made(self.world.export(), self.council.digest)
