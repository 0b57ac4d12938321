"""Alters exports and certificates at random; `compare.py` says what it is for."""

from __future__ import annotations

import random
import re
from typing import Callable, NamedTuple

from independent import merkle
from independent.export import split_bundle
from independent.fault import Fault
from independent.text import encode64

Files = dict[str, bytes]


class Kept(NamedTuple):
    """A record with its leaf hash; of a record that is withheld the hash alone."""

    raw: bytes
    leaf: bytes


def kept(raw: bytes) -> Kept:
    return Kept(raw, merkle.leaf_hash(raw))


def read_records(files: Files) -> list[Kept]:
    """The records out of the entry bundles, with the hashes of those that a public export withholds."""
    size = int(files["checkpoint"].split(b"\n")[1])
    found: list[Kept] = []
    for index, width in merkle.spans(size):
        path = merkle.tile_path("entries", index, width)
        tile = files.get(merkle.tile_path("0", index, width), b"")
        for at, raw in enumerate(split_bundle(path, files[path], width, len(found))):
            is_withheld = "public" in files and not raw
            found.append(Kept(b"", tile[32 * at : 32 * at + 32]) if is_withheld else kept(raw))
    return found


def with_records(files: Files, found: list[Kept], fit: bool) -> Files:
    """The export with other records; with tiles and a root that fit, if so."""
    size = len(found) if fit else int(files["checkpoint"].split(b"\n")[1])
    out = {path: raw for path, raw in files.items() if not path.startswith("tile/entries/")}
    for index, width in merkle.spans(size):
        part = found[index * merkle.WIDTH :][:width]
        bundle = b"".join(len(one.raw).to_bytes(2, "big") + one.raw for one in part)
        out[merkle.tile_path("entries", index, width)] = bundle
    if fit:
        out = {path: raw for path, raw in out.items() if "entries" in path or not path.startswith("tile/")}
        leaves = [one.leaf for one in found]
        out.update(merkle.tiles(leaves))
        tree = merkle.Frontier()
        for leaf in leaves:
            tree.append(leaf)
        rows = files["checkpoint"].split(b"\n")
        rows[1:3] = [str(size).encode(), encode64(tree.root()).encode()]
        out["checkpoint"] = b"\n".join(rows)
    return out


def flipped(raw: bytes, dice: random.Random) -> bytes:
    """One bit of one byte is another."""
    if not raw:
        return b"\0"
    at = dice.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ (1 << dice.randrange(8))]) + raw[at + 1 :]


def reworded(raw: bytes, dice: random.Random) -> bytes:
    """One line is left out, written twice, exchanged with another, or has another digit or letter."""
    rows = raw.split(b"\n")
    a, b, how = dice.randrange(len(rows)), dice.randrange(len(rows)), dice.randrange(4)
    if how == 0:
        del rows[a]
    elif how == 1:
        rows.insert(a, rows[a])
    elif how == 2:
        rows[a], rows[b] = rows[b], rows[a]
    elif rows[a]:
        at = dice.randrange(len(rows[a]))
        rows[a] = rows[a][:at] + dice.choice((b"0", b"1", b"9", b"a", b"A", b" ", b"-")) + rows[a][at + 1 :]
    return b"\n".join(rows)


def alter_records(found: list[Kept], dice: random.Random) -> list[Kept]:
    """One record is left out, written twice, exchanged with another, withheld, altered or cut."""
    at, other = dice.randrange(len(found)), dice.randrange(len(found))
    how, raw = dice.randrange(7), found[at].raw
    if how == 0:
        return found[:at] + found[at + 1 :]
    if how == 1:
        return found[: at + 1] + found[at:]
    if how == 2:
        found[at], found[other] = found[other], found[at]
    elif how == 3:
        found[at] = kept(flipped(raw, dice))
    elif how == 4:
        found[at] = kept(raw[: dice.randrange(len(raw) + 1)])
    elif how == 5:
        found[at] = Kept(b"", found[at].leaf)
    else:
        found[at] = kept(reworded(raw, dice)[:65_535])
    return found


def alter_file(files: Files, dice: random.Random) -> Files:
    """One file is altered, cut, lengthened or removed, or two of its lines change places."""
    path = dice.choice(sorted(files))
    raw, how = files[path], dice.randrange(5)
    if how == 0:
        return {name: data for name, data in files.items() if name != path}
    if how == 1:
        raw = raw[: dice.randrange(len(raw) + 1)]
    elif how == 2:
        raw += bytes(dice.randrange(1, 40)) if dice.random() < 0.5 else raw[-dice.randrange(1, 300) :]
    elif how == 3 and not path.startswith("tile/"):
        raw = reworded(raw, dice)
    else:
        raw = flipped(raw, dice)
    return {**files, path: raw}


def altered(files: Files, dice: random.Random) -> Files:
    """The export with one to three alterations."""
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        if dice.random() < 0.5:
            files = alter_file(files, dice)
            continue
        try:
            files = with_records(files, alter_records(read_records(files), dice), dice.random() < 0.5)
        except (Fault, KeyError, ValueError, IndexError):
            files = alter_file(files, dice) if files else files
    return files


# Certificates.

HEAD = re.compile(rb"(?m)^(genesis|record [0-9]+|checkpoint) ([0-9]+)\n")


def parts_of(raw: bytes) -> list[bytes]:
    """The parts of a certificate: its head, genesis, each record, the hashes, the checkpoint."""
    found, at = [], 0
    while True:
        head = HEAD.search(raw, at)
        if head is None:
            return [*found, raw[at:]]
        end = head.end() + int(head[2])
        if head.start() > at:
            found.append(raw[at : head.start()])
        found.append(raw[head.start() : end])
        at = end


def with_length(part: bytes) -> bytes:
    """The part with the length that it has."""
    head, parting, rest = part.partition(b"\n")
    words = head.split(b" ")
    return b" ".join([*words[:-1], str(len(rest)).encode()]) + parting + rest


def alter_part(part: bytes, dice: random.Random) -> bytes:
    """A part with a flipped bit, another line, or cut; its length fits or not."""
    how = dice.randrange(4)
    if how == 0:
        part = flipped(part, dice)
    elif how == 1:
        part = part[: dice.randrange(len(part) + 1)]
    else:
        part = reworded(part, dice)
    return with_length(part) if dice.random() < 0.7 and HEAD.match(part) else part


def altered_certificate(raw: bytes, dice: random.Random) -> bytes:
    """The certificate with one to three alterations."""
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        parts = [part for part in parts_of(raw) if part]
        if not parts:
            return raw
        a, b, how = dice.randrange(len(parts)), dice.randrange(len(parts)), dice.randrange(8)
        if how == 0:
            del parts[a]
        elif how == 1:
            parts.insert(a, parts[a])
        elif how == 2:
            parts[a], parts[b] = parts[b], parts[a]
        elif how == 3:
            parts[0] = _renumbered(parts[0], dice)
        else:
            parts[a] = alter_part(parts[a], dice)
        raw = b"".join(parts)
    return raw


def _renumbered(head: bytes, dice: random.Random) -> bytes:
    """The head with another measure, or marked."""
    number = str(dice.randrange(4)).encode()
    words: tuple[Callable[[], bytes], ...] = (
        lambda: re.sub(rb"(?m)^measure [0-9]+", b"measure " + number, head),
        lambda: re.sub(rb"(?m)^(measure [0-9]+)$", rb"\1\nmarking LIMITE", head),
        lambda: re.sub(rb"(?m)^marking [^\n]*\n", b"", head),
    )
    return dice.choice(words)()
