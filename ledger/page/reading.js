// The records of an export, one after the other (formats.md, section 3).

import { refuse } from "./defect.js";
import { textHash } from "./hash.js";
import { verifyKeys } from "./parties.js";
import { parseRecord } from "./records.js";
import { spansOf, splitBundle, tilePath } from "./tiles.js";

/** The records of an export in their order: { raw, index }. */
export function* entries(read, size) {
  for (const { index, width } of spansOf(size)) {
    const path = tilePath("entries", index, width);
    for (const [n, raw] of splitBundle(read(path), width, path).entries()) yield { raw, index: index * 256 + n };
  }
}

/** A record with its hashes and its place; every key in it is one that counts. */
export async function readRecord(raw, index, leaf, verifier) {
  const where = `record ${index}`;
  const record = parseRecord(raw, where);
  if (record.kind === "genesis") refuse(where, "A second genesis stands in the log.");
  verifyKeys(keysIn(record), verifier, where);
  return { ...record, where, index: BigInt(index), leaf, textHash: await textHash(record.text), bytes: raw.length };
}

function keysIn({ kind, fields }) {
  if (kind === "keys") return [...fields.officer.map(([, key]) => key), fields.recovery].filter((key) => key !== null);
  if (kind === "rotation") return [fields.node, fields.seal].filter((key) => key !== null);
  const party = kind === "measure" || kind === "revision" ? (fields.admits ?? fields.appoints) : null;
  if (party === null) return [];
  const own = [party.recovery, party.node, party.seal].filter((row) => row !== undefined);
  return [...party.officer.map(([, , key]) => key), ...own.map(([, key]) => key)];
}
