#!/usr/bin/env python3
"""Holds the verifier in `independent/` against nemcon, on an export or a certificate that is altered at random.

    compare.py N SEED PLACE DIGEST NEMCON

PLACE is the folder of an export, whole or public, or the file of a certificate. N times a copy of it is altered
in one to three places. Of an export bytes are flipped, records are left out, written twice, exchanged, withheld,
reworded or cut, files are cut, lengthened or removed, and lines of notes are moved; half of the alterations of
records are followed by hash tiles and a root that fit. Of a certificate parts are left out, written twice,
exchanged, reworded or cut, most of them with a length that fits. `nemcon audit` or `nemcon verify` and the verifier
must come to the same verdict, and the verifier must always come to one. Prints how many of each; exit status 1 if
they differ.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from altering import Files, altered, altered_certificate
from independent.certificate import HEAD
from independent.verdict import judge

VERDICTS = {0: "verified", 1: "not verified", 2: "could not run", 4: "verified as far as it is public"}


def read_files(folder: Path) -> Files:
    """Every file of an export by its path."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def write_files(folder: Path, files: Files) -> None:
    """A folder with these files and no others."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for path, raw in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(raw)


def mine(place: Path, digest: str) -> tuple[str, str]:
    """The verdict of the verifier here, and why."""
    verdict = judge(place, digest, None)
    return VERDICTS[verdict.status], verdict.lines[-1]


def theirs(nemcon: str, place: Path, digest: str) -> tuple[str, str]:
    """The verdict of nemcon, and what it says."""
    command = "audit" if place.is_dir() else "verify"
    said = subprocess.run([nemcon, command, place, "--council", digest], capture_output=True, check=False)
    words = (said.stdout + said.stderr).decode(errors="replace")
    return VERDICTS.get(said.returncode, f"status {said.returncode}"), words


class Subject:
    """An export or a certificate, of which altered copies are written."""

    def __init__(self, place: Path, scratch: Path) -> None:
        self.at = scratch / ("export" if place.is_dir() else "certificate")
        self.files = read_files(place) if place.is_dir() else {}
        self.raw = b"" if place.is_dir() else place.read_bytes()

    def write(self, dice: random.Random | None) -> None:
        """A copy, altered unless there are no dice."""
        if self.files:
            write_files(self.at, altered(dict(self.files), dice) if dice else self.files)
            return
        raw = altered_certificate(self.raw, dice) if dice else self.raw
        # What begins otherwise is no certificate for either program, but evidence or a receipt for one of them.
        self.at.write_bytes(raw if raw.startswith(HEAD.encode()) else HEAD.encode() + b"\n" + raw)

    def keep(self) -> Path:
        """A copy that stays."""
        kept = Path(tempfile.mkdtemp(prefix="apart-"), self.at.name)
        (shutil.copytree if self.files else shutil.copy)(self.at, kept)
        return kept


def main(times: int, seed: int, place: Path, digest: str, nemcon: str) -> int:
    """Compares; how it went."""
    dice, counts, apart = random.Random(seed), Counter[str](), 0
    with tempfile.TemporaryDirectory() as scratch:
        subject = Subject(place, Path(scratch))
        for number in range(times):
            subject.write(dice if number else None)
            here, there = mine(subject.at, digest), theirs(nemcon, subject.at, digest)
            counts[here[0]] += 1
            if here[0] != there[0] or "a defect of this verifier" in here[1]:
                apart += 1
                print(f"{number}: here {here[0]} ({here[1]}), nemcon {there[0]}: {subject.keep()}\n{there[1][-600:]}")
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())), f"- {apart} differ")
    return 1 if apart else 0


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4], sys.argv[5]))
