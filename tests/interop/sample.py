#!/usr/bin/env python3
"""Writes an export to try the verifier on: a council, one measure, a ballot of every member, the decision, and
enough blocks to fill a tile; one member changes its node's keys. Keys and signatures are OpenSSL's; no code of nemcon's
takes part, so the verifier and the formats are held against another reading of the specifications.

    sample.py OUT_DIR [FLAW]      prints the council's digest

With a flaw, one ballot is wrong, or the roster that blocks name, and everything else, every seal too, is
in order. With the flaw `withheld` nothing is wrong: it is a public export, which withholds the incidents.
"""

import base64
import datetime
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
PUBLIC = """nemcon/v1 public-export
The records that are not public are withheld: in the entry bundles they have the length 0.
"""
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
        self.former = None

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
        self.former = (self.node, self.seal)
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


TITLE = "The first act of the sample"
START = 1_700_000_000_000
CHARTER = """charter-name The council of the sample
charter-weight 27 weight
charter-rule unanimity all
charter-kind act
charter-decided unanimity
charter-roles chair
charter-table chair
charter-incident-categories intrusion
charter-incident-factors scope
charter-incident-levels low
charter-incident-findings none
charter-incident-confidence low
charter-share-block 16
charter-share-day 512 1048576
charter-share-ballots 512 1048576
charter-share-changes 8 262144"""


