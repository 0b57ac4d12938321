"""C2SP signed notes, checkpoints and cosignatures."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from . import ed25519
from .fault import Fault, demand, shown
from .text import decode64, encode64

PLAIN, COSIGNED = 1, 4
STATEMENT_LINES_MAX = 100


class Line(NamedTuple):
    """One signature line: who is said to have signed, and the bytes behind the name."""

    name: str
    blob: bytes

    @property
    def key_id(self) -> bytes:
        return self.blob[:4]


def key_id(name: str, kind: int, key: bytes) -> bytes:
    """SHA-256(name || LF || type || key), the first four bytes."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:4]


def vkey(name: str, kind: int, key: bytes) -> str:
    """A verifier key as policies have it."""
    return f"{name}+{key_id(name, kind, key).hex()}+{encode64(bytes([kind]) + key)}"


def parse(raw: bytes, lines_max: int) -> tuple[str, list[Line]]:
    """The text with its last LF, and the signature lines; the note has exactly one written form."""
    try:
        whole = raw.decode()
    except UnicodeDecodeError:
        raise Fault("it is not UTF-8") from None
    text, parting, rest = whole.rpartition("\n\n")
    demand(bool(parting) and rest.endswith("\n"), "it is no signed note")
    rows = rest[:-1].split("\n")
    demand(len(rows) <= lines_max, f"it has more than {lines_max} signature lines")
    return text + "\n", [_parse_line(row) for row in rows]


def _parse_line(row: str) -> Line:
    parts = row.split(" ")
    demand(len(parts) == 3 and parts[0] == "—" and parts[1] != "", f"no signature line: {shown(row)}")
    demand("+" not in parts[1] and not any(c.isspace() for c in parts[1]), "no name of a key")
    blob = decode64(parts[2])
    demand(len(blob) >= 5, f"a signature line without a signature: {shown(row)}")
    return Line(parts[1], blob)


def render(text: str, lines: list[Line]) -> bytes:
    """The bytes of a signed note."""
    rows = "".join(f"— {line.name} {encode64(line.blob)}\n" for line in lines)
    return f"{text}\n{rows}".encode()


def is_signed(line: Line, text: bytes, name: str, kind: int, key: bytes) -> bool:
    """Whether the line is by this key, of this type, under this name, over this text."""
    if line.name != name or line.key_id != key_id(name, kind, key):
        return False
    if kind == PLAIN:
        return ed25519.is_valid(key, text, line.blob[4:])
    return is_cosigned(line.blob[4:], text, key)


def is_cosigned(blob: bytes, text: bytes, key: bytes) -> bool:
    """Whether 8 bytes of time and a signature are a cosignature/v1 of the text."""
    if len(blob) != 72:
        return False
    time = int.from_bytes(blob[:8], "big")
    message = f"cosignature/v1\ntime {time}\n".encode() + text
    return time < 1 << 63 and ed25519.is_valid(key, message, blob[8:])
