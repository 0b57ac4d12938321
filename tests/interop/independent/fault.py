"""What this verifier says when something is wrong."""

from __future__ import annotations

SHOWN_MAX = 160


class Fault(Exception):
    """One broken rule, with the record and the block where they are known."""

    def __init__(self, message: str, record: int | None = None, block: int | None = None) -> None:
        super().__init__(message)
        self.message, self.record, self.block = message, record, block

    def at(self, record: int | None, block: int | None) -> Fault:
        """The same fault with a place, unless it has one."""
        if self.record is None:
            self.record = record
        if self.block is None:
            self.block = block
        return self

    def sentence(self) -> str:
        """One printable line: where, and what is wrong."""
        places = []
        if self.record is not None:
            places.append(f"record {self.record}")
        if self.block is not None:
            places.append(f"block {self.block}")
        said = shown(self.message, 600)
        return f"{', '.join(places)}: {said}" if places else said


class CouldNotRun(Exception):
    """The verifier has no export to judge; nothing is said of one."""


def shown(words: object, longest: int = SHOWN_MAX) -> str:
    """Foreign words as one line of ASCII-safe text of bounded length."""
    text = str(words)
    if len(text) > longest:
        text = text[:longest] + "..."
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def demand(holds: bool, message: str) -> None:
    """Raises a fault unless the rule holds."""
    if not holds:
        raise Fault(message)
