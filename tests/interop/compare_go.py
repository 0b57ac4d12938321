#!/usr/bin/env python3
"""Holds the verifier in Go against `nemcon audit`, as `compare.py` and `play` hold the one in Python.

    compare_go.py alter N SEED EXPORT DIGEST NEMCON VERIFIER     an export altered at random, N times
    compare_go.py play PLAYS SEED NEMCON VERIFIER [BLOCKS]       councils that are played under real seals
    compare_go.py public PLAYS SEED NEMCON VERIFIER [BLOCKS]     the same, with records withheld at random
    compare_go.py founding N SEED NEMCON VERIFIER                councils whose genesis is altered at random
    compare_go.py turns NEMCON VERIFIER                          ledgers that turn on one rule each
    compare_go.py files PLAYS SEED NEMCON VERIFIER [BLOCKS]      certificates and receipts of these councils

VERIFIER is the program that `build_verifier` of lib.sh builds. Exit status 1 if a verdict differs.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Callable

import compare
from independent import merkle
from independent.export import PUBLIC
from play import __main__ as play
from play import altered, certifying, turns
from play.world import World

SEATS = ("block", "keys", "freeze", "rotation", "notice", "entry", "measure", "revision", "decision", "package")

VERDICTS = {0: "verified", 1: "not verified", 2: "could not run", 4: "verified as far as it is public"}


def verdict_of(verifier: str) -> Callable[[Path, str], tuple[str, str]]:
    """The verdict of the verifier in Go, and why."""

    def verdict(folder: Path, digest: str) -> tuple[str, str]:
        said = subprocess.run([verifier, "--council", digest, folder], capture_output=True, check=False)
        words = said.stderr.decode(errors="replace").strip()
        return VERDICTS.get(said.returncode, f"status {said.returncode}"), words[-600:]

    return verdict


class Withholding(play.Play):
    """Plays as before, and compares each ledger with some of its records withheld."""

    def compare(self, world: World, due: str, why: str) -> None:
        """Both verdicts on what is left are the same."""
        files = {**world.export(), "public": PUBLIC}
        shown = withheld(world.leaves, self.dice)
        for index, width in merkle.spans(len(shown)):
            part = shown[index * merkle.WIDTH :][:width]
            bundle = b"".join(len(raw).to_bytes(2, "big") + raw for raw in part)
            files[merkle.tile_path("entries", index, width)] = bundle
        folder = self.scratch / "export"
        compare.write_files(folder, files)
        here, there = play.mine(folder, world.council.digest), compare.theirs(self.nemcon, folder, world.council.digest)
        self.counts["verdict: " + here[0]] += 1
        if here[0] != there[0]:
            kept = Path(tempfile.mkdtemp(prefix="apart-"), "export")
            compare.write_files(kept, files)
            print(f"seed {self.seed}: {why}: here {here}; nemcon {there[0]}: {there[1][-400:]}\n    {kept}")
            self.apart.append(why)


class Certifying(play.Play):
    """Plays as before, and compares certificates and receipts of each ledger, as they are and altered."""

    verifier = ""

    def compare(self, world: World, due: str, why: str) -> None:
        """Both verdicts on each file are the same."""
        files = world.export()
        (self.scratch / "policy").write_bytes(files[self.dice.choice(("finality.policy", "advance.policy"))])
        for _ in range(2):
            measure = str(self.dice.randrange(1, len(world.council.measures) + 2))
            shown = certifying.choose(world.leaves, measure, self.dice)
            raw = certifying.certificate(world.leaves, shown, measure, world.council.digest, files)
            self.judge(raw, ["--council", world.council.digest], why)
        if due == "verified":
            self.written(world)
        raw = certifying.receipt(world.leaves, self.dice.randrange(len(world.leaves)), files)
        self.judge(raw, ["--policy", str(self.scratch / "policy")], why)

    def written(self, world: World) -> None:
        """Certificates that the command itself writes of an honest ledger, whole and public."""
        folder, file = self.scratch / "export", self.scratch / "written"
        compare.write_files(folder, world.export())
        for number in range(1, len(world.council.measures) + 1):
            options = ["--export", folder, "--council", world.council.digest, "--out", file]
            command = [self.nemcon, "certificate", str(number), *options]
            command += ["--public"] if self.dice.random() < 0.3 else []
            file.unlink(missing_ok=True)
            made = subprocess.run(command, capture_output=True, check=False)
            self.counts[f"certificate written: {made.returncode}"] += 1
            if file.exists():
                self.judge(file.read_bytes(), ["--council", world.council.digest], "written by the command")

    def judge(self, raw: bytes, options: list[str], why: str) -> None:
        """Compares verdicts on a file, in one case of three altered at a place."""
        how = self.dice.randrange(9)
        if how == 0:
            raw = compare.flipped(raw, self.dice)
        elif how == 1:
            rows = raw.split(b"\n")
            at = self.dice.randrange(len(rows))
            raw = b"\n".join(rows[:at] + rows[at + 1 :] if self.dice.random() < 0.5 else rows[: at + 1] + rows[at:])
        elif how == 2 and raw:
            at = self.dice.randrange(len(raw))
            raw = raw[:at] + raw[at + self.dice.randrange(1, 20) :]
        file = self.scratch / "file"
        file.write_bytes(raw)
        here = subprocess.run([self.verifier, *options, file], capture_output=True, check=False)
        there = subprocess.run([self.nemcon, "verify", file, *options], capture_output=True, check=False)
        final = here.stdout.split(b"\n")[-2:-1]
        self.counts[f"verdict: {options[0]} {here.returncode} {final[0][:9] if final else b''!r}"] += 1
        if here.returncode != there.returncode or (b"NOT final" in here.stdout) != (b"NOT final" in there.stdout):
            kept = Path(tempfile.mkdtemp(prefix="apart-"))
            (kept / "file").write_bytes(raw)
            (kept / "policy").write_bytes((self.scratch / "policy").read_bytes())
            said = (here.stdout + here.stderr)[-300:], (there.stdout + there.stderr)[-500:]
            print(f"seed {self.seed}: {why}: {' '.join(options)}: {here.returncode} {there.returncode}: {said} {kept}")
            self.apart.append(why)


def withheld(leaves: list[bytes], dice: random.Random) -> list[bytes]:
    """The records, some of them empty: seldom those that say who sits, often the others."""
    often = dice.choice((0.0, 0.1, 0.5, 0.9))
    seldom = dice.choice((0.0, 0.0, 0.0, 0.02))
    shown = [leaves[0]]
    for raw in leaves[1:]:
        kind = raw.split(b"\n", 1)[0].split(b" ")[-1].decode()
        hides = dice.random() < (seldom if kind in SEATS else often)
        shown.append(b"" if hides else raw)
    return shown


def founding_of(times: int, seed: int, nemcon: str, verifier: str) -> int:
    """Compares verdicts on so many councils with an altered charter."""
    counts, apart, judge = Counter[str](), 0, verdict_of(verifier)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "export")
        for number in range(seed, seed + times):
            world = altered.found(number)
            if world is None:
                counts["not founded here"] += 1
                continue
            compare.write_files(folder, world.export())
            digest = world.council.digest
            here, there = judge(folder, digest), compare.theirs(nemcon, folder, digest)
            counts[here[0]] += 1
            if here[0] != there[0]:
                apart += 1
                print(f"seed {number}: here {here}; nemcon {there[0]}: {there[1][-500:]}")
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())), f"- {apart} differ")
    return 1 if apart else 0


def on_turns(nemcon: str, verifier: str) -> int:
    """Both verdicts on each ledger are the one that is due."""
    apart, judge = 0, verdict_of(verifier)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "export")
        for name, due, world in turns.turns():
            compare.write_files(folder, world.export())
            digest = world.council.digest
            here, there = judge(folder, digest), compare.theirs(nemcon, folder, digest)
            print(f"{due}: {name}")
            if not here[0] == there[0] == due:
                apart += 1
                print(f"    here {here}; nemcon {there[0]}: {there[1][-500:]}")
    print(f"{apart} differ")
    return 1 if apart else 0


def main(words: list[str]) -> int:
    """Compares; how it went."""
    if len(words) == 7 and words[0] == "alter":
        times, seed, export, digest, nemcon, verifier = words[1:]
        compare.mine = verdict_of(verifier)
        return compare.main(int(times), int(seed), Path(export), digest, nemcon)
    if len(words) in (5, 6) and words[0] == "play":
        play.mine = verdict_of(words[4])
        return play.main(int(words[1]), int(words[2]), words[3], int(words[5]) if len(words) == 6 else 30)
    if len(words) == 3 and words[0] == "turns":
        return on_turns(words[1], words[2])
    if len(words) == 5 and words[0] == "founding":
        return founding_of(int(words[1]), int(words[2]), words[3], words[4])
    if len(words) in (5, 6) and words[0] == "files":
        play.Play, Certifying.verifier = Certifying, words[4]
        return play.main(int(words[1]), int(words[2]), words[3], int(words[5]) if len(words) == 6 else 30)
    if len(words) in (5, 6) and words[0] == "public":
        play.mine, play.Play = verdict_of(words[4]), Withholding
        return play.main(int(words[1]), int(words[2]), words[3], int(words[5]) if len(words) == 6 else 30)
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
