"""Certificates of a played council: the records on one measure, and the hashes of all others (section 10)."""

from __future__ import annotations

from typing import Collection, Sequence

from independent import merkle, records
from independent.fault import Fault

from .world import World


def is_kept(raw: bytes, number: int) -> bool:
    """Whether a record can matter for a measure: no ballot or mandate on another one, no incident, no remark."""
    first, _, rest = raw.partition(b"\n")
    kind = first.split(b" ")[-1]
    if kind in (b"incident", b"attribution", b"reservation", b"attestation", b"remark"):
        return False
    return kind not in (b"ballot", b"mandate") or b"\nmeasure %d\n" % number in rest


def proof(leaves: Sequence[bytes], kept: set[int]) -> list[bytes]:
    """The roots of the largest parts of a tree in which none of these leaves lies, from left to right."""
    found: list[bytes] = []

    def go(start: int, end: int) -> None:
        if not any(start <= index < end for index in kept):
            tree = merkle.Frontier()
            for leaf in leaves[start:end]:
                tree.append(leaf)
            found.append(tree.root())
        elif end - start > 1:
            middle = start + merkle.split(end - start)
            go(start, middle)
            go(middle, end)

    go(0, len(leaves))
    return found


def certificate(world: World, number: int, without: Collection[int] = ()) -> bytes:
    """The certificate of a measure, without some of its records."""
    files = world.export()
    kept = {n for n, raw in enumerate(world.leaves) if n and n not in without and is_kept(raw, number)}
    leaves = [merkle.leaf_hash(raw) for raw in world.leaves]
    text = f"nemcon/v1 certificate\ncouncil {world.council.digest}\nmeasure {number}\n".encode()
    text += _part("genesis", files["genesis"])
    text += b"".join(_part(f"record {index}", world.leaves[index]) for index in sorted(kept))
    text += b"\n" + b"".join(f"hash {hash_.hex()}\n".encode() for hash_ in proof(leaves, kept | {0}))
    return text + _part("checkpoint", files["checkpoint"])


def _part(name: str, raw: bytes) -> bytes:
    return f"\n{name} {len(raw)}\n".encode() + raw


def is_record(raw: bytes) -> bool:
    """Whether these bytes are a record in its one written form."""
    try:
        records.parse(raw)
    except Fault:
        return False
    return True
