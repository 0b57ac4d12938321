"""Public exports (section 3): the whole tree, and those records that are public."""

from __future__ import annotations

from typing import NamedTuple

from . import checkpoint, merkle, records
from .export import Export
from .fault import Fault, demand
from .records import Record
from .shown import Reading
from .spans import Spans
from .state import Council

SHOWN_BYTES_MAX = 256 * records.RECORD_BYTES_MAX


class Report(NamedTuple):
    """What was verified."""

    council: Council
    size: int
    root: bytes
    blocks: int
    shown: int
    decided: dict[int, tuple[str, str]]


class _Walk:
    """The records so far."""

    def __init__(self, council: Council) -> None:
        self.council, self.tree = council, merkle.Frontier()
        self.reading = Reading(council.genesis)
        self.spans = Spans(council.origin, council.log_origin)
        self.height, self.blocks, self.shown, self.last_at = 0, 0, 0, -1
        self.previous, self.bytes = council.digest, 0

    def take(self, leaf: bytes, raw: bytes) -> None:
        """The next record, empty where it is withheld, with the hash that the tree has of it."""
        number = self.tree.size
        try:
            if raw:
                self._show(number, leaf, raw)
            demand(raw != b"" or number > 0, "the genesis is withheld")
        except Fault as fault:
            raise fault.at(number, self.height + 1) from None
        self.tree.append(leaf)
        if number == self.last_at:
            self.reading.following.bound(self.tree.size, self.tree.root())

    def _show(self, number: int, leaf: bytes, raw: bytes) -> None:
        self.shown += 1
        demand(merkle.leaf_hash(raw) == leaf, "a record is not the one that the tree has here")
        self.bytes += len(raw)
        demand(self.bytes <= SHOWN_BYTES_MAX, "a block is longer than any")
        if number == 0:
            demand(raw == self.council.genesis.raw_text, "record 0 is not the genesis")
            return
        record = records.parse(raw)
        demand(record.kind != "genesis", "a genesis stands at the beginning alone")
        if record.kind == "block":
            self._block(number, record)
            self.previous = leaf.hex()
        else:
            self.reading.take(number, raw, record)

    def _block(self, number: int, record: Record) -> None:
        due = {
            "council": self.council.digest, "height": self.height + 1, "previous": self.previous,
            "size": number, "root": self.tree.root().hex(),
        }
        for name, value in due.items():
            demand(record.get(name) == value, f"the block record has the wrong {name}: due is {value}")
        self.reading.block(record)
        self.spans.take(self.last_at + 1, self.reading.following.roster)
        self.height, self.last_at, self.bytes = self.height + 1, number, 0
        self.blocks += 1


def audit(export: Export, council: Council, signed: checkpoint.Checkpoint) -> Report:
    """Verifies a public export, as far as it is public; raises the first fault."""
    walk = _Walk(council)
    leaves: list[bytes] = []
    found = export.records(signed.size)
    for index, width in merkle.spans(signed.size):
        path = merkle.tile_path("0", index, width)
        tile = export.read(path, 32 * width)
        demand(len(tile) == 32 * width, f"{path}: not {width} hashes")
        for at in range(width):
            leaves.append(tile[32 * at : 32 * at + 32])
            walk.take(leaves[-1], next(found))
    # The last bundle ends with its last record.
    demand(next(found, None) is None, "the bundles go on")
    demand(walk.tree.root() == signed.root, "the checkpoint's root is not that of the hashes")
    export.verify_tiles(leaves)
    demand(walk.last_at == signed.size - 1, "the log ends with the record of a block")
    roster = walk.reading.following.roster
    checkpoint.verify_seals(signed, roster, council.origin, council.log_origin)
    export.verify_policies(checkpoint.policies(roster, council.origin, council.log_origin))
    export.verify_keys(walk.spans.file())
    decided = walk.reading.decided
    return Report(council, signed.size, signed.root, walk.blocks, walk.shown, decided)
