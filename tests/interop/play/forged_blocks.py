"""Exports in which a block, or what the law derives in it, is another; all members have sealed them."""

from __future__ import annotations

import re
from typing import Callable

from independent import merkle
from independent.text import render_time

from .cases import bad
from .honest_seats import new_keys, released
from .scene import DAY, HOUR, START, Made, Scene

Rows = Callable[[list[str]], list[str]]


def voted(position: str = "in-favour") -> Scene:
    """A council in which the last ballots on measure 1 are said, and wait for their block."""
    scene = Scene(members=2)
    scene.decided(position)
    return scene


def derived(raw: bytes) -> bool:
    return raw.startswith((b"nemcon/v1 decision", b"nemcon/v1 lapse"))


def changed(old: str, new: str) -> Callable[[list[bytes]], list[bytes]]:
    """The derived record with other words."""

    def bend(raws: list[bytes]) -> list[bytes]:
        return [re.sub(old.encode(), new.encode(), raw, count=1) if derived(raw) else raw for raw in raws]

    return bend


def decision(name: str, fault: str, old: str, new: str, position: str = "in-favour") -> None:
    """A case in which the decision on measure 1 has other words."""

    @bad(name, fault)
    def _() -> Scene:
        scene = voted(position)
        if position == "against":
            scene.block()
            scene.on("close", 1, "AA")
        scene.block(bend=changed(old, new))
        return scene


decision("outcome-flipped", "decision-false", "outcome adopted", "outcome not-adopted")
decision(
    "adopted-against-a-ballot", "decision-false", "outcome not-adopted\nreason [^\n]*",
    "outcome adopted\nreason all 2 in favour", "against",
)
decision("ballot-against-counted-as-in-favour", "decision-false", "ballot BB against", "ballot BB in-favour", "against")
decision("reason-miscounted", "decision-false", "all 2 in favour", "all 3 in favour")
decision("decision-of-another-number", "decision-false", "number 1\n", "number 2\n")
decision("decision-on-another-roster", "decision-false", "roster [0-9a-f]{64}", f"roster {'7' * 64}")
decision("decision-without-a-member", "decision-false", "ballot BB [^\n]*\n", "")
decision("decision-with-a-ballot-of-another-place", "decision-false", "(ballot BB in-favour) [0-9]+", r"\1 1")
decision("decision-with-a-field-more", "record-malformed", "\nroster", "\nquorum 3\nroster")


@bad("former-ballot-shown-as-current", "decision-false")
def _() -> Scene:
    scene = voted("against")
    former = scene.said[-1][1]
    scene.block()
    leaf = scene.council.measure(1).ballots["BB"].leaf
    scene.vote(1, "BB", position="abstain")
    line = f"ballot BB against {leaf} {former.text_hash}"
    scene.block(bend=changed("ballot BB [^\n]*", line))
    return scene


@bad("decision-left-out", "decision-missing")
def _() -> Scene:
    scene = voted()
    scene.block(bend=lambda raws: [raw for raw in raws if not derived(raw)])
    return scene


@bad("decision-twice", "decision-false")
def _() -> Scene:
    scene = voted()
    scene.block(bend=lambda raws: raws + raws[-1:])
    return scene


@bad("decision-before-its-ballots", "record-misplaced")
def _() -> Scene:
    scene = voted()
    scene.block(bend=lambda raws: raws[-1:] + raws[:-1])
    return scene


@bad("decision-before-all-ballots", "decision-false")
def _() -> Scene:
    scene, other = voted(), voted()
    decided = other.block()[-2]
    scene.said = scene.said[:-1]
    scene.block(bend=lambda raws: [*raws, decided])
    return scene


@bad("signed-decision", "record-malformed")
def _() -> Scene:
    scene = voted()
    signer = scene.officers("AA")[0]

    def signed(raws: list[bytes]) -> list[bytes]:
        line = scene.world.line(signer, raws[-1])
        return raws[:-1] + [raws[-1] + f"\n— {line.name} c2lnbmVk\n".encode()]

    scene.block(bend=signed)
    return scene


@bad("left-out-member-not-told", "decision-false")
def _() -> Scene:
    scene = Scene()
    scene.decided(kind="breach", rule="others", head=("concerns CC",))
    scene.block(bend=changed("not-entitled [^\n]*\n", ""))
    return scene


@bad("left-out-for-another-reason", "decision-false")
def _() -> Scene:
    scene = Scene()
    scene.decided(kind="breach", rule="others", head=("concerns CC",))
    scene.block(bend=changed("Article 7", "Article 8"))
    return scene


@bad("votes-committed-otherwise", "decision-false")
def _() -> Scene:
    scene = released(2)
    scene.decided(kind="opinion", days=5)
    scene.block(bend=changed("votes [0-9a-f]{64}", f"votes {'7' * 64}"))
    return scene


def lapsing() -> Scene:
    """A council in which measure 1 lacks ballots, and its deadline is near."""
    scene = Scene(members=2)
    scene.table()
    scene.block()
    scene.vote(1, "AA")
    scene.block()
    return scene


@bad("lapse-left-out", "lapse-missing")
def _() -> Scene:
    scene = lapsing()
    scene.table(title="Another act", days=5)
    scene.block(2 * DAY, bend=lambda raws: raws[1:])
    return scene


