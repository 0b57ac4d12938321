"""The tree of RFC 6962: hashes, a growing right edge, and the tiles of C2SP tlog-tiles."""

from __future__ import annotations

from bisect import bisect_left
from hashlib import sha256
from typing import Iterator, Sequence

WIDTH = 256


def leaf_hash(record: bytes) -> bytes:
    """SHA-256(0x00 || record)."""
    return sha256(b"\x00" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a tree that only grows."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[tuple[int, bytes]] = []

    def append(self, leaf: bytes) -> None:
        """Adds the hash of one leaf."""
        level = 0
        while self._edge and self._edge[-1][0] == level:
            leaf = node_hash(self._edge.pop()[1], leaf)
            level += 1
        self._edge.append((level, leaf))
        self.size += 1

    def root(self) -> bytes:
        """The root of the tree as it stands; of an empty tree SHA-256 of nothing."""
        if not self._edge:
            return sha256().digest()
        edge = [hash_ for _, hash_ in self._edge]
        root = edge.pop()
        while edge:
            root = node_hash(edge.pop(), root)
        return root


def split(length: int) -> int:
    """The largest power of two smaller than a length above 1."""
    return 1 << (length - 1).bit_length() - 1


def root_with(size: int, leaves: Sequence[tuple[int, bytes]], hashes: Sequence[bytes]) -> bytes | None:
    """The root of a tree of which these leaves and the roots of all else are known; None if they do not fit."""
    if not leaves or leaves[-1][0] >= size:
        return None
    rest = list(reversed(hashes))

    def root(start: int, end: int, some: Sequence[tuple[int, bytes]]) -> bytes:
        if not some:
            return rest.pop()
        if end - start == 1:
            return some[0][1]
        middle = start + split(end - start)
        at = bisect_left(some, (middle, b""))
        return node_hash(root(start, middle, some[:at]), root(middle, end, some[at:]))

    try:
        found = root(0, size, leaves)
    except IndexError:
        return None
    return None if rest else found


def inclusion_root(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """The root to which a leaf and its path lead (RFC 9162, 2.1.3.2); None if the path does not fit."""
    if index >= size:
        return None
    last = size - 1
    for sibling in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            leaf = node_hash(sibling, leaf)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            leaf = node_hash(leaf, sibling)
        index, last = index >> 1, last >> 1
    return leaf if last == 0 else None


def _whole_root(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [node_hash(hashes[n], hashes[n + 1]) for n in range(0, len(hashes), 2)]
    return hashes[0]


def tile_path(level: str, index: int, width: int) -> str:
    """`tile/<L>/<N>[.p/<W>]`: N in groups of three digits, all but the last with an x in front."""
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03}")
    path = f"tile/{level}/" + "/".join(groups)
    return path if width == WIDTH else f"{path}.p/{width}"


def spans(size: int) -> Iterator[tuple[int, int]]:
    """The tiles of a row of `size` hashes: index and width."""
    for index in range((size + WIDTH - 1) // WIDTH):
        yield index, min(WIDTH, size - index * WIDTH)


def tiles(leaves: list[bytes]) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of every hash tile of the tree."""
    level, row = 0, leaves
    while row:
        for index, width in spans(len(row)):
            part = row[index * WIDTH : index * WIDTH + width]
            yield tile_path(str(level), index, width), b"".join(part)
        whole = len(row) // WIDTH
        row = [_whole_root(row[n * WIDTH : (n + 1) * WIDTH]) for n in range(whole)]
        level += 1
