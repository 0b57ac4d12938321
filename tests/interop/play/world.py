"""A council with all its keys: signs statements, makes blocks of them, writes exports under real seals."""

from __future__ import annotations

import copy
from hashlib import sha256
from typing import Any, Callable, Iterable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from independent import block, checkpoint, merkle, note, records, room, seats, signing
from independent.fault import Fault
from independent.parties import Member
from independent.records import Record
from independent.signing import Signer
from independent.spans import Spans
from independent.state import Council, Pending
from independent.text import encode64, render_time

START = 1_800_000_000_000
SEALED_AT = 1_800_000_000
Files = dict[str, bytes]


class World:
    """Keys, the council as it stands, and the log so far."""

    def __init__(self, seed: int) -> None:
        self.seed, self.made = seed, 0
        self.secrets: dict[bytes, Ed25519PrivateKey] = {}
        self.leaves: list[bytes] = []
        self.tree = merkle.Frontier()
        self.council: Council
        self.previous = ""
        self.sealing: list[Member] = []
        # The roster of each block, with the size at which the block before it ended.
        self.rosters: list[tuple[int, list[Member]]] = []

    def key(self) -> bytes:
        """A new key; its public half."""
        self.made += 1
        secret = Ed25519PrivateKey.from_private_bytes(sha256(f"{self.seed}/{self.made}".encode()).digest())
        public = secret.public_key().public_bytes_raw()
        self.secrets[public] = secret
        return public

    def found(self, lines: list[str]) -> None:
        """Founds the council of this genesis."""
        genesis = records.parse("".join(line + "\n" for line in lines).encode())
        self.council = Council(genesis)
        self.council.time = START
        self.previous = self.council.digest
        self.leaves = [genesis.raw_text]
        self.tree.append(merkle.leaf_hash(genesis.raw_text))

    def line(self, signer: Signer, text: bytes) -> note.Line:
        """A signature line by this key."""
        secret = self.secrets[signer.key]
        key_id = note.key_id(signer.name, signer.kind, signer.key)
        if signer.kind == note.PLAIN:
            return note.Line(signer.name, key_id + secret.sign(text))
        message = f"cosignature/v1\ntime {SEALED_AT}\n".encode() + text
        return note.Line(signer.name, key_id + SEALED_AT.to_bytes(8, "big") + secret.sign(message))

    def statement(self, kind: str, lines: Iterable[str], by: str, signers: list[Signer]) -> bytes:
        """A statement with these signature lines."""
        head = [f"nemcon/v1 {kind}", f"council {self.council.digest}", f"by {by}"]
        text = "".join(line + "\n" for line in [*head, *lines])
        return note.render(text, [self.line(signer, text.encode()) for signer in signers])

    def make_block(
        self, time: int, statements: list[tuple[bytes, Record]], wrong: Record | None = None,
        bend: Callable[[list[bytes]], list[bytes]] = list, bend_block: Callable[[list[str]], list[str]] = list,
    ) -> list[bytes]:
        """Adds a block of these; what is not let in is left out, but for the wrong one, which has no effect.

        `bend` may alter the records before the block record, `bend_block` the lines of that.
        """
        waiting = list(statements)
        while True:
            council = copy.deepcopy(self.council)
            try:
                raws = self._assemble(council, time, waiting, wrong)
                break
            except Left as left:
                waiting = [pair for pair in waiting if pair[1] is not left.record]
        raws = bend(raws)
        self._append(council, raws, time, bend_block)
        return raws

    def _assemble(
        self, council: Council, time: int, waiting: list[tuple[bytes, Record]], wrong: Record | None
    ) -> list[bytes]:
        council.time, council.height, council.pending = time, council.height + 1, Pending()
        raws = block._opening(council)
        order, space = room.Order(self.previous, [record for _, record in waiting]), room.Room(council)
        by_record = {id(record): raw for raw, record in waiting}
        while order.waiting:
            chosen = next((r for r in order.waiting if r is wrong or room.is_next(council, r)), order.waiting[0])
            order.waiting.remove(chosen)
            raw = by_record[id(chosen)]
            if chosen is not wrong:
                try:
                    if not room.is_next(council, chosen):
                        raise Fault("out of its chain")
                    signing.verify(council, chosen)
                    space.take(chosen, len(raw))
                    block.let_in(council, chosen, self.tree.size + len(raws))
                except Fault as fault:
                    raise Left(chosen, fault.message) from None
            chain = room.chain_of(chosen)
            if chain is not None and chosen is not wrong:
                council.chains[chain] = merkle.leaf_hash(raw).hex()
            raws.append(raw)
        frozen = {party.code for party in block._parties(council) if party.frozen}
        seats.act_first(council)
        raws += block._closing(council)
        seats.act_last(council)
        thawed = {c for c in frozen | council.pending.frozen if not block._is_frozen(council, c)}
        room.renew_shares(council, thawed)
        return raws

    def _append(
        self, council: Council, raws: list[bytes], time: int, bend: Callable[[list[str]], list[str]]
    ) -> None:
        before = self.council
        self.sealing = [member.copy() for member in before.members]
        self.rosters.append((self.tree.size if self.rosters else 0, self.sealing))
        for raw in raws:
            self.tree.append(merkle.leaf_hash(raw))
        lines = [
            "nemcon/v1 block", f"council {council.digest}", f"height {council.height}",
            f"previous {self.previous}", f"time {render_time(time)}",
            f"proposer {before.members[council.height % len(before.members)].code}", "round 0",
            f"roster {before.roster_digest()}", f"size {self.tree.size}", f"root {self.tree.root().hex()}",
        ]
        raw = "".join(line + "\n" for line in bend(lines)).encode()
        raws.append(raw)
        self.tree.append(merkle.leaf_hash(raw))
        council.boundaries.append(seats_boundary(self.tree))
        del council.boundaries[: -seats.BOUNDARIES_KEPT]
        self.previous = merkle.leaf_hash(raw).hex()
        self.leaves += raws
        self.council = council

    def try_statement(self, time: int, raw: bytes) -> str | None:
        """Why the council would not let this statement in as the only one of a block; None if it would."""
        try:
            record = records.parse(raw)
        except Fault as fault:
            return fault.message
        council = copy.deepcopy(self.council)
        try:
            self._assemble(council, time, [(raw, record)], None)
        except Left as left:
            return left.why
        return None

    def fork(self) -> World:
        """A copy that goes its own way."""
        other = copy.copy(self)
        other.leaves, other.tree = list(self.leaves), copy.deepcopy(self.tree)
        other.council, other.rosters = copy.deepcopy(self.council), list(self.rosters)
        return other

    def export(self) -> Files:
        """The export of the log as it stands, sealed by all of the roster."""
        genesis = self.council.genesis
        founders = [
            signing.officer(self.council, member.code, *pair)
            for member in Council(genesis).members for pair in member.officers[: member.k]
        ]
        files = {"genesis": note.render(genesis.text, [self.line(s, genesis.raw_text) for s in founders])}
        files.update(merkle.tiles([merkle.leaf_hash(raw) for raw in self.leaves]))
        for index, width in merkle.spans(len(self.leaves)):
            part = self.leaves[index * merkle.WIDTH :][:width]
            bundle = b"".join(len(raw).to_bytes(2, "big") + raw for raw in part)
            files[merkle.tile_path("entries", index, width)] = bundle
        origin, log_origin = self.council.origin, self.council.log_origin
        text = f"{log_origin}\n{len(self.leaves)}\n{encode64(self.tree.root())}\n"
        signers = [signing.node(self.council, self.sealing[0].node)]
        signers += [signing.seal(self.council, member.code, member.seal) for member in self.sealing]
        files["checkpoint"] = note.render(text, [self.line(signer, text.encode()) for signer in signers])
        files["finality.policy"] = checkpoint.policy(self.sealing, origin, log_origin, True)
        files["advance.policy"] = checkpoint.policy(self.sealing, origin, log_origin, False)
        files["keys"] = self.keys(self.rosters)
        return files

    def keys(self, rosters: list[tuple[int, list[Member]]]) -> bytes:
        """The file `keys` of a log with these rosters."""
        spans = Spans(self.council.origin, self.council.log_origin)
        for above, roster in rosters:
            spans.take(above, roster)
        return spans.file()


class Left(Exception):
    """A statement that is not let in."""

    def __init__(self, record: Record, why: str) -> None:
        super().__init__(why)
        self.record, self.why = record, why


def seats_boundary(tree: merkle.Frontier) -> Any:
    """The tree at the end of a block."""
    return block.Boundary(tree.size, tree.root())
