#!/usr/bin/env python3
"""Writes an export to try the verifier on: a council, one measure, a ballot of every member, and
enough blocks to fill a tile; one member changes its node's keys. Keys and signatures are OpenSSL's; no code of nemcon's takes part, so
the verifier and the formats are held against a third reading of the specifications.

    sample.py OUT_DIR [FLAW]      prints the council's digest

With a flaw, one ballot is wrong, or the roster that blocks name, and everything else, every seal too, is
in order.
"""

import base64
import hashlib
import pathlib
import subprocess
import sys
import tempfile

MEMBERS = 27
NAME = "council.example/sample"
RECORDS = 300
TILE = 256
PKCS8 = bytes.fromhex("302e020100300506032b657004220420")
SCRATCH = tempfile.TemporaryDirectory()


def sha256(data):
    return hashlib.sha256(data).digest()


def b64(data):
    return base64.b64encode(data).decode()


class Key:
    """An Ed25519 key made from its label, the same on every run."""

    def __init__(self, label):
        self.path = pathlib.Path(SCRATCH.name, hashlib.sha256(label.encode()).hexdigest())
        self.path.write_bytes(PKCS8 + sha256(label.encode()))
        command = ["openssl", "pkey", "-inform", "DER", "-in", self.path]
        der = subprocess.check_output([*command, "-pubout", "-outform", "DER"])
        self.public = der[-32:]

    def sign(self, message):
        text = pathlib.Path(SCRATCH.name, "message")
        text.write_bytes(message)
        command = ["openssl", "pkeyutl", "-sign", "-rawin", "-keyform", "DER"]
        return subprocess.check_output([*command, "-inkey", self.path, "-in", text])

    def id(self, name, kind):
        return sha256(name.encode() + b"\n" + bytes([kind]) + self.public)[:4]

    def vkey(self, name, kind):
        return f"{name}+{self.id(name, kind).hex()}+{b64(bytes([kind]) + self.public)}"

    def line(self, name, text):
        return f"\u2014 {name} {b64(self.id(name, 1) + self.sign(text.encode()))}\n"

    def cosignature_line(self, name, body, time):
        blob = time.to_bytes(8, "big") + self.sign(f"cosignature/v1\ntime {time}\n{body}".encode())
        return f"\u2014 {name} {b64(self.id(name, 4) + blob)}\n"


class Member:
    """A voter; the first one needs two of its three officers."""

    def __init__(self, number):
        self.code = f"M{number:02}"
        self.required = 2 if number == 0 else 1
        self.officers = {f"o{n}": Key(f"{self.code}/o{n}") for n in range(2 * self.required - 1)}
        self.node, self.seal = Key(f"{self.code}/node"), Key(f"{self.code}/seal")

    def genesis_lines(self):
        yield f"member {self.code} 1 {self.required} Member {self.code} of the sample"
        for label, key in self.officers.items():
            yield f"officer {self.code} {label} {b64(key.public)}"
        yield f"recovery {self.code} {b64(Key(self.code + '/recovery').public)}"
        yield f"node {self.code} {b64(self.node.public)}"
        yield f"seal {self.code} {b64(self.seal.public)}"

    def sign(self, text):
        signers = list(self.officers.items())[-self.required :]
        lines = [key.line(f"{NAME}/{self.code}/{label}", text) for label, key in signers]
        return text + "\n" + "".join(lines)


    def rotate(self, digest):
        """Other keys for the node, from the block after the one that holds this."""
        self.node, self.seal = Key(f"{self.code}/node-2"), Key(f"{self.code}/seal-2")
        text = f"nemcon/v1 rotation\ncouncil {digest}\nby {self.code}\n"
        text += f"node {b64(self.node.public)}\nseal {b64(self.seal.public)}\nafter none\n"
        origin = f"{NAME}/{digest[:16]}"
        lines = self.node.line(origin, text)
        lines += self.seal.cosignature_line(f"{NAME}/{self.code}", text, 1_700_000_000)
        return self.sign(text) + lines


def roster_digest(members):
    lines = [line for member in members for line in member.genesis_lines()]
    return sha256(("\n".join(lines) + "\n").encode()).hex()


def ballot(digest, member, position="in-favour"):
    return f"nemcon/v1 ballot\ncouncil {digest}\nby {member.code}\nposition {position}\n"


