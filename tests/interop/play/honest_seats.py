"""Exports in which nothing is wrong: who sits, who signs, what is public."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from independent import note, signing
from independent.text import encode64, render_time

from .cases import PUBLIC, good
from .public import published
from .scene import DAY, HOUR, OPEN, PLAIN, START, Made, Scene


def admitted(scene: Scene) -> list[str]:
    """DD is admitted; its lines."""
    lines = scene.member_lines("DD", 10, 1, 1, "admits")
    scene.decided(kind="accession", change=tuple(lines))
    scene.block()
    return lines


def entry(
    scene: Scene, size: int = -1, root: bytes = b"", seal: signing.Signer | None = None, code: str = "DD"
) -> tuple[Any, ...]:
    """The entry of DD or another one, who seals the last size, or another one."""
    measure, entrant = scene.council.admitted[code]
    end = scene.council.boundaries[-1]
    size, root = (end.size, end.root) if size < 0 else (size, root)
    text = f"{scene.council.log_origin}\n{size}\n{encode64(root)}\n".encode()
    own = signing.seal(scene.council, code, entrant.seal)
    sealed = scene.world.line(seal or own, text).blob[4:]
    lines = [f"admitted-by {measure.number} {measure.text_hash}", f"checkpoint {size} {root.hex()}"]
    signers = [signing.officer(scene.council, code, *pair) for pair in entrant.officers]
    signers.append(signing.recovery(scene.council, code, entrant.recovery))
    signers.append(signing.node(scene.council, entrant.node))
    return "entry", [*lines, f"sealed {encode64(sealed)}", scene.after("seat", code)], code, [*signers, own]


@good("a-member-enters")
def _() -> Scene:
    scene = Scene()
    admitted(scene)
    scene.say(*entry(scene))
    scene.block()
    scene.decided(title="The first one of four")
    scene.block()
    return scene


def departed(scene: Scene, code: str = "CC") -> None:
    """CC has left, or another one, as the others have decided."""
    scene.say("notice", ["leaves given", scene.after("seat", code)], code)
    scene.block()
    scene.decided(kind="departure", rule="others", head=(f"concerns {code}",), change=(f"departs {code}",))
    scene.block()


@good("a-member-departs")
def _() -> Scene:
    scene = Scene()
    departed(scene)
    scene.decided(title="The first one of two")
    scene.block()
    return scene


@good("a-member-departs-by-notice")
def _() -> Scene:
    scene = Scene()
    scene.say("notice", ["leaves given", scene.after("seat", "CC")], "CC")
    scene.block()
    scene.block(30 * DAY)
    scene.table(days=40)
    scene.block()
    return scene


def new_keys(scene: Scene, code: str = "BB") -> tuple[str, bytes]:
    """A member changes its officer; the former one."""
    member: Any = scene.council.member(code)
    former, key = member.officers[0], scene.world.key()
    lines = ["threshold 1", f"officer z {encode64(key)}", scene.after("officers", code)]
    signers = [scene.recovery(code), signing.officer(scene.council, code, "z", key)]
    scene.say("keys", lines, code, signers)
    scene.block()
    return former


@good("officers-change")
def _() -> Scene:
    scene = Scene()
    new_keys(scene)
    scene.decided()
    scene.block()
    return scene


def rotation(scene: Scene, code: str = "BB", used: bytes | None = None) -> tuple[str, list[str], str, list[Any]]:
    """A member's node has new keys, or a used one."""
    node, seal = used or scene.world.key(), scene.world.key()
    lines = [f"node {encode64(node)}", f"seal {encode64(seal)}", scene.after("seat", code)]
    signers = [*scene.officers(code), signing.node(scene.council, node)]
    return "rotation", lines, code, [*signers, signing.seal(scene.council, code, seal)]


@good("node-keys-change")
def _() -> Scene:
    scene = Scene()
    scene.say(*rotation(scene))
    scene.block()
    scene.table()
    scene.block()
    return scene


