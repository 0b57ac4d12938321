"""Exports whose files are not those of their log, their roster or their council, and public ones that lie."""

from __future__ import annotations

import re
from typing import Any, Callable

from independent import checkpoint, merkle, note, signing
from independent.records import Record
from independent.state import Council

from .cases import PUBLIC, bad, good
from .honest_seats import departed, new_keys, released, rotation
from .public import published
from .scene import DAY, Files, Made, Scene

TILE, BUNDLE = "tile/0/000.p/", "tile/entries/000.p/"
Alter = Callable[[Scene, Files], None]


def three() -> Scene:
    """A council that has decided one measure."""
    scene = Scene()
    scene.decided()
    scene.block()
    return scene


def alone() -> Scene:
    """A council of one that has decided one measure."""
    scene = Scene(members=1)
    scene.decided()
    scene.block()
    return scene


def filed(name: str, fault: str, alter: Alter, scene: Callable[[], Scene] = three) -> None:
    """A case in which files of an honest export are altered."""

    @bad(name, fault)
    def _() -> Made:
        played = scene()
        files, digest = played.made()
        alter(played, files)
        return Made(files, digest)


def path(files: Files, begins: str) -> str:
    """The one file whose path begins so."""
    return next(name for name in sorted(files) if name.startswith(begins))


def file(begins: str, change: Callable[[bytes], bytes]) -> Alter:
    """The file that begins so has other bytes."""

    def alter(_: Scene, files: Files) -> None:
        name = path(files, begins)
        files[name] = change(files[name])

    return alter


def without(begins: str) -> Alter:
    def alter(_: Scene, files: Files) -> None:
        del files[path(files, begins)]

    return alter


def lines(begins: str, change: Callable[[Scene, bytes, list[note.Line]], list[note.Line]]) -> Alter:
    """The note that begins so has other signature lines."""

    def alter(scene: Scene, files: Files) -> None:
        text, found = note.parse(files[begins], 512)
        files[begins] = note.render(text, change(scene, text.encode(), found))

    return alter


def flip(at: int) -> Callable[[bytes], bytes]:
    def change(raw: bytes) -> bytes:
        place = at % len(raw)
        return raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]

    return change


def resealed(begins: str, new: str) -> Alter:
    """The checkpoint has another line, which all members have signed."""

    def alter(scene: Scene, files: Files) -> None:
        text = note.parse(files["checkpoint"], 512)[0]
        bent = re.sub(begins, new, text, count=1)
        members, council = scene.world.sealing, scene.council
        signers = [signing.node(council, members[0].node)]
        signers += [signing.seal(council, member.code, member.seal) for member in members]
        files["checkpoint"] = note.render(bent, [scene.world.line(signer, bent.encode()) for signer in signers])

    return alter


def own_policy(scene: Scene, files: Files) -> None:
    """A policy whose keys are whoever's has written it."""
    members = [member.copy() for member in scene.world.sealing]
    for member in members:
        member.node, member.seal = scene.world.key(), scene.world.key()
    council = scene.council
    files["finality.policy"] = checkpoint.policy(members, council.origin, council.log_origin, True)


def founding_seal(scene: Scene, code: str) -> signing.Signer:
    """The seal key that a member was founded with."""
    member: Any = Council(scene.council.genesis).member(code)
    return signing.seal(scene.council, code, member.seal)


def former_seal(scene: Scene, text: bytes, found: list[note.Line]) -> list[note.Line]:
    """BB has sealed with the key that its node had before."""
    return [*found[:2], scene.world.line(founding_seal(scene, "BB"), text), *found[3:]]


def altered_seal(_: Scene, _text: bytes, found: list[note.Line]) -> list[note.Line]:
    return found[:-1] + [note.Line(found[-1].name, flip(-1)(found[-1].blob))]


def rotated() -> Scene:
    scene = Scene()
    scene.say(*rotation(scene))
    scene.block()
    scene.table()
    scene.block()
    return scene


def after_departure() -> Scene:
    scene = Scene()
    departed(scene)
    scene.table()
    scene.block()
    return scene


def sealed_by_departed(scene: Scene, text: bytes, found: list[note.Line]) -> list[note.Line]:
    """CC, which has left, has sealed in place of BB."""
    return [*found[:2], scene.world.line(founding_seal(scene, "CC"), text)]


