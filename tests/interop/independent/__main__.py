"""`python3 -m independent --council DIGEST EXPORT_DIR`: 0 verified, 1 not verified, 2 could not run."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .audit import Report, audit
from .fault import CouldNotRun, Fault, shown
from .text import DIGEST


def main() -> int:
    """Prints the verdict; its exit status."""
    parser = argparse.ArgumentParser(prog="independent", description=__doc__)
    parser.add_argument("--council", required=True, metavar="DIGEST")
    parser.add_argument("export", type=Path, metavar="EXPORT_DIR")
    options = parser.parse_args()
    try:
        DIGEST.parse(options.council)
    except Fault:
        print(f"could not run: {shown(options.council)!r} is no council digest", file=sys.stderr)
        return 2
    return verdict(options.export, options.council)


def verdict(folder: Path, digest: str) -> int:
    """Judges an export; whatever is in it, there is a verdict."""
    try:
        report = audit(folder, digest)
    except Fault as fault:
        print(f"NOT VERIFIED: {fault.sentence()}")
        return 1
    except CouldNotRun as reason:
        print(f"could not run: {reason}", file=sys.stderr)
        return 2
    except Exception as defect:  # A defect of this verifier is no verdict on the export.
        print(f"could not run: a defect of this verifier: {type(defect).__name__}: {defect}", file=sys.stderr)
        return 2
    _tell(report)
    return 0


def _tell(report: Report) -> None:
    council = report.council
    print(f"council {council.digest}")
    print(f"records {report.size} in {report.blocks} blocks, {report.statements} statements let in")
    print(f"tiles   {report.tiles}; root {report.root.hex()}")
    for measure in council.measures:
        print(f"measure {measure.number} {measure.status}: {shown(measure.title)}")
    print("not checked: whether the charter is a law in itself; the link to a council before this one;")
    print("             rounds and commit certificates; files that belong to no export")
    print("VERIFIED")


if __name__ == "__main__":
    sys.exit(main())
