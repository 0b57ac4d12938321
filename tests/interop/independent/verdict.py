"""What this verifier says of a file or folder, with its exit status; whatever is in it, there is a verdict."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Callable, NamedTuple

from . import certificate, public, receipt
from .audit import audit
from .export import NOTE_BYTES_MAX, Export
from .fault import CouldNotRun, Fault, shown
from .policy import Policy

ARCHIVE_HEADS = (b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06")
PUBLIC_WORDS = "VERIFIED AS FAR AS IT IS PUBLIC"


class Verdict(NamedTuple):
    """The exit status and the lines that are printed, the verdict last."""

    status: int
    lines: list[str]


def judge(place: Path, digest: str | None, policy: Path | None) -> Verdict:
    """Judges what lies at a place: an export, a certificate or a receipt."""
    return guarded(lambda: _judge(place, digest, policy))


def guarded(judging: Callable[[], Verdict]) -> Verdict:
    """The verdict, also where a fault is raised. A defect of this verifier is no verdict on the file."""
    try:
        return judging()
    except Fault as fault:
        return Verdict(1, [f"NOT VERIFIED: {fault.sentence()}"])
    except CouldNotRun as reason:
        return Verdict(2, [f"could not run: {reason}"])
    except Exception as defect:
        return Verdict(2, [f"could not run: a defect of this verifier: {type(defect).__name__}: {defect}"])


def _judge(place: Path, digest: str | None, policy: Path | None) -> Verdict:
    if place.is_dir() or _is_archive(place):
        return of_export(Export(place), _needed(digest))
    raw = _read(place, certificate.BYTES_MAX)
    if raw.startswith(receipt.HEAD.encode()):
        if policy is None:
            raise CouldNotRun("a receipt is judged by a policy: give --policy FILE")
        return of_receipt(raw, _read(policy, NOTE_BYTES_MAX), digest)
    return of_certificate(raw, _needed(digest))


def _needed(digest: str | None) -> str:
    if digest is None:
        raise CouldNotRun("give --council DIGEST: a file cannot vouch for itself")
    return digest


def _read(place: Path, longest: int) -> bytes:
    try:
        if not stat.S_ISREG(place.stat().st_mode):
            raise CouldNotRun(f"{place}: not a regular file")
        with open(place, "rb") as file:
            raw = file.read(longest + 1)
    except OSError as error:
        raise CouldNotRun(f"{place}: {error.strerror}") from None
    if len(raw) > longest:
        raise CouldNotRun(f"{place}: longer than {longest} bytes")
    return raw


def _is_archive(place: Path) -> bool:
    try:
        with open(place, "rb") as file:
            head = file.read(262)
    except OSError:
        return False
    return head.startswith(ARCHIVE_HEADS) or head[257:] == b"ustar"


def of_export(export: Export, digest: str) -> Verdict:
    """The verdict on an export."""
    report = audit(export, digest)
    council = report.council
    lines = [f"council {council.digest}", f"root    {report.root.hex()}"]
    if isinstance(report, public.Report):
        lines.append(f"records {report.size} in {report.blocks} blocks, {report.shown} of them shown")
        lines += [f"measure {number} {outcome}" for number, (_, outcome) in sorted(report.decided.items())]
        return Verdict(4, [*lines, PUBLIC_WORDS])
    lines.append(f"records {report.size} in {report.blocks} blocks, {report.statements} statements let in")
    lines.append(f"tiles   {report.tiles}")
    lines += [f"measure {measure.number} {measure.status}: {shown(measure.title)}" for measure in council.measures]
    lines.append("not checked: the link to a council before this one; rounds and commit certificates;")
    lines.append("             files that belong to no export")
    return Verdict(0, [*lines, "VERIFIED"])


def of_certificate(raw: bytes, digest: str) -> Verdict:
    """The verdict on a certificate."""
    proven = certificate.verify(raw, digest)
    lines = [f"measure {proven.measure} {proven.ending}: {shown(proven.title or '')}"]
    if proven.ending == "open":
        return Verdict(1, [*lines, " ".join(["NOT final: missing", *proven.missing])])
    if proven.ending == "hidden":
        return Verdict(4, [*lines, PUBLIC_WORDS])
    return Verdict(0, [*lines, "VERIFIED"])


def of_receipt(raw: bytes, policy: bytes, digest: str | None) -> Verdict:
    """The verdict on a receipt."""
    try:
        read = Policy(policy)
    except Fault as fault:
        raise CouldNotRun(f"the policy: {fault.sentence()}") from None
    proven = receipt.verify(raw, read, digest)
    return Verdict(0, [f"record {proven.index} of a log of {proven.size}: a {proven.record.kind}", "VERIFIED"])
