"""Exports whose file `keys` is not that of their log, and honest ones after many changes of keys."""

from __future__ import annotations

from typing import Any, Callable

from independent import checkpoint
from independent.parties import Member

from .cases import PUBLIC, bad, good
from .forged_files import Alter, after_departure, file, filed, rotated, without
from .honest_seats import departed, entry, new_keys, released, rotation
from .public import published
from .scene import DAY, Files, Made, Scene

Lines = list[str]


def all_change() -> Scene:
    """BB changes its node's keys, leaves, and comes back behind CC; both change their seals; others change too."""
    scene = Scene()
    scene.say(*rotation(scene))
    scene.block()
    new_keys(scene)
    departed(scene, "BB")
    scene.decided(kind="accession", change=tuple(scene.member_lines("BB", 30, 1, 1, "admits")))
    scene.say(*rotation(scene, "CC"))
    scene.block()
    scene.say(*entry(scene, code="BB"))
    scene.block()
    for code in ("BB", "CC"):
        scene.say(*other_seal(scene, code))
    scene.block()
    scene.decided(kind="weights", change=("weight AA 10", "weight CC 50", "total-weight 100"))
    scene.block()
    scene.table(title="The last one", days=5)
    scene.block()
    return scene


def other_seal(scene: Scene, code: str) -> tuple[str, list[str], str, list[Any]]:
    """A member's node seals with another key, and signs as the log with the one that it had."""
    _, (_, seal, after), by, (*signers, _, own) = rotation(scene, code)
    return "rotation", [seal, after], by, [*signers, own]


def changed_last() -> Scene:
    """BB's node has other keys from the block behind the last one on: they have sealed nothing yet."""
    scene = Scene()
    scene.table()
    scene.block()
    scene.say(*rotation(scene))
    scene.block()
    return scene


def one_of_two() -> Scene:
    """BB's node has another key as the log, and seals with the key that it had; CC's the other way round."""
    scene = Scene()
    _, (node, _, after), code, signers = rotation(scene)
    scene.say("rotation", [node, after], code, signers[:-1])
    scene.say(*other_seal(scene, "CC"))
    scene.block()
    scene.table()
    scene.block()
    return scene


good("keys-after-all-changes")(all_change)
good("keys-that-change-in-the-last-block")(changed_last)
good("keys-of-which-one-changes")(one_of_two)


@good("public-keys-after-all-changes", PUBLIC)
def _() -> Made:
    return published(opened())


def opened() -> Scene:
    """A council that publishes, after the keys of a node have changed."""
    scene = released(2)
    scene.say(*rotation(scene))
    scene.block()
    scene.table(title="Nobody sees it yet", days=5)
    scene.block()
    return scene


def rows(change: Callable[[Lines], Lines]) -> Alter:
    """The lines behind the title are others."""

    def alter(_: Scene, files: Files) -> None:
        title, *lines = files["keys"].decode().splitlines()
        files["keys"] = "".join(line + "\n" for line in [title, *change(lines)]).encode()

    return alter


def has_ended(line: str) -> bool:
    return line.split(" ")[2] != "-"


def reworded(found: Callable[[str], bool], change: Callable[[Lines], Lines]) -> Alter:
    """The words of the first such line are others."""

    def alter(lines: Lines) -> Lines:
        at = next(n for n, line in enumerate(lines) if found(line))
        return lines[:at] + [" ".join(change(lines[at].split(" ")))] + lines[at + 1 :]

    return rows(alter)


def without_one(found: Callable[[str], bool]) -> Alter:
    def alter(lines: Lines) -> Lines:
        one = next(line for line in lines if found(line))
        return [line for line in lines if line is not one]

    return rows(alter)


def later(at: int, sizes: int) -> Callable[[Lines], Lines]:
    """The size in this place is so much greater."""
    return lambda words: words[:at] + [str(int(words[at]) + sizes)] + words[at + 1 :]


def by_rosters(change: Callable[[Scene], list[tuple[int, list[Member]]]]) -> Alter:
    """The keys are those of other rosters."""

    def alter(scene: Scene, files: Files) -> None:
        files["keys"] = scene.world.keys(change(scene))

    return alter


def with_the_next(scene: Scene) -> list[tuple[int, list[Member]]]:
    return [*scene.world.rosters, (len(scene.world.leaves), scene.council.members)]


def one_record_later(scene: Scene) -> list[tuple[int, list[Member]]]:
    """As if the roster that decides a block sealed from the block behind it on."""
    (above, first), *others = scene.world.rosters
    return [(above, first), *((size + 1, roster) for size, roster in others)]


