"""`python3 -m play.sealed TIMES SEED NEMCON [BLOCKS]`: alters what all members have sealed, and compares verdicts.

Councils are played at random. Then one to three records of the log are altered, left out or put in; who had signed
them signs them anew, the block records behind them follow, and all members seal the whole. Of each such log the
export, a public export and the certificate of a measure are judged by nemcon and by the verifier in `independent/`,
which must come to the same verdict. Prints how many of each; exit status 1 if they differ.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Callable

from altering import reworded
from compare import mine, theirs, write_files
from independent import merkle, note
from independent.export import PUBLIC
from independent.fault import Fault
from independent.signing import Signer

from .__main__ import Play
from .certified import certificate, is_record
from .scene import Files
from .world import World

SEEN = (b"genesis", b"block", b"keys", b"freeze", b"rotation", b"notice", b"entry")


def resigned(world: World, raw: bytes) -> bytes:
    """The record under new signatures by the same keys."""
    try:
        text, lines = note.parse(raw, 100)
    except Fault:
        return raw
    signed = []
    for line in lines:
        for key in world.secrets:
            for kind in (note.PLAIN, note.COSIGNED):
                if line.key_id == note.key_id(line.name, kind, key):
                    line = world.line(Signer(line.name, kind, key), text.encode())
        signed.append(line)
    return note.render(text, signed)


def bent(world: World, leaves: list[bytes], dice: random.Random) -> list[bytes]:
    """The log with one record altered, left out, doubled, moved, or taken from elsewhere."""
    at, how = dice.randrange(1, len(leaves)), dice.randrange(10)
    if how == 0:
        return leaves[:at] + leaves[at + 1 :]
    if how == 1:
        return leaves[: at + 1] + leaves[at:]
    if how == 2:
        leaves.insert(dice.randrange(1, len(leaves)), leaves.pop(at))
        return leaves
    if how < 7:
        derived = [n for n, raw in enumerate(leaves) if raw.startswith((b"nemcon/v1 decision", b"nemcon/v1 lapse"))]
        at = dice.choice(derived or [at])
    for _ in range(20):
        raw = resigned(world, _reworded(leaves[at], dice))
        if is_record(raw) and raw != leaves[at]:
            leaves[at] = raw
            break
    return leaves


def _reworded(raw: bytes, dice: random.Random) -> bytes:
    """Other lines, or another word that has its place there."""
    if dice.random() < 0.4:
        return reworded(raw, dice)
    words = [
        (rb"(in-favour|against|abstain-qualified|abstain)", dice.choice((b"in-favour", b"against", b"abstain"))),
        (rb"outcome (not-)?adopted", dice.choice((b"outcome adopted", b"outcome not-adopted"))),
        (rb"\bM[0-9]\b", b"M%d" % dice.randrange(1, 5)), (rb"(?<= )[0-9]{1,3}(?=[ \n])", b"%d" % dice.randrange(40)),
        (rb"reason [^\n]*", b"reason nobody in favour"), (rb"leaves (given|withdrawn)", b"leaves given"),
    ]
    pattern, word = dice.choice(words)
    found = list(re.finditer(pattern, raw))
    if not found:
        return reworded(raw, dice)
    here = dice.choice(found)
    return raw[: here.start()] + word + raw[here.end() :]


def follow(world: World, leaves: list[bytes]) -> None:
    """The block records name the tree and the block before as they now are."""
    world.tree, world.leaves, previous = merkle.Frontier(), [], world.council.digest
    for raw in leaves:
        if raw.startswith(b"nemcon/v1 block\n"):
            due = {"previous": previous, "size": str(world.tree.size), "root": world.tree.root().hex()}
            for name, value in due.items():
                raw = re.sub(rb"(?m)^%s .*$" % name.encode(), f"{name} {value}".encode(), raw, count=1)
            previous = merkle.leaf_hash(raw).hex()
        world.tree.append(merkle.leaf_hash(raw))
        world.leaves.append(raw)


def public(world: World, dice: random.Random) -> Files:
    """A public export in which any records may be withheld that are not about keys and seats."""
    files, share = world.export(), dice.choice((0, 0, 0.1, 0.5))
    for index, width in merkle.spans(len(world.leaves)):
        bundle = b""
        for raw in world.leaves[index * merkle.WIDTH :][:width]:
            is_seen = raw.split(b"\n", 1)[0].split(b" ")[-1] in SEEN
            given = raw if is_seen or dice.random() >= share else b""
            bundle += len(given).to_bytes(2, "big") + given
        files[merkle.tile_path("entries", index, width)] = bundle
    files["public"] = PUBLIC
    return files


class Comparison:
    """Verdicts on altered logs."""

    def __init__(self, nemcon: str, scratch: Path) -> None:
        self.nemcon, self.scratch = nemcon, scratch
        self.counts: Counter[str] = Counter()
        self.apart = 0

    def run(self, seed: int, blocks: int) -> None:
        """Plays one council, and alters its log."""
        play = Play(seed, self.nemcon, self.scratch, Counter())
        for _ in range(blocks):
            play.step()
        honest, dice = play.world, random.Random(seed)
        for number in range(6 if len(honest.leaves) > 4 else 0):
            world, leaves = honest.fork(), list(honest.leaves)
            for _ in range(dice.choice((1, 1, 1, 2, 3)) if number else 0):
                leaves = bent(world, leaves, dice)
            follow(world, leaves)
            what = f"seed {seed}, {number}"
            self.compare(f"{what}, export", world, lambda at: write_files(at, world.export()))
            files = public(world, dice)
            self.compare(f"{what}, public export", world, lambda at: write_files(at, files))
            measures = max(1, len(honest.council.measures))
            for _ in range(3):
                measure = dice.randrange(1, measures + 1)
                without = {dice.randrange(1, len(leaves)) for _ in range(dice.choice((0, 0, 0, 1, 2)))}
                raw = certificate(world, measure, without)
                self.compare(f"{what}, certificate of {measure}", world, lambda at: at.write_bytes(raw))

    def compare(self, what: str, world: World, write: Callable[[Path], object]) -> None:
        place = self.scratch / what.split(", ")[2].split(" ")[0]
        write(place)
        digest = world.council.digest
        here, there = mine(place, digest), theirs(self.nemcon, place, digest)
        self.counts[f"{place.name} {here[0]}"] += 1
        if here[0] != there[0]:
            self.apart += 1
            kept = Path(tempfile.mkdtemp(prefix="apart-"), place.name)
            write(kept)
            print(f"{what}: here {here[0]} ({here[1]}); nemcon {there[0]}: {kept} {digest}\n{there[1][-500:]}")


def main(times: int, seed: int, nemcon: str, blocks: int) -> int:
    """Compares; 1 if a verdict differs."""
    with tempfile.TemporaryDirectory() as scratch:
        comparison = Comparison(nemcon, Path(scratch))
        for number in range(seed, seed + times):
            comparison.run(number, blocks)
    for name, count in sorted(comparison.counts.items()):
        print(f"{count:6} {name}")
    print(f"{comparison.apart} differ")
    return 1 if comparison.apart else 0


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]) if len(sys.argv) == 5 else 12))
