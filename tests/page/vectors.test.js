// Every certificate of tests/vectors/certificates has the verdict of its INDEX, and every record of tests/vectors/records its
// hashes.

import assert from "node:assert/strict";
import fs from "node:fs";
import test from "node:test";
import { leafHash, textHash } from "../../ledger/page/hash.js";
import { parseRecord } from "../../ledger/page/records.js";
import { verdictWords } from "./verdict.js";
import { certificates, readVector, rows } from "./samples.js";

for (const { name, digest, verdict } of certificates()) {
  test(`${name}: ${verdict}`, async () => {
    const words = await verdictWords(readVector(name), digest);
    assert.ok(verdict === "NOT final" ? words.startsWith(verdict) : words === verdict, words);
  });
}

test("every kind of record parses, and has the hashes of the index", async () => {
  const folder = new URL("../vectors/records/", import.meta.url);
  const all = rows(new URL("INDEX", folder));
  assert.ok(all.length >= 60);
  for (const [name, leaf, text] of all) {
    const bytes = new Uint8Array(fs.readFileSync(new URL(name, folder)));
    assert.equal(await leafHash(bytes), leaf, name);
    assert.equal(await textHash(parseRecord(bytes, name).text), text, name);
  }
});
