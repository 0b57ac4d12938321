#!/usr/bin/env python3
"""Holds the verifier in `independent/` against `nemcon audit`, on an export that is altered at random.

    compare.py N SEED EXPORT DIGEST NEMCON

N times a copy of the export is altered in one to three places: bytes are flipped, records are left out,
written twice, exchanged or cut, files are cut, lengthened or removed, lines of notes are moved. Half of the
alterations of records are followed by hash tiles and a root that fit. Both programs must come to the same
verdict, and the verifier must always come to one. Prints how many of each; exit status 1 if they differ.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from independent import merkle
from independent.export import split_bundle
from independent.fault import Fault
from independent.text import encode64
from independent.verdict import judge

VERDICTS = {0: "verified", 1: "not verified", 2: "could not run", 4: "verified as far as it is public"}

Files = dict[str, bytes]


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


def read_records(files: Files) -> list[bytes]:
    """The records out of the entry bundles."""
    size = int(files["checkpoint"].split(b"\n")[1])
    found: list[bytes] = []
    for index, width in merkle.spans(size):
        path = merkle.tile_path("entries", index, width)
        found += split_bundle(path, files[path], width, len(found))
    return found


def with_records(files: Files, found: list[bytes], fit: bool) -> Files:
    """The export with other records; with tiles and a root that fit, if so."""
    size = len(found) if fit else int(files["checkpoint"].split(b"\n")[1])
    out = {path: raw for path, raw in files.items() if not path.startswith("tile/entries/")}
    for index, width in merkle.spans(size):
        part = found[index * merkle.WIDTH :][:width]
        bundle = b"".join(len(raw).to_bytes(2, "big") + raw for raw in part)
        out[merkle.tile_path("entries", index, width)] = bundle
    if fit:
        out = {path: raw for path, raw in out.items() if "entries" in path or not path.startswith("tile/")}
        leaves = [merkle.leaf_hash(raw) for raw in found]
        out.update(merkle.tiles(leaves))
        tree = merkle.Frontier()
        for leaf in leaves:
            tree.append(leaf)
        rows = files["checkpoint"].split(b"\n")
        rows[1:3] = [str(size).encode(), encode64(tree.root()).encode()]
        out["checkpoint"] = b"\n".join(rows)
    return out


def flipped(raw: bytes, dice: random.Random) -> bytes:
    """One bit of one byte is another."""
    if not raw:
        return b"\0"
    at = dice.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ (1 << dice.randrange(8))]) + raw[at + 1 :]


def alter_records(found: list[bytes], dice: random.Random) -> list[bytes]:
    """One record is left out, written twice, exchanged with another, altered or cut."""
    at, other = dice.randrange(len(found)), dice.randrange(len(found))
    how = dice.randrange(6)
    if how == 0:
        return found[:at] + found[at + 1 :]
    if how == 1:
        return found[: at + 1] + found[at:]
    if how == 2:
        found[at], found[other] = found[other], found[at]
    elif how == 3:
        found[at] = flipped(found[at], dice)
    elif how == 4:
        found[at] = found[at][: dice.randrange(len(found[at]) + 1)]
    else:
        rows = found[at].split(b"\n")
        row = dice.randrange(len(rows))
        rows[row:row] = rows[row : row + 1]
        found[at] = b"\n".join(rows)[:65_535]
    return found


def alter_file(files: Files, dice: random.Random) -> Files:
    """One file is altered, cut, lengthened or removed, or two of its lines change places."""
    path = dice.choice(sorted(files))
    raw, how = files[path], dice.randrange(5)
    if how == 0:
        return {name: data for name, data in files.items() if name != path}
    if how == 1:
        raw = raw[: dice.randrange(len(raw) + 1)]
    elif how == 2:
        raw += bytes(dice.randrange(1, 40)) if dice.random() < 0.5 else raw[-dice.randrange(1, 300) :]
    elif how == 3 and path in ("checkpoint", "genesis", "finality.policy", "advance.policy"):
        rows = raw.split(b"\n")
        a, b = dice.randrange(len(rows)), dice.randrange(len(rows))
        rows[a], rows[b] = rows[b], rows[a]
        raw = b"\n".join(rows)
    else:
        raw = flipped(raw, dice)
    return {**files, path: raw}


def altered(files: Files, dice: random.Random) -> Files:
    """The export with one to three alterations."""
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        if dice.random() < 0.5:
            files = alter_file(files, dice)
            continue
        try:
            files = with_records(files, alter_records(read_records(files), dice), dice.random() < 0.5)
        except (Fault, KeyError, ValueError, IndexError):
            files = alter_file(files, dice) if files else files
    return files


def mine(folder: Path, digest: str) -> tuple[str, str]:
    """The verdict of the verifier here, and why."""
    verdict = judge(folder, digest, None)
    return VERDICTS[verdict.status], verdict.lines[-1]


def theirs(nemcon: str, folder: Path, digest: str) -> tuple[str, str]:
    """The verdict of `nemcon audit`, and what it says."""
    said = subprocess.run([nemcon, "audit", folder, "--council", digest], capture_output=True, check=False)
    return VERDICTS.get(said.returncode, f"status {said.returncode}"), (said.stdout + said.stderr).decode()


def main(times: int, seed: int, export: Path, digest: str, nemcon: str) -> int:
    """Compares; how it went."""
    dice, files, counts, apart = random.Random(seed), read_files(export), Counter[str](), 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "export")
        for number in range(times):
            write_files(folder, altered(dict(files), dice) if number else files)
            here, there = mine(folder, digest), theirs(nemcon, folder, digest)
            counts[here[0]] += 1
            if here[0] != there[0]:
                apart += 1
                kept = Path(tempfile.mkdtemp(prefix="apart-"), "export")
                shutil.copytree(folder, kept)
                print(f"{number}: here {here[0]} ({here[1]}), nemcon {there[0]}: {kept}\n{there[1][-600:]}")
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())), f"- {apart} differ")
    return 1 if apart else 0


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4], sys.argv[5]))
