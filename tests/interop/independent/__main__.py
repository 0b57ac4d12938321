"""`python3 -m independent --council DIGEST EXPORT`, or a certificate, or `--policy FILE RECEIPT`.

0 verified, 1 not verified or not final, 2 could not run, 4 verified as far as it is public. An export is a
folder, or a tar archive of one.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .fault import Fault, shown
from .text import DIGEST
from .verdict import judge


def main() -> int:
    """Prints the verdict; its exit status."""
    parser = argparse.ArgumentParser(prog="independent", description=__doc__)
    parser.add_argument("--council", metavar="DIGEST")
    parser.add_argument("--policy", type=Path, metavar="FILE")
    parser.add_argument("place", type=Path, metavar="FILE_OR_FOLDER")
    options = parser.parse_args()
    try:
        DIGEST.parse(options.council or "0" * 64)
    except Fault:
        print(f"could not run: {shown(options.council)!r} is no council digest", file=sys.stderr)
        return 2
    verdict = judge(options.place, options.council, options.policy)
    print("\n".join(verdict.lines), file=sys.stderr if verdict.status == 2 else sys.stdout)
    return verdict.status


if __name__ == "__main__":
    sys.exit(main())
