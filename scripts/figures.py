#!/usr/bin/env python3
"""Writes the simulator's figures into docs/testing.md, from the saved output of a run.

    cargo run --release -p nemcon-tests --bin simulate -- --seeds 10000 > simulate.txt
    python3 scripts/figures.py simulate.txt [--document docs/testing.md]

The script reads the counts that `simulate` prints at its end, and replaces what stands between the two marks
`<!-- simulate -->` and `<!-- /simulate -->` of the document. It changes nothing else. It refuses an output that lacks
a count, and the output of a run that reported a violation. It needs Python 3 and nothing else.
"""

import argparse
import re
import sys
import textwrap
from pathlib import Path

BEGIN, END = "<!-- simulate -->", "<!-- /simulate -->"
COLUMNS = 118
# The names of the totals as `simulate` prints them, in the order of the sentence.
TOTALS = [
    "steps",
    "blocks",
    "measures decided",
    "statements submitted",
    "faults injected",
    "misdeeds noticed",
    "evidence kept",
    "violations",
]
# Printed with the faults, and only where it happened.
LOCKED = "locked for ever"


class Refused(Exception):
    """Why nothing was written."""


def counts_of(output):
    """The totals, which begin a line, the parts, which are indented by two blanks, and the seeds a second."""
    totals, parts, rate = {}, {}, None
    for line in output.splitlines():
        if match := re.fullmatch(r"(\d+\.\d) seeds a second", line):
            rate = match[1]
        elif match := re.fullmatch(r"(  )?(\S.*?) *(\d+)", line):
            (parts if match[1] else totals)[match[2]] = int(match[3])
    return totals, parts, rate


def sentence_of(output):
    """The figures as one item of a list."""
    totals, parts, rate = counts_of(output)
    lacking = [name for name in ["seeds", *TOTALS] if name not in totals]
    if lacking or rate is None:
        raise Refused(f"this is not the whole output of `simulate`: it lacks {', '.join(lacking) or 'its last line'}")
    if totals["violations"]:
        raise Refused(f"the run reported {totals['violations']} violations; its seeds are to be looked at first")
    figures = ", ".join(f"{name} {totals[name]:,}" for name in TOTALS)
    said = (
        f"- `simulate --seeds {totals['seeds']}`: {figures}; {rate} seeds a second. "
        f"Councils that ended {LOCKED}: {parts.get(LOCKED, 0):,}."
    )
    return textwrap.fill(said, COLUMNS, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def replaced(document, sentence):
    """The document with the sentence between its two marks."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in after or END in before + after:
        raise Refused(f"the document must have {BEGIN} once, and {END} once behind it")
    return f"{before}{BEGIN}\n{sentence}\n{END}{after}"


def main():
    root = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path, help="the saved output of `simulate --seeds N`")
    parser.add_argument("--document", type=Path, default=root / "docs" / "testing.md", help="the file to write to")
    arguments = parser.parse_args()
    try:
        document = arguments.document.read_text(encoding="utf-8")
        sentence = sentence_of(arguments.output.read_text(encoding="utf-8"))
        arguments.document.write_text(replaced(document, sentence), encoding="utf-8")
    except (OSError, Refused) as error:
        sys.exit(f"figures.py: {error}")
    print(sentence)


if __name__ == "__main__":
    main()
