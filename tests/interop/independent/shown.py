"""What is shown of a log where not all of it is: votes, and the decisions that they amount to (sections 3, 10)."""

from __future__ import annotations

from typing import NamedTuple

from . import outcome
from .balloting import signatures_hash
from .fault import Fault, demand
from .following import COMMITTED_REASONS, Adopted, Cited, Following, Leaf, Seats, not_entitled_reason
from .records import Record
from .state import Ballot, Mandate, Measure


class Vote(NamedTuple):
    """A ballot or a mandate that is shown."""

    leaf: int
    record: Record


class Reading:
    """The records that were read so far."""

    def __init__(self, genesis: Record) -> None:
        self.following = Following(genesis)
        self.texts: dict[str, Record] = {}
        self.packages: dict[str, list[int]] = {}
        self.decided: dict[int, tuple[str, str]] = {}
        self.counted: dict[int, bool] = {}
        self._ended: set[int] = set()
        self._ballots: dict[int, dict[str, Vote]] = {}
        self._mandates: dict[int, dict[str, Vote]] = {}
        self._said: list[Leaf] = []
        self._adopted: list[Adopted] = []

    def take(self, number: int, raw: bytes, record: Record) -> None:
        """A statement, a decision or a lapse at its place in the log."""
        if record.kind in ("decision", "lapse"):
            self._verify_named(record)
            demand(record.get("measure") not in self._ended, "a measure ends twice")
            if record.kind == "decision":
                self._decide(number, raw, record)
            self._end(record.get("measure"))
        else:
            self._said.append(Leaf(number, raw, record))
            self._hear(number, record)

    def block(self, record: Record) -> None:
        """The block of the records so far ends."""
        said, adopted, self._said, self._adopted = self._said, self._adopted, [], []
        self.following.block(record, said, adopted)

    def _hear(self, number: int, record: Record) -> None:
        if record.kind in ("measure", "revision"):
            self.texts[record.text_hash] = record
        elif record.kind == "package":
            self.packages[record.text_hash] = [row[0] for row in record.all("measure")]
        elif record.kind == "ballot":
            self._ballots.setdefault(record.get("measure"), {})[record.get("for")] = Vote(number, record)
        elif record.kind == "mandate" and record.get("to") and record.get("by") == record.get("for"):
            self._mandates.setdefault(record.get("measure"), {})[record.text_hash] = Vote(number, record)

    def _verify_named(self, record: Record) -> None:
        """A decision or lapse names this council, and its text as that is, where it is shown."""
        of_this = record.get("council") == self.following.council.digest
        demand(of_this, f"a {record.kind} of another council")
        text = self.texts.get(record.get("text"))
        if text is not None:
            same = record.get("title") == text.get("title") and record.get("revision") == text.get("revision", 1)
            rule = record.get("rule") in (None, text.get("rule"))
            demand(same and rule, f"the {record.kind} names title, revision or rule otherwise than its text")

    def _end(self, measure: int) -> None:
        self._ended.add(measure)
        self._ballots.pop(measure, None)
        self._mandates.pop(measure, None)

    def _decide(self, number: int, raw: bytes, record: Record) -> None:
        measure, text_hash = record.get("measure"), record.get("text")
        try:
            self.counted[measure] = self._count(raw, record)
        except Fault as fault:
            raise fault.at(number, None) from None
        self.decided[measure] = text_hash, record.get("outcome")
        text = self.texts.get(text_hash)
        if text is not None and record.get("outcome") == "adopted":
            self._adopted.append(Adopted(number, Cited(measure, text_hash), text))

    def _count(self, raw: bytes, decision: Record) -> bool:
        """Whether the votes behind a decision are shown; they are then those that it has counted."""
        council = self.following.council
        if decision.has("votes"):
            due = COMMITTED_REASONS[decision.get("outcome")]
            demand(decision.get("reason") == due, "the reason is not that of a decision whose votes are not public")
        text = self.texts.get(decision.get("text"))
        if text is None or text.get("kind") not in council.charter.kinds:
            return False
        if decision.get("rule") not in council.charter.rules:
            return False
        hides = council.charter.hides_votes(text.get("kind"))
        demand(hides == decision.has("votes"), "by the charter, the decision does not have its votes in this form")
        wrong: str | None = None
        for seats in self.following.seats.get(decision.get("roster"), []):
            entitled = self._entitled(decision, text, seats)
            if entitled is None:
                return False
            others = [code for code in seats.weights if code not in entitled]
            left_out = [code for code, _ in decision.all("not-entitled")]
            if others != left_out or text.get("rule") != decision.get("rule"):
                wrong = "the decision leaves out others than its rule does"
                continue
            measure = self._measure(decision, text, seats, entitled)
            if measure is None:
                continue
            found = self._follows(raw, decision, measure)
            if found is None:
                return False
            if found:
                return True
            wrong = "the decision does not follow from its ballots"
        demand(wrong is None, wrong or "")
        return False

    def _entitled(self, decision: Record, text: Record, seats: Seats) -> list[str] | None:
        """The entitled members; None if it is not shown who takes part."""
        whose = self.following.council.charter.rules[decision.get("rule")].whose
        if whose == "all":
            return list(seats.weights)
        if whose == "minus-concerned":
            return [code for code in seats.weights if code != text.get("concerns")]
        cited = text.row("authorised-by")
        if cited is None or self.decided.get(cited[0]) != (cited[1], "adopted"):
            return None
        authorising = self.texts.get(cited[1])
        named = [row[0] for row in authorising.all("participating")] if authorising else []
        return [code for code in seats.weights if code in named] if named else None

    def _measure(self, decision: Record, text: Record, seats: Seats, entitled: list[str]) -> Measure | None:
        """The measure with the ballots that are shown; None if one of the entitled has none."""
        ballots = self._ballots.get(decision.get("measure"), {})
        standing: dict[str, Ballot] = {}
        for code in entitled:
            vote = ballots.get(code)
            if vote is None or not is_on(vote.record, decision):
                return None
            holder = vote.record.get("by") if vote.record.get("by") != code else None
            standing[code] = Ballot(
                vote.record.get("position"), vote.leaf, vote.record.text_hash, signatures_hash(vote.record), holder
            )
        out = [code for code in seats.weights if code not in entitled]
        why = not_entitled_reason(self.following.council, text) if out else ""
        measure = Measure(
            decision.get("measure"), text.get("by"), text, decision.get("revision"), text.get("closes"), entitled,
            [(code, why) for code in out], None, decision.get("roster"), list(seats.weights), seats.weights,
            seats.total,
        )
        measure.package, measure.ballots = decision.get("package"), standing
        return measure

    def _follows(self, raw: bytes, decision: Record, measure: Measure) -> bool | None:
        """Whether the decision is what the ballots amount to; None if that is not shown."""
        if not self._take_mandates(decision, measure):
            return None
        if not self._is_allowed(measure):
            return False
        council = self.following.council
        obstacle = outcome.obstacle(council, measure)
        results = [("not-adopted", obstacle)] if obstacle else [("adopted", outcome.favour(measure))]
        if obstacle is None and decision.get("outcome") == "not-adopted":
            if measure.package is not None and measure.package not in self.packages:
                return None
            numbers = self.packages.get(measure.package or "", [])
            results = [("not-adopted", outcome.fallen(number)) for number in numbers]
        council.decisions = decision.get("number") - 1
        return any(outcome.decision(council, measure, result) == raw for result in results)

    def _is_allowed(self, measure: Measure) -> bool:
        """Whether rule and kind let each of these ballots be cast, and cast by others."""
        charter = self.following.council.charter
        rule, kind = charter.rules[measure.rule], charter.kinds[measure.kind]
        positions = {ballot.position for ballot in measure.ballots.values()}
        refused = {"retracted"}
        if not rule.abstention:
            refused |= {"abstain", "abstain-qualified"}
        if not kind.qualified:
            refused.add("abstain-qualified")
        may_be_cast = not measure.mandates or (charter.mandates and rule.mandates)
        return may_be_cast and not positions & refused

    def _take_mandates(self, decision: Record, measure: Measure) -> bool:
        """Whether the mandates of the ballots that others have cast are shown."""
        number = decision.get("measure")
        ballots, mandates = self._ballots.get(number, {}), self._mandates.get(number, {})
        holders = set()
        for code in measure.entitled:
            vote = ballots[code].record
            named, by = vote.get("mandate"), vote.get("by")
            if named is None:
                if by != code:
                    return False
                continue
            mandate = mandates.get(named)
            if mandate is None or not is_on(mandate.record, decision):
                return False
            fits = mandate.record.get("for") == code and mandate.record.get("to") == by and by not in holders
            if not fits:
                return False
            holders.add(by)
            measure.mandates[code] = Mandate(by, mandate.leaf, named)
        return True


def is_on(said: Record, decision: Record) -> bool:
    """Whether a statement is about the text that was decided, in the words of the decision."""
    names = ("measure", "revision", "text", "title", "rule", "package")
    return all(said.get(name) == decision.get(name) for name in names)
