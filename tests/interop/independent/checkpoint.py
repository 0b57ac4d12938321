"""The checkpoint with its seals, and the two policies (sections 2 and 3)."""

from __future__ import annotations

from typing import NamedTuple, Sequence

from . import note
from .fault import Fault, demand
from .parties import Member
from .text import NUMBER, decode64

LINES_MAX = 512


class Checkpoint(NamedTuple):
    """What a checkpoint says, and who is said to have signed it."""

    text: bytes
    origin: str
    size: int
    root: bytes
    lines: list[note.Line]


def parse(text: str) -> tuple[str, int, bytes]:
    """Origin, size and root of a text of three lines."""
    rows = text.split("\n")
    demand(len(rows) == 4 and rows[3] == "" and rows[0] != "", "the checkpoint has not three lines")
    return rows[0], NUMBER.parse(rows[1]), decode64(rows[2], 32)


def read(raw: bytes, log_origin: str) -> Checkpoint:
    """The checkpoint of a council: a signed note of three lines."""
    try:
        text, lines = note.parse(raw, LINES_MAX)
        origin, size, root = parse(text)
        demand(size >= 3, f"{size} is no size at which a block ends")
        demand(origin == log_origin, "it names another log")
    except Fault as fault:
        raise Fault(f"checkpoint: {fault.message}") from None
    return Checkpoint(text.encode(), origin, size, root, lines)


def verify_seals(checkpoint: Checkpoint, roster: Sequence[Member], origin: str, log_origin: str) -> None:
    """A node has signed as the log, every member has sealed, and no line by a key of theirs is false."""
    logged, sealed = False, set()
    logs = {note.key_id(log_origin, note.PLAIN, member.node): member.node for member in roster}
    for line in checkpoint.lines:
        if line.name == log_origin and line.key_id in logs:
            key = logs[line.key_id]
            signed = note.is_signed(line, checkpoint.text, log_origin, note.PLAIN, key)
            demand(signed, "checkpoint: a line of the log does not verify")
            logged = True
        for member in roster:
            name = f"{origin}/{member.code}"
            if line.name == name and line.key_id == note.key_id(name, note.COSIGNED, member.seal):
                signed = note.is_signed(line, checkpoint.text, name, note.COSIGNED, member.seal)
                demand(signed, f"checkpoint: the seal of {member.code} does not verify")
                sealed.add(member.code)
    demand(logged, "checkpoint: no node of the council has signed as the log")
    missing = [member.code for member in roster if member.code not in sealed]
    demand(not missing, f"checkpoint: no seal of {' '.join(missing)}")


def policy(roster: Sequence[Member], origin: str, log_origin: str, final: bool) -> bytes:
    """The bytes of `finality.policy` or `advance.policy`."""
    lines = [f"log {note.vkey(log_origin, note.PLAIN, member.node)}" for member in roster]
    for member in roster:
        seal = note.vkey(f"{origin}/{member.code}", note.COSIGNED, member.seal)
        lines.append(f"witness {member.code} {seal}")
    codes = " ".join(member.code for member in roster)
    group = "every-member all" if final else f"two-thirds {2 * len(roster) // 3 + 1}"
    lines += [f"group {group} {codes}", f"quorum {group.split(' ')[0]}"]
    return "".join(line + "\n" for line in lines).encode()


def policies(roster: Sequence[Member], origin: str, log_origin: str) -> dict[str, bytes]:
    """Both policies by the names of their files."""
    return {
        "finality.policy": policy(roster, origin, log_origin, True),
        "advance.policy": policy(roster, origin, log_origin, False),
    }
