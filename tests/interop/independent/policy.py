"""C2SP tlog-policy: which logs and witnesses must have signed a checkpoint."""

from __future__ import annotations

import re
from typing import NamedTuple

from . import ed25519, note
from .fault import Fault, demand
from .text import decode64

DEFINITIONS_MAX = 256


class Key(NamedTuple):
    """A verifier key."""

    name: str
    kind: int
    key: bytes

    @property
    def key_id(self) -> bytes:
        return note.key_id(self.name, self.kind, self.key)


class Group(NamedTuple):
    """So many of these members are asked for."""

    least: int
    members: list[str]


def parse_key(word: str) -> Key:
    """A verifier key `<name>+<key id>+<base64>`."""
    parts = word.split("+", 2)
    demand(len(parts) == 3 and parts[0] != "", "no verifier key")
    blob = decode64(parts[2], 33)
    key = Key(parts[0], blob[0], blob[1:])
    demand(key.kind in (note.PLAIN, note.COSIGNED), "a verifier key of a type that is not known here")
    ed25519.verify_admissible(key.key)
    demand(key.key_id.hex() == parts[1], "the id of a verifier key is not its own")
    return key


class Policy:
    """A policy as it was read, line by line."""

    def __init__(self, raw: bytes) -> None:
        self.logs: list[Key] = []
        self.rules: dict[str, Key | Group] = {}
        self.grouped: set[str] = set()
        self.quorum: str | None = None
        demand(not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", raw), "a policy has a control character")
        demand(raw.endswith(b"\n"), "the last line of a policy has no end")
        # Names that are no UTF-8 are let in: they only need to be told apart.
        for line in raw.decode(errors="surrogateescape")[:-1].split("\n"):
            self._take([word for word in re.split("[ \t]", line) if word])
        demand(self.quorum is not None, "a policy has no quorum")

    def witnesses(self) -> list[tuple[str, Key]]:
        return [(name, rule) for name, rule in self.rules.items() if isinstance(rule, Key)]

    def _take(self, words: list[str]) -> None:
        if not words or words[0].startswith("#"):
            return
        keyword, count = words[0], len(words)
        if keyword == "log" and count in (2, 3):
            self._log(parse_key(words[1]))
        elif keyword == "witness" and count in (3, 4):
            self._witness(words[1], parse_key(words[2]))
        elif keyword == "group" and count >= 3:
            self._group(words[1], words[2], words[3:])
        elif keyword == "quorum" and count == 2:
            demand(self.quorum is None, "a policy has two quorums")
            demand(words[1] == "none" or words[1] in self.rules, "the quorum is not defined")
            self.quorum = words[1]
        else:
            raise Fault("a line of a policy has another form")

    def _log(self, key: Key) -> None:
        demand(key.kind == note.PLAIN, "a log signs with a plain key")
        demand(all(key.key != other.key for other in self.logs), "a log stands twice")
        demand(len(self.logs) < DEFINITIONS_MAX, "a policy has too many logs")
        self.logs.append(key)

    def _witness(self, name: str, key: Key) -> None:
        demand(key.kind == note.COSIGNED, "a witness cosigns")
        demand(all(key.key != other.key for _, other in self.witnesses()), "a witness stands twice")
        self._define(name, key)

    def _group(self, name: str, threshold: str, members: list[str]) -> None:
        if threshold in ("any", "all"):
            least = 1 if threshold == "any" else len(members)
        else:
            demand(re.fullmatch("0|[1-9][0-9]{0,19}", threshold) is not None, "no threshold")
            least = int(threshold)
        demand(1 <= least <= len(members), "a threshold that cannot be met")
        demand(all(member in self.rules for member in members), "a member of a group is not defined")
        new = len(set(members)) == len(members) and not self.grouped & set(members)
        demand(new, "a member stands in two groups")
        self._define(name, Group(least, members))
        self.grouped |= set(members)

    def _define(self, name: str, rule: Key | Group) -> None:
        demand(name != "none" and name not in self.rules, "a name is taken")
        demand(len(self.rules) < DEFINITIONS_MAX, "a policy has too many witnesses and groups")
        self.rules[name] = rule

    def verify(self, origin: str, text: bytes, lines: list[note.Line]) -> None:
        """A log of this origin and the quorum have signed, and no line by a known key is false."""
        logs = [key for key in self.logs if key.name == origin]
        known: dict[tuple[str, bytes], Key] = {}
        for key in logs + [key for _, key in self.witnesses()]:
            other = known.setdefault((key.name, key.key_id), key)
            demand(other == key, "two known keys have one name and one id")
        signed = set()
        for line in lines:
            key_ = known.get((line.name, line.key_id))
            if key_ is not None:
                demand(note.is_signed(line, text, *key_), f"the line of {line.name} does not verify")
                signed.add(key_)
        demand(any(key in signed for key in logs), "no known log of this origin has signed")
        met: dict[str, bool] = {"none": True}
        for name, rule in self.rules.items():
            if isinstance(rule, Group):
                met[name] = sum(met[member] for member in rule.members) >= rule.least
            else:
                met[name] = rule in signed
        demand(met[self.quorum or ""], "witnesses that the quorum asks for have not sealed")
