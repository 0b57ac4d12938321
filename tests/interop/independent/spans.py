"""The file `keys`: every key that has signed the log or sealed it, with the sizes at which it did (section 3)."""

from __future__ import annotations

from typing import NamedTuple, Sequence

from . import note
from .parties import Member

TITLE = "nemcon/v1 keys\n"


class Key(NamedTuple):
    """One key of one member: what it signs checkpoints as, under which name, and the key."""

    use: str
    code: str
    vkey: str


class Spans:
    """The sizes that each key signs, by the rosters of the blocks so far."""

    def __init__(self, origin: str, log_origin: str) -> None:
        self._origin, self._log_origin = origin, log_origin
        self._roster: list[tuple[str, bytes, bytes]] = []
        self._firsts: list[tuple[int, Key]] = []
        self._lasts: list[int | None] = []
        self._going_on: dict[Key, int] = {}

    def take(self, above: int, roster: Sequence[Member]) -> None:
        """This roster decides a block, and seals the sizes from there on; the block before it ended at `above`."""
        same = [(member.code, member.node, member.seal) for member in roster]
        if same == self._roster:
            return
        self._roster = same
        keys = self._keys()
        for key in self._going_on.keys() - set(keys):
            self._lasts[self._going_on.pop(key)] = above
        for key in keys:
            if key not in self._going_on:
                self._going_on[key] = len(self._firsts)
                self._firsts.append((above + 1, key))
                self._lasts.append(None)

    def _keys(self) -> list[Key]:
        """The keys of the roster in its order, of each member the one of the log first."""
        keys = []
        for code, node, seal in self._roster:
            keys.append(Key("log", code, note.vkey(self._log_origin, note.PLAIN, node)))
            keys.append(Key("seal", code, note.vkey(f"{self._origin}/{code}", note.COSIGNED, seal)))
        return keys

    def file(self) -> bytes:
        """The bytes of the file at the size where the last block ends."""
        lines = [TITLE]
        for (first, key), last in zip(self._firsts, self._lasts):
            lines.append(f"{key.use} {first} {'-' if last is None else last} {key.code} {key.vkey}\n")
        return "".join(lines).encode()
