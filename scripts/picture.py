#!/usr/bin/env python3
"""Makes docs/picture.svg: a real run of `nemcon demo`, then an audit of what it left, as a terminal shows them.

    cargo build --release -p nemcon-node
    python3 scripts/picture.py [--nemcon target/release/nemcon] [--out docs/picture.svg]

The script runs the program in a pseudo-terminal of a fixed size, follows what the program writes to that
terminal, and draws the lines that stand there in the end. It changes no character of the output. It leaves
out the part between the end of the demo and the audit, and marks the gap with a line of its own. It needs
Python 3 and nothing else.
"""

import argparse
import fcntl
import os
import pty
import re
import shutil
import struct
import sys
import tempfile
import termios
import xml.etree.ElementTree
from pathlib import Path
from xml.sax.saxutils import escape

COLUMNS, ROWS = 108, 50
BYTES_MAX = 60_000
# Pixels: the size of the letters, the place of one character, the margin around all of them.
FONT, WIDTH, HEIGHT, MARGIN = 14, 8.4, 19, 16
BACKGROUND, FOREGROUND, DIM, BORDER = "#0f141a", "#d8dee6", "#8b96a3", "#3a4450"
# The eight colours of SGR 30 to 37 and 40 to 47.
COLOURS = ["#0f141a", "#f0616d", "#4cc38a", "#e3b341", "#6cb0ff", "#c792ea", "#56d4dd", "#f2f5f8"]
# What this script answers for in the picture: the prompt and the gap.
PROMPT, GAP = "$ ", "⋮"
PLAIN = {"bold": False, "dim": False, "reverse": False, "ink": None, "paper": None}
SEQUENCE = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])")


