"""One block after the other: what time brings about, statements, what these bring about, the block record."""

from __future__ import annotations

from typing import Any

from . import balloting, outcome, room, seats, signing, tabling
from .fault import Fault, demand
from .merkle import Frontier, leaf_hash
from .records import ON_MEASURE, Record
from .state import Boundary, Council, Measure, Pending

ENDINGS_MAX = 64
BLOCK_BYTES_MAX = 5_242_880
KNOWN_RULES = 1


class Block:
    """The records of one block with their places, the block record last."""

    def __init__(self, first: int, raws: list[bytes], parsed: list[Record]) -> None:
        self.first, self.raws, self.parsed = first, raws, parsed
        self.record = parsed[-1]


def follow(council: Council, tree: Frontier, block: Block, previous: str) -> str:
    """The council after this block; the block's id. Raises the first fault, with its record."""
    here = block.first
    try:
        _begin(council, block)
        due = _opening(council)
        here = _expect(block, here, due, "time brings about")
        here = _statements(council, block, here, previous)
        frozen_before = {party.code for party in _parties(council) if party.frozen}
        seats.act_first(council)
        here = _expect(block, here, _closing(council), "the statements bring about")
        acted = seats.act_last(council)
        thawed = {code for code in frozen_before | council.pending.frozen if not _is_frozen(council, code)}
        room.renew_shares(council, thawed)
        demand(here == block.first + len(block.raws) - 1, "a record has no place in the block")
        demand(here > block.first or acted > 0, "a block without anything but its record")
        _verify_record(council, tree, block, previous, here)
    except Fault as fault:
        raise fault.at(here, council.height) from None
    council.boundaries.append(Boundary(tree.size, tree.root()))
    del council.boundaries[: -seats.BOUNDARIES_KEPT]
    return leaf_hash(block.raws[-1]).hex()


def _parties(council: Council) -> list[Any]:
    return [*council.members, *council.participants.values()]


def _is_frozen(council: Council, code: str) -> bool:
    party = council.party(code)
    return party is not None and party.frozen


def _begin(council: Council, block: Block) -> None:
    demand(council.rules == KNOWN_RULES, f"the rules {council.rules} are not known here")
    demand(sum(map(len, block.raws)) <= BLOCK_BYTES_MAX, "a block is longer than 5 MiB")
    time = block.record.get("time")
    council.height += 1
    council.roster_before = council.roster_digest()
    demand(time > council.time or council.height == 1, "a block is not later than the one before it")
    council.time = time
    council.pending = Pending()
    council.proposers = [member.code for member in council.members]


def _expect(block: Block, here: int, due: list[bytes], who: str) -> int:
    """The due records stand from here on; where they end."""
    for raw in due:
        at = here - block.first
        name = raw.split(b"\n", 1)[0].split(b" ")[-1].decode()
        if at >= len(block.raws) - 1 or block.parsed[at].kind not in ("decision", "lapse"):
            raise Fault(f"the {name} that {who} is missing: {_difference(raw, b'')}", here)
        if block.raws[at] != raw:
            raise Fault(f"a {name} is not what {who}: {_difference(raw, block.raws[at])}", here)
        here += 1
    return here


def _difference(due: bytes, found: bytes) -> str:
    mine, theirs = due.decode().split("\n"), found.decode(errors="replace").split("\n")
    for n, line in enumerate(mine):
        if n >= len(theirs) or theirs[n] != line:
            return f"due is the line {line!r}"
    return "it goes on after its end"


def _opening(council: Council) -> list[bytes]:
    """What ends before the statements: at its deadline, or because it cannot be decided any more."""
    seats.queue_due_notices(council)
    ending: list[tuple[Measure, str | None]] = []
    why: dict[int, str | None] = {}
    seen: set[int] = set()
    groups: list[list[Measure]] = []
    for measure in council.open_measures():
        if measure.number in seen:
            continue
        group = council.bound(measure)
        seen |= {other.number for other in group}
        reasons = {other.number: outcome.lost(council, other) for other in group}
        if measure.closes <= council.time or any(reasons.values()):
            why.update(reasons)
            groups.append(group)
    for group in groups:
        if len(ending) + len(group) > ENDINGS_MAX:
            break
        ending += [(other, why[other.number]) for other in group]
    return _end(council, ending, "its deadline passed")


