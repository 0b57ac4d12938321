"""Exports with a statement that the council does not let in.

All members have sealed them with their own keys, and all else in them is right.
"""

from __future__ import annotations

from hashlib import sha512
from typing import Any, Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from independent import note, signing
from independent.ed25519 import L
from independent.text import encode64, render_time

from .cases import bad
from .honest import package
from .honest_seats import admitted, departed, entry, new_keys, rotation
from .scene import DAY, PLAIN, START, Scene

YES = "position in-favour"


def opened(members: int = 2, **words: Any) -> Scene:
    """A council with one open measure."""
    scene = Scene(members=members)
    scene.table(**words)
    scene.block()
    return scene


def refused(name: str, kind: str, refusal: str, *own: str, on: str = "BB", by: str = "") -> None:
    """A case in which this statement on measure 1 is not let in."""

    @bad(name, f"statement-refused {refusal}")
    def _() -> Scene:
        scene = opened()
        scene.refuse(kind, scene.words(1, on, *own), by or on)
        return scene


refused("ballot-for-another-without-a-mandate", "ballot", "not-own", YES, by="AA")
refused("tacit-assent-without-a-procedure", "ballot", "tacit-not-allowed", YES, "assent tacit")
refused("ballot-of-a-participant", "ballot", "not-entitled", YES, on="CH")
refused("withdrawal-by-another", "withdrawal", "not-proposer")
refused("closed-by-another", "close", "may-not")
refused("extension-to-an-earlier-day", "extension", "not-later", f"closes {render_time(START + DAY)}", on="AA")


def signed_by(name: str, fault: str, signers: Callable[[Scene], list[signing.Signer]]) -> None:
    """A case in which a ballot of BB, which two of three officers sign, has these signature lines."""

    @bad(name, fault)
    def _() -> Scene:
        scene = Scene(officers={"BB": (2, 3)})
        scene.table()
        scene.block()
        scene.refuse("ballot", scene.words(1, "BB", YES), "BB", signers(scene))
        return scene


def of_bb(*places: int) -> Callable[[Scene], list[signing.Signer]]:
    """These officers of BB."""

    def signers(scene: Scene) -> list[signing.Signer]:
        party: Any = scene.council.member("BB")
        return [signing.officer(scene.council, "BB", *party.officers[place]) for place in places]

    return signers


INVALID = "statement-refused invalid-signature"
signed_by("one-officer-of-two", "statement-refused wrong-signature-count", of_bb(0))
signed_by("one-officer-twice", "statement-refused wrong-signer", of_bb(0, 0))
signed_by("officers-in-another-order", "statement-refused wrong-signer", of_bb(1, 0))
signed_by("one-officer-too-many", "statement-refused wrong-signature-count", of_bb(0, 1, 2))
signed_by(
    "recovery-key-in-place-of-an-officer", "statement-refused wrong-signer",
    lambda scene: [*of_bb(0)(scene), scene.recovery("BB")],
)


Alter = Callable[[bytes, bytes, bytes], bytes]


def altered(name: str, alter: Alter) -> None:
    """A case in which the 64 bytes of a ballot's signature are others; `alter` has the seed and the text too."""

    @bad(name, INVALID)
    def _() -> Scene:
        scene = opened(members=1)
        text, lines = note.parse(scene.make("ballot", scene.words(1, "AA", YES), "AA"), 100)
        seed = scene.world.secrets[scene.officers("AA")[0].key].private_bytes_raw()
        line = note.Line(lines[0].name, lines[0].key_id + alter(lines[0].blob[4:], seed, text.encode()))
        scene.refuse_raw(note.render(text, [line]))
        return scene


def malleated(signature: bytes, _seed: bytes, _text: bytes) -> bytes:
    """The same signature with s + L in place of s."""
    return signature[:32] + (int.from_bytes(signature[32:], "little") + L).to_bytes(32, "little")


def of_small_order(_signature: bytes, seed: bytes, text: bytes) -> bytes:
    """A signature that the equation admits, with the neutral element in place of R."""
    secret = int.from_bytes(sha512(seed).digest()[:32], "little") & ((1 << 254) - 8) | 1 << 254
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    r = (1).to_bytes(32, "little")
    k = int.from_bytes(sha512(r + public.public_bytes_raw() + text).digest(), "little")
    signature = r + (k * secret % L).to_bytes(32, "little")
    public.verify(signature, text)  # OpenSSL lets it pass.
    return signature


