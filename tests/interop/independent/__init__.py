"""A second verifier of exports, certificates and receipts, from `docs/formats.md` alone, without any code of nemcon's.

What it derives again, byte by byte: the genesis with its founders' signatures; whether its charter is a law; the
one written form of every record; every statement's signatures by the keys of its day, its place in its chain and
in its block, the shares of the block and of the day, and whether the council lets it in; who is entitled; every
decision and lapse with its reason, its lines and its commitment to the votes; keys, freezes, notices, entries,
departures, weights and appointments; every block record; the tree, every hash tile, both policies, and the seals
of the roster that seals this size.

What it does not check:

- Evidence, and the link of a successor to the council before it.
- What a public export or a certificate does not show: sections 3 and 10 say what is judged without it.
- Rules later than version 1: it stops at the first block behind their adoption.
- What is after the first fault. There is one fault, where `nemcon audit` goes on and says what it cannot judge.
- Files that belong to no export are passed over. The time of a seal is the word of the sealing node.
- The round and the time of a block beyond their order: commit certificates are not exported.

It holds every leaf hash in memory, 32 bytes a record, and the council; of the records one block at a time.
"""
