"""Exports with a record that is not written as it must be; the tree and the seals are of these very bytes."""

from __future__ import annotations

from typing import Callable

from independent import note
from independent.text import encode64

from .cases import bad
from .forged_statements import YES, opened
from .scene import Scene


def raw_record(name: str, alter: Callable[[bytes], bytes]) -> None:
    """A case in which the bytes of a ballot are not those of a record; the block and its tree have them."""

    @bad(name, "record-malformed")
    def _() -> Scene:
        scene = opened(members=1)
        whole = scene.make("ballot", scene.words(1, "AA", YES), "AA")
        text, lines = note.parse(whole, 100)
        bent = alter(text.encode())
        signature = scene.world.line(scene.officers("AA")[0], bent)
        rest = whole[len(text.encode()) :]
        raw = bent + rest.replace(encode64(lines[0].blob).encode(), encode64(signature.blob).encode())
        scene.table(title="Another act")
        scene.block(bend=lambda raws: [raw, *raws])
        return scene


def swap(old: str, new: str) -> Callable[[bytes], bytes]:
    return lambda text: text.replace(old.encode(), new.encode(), 1)


def capitals(text: bytes) -> bytes:
    """The text hash in capital letters."""
    rows = text.split(b"\n")
    return b"\n".join(row.upper().replace(b"TEXT ", b"text ") if row.startswith(b"text ") else row for row in rows)


raw_record("line-ends-of-two-characters", lambda text: text.replace(b"\n", b"\r\n"))
raw_record("unknown-field", swap("\nposition", "\ncolour red\nposition"))
raw_record("field-twice", swap("\nposition in-favour", "\nposition in-favour\nposition in-favour"))
raw_record("fields-in-another-order", swap("\nfor AA\nmeasure 1", "\nmeasure 1\nfor AA"))
raw_record("digits-in-capitals", capitals)
raw_record("number-with-a-zero", swap("\nmeasure 1", "\nmeasure 01"))
raw_record("space-at-the-end", swap("\nposition in-favour", "\nposition in-favour "))
raw_record("unknown-kind-of-record", swap("nemcon/v1 ballot", "nemcon/v1 vote"))
raw_record("invisible-character", swap("title An act", "title An\u200b act"))
raw_record("letters-of-two-scripts", swap("title An act", "title An \u0430ct"))
raw_record("text-that-is-not-composed", swap("title An act", "title An a\u0301ct"))
raw_record("text-that-is-not-utf-8", lambda text: text.replace(b"An act", b"An \xff act"))
raw_record("declaration-without-its-position", swap("\nafter", f"\ndeclaration {'5' * 64}\nafter"))


@bad("last-line-without-end", "record-malformed")
def _() -> Scene:
    scene = opened(members=1)
    raw = scene.make("ballot", scene.words(1, "AA", YES), "AA")
    scene.table(title="Another act")
    scene.block(bend=lambda raws: [raw[:-1], *raws])
    return scene
