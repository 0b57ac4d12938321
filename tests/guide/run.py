"""Runs the commands of docs/guide in the order in which they stand, each page in a folder of its own.

A block of the language `console` holds commands, each after `$ `, and below each what it prints. A line `...` of the page
stands for lines that are left out. Comments before a block say what the page need not:

    <!-- answers: y -->        what is typed where the command asks, separated by commas
    <!-- status: 1 -->         the exit status of the block's last command, 0 if nothing is said
    <!-- not run: WHY -->      a block that needs what a test has not
    <!-- file: NAME -->        the block below, of any language, is written into the file NAME first
"""

import contextlib
import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from terminal import Failure, Shell
from values import masked

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guide"
SECONDS = 120
BLOCK = re.compile(r"(?P<notes>(?:^<!--.*?-->\n)*)^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.M | re.S)
NOTE = re.compile(r"<!-- (answers|status|not run|file): (.*?) -->")


def commands(body):
    """(command, lines shown below it) of a block; a line that ends with a backslash goes on."""
    found = []
    for line in body.splitlines():
        if line.startswith("$ "):
            found.append([line[2:], []])
        elif found and not found[-1][1] and found[-1][0].endswith("\\"):
            found[-1][0] += "\n" + line
        elif found:
            found[-1][1].append(line)
        elif line:
            raise SystemExit(f"guide: a block of commands begins with {line!r}")
    return found


def places(page, run):
    """For each line of the page, which line of the run it is; `...` stands for any number of lines. None if they differ."""
    if "..." not in page:
        return list(range(len(run))) if page == run else None
    first = page.index("...")
    if run[:first] != page[:first]:
        return None
    for start in range(first, len(run) + 1):
        found = places(page[first + 1 :], run[start:])
        if found is not None:
            return [*range(first), *(start + place for place in found)]
    return None


def refreshed(page, said, folder):
    """The lines of a page that leaves lines out, with the values of this run; None where they differ in more."""
    have = [(line, masked(line, folder)[0]) for line in said.split("\n") if masked(line, folder)]
    shown = [masked(line, folder)[0] for line in page if masked(line, folder)]
    found = places(shown, [line for _, line in have])
    if found is None:
        return None
    fresh = iter(have[place][0] for place in found)
    return [next(fresh) if masked(line, folder) and line.strip() != "..." else line for line in page]


class Page:
    """One page, with the shell in which its commands run."""

    def __init__(self, path, nemcon, write):
        self.path, self.write = path, write
        self.text = path.read_text()
        self.ran = self.left = 0
        self.failures = []
        self.home = tempfile.TemporaryDirectory(prefix="guide-")
        self.folder = pathlib.Path(self.home.name) / "nemcon"
        self.folder.mkdir()
        self.environment = {
            "PATH": f"{nemcon.parent}:{os.environ['PATH']}", "HOME": self.home.name, "TERM": "xterm",
            "NO_COLOR": "1", "LANG": "C.UTF-8", "TZ": "UTC", "REPO": str(ROOT),
        }
        self.shell = Shell(self.folder, self.environment)

    def line_of(self, position):
        return self.text.count("\n", 0, position) + 1

    def block(self, match):
        notes = dict(NOTE.findall(match["notes"]))
        if "file" in notes:
            target = self.folder / notes["file"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(match["body"])
            return match[0]
        if match["language"] != "console":
            return match[0]
        if "not run" in notes:
            self.left += 1
            return match[0]
        answers = [word.strip() for word in notes.get("answers", "").split(",") if word.strip()]
        pairs = commands(match["body"])
        out = []
        for number, (command, page) in enumerate(pairs, 1):
            last = number == len(pairs)
            want = int(notes.get("status", "0")) if last else 0
            said = self.one(match, command, page, answers if last else [], want)
            out.append("$ " + command)
            out.extend(self.shown(command, page, said))
        body = "\n".join(out) + "\n"
        return f"{match['notes']}```console\n{body}```"

    def shown(self, command, page, said):
        """What the page is to show below a command that printed `said`."""
        if said is None:
            return page
        if "..." in page:
            fresh = refreshed(page, said, self.folder)
            if fresh is None and self.write:
                print(f"guide: {self.path.name}: $ {command}: mend by hand what the page shows of\n{said}")
            return fresh or page
        return said.strip("\n").split("\n") if said.strip() else []

    def one(self, match, command, page, answers, want):
        """Runs one command; what it printed, or None if it failed."""
        self.ran += 1
        where = f"{self.path.name}:{self.line_of(match.start('body'))}: $ {command}"
        try:
            said, status = self.shell.run(command, answers, SECONDS)
        except Failure as failure:
            self.failures.append(f"{where}\n{failure}\n{failure.said}")
            raise
        said = said.replace(str(self.folder), "~/nemcon").replace(self.home.name, "~")
        if status != want:
            self.failures.append(f"{where}\nended with {status}, wanted {want}\n{said}")
            return None
        have, shown = masked(said, self.folder), masked("\n".join(page), self.folder)
        if not self.write and places(shown, have) is None:
            difference = difflib.unified_diff(shown, have, "the page", "this run", lineterm="")
            self.failures.append("\n".join([where, *difference]))
        return said

    def run(self):
        started = time.monotonic()
        try:
            text = BLOCK.sub(self.block, self.text)
            if self.write and not self.failures:
                self.path.write_text(text)
        except Failure:
            pass
        finally:
            self.end()
        took = time.monotonic() - started
        print(f"{self.path.name}: {self.ran} commands, {self.left} blocks not run, {took:.0f} s", flush=True)
        for failure in self.failures:
            print(f"guide: {failure}\n", flush=True)
        return not self.failures

    def end(self):
        """Ends the test networks that the page has left running."""
        for found in sorted(self.folder.rglob("testnet.toml")):
            down = ["nemcon", "testnet", "down", "--dir", str(found.parent)]
            # Not in the shell: a command that failed may still wait there for an answer.
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                subprocess.run(down, env=self.environment, timeout=60, capture_output=True, check=False)
        self.shell.close()
        self.home.cleanup()


def main():
    arguments = [word for word in sys.argv[1:] if word != "--write"]
    if not arguments:
        raise SystemExit(__doc__)
    nemcon = pathlib.Path(arguments[0]).resolve()
    if not nemcon.is_file():
        raise SystemExit(f"guide: {nemcon} is no program")
    names = arguments[1:]
    pages = [path for path in sorted(GUIDE.glob("*.md")) if not names or path.name in names]
    if not pages:
        raise SystemExit("guide: no page of this name")
    good = [Page(path, nemcon, "--write" in sys.argv).run() for path in pages]
    sys.exit(0 if all(good) else 1)


main()
