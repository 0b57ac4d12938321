"""Receipts: a C2SP tlog-proof of one record, which it holds, judged by a policy (section 11)."""

from __future__ import annotations

from typing import NamedTuple

from . import checkpoint, note, records
from .fault import Fault, demand
from .merkle import inclusion_root, leaf_hash
from .policy import Policy
from .records import Record
from .text import NUMBER, decode64

HEAD = "c2sp.org/tlog-proof@v1"
HASHES_MAX = 64


class Proven(NamedTuple):
    """What a receipt shows: a record, and where it stands in a log of this size."""

    record: Record
    index: int
    size: int


def verify(raw: bytes, policy: Policy, digest: str | None = None) -> Proven:
    """Judges a receipt; raises the first fault."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        raise Fault("a receipt is not UTF-8") from None
    head, parting, signed = raw.partition(b"\n\n")
    rows = head.decode().split("\n")
    demand(bool(parting) and rows[0] == HEAD and len(rows) >= 3, "a receipt begins otherwise")
    demand(rows[1].startswith("extra "), "it does not hold the record that it is about")
    own = decode64(rows[1][len("extra ") :])
    demand(rows[2].startswith("index "), "a receipt says no index")
    index = NUMBER.parse(rows[2][len("index ") :])
    demand(len(rows) - 3 <= HASHES_MAX, "a receipt has too many hashes")
    path = [decode64(row, 32) for row in rows[3:]]
    text, lines = note.parse(signed, note.STATEMENT_LINES_MAX)
    origin, size, root = checkpoint.parse(text)
    policy.verify(origin, text.encode(), lines)
    demand(inclusion_root(index, size, leaf_hash(own), path) == root, "the record does not stand at this place")
    record = records.parse(own)
    if record.signatures is not None and digest is not None:
        demand(record.get("council") == digest, "the record is of another council")
    return Proven(record, index, size)
