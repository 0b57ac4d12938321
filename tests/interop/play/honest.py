"""Exports in which nothing is wrong: how measures end."""

from __future__ import annotations

from independent.text import render_time

from .cases import good
from .scene import DAY, START, Scene


@good("adopted")
def _() -> Scene:
    scene = Scene()
    scene.decided()
    scene.block()
    return scene


@good("not-adopted")
def _() -> Scene:
    scene = Scene()
    number = scene.decided("against")
    scene.block()
    scene.on("close", number, "AA")
    scene.block()
    return scene


@good("lapsed")
def _() -> Scene:
    scene = Scene()
    number = scene.table()
    scene.block()
    scene.vote(number, "AA")
    scene.block()
    scene.block(2 * DAY)
    return scene


@good("withdrawn")
def _() -> Scene:
    scene = Scene()
    number = scene.table()
    scene.block()
    scene.on("withdrawal", number, "AA", "reason It is not needed.")
    scene.block()
    return scene


@good("still-open")
def _() -> Scene:
    scene = Scene()
    scene.table()
    scene.block()
    return scene


@good("mandate")
def _() -> Scene:
    scene = Scene()
    number = scene.table()
    scene.block()
    scene.on("mandate", number, "CC", "to AA")
    scene.block()
    given = scene.council.measure(number).mandates["CC"]
    scene.vote(number, "AA", "BB")
    scene.on("ballot", number, "CC", "position in-favour", f"mandate {given.text_hash}", by="AA")
    scene.block()
    return scene


@good("abstention")
def _() -> Scene:
    scene = Scene()
    scene.decided("abstain")
    scene.block()
    return scene


@good("declarations-block")
def _() -> Scene:
    scene = Scene()
    number = scene.table(kind="listing", head=("summary It lists two persons.",))
    scene.block()
    scene.vote(number, "AA")
    for code in ("BB", "CC"):
        scene.on("ballot", number, code, "position abstain-qualified", f"declaration {'5' * 64}")
    scene.block()
    scene.on("close", number, "AA")
    scene.block()
    return scene


@good("ballot-replaced")
def _() -> Scene:
    scene = Scene()
    scene.decided("against")
    scene.block()
    scene.vote(1, "CC")
    scene.block()
    return scene


@good("ballot-retracted")
def _() -> Scene:
    scene = Scene()
    number = scene.table()
    scene.block()
    scene.vote(number, "AA", "BB")
    scene.block()
    scene.vote(number, "BB", position="retracted")
    scene.block()
    scene.block(2 * DAY)
    return scene


@good("revised")
def _() -> Scene:
    scene = Scene()
    number = scene.table()
    scene.block()
    scene.vote(number, "BB")
    scene.block()
    old = scene.council.measure(number).text_hash
    lines = [f"revises {number} {old}", "revision 2", *scene.text(title="An act, amended")]
    scene.say("revision", [*lines, scene.after("measure", "AA", str(number))], "AA")
    scene.block()
    scene.vote(number, "AA", "BB", "CC")
    scene.block()
    return scene


@good("extended")
def _() -> Scene:
    scene = Scene()
    number = scene.table()
    scene.block()
    scene.on("extension", number, "AA", f"closes {render_time(START + 5 * DAY)}")
    scene.block()
    scene.vote(number, "AA")
    scene.block(3 * DAY)
    scene.block(2 * DAY)
    return scene


def package(scene: Scene, position: str = "in-favour") -> None:
    """Two measures that share their fate; the last ballot on the second one is this."""
    scene.table(title="One half")
    scene.table(title="The other half")
    scene.block()
    rows = [f"measure {number} {scene.council.measure(number).text_hash}" for number in (1, 2)]
    scene.say("package", rows, "AA")
    scene.block()
    scene.vote(1, "AA", "BB", "CC")
    scene.vote(2, "AA", "BB")
    scene.vote(2, "CC", position=position)


@good("package")
def _() -> Scene:
    scene = Scene()
    package(scene)
    scene.block()
    return scene


@good("package-falls")
def _() -> Scene:
    scene = Scene()
    package(scene, "against")
    scene.block()
    scene.block(2 * DAY)
    return scene


@good("no-abstention-on-a-legal-basis")
def _() -> Scene:
    scene = Scene()
    scene.decided(rule="consent", head=("basis Article 2(1)(a)",))
    scene.block()
    return scene


@good("concerned-member-left-out")
def _() -> Scene:
    scene = Scene()
    scene.decided(kind="breach", rule="others", head=("concerns CC",))
    scene.block()
    return scene


def cooperation(scene: Scene) -> int:
    """AA and BB go ahead together; the number of their first measure."""
    scene.decided(kind="cooperation", change=("participating AA", "participating BB"))
    scene.block()
    authorised = f"authorised-by 1 {scene.council.measure(1).text_hash}"
    return scene.decided(kind="joint", rule="some", head=(authorised,))


@good("participating-members-alone")
def _() -> Scene:
    scene = Scene()
    cooperation(scene)
    scene.block()
    return scene


@good("tacit-assent")
def _() -> Scene:
    scene = Scene()
    number = scene.table(head=("procedure written",))
    scene.block()
    scene.vote(number, "AA", "BB")
    scene.on("ballot", number, "CC", "position in-favour", "assent tacit")
    scene.block()
    return scene


@good("reservation-lifted")
def _() -> Scene:
    scene = Scene()
    number = scene.table()
    scene.block()
    scene.on("reservation", number, "BB", "reservation scrutiny", "act place", "reason We read it.")
    scene.block()
    scene.on("reservation", number, "BB", "reservation scrutiny", "act lift")
    scene.block()
    return scene
