"""Certificates (section 10): what a log holds on one measure, judged without the log."""

from __future__ import annotations

from typing import Any, NamedTuple

from . import checkpoint, merkle, records, signing
from .export import NOTE_BYTES_MAX
from .fault import Fault, demand
from .following import Seats
from .records import RECORD_BYTES_MAX, Record
from .shown import Reading
from .state import Council
from .text import DIGEST, NUMBER, TEXT

HEAD = "nemcon/v1 certificate"
BYTES_MAX, RECORDS_MAX = 8 << 20, 8_192
HASHES_MAX = 64 * RECORDS_MAX


class Certificate(NamedTuple):
    """The parts of a certificate."""

    measure: int
    marking: str | None
    genesis: bytes
    records: list[tuple[int, bytes]]
    hashes: list[bytes]
    checkpoint: bytes


class _Reader:
    """Goes through the bytes of a certificate."""

    def __init__(self, raw: bytes) -> None:
        self.raw, self.at = raw, 0

    def line(self) -> str:
        end = self.raw.find(b"\n", self.at)
        demand(end >= 0, f"a certificate ends within the line at byte {self.at}")
        line, self.at = self.raw[self.at : end], end + 1
        return line.decode()

    def begins(self, words: str) -> bool:
        return self.raw.startswith(words.encode(), self.at)

    def words(self, name: str) -> str:
        line = self.line()
        demand(line.startswith(name + " "), f"a certificate has another line where {name!r} is due")
        return line[len(name) + 1 :]

    def blank(self) -> None:
        demand(self.line() == "", f"no empty line stands before byte {self.at}")

    def part(self, length: int, longest: int) -> bytes:
        part = self.raw[self.at : self.at + length]
        fits = length <= longest and len(part) == length and part.endswith(b"\n")
        demand(fits, f"the part at byte {self.at} does not end where its length says")
        self.at += length
        return part


def parse(raw: bytes) -> Certificate:
    """The certificate of these bytes, which are its one written form."""
    demand(len(raw) <= BYTES_MAX, "a certificate is longer than 8 MiB")
    try:
        raw.decode()
        return _parse(_Reader(raw))
    except UnicodeDecodeError:
        raise Fault("a certificate is not UTF-8") from None


def _parse(reader: _Reader) -> Certificate:
    demand(reader.line() == HEAD, "a certificate begins otherwise")
    DIGEST.parse(reader.words("council"))
    measure = NUMBER.parse(reader.words("measure"))
    marking = TEXT.parse(reader.words("marking")) if reader.begins("marking ") else None
    reader.blank()
    genesis = reader.part(NUMBER.parse(reader.words("genesis")), NOTE_BYTES_MAX)
    found: list[tuple[int, bytes]] = []
    while reader.begins("\nrecord "):
        reader.blank()
        words = reader.words("record").split(" ")
        demand(len(words) == 2, "a line of a record has another form")
        index, length = NUMBER.parse(words[0]), NUMBER.parse(words[1])
        behind = index > (found[-1][0] if found else 0)
        demand(behind and len(found) < RECORDS_MAX, "records do not ascend, or are too many")
        found.append((index, reader.part(length, RECORD_BYTES_MAX)))
    reader.blank()
    hashes: list[bytes] = []
    while reader.begins("hash "):
        demand(len(hashes) < HASHES_MAX, "there are too many hashes")
        hashes.append(bytes.fromhex(DIGEST.parse(reader.words("hash"))))
    reader.blank()
    head = reader.part(NUMBER.parse(reader.words("checkpoint")), NOTE_BYTES_MAX)
    demand(reader.at == len(reader.raw), "something stands behind the checkpoint")
    return Certificate(measure, marking, genesis, found, hashes, head)


class Proven(NamedTuple):
    """What a certificate without a fault shows: `decided`, `hidden`, `lapsed`, `withdrawn` or `open`."""

    ending: str
    measure: int
    title: str | None
    missing: list[str]


def verify(raw: bytes, digest: str) -> Proven:
    """Judges a certificate; raises the first fault."""
    certificate = parse(raw)
    council = signing.found(certificate.genesis, digest)
    marks = council.charter.body.get("charter-publication")
    demand(certificate.marking in (None, marks), "it is marked otherwise than the charter marks")
    signed = checkpoint.read(certificate.checkpoint, council.log_origin)
    leaves = {0: merkle.leaf_hash(council.genesis.raw_text)}
    leaves.update((index, merkle.leaf_hash(record)) for index, record in certificate.records)
    root = merkle.root_with(signed.size, sorted(leaves.items()), certificate.hashes)
    demand(root == signed.root, "genesis, records and hashes do not lead to the checkpoint's root")
    walk = _Walk(council, certificate.measure)
    for index, record in certificate.records:
        walk.take(index, record)
    demand(walk.last_at == signed.size - 1, "the log ends with the record of a block")
    roster = walk.reading.following.roster
    checkpoint.verify_seals(signed, roster, council.origin, council.log_origin)
    return walk.conclude()