def _end(council: Council, ending: list[tuple[Measure, str | None]], because: str) -> list[bytes]:
    """Ends measures by what stands now, a package before any of it acts."""
    due = []
    results: list[tuple[Measure, Any]] = []
    for measure, lost in ending:
        if lost is not None:
            results.append((measure, lost))
        elif measure.missing():
            results.append((measure, because))
        else:
            results.append((measure, outcome.outcome(council, measure)))
    for measure, result in results:
        if isinstance(result, str):
            due.append(outcome.lapse(council, measure, result))
            measure.status = "lapsed"
            continue
        due.append(outcome.decision(council, measure, result))
        council.decisions += 1
        measure.status = result[0]
    for measure, _ in results:
        if measure.status == "adopted":
            seats.adopt(council, measure)
    return due


def _statements(council: Council, block: Block, here: int, previous: str) -> int:
    """The statements from here on, each let in by the council; where they end."""
    found = []
    for record in block.parsed[here - block.first : -1]:
        if record.signatures is None:
            break
        found.append(record)
    order, space = room.Order(previous, found), room.Room(council)
    for record in found:
        raw = block.raws[here - block.first]
        try:
            demand(record.get("council") == council.digest, "a statement of another council")
            order.take(council, record)
            signing.verify(council, record)
            space.take(record, len(raw))
            let_in(council, record, here)
        except Fault as fault:
            who = f"{record.kind} of {record.get('by')}"
            raise Fault(f"{who}: {fault.message}", here) from None
        chain = room.chain_of(record)
        if chain is not None:
            council.chains[chain] = leaf_hash(raw).hex()
        here += 1
    return here


def let_in(council: Council, record: Record, leaf: int) -> None:
    """The council lets the statement in, and has it act as far as it acts at once."""
    demand(record.text_hash not in council.texts, "the text is in the ledger already")
    council.texts.add(record.text_hash)
    if record.kind not in ("keys", "freeze"):
        demand(not _is_frozen(council, record.get("by")), f"{record.get('by')} is frozen")
    if record.kind in ON_MEASURE:
        balloting.take(council, record, leaf)
    elif record.kind in ("keys", "freeze", "rotation", "notice", "entry"):
        seats.take(council, record)
    else:
        {
            "measure": tabling.table, "revision": tabling.revise, "package": tabling.bind,
            "incident": tabling.report, "attribution": tabling.attribute,
        }[record.kind](council, record)


def _closing(council: Council) -> list[bytes]:
    """Step 2: each open measure is withdrawn, revised, closed, or adopted."""
    pending, due = council.pending, []
    closed = {number for number, closers in pending.closed.items() if closers}
    withdrawn = set(pending.withdrawn)
    for measure in council.open_measures():
        group = council.bound(measure)
        if any(other.number in withdrawn for other in group):
            for other in group:
                other.status = "withdrawn"
    count = 0
    for measure in council.open_measures():
        group = council.bound(measure)
        in_order = measure.number == group[0].number
        if in_order and measure.number not in pending.revised:
            count += len(group) if any(other.number in closed for other in group) else 0
    space = ENDINGS_MAX - count
    for measure in council.open_measures():
        if not measure.is_open:
            continue
        group = council.bound(measure)
        if measure.number in pending.revised:
            _revise(measure, pending.revised[measure.number])
        elif any(other.number in closed for other in group):
            if not any(outcome.lost(council, other) for other in group):
                due += _end(council, [(other, None) for other in group], "it was closed")
        elif outcome.is_adoptable(council, measure) and len(group) <= space:
            if not any(outcome.lost(council, other) for other in group):
                space -= len(group)
                due += _end(council, [(other, None) for other in group], "")
    return due


def _revise(measure: Measure, record: Record) -> None:
    measure.record, measure.closes = record, record.get("closes")
    measure.revision += 1
    measure.ballots, measure.mandates, measure.reservations = {}, {}, set()
    measure.used_mandates, measure.remarks, measure.attested = set(), {}, set()


def _verify_record(council: Council, tree: Frontier, block: Block, previous: str, here: int) -> None:
    """The block record is what the block leads to, and joins the tree behind the others."""
    for raw in block.raws[:-1]:
        tree.append(leaf_hash(raw))
    record = block.record
    proposers = council.proposers
    due = {
        "council": council.digest, "height": council.height, "previous": previous,
        "proposer": proposers[(council.height + record.get("round")) % len(proposers)],
        "roster": council.roster_before, "size": tree.size, "root": tree.root().hex(),
    }
    for name, value in due.items():
        if record.get(name) != value:
            raise Fault(f"the block record has the wrong {name}: due is {value}", here)
    tree.append(leaf_hash(block.raws[-1]))
