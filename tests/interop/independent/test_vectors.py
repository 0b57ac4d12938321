"""`python3 -m independent.test_vectors`: every record of `tests/vectors/records` is read, written again, hashed."""

from __future__ import annotations

import unittest
from pathlib import Path

from . import records
from .fault import Fault
from .merkle import leaf_hash

VECTORS = Path(__file__).resolve().parents[2] / "vectors" / "records"


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


if __name__ == "__main__":
    unittest.main()
