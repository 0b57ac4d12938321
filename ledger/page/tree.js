// The root to which leaves and hashes lead (formats.md, section 10, "The hashes").

import { refuse } from "./defect.js";
import { nodeHash } from "./hash.js";

const WHERE = "the tree";

/** The root of a tree of `size` leaves, of which some are known: [{ index, hash }] in ascending order. */
export async function rootOf(size, leaves, hashes) {
  if (leaves.some(({ index }) => index >= size))
    refuse(WHERE, `A record stands beyond the checkpoint’s ${size} records.`);
  const reading = { leaves, hashes, leafAt: 0, hashAt: 0 };
  const root = await rangeHash(0n, size, reading);
  if (reading.hashAt !== hashes.length) refuse(WHERE, "More hashes stand in the certificate than lead to a root.");
  return root;
}

/** The hash of [start, end). The leaves before `start` are used. */
async function rangeHash(start, end, reading) {
  const leaf = reading.leaves[reading.leafAt];
  if (leaf === undefined || leaf.index >= end) return nextHash(reading);
  if (end - start === 1n) {
    reading.leafAt += 1;
    return leaf.hash;
  }
  const middle = start + splitOf(end - start);
  const left = await rangeHash(start, middle, reading);
  const right = await rangeHash(middle, end, reading);
  return nodeHash(left, right);
}

function nextHash(reading) {
  if (reading.hashAt === reading.hashes.length) refuse(WHERE, "Hashes are missing that lead to a root.");
  reading.hashAt += 1;
  return reading.hashes[reading.hashAt - 1];
}

/** The largest power of two below a length of at least 2. */
function splitOf(length) {
  return 1n << BigInt((length - 1n).toString(2).length - 1);
}
