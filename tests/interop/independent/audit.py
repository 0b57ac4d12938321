"""The whole verification of an export, from the genesis to the seals."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from . import block, checkpoint, merkle, note, records, signing
from .export import NOTE_BYTES_MAX, Export
from .fault import CouldNotRun, Fault, demand
from .records import Record
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


def audit(folder: Path, digest: str) -> Report:
    """Derives the whole export again; raises the first fault."""
    export = Export(folder)
    if export.is_public():
        raise CouldNotRun("this is a public export: what it withholds cannot be derived here")
    council = _found(export, digest)
    signed = _read_checkpoint(export, council)
    tree, sealing = merkle.Frontier(), list(council.members)
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
            first = number + 1 - len(pending)
            whole = block.Block(first, [raw for raw, _ in pending], [record for _, record in pending])
            previous = block.follow(council, tree, whole, previous)
            statements += sum(record.signatures is not None for _, record in pending)
            pending = []
    demand(not pending, "the log ends within a block")
    demand(tree.root() == signed.root, "the checkpoint's root is not that of the records")
    tiles = export.verify_tiles(leaves)
    checkpoint.verify_seals(signed, sealing, council.origin, council.log_origin)
    for name, final in (("finality.policy", True), ("advance.policy", False)):
        due = checkpoint.policy(sealing, council.origin, council.log_origin, final)
        demand(export.read(name, NOTE_BYTES_MAX) == due, f"{name}: not that of the roster that seals this size")
    return Report(council, signed.size, signed.root, council.height, statements, tiles)


def _found(export: Export, digest: str) -> Council:
    """The council of the genesis whose digest was brought."""
    try:
        text, lines = note.parse(export.read("genesis", NOTE_BYTES_MAX), note.STATEMENT_LINES_MAX)
        genesis = records.parse(text.encode())
        demand(genesis.kind == "genesis", "the text is no genesis")
    except Fault as fault:
        raise Fault(f"genesis: {fault.message}") from None
    demand(genesis.text_hash == digest, f"genesis: of council {genesis.text_hash}, not {digest}")
    council = Council(genesis)
    signing.verify_founding(council, lines)
    return council


def _read_checkpoint(export: Export, council: Council) -> checkpoint.Checkpoint:
    try:
        signed = checkpoint.parse(export.read("checkpoint", NOTE_BYTES_MAX))
        demand(signed.origin == council.log_origin, "it names another log")
    except Fault as fault:
        raise Fault(f"checkpoint: {fault.message}") from None
    return signed