def time(height):
    at = datetime.datetime.fromtimestamp(START // 1000 + height, datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def ballot(digest, member, text, position="in-favour"):
    about = f"measure 1\nrevision 1\ntext {text}\ntitle {TITLE}\nrule unanimity\n"
    head = f"nemcon/v1 ballot\ncouncil {digest}\nby {member.code}\nfor {member.code}\n"
    return f"{head}{about}position {position}\nafter none\n"


# The first member needs two signatures of three; the flaw is in its ballot.
FLAWS = {
    "one-of-two": lambda said, a, b: a.sign(said).rsplit("\u2014", 1)[0],
    "twice-the-same": lambda said, a, b: twice(a.sign(said)),
    "one-too-many": lambda said, a, b: a.sign(said) + b.sign(said).split("\n\n")[1],
    "another-member": lambda said, a, b: b.sign(said),
    "another-text": lambda said, a, b: a.sign(said).replace("in-favour", "against"),
    "another-council": lambda said, a, b: a.sign(said.replace(said.split("\n")[1], "council " + "0" * 64)),
    "no-member": lambda said, a, b: a.sign(said.replace("M00", "CH")),
    "unsigned": lambda said, a, b: said,
}


def twice(statement):
    text, lines = statement.split("\n\n")
    return text + "\n\n" + 2 * (lines.split("\n")[0] + "\n")


def text_of(statement):
    return statement.split("\n\n")[0].rstrip("\n") + "\n"


def text_hash(statement):
    return sha256(text_of(statement).encode()).hex()


class Log:
    """Records in blocks, each decided by the roster that stands before it."""

    def __init__(self, genesis):
        self.items, self.digest = [genesis], sha256(genesis.encode()).hex()
        self.previous, self.height = self.digest, 0

    def block(self, members, roster, statements, derived=()):
        """The statements in the order that is due, what they bring about, and the block record."""
        place = bytes.fromhex(self.previous)
        statements = sorted(statements, key=lambda it: sha256(place + bytes.fromhex(text_hash(it))))
        self.items += statements
        self.items += [make(self.items) for make in derived]
        self.height += 1
        size, tree_root = len(self.items), root([sha256(b"\x00" + item.encode()) for item in self.items])
        record = (
            f"nemcon/v1 block\ncouncil {self.digest}\nheight {self.height}\nprevious {self.previous}\n"
            f"time {time(self.height)}\nproposer {members[self.height % len(members)].code}\nround 0\n"
            f"roster {roster}\nsize {size}\nroot {tree_root.hex()}\n"
        )
        self.items.append(record)
        self.previous = sha256(b"\x00" + record.encode()).hex()


def decision(digest, members, text, roster):
    """Makes the decision on the only measure out of the ballots that stand."""

    def make(items):
        lines = [
            "nemcon/v1 decision", f"council {digest}", "number 1", "measure 1", "revision 1", f"text {text}",
            f"title {TITLE}", "rule unanimity", "outcome adopted", f"reason all {len(members)} in favour",
            f"roster {roster}",
        ]
        for member in members:
            leaf = next(n for n, item in enumerate(items) if f"\nby {member.code}\n" in item and "ballot" in item)
            lines.append(f"ballot {member.code} in-favour {leaf} {text_hash(items[leaf])}")
        return "\n".join(lines) + "\n"

    return make


def incident(digest, member, number):
    head = f"nemcon/v1 incident\ncouncil {digest}\nby {member.code}\ntitle Incident {number} of the sample\n"
    return member.sign(f"{head}category intrusion\nfrom {time(0)}\n")


def genesis_text(members, chair):
    lines = ["nemcon/v1 genesis", f"origin {NAME}", "rules 1", "visibility members", *CHARTER.split("\n")]
    for member in members:
        lines += member.genesis_lines()
    lines += ["participant CH 1 chair The chair", f"officer CH desk {b64(chair.public)}"]
    return "\n".join(lines) + "\n"


def records(members, flaw):
    """All records of the log, and the size at which keys change; at its end the members have the keys that seal it."""
    chair = Key("chair")
    log = Log(genesis_text(members, chair))
    digest, roster = log.digest, roster_digest(members)
    measure = f"nemcon/v1 measure\ncouncil {digest}\nby CH\ntitle {TITLE}\nkind act\nrule unanimity\n"
    measure += "closes 2030-01-01T00:00:00.000Z\n"
    text = text_hash(measure + "\n")
    log.block(members, roster, [measure + "\n" + chair.line(f"{NAME}/CH/desk", measure)])
    ballots = [member.sign(ballot(digest, member, text)) for member in members]
    derived = [decision(digest, members, text, roster)]
    if flaw in FLAWS:
        ballots[0] = FLAWS[flaw](ballot(digest, members[0], text), members[0], members[1])
        derived = []
    log.block(members, roster, ballots, derived)
    log.block(members, roster, [members[1].rotate(digest)])
    changed = len(log.items)
    if flaw != "roster-unchanged":
        roster = roster_digest(members)
    while len(log.items) < (RECORDS if flaw is None else 46):
        member = members[1 + log.height % (len(members) - 1)]
        log.block(members, roster, [incident(digest, member, log.height)])
    return log.items, changed


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


def write_log(folder, items, withholds):
    shown = [b"" if withholds and b"v1 incident" in item else item for item in items]
    write_tiles(folder / "entries", [len(item).to_bytes(2, "big") + item for item in shown])
    leaves = [sha256(b"\x00" + item) for item in items]
    level, hashes = 0, leaves
    while hashes:
        write_tiles(folder / str(level), hashes)
        full = range(0, len(hashes) // TILE * TILE, TILE)
        level, hashes = level + 1, [root(hashes[n : n + TILE]) for n in full]
    return root(leaves)


def keys_text(members, origin, changed):
    """Every key with the sizes that it signs: one member has others above the size `changed`."""

    def span(member, sizes, node, seal):
        yield f"log {sizes} {member.code} {node.vkey(origin, 1)}"
        yield f"seal {sizes} {member.code} {seal.vkey(f'{NAME}/{member.code}', 4)}"

    lines = ["nemcon/v1 keys"]
    for member in members:
        if member.former:
            lines += span(member, f"1 {changed}", *member.former)
        else:
            lines += span(member, "1 -", member.node, member.seal)
    for member in filter(lambda member: member.former, members):
        lines += span(member, f"{changed + 1} -", member.node, member.seal)
    return "\n".join(lines) + "\n"


def main(out, flaw):
    members = [Member(n) for n in range(MEMBERS)]
    items, changed = records(members, flaw)
    items = [record.encode() for record in items]
    digest = sha256(items[0]).hex()
    origin = f"{NAME}/{digest[:16]}"
    tree_root = write_log(out / "tile", items, flaw == "withheld")
    if flaw == "withheld":
        (out / "public").write_text(PUBLIC)
    body = f"{origin}\n{len(items)}\n{b64(tree_root)}\n"
    lines = [member.node.line(origin, body) for member in members[:2]]
    for n, member in enumerate(members):
        lines.append(member.seal.cosignature_line(f"{NAME}/{member.code}", body, 1_700_001_000 + n))
    (out / "checkpoint").write_text(body + "\n" + "".join(lines))
    for name, group in (("finality", "every-member all"), ("advance", f"two-thirds {2 * MEMBERS // 3 + 1}")):
        policy = [f"log {member.node.vkey(origin, 1)}" for member in members]
        for member in members:
            policy.append(f"witness {member.code} {member.seal.vkey(f'{NAME}/{member.code}', 4)}")
        policy.append(f"group {group} " + " ".join(member.code for member in members))
        policy.append("quorum " + group.split(" ")[0])
        (out / f"{name}.policy").write_text("\n".join(policy) + "\n")
    (out / "keys").write_text(keys_text(members, origin, changed))
    founders = [member.sign(items[0].decode()).split("\n\n")[1] for member in members]
    (out / "genesis").write_text(items[0].decode() + "\n" + "".join(founders))
    print(digest)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
