"""Ledgers that turn on one rule each, which random play seldom meets, with the verdict that is due."""

from __future__ import annotations

import random
from typing import Callable, Iterator

from independent import records, signing
from independent.records import Record
from independent.signing import Signer
from independent.state import Measure
from independent.text import encode64, render_time

from . import charters
from .sayings import DAY
from .world import START, World

Said = tuple[bytes, Record]
DEADLINE = f"closes {render_time(START + 30 * DAY)}"


class Turn(World):
    """A council of four members, a chair and a clerk, and what they say one block after the other."""

    def __init__(self, seed: int, charter: tuple[str, str] = ("", "")) -> None:
        super().__init__(seed)
        text = charters.CHARTER.format(
            total=40, votes="", open="", released="", publication="", notice="charter-notice-days 1\n", block=16,
            day=512, ballots=1024, changes=16,
        ).replace(*charter)
        lines = ["nemcon/v1 genesis", "origin example.org/turn", "rules 1", "visibility members", *text.splitlines()]
        for n in range(1, 5):
            lines += charters.member_lines(self, f"M{n}", 10, 1, 1)
        lines += charters.participant_lines(self, "CH", "chair", 1, 1, "participant")
        self.found(lines + charters.participant_lines(self, "CL", "clerk", 1, 1, "participant"))
        self.time, self.titles = START, random.Random(seed)

    def signers(self, code: str) -> list[Signer]:
        return [signing.officer(self.council, code, *self.council.party(code).officers[0])]

    def said(self, kind: str, lines: list[str], by: str) -> Said:
        raw = self.statement(kind, lines, by, self.signers(by))
        return raw, records.parse(raw)

    def measure(self, by: str, kind: str, rule: str, *lines: str) -> Said:
        title = f"title Act {self.titles.randrange(10**9)}"
        return self.said("measure", [title, f"kind {kind}", f"rule {rule}", *lines, DEADLINE], by)

    def on(self, kind: str, measure: Measure, by: str, *own: str) -> Said:
        about = [
            f"for {by}", f"measure {measure.number}", f"revision {measure.revision}", f"text {measure.text_hash}",
            f"title {measure.title}", f"rule {measure.rule}",
        ]
        after = self.council.chains.get(("measure", by, str(measure.number)), "none")
        return self.said(kind, [*about, *own, f"after {after}"], by)

    def block(self, *said: Said, after: int = 1000) -> None:
        self.time += after
        self.make_block(self.time, list(said))

    def written(self, *said: Said) -> None:
        """A block that holds these as they are, whatever the second reading of the law says."""
        self.time += 1000
        self.make_block(self.time, [], bend=lambda _: [raw for raw, _ in said])

    def table(self, *words: str) -> Measure:
        self.block(self.measure(*words))
        return self.council.measures[-1]

    def adopt(self, *words: str) -> Measure:
        measure = self.table(*words)
        number = measure.number
        self.block(*(self.on("ballot", measure, code, "position in-favour") for code in measure.entitled))
        return self.council.measures[number - 1]

    def leave(self, code: str) -> None:
        self.block(self.said("notice", ["leaves given", "after none"], code))
        self.block(self.said("freeze", ["after none"], "M4"), after=2 * DAY)


def _mandate(turn: Turn) -> Measure:
    """M1 has given M2 a mandate, and M2 has left."""
    measure = turn.table("M1", "listing", "unanimity")
    turn.block(turn.on("ballot", measure, "M2", "position in-favour"))
    turn.block(turn.on("mandate", turn.council.measures[0], "M1", "to M2"))
    turn.leave("M2")
    return turn.council.measures[0]


def _appointed(turn: Turn, code: str, k: int = 1) -> list[str]:
    return [f"appoints {code} {k} chair Somebody", f"officer {code} o0 {encode64(turn.key())}"]


def unchanged_appointment(turn: Turn) -> None:
    clerk = turn.council.participants["CL"]
    officers = [f"officer CL {label} {encode64(key)}" for label, key in clerk.officers]
    turn.written(turn.measure("M1", "appointment", "unanimity", f"appoints CL 1 clerk {clerk.name}", *officers))


