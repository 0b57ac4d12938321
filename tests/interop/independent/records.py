"""Every kind of record of section 1: its table of fields, and the record that is read by it."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from . import note
from .charter import GENESIS
from .fault import Fault, demand, shown
from .grammar import Body, Group, Line, field, read
from .parties import OFFICERS_LATER_MAX, PARTICIPANT_LINES, PARTY_LINES, party_items, verify_party_lines
from .text import (
    CODE, CODE_OR_NONE, COSIGNATURE, DIGEST, DIGEST_OR_NONE, KEY, LABEL, NUMBER, NUMBER32, POSITIVE, REVISION,
    TEXT, TIME, Form, one_of, parse_day,
)

TEXT_BYTES_MAX, RECORD_BYTES_MAX = 60_000, 65_535
POSITIONS = ("in-favour", "abstain", "abstain-qualified", "against", "retracted")
CITED = (NUMBER, DIGEST)
DAY = Form("day", parse_day)
HEAD = (field("council", "1", DIGEST), field("by", "1", CODE))
AFTER = field("after", "1", DIGEST_OR_NONE)
NAMED = (
    field("revision", "1", NUMBER32), field("text", "1", DIGEST), field("title", "1", TEXT),
    field("rule", "1", LABEL),
)
ABOUT = (
    field("for", "1", CODE), field("measure", "1", NUMBER), *NAMED, field("package", "?", DIGEST),
)
CHANGES = (
    field("participating", "*", CODE),
    Group("?", party_items("admits", PARTY_LINES)),
    field("departs", "?", CODE),
    Group("?", party_items("appoints", PARTICIPANT_LINES)),
    field("weight", "*", CODE, NUMBER), field("total-weight", "?", POSITIVE),
    field("next-rules", "?", NUMBER32, TEXT),
)
MEASURE = (
    field("title", "1", TEXT), field("kind", "1", LABEL), field("rule", "1", LABEL),
    field("authorised-by", "?", *CITED), field("concerns", "?", CODE), field("category", "?", LABEL),
    field("procedure", "?", LABEL), field("basis", "*", TEXT), field("initiative", "?", TEXT),
    field("reference", "*", TEXT), field("companion", "*", TEXT), field("prepared", "*", LABEL, DAY),
    field("item", "?", LABEL), field("amends", "*", TEXT),
    field("predecessor", "?", one_of("renews", "amends", "repeals"), *CITED),
    field("incident", "*", *CITED), field("rests-on", "*", DIGEST, NUMBER, DIGEST), field("summary", "*", TEXT),
    field("proportionality", "?", TEXT), field("targets", "*", LABEL, NUMBER32),
    field("target", "*", LABEL, DIGEST, maybe=DIGEST), field("applies", "*", LABEL),
    field("exception", "*", TEXT), field("document", "*", DIGEST, NUMBER, LABEL, TEXT), *CHANGES,
    field("opens", "?", TIME), field("closes", "1", TIME), field("enters", "?", TIME),
    field("reviews", "?", TIME), field("expires", "?", TIME),
)
STATEMENTS: dict[str, tuple[Any, ...]] = {
    "measure": MEASURE,
    "revision": (field("revises", "1", *CITED), field("revision", "1", REVISION), *MEASURE, AFTER),
    "package": (field("measure", "+", *CITED),),
    "ballot": (
        *ABOUT, field("position", "1", one_of(*POSITIONS)), field("declaration", "?", DIGEST),
        field("mandate", "?", DIGEST), field("assent", "?", one_of("tacit")), AFTER,
    ),
    "mandate": (*ABOUT, field("to", "1", CODE_OR_NONE), AFTER),
    "reservation": (
        *ABOUT, field("reservation", "1", LABEL), field("act", "1", one_of("place", "lift")),
        field("reason", "?", TEXT), field("digest", "?", DIGEST), AFTER,
    ),
    "extension": (*ABOUT, field("closes", "1", TIME), AFTER),
    "withdrawal": (*ABOUT, field("reason", "?", TEXT), AFTER),
    "close": (*ABOUT, AFTER),
    "attestation": (*ABOUT, field("attests", "1", LABEL), field("reference", "?", TEXT), AFTER),
    "remark": (
        *ABOUT, field("sort", "1", LABEL), field("says", "*", TEXT), field("digest", "?", DIGEST),
        field("public", "1", one_of("yes", "no")), AFTER,
    ),
    "incident": (
        field("title", "1", TEXT), field("category", "1", LABEL), field("from", "1", TIME),
        field("until", "?", TIME), field("severity", "*", LABEL, LABEL), field("summary", "*", TEXT),
        field("evidence", "*", DIGEST),
    ),
    "attribution": (
        field("incident", "1", *CITED), field("finding", "1", LABEL), field("who", "?", TEXT),
        field("digest", "?", DIGEST), field("confidence", "1", LABEL),
        field("manner", "1", one_of("alone", "joint")), field("public", "1", one_of("yes", "no")), AFTER,
    ),
    "keys": (
        field("threshold", "1", NUMBER32), field("officer", "+", LABEL, KEY), field("recovery", "?", KEY), AFTER,
    ),
    "freeze": (field("reason", "?", TEXT), AFTER),
    "rotation": (field("node", "?", KEY), field("seal", "?", KEY), AFTER),
    "notice": (field("leaves", "1", one_of("given", "withdrawn")), AFTER),
    "entry": (
        field("admitted-by", "1", *CITED), field("checkpoint", "1", NUMBER, DIGEST),
        field("sealed", "1", COSIGNATURE), AFTER,
    ),
}
DERIVED: dict[str, tuple[Any, ...]] = {
    "decision": (
        field("council", "1", DIGEST), field("number", "1", NUMBER), field("measure", "1", NUMBER), *NAMED,
        field("outcome", "1", one_of("adopted", "not-adopted")), field("reason", "1", TEXT),
        field("roster", "1", DIGEST), field("package", "?", DIGEST), field("votes", "?", DIGEST),
        field("ballot", "*", CODE, one_of(*POSITIONS), NUMBER, DIGEST),
        field("mandate", "*", CODE, CODE, NUMBER, DIGEST), field("not-entitled", "*", CODE, TEXT),
    ),
    "lapse": (
        field("council", "1", DIGEST), field("measure", "1", NUMBER), *NAMED[:-1], field("reason", "1", TEXT),
        field("missing", "*", CODE),
    ),
    "block": (
        field("council", "1", DIGEST), field("height", "1", NUMBER), field("previous", "1", DIGEST),
        field("time", "1", TIME), field("proposer", "1", CODE), field("round", "1", NUMBER32),
        field("roster", "1", DIGEST), field("size", "1", NUMBER), field("root", "1", DIGEST),
    ),
}
ON_MEASURE = frozenset(
    "ballot mandate reservation extension withdrawal close attestation remark".split()
)
LABELLED_CHANGES = ("participating", "admits", "departs", "appoints", "total-weight", "next-rules")


class Record(Body):
    """One record: its kind, its lines, its text, and of a statement its signature lines."""

    def __init__(self, kind: str, lines: list[Line], text: str, signatures: list[note.Line] | None) -> None:
        super().__init__(lines)
        self.kind, self.text, self.signatures = kind, text, signatures
        self.text_hash = sha256(text.encode()).hexdigest()

    def render(self) -> bytes:
        """The one written form of what was read."""
        text = render_text(self.kind, self.lines)
        return text.encode() if self.signatures is None else note.render(text, self.signatures)

    @property
    def raw_text(self) -> bytes:
        return self.text.encode()


def render_text(kind: str, lines: list[Line]) -> str:
    """The text of a record."""
    return "".join(row + "\n" for row in [f"nemcon/v1 {kind}", *(line.render() for line in lines)])


def parse(raw: bytes) -> Record:
    """The record of these bytes, which are its one written form."""
    demand(0 < len(raw) <= RECORD_BYTES_MAX, "a record is empty or longer than 65,535 bytes")
    try:
        first = raw.split(b"\n", 1)[0].decode()
    except UnicodeDecodeError:
        raise Fault("a record is not UTF-8") from None
    prefix, _, kind = first.rpartition(" ")
    demand(prefix == "nemcon/v1", f"a record begins with {shown(first)!r}")
    record = _parse_kind(kind, raw)
    demand(len(record.raw_text) <= TEXT_BYTES_MAX, "a text is longer than 60,000 bytes")
    demand(record.render() == raw, "a record is not in its one written form")
    verify_shape(record)
    return record


def _parse_kind(kind: str, raw: bytes) -> Record:
    if kind in STATEMENTS:
        text, signatures = note.parse(raw, note.STATEMENT_LINES_MAX)
        return Record(kind, read(_rows(text), HEAD + STATEMENTS[kind]), text, signatures)
    if kind in DERIVED or kind == "genesis":
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            raise Fault("a record is not UTF-8") from None
        return Record(kind, read(_rows(text), DERIVED.get(kind, GENESIS)), text, None)
    raise Fault(f"there is no kind of record {shown(kind)!r}")


def _rows(text: str) -> list[str]:
    demand(text.endswith("\n"), "the last line has no end")
    return text[:-1].split("\n")[1:]


def verify_shape(record: Record) -> None:
    """What the tables cannot say: which fields go together."""
    kind = record.kind
    if kind == "ballot":
        qualified = record.get("position") == "abstain-qualified"
        demand(record.has("declaration") == qualified, "a declaration goes with abstain-qualified, and only so")
    elif kind == "remark":
        demand(record.has("says") != record.has("digest"), "a remark has its text, or the digest of a text")
    elif kind == "reservation":
        reasons = record.has("reason") + record.has("digest")
        demand(reasons <= (record.get("act") == "place"), "a reason goes with a reservation that is placed")
    elif kind == "rotation":
        demand(record.has("node") or record.has("seal"), "a rotation changes a key at least")
    elif kind == "keys":
        _verify_officers(record)
    elif kind == "package":
        numbers = [number for number, _ in record.all("measure")]
        demand(len(numbers) >= 2 and numbers == sorted(set(numbers)), "a package binds two or more, ascending")
    elif kind in ("measure", "revision"):
        _verify_measure(record)
    elif kind == "decision":
        hidden = record.has("ballot") or record.has("mandate")
        demand(not (record.has("votes") and hidden), "a decision has votes or the ballots")


def _verify_officers(record: Record) -> None:
    officers = record.all("officer")
    labels = [label for label, _ in officers]
    demand(1 <= record.get("threshold") <= len(officers) <= OFFICERS_LATER_MAX, "k of the officers sign")
    demand(len(set(labels)) == len(labels) and "recovery" not in labels, "an officer's label stands once")


def _verify_measure(record: Record) -> None:
    present = [name for name in LABELLED_CHANGES if record.has(name)]
    demand(len(present) <= 1, "a measure changes the council in one form at most")
    demand(record.has("total-weight") or not record.has("weight"), "weights stand with the whole")
    if present in (["admits"], ["appoints"]):
        verify_party_lines(record, present[0])