class _Walk:
    """The records so far, block by block."""

    def __init__(self, council: Council, measure: int) -> None:
        self.council, self.measure = council, measure
        self.reading = Reading(council.genesis)
        self.last: Record | None = None
        self.last_at, self.last_id = -1, council.digest
        self.open: list[tuple[int, bytes, Record]] = []
        self.rosters: dict[str, str] = {}
        self.ballots: dict[str, Record] = {}
        self.named: list[str] = []
        self.bound = [measure]
        self.others: set[tuple[int, str | None]] = set()
        self.ending: tuple[str, Record] | None = None

    def take(self, index: int, raw: bytes) -> None:
        """The next record: it belongs to the first block record behind it."""
        try:
            record = records.parse(raw)
            demand(record.kind != "genesis", "a genesis stands at the beginning alone")
            if record.kind != "block":
                self.open.append((index, raw, record))
                return
            self._verify_block(index, record)
            for number, own, said in self.open:
                self._hear(said, record)
                self.reading.take(number, own, said)
            self.reading.block(record)
        except Fault as fault:
            raise fault.at(index, None) from None
        self.last, self.last_at, self.last_id, self.open = record, index, merkle.leaf_hash(raw).hex(), []

    def _verify_block(self, index: int, record: Record) -> None:
        demand(record.get("council") == self.council.digest, "a block of another council")
        demand(record.get("size") == index, "a block record names another size than its place")
        height = self.last.get("height") if self.last else 0
        demand(record.get("height") > height, "blocks do not ascend")
        if record.get("height") == height + 1:
            demand(record.get("previous") == self.last_id, "a block record names another one before it")

    def _hear(self, record: Record, block: Record) -> None:
        """Keeps what a record says of the measure."""
        kind, number = record.kind, record.get("measure")
        if kind in ("measure", "revision"):
            self.rosters[record.text_hash] = block.get("roster")
        elif kind == "package":
            rows = record.all("measure")
            own = [text for number, text in rows if number == self.measure]
            self.named += own
            if own:
                self.bound = [number for number, _ in rows]
        elif kind == "decision" and number != self.measure:
            self.others.add((number, record.get("package")))
        elif kind in ("decision", "lapse"):
            if number == self.measure:
                self._end("decided" if kind == "decision" else "lapsed", record)
        elif kind == "ballot":
            demand(number == self.measure, "there are ballots on another measure")
            self.ballots[record.get("for")] = record
            self.named.append(record.get("text"))
        elif record.has("text") and number == self.measure:
            self.named.append(record.get("text"))
        if kind == "withdrawal" and number in self.bound:
            self._end("withdrawn", record)
        elif kind == "entry":
            # Which blocks were the last 128 ones then, the members' nodes have judged.
            size, root = record.row("checkpoint") or (0, "")
            self.reading.following.bound(size, bytes.fromhex(root))

    def _end(self, how: str, record: Record) -> None:
        self.ending = self.ending or (how, record)

    def _text_in_force(self) -> str | None:
        if self.ending and self.ending[0] in ("decided", "lapsed"):
            return self.ending[1].get("text")
        texts: Any = self.reading.texts.values()
        revised = [t for t in texts if t.has("revises") and t.get("revises") == self.measure]
        if revised:
            return max(revised, key=lambda text: text.get("revision")).text_hash
        return self.named[-1] if self.named else None

    def _first(self, text_hash: str) -> str | None:
        """The text with which the measure of this text was tabled."""
        for _ in range(len(self.reading.texts) + 1):
            text = self.reading.texts.get(text_hash)
            if text is None:
                return None
            if not text.has("revises"):
                return text_hash
            text_hash = (text.row("revises") or (0, ""))[1]
        return None

    def conclude(self) -> Proven:
        """What the records amount to."""
        text_hash = self._text_in_force()
        text = self.reading.texts.get(text_hash or "")
        title = text.get("title") if text else None
        if self.ending is None:
            return Proven("open", self.measure, title, self._missing(text_hash))
        how, record = self.ending
        if how != "withdrawn":
            demand(text is not None, "the text that was decided is not shown")
        if how == "decided":
            how = self._conclude_decided(record)
        return Proven(how, self.measure, title, [])

    def _missing(self, text_hash: str | None) -> list[str]:
        """Who had not signed, as far as is shown."""
        first = self.reading.texts.get(self._first(text_hash or "") or text_hash or "")
        following, seats = self.reading.following, list[Seats]()
        sitting = [member.code for member in following.roster]
        out: list[str] = []
        if first is not None:
            seats = following.seats.get(self.rosters[first.text_hash], [])
            rule = self.council.charter.rules.get(first.get("rule"))
            if rule is not None and rule.whose == "minus-concerned":
                out = [first.get("concerns")]
            elif rule is not None and rule.whose == "participating":
                authorising = self.reading.texts.get((first.row("authorised-by") or (0, ""))[1])
                named = [row[0] for row in authorising.all("participating")] if authorising else []
                out = [code for code in seats[0].weights if named and code not in named] if seats else []
        codes = list(seats[0].weights) if seats else sitting
        stand = [
            code for code, ballot in self.ballots.items()
            if ballot.get("text") == text_hash and ballot.get("position") != "retracted"
        ]
        return [code for code in codes if code not in stand and code not in out]

    def _conclude_decided(self, decision: Record) -> str:
        first = self._first(decision.get("text"))
        tabled = self.rosters[first] if first else decision.get("roster")
        demand(tabled == decision.get("roster"), "the decision names another roster than that of its tabling")
        is_counted = self.reading.counted.get(self.measure, False)
        is_hidden = decision.has("votes") and not self.ballots
        demand(is_counted or is_hidden, "the ballots are not those that the decision has counted")
        package = decision.get("package")
        if package is not None:
            demand(package in self.reading.packages, "the statement that bound its package is not shown")
            for number in self.reading.packages[package]:
                shown = number == self.measure or (number, package) in self.others
                demand(shown, f"the decision on measure {number} of its package is not shown")
        return "decided" if is_counted else "hidden"
