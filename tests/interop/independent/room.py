"""What a block and a day take from one party, and the order of a block's statements (section 2)."""

from __future__ import annotations

from hashlib import sha256

from .fault import demand
from .records import ON_MEASURE, Record
from .state import Chain, Council, DayCount

BALLOT_BYTES, OTHER_BYTES, ALL_BYTES, CHANGE_BYTES = 14_336, 65_536, 2_097_152, 524_288
STEERED_MAX, CLOSED_MAX = 16, 32
DAY_MS = 86_400_000
SORTS = {"freeze": 0, "keys": 1, "rotation": 2, "notice": 2, "entry": 2, "ballot": 3}
OTHER = 4
SHARES = {1: "changes", 2: "changes", 3: "ballots", OTHER: "day"}


def sort_of(kind: str) -> int:
    """Which of the five sorts a statement is of."""
    return SORTS.get(kind, OTHER)


def chain_of(record: Record) -> Chain | None:
    """The chain in which a statement stands, if it stands in one."""
    kind, by = record.kind, record.get("by")
    if kind in ON_MEASURE:
        return "measure", record.get("for"), str(record.get("measure"))
    if kind == "revision":
        return "measure", by, str((record.row("revises") or (0,))[0])
    if kind == "attribution":
        return "incident", by, str((record.row("incident") or (0,))[0])
    if kind in ("keys", "freeze"):
        return "officers", by
    if kind in ("rotation", "notice", "entry"):
        return "seat", by
    return None


def is_next(council: Council, record: Record) -> bool:
    """Whether its `after` names the last statement of its chain, on what is there."""
    chain = chain_of(record)
    if chain is None:
        return True
    if chain[0] == "measure" and not 1 <= int(chain[2]) <= len(council.measures):
        return False
    if chain[0] == "incident" and not 1 <= int(chain[2]) <= len(council.incidents):
        return False
    return council.chains.get(chain) == record.get("after")


class Order:
    """The order that the block before and the texts fix."""

    def __init__(self, previous: str, records: list[Record]) -> None:
        def place(record: Record) -> tuple[int, bytes]:
            digests = bytes.fromhex(previous) + bytes.fromhex(record.text_hash)
            return sort_of(record.kind), sha256(digests).digest()

        self.waiting = sorted(records, key=place)

    def take(self, council: Council, record: Record) -> None:
        """The record is the first of those that wait and whose turn has come."""
        for n, waiting in enumerate(self.waiting):
            if is_next(council, waiting):
                demand(waiting is record, "the statements stand in another order than is due")
                del self.waiting[n]
                return
        demand(False, "a statement names another one before it than the last of its chain")


class Room:
    """The room of one block, as its statements fill it."""

    def __init__(self, council: Council) -> None:
        self.council = council
        self.taken: dict[tuple[str, int], tuple[int, int]] = {}
        self.steered: dict[str, set[int]] = {}
        self.closed: set[int] = set()
        self.all_bytes = self.change_bytes = 0
        day = council.time // DAY_MS
        if day != council.day:
            council.day, council.days = day, {}
            council.renewed_today = set()

    def take(self, record: Record, size: int) -> None:
        """The statement has room in this block and in the day of its party."""
        sort, by = sort_of(record.kind), record.get("by")
        self.all_bytes += size
        self.change_bytes += size if sort < 3 else 0
        demand(self.all_bytes <= ALL_BYTES and self.change_bytes <= CHANGE_BYTES, "the block is full")
        if sort in (3, OTHER):
            self._take_of_block(by, sort, size)
        if sort:
            self._take_of_day(by, sort, size)
        if record.kind in ("package", "extension", "withdrawal", "close"):
            self._steer(record, by)

    def _take_of_block(self, by: str, sort: int, size: int) -> None:
        count, sum_ = self.taken.get((by, sort), (0, 0))
        count, sum_ = count + 1, sum_ + size
        most = BALLOT_BYTES if sort == 3 else OTHER_BYTES
        fits = count <= self.council.charter.share_block and (count == 1 or sum_ <= most)
        demand(fits, f"{by} has used up its share of the block")
        self.taken[by, sort] = count, sum_

    def _take_of_day(self, by: str, sort: int, size: int) -> None:
        statements, bytes_ = self.council.charter.shares[SHARES[sort]]
        day = self.council.days.setdefault((by, str(sort)), DayCount())
        day.statements += 1
        day.size += size
        fits = day.statements <= statements and day.size <= bytes_
        demand(fits, f"{by} has used up its share of the day")

    def _steer(self, record: Record, by: str) -> None:
        numbers = {number for number, _ in record.all("measure")} if record.kind == "package" else {
            measure.number for measure in self.council.bound(self.council.measure(record.get("measure")))
        }
        steered = self.steered.setdefault(by, set())
        steered |= numbers
        demand(len(steered) <= STEERED_MAX, f"{by} steers more than {STEERED_MAX} measures in a block")
        self.closed |= numbers if record.kind == "close" else set()
        demand(len(self.closed) <= CLOSED_MAX, f"a block closes more than {CLOSED_MAX} measures")


def renew_shares(council: Council, thawed: set[str]) -> None:
    """Where a freeze ends, the counts of the day begin anew, but for officers; once a day."""
    for code in thawed - council.renewed_today:
        council.renewed_today.add(code)
        for sort in (2, 3, OTHER):
            council.days.pop((code, str(sort)), None)
