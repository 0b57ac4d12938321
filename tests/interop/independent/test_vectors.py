"""`python3 -m independent.test_vectors`: what stands in `tests/vectors` is read as its INDEX files say.

Every record is read, written again and hashed; every certificate has its verdict; receipts hold or do not.
"""

from __future__ import annotations

import unittest
from pathlib import Path

from . import receipt, records
from .export import Export
from .fault import Fault
from .merkle import Frontier, leaf_hash, split
from .policy import Policy
from .text import encode64
from .verdict import judge

ALL = Path(__file__).resolve().parents[2] / "vectors"
VECTORS, CERTIFICATES = ALL / "records", ALL / "certificates"
STATUS = {"VERIFIED": 0, "VERIFIED AS FAR AS IT IS PUBLIC": 4}


class Vectors(unittest.TestCase):
    """The golden records."""

    def rows(self) -> list[list[str]]:
        return [row.split() for row in (VECTORS / "INDEX").read_text().splitlines()]

    def test_every_record_has_one_written_form_and_the_hashes_of_the_index(self) -> None:
        for name, leaf, text in self.rows():
            with self.subTest(name):
                raw = (VECTORS / name).read_bytes()
                record = records.parse(raw)
                self.assertEqual(record.render(), raw)
                self.assertEqual((leaf_hash(raw).hex(), record.text_hash), (leaf, text))

    def test_every_kind_has_a_record(self) -> None:
        kinds = {records.parse((VECTORS / name).read_bytes()).kind for name, _, _ in self.rows()}
        self.assertEqual(kinds, {"genesis", *records.STATEMENTS, *records.DERIVED})

    def test_a_flipped_byte_is_refused_or_read_as_what_it_is(self) -> None:
        for name, _, _ in self.rows():
            raw = (VECTORS / name).read_bytes()
            for at in range(0, len(raw), 7):
                flipped = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
                try:
                    self.assertEqual(records.parse(flipped).render(), flipped)
                except Fault:
                    continue

    def test_every_certificate_has_its_verdict(self) -> None:
        for row in (CERTIFICATES / "INDEX").read_text().splitlines():
            name, digest, words = row.split(" ", 2)
            with self.subTest(name):
                verdict = judge(CERTIFICATES / name, digest, None)
                self.assertEqual(verdict.status, STATUS.get(words, 1), verdict.lines)
                last = verdict.lines[-1]
                self.assertTrue(last == words if verdict.status in STATUS.values() else last.startswith(words), last)

    def test_no_certificate_vouches_for_itself(self) -> None:
        self.assertEqual(judge(CERTIFICATES / "council-adopted.certificate", None, None).status, 2)

    def test_a_receipt_shows_its_record_at_its_place_alone(self) -> None:
        export = Export(ALL / "audit" / "adopted.tar.gz")
        files = export.files or {}
        head, policy = files["checkpoint"], Policy(files["finality.policy"])
        found = list(export.records(int(head.split(b"\n")[1])))
        leaves = [leaf_hash(raw) for raw in found]
        for index, raw in enumerate(found):
            rows = [receipt.HEAD, f"extra {encode64(raw)}", f"index {index}"]
            rows += [encode64(hash_) for hash_ in path_to(leaves, index)]
            proof = "\n".join([*rows, "", ""]).encode() + head
            self.assertEqual(receipt.verify(proof, policy).index, index)
            for old, new in ((b"index %d" % index, b"index %d" % (index ^ 1)), (b"\n\n", b"\n" + b"A" * 43 + b"=\n\n")):
                with self.assertRaises(Fault):
                    receipt.verify(proof.replace(old, new, 1), policy)
            with self.assertRaises(Fault):
                receipt.verify(proof.rpartition("—".encode())[0], policy)


def path_to(leaves: list[bytes], index: int) -> list[bytes]:
    """The inclusion proof of a leaf, from its sibling up."""
    if len(leaves) == 1:
        return []
    middle = split(len(leaves))
    here, other = (leaves[:middle], leaves[middle:]) if index < middle else (leaves[middle:], leaves[:middle])
    tree = Frontier()
    for leaf in other:
        tree.append(leaf)
    return [*path_to(here, index if index < middle else index - middle), tree.root()]


if __name__ == "__main__":
    unittest.main()
