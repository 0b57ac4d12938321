"""Councils whose genesis is altered at random: with the smallest ledger under it, all of it rightly signed."""

from __future__ import annotations

import random

from independent import records, signing
from independent.fault import Fault

from .charters import genesis
from .world import START, World

WORDS = (
    "all", "minus-concerned", "participating", "no-abstention", "no-mandates", "clause", "notice", "decision",
    "member", "chair", "clerk", "proposer", "qualified", "tacit", "0", "1", "2", "65", "65534", "65535", "nobody",
    "1/3", "0/1", "3/2", "released", "public", "internal", "yes", "person", "summary", "reasons", "none", "<number>",
    "<letters>", "(<number>)(<letter>)", "<number>0", "<x>", "M1", "CH",
)


def alter(lines: list[str], dice: random.Random) -> list[str]:
    """One to three lines of the charter are left out, written twice, exchanged, or have another word."""
    lines = list(lines)
    for _ in range(dice.choice((0, 1, 1, 1, 2, 3))):
        at, other = dice.randrange(1, len(lines)), dice.randrange(1, len(lines))
        if not lines[at].startswith(("charter-", "origin", "member", "participant")) and dice.random() < 0.8:
            continue
        how = dice.randrange(6)
        if how == 0:
            del lines[at]
        elif how == 1:
            lines.insert(other, lines[at])
        elif how == 2:
            lines[at], lines[other] = lines[other], lines[at]
        elif how == 3:
            lines[at] += " " + dice.choice(WORDS)
        else:
            words = lines[at].split(" ")
            n = dice.randrange(len(words))
            pool = WORDS if how == 4 else lines[other].split(" ")
            words[n] = dice.choice(pool)
            lines[at] = " ".join(words)
    return lines


def found(seed: int) -> World | None:
    """The council with a block that holds one freeze; none if the genesis cannot even be read."""
    dice, world = random.Random(seed), World(seed)
    lines = alter(genesis(world, dice), dice)
    try:
        world.found(lines)
        member = world.council.members[0]
        signer = signing.officer(world.council, member.code, *member.officers[0])
        raw = world.statement("freeze", ["after none"], member.code, [signer])
        world.make_block(START + 1, [(raw, records.parse(raw))])
    except (Fault, KeyError, IndexError, AttributeError, TypeError):
        return None
    return world
