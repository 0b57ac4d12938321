#!/usr/bin/env python3
"""Writes tests/vectors/exports: whole ledgers under real seals, most of them with one thing that the law does not let in.

    exports.py PLAYS SEED NEMCON [NAME FOLDER DIGEST]...

The forged ones are those of tests/interop/play, one for each reason for which its reading of the law refuses them, and only
where `nemcon audit` says the same. Each FOLDER is an honest export, which is written under its NAME too.
"""

from __future__ import annotations

import gzip
import io
import re
import sys
import tarfile
import tempfile
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "interop"))

from compare import read_files, theirs, write_files  # noqa: E402
from play.__main__ import Play  # noqa: E402
from play.world import World  # noqa: E402

FOLDER = HERE.parent / "vectors" / "exports"
WORDS = {"verified": "VERIFIED", "not verified": "NOT VERIFIED", "verified as far as it is public": "VERIFIED AS FAR AS IT IS PUBLIC"}
VERIFIED_MAX = 4
REASON_WORDS = 7


class Keeping(Play):
    """A play that keeps one ledger for each reason."""

    kept: dict[str, tuple[dict[str, bytes], str, str]] = {}

    def compare(self, world: World, due: str, why: str) -> None:
        name = _name(why) if due != "verified" else f"honest-{self.seed}"
        honest = sum(each.startswith("honest") for each in self.kept)
        if name not in self.kept and (due != "verified" or honest < VERIFIED_MAX):
            self.kept[name] = (world.export(), world.council.digest, due)


def _name(why: str) -> str:
    """A file's name out of a reason, the same for all parties and numbers."""
    words = re.sub(r"\b[A-Z][A-Z0-9]{0,7}\b|'[^']*'|[0-9A-Za-z+/]{43}=|\b\d+\b", "", why)
    return "-".join(re.findall("[a-z]+", words.lower())[:REASON_WORDS])


def _archive(files: dict[str, bytes]) -> bytes:
    """A .tar.gz of these files, the same bytes each time."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file, tarfile.open(fileobj=file, mode="w") as tar:
        for path, raw in sorted(files.items()):
            entry = tarfile.TarInfo(path)
            entry.size = len(raw)
            tar.addfile(entry, io.BytesIO(raw))
    return packed.getvalue()


def _others(written: set[str]) -> list[str]:
    """The lines of the index about exports that no play has written: they stay."""
    index = FOLDER / "INDEX"
    lines = index.read_text().splitlines(keepends=True) if index.exists() else []
    return [line for line in lines if line.split(" ")[0] not in written]


def main(plays: int, seed: int, nemcon: str, honest: list[str]) -> int:
    """Plays, judges and writes; 1 if a verdict differs from the one that is due."""
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(seed, seed + plays):
            Keeping(number, nemcon, Path(scratch), Counter()).run(30)
        ledgers = dict(sorted(Keeping.kept.items()))
        for name, folder, digest in zip(honest[::3], honest[1::3], honest[2::3]):
            files = read_files(Path(folder))
            due = "verified as far as it is public" if "public" in files else "verified"
            ledgers[name] = (files, digest, due)
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / ".gitattributes").write_text("*.tar.gz -text\n")
        rows, apart = [], 0
        for name, (files, council, due) in ledgers.items():
            export = Path(scratch, "export")
            write_files(export, files)
            said = theirs(nemcon, export, council)[0]
            if said != due:
                apart += 1
                print(f"{name}: due {due}, the command says {said}")
                continue
            (FOLDER / f"{name}.tar.gz").write_bytes(_archive(files))
            rows.append(f"{name}.tar.gz {council} {WORDS[due]}\n")
        (FOLDER / "INDEX").write_text("".join(rows + _others({row.split(" ")[0] for row in rows})))
    print(f"{len(rows)} written, {apart} differ")
    return 1 if apart else 0


if __name__ == "__main__":
    if len(sys.argv) < 4 or len(sys.argv) % 3 != 1:
        sys.exit(__doc__)
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:]))