filed("seal-missing", "seals-missing", lines("checkpoint", lambda _s, _t, found: found[:-1]))
filed("seal-twice-and-one-missing", "seals-missing", lines("checkpoint", lambda _s, _t, found: found[:-1] + found[1:2]))
filed("seal-altered", "checkpoint-signature", lines("checkpoint", altered_seal))
filed("seal-by-a-former-key", "seals-missing", lines("checkpoint", former_seal), rotated)
filed("seal-by-a-departed-member", "seals-missing", lines("checkpoint", sealed_by_departed), after_departure)
filed("log-signature-missing", "log-signature-missing", lines("checkpoint", lambda _s, _t, found: found[1:]), alone)
filed("checkpoint-of-another-log", "checkpoint-origin", resealed("^[^\n]*", "example.org/b/0123456789abcdef"), alone)
filed("checkpoint-of-another-root", "checkpoint-root", resealed("[^\n]*\n$", "A" * 43 + "=\n"), alone)
filed("checkpoint-of-a-longer-log", "file-missing", resealed("\n[0-9]+\n", "\n99\n"), alone)
filed("checkpoint-with-a-fourth-line", "checkpoint-malformed", resealed("$", "more\n"), alone)
filed("policy-with-its-own-keys", "policy-differs", own_policy, alone)
filed(
    "policy-of-fewer", "policy-differs",
    file("advance.policy", lambda raw: raw.replace(b"two-thirds 3", b"two-thirds 2")),
)
filed("tile-altered", "tile-differs", file(TILE, flip(40)), alone)
filed("tile-too-short", "tile-differs", file(TILE, lambda raw: raw[:-32]), alone)
filed("tile-too-long", "file-too-long", file(TILE, lambda raw: raw + bytes(32)), alone)
filed("bundle-altered", "block-root", file(BUNDLE, flip(-10)), alone)
filed("bundle-goes-on", "bundle-malformed", file(BUNDLE, lambda raw: raw + b"\0"), alone)
filed("bundle-ends-early", "bundle-malformed", file(BUNDLE, lambda raw: raw[:-1]), alone)
filed("bundle-missing", "file-missing", without(BUNDLE), alone)
filed("founder-missing", "genesis-unsigned", lines("genesis", lambda _s, _t, found: found[:-1]))
filed("founder-twice", "genesis-signature", lines("genesis", lambda _s, _t, found: found + found[:1]))
filed("genesis-altered", "genesis-altered", file("genesis", lambda raw: raw.replace(b"A board", b"A bourd")), alone)


def tile_of_another_size(_: Scene, files: Files) -> None:
    """The hash tile stands under the width of a longer log."""
    name = path(files, TILE)
    files[f"{TILE}{int(name.rpartition('/')[2]) + 1}"] = files.pop(name)


def cut_tail(scene: Scene, files: Files) -> None:
    """The last block is cut off, with tiles that fit; the checkpoint is the old one."""
    world = scene.world
    kept = world.leaves[:-2]
    for begins in (TILE, BUNDLE):
        del files[path(files, begins)]
    files.update(merkle.tiles([merkle.leaf_hash(raw) for raw in kept]))
    bundle = b"".join(len(raw).to_bytes(2, "big") + raw for raw in kept)
    files[merkle.tile_path("entries", 0, len(kept))] = bundle


filed("tile-under-another-size", "file-missing", tile_of_another_size, alone)
filed("tail-cut-off", "file-missing", cut_tail, alone)
filed("public-file-altered", "public-malformed", lambda _, files: files.update(public=b"public\n"), alone)


@bad("another-council", "genesis-other")
def _() -> Made:
    return Made(alone().made().files, Scene(seed=2, members=1).council.digest)


@good("files-beside-the-export")
def _() -> Made:
    files, digest = alone().made()
    return Made(files | {"README": b"Read me.\n", "tile/9/000": b"x"}, digest)


@good("earlier-end-of-the-log")
def _() -> Made:
    scene = alone()
    made = scene.made()
    scene.table(title="Later", days=5)
    scene.block(DAY)
    return made


# Public exports.


def said_by(code: str, *kinds: str) -> Callable[[Record], bool]:
    return lambda record: record.kind in kinds and record.get("by") == code


def public(name: str, fault: str, alter: Alter) -> None:
    """A case in which an honest public export is altered."""

    @bad(name, fault)
    def _() -> Made:
        scene = released(2)
        files, digest = published(scene)
        alter(scene, files)
        return Made(files, digest)


def swap(old: bytes, new: bytes) -> Alter:
    return file(BUNDLE, lambda raw: raw.replace(old, new, 1))


public("public-record-altered", "record-not-in-tree", swap(b"position in-favour", b"position in-fovour"))
public("public-hash-of-a-withheld-record-altered", "block-root", file(TILE, flip(32 * 9)))
public("public-file-left-out", "record-malformed", without("public"))
public("public-bundle-ends-early", "bundle-malformed", file(BUNDLE, lambda raw: raw[:-1]))


def public_of(name: str, words: str, withheld: Callable[[Record], bool]) -> None:
    """A public export after keys have changed, in which more is withheld than need be."""

    @(good(name, words) if words == PUBLIC else bad(name, words))
    def _() -> Made:
        scene = released(2)
        new_keys(scene)
        scene.table(title="Nobody sees it yet", days=5)
        scene.block()
        return published(scene, withheld)


public_of("public-with-a-ballot-withheld", PUBLIC, said_by("AA", "ballot"))
public_of("public-with-keys-withheld", "seals-not-judged", said_by("BB", "keys"))
public_of("public-with-a-block-withheld", "block-height", lambda r: r.kind == "block" and r.get("height") == 2)


@bad("public-decision-that-does-not-follow", "outcome-differs")
def _() -> Made:
    scene = released(2)
    scene.decided(title="A last act", days=5)

    def bend(raws: list[bytes]) -> list[bytes]:
        old, new = b"outcome adopted\nreason all 2 in favour", b"outcome not-adopted\nreason nobody in favour"
        return [raw.replace(old, new) for raw in raws]

    scene.block(bend=bend)
    return published(scene)
