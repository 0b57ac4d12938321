// Writes a certificate out of an export, by formats.md alone: sections 3 and 10.

import fs from "node:fs";
import path from "node:path";
import { encodeUtf8, joinBytes } from "../../ledger/page/bytes.js";
import { leafHash, nodeHash, textHash } from "../../ledger/page/hash.js";
import { parseNote } from "../../ledger/page/note.js";
import { parseRecord } from "../../ledger/page/records.js";

const TILE = 256;

/** An export as { genesis, checkpoint, digest, leaves: [bytes] }. */
export async function readExport(folder) {
  const genesis = fs.readFileSync(path.join(folder, "genesis"), "utf8");
  const checkpoint = fs.readFileSync(path.join(folder, "checkpoint"), "utf8");
  const size = Number(checkpoint.split("\n")[1]);
  const leaves = [];
  for (let tile = 0; tile * TILE < size; tile += 1) leaves.push(...readBundle(folder, tile, size));
  return { genesis, checkpoint, leaves, digest: await textHash(parseNote(genesis, "genesis").text) };
}

function readBundle(folder, tile, size) {
  const width = Math.min(TILE, size - tile * TILE);
  const name = String(tile).padStart(3, "0");
  const bytes = fs.readFileSync(path.join(folder, "tile", "entries", width === TILE ? name : `${name}.p/${width}`));
  const leaves = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt16BE(at);
    leaves.push(new Uint8Array(bytes.subarray(at + 2, at + 2 + length)));
    at += 2 + length;
  }
  return leaves;
}

/** The indices of every record. */
export function allIndices({ leaves }) {
  return leaves.map((_, index) => index).slice(1);
}

/** A certificate with the records at these indices. */
export async function writeCertificate({ genesis, checkpoint, digest, leaves }, measure, indices) {
  const hashes = [];
  const shown = new Set([0, ...indices]);
  await collect(leaves, 0, leaves.length, shown, hashes);
  const parts = [
    encodeUtf8(`nemcon/v1 certificate\ncouncil ${digest}\nmeasure ${measure}\n\n`),
    part("genesis", encodeUtf8(genesis)),
  ];
  for (const index of indices) parts.push(encodeUtf8("\n"), part(`record ${index}`, leaves[index]));
  parts.push(encodeUtf8("\n"), encodeUtf8(hashes.map((hash) => `hash ${hash}\n`).join("")), encodeUtf8("\n"));
  parts.push(part("checkpoint", encodeUtf8(checkpoint)));
  return joinBytes(...parts);
}

function part(name, bytes) {
  return joinBytes(encodeUtf8(`${name} ${bytes.length}\n`), bytes);
}

async function collect(leaves, start, end, shown, hashes) {
  const isShown = [...shown].some((index) => index >= start && index < end);
  if (!isShown) hashes.push(await rangeHash(leaves, start, end));
  else if (end - start > 1) {
    const middle = start + 2 ** Math.ceil(Math.log2(end - start) - 1);
    await collect(leaves, start, middle, shown, hashes);
    await collect(leaves, middle, end, shown, hashes);
  }
}

/** The hash of the leaves from `start` to before `end`. */
export async function rangeHash(leaves, start, end) {
  if (end - start === 1) return leafHash(leaves[start]);
  const middle = start + 2 ** Math.ceil(Math.log2(end - start) - 1);
  return nodeHash(await rangeHash(leaves, start, middle), await rangeHash(leaves, middle, end));
}

/** The records of an export, parsed. */
export function readRecords({ leaves }) {
  return leaves.map((bytes, index) => (index === 0 ? null : { index, ...parseRecord(bytes, `record ${index}`) }));
}
