"""`python3 -m play PLAYS SEED NEMCON [BLOCKS]`: plays so many councils, and compares verdicts.

Each council says things at random. What the second reading of the law lets in becomes a ledger under real
seals, which `nemcon audit` must verify, as must the verifier in `independent/`. What that reading does not let
in is written into a ledger of its own, right but for that: `nemcon audit` must refuse it.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from compare import mine, theirs, write_files
from independent import records
from independent.fault import Fault
from independent.records import Record
from independent.room import chain_of
from independent.merkle import leaf_hash

from .charters import genesis
from .sayings import DAY, Said, Sayings
from .world import World

STEPS = (1, 50, 3_600_000, DAY // 2, DAY, 3 * DAY)


class Play:
    """One council from its founding on."""

    def __init__(self, seed: int, nemcon: str, scratch: Path, counts: Counter[str]) -> None:
        self.seed, self.nemcon, self.counts, self.scratch = seed, nemcon, counts, scratch
        self.dice = random.Random(seed)
        self.world = World(seed)
        self.world.found(genesis(self.world, self.dice))
        self.apart: list[str] = []

    def run(self, blocks: int) -> None:
        """Plays on; at the end both verdicts on the whole are compared."""
        for _ in range(blocks):
            self.step()
        if len(self.world.leaves) >= 3:
            self.compare(self.world, "verified", "the ledger as it was played")

    def step(self) -> None:
        """One block, and now and then a forged one beside it."""
        time = self.world.council.time + self.dice.choice(STEPS)
        sayings = Sayings(self.world, self.dice)
        sayings.time = time
        said: list[tuple[bytes, Record]] = []
        for _ in range(self.dice.choice((1, 2, 4, 8, 12))):
            made = sayings.make()
            if made is not None:
                self.say(sayings, made, time, said)
        first = sayings.package() if self.dice.random() < 0.6 else None
        more = [first] if first else sayings.burst() if self.dice.random() < 0.6 else []
        for made in more + (sayings.pair() if self.dice.random() < 0.2 else []):
            self.say(sayings, made, time, said)
        raws = self.world.fork().make_block(time, said)
        if len(raws) > 1:
            if self.dice.random() < 0.5:
                self.forge_derived(time, said)
            self.world.make_block(time, said)
            for raw in raws[:-1]:
                self.counts["let in: " + raw.split(b"\n")[0].decode().split(" ")[1]] += 1

    def say(self, sayings: Sayings, made: Said, time: int, said: list[tuple[bytes, Record]]) -> None:
        """A statement joins those of the block, or is tried on `nemcon audit` if it is refused here."""
        kind, lines, by, signers = made
        if self.dice.random() < 0.08:
            lines = self.bent(lines)
        if self.dice.random() < 0.03 and signers:
            signers = signers[:-1] if self.dice.random() < 0.5 else signers + signers[-1:]
        raw = self.world.statement(kind, lines, by, signers)
        try:
            record = records.parse(raw)
        except Fault:
            self.forge(raw, None, time, "malformed")
            return
        if all(record.text_hash != other.text_hash for _, other in said):
            said.append((raw, record))
            chain = chain_of(record)
            why = self.world.try_statement(time, raw)
            if why is not None and self.dice.random() < 0.5:
                self.forge(raw, record, time, why)
            elif why is None and chain is not None:
                sayings.heads[chain] = leaf_hash(raw).hex()

    def bent(self, lines: list[str]) -> list[str]:
        """One line is left out, written twice, or another."""
        lines, at = list(lines), self.dice.randrange(len(lines))
        how = self.dice.randrange(4)
        if how == 0:
            return lines[:at] + lines[at + 1 :] or lines
        if how == 1:
            lines.insert(at, lines[at])
        elif how == 2:
            words = lines[at].split(" ")
            words[-1] = self.dice.choice(("0", "1", "2", "M1", "M2", "CH", "none", "given", "o0", "99"))
            lines[at] = " ".join(words)
        else:
            other = self.dice.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        return lines

    def forge(self, raw: bytes, record: Record | None, time: int, why: str) -> None:
        """A ledger that is right but for one statement, which is refused here."""
        world = self.world.fork()
        if record is None:
            record = records.parse(self.world.leaves[1]) if len(self.world.leaves) > 1 else None
            if record is None:
                return
        world.make_block(time, [(raw, record)], record)
        self.compare(world, "not verified", why)

    def forge_derived(self, time: int, said: list[tuple[bytes, Record]]) -> None:
        """A ledger in which one record that the law derives is another, left out, or one too many."""
        world, before = self.world.fork(), self.world.fork()
        honest = before.make_block(time, said)
        world.make_block(time, said, bend=self.bend_derived, bend_block=self.bend_block)
        if world.leaves[-len(honest) :] != honest:
            self.compare(world, "not verified", "a derived record is not what the law derives")

    def bend_derived(self, raws: list[bytes]) -> list[bytes]:
        at = [n for n, raw in enumerate(raws) if raw.startswith((b"nemcon/v1 decision", b"nemcon/v1 lapse"))]
        if not at or self.dice.random() < 0.3:
            return raws
        n, how = self.dice.choice(at), self.dice.randrange(4)
        if how == 0:
            return raws[:n] + raws[n + 1 :]
        if how == 1:
            return raws[: n + 1] + raws[n:]
        if how == 2:
            other = self.dice.randrange(len(raws))
            raws[n], raws[other] = raws[other], raws[n]
            return raws
        rows = raws[n].decode().split("\n")[:-1]
        raws[n] = ("\n".join(self.bent(rows)) + "\n").encode()
        return raws

    def bend_block(self, rows: list[str]) -> list[str]:
        if self.dice.random() < 0.6:
            return rows
        return self.bent(rows) if self.dice.random() < 0.5 else [
            row.replace("round 0", "round 1").replace("height ", "height 1") for row in rows
        ]

    def compare(self, world: World, due: str, why: str) -> None:
        """Both verdicts are the one that is due."""
        folder = self.scratch / "export"
        write_files(folder, world.export())
        here, there = mine(folder, world.council.digest), theirs(self.nemcon, folder, world.council.digest)
        self.counts["verdict: " + here[0]] += 1
        if not here[0] == there[0] == due:
            kept = Path(tempfile.mkdtemp(prefix="apart-"), "export")
            write_files(kept, world.export())
            told = next((row for row in there[1].split("\n") if "record" in row and "[" in row), there[1][-400:])
            print(f"seed {self.seed}: due {due} ({why}); here {here}; nemcon {there[0]}: {told}\n    {kept}")
            self.apart.append(why)


def main(plays: int, seed: int, nemcon: str, blocks: int) -> int:
    """Plays; 1 if a verdict differs."""
    counts: Counter[str] = Counter()
    apart = 0
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(seed, seed + plays):
            play = Play(number, nemcon, Path(scratch), counts)
            play.run(blocks)
            apart += len(play.apart)
    for name, count in sorted(counts.items()):
        print(f"{count:6} {name}")
    print(f"{apart} differ")
    return 1 if apart else 0


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    blocks = int(sys.argv[4]) if len(sys.argv) == 5 else 30
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], blocks))
