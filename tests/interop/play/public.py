"""Withholds the records of an export that are not public (section 3)."""

from __future__ import annotations

from typing import Callable

from independent import merkle, records
from independent.export import PUBLIC
from independent.records import Record
from independent.state import Council, Measure

from .scene import Made, Scene

SEEN_BY_ALL = frozenset(("genesis", "block", "keys", "freeze", "rotation", "notice", "entry"))


def is_public(council: Council, record: Record) -> bool:
    """Whether everybody may see a record, as the council stands at the end."""
    if record.kind in SEEN_BY_ALL:
        return True
    if record.kind == "attribution":
        return record.get("public") == "yes"
    if record.kind in ("measure", "revision"):
        found = [m for m in council.measures if m.text_hash == record.text_hash]
        return bool(found) and (found[0].status == "adopted" or _votes_are_public(council, found[0]))
    if record.kind == "package":
        return all(council.measure(number).status == "adopted" for number, _ in record.all("measure"))
    if not record.has("measure"):
        return False
    measure = council.measure(record.get("measure"))
    if record.get("text") != measure.text_hash or measure.is_open or measure.status == "withdrawn":
        return False
    if record.kind == "remark" and record.get("public") == "no":
        return False
    if record.kind in ("decision", "attestation", "remark") and measure.status == "adopted":
        return True
    return _votes_are_public(council, measure) and _counts(measure, record)


def _votes_are_public(council: Council, measure: Measure) -> bool:
    votes = council.charter.kinds[measure.kind].votes
    is_released = council.charter.released_by in measure.attested and votes == "released"
    return measure.status in ("adopted", "not-adopted") and (votes == "public" or is_released)


def _counts(measure: Measure, record: Record) -> bool:
    if record.kind == "ballot":
        return measure.ballots[record.get("for")].text_hash == record.text_hash
    if record.kind == "mandate":
        given = measure.mandates.get(record.get("for"))
        return given is not None and given.text_hash == record.text_hash
    return True


def published(scene: Scene, also: Callable[[Record], bool] | None = None) -> Made:
    """The public export of the log; what `also` says is withheld beside what is not public."""
    world, given = scene.world, []
    for raw in world.leaves:
        record = records.parse(raw)
        is_given = is_public(scene.council, record) and not (also and also(record))
        given.append(raw if is_given else b"")
    files = world.export()
    for index, width in merkle.spans(len(given)):
        part = given[index * merkle.WIDTH :][:width]
        bundle = b"".join(len(raw).to_bytes(2, "big") + raw for raw in part)
        files[merkle.tile_path("entries", index, width)] = bundle
    files["public"] = PUBLIC
    return Made(files, scene.council.digest)