@good("frozen-member")
def _() -> Scene:
    scene = Scene()
    number = scene.table()
    scene.block()
    scene.vote(number, "AA", "BB")
    scene.block()
    scene.say("freeze", ["reason A key was lost.", scene.after("officers", "BB")], "BB", [scene.recovery("BB")])
    scene.block()
    scene.block(2 * DAY)
    return scene


@good("frozen-officer-and-back")
def _() -> Scene:
    scene = Scene()
    scene.say("freeze", [scene.after("officers", "BB")], "BB")
    scene.block()
    new_keys(scene)
    scene.decided()
    scene.block()
    return scene


@good("participant-appointed")
def _() -> Scene:
    scene = Scene()
    lines = ("appoints CH 1 chair The next chair", f"officer CH b {encode64(scene.world.key())}")
    scene.decided(kind="seat", change=lines)
    scene.block()
    scene.on("attestation", 1, "CH", "attests published", "reference OJ L 1")
    scene.block()
    return scene


@good("weights-change")
def _() -> Scene:
    scene = Scene()
    scene.decided(kind="weights", change=("weight AA 10", "weight CC 40", "total-weight 100"))
    scene.block()
    scene.table()
    scene.block()
    return scene


@good("annulled-and-remarked")
def _() -> Scene:
    scene = Scene()
    scene.decided()
    scene.block()
    scene.on("attestation", 1, "CH", "attests annulled")
    scene.on("remark", 1, "BB", "sort note", "says It is so.", "public yes")
    scene.block()
    return scene


@good("incident-attributed")
def _() -> Scene:
    scene = Scene()
    lines = ["title An intrusion", "category intrusion", f"from {render_time(START)}", "severity scope high"]
    raw = scene.say("incident", lines, "AA")
    scene.block()
    text_hash = note_hash(raw)
    lines = [f"incident 1 {text_hash}", "finding state", "who A state.", "confidence low", "manner alone", "public no"]
    scene.say("attribution", [*lines, scene.after("incident", "BB", "1")], "BB")
    scene.block()
    return scene


def note_hash(raw: bytes) -> str:
    """The text hash of a statement."""
    return sha256(note.parse(raw, 100)[0].encode()).hexdigest()


@good("two-of-three-officers")
def _() -> Scene:
    scene = Scene(officers={"BB": (2, 3)})
    scene.decided()
    scene.block()
    return scene


@good("alone")
def _() -> Scene:
    scene = Scene(members=1)
    scene.decided()
    scene.block()
    return scene


@good("four-members")
def _() -> Scene:
    scene = Scene(charter=PLAIN.replace("weight 3", "weight 4"), members=4)
    scene.decided(rule="all-of-us")
    scene.block()
    return scene


@good("plain-charter")
def _() -> Scene:
    scene = Scene(charter=PLAIN)
    number = scene.decided("against", rule="all-of-us")
    scene.block()
    scene.on("close", number, "AA")
    scene.block(HOUR)
    return scene


def released(members: int = 3) -> Scene:
    """A council that publishes: votes that are public, votes that are released, and of three votes that are not."""
    scene = Scene(charter=OPEN, members=members)
    scene.decided()
    scene.block()
    scene.decided(kind="opinion")
    scene.block()
    if members > 2:
        scene.decided("abstain", kind="opinion", title="Another opinion")
        scene.block()
        scene.on("attestation", 2, "CH", "attests released")
        scene.block()
    return scene


@good("votes-committed")
def _() -> Scene:
    return released()


@good("public-export", PUBLIC)
def _() -> Made:
    return published(released())


@good("public-export-after-changes", PUBLIC)
def _() -> Made:
    scene = released()
    new_keys(scene)
    scene.say(*rotation(scene, "AA"))
    scene.block()
    scene.table(title="Nobody sees it yet", days=5)
    scene.block()
    return published(scene)
