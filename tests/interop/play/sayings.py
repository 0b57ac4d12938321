"""Random statements of every kind, mostly such as the council would let in."""

from __future__ import annotations

import random
from hashlib import sha256
from typing import Any, Callable

from independent import signing
from independent.parties import Member
from independent.signing import Signer
from independent.state import Council, Measure
from independent.text import encode64, render_time

from .charters import member_lines, participant_lines
from .world import World

DAY = 86_400_000
Said = tuple[str, list[str], str, list[Signer]]


def digest(dice: random.Random) -> str:
    return sha256(str(dice.random()).encode()).hexdigest()


class Sayings:
    """Makes one statement after the other for a world as it stands."""

    def __init__(self, world: World, dice: random.Random) -> None:
        self.world, self.dice = world, dice
        self.time = 0
        self.heads: dict[tuple[str, ...], str] = {}

    @property
    def council(self) -> Council:
        return self.world.council

    def pick(self, some: Any) -> Any:
        """One of them, or None."""
        some = list(some)
        return self.dice.choice(some) if some else None

    def often(self, share: float) -> bool:
        return self.dice.random() < share

    def member(self) -> Any:
        return self.pick(self.council.members)

    def party(self) -> Any:
        return self.pick([*self.council.members, *self.council.participants.values()])

    def officers(self, party: Any) -> list[Signer]:
        """k officers of the party, in their order."""
        chosen = sorted(self.dice.sample(range(len(party.officers)), min(party.k, len(party.officers))))
        return [signing.officer(self.council, party.code, *party.officers[n]) for n in chosen]

    def after(self, *chain: str) -> str:
        last = self.heads.get(chain) or self.council.chains.get(chain, "none")
        return f"after {last}"

    def make(self) -> Said | None:
        """A statement of a random kind, or None where there is nothing to say."""
        makers: list[tuple[int, Callable[[], Said | None]]] = [
            (9, self.measure), (20, self.ballot), (2, self.revision), (9, self.package), (5, self.mandate),
            (6, self.proxy), (4, self.reservation), (3, self.extension), (1, self.withdrawal), (3, self.close),
            (3, self.attestation), (4, self.remark), (2, self.incident), (2, self.attribution), (3, self.keys),
            (2, self.freeze), (4, self.rotation), (4, self.notice), (20, self.entry),
        ]
        return self.dice.choices([m for _, m in makers], [w for w, _ in makers])[0]()

    # What is tabled.

    def measure(self) -> Said | None:
        by = self.party() if self.often(0.5) else self.member()
        if not by.officers:
            return None
        return "measure", self.text(by.code), by.code, self.officers(by)

    def text(self, by: str, old: Measure | None = None) -> list[str]:
        """The lines of a measure."""
        kind = old.kind if old else self.pick(
            "listing listing resolution resolution conclusions breach leaving-terms cooperation joint-act "
            "accession accession departure departure departure appointment appointment weights weights".split()
        )
        rule, special, change = self.kind_lines(kind, old)
        lines = [f"title Act {self.dice.randrange(10**6)} of {by}", f"kind {kind}", f"rule {rule}", *special]
        if self.often(0.3):
            lines.append(f"procedure {self.pick(('written', 'meeting'))}")
        if rule == "common-accord" and kind == "resolution" or self.often(0.1):
            lines.append(f"basis Article 2{self.pick(('', '(1)'))}")
        lines += self.cited(kind)
        if kind == "conclusions" or self.often(0.3):
            lines.append("summary What it does.")
        if kind == "listing" and self.often(0.4):
            lines += ["targets person 1", f"target person {digest(self.dice)}", "applies entry-ban"]
        lines += change
        start = self.time or self.council.time
        if self.often(0.1):
            lines.append(f"opens {render_time(start + self.dice.randrange(1, DAY))}")
        closes = start // DAY * DAY + self.dice.choice((2, 2, 5, 5, 20)) * DAY + self.dice.choice((0, 0, 0, 7))
        lines.append(f"closes {render_time(closes)}")
        if not change and self.often(0.1):
            lines.append(f"enters {render_time(closes + self.dice.choice((0, 5)))}")
        if self.often(0.2):
            lines.append(f"expires {render_time(closes + self.dice.choice((6, 9 * DAY, 90 * DAY)))}")
        return lines

    def kind_lines(self, kind: str, old: Measure | None) -> tuple[str, list[str], list[str]]:
        """Rule, what leaves members out, and what the measure changes."""
        council = self.council
        if old:
            authority = [line.render() for line in old.record.lines if line.name in ("authorised-by", "concerns")]
            lasting = ("participating", "admits", "officer", "recovery", "node", "seal", "departs", "appoints",
                       "weight", "total-weight")
            return old.rule, authority, [line.render() for line in old.record.lines if line.name in lasting]
        codes = [member.code for member in council.members]
        code = self.pick(council.notices) if self.often(0.8) else self.pick(codes)
        concerned = [f"concerns {code or self.pick(codes)}"]
        if kind in ("breach", "leaving-terms"):
            return "minus-concerned", concerned, []
        if kind == "departure":
            return "minus-concerned", concerned, [f"departs {concerned[0].split()[1]}"]
        if kind == "cooperation":
            some = [c for c in codes if self.often(0.7)]
            return "unanimity", [], [f"participating {c}" for c in some]
        if kind == "joint-act":
            adopted = [m for m in council.measures if m.status == "adopted" and m.record.has("participating")]
            found = self.pick(adopted)
            return "participating", [f"authorised-by {found.number} {found.text_hash}"] if found else [], []
        again = self.said_again(kind) if kind in ("accession", "appointment") and self.often(0.35) else []
        if again:
            return "unanimity", [], again
        if kind == "accession":
            officers = self.dice.choice((1, 2))
            new = self.pick([f"N{n}" for n in range(1, 9)]) if self.often(0.9) else self.pick(codes)
            return "unanimity", [], member_lines(self.world, new, self.dice.randrange(20), officers, 1, "admits")
        if kind == "appointment":
            new = self.pick(["CH", "CL", "CX", "N3", "CY"])
            if self.often(0.2):
                return "unanimity", [], [f"appoints {new} 0 chair Nobody"]
            return "unanimity", [], participant_lines(self.world, new, "chair", self.dice.choice((1, 2)), 1, "appoints")
        if kind == "weights":
            some = {c: self.dice.randrange(0, 40) for c in codes if self.often(0.5)}
            together = sum(some.get(member.code, member.weight) for member in council.members)
            total = max(1, together + self.dice.choice((0, 1, 5, -1)))
            return "unanimity", [], [*(f"weight {c} {w}" for c, w in some.items()), f"total-weight {total}"]
        rule = "common-accord" if kind == "conclusions" or self.often(0.3) and kind == "resolution" else "unanimity"
        return rule, [], []

    def said_again(self, kind: str) -> list[str]:
        """The party lines of another measure of this kind, or of a participant as it stands."""
        first = "admits" if kind == "accession" else "appoints"
        names = (first, "officer", "recovery", "node", "seal")
        some = [m.record for m in self.council.measures if m.record.has(first)]
        lines = [[line.render() for line in record.lines if line.name in names] for record in some]
        if kind == "appointment":
            for party in self.council.participants.values():
                own = [f"officer {party.code} {label} {encode64(key)}" for label, key in party.officers]
                lines.append([f"appoints {party.code} {party.k} {party.role} {party.name}", *own])
        return self.pick(lines) or []

    def cited(self, kind: str) -> list[str]:
        lines = []
        adopted = [m for m in self.council.measures if m.status == "adopted"]
        found = self.pick(adopted)
        if found and self.often(0.2):
            how = self.pick(("renews", "amends", "repeals"))
            lines.append(f"predecessor {how} {found.number} {found.text_hash}")
        if self.council.incidents and self.often(0.2):
            n = self.dice.randrange(len(self.council.incidents))
            lines.append(f"incident {n + 1} {self.council.incidents[n].text_hash}")
        return lines

    def revision(self) -> Said | None:
        measure = self.pick(self.council.open_measures())
        by = measure and self.council.party(measure.proposer)
        if not by or not by.officers:
            return None
        lines = [f"revises {measure.number} {measure.text_hash}", f"revision {measure.revision + 1}"]
        lines += self.text(by.code, measure) + [self.after("measure", by.code, str(measure.number))]
        return "revision", lines, by.code, self.officers(by)

    def package(self) -> Said | None:
        able = [m for m in self.council.open_measures() if not m.package and not m.ballots]
        by = self.council.party(self.pick([m.proposer for m in able]) or "")
        if by is None:
            return None
        mine = [m for m in able if m.proposer == by.code]
        groups: dict[Any, list[Measure]] = {}
        for measure in mine:
            groups.setdefault((measure.closes, measure.record.get("opens")), []).append(measure)
        group = self.pick([g for g in groups.values() if len(g) > 1])
        if not group or not by.officers:
            return None
        return "package", [f"measure {m.number} {m.text_hash}" for m in group], by.code, self.officers(by)

    # What is said on a measure.

    def about(self, measure: Measure, on: str) -> list[str]:
        lines = [
            f"for {on}", f"measure {measure.number}", f"revision {measure.revision}", f"text {measure.text_hash}",
            f"title {measure.title}", f"rule {measure.rule}",
        ]
        return lines + ([f"package {measure.package}"] if measure.package else [])

    def on(self, kind: str, measure: Measure | None, party: Any, own: list[str], on: str = "") -> Said | None:
        if measure is None or party is None or not party.officers:
            return None
        on = on or party.code
        lines = self.about(measure, on) + own + [self.after("measure", on, str(measure.number))]
        return kind, lines, party.code, self.officers(party)

    def open(self) -> Measure | None:
        """An open measure, the older the likelier."""
        some = self.council.open_measures()
        return some[min(self.dice.randrange(len(some)), self.dice.randrange(len(some)))] if some else None

    def position(self) -> list[str]:
        position = self.dice.choices(
            ("in-favour", "abstain", "abstain-qualified", "against", "retracted"), (70, 6, 4, 5, 5)
        )[0]
        lines = [f"position {position}"]
        return lines + ([f"declaration {digest(self.dice)}"] if position == "abstain-qualified" else [])

    def ballot(self) -> Said | None:
        measure = self.open()
        missing = measure.missing() if measure else []
        code = self.pick(missing) if missing and self.often(0.85) else self.member().code
        tacit = ["assent tacit"] if self.often(0.04) else []
        return self.on("ballot", measure, self.council.party(code), self.position() + tacit)

    def burst(self) -> list[Said]:
        """The missing ballots on one measure or its package, mostly in favour."""
        measure = self.open()
        said = []
        for other in self.council.bound(measure) if measure else []:
            for code in other.missing():
                own = ["position in-favour"] if self.often(0.95) else self.position()
                said.append(self.on("ballot", other, self.council.party(code), own))
        return [one for one in said if one is not None]

    def pair(self) -> list[Said]:
        """Two or three measures of one party that close together, and could be bound."""
        by = self.member()
        said = []
        for _ in range(self.dice.choice((2, 2, 3))):
            lines = [line for line in self.text(by.code) if line.split(" ")[0] not in ("opens", "enters", "expires")]
            start = self.time // DAY * DAY
            lines = [f"closes {render_time(start + 6 * DAY)}" if line.startswith("closes") else line for line in lines]
            said.append(("measure", lines, by.code, self.officers(by)))
        return said

    def mandate(self) -> Said | None:
        to = "none" if self.often(0.2) else self.member().code
        return self.on("mandate", self.open(), self.member(), [f"to {to}"])

    def proxy(self) -> Said | None:
        measure = self.pick([m for m in self.council.open_measures() if m.mandates])
        if not measure:
            return None
        on, mandate = self.pick(measure.mandates.items())
        own = [*self.position(), f"mandate {mandate.text_hash}"]
        return self.on("ballot", measure, self.council.party(mandate.holder), own, on)

    def reservation(self) -> Said | None:
        act = self.pick(("place", "place", "lift"))
        own = [f"reservation {self.pick(('scrutiny', 'substance'))}", f"act {act}"]
        if act == "place" and self.often(0.6):
            own.append(self.pick(("reason Not yet.", f"digest {digest(self.dice)}")))
        return self.on("reservation", self.open(), self.member(), own)

    def extension(self) -> Said | None:
        measure = self.open()
        if not measure:
            return None
        by = self.council.party(measure.proposer) if self.often(0.7) else self.party()
        later = measure.closes + self.dice.choice((1, DAY, 9 * DAY, -1, 0))
        return self.on("extension", measure, by, [f"closes {render_time(later)}"])

    def withdrawal(self) -> Said | None:
        measure = self.open()
        return self.on("withdrawal", measure, measure and self.council.party(measure.proposer), [])

    def close(self) -> Said | None:
        measure = self.open()
        by = measure and (self.council.party(measure.proposer) if self.often(0.7) else self.party())
        return self.on("close", measure, by, [])

    def attestation(self) -> Said | None:
        words = ("published", "annulled", "votes-released", "quorum-met", "procedure-agreed")
        party = self.council.participants.get("CH") if self.often(0.8) else self.party()
        reference = ["reference OJ L 1, 1.1.2027, p. 1"] if self.often(0.5) else []
        own = [f"attests {self.pick(words)}", *reference]
        return self.on("attestation", self.pick(self.council.measures), party, own)

    def remark(self) -> Said | None:
        own = [f"sort {self.pick(('statement-for-the-minutes', 'explanation-of-vote'))}"]
        own.append(self.pick((f"says It was {self.dice.randrange(10**6)}.", f"digest {digest(self.dice)}")))
        own.append(f"public {self.pick(('yes', 'no'))}")
        return self.on("remark", self.pick(self.council.measures), self.party(), own)

    # Incidents, keys and seats.

    def incident(self) -> Said | None:
        by = self.member()
        lines = [f"title Incident {self.dice.randrange(10**6)}", f"category {self.pick(('intrusion', 'disruption'))}"]
        lines.append(f"from {render_time(self.council.time - self.dice.randrange(DAY))}")
        lines += ["severity scope high"] if self.often(0.5) else []
        return "incident", lines, by.code, self.officers(by)

    def attribution(self) -> Said | None:
        if not self.council.incidents:
            return None
        by, n = self.member(), self.dice.randrange(len(self.council.incidents))
        lines = [f"incident {n + 1} {self.council.incidents[n].text_hash}", f"finding {self.pick(('none', 'state'))}"]
        lines += ["who A state."] if "state" in lines[-1] and self.often(0.7) else []
        lines += ["confidence low", f"manner {self.pick(('alone', 'joint'))}", "public no"]
        lines.append(self.after("incident", by.code, str(n + 1)))
        return "attribution", lines, by.code, self.officers(by)

    def keys(self) -> Said | None:
        frozen = [member for member in self.council.members if member.frozen]
        by = self.pick(frozen) if frozen and self.often(0.7) else self.member()
        kept = [pair for pair in by.officers if self.often(0.5)]
        new = [(f"p{self.world.made}", self.world.key()) for _ in range(self.dice.choice((0, 1, 1, 2)))]
        officers = kept + new or by.officers
        recovery = self.world.key() if self.often(0.3) else None
        lines = [f"threshold {self.dice.randrange(1, min(2, len(officers)) + 1)}"]
        lines += [f"officer {label} {encode64(key)}" for label, key in officers]
        signers = self.officers(by) if recovery else []
        signers.append(signing.recovery(self.council, by.code, by.recovery))
        if recovery:
            lines.append(f"recovery {encode64(recovery)}")
            signers.append(signing.recovery(self.council, by.code, recovery))
        signers += [signing.officer(self.council, by.code, *pair) for pair in officers if pair not in by.officers]
        return "keys", [*lines, self.after("officers", by.code)], by.code, signers

    def freeze(self) -> Said | None:
        by = self.party()
        if not by.officers:
            return None
        signers = [signing.officer(self.council, by.code, *self.pick(by.officers))]
        if isinstance(by, Member) and self.often(0.5):
            signers = [signing.recovery(self.council, by.code, by.recovery)]
        return "freeze", [self.after("officers", by.code)], by.code, signers

    def rotation(self) -> Said | None:
        by = self.member()
        lines, signers = [], self.officers(by)
        which = self.dice.choice((1, 2, 3))
        if which & 1:
            key = self.world.key()
            lines.append(f"node {encode64(key)}")
            signers.append(signing.node(self.council, key))
        if which & 2:
            key = self.world.key()
            lines.append(f"seal {encode64(key)}")
            signers.append(signing.seal(self.council, by.code, key))
        return "rotation", [*lines, self.after("seat", by.code)], by.code, signers

    def notice(self) -> Said | None:
        by = self.member()
        staying = [m for m in self.council.members if m.code not in self.council.notices and m is not by]
        if not staying:
            return None
        leaves = "withdrawn" if by.code in self.council.notices and self.often(0.8) else "given"
        return "notice", [f"leaves {leaves}", self.after("seat", by.code)], by.code, self.officers(by)

    def entry(self) -> Said | None:
        code = self.pick(self.council.admitted)
        if not code:
            return None
        measure, entrant = self.council.admitted[code]
        end = self.pick(self.council.boundaries)
        text = f"{self.council.log_origin}\n{end.size}\n{encode64(end.root)}\n".encode()
        sealed = self.world.line(signing.seal(self.council, code, entrant.seal), text).blob[4:]
        lines = [f"admitted-by {measure.number} {measure.text_hash}", f"checkpoint {end.size} {end.root.hex()}"]
        lines += [f"sealed {encode64(sealed)}", self.after("seat", code)]
        signers = [
            *self.officers(entrant), signing.recovery(self.council, code, entrant.recovery),
            signing.node(self.council, entrant.node), signing.seal(self.council, code, entrant.seal),
        ]
        return "entry", lines, code, signers
