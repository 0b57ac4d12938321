// The tree as it grows, and the tiles of an export (formats.md, sections 2 and 3; C2SP tlog-tiles).

import { decodeHex, encodeHex, isSameBytes, joinBytes } from "./bytes.js";
import { refuse } from "./defect.js";
import { nodeHash, sha256 } from "./hash.js";

const WIDTH = 256;
const HASH_BYTES = 32;

/** The right edge of a tree that grows by one leaf after the other. */
export class Frontier {
  #edge = [];
  size = 0n;

  /** Adds the hash of a leaf. */
  async add(leaf) {
    let [hash, level] = [leaf, 0];
    for (; this.#edge.at(-1)?.level === level; level += 1) hash = await nodeHash(this.#edge.pop().hash, hash);
    this.#edge.push({ level, hash });
    this.size += 1n;
  }

  /** The root of the tree as it stands. */
  async root() {
    if (this.#edge.length === 0) return sha256(new Uint8Array(0));
    let root = this.#edge.at(-1).hash;
    for (let at = this.#edge.length - 2; at >= 0; at -= 1) root = await nodeHash(this.#edge[at].hash, root);
    return root;
  }
}

/** The path of a tile: its number in groups of three digits, all but the last with an x in front. */
export function tilePath(level, index, width) {
  let groups = String(index % 1000).padStart(3, "0");
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    groups = `x${String(rest % 1000).padStart(3, "0")}/${groups}`;
  return `tile/${level}/${groups}${width === WIDTH ? "" : `.p/${width}`}`;
}

/** The tiles of a row of so many hashes: [{ index, width }]. */
export function spansOf(size) {
  const count = Math.ceil(size / WIDTH);
  return Array.from({ length: count }, (_, index) => ({ index, width: Math.min(WIDTH, size - index * WIDTH) }));
}

/** Every path that an export of this size has, without its notes. */
export function pathsOf(size) {
  const paths = spansOf(size).map(({ index, width }) => tilePath("entries", index, width));
  for (let [level, row] = [0, size]; row > 0; level += 1, row = Math.floor(row / WIDTH))
    paths.push(...spansOf(row).map(({ index, width }) => tilePath(level, index, width)));
  return paths;
}

/** The records of one entry bundle. Of a public export a withheld record has no bytes. */
export function splitBundle(bytes, width, path) {
  const records = [];
  let at = 0;
  for (let n = 0; n < width; n += 1) {
    const end = at + 2 <= bytes.length ? at + 2 + bytes[at] * 256 + bytes[at + 1] : Infinity;
    if (end > bytes.length) refuse(path, "The bundle ends within a record.");
    records.push(bytes.subarray(at + 2, end));
    at = end;
  }
  if (at !== bytes.length) refuse(path, "The bundle goes on behind its last record.");
  return records;
}

/** The hashes that a tile of level 0 holds. */
export function splitTile(bytes, width, path) {
  if (bytes.length !== width * HASH_BYTES) refuse(path, `The tile has to hold ${width} hashes.`);
  return Array.from({ length: width }, (_, n) => encodeHex(bytes.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES)));
}

/** Every hash tile is what the leaves hash to. Returns how many there are. */
export async function verifyTiles(leaves, read, pause) {
  let count = 0;
  for (let [level, row] = [0, leaves]; row.length > 0; level += 1) {
    const above = [];
    for (const { index, width } of spansOf(row.length)) {
      await pause();
      const path = tilePath(level, index, width);
      const hashes = row.slice(index * WIDTH, index * WIDTH + width);
      if (!isSameBytes(read(path), joinBytes(...hashes.map(decodeHex))))
        refuse(path, "It is not what the records hash to.");
      if (width === WIDTH) above.push(await wholeRoot(hashes));
      count += 1;
    }
    row = above;
  }
  return count;
}

async function wholeRoot(hashes) {
  let row = hashes;
  while (row.length > 1) {
    const next = [];
    for (let at = 0; at < row.length; at += 2) next.push(await nodeHash(row[at], row[at + 1]));
    row = next;
  }
  return row[0];
}
