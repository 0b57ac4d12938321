"""What differs from run to run: times, digests, keys, ports, counts that the clock makes."""

import re

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
SPANS = "milliseconds?|seconds?|minutes?|hours?|days?|ms|min|s|h|d"
BYTES = "bytes|KiB|MiB|GiB|TiB|KB|MB|GB"
COUNTED = "block|blocks|height|size|leaf|leaves|record|records|entries|round"

VALUES = [
    (re.compile(rf"\b(?:{DAYS}),? "), ""),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?"), "<time>"),
    (re.compile(r"\b\d{8}T\d{6}Z\b"), "<time>"),
    (re.compile(rf"\b\d{{1,2}} (?:{MONTHS}) \d{{4}}\b"), "<date>"),
    (re.compile(rf"\b(?:{MONTHS}) \d{{4}}\b"), "<month>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d\b"), "<date>"),
    (re.compile(r"\b\d\d:\d\d(?::\d\d(?:\.\d+)?)?\b"), "<time>"),
    (re.compile(r"\b(?:[0-9a-f]{4}[ -]){3,}[0-9a-f]{4}\b"), "<value>"),
    (re.compile(r"\b[a-z]+ [a-z]+ [a-z]+ +\d{4} \d{4} \d{4}\b"), "<words>"),
    (re.compile(r"\b(?:\d{5}[ -]){3,}\d{5}\b"), "<value>"),
    (re.compile(r"(?<![0-9A-Za-z])(?=[0-9a-f]*\d)[0-9a-f]{8,}…?(?![0-9A-Za-z])"), "<value>"),
    (re.compile(r"(?<![A-Za-z0-9+/])(?=[A-Za-z0-9+/]*[0-9+/])(?=[A-Za-z0-9+/]*[A-Z])[A-Za-z0-9+/]{40,}={0,2}"), "<value>"),
    (re.compile(r"\b(?:127(?:\.\d{1,3}){3}|localhost):\d+"), "<here>:<port>"),
    (re.compile(r"\bprocess(es)? \d+"), r"process\1 <n>"),
    (re.compile(rf"\b\d[\d,]*(?:\.\d+)? ?(?:{BYTES})\b"), "<bytes>"),
    (re.compile(rf"(?<![\w.])\d[\d,]*(?:\.\d+)? ?(?:{SPANS})\b(?:,? (?:and )?\d[\d,]*(?:\.\d+)? ?(?:{SPANS})\b)*"), "<span>"),
    (re.compile(rf"\b({COUNTED}) (?:to )?\d[\d,]*"), r"\1 <n>"),
    (re.compile(rf"\b\d[\d,]* ({COUNTED})\b"), r"<n> \1"),
]


def masked(text, folder):
    """The lines of `text` with every value that may differ replaced by its sort, and single spaces."""
    text = text.replace(str(folder), "FOLDER")
    for pattern, sort in VALUES:
        text = pattern.sub(sort, text)
    lines = [re.sub(r"[ ─-]{2,}", " ", line).strip() for line in text.split("\n")]
    return [line for line in lines if line]