class Screen:
    """The lines of a terminal, those that have scrolled away too."""

    def __init__(self):
        self.lines, self.row, self.column, self.style = [[]], 0, 0, dict(PLAIN)

    def feed(self, text):
        at = 0
        while at < len(text):
            if text[at] == "\x1b":
                found = SEQUENCE.match(text, at)
                if not found:
                    sys.exit(f"an escape sequence that is not known: {text[at : at + 12]!r}")
                self.steer(found[2], [int(number or 0) for number in found[1].split(";")])
                at = found.end()
                continue
            self.put(text[at])
            at += 1

    def put(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.row += 1
        elif character < " ":
            sys.exit(f"a control character that is not known: {character!r}")
        else:
            if self.column == COLUMNS:
                self.row, self.column = self.row + 1, 0
            line = self.line()
            line.extend([(" ", dict(PLAIN))] * (self.column + 1 - len(line)))
            line[self.column] = (character, dict(self.style))
            self.column += 1

    def line(self):
        while len(self.lines) <= self.row:
            self.lines.append([])
        return self.lines[self.row]

    def steer(self, verb, numbers):
        if verb == "m":
            for number in numbers:
                self.paint(number)
        elif verb == "A":
            self.row = max(0, self.row - max(1, numbers[0]))
        elif verb == "B":
            self.row += max(1, numbers[0])
        elif verb == "K" and numbers[0] in (0, 2):
            del self.line()[self.column if numbers[0] == 0 else 0 :]
        else:
            sys.exit(f"an escape sequence that is not known: {numbers} {verb}")

    def paint(self, number):
        if number == 0:
            self.style = dict(PLAIN)
        elif number in (1, 2, 7):
            self.style[{1: "bold", 2: "dim", 7: "reverse"}[number]] = True
        elif 30 <= number <= 37:
            self.style["ink"] = number - 30
        elif 40 <= number <= 47:
            self.style["paper"] = number - 40
        else:
            sys.exit(f"a colour that is not known: {number}")


def run(nemcon, arguments, folder):
    """Runs the program at a terminal; its lines, or an end with its output if it fails."""
    size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        # The size is there before the program asks for it.
        fcntl.ioctl(0, termios.TIOCSWINSZ, size)
        environment = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        environment.pop("NO_COLOR", None)
        os.execve(nemcon, ["nemcon", *arguments], environment)
    written = b""
    while True:
        try:
            piece = os.read(terminal, 65_536)
        except OSError:
            break
        if not piece:
            break
        written += piece
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status != 0:
        sys.exit(f"nemcon {' '.join(arguments)}: status {status}\n{written.decode()}")
    screen = Screen()
    screen.feed(written.decode())
    return screen.lines


def words(line):
    return "".join(character for character, _ in line).rstrip()


def ours(text, **style):
    """A line that this script adds."""
    return [(character, {**PLAIN, **style}) for character in text]


def record(nemcon, folder):
    """The lines of the picture."""
    demo = run(nemcon, ["demo", "--dir", "council"], folder)
    texts = [words(line) for line in demo]
    heading = next(at for at, text in enumerate(texts) if "── the decision" in text)
    council = next(text.split()[-1] for text in texts if re.search(r" council [0-9a-f]{64}$", text))
    arguments = ["audit", "council/export", "--council", council]
    audit = run(nemcon, arguments, folder)
    lines = [ours(PROMPT + "nemcon demo --dir council", bold=True), *demo[:heading]]
    while not words(lines[-1]):
        lines.pop()
    lines += [ours(GAP, dim=True), ours(PROMPT + "nemcon " + " ".join(arguments), bold=True), *audit]
    while not words(lines[-1]):
        lines.pop()
    return lines


def runs(line):
    """Neighbours of one style: where they begin, what they say, how they look."""
    at = 0
    while at < len(line):
        style, end = line[at][1], at
        while end < len(line) and line[end][1] == style:
            end += 1
        yield at, "".join(character for character, _ in line[at:end]), style
        at = end


def colours(style):
    ink = DIM if style["dim"] else FOREGROUND
    ink = ink if style["ink"] is None else COLOURS[style["ink"]]
    paper = None if style["paper"] is None else COLOURS[style["paper"]]
    return (paper or BACKGROUND, ink) if style["reverse"] else (ink, paper)


def draw(lines):
    width, height = COLUMNS * WIDTH + 2 * MARGIN, len(lines) * HEIGHT + 2 * MARGIN
    said = f"A terminal: nemcon demo, then nemcon audit. The last line reads: {words(lines[-1])}"
    papers, texts = [], []
    for row, line in enumerate(lines):
        top = MARGIN + row * HEIGHT
        for at, text, style in runs(line):
            ink, paper = colours(style)
            left = round(MARGIN + at * WIDTH, 1)
            long = round(len(text) * WIDTH, 1)
            if paper:
                papers.append(f'<rect x="{left}" y="{top}" width="{long}" height="{HEIGHT - 2}" fill="{paper}"/>')
            before = len(text) - len(text.lstrip())
            text = text.strip()
            if not text:
                continue
            left, long = round(left + before * WIDTH, 1), round(len(text) * WIDTH, 1)
            look = f' fill="{ink}"' if ink != FOREGROUND else ""
            look += ' font-weight="bold"' if style["bold"] else ""
            place = f'x="{left}" y="{top + FONT}" textLength="{long}"'
            texts.append(f"<text {place}{look}>{escape(text)}</text>")
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" role="img">',
        "<title>nemcon at a terminal</title>",
        f"<desc>{escape(said)}</desc>",
        f'<rect x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1:g}" rx="8" '
        f'fill="{BACKGROUND}" stroke="{BORDER}"/>',
        *papers,
        f'<g fill="{FOREGROUND}" font-size="{FONT}" xml:space="preserve" style="white-space:pre" '
        "font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\">",
        *texts,
        "</g>",
        "</svg>",
        "",
    ])


def main():
    root = Path(__file__).resolve().parent.parent
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--nemcon", type=Path, default=root / "target/release/nemcon")
    options.add_argument("--out", type=Path, default=root / "docs/picture.svg")
    options = options.parse_args()
    nemcon = options.nemcon.resolve()
    if not nemcon.is_file():
        sys.exit(f"no program at {nemcon}: cargo build --release -p nemcon-node")
    folder = tempfile.mkdtemp(prefix="nemcon-picture-")
    try:
        picture = draw(record(nemcon, folder))
    finally:
        shutil.rmtree(folder)
    xml.etree.ElementTree.fromstring(picture)
    if len(picture.encode()) > BYTES_MAX:
        sys.exit(f"the picture has {len(picture.encode())} bytes, more than {BYTES_MAX}")
    options.out.write_text(picture, encoding="utf-8")
    print(f"{options.out}: {len(picture.encode())} bytes")


if __name__ == "__main__":
    main()
