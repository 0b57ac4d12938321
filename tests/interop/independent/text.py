"""The forms of values (section 1): each type reads one written form and renders the same one again."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, NamedTuple

from . import ed25519
from .fault import Fault, shown

LINE_BYTES_MAX = 2000
SOURCE_BYTES_MAX = 1900
U32, U64 = 1 << 32, 1 << 64
TIME_MAX = 253402127999999  # 9999-12-29T23:59:59.999Z, in milliseconds

_NONE = (
    "20-40 5B-60 7B-7E A1-A7 A9 AB-AC AE B0-B3 B5-B7 B9 BB-BF D7 F7 2013-2014 2018-201E 2022 2026 2030 "
    "2039-203A 20AC 2116 2122"
)
_LATIN = "41-5A 61-7A AA BA C0-D6 D8-F6 F8-148 14A-17E 218-21B 1E9E"
_GREEK = "386 388-38A 38C 38E-3A1 3A3-3CE"
_CYRILLIC = "400-45F 490-491"
_WORD_SIGNS = set("-'’_·.+&@*#^~=|¹²³")
_FILE_SEPARATORS = set(".-_")


def _scripts() -> dict[str, str]:
    table: dict[str, str] = {}
    for script, ranges in (("", _NONE), ("Latin", _LATIN), ("Greek", _GREEK), ("Cyrillic", _CYRILLIC)):
        for part in ranges.split():
            first, _, last = part.partition("-")
            for point in range(int(first, 16), int(last or first, 16) + 1):
                table[chr(point)] = script
    return table


SCRIPTS = _scripts()


def verify_characters(line: str, file_name: bool = False) -> None:
    """Every character is of the table, and every word keeps to one script."""
    script = ""
    for c in line:
        here = SCRIPTS.get(c)
        if here is None:
            raise Fault(f"the character U+{ord(c):04X} stands in no record")
        if here:
            if script and here != script:
                raise Fault(f"one word has two scripts: {shown(line)}")
            script = here
        elif c not in _WORD_SIGNS and not c.isdigit() or file_name and c in _FILE_SEPARATORS:
            script = ""


class Form(NamedTuple):
    """One type of value: how its written form is read, and how the value is written."""

    name: str
    parse: Callable[[str], Any]
    render: Callable[[Any], str] = str


def _matching(name: str, pattern: str) -> Form:
    compiled = re.compile(pattern)

    def parse(word: str) -> str:
        if not compiled.fullmatch(word):
            raise Fault(f"{shown(word)!r} is no {name}")
        return word

    return Form(name, parse)


def _number(below: int, least: int = 0) -> Form:
    def parse(word: str) -> int:
        if not re.fullmatch("0|[1-9][0-9]{0,19}", word) or not least <= int(word) < below:
            raise Fault(f"{shown(word)!r} is no number here")
        return int(word)

    return Form("number", parse)


def _line(longest: int) -> Form:
    def parse(line: str) -> str:
        if not 1 <= len(line.encode()) <= longest:
            raise Fault("a text is empty or too long")
        if line[0] == " " or line[-1] == " ":
            raise Fault("a text begins or ends with a space")
        return line

    return Form("text", parse)


def parse_time(word: str) -> int:
    """Milliseconds since 1970."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z", word, re.A):
        raise Fault(f"{shown(word)!r} is no time")
    try:
        at = datetime.strptime(word, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    except ValueError:
        raise Fault(f"{shown(word)!r} is no time") from None
    ms = (at - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(milliseconds=1)
    if not 0 <= ms <= TIME_MAX:
        raise Fault(f"{shown(word)!r} is no time of a ledger")
    return ms


def render_time(ms: int) -> str:
    """The written form of milliseconds since 1970."""
    at = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=ms)
    return f"{at.year:04}-{at:%m-%dT%H:%M:%S}.{ms % 1000:03}Z"


def decode64(word: str, length: int | None = None) -> bytes:
    """Padded base64 in its one form, of `length` bytes if that is given."""
    try:
        raw = base64.b64decode(word.encode(), validate=True)
    except (binascii.Error, ValueError):
        raise Fault(f"{shown(word)!r} is no base64") from None
    if encode64(raw) != word or length is not None and len(raw) != length:
        raise Fault(f"{shown(word)!r} is not base64 of the right length, in its one form")
    return raw


def encode64(raw: bytes) -> str:
    """Padded base64."""
    return base64.b64encode(raw).decode()


def _parse_key(word: str) -> bytes:
    key = decode64(word, 32)
    ed25519.verify_admissible(key)
    return key


def _parse_fraction(word: str) -> tuple[int, int]:
    parts = word.split("/")
    if len(parts) != 2:
        raise Fault(f"{shown(word)!r} is no fraction")
    n, d = NUMBER.parse(parts[0]), NUMBER.parse(parts[1])
    if not 0 < n <= d:
        raise Fault(f"{shown(word)!r} is no fraction")
    return n, d


CODE = _matching("code", "[A-Z][A-Z0-9]{0,7}")
LABEL = _matching("label", "[a-z0-9][a-z0-9-]{0,39}")
DIGEST = _matching("digest", "[0-9a-f]{64}")
ORIGIN = _matching("origin", "(?!.*//)(?=[a-z0-9])[a-z0-9./-]{0,63}[a-z0-9]")
WORD = _matching("word", "[^ ]+")
NUMBER, NUMBER32 = _number(U64), _number(U32)
POSITIVE, POSITIVE32 = _number(U64, 1), _number(U32, 1)
REVISION = _number(U32, 2)
TEXT, SOURCE = _line(LINE_BYTES_MAX), _line(SOURCE_BYTES_MAX)
TIME = Form("time", parse_time, render_time)
KEY = Form("key", _parse_key, encode64)
COSIGNATURE = Form("cosignature", lambda word: decode64(word, 72), encode64)
FRACTION = Form("fraction", _parse_fraction, lambda f: f"{f[0]}/{f[1]}")


def one_of(*words: str) -> Form:
    """One of the given words."""
    return _matching(" or ".join(words), "|".join(re.escape(word) for word in words))


def optional_code(word: str) -> str | None:
    """A code, or `none`."""
    return None if word == "none" else CODE.parse(word)


CODE_OR_NONE = Form("code or none", optional_code, lambda code: code or "none")
DIGEST_OR_NONE = Form(
    "digest or none", lambda w: None if w == "none" else DIGEST.parse(w), lambda d: d or "none"
)


def parse_day(word: str) -> str:
    """A day of the calendar, `2026-11-23`."""
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", word, re.A):
        raise Fault(f"{shown(word)!r} is no day")
    parse_time(word + "T00:00:00.000Z")
    return word
