"""Ed25519 as section 1 has it: OpenSSL's check, and the conditions that go beyond it.

OpenSSL verifies `[s]B = R + [k]A` without the cofactor: it computes R and compares 32 bytes, and refuses
`s >= L`. It admits keys and values of R of small order, and keys with torsion; these are refused here.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .fault import Fault

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]
IDENTITY: Point = (0, 1, 1, 0)


def _add(a: Point, b: Point) -> Point:
    """Addition in extended coordinates, complete for this curve."""
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    e1, e2 = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = e2 - e1, d - c, d + c, e2 + e1
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(n: int, point: Point) -> Point:
    sum_ = IDENTITY
    while n:
        if n & 1:
            sum_ = _add(sum_, point)
        point, n = _add(point, point), n >> 1
    return sum_


def _is_identity(point: Point) -> bool:
    return point[0] % P == 0 and (point[1] - point[2]) % P == 0


def _decompress(raw: bytes) -> Point | None:
    """The point of a canonical encoding, else None (RFC 8032, 5.1.3)."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if v * x * x % P != u or x == 0 and sign:
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def _small_order_encodings() -> frozenset[bytes]:
    """The y coordinates of all points of small order, canonical or not, with either sign."""
    ys = {0, 1, P - 1}
    # Points of order 8: y^2 is a root of D y^4 + 2 y^2 - 1 = 0.
    root = next(r for r in (_square_root(D + 1),) if r is not None)
    for sign in (1, -1):
        y = _square_root((-1 + sign * root) * pow(D, P - 2, P))
        if y is not None:
            ys |= {y, P - y}
    found = set()
    for y in ys:
        for number in (y, y + P):
            if number < 1 << 255:
                found |= {number, number | 1 << 255}
    return frozenset(number.to_bytes(32, "little") for number in found)


def _square_root(n: int) -> int | None:
    n %= P
    root = pow(n, (P + 3) // 8, P)
    if root * root % P != n:
        root = root * ROOT_OF_MINUS_ONE % P
    return root if root * root % P == n else None


SMALL_ORDER = _small_order_encodings()


@lru_cache(maxsize=8192)
def _is_admissible(key: bytes) -> bool:
    if len(key) != 32 or key in SMALL_ORDER:
        return False
    point = _decompress(key)
    return point is not None and _is_identity(_times(L, point))


def verify_admissible(key: bytes) -> None:
    """The key is canonical, torsion-free and not of small order."""
    if not _is_admissible(key):
        raise Fault("a key is not canonical, has torsion, or is of small order")


def is_valid(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an admissible key made this signature over this message."""
    if len(signature) != 64 or signature[:32] in SMALL_ORDER or not _is_admissible(key):
        return False
    if int.from_bytes(signature[32:], "little") >= L:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