def mandate_of_one_who_left(turn: Turn) -> None:
    turn.written(turn.on("mandate", _mandate(turn), "M1", "to none"))


def giver_holds_after_its_holder_left(turn: Turn) -> None:
    turn.written(turn.on("mandate", _mandate(turn), "M3", "to M1"))


def authorisation_amended_by_another_kind(turn: Turn) -> None:
    first = turn.adopt("M1", "cooperation", "unanimity", "participating M1", "participating M3")
    turn.adopt("M1", "listing", "unanimity", f"predecessor amends 1 {first.text_hash}")
    turn.written(turn.measure("M1", "joint-act", "participating", f"authorised-by 1 {first.text_hash}"))


def authorisation_renewed(turn: Turn) -> None:
    first = turn.adopt("M1", "cooperation", "unanimity", "participating M1", "participating M3")
    renews = f"predecessor renews 1 {first.text_hash}"
    turn.adopt("M1", "cooperation", "unanimity", renews, "participating M1", "participating M2")
    turn.written(turn.measure("M1", "joint-act", "participating", f"authorised-by 1 {first.text_hash}"))


def revision_without_its_authorisation(turn: Turn) -> None:
    first = turn.adopt("M1", "cooperation", "unanimity", "participating M1", "participating M3")
    act = turn.table("M1", "joint-act", "participating", f"authorised-by 1 {first.text_hash}")
    turn.adopt("M1", "listing", "unanimity", f"predecessor repeals 1 {first.text_hash}")
    lines = [f"revises 2 {act.text_hash}", "revision 2", "title Another", "kind joint-act", "rule participating"]
    turn.written(turn.said("revision", [*lines, f"authorised-by 1 {first.text_hash}", DEADLINE, "after none"], "M1"))


def basis_that_the_charter_names(turn: Turn) -> None:
    turn.written(turn.measure("M1", "resolution", "common-accord", "basis Article 7"))


def basis_of_which_a_part_is_elsewhere(turn: Turn) -> None:
    turn.written(turn.measure("M1", "listing", "unanimity", "basis Article 7"))


def appointment_ends_the_freeze_of_its_block(turn: Turn) -> None:
    measure = turn.table("M1", "appointment", "unanimity", *_appointed(turn, "CH"))
    ballots = [turn.on("ballot", measure, code, "position in-favour") for code in measure.entitled]
    turn.block(*ballots, turn.said("freeze", ["after none"], "CH"))
    turn.block(turn.measure("CH", "appointment", "unanimity", *_appointed(turn, "CL")))


def reservation_after_a_ballot(turn: Turn) -> None:
    measure = turn.table("M1", "listing", "unanimity")
    place = ("reservation scrutiny", "act place")
    turn.block(turn.on("reservation", measure, "M2", *place))
    turn.block(turn.on("ballot", turn.council.measures[0], "M2", "position in-favour"))
    turn.written(turn.on("reservation", turn.council.measures[0], "M2", *place))


def targets_counted_twice(turn: Turn) -> None:
    listed = [f"target person {digit * 64}" for digit in "ab"]
    turn.written(turn.measure("M1", "listing", "unanimity", "targets person 1", "targets person 1", *listed))


NAMED = ("charter-on Article 2\n", "charter-on Article 7\n")
CASES: dict[str, list[Callable[[Turn], None]]] = {
    "not verified": [
        unchanged_appointment, mandate_of_one_who_left, authorisation_renewed, revision_without_its_authorisation,
        basis_of_which_a_part_is_elsewhere,
    ],
    "verified": [
        giver_holds_after_its_holder_left, authorisation_amended_by_another_kind, basis_that_the_charter_names,
        appointment_ends_the_freeze_of_its_block, reservation_after_a_ballot, targets_counted_twice,
    ],
}


def turns() -> Iterator[tuple[str, str, World]]:
    """Name, verdict that is due, and ledger of each case."""
    for due, cases in CASES.items():
        for seed, case in enumerate(cases):
            turn = Turn(seed, NAMED if "basis" in case.__name__ else ("", ""))
            case(turn)
            yield case.__name__.replace("_", " "), due, turn
