"""Reads the files of an export (section 3): regular files only, each no longer than it can be."""

from __future__ import annotations

import os
import stat
import tarfile
import zlib
from pathlib import Path
from typing import Iterator

from . import merkle
from .fault import CouldNotRun, Fault, demand

NOTE_BYTES_MAX = 128 * 1024
BUNDLE_BYTES_MAX = 256 * (2 + 65_535)
RECORDS_MAX, ENTRIES_MAX = 1 << 26, 1 << 16
# The file `keys` grows with the changes of keys.
KEYS_BYTES_MAX = 1 << 29
PUBLIC = (
    b"nemcon/v1 public-export\n"
    b"The records that are not public are withheld: in the entry bundles they have the length 0.\n"
)


class Export:
    """The files of an export, in a folder or in a tar archive."""

    def __init__(self, place: Path) -> None:
        self.folder = place
        self.files = read_archive(place) if place.is_file() else None
        try:
            entries = os.listdir(place) if self.files is None else list(self.files)
        except OSError as error:
            raise CouldNotRun(f"{place}: {error.strerror}") from None
        if not set(entries) & {"genesis", "checkpoint"}:
            raise CouldNotRun(f"{place}: there is no export")

    @classmethod
    def of(cls, files: dict[str, bytes]) -> Export:
        """An export that is held in memory."""
        export = cls.__new__(cls)
        export.folder, export.files = Path("."), files
        if not set(files) & {"genesis", "checkpoint"}:
            raise CouldNotRun("there is no export")
        return export

    def read(self, path: str, longest: int) -> bytes:
        """The bytes of a regular file below the folder, reached over no link."""
        if self.files is None:
            raw = self._read_file(path, longest)
        else:
            demand(path in self.files, f"{path}: no such file")
            raw = self.files[path]
        demand(len(raw) <= longest, f"{path}: longer than {longest} bytes")
        return raw

    def _read_file(self, path: str, longest: int) -> bytes:
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
                return file.read(longest + 1)
        except OSError as error:
            raise CouldNotRun(f"{path}: {error.strerror}") from None

    def _has(self, path: str) -> bool:
        return os.path.lexists(self.folder / path) if self.files is None else path in self.files

    def is_public(self) -> bool:
        """Whether the folder has the file `public`, which then has its one text."""
        if not self._has("public"):
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

    def verify_policies(self, due: dict[str, bytes]) -> None:
        """Both policies are those of the roster that seals this size."""
        for name, raw in due.items():
            fits = self.read(name, NOTE_BYTES_MAX) == raw
            demand(fits, f"{name}: not that of the roster that seals this size")

    def verify_keys(self, due: bytes) -> None:
        """The keys are those that the rosters up to this size have had, however many these are."""
        fits = self.read("keys", len(due) + 1) == due
        demand(fits, "keys: not the keys that have signed and sealed this log")


def read_archive(place: Path) -> dict[str, bytes]:
    """The regular files of a tar archive, whose export may lie in one folder."""
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(place, "r:*") as archive:
            for entry in archive:
                if not entry.isreg():
                    continue
                name = "/".join(part for part in entry.name.split("/") if part not in ("", "."))
                file = archive.extractfile(entry)
                if name in files or file is None or len(files) >= ENTRIES_MAX:
                    raise CouldNotRun(f"{place}: it holds {name} twice, or too much")
                longest = KEYS_BYTES_MAX if name.split("/")[-1] == "keys" else BUNDLE_BYTES_MAX
                files[name] = file.read(longest + 1)
    except (OSError, tarfile.TarError, EOFError, zlib.error) as error:
        raise CouldNotRun(f"{place}: no archive that is known here: {error}") from None
    heads = [name for name in files if name.split("/")[-1] in ("genesis", "checkpoint")]
    below = {name.rpartition("/")[0] for name in heads}
    if len(below) > 1:
        raise CouldNotRun(f"{place}: it holds more than one export")
    prefix = "".join(f"{folder}/" for folder in below if folder)
    return {name[len(prefix) :]: raw for name, raw in files.items() if name.startswith(prefix)}


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
