"""The genesis and the charter in it: what the council's law is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, field as dataclass_field
from typing import Any, NamedTuple

from .fault import Fault, demand, shown
from .grammar import Body, Group, field
from .parties import PARTICIPANT_LINES, PARTY_LINES
from .text import (
    CODE, DIGEST, FRACTION, LABEL, NUMBER, NUMBER32, ORIGIN, POSITIVE, SOURCE, TEXT, Form, one_of,
)


def _tail(name: str, pattern: str) -> Form:
    compiled = re.compile(pattern)

    def parse(words: str) -> str:
        if not compiled.fullmatch(words):
            raise Fault(f"{shown(words)!r} is no {name}")
        return words

    return Form(name, parse)


RULE = _tail(
    "rule",
    "(all|minus-concerned|participating)( no-abstention)?( no-mandates)?( at-least (0|[1-9][0-9]{0,9}))?",
)
KIND = _tail("kind", "[a-z0-9][a-z0-9-]{0,39}( qualified)?")
DECIDED = _tail("rule of a kind", "[a-z0-9][a-z0-9-]{0,39}( (clause|notice|decision))?")
PROCEDURE = _tail("procedure", "[a-z0-9][a-z0-9-]{0,39}( tacit)?")


def words(name: str, often: str = "?") -> Any:
    """A line of one or more labels."""
    return field(name, often, LABEL, more=LABEL)


EFFECTS = ("authorisation", "accession", "departure", "appointment", "weights", "rules")
ON = field("charter-on", "*", TEXT)
KIND_GROUP = Group("+", (
    field("charter-kind", "1", KIND), field("charter-kind-source", "?", SOURCE), words("charter-kind-table"),
    field("charter-kind-votes", "?", one_of("public", "released", "internal")),
    field("charter-effect", "?", one_of(*EFFECTS)),
    Group("+", (field("charter-decided", "1", DECIDED), ON)),
    words("charter-asks"), words("charter-requires"),
))
GENESIS: tuple[Any, ...] = (
    field("origin", "1", ORIGIN), field("rules", "1", NUMBER32),
    field("visibility", "1", one_of("public", "members")),
    Group("?", (field("succeeds", "1", DIGEST, NUMBER, DIGEST), field("leaves-out", "*", CODE))),
    field("charter-name", "1", TEXT), field("charter-weight", "1", POSITIVE, LABEL),
    field("charter-qualified", "?", FRACTION, FRACTION), field("charter-word", "*", LABEL, TEXT),
    field("charter-rule", "+", LABEL, RULE), KIND_GROUP,
    Group("*", (field("charter-elsewhere", "1", TEXT), field("charter-elsewhere-kind", "?", LABEL), ON)),
    Group("*", (field("charter-procedure", "1", PROCEDURE), words("charter-procedure-attests"))),
    field("charter-basis", "*", TEXT),
    Group("*", (field("charter-reference", "1", LABEL), field("charter-form", "+", TEXT))),
    words("charter-bodies"), words("charter-items"), words("charter-category", "*"), words("charter-roles"),
    words("charter-table"), words("charter-close"), words("charter-extend"), words("charter-attest"),
    words("charter-attests"), words("charter-annuls"), words("charter-remark"), words("charter-remarks"),
    Group("?", (field("charter-publication", "1", TEXT), field("charter-released-by", "?", LABEL))),
    field("charter-mandates", "?", one_of("yes")), words("charter-reservations"), words("charter-targets"),
    words("charter-applies", "*"), Group("?", tuple(
        words(f"charter-incident-{name}", "1") for name in ("categories", "factors", "levels", "findings", "confidence")
    )),
    field("charter-reminder-days", "?", NUMBER32, more=NUMBER32), field("charter-notice-days", "?", NUMBER32),
    field("charter-zone", "?", TEXT), field("charter-share-block", "1", NUMBER32),
    field("charter-share-day", "1", NUMBER32, NUMBER), field("charter-share-ballots", "1", NUMBER32, NUMBER),
    field("charter-share-changes", "1", NUMBER32, NUMBER), field("charter-source", "*", LABEL, SOURCE),
    Group("*", (
        field("charter-difference", "1", one_of("stricter", "looser", "not-modelled"), LABEL, TEXT),
        words("charter-difference-kinds"),
    )),
    Group("+", PARTY_LINES), Group("*", PARTICIPANT_LINES),
)


class Rule(NamedTuple):
    """A rule of the charter: whose ballots, and what it allows."""

    whose: str
    abstention: bool
    mandates: bool
    least: int | None

    @property
    def at_least(self) -> int:
        return self.least if self.least is not None else 1


@dataclass
class Kind:
    """A kind of measure."""

    name: str
    qualified: bool
    table: list[str] | None = None
    votes: str | None = None
    source: str | None = None
    effect: str | None = None
    decided: list[tuple[str, str | None, list[str]]] = dataclass_field(default_factory=list)
    asks: list[str] = dataclass_field(default_factory=list)
    requires: list[str] = dataclass_field(default_factory=list)


@dataclass
class Procedure:
    """A procedure, and what is attested of it alone."""

    tacit: bool
    attests: list[str]


class Charter:
    """The charter of a genesis, by the lines that the law reads."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.origin: str = body.get("origin")
        self.weight, self.of_what = body.row("charter-weight") or (1, "")
        self.qualified = body.row("charter-qualified")
        self.rules = {name: _rule(tail) for name, tail in body.all("charter-rule")}
        self.kinds: dict[str, Kind] = {}
        self.elsewhere: list[tuple[str | None, list[str]]] = []
        self.procedures: dict[str, Procedure] = {}
        self.references: dict[str, list[str]] = {}
        self._read_groups(body)
        self.elsewhere_kinds = {kind for kind, _ in self.elsewhere if kind is not None}
        self.elsewhere_on = [basis for _, bases in self.elsewhere for basis in bases]
        self.sources = dict(reversed(body.all("charter-source")))
        self.publishes = body.has("charter-publication")
        self.released_by: str | None = body.get("charter-released-by")
        self.mandates = body.has("charter-mandates")
        self.notice_days: int | None = body.get("charter-notice-days")
        self.categories = {row[0]: list(row[1:]) for row in body.all("charter-category")}
        self.applies = {row[0]: list(row[1:]) for row in body.all("charter-applies")}
        self.share_block: int = body.get("charter-share-block")
        self.shares: dict[str, tuple[int, int]] = {
            name: body.row(f"charter-share-{name}") for name in ("day", "ballots", "changes")
        }  # type: ignore[misc]

    def words(self, name: str) -> list[str]:
        """The words of a line `charter-<name>`."""
        return list(self.body.row(f"charter-{name}") or ())

    def hides_votes(self, kind: str) -> bool:
        """Whether decisions on this kind commit to the votes and do not list them."""
        return self.publishes and self.kinds[kind].votes != "public"

    def _read_groups(self, body: Body) -> None:
        kind: Kind | None = None
        on: list[str] = []
        procedure, reference = None, None
        for line in body.lines:
            name, values = line.name, line.values
            if name == "charter-kind":
                kind = _kind(values[0])
                demand(kind.name not in self.kinds, "a kind stands twice in the charter")
                self.kinds[kind.name] = kind
            elif name == "charter-decided" and kind:
                rule, _, authority = values[0].partition(" ")
                on = []
                kind.decided.append((rule, authority or None, on))
            elif name == "charter-elsewhere":
                on = []
                self.elsewhere.append((None, on))
            elif name == "charter-on":
                on.append(values[0])
            elif name == "charter-elsewhere-kind":
                self.elsewhere[-1] = (values[0], on)
            elif name == "charter-procedure":
                label, _, tacit = values[0].partition(" ")
                procedure = self.procedures[label] = Procedure(bool(tacit), [])
            elif name == "charter-procedure-attests" and procedure:
                procedure.attests = list(values)
            elif name == "charter-reference":
                reference = self.references[values[0]] = []
            elif name == "charter-form" and reference is not None:
                reference.append(values[0])
            elif kind:
                _of_kind(kind, name, values)


def _of_kind(kind: Kind, name: str, values: tuple[Any, ...]) -> None:
    if name == "charter-kind-table":
        kind.table = list(values)
    elif name == "charter-kind-source":
        kind.source = values[0]
    elif name == "charter-kind-votes":
        kind.votes = values[0]
    elif name == "charter-effect":
        kind.effect = values[0]
    elif name == "charter-asks":
        kind.asks = list(values)
    elif name == "charter-requires":
        kind.requires = list(values)


def _rule(tail: str) -> Rule:
    whose = tail.split(" ")[0]
    least = re.search("at-least ([0-9]+)", tail)
    minimum = NUMBER32.parse(least[1]) if least else None
    return Rule(whose, "no-abstention" not in tail, "no-mandates" not in tail, minimum)


def _kind(values: str) -> Kind:
    name, _, qualified = values.partition(" ")
    return Kind(name, bool(qualified))
