"""`python3 -m play.corpus [--check] [--nemcon NEMCON] OUT`: the cases of `tests/vectors/audit`, from fixed seeds.

Writes every case as one archive, and the file INDEX: name, council digest and verdict, and of a bad one the name
of its first fault. With `--check` nothing is written: the files in OUT are compared with what would be. A packed
archive may differ from machine to machine, so that what is packed is compared. With `--nemcon` the verdicts of
`nemcon audit` and of the verifier in `independent/` are compared with those of the INDEX.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

from independent.verdict import judge

from . import (  # noqa: F401  (these register their cases)
    forged_blocks, forged_charters, forged_files, forged_forms, forged_keys, forged_statements, honest, honest_seats,
)
from .cases import CASES, Case
from .scene import Files


def packed(files: Files) -> bytes:
    """A tar archive with gzip, which depends on nothing but these files."""
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path, raw in sorted(files.items()):
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(raw), 0o644
            archive.addfile(entry, io.BytesIO(raw))
    return gzip.compress(tar.getvalue(), 9, mtime=0)


def made(case: Case) -> tuple[str, bytes]:
    """The line of the INDEX and the archive of a case."""
    files, digest = case.make()
    return f"{case.name}.tar.gz {digest} {case.words}\n", packed(files)


def write(out: Path) -> int:
    """Writes all cases; 0."""
    out.mkdir(parents=True, exist_ok=True)
    index, size = "", 0
    for case in CASES:
        line, archive = made(case)
        index, size = index + line, size + len(archive)
        (out / f"{case.name}.tar.gz").write_bytes(archive)
    (out / "INDEX").write_text(index)
    print(f"{len(CASES)} cases, {size} bytes")
    return 0


def check(out: Path) -> int:
    """Compares what lies there with what would be written; 1 if it differs."""
    index, names, wrong = "", {"INDEX"}, []
    for case in CASES:
        line, archive = made(case)
        index, path = index + line, out / f"{case.name}.tar.gz"
        names.add(path.name)
        if not path.is_file() or gzip.decompress(path.read_bytes()) != gzip.decompress(archive):
            wrong.append(path.name)
    if (out / "INDEX").read_text() != index:
        wrong.append("INDEX")
    wrong += sorted({path.name for path in out.iterdir()} - names)
    print(f"{len(CASES)} cases, {len(wrong)} differ", *wrong)
    return 1 if wrong else 0


def theirs(nemcon: str, place: Path, digest: str) -> str:
    """The words of the INDEX, as `nemcon audit` has them."""
    said = subprocess.run(
        [nemcon, "audit", place, "--council", digest, "--json"], capture_output=True, check=False, text=True
    )
    try:
        report = json.loads(said.stdout)
    except ValueError:
        return f"status {said.returncode}: {said.stderr}"
    if said.returncode in (0, 4):
        return "VERIFIED" if said.returncode == 0 else "VERIFIED AS FAR AS IT IS PUBLIC"
    fault = (report.get("faults") or [{"fault": "seals-not-judged"}])[0]
    named = [fault["fault"], fault.get("refusal") or ""]
    return f"NOT VERIFIED: {' '.join(named).strip()}"


def compare(out: Path, nemcon: str) -> int:
    """Holds both programs against the INDEX; 1 if one says something else."""
    apart, rows = 0, (out / "INDEX").read_text().splitlines()
    for row in rows:
        name, digest, words = row.split(" ", 2)
        there, verdict = theirs(nemcon, out / name, digest), judge(out / name, digest, None)
        here = verdict.lines[-1].split(":")[0]
        if there != words or here != words.split(":")[0]:
            apart += 1
            print(f"{name}: INDEX {words}; nemcon {there}; here {verdict.lines[-1]}")
    print(f"{len(rows)} exports, {apart} differ from the INDEX")
    return 1 if apart else 0


def main() -> int:
    """Writes, checks or compares."""
    parser = argparse.ArgumentParser(prog="play.corpus", description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--nemcon", metavar="NEMCON")
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    if options.nemcon:
        return compare(options.out, options.nemcon)
    return check(options.out) if options.check else write(options.out)


if __name__ == "__main__":
    sys.exit(main())