def own_key(scene: Scene, files: Files) -> None:
    """A former key is whoever's has written it."""
    roster = [member.copy() for member in scene.world.rosters[0][1]]
    roster[1].seal = scene.world.key()
    files["keys"] = scene.world.keys([(0, roster), *scene.world.rosters[1:]])


def with_policy(scene: Scene, files: Files) -> None:
    """The keys are right, and the policy is of the founding members."""
    council, founders = scene.council, scene.world.rosters[0][1]
    files["finality.policy"] = checkpoint.policy(founders, council.origin, council.log_origin, True)


DIFFER = "keys-differ"
filed("keys-missing", "file-missing", without("keys"), rotated)
filed("keys-empty", DIFFER, file("keys", lambda _: b""))
filed("keys-without-their-title", DIFFER, file("keys", lambda raw: raw.split(b"\n", 1)[1]))
filed("keys-without-a-former-one", DIFFER, without_one(has_ended), rotated)
filed("keys-without-one-of-today", DIFFER, without_one(lambda line: not has_ended(line)), all_change)
filed("keys-without-a-departed-member", DIFFER, without_one(lambda line: " CC " in line), after_departure)
filed("keys-of-today-alone", DIFFER, rows(lambda lines: [line for line in lines if not has_ended(line)]), rotated)
filed("keys-with-a-longer-span", DIFFER, reworded(has_ended, later(2, 1)), rotated)
filed("keys-with-a-shorter-span", DIFFER, reworded(has_ended, later(2, -1)), rotated)
filed("keys-that-begin-earlier", DIFFER, reworded(lambda line: " 1 " not in line, later(1, -1)), rotated)
filed("keys-that-begin-at-size-0", DIFFER, reworded(lambda _: True, later(1, -1)), rotated)
filed("keys-that-sign-still", DIFFER, reworded(has_ended, lambda words: [*words[:2], "-", *words[3:]]), rotated)
filed("keys-that-end-with-the-log", DIFFER, reworded(
    lambda line: not has_ended(line), lambda words: [*words[:2], "99", *words[3:]]
), rotated)
filed("keys-under-another-code", DIFFER, reworded(has_ended, lambda words: [*words[:3], "AA", words[4]]), rotated)
filed("keys-for-another-use", DIFFER, reworded(has_ended, lambda words: ["seal", *words[1:]]), rotated)
filed("keys-in-another-order", DIFFER, rows(lambda lines: lines[1:2] + lines[:1] + lines[2:]), rotated)
filed("keys-by-their-members", DIFFER, rows(lambda lines: sorted(lines, key=lambda line: line.split(" ")[3])), rotated)
filed("keys-twice", "file-too-long", rows(lambda lines: lines + lines[-1:]), rotated)
filed("keys-with-an-empty-line-behind", DIFFER, file("keys", lambda raw: raw + b"\n"))
filed("keys-without-their-last-end", DIFFER, file("keys", lambda raw: raw[:-1]))
filed("keys-with-other-line-ends", "file-too-long", file("keys", lambda raw: raw.replace(b"\n", b"\r\n")))
filed("keys-of-another-day", DIFFER, by_rosters(lambda scene: scene.world.rosters[:1]), rotated)
filed("keys-of-the-next-day", "file-too-long", by_rosters(with_the_next), changed_last)
filed("keys-from-one-record-later-on", DIFFER, by_rosters(one_record_later), all_change)
filed("keys-with-a-key-of-its-own", DIFFER, own_key, all_change)
filed("keys-beside-a-former-policy", "policy-differs", with_policy, rotated)


@bad("keys-of-another-council", DIFFER)
def _() -> Made:
    files, digest = rotated().made()
    return Made(files | {"keys": Scene(seed=2).world.keys([])}, digest)


def public(name: str, fault: str, alter: Alter) -> None:
    """A case in which the keys of an honest public export are altered."""

    @bad(name, fault)
    def _() -> Made:
        scene = opened()
        files, digest = published(scene)
        alter(scene, files)
        return Made(files, digest)


public("public-keys-missing", "file-missing", without("keys"))
public("public-keys-without-a-former-one", DIFFER, without_one(has_ended))
public("public-keys-with-a-longer-span", DIFFER, reworded(has_ended, later(2, 1)))
public("public-keys-of-another-day", DIFFER, by_rosters(lambda scene: scene.world.rosters[:1]))
