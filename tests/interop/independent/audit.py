"""The whole verification of an export, from the genesis to the seals."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from . import block, checkpoint, merkle, public, records, signing
from .export import NOTE_BYTES_MAX, RECORDS_MAX, Export
from .fault import Fault, demand
from .records import Record
from .spans import Spans
from .state import Council

BLOCK_RECORDS_MAX = 5_242_880 // 80 + 1


class Report(NamedTuple):
    """What was verified."""

    council: Council
    size: int
    root: bytes
    blocks: int
    statements: int
    tiles: int


def audit(place: Path | Export, digest: str) -> Report | public.Report:
    """Derives the whole export again; raises the first fault. A public one is verified as far as it is public."""
    export = place if isinstance(place, Export) else Export(place)
    council = signing.found(export.read("genesis", NOTE_BYTES_MAX), digest)
    signed = checkpoint.read(export.read("checkpoint", NOTE_BYTES_MAX), council.log_origin)
    demand(signed.size <= RECORDS_MAX, f"a log of {signed.size} records is not judged")
    if export.is_public():
        return public.audit(export, council, signed)
    return _whole(export, council, signed)


def _whole(export: Export, council: Council, signed: checkpoint.Checkpoint) -> Report:
    tree, sealing = merkle.Frontier(), list(council.members)
    spans, ended = Spans(council.origin, council.log_origin), 0
    leaves: list[bytes] = []
    previous, statements = council.digest, 0
    pending: list[tuple[bytes, Record]] = []
    for number, raw in enumerate(export.records(signed.size)):
        leaves.append(merkle.leaf_hash(raw))
        if number == 0:
            demand(raw == council.genesis.raw_text, "record 0 is not the genesis")
            tree.append(leaves[0])
            continue
        try:
            record = records.parse(raw)
            demand(record.kind != "genesis", "a genesis stands at the beginning alone")
        except Fault as fault:
            raise fault.at(number, council.height + 1) from None
        pending.append((raw, record))
        demand(len(pending) <= BLOCK_RECORDS_MAX, "a block never ends")
        if record.kind == "block":
            sealing = [member.copy() for member in council.members]
            spans.take(ended, sealing)
            first = number + 1 - len(pending)
            whole = block.Block(first, [raw for raw, _ in pending], [record for _, record in pending])
            previous = block.follow(council, tree, whole, previous)
            statements += sum(record.signatures is not None for _, record in pending)
            pending, ended = [], number + 1
    demand(not pending, "the log ends within a block")
    demand(tree.root() == signed.root, "the checkpoint's root is not that of the records")
    tiles = export.verify_tiles(leaves)
    checkpoint.verify_seals(signed, sealing, council.origin, council.log_origin)
    export.verify_policies(checkpoint.policies(sealing, council.origin, council.log_origin))
    export.verify_keys(spans.file())
    return Report(council, signed.size, signed.root, council.height, statements, tiles)