altered("signature-flipped", lambda signature, _seed, _text: bytes([signature[0] ^ 1]) + signature[1:])
altered("signature-malleated", malleated)
altered("signature-with-r-of-small-order", of_small_order)


@bad("ballot-of-another-council", "statement-refused wrong-council")
def _() -> Scene:
    scene, other = opened(), Scene(seed=2)
    other.table()
    other.block()
    other.world.secrets.update(scene.world.secrets)
    raw = other.make("ballot", other.words(1, "BB", YES), "BB", scene.officers("BB"))
    scene.refuse_raw(raw)
    return scene


@bad("second-ballot-not-in-its-chain", "statement-refused wrong-after")
def _() -> Scene:
    scene = opened()
    scene.vote(1, "BB")
    scene.block()
    scene.refuse("ballot", [*scene.about(1, "BB"), "position against", "after none"], "BB")
    return scene


@bad("ballot-said-twice", "statement-refused already-recorded")
def _() -> Scene:
    scene = opened()
    scene.vote(1, "BB")
    raw = scene.block()[0]
    scene.refuse_raw(raw)
    return scene


@bad("ballot-on-a-former-text", "statement-refused superseded")
def _() -> Scene:
    scene = opened()
    about = scene.about(1, "BB")
    lines = [*about[2:3], "revision 2", *scene.text(title="An act, amended")]
    lines[0] = f"revises 1 {scene.council.measure(1).text_hash}"
    lines[1:2] = ["revision 2"]
    scene.say("revision", [*lines, scene.after("measure", "AA", "1")], "AA")
    scene.block()
    scene.refuse("ballot", [*about, YES, "after none"], "BB")
    return scene


@bad("ballot-with-another-title", "statement-refused mismatch")
def _() -> Scene:
    scene = opened()
    lines = [line.replace("title An act", "title Another act") for line in scene.words(1, "BB", YES)]
    scene.refuse("ballot", lines, "BB")
    return scene


@bad("ballot-after-the-end", "statement-refused ended")
def _() -> Scene:
    scene = Scene()
    scene.decided()
    scene.block()
    scene.refuse("ballot", scene.words(1, "BB", "position against"), "BB")
    return scene


@bad("ballot-before-it-opens", "statement-refused not-open-yet")
def _() -> Scene:
    scene = opened(change=(f"opens {render_time(START + DAY)}",))
    scene.refuse("ballot", scene.words(1, "BB", YES), "BB")
    return scene


@bad("abstention-under-a-rule-without", "statement-refused abstention-refused")
def _() -> Scene:
    scene = Scene(charter=PLAIN)
    scene.table(rule="all-of-us")
    scene.block()
    scene.refuse("ballot", scene.words(1, "BB", "position abstain"), "BB")
    return scene


@bad("ballot-of-the-member-concerned", "statement-refused not-entitled")
def _() -> Scene:
    scene = opened(3, kind="breach", rule="others", head=("concerns CC",))
    scene.refuse("ballot", scene.words(1, "CC", "position against"), "CC")
    return scene


@bad("ballot-under-anothers-mandate", "statement-refused not-own")
def _() -> Scene:
    scene = opened(3)
    scene.on("mandate", 1, "CC", "to AA")
    scene.block()
    given = scene.council.measure(1).mandates["CC"]
    scene.refuse("ballot", scene.words(1, "CC", YES, f"mandate {given.text_hash}"), "BB")
    return scene


@bad("ballot-of-a-frozen-member", "statement-refused frozen")
def _() -> Scene:
    scene = opened()
    scene.say("freeze", [scene.after("officers", "BB")], "BB", [scene.recovery("BB")])
    scene.block()
    scene.refuse("ballot", scene.words(1, "BB", YES), "BB")
    return scene


@bad("ballot-of-a-departed-member", "statement-refused unknown-party")
def _() -> Scene:
    scene = Scene()
    signers = scene.officers("CC")
    departed(scene)
    number = scene.table()
    scene.block()
    scene.refuse("ballot", scene.words(number, "CC", YES), "CC", signers)
    return scene


