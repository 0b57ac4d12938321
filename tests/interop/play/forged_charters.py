"""Exports of councils whose charter is no law; founders, nodes and seals have signed them all the same."""

from __future__ import annotations

from independent import records

from .cases import bad
from .scene import BOARD, OPEN, Scene


def charter(name: str, old: str, new: str, of: str = BOARD) -> None:
    """A case in which these lines of a charter are others; its one block asks nothing of the charter."""

    @bad(name, "genesis-malformed")
    def _() -> Scene:
        if old not in of:
            raise ValueError(f"{name}: no such line in the charter")
        scene = Scene(charter=of.replace(old, new, 1), members=1)
        raw = scene.make("freeze", [scene.after("officers", "AA")], "AA")
        scene.said.append((raw, records.parse(raw)))
        scene.block()
        return scene


charter("charter-in-which-the-proposer-chooses-who-decides", "charter-decided others clause", "charter-decided others")
charter("charter-with-a-rule-that-is-not-there", "charter-decided some decision", "charter-decided many decision")
charter("charter-with-a-role-that-may-do-nothing", "charter-roles chair", "charter-roles chair clerk")
charter("charter-with-a-role-that-is-none", "charter-close proposer chair", "charter-close proposer clerk")
charter(
    "charter-that-changes-members-without-all", "charter-effect accession\ncharter-decided unanimity",
    "charter-effect accession\ncharter-decided others clause",
)
charter("charter-with-too-small-a-share", "charter-share-day 512 1048576", "charter-share-day 512 65534")
charter(
    "charter-in-which-nobody-tables", "charter-roles chair\ncharter-table member",
    "charter-roles chair clerk\ncharter-table clerk", OPEN,
)
charter("charter-with-votes-that-nothing-releases", "charter-released-by released\n", "", OPEN)
charter("charter-with-a-word-twice", "charter-attests published", "charter-attests published published")
charter("charter-whose-parts-are-more-than-the-whole", "charter-weight 100", "charter-weight 29")
