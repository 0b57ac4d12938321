"""Certificates and receipts of a log that is played, as docs/formats.md and C2SP tlog-proof write them."""

from __future__ import annotations

import random

from independent import merkle
from independent.text import encode64

ALWAYS = ("block", "keys", "freeze", "rotation", "notice", "entry")


def subtree(leaves: list[bytes], low: int, high: int) -> bytes:
    """The hash of a range of leaves."""
    if high - low == 1:
        return leaves[low]
    split = low + (1 << (high - low - 1).bit_length() - 1)
    return merkle.node_hash(subtree(leaves, low, split), subtree(leaves, split, high))


def hashes(leaves: list[bytes], shown: set[int], low: int, high: int) -> list[bytes]:
    """What leads from the shown leaves to the root, from left to right."""
    if not any(low <= at < high for at in shown):
        return [subtree(leaves, low, high)]
    if high - low == 1:
        return []
    split = low + (1 << (high - low - 1).bit_length() - 1)
    return hashes(leaves, shown, low, split) + hashes(leaves, shown, split, high)


def field(raw: bytes, name: str) -> str:
    """The first word of the first line of this name."""
    start = f"\n{name} ".encode()
    at = raw.find(start)
    return raw[at + len(start) :].split(b"\n")[0].split(b" ")[0].decode() if at >= 0 else ""


def choose(records: list[bytes], measure: str, dice: random.Random) -> set[int]:
    """Records for a certificate on a measure: mostly all that it may hold, sometimes some fewer."""
    often, seldom = dice.choice((0.0, 0.0, 0.05, 0.5)), dice.choice((0.0, 0.0, 0.0, 0.03))
    another = dice.random() < 0.03
    shown = {0, len(records) - 1}
    for at, raw in enumerate(records[1:], 1):
        kind = raw.split(b"\n", 1)[0].split(b" ")[-1].decode()
        if kind in ("ballot", "mandate") and field(raw, "measure") != measure and not another:
            continue
        if dice.random() >= (seldom if kind in ALWAYS else often):
            shown.add(at)
    return shown


def certificate(records: list[bytes], shown: set[int], measure: str, digest: str, files: dict[str, bytes]) -> bytes:
    """The certificate that shows these records."""
    leaves = [merkle.leaf_hash(raw) for raw in records]
    parts = [f"nemcon/v1 certificate\ncouncil {digest}\nmeasure {measure}\n".encode()]
    parts += [f"\ngenesis {len(files['genesis'])}\n".encode(), files["genesis"]]
    for at in sorted(shown - {0}):
        parts += [f"\nrecord {at} {len(records[at])}\n".encode(), records[at]]
    parts.append(b"\n")
    parts += [f"hash {hash_.hex()}\n".encode() for hash_ in hashes(leaves, shown, 0, len(leaves))]
    parts += [f"\ncheckpoint {len(files['checkpoint'])}\n".encode(), files["checkpoint"]]
    return b"".join(parts)


def receipt(records: list[bytes], index: int, files: dict[str, bytes]) -> bytes:
    """The receipt of one record."""
    leaves = [merkle.leaf_hash(raw) for raw in records]
    low, high, path = 0, len(leaves), list[bytes]()
    while high - low > 1:
        split = low + (1 << (high - low - 1).bit_length() - 1)
        if index < split:
            path.append(subtree(leaves, split, high))
            high = split
        else:
            path.append(subtree(leaves, low, split))
            low = split
    rows = ["c2sp.org/tlog-proof@v1", f"extra {encode64(records[index])}", f"index {index}"]
    rows += [encode64(hash_) for hash_ in reversed(path)]
    return "".join(row + "\n" for row in rows).encode() + b"\n" + files["checkpoint"]