# The first member needs two signatures of three; the flaw is in its ballot.
FLAWS = {
    "one-of-two": lambda digest, a, b: a.sign(ballot(digest, a)).rsplit("\u2014", 1)[0],
    "twice-the-same": lambda digest, a, b: twice(a.sign(ballot(digest, a))),
    "one-too-many": lambda digest, a, b: a.sign(ballot(digest, a))
    + b.sign(ballot(digest, a)).split("\n\n")[1],
    "another-member": lambda digest, a, b: b.sign(ballot(digest, a)),
    "another-text": lambda digest, a, b: a.sign(ballot(digest, a)).replace("favour", "fervour"),
    "another-council": lambda digest, a, b: a.sign(ballot("0" * 64, a)),
    "no-member": lambda digest, a, b: a.sign(ballot(digest, a).replace("M00", "CH")),
    "unsigned": lambda digest, a, b: ballot(digest, a),
}


def twice(statement):
    text, lines = statement.split("\n\n")
    return text + "\n\n" + 2 * (lines.split("\n")[0] + "\n")


def records(members, flaw):
    chair = Key("chair")
    lines = ["nemcon/v1 genesis", f"origin {NAME}"]
    for member in members:
        lines += member.genesis_lines()
    lines += ["participant CH 1 chair The chair", f"officer CH desk {b64(chair.public)}"]
    genesis = "\n".join(lines) + "\n"
    roster = roster_digest(members)
    digest = sha256(genesis.encode()).hex()
    yield genesis
    measure = f"nemcon/v1 measure\ncouncil {digest}\nby CH\nmeasure 1\n"
    yield measure + "\n" + chair.line(f"{NAME}/CH/desk", measure)
    ballots = [member.sign(ballot(digest, member)) for member in members]
    if flaw in FLAWS:
        ballots[0] = FLAWS[flaw](digest, members[0], members[1])
    yield from ballots
    yield f"nemcon/v1 decision\ncouncil {digest}\nnumber 1\noutcome adopted\n"
    yield members[1].rotate(digest)
    for height in range(len(members) + 4, RECORDS):
        yield f"nemcon/v1 block\ncouncil {digest}\nheight {height}\nroster {roster}\n"
        if flaw != "roster-unchanged":
            roster = roster_digest(members)


def root(level):
    if len(level) == 1:
        return level[0]
    split = 1 << (len(level) - 1).bit_length() - 1
    return sha256(b"\x01" + root(level[:split]) + root(level[split:]))


def write_tiles(folder, items):
    for start in range(0, len(items), TILE):
        part = items[start : start + TILE]
        path = folder / f"{start // TILE:03}"
        if len(part) < TILE:
            path = folder / f"{start // TILE:03}.p" / str(len(part))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(part))


def write_log(folder, items):
    write_tiles(folder / "entries", [len(item).to_bytes(2, "big") + item for item in items])
    leaves = [sha256(b"\x00" + item) for item in items]
    level, hashes = 0, leaves
    while hashes:
        write_tiles(folder / str(level), hashes)
        full = range(0, len(hashes) // TILE * TILE, TILE)
        level, hashes = level + 1, [root(hashes[n : n + TILE]) for n in full]
    return root(leaves)


def main(out, flaw):
    members = [Member(n) for n in range(MEMBERS)]
    items = [record.encode() for record in records(members, flaw)]
    digest = sha256(items[0]).hex()
    origin = f"{NAME}/{digest[:16]}"
    tree_root = write_log(out / "tile", items)
    body = f"{origin}\n{len(items)}\n{b64(tree_root)}\n"
    lines = [member.node.line(origin, body) for member in members[:2]]
    for n, member in enumerate(members):
        lines.append(member.seal.cosignature_line(f"{NAME}/{member.code}", body, 1_700_000_000 + n))
    (out / "checkpoint").write_text(body + "\n" + "".join(lines))
    policy = [f"log {member.node.vkey(origin, 1)}" for member in members]
    for member in members:
        policy.append(f"witness {member.code} {member.seal.vkey(f'{NAME}/{member.code}', 4)}")
    policy.append("group everybody all " + " ".join(member.code for member in members))
    policy.append("quorum everybody")
    (out / "finality.policy").write_text("\n".join(policy) + "\n")
    print(digest)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
