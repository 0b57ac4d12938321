"""Reads the files of an export (section 3): regular files only, each no longer than it can be."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Iterator

from . import merkle
from .fault import CouldNotRun, Fault, demand

NOTE_BYTES_MAX = 128 * 1024
BUNDLE_BYTES_MAX = 256 * (2 + 65_535)
RECORDS_MAX = 1 << 26
PUBLIC = (
    b"nemcon/v1 public-export\n"
    b"The records that are not public are withheld: in the entry bundles they have the length 0.\n"
)


class Export:
    """The folder of an export."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            entries = os.listdir(folder)
        except OSError as error:
            raise CouldNotRun(f"{folder}: {error.strerror}") from None
        if not set(entries) & {"genesis", "checkpoint"}:
            raise CouldNotRun(f"{folder}: there is no export")

    def read(self, path: str, longest: int) -> bytes:
        """The bytes of a regular file below the folder, reached over no link."""
        at = self.folder
        for part in path.split("/"):
            at = at / part
            try:
                mode = os.lstat(at).st_mode
            except (FileNotFoundError, NotADirectoryError):
                raise Fault(f"{path}: no such file") from None
            except OSError as error:
                raise CouldNotRun(f"{path}: {error.strerror}") from None
            demand(not stat.S_ISLNK(mode), f"{path}: a link")
        demand(stat.S_ISREG(mode), f"{path}: not a regular file")
        try:
            with open(at, "rb") as file:
                raw = file.read(longest + 1)
        except OSError as error:
            raise CouldNotRun(f"{path}: {error.strerror}") from None
        demand(len(raw) <= longest, f"{path}: longer than {longest} bytes")
        return raw

    def is_public(self) -> bool:
        """Whether the folder has the file `public`, which then has its one text."""
        if not os.path.lexists(self.folder / "public"):
            return False
        demand(self.read("public", NOTE_BYTES_MAX) == PUBLIC, "public: not the text of a public export")
        return True

    def records(self, size: int) -> Iterator[bytes]:
        """All records in their order, out of bundles that hold exactly so many."""
        for index, width in merkle.spans(size):
            path = merkle.tile_path("entries", index, width)
            yield from split_bundle(path, self.read(path, BUNDLE_BYTES_MAX), width, index * merkle.WIDTH)

    def verify_tiles(self, leaves: list[bytes]) -> int:
        """Every hash tile follows from the leaf hashes; how many there are."""
        count = 0
        for path, expected in merkle.tiles(leaves):
            demand(self.read(path, len(expected)) == expected, f"{path}: not what the records hash to")
            count += 1
        return count


def split_bundle(path: str, raw: bytes, width: int, first: int) -> Iterator[bytes]:
    """`width` records, each after its length in two bytes."""
    at = 0
    for number in range(first, first + width):
        length = int.from_bytes(raw[at : at + 2], "big")
        if len(raw) < at + 2 + length or len(raw) < at + 2:
            raise Fault(f"{path} ends within a record", number)
        yield raw[at + 2 : at + 2 + length]
        at += 2 + length
    if at != len(raw):
        raise Fault(f"{path} goes on after its last record", first + width - 1)