@bad("ballot-by-a-former-officer", "statement-refused wrong-signer")
def _() -> Scene:
    scene = opened()
    former = new_keys(scene)
    signer = signing.officer(scene.council, "BB", *former)
    scene.refuse("ballot", scene.words(1, "BB", YES), "BB", [signer])
    return scene


@bad("keys-without-the-recovery-key", "statement-refused wrong-signer")
def _() -> Scene:
    scene = Scene()
    key = scene.world.key()
    lines = ["threshold 1", f"officer z {encode64(key)}", scene.after("officers", "BB")]
    new = signing.officer(scene.council, "BB", "z", key)
    scene.refuse("keys", lines, "BB", [*scene.officers("BB"), new])
    return scene


@bad("key-of-another-member", "statement-refused key-used")
def _() -> Scene:
    scene = Scene()
    other: Any = scene.council.member("CC")
    scene.refuse(*rotation(scene, "BB", other.node))
    return scene


@bad("notice-given-twice", "statement-refused notice-stands")
def _() -> Scene:
    scene = Scene()
    scene.say("notice", ["leaves given", scene.after("seat", "CC")], "CC")
    scene.block()
    scene.refuse("notice", ["leaves given", scene.after("seat", "CC")], "CC")
    return scene


@bad("entry-sealed-by-another", "statement-refused invalid-seal")
def _() -> Scene:
    scene = Scene()
    admitted(scene)
    key = scene.world.key()
    scene.refuse(*entry(scene, seal=signing.seal(scene.council, "DD", key)))
    return scene


@bad("revision-that-changes-nothing", "statement-refused same-text")
def _() -> Scene:
    scene = opened()
    lines = [f"revises 1 {scene.council.measure(1).text_hash}", "revision 2", *scene.text()]
    scene.refuse("revision", [*lines, scene.after("measure", "AA", "1")], "AA")
    return scene


@bad("package-after-a-ballot", "statement-refused ballots-before")
def _() -> Scene:
    scene = Scene()
    scene.table(title="One half")
    scene.table(title="The other half")
    scene.block()
    scene.vote(2, "BB")
    scene.block()
    rows = [f"measure {number} {scene.council.measure(number).text_hash}" for number in (1, 2)]
    scene.refuse("package", rows, "AA")
    return scene


@bad("revision-of-what-is-bound", "statement-refused packaged")
def _() -> Scene:
    scene = Scene()
    package(scene)
    scene.said, scene.heads = [], {}
    lines = [f"revises 1 {scene.council.measure(1).text_hash}", "revision 2", *scene.text(title="Amended")]
    scene.refuse("revision", [*lines, scene.after("measure", "AA", "1")], "AA")
    return scene


def tabled(name: str, refusal: str, by: str = "AA", members: int = 1, **words: Any) -> None:
    """A case in which this measure is not let in."""

    @bad(name, f"statement-refused {refusal}")
    def _() -> Scene:
        scene = Scene(members=members)
        scene.refuse("measure", scene.text(**words), by)
        return scene


tabled("measure-by-one-who-may-not-table", "may-not", by="CH")
tabled("measure-of-an-unknown-kind", "unknown-kind", kind="decree")
tabled("measure-under-another-rule", "wrong-rule", kind="breach")
tabled("measure-on-a-basis-decided-elsewhere", "not-decided-here", head=("basis Article 9(3)",))
tabled("measure-on-no-legal-basis-of-its-rule", "wrong-basis", rule="consent", head=("basis Article 20",))
tabled("measure-without-a-field-that-is-required", "field-required", kind="listing")
tabled("measure-whose-deadline-has-passed", "closes-too-early", days=0)
tabled(
    "departure-without-a-notice", "no-notice", kind="departure", rule="others", head=("concerns CC",),
    change=("departs CC",), members=3,
)
tabled("weights-above-the-whole", "weights-above-total", kind="weights", change=("weight AA 101", "total-weight 100"))
tabled("effect-on-a-kind-without", "wrong-matter", change=("next-rules 2 nemcon 2",))
