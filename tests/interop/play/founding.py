"""`python3 -m play.founding TIMES SEED NEMCON`: alters the charter of a genesis at random, and compares verdicts.

Founders, node and seals sign the altered genesis as if it were an honest one, so that nothing but the rules on
charters can refuse it. `nemcon audit` and the verifier in `independent/` must come to the same verdict.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from hashlib import sha256
from pathlib import Path

from compare import mine, theirs, write_files
from independent import merkle, records, signing

from .charters import genesis
from .world import START, World

WORDS = (
    "member", "proposer", "chair", "clerk", "unanimity", "minus-concerned", "participating", "common-accord", "all",
    "clause", "notice", "decision", "qualified", "tacit", "no-abstention", "no-mandates", "at-least", "listing",
    "departure", "appointment", "authorisation", "annulled", "published", "person", "entity", "public", "released",
    "internal", "summary", "reasons", "closes", "0", "1", "2", "64", "65", "65534", "65535", "4294967296", "1/3", "yes",
    "<number>", "<letter>a", "<yy><year>", "x", "X",
)
LINES = (
    "charter-zone Europe/Brussels", "charter-zone somewhere else", "charter-reminder-days 90 30 7",
    "charter-reminder-days 7 7", "charter-reminder-days 0", "charter-kind-votes public", "charter-kind-table proposer",
    "charter-kind-table chair", "charter-on Article 9", "charter-elsewhere-kind listing", "charter-basis <letters>A",
    "charter-basis Article <number>", "charter-publication LIMITE", "charter-released-by published", "charter-word a b",
    "charter-word member Member", "charter-source a b", "charter-source zz zz", "charter-items c c",
    "charter-difference looser topic It is so.", "charter-difference-kinds listing", "charter-difference-kinds none",
    "charter-category security summary", "charter-category security closes", "charter-effect departure",
    "charter-decided minus-concerned clause", "charter-decided unanimity", "charter-notice-days 0",
)


def bent(lines: list[str], dice: random.Random) -> list[str]:
    """One line is left out, doubled, moved, put in, or has another word."""
    lines = list(lines)
    at, how = dice.randrange(3, len(lines)), dice.randrange(6)
    if how == 0:
        del lines[at]
    elif how == 1:
        lines.insert(at, lines[at])
    elif how == 2:
        lines.insert(dice.randrange(3, len(lines)), lines.pop(at))
    elif how == 3:
        names = {line.split(" ")[0] for line in lines}
        line = dice.choice(LINES)
        near = [n for n, other in enumerate(lines) if other.split(" ")[0] == line.split(" ")[0]]
        lines.insert(dice.choice(near) if near and line.split(" ")[0] in names else at, line)
    else:
        words = lines[at].split(" ")
        which = dice.randrange(1, len(words) + (how == 5))
        words[which : which + (dice.random() < 0.8)] = [dice.choice(WORDS)]
        lines[at] = " ".join(words)
    return lines


def founded(world: World, lines: list[str], dice: random.Random, times: int) -> None:
    """A council whose charter was altered so often; its parties are as they were."""
    world.found(lines)
    council, first = world.council, next(n for n, line in enumerate(lines) if line.startswith("member "))
    head, parties = lines[:first], lines[first:]
    for _ in range(times):
        head = bent(head, dice)
    text = "".join(line + "\n" for line in head + parties)
    genesis_ = records.Record("genesis", council.genesis.lines, text, None)
    council.genesis, council.digest = genesis_, sha256(text.encode()).hexdigest()
    council.log_origin = f"{council.origin}/{council.digest[:16]}"
    world.previous, world.leaves = council.digest, [genesis_.raw_text]
    world.tree = merkle.Frontier()
    world.tree.append(merkle.leaf_hash(genesis_.raw_text))


def block(world: World) -> None:
    """One block with a freeze, which asks nothing of the charter."""
    council = world.council
    by = council.members[0]
    signer = signing.recovery(council, by.code, by.recovery)
    raw = world.statement("freeze", ["after none"], by.code, [signer])
    world.make_block(START + 1, [(raw, records.parse(raw))])


def main(times: int, seed: int, nemcon: str) -> int:
    """Compares; 1 if a verdict differs."""
    counts, apart = Counter[str](), 0
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(seed, seed + times):
            dice, world = random.Random(number), World(number % 8)
            founded(world, genesis(world, random.Random(number % 8)), dice, dice.choice((0, 1, 1, 1, 1, 2, 2, 3)))
            block(world)
            folder = Path(scratch, "export")
            write_files(folder, world.export())
            here, there = mine(folder, world.council.digest), theirs(nemcon, folder, world.council.digest)
            counts[here[0]] += 1
            if here[0] != there[0]:
                apart += 1
                kept = Path(tempfile.mkdtemp(prefix="apart-"), "export")
                write_files(kept, world.export())
                print(f"seed {number}: here {here}; nemcon {there[0]}: {there[1][:400]}\n    {kept}")
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())), f"- {apart} differ")
    return 1 if apart else 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
