// SHA-256, and the two hashes of the log (formats.md, section 2).

import { decodeHex, encodeHex, encodeUtf8, joinBytes } from "./bytes.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** SHA-256 as lowercase hexadecimal. */
export async function sha256(bytes) {
  return encodeHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** SHA-256 of the UTF-8 of a text: the text hash of a statement, the council digest of a genesis. */
export async function textHash(text) {
  return sha256(encodeUtf8(text));
}

/** leaf_hash(record) = SHA-256(0x00 || record) */
export async function leafHash(record) {
  return sha256(joinBytes(LEAF, record));
}

/** node_hash(left, right) = SHA-256(0x01 || left || right) */
export async function nodeHash(left, right) {
  return sha256(joinBytes(NODE, decodeHex(left), decodeHex(right)));
}