@bad("lapse-before-the-deadline", "lapse-false")
def _() -> Scene:
    scene, other = lapsing(), lapsing()
    lapse = other.block(2 * DAY)[0]
    scene.table(title="Another act", days=5)
    scene.block(bend=lambda raws: [lapse, *raws])
    return scene


@bad("lapse-after-adoption", "lapse-false")
def _() -> Scene:
    scene, other = voted(), lapsing()
    scene.block()
    lapse = other.block(2 * DAY)[0]
    scene.table(title="Another act", days=5)
    scene.block(2 * DAY, bend=lambda raws: [lapse, *raws])
    return scene


@bad("lapse-without-a-missing-member", "lapse-false")
def _() -> Scene:
    scene = lapsing()
    scene.block(2 * DAY, bend=changed("missing BB\n", ""))
    return scene


@bad("statements-in-another-order", "statement-order")
def _() -> Scene:
    scene = voted()
    scene.block(bend=lambda raws: [raws[1], raws[0], *raws[2:]])
    return scene


def header(name: str, fault: str, old: str, new: str, members: int = 1) -> None:
    """A case in which the record of block 2 has another line."""

    @bad(name, fault)
    def _() -> Scene:
        scene = Scene(members=members)
        scene.table()
        scene.block()
        scene.table(title="Another act")
        scene.block(bend_block=lambda rows: [re.sub(f"^{old}$", new, row) for row in rows])
        return scene


header("block-of-another-council", "block-council", "council .*", f"council {'7' * 64}")
header("block-height-skipped", "block-height", "height 2", "height 3")
header("block-with-broken-previous", "block-previous", "previous .*", f"previous {'7' * 64}")
header("block-by-another-proposer", "block-proposer", "proposer .*", "proposer AA", 3)
header("block-of-another-round", "block-proposer", "round 0", "round 1", 3)
header("block-of-another-roster", "block-roster", "roster .*", f"roster {'7' * 64}")
header("block-of-another-size", "block-size", "size .*", "size 5")
header("block-of-another-root", "block-root", "root .*", f"root {'7' * 64}")
header("block-time-goes-back", "block-time", "time .*", f"time {render_time(START + HOUR - 1)}")
header("block-time-without-thousandths", "record-malformed", r"(time .*)\.000Z", r"\1Z")


@bad("block-of-the-former-roster", "block-roster")
def _() -> Scene:
    scene = Scene()
    former = scene.council.roster_digest()
    new_keys(scene)
    scene.table()
    scene.block(bend_block=lambda rows: [re.sub("^roster .*", f"roster {former}", row) for row in rows])
    return scene


@bad("block-without-anything", "block-empty")
def _() -> Scene:
    scene = Scene(members=1)
    scene.table()
    scene.block()
    scene.block()
    return scene


def resealed(scene: Scene, leaves: list[bytes]) -> Scene:
    """The council with this log, which all members have sealed."""
    world = scene.world
    world.leaves, world.tree = leaves, merkle.Frontier()
    for raw in leaves:
        world.tree.append(merkle.leaf_hash(raw))
    return scene


def three_blocks() -> tuple[Scene, list[list[bytes]]]:
    """Three blocks, and the records of each, the genesis before them."""
    scene = Scene(members=1)
    blocks = [list(scene.world.leaves)]
    for title in ("One", "Two", "Three"):
        scene.table(title=title)
        blocks.append(scene.block())
    return scene, blocks


@bad("log-ends-within-a-block", "log-open-end")
def _() -> Scene:
    scene = voted()
    return resealed(scene, scene.world.leaves + [scene.said[0][0]])


@bad("blocks-in-another-order", "block-height")
def _() -> Scene:
    scene, (genesis, one, two, three) = three_blocks()
    return resealed(scene, genesis + one + three + two)


@bad("block-left-out", "block-height")
def _() -> Scene:
    scene, (genesis, one, _two, three) = three_blocks()
    return resealed(scene, genesis + one + three)


@bad("block-twice", "block-height")
def _() -> Scene:
    scene, (genesis, one, two, _three) = three_blocks()
    return resealed(scene, genesis + one + two + two)


@bad("record-of-a-block-left-out", "block-empty")
def _() -> Scene:
    scene, (genesis, one, two, three) = three_blocks()
    return resealed(scene, genesis + one + two[1:] + three)


@bad("genesis-twice", "record-misplaced")
def _() -> Scene:
    scene, (genesis, one, two, three) = three_blocks()
    return resealed(scene, genesis + one + genesis + two + three)


@bad("block-of-another-history", "block-previous")
def _() -> Scene:
    scene, (genesis, one, _two, three) = three_blocks()
    other = Scene(members=1)
    other.table(title="One")
    other.block()
    other.table(title="Otherwise")
    return resealed(scene, genesis + one + other.block() + three)


@bad("checkpoint-of-another-history", "checkpoint-root")
def _() -> Made:
    scene, _ = three_blocks()
    other = Scene(members=1)
    for title in ("One", "Two", "Otherwise"):
        other.table(title=title)
        other.block()
    files = scene.made().files | {"checkpoint": other.made().files["checkpoint"]}
    return Made(files, scene.council.digest)
