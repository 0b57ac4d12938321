// C2SP signed notes: a text, an empty line, signature lines (formats.md, section 1).

import { decodeBase64, encodeUtf8, isSameBytes, joinBytes, readBigEndian } from "./bytes.js";
import { refuse } from "./defect.js";

/** The types of signatures. */
export const PLAIN = 0x01;
export const COSIGNATURE = 0x04;
const LENGTHS = { [PLAIN]: 64, [COSIGNATURE]: 72 };
const LINES_MAX = 100;
const NO_NAME = /[\p{White_Space}+]/u;
const CONTROLS = /[\x00-\x09\x0b-\x1f]/;

/** Divides a note into its text and its signature lines: { text, lines: [{ name, id, signature }] }. */
export function parseNote(note, where, linesMax = LINES_MAX) {
  const end = note.lastIndexOf("\n\n");
  if (end < 0 || !note.endsWith("\n"))
    refuse(where, "It is no signed note: no empty line stands before signature lines.");
  if (CONTROLS.test(note)) refuse(where, "It is no signed note: it holds a control character.");
  const lines = note.slice(end + 2, -1).split("\n");
  if (lines.length > linesMax) refuse(where, `It has more than ${linesMax} signature lines.`);
  return { text: note.slice(0, end + 1), lines: lines.map((line) => parseLine(line, where)) };
}

function parseLine(line, where) {
  const [dash, name, base64, ...rest] = line.split(" ");
  const bytes = base64 ? decodeBase64(base64) : null;
  if (dash !== "—" || !name || NO_NAME.test(name) || rest.length > 0 || bytes === null || bytes.length < 5) {
    refuse(where, `This is no signature line: ${shorten(line)}`);
  }
  return { name, id: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

/** A text of the file as a message may show it: not too long, and with nothing invisible or turning in it. */
export function shorten(text) {
  const short = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return short.replace(/[\p{C}\p{Zl}\p{Zp}\ufffd]/gu, (character) => `\\u{${character.codePointAt(0).toString(16)}}`);
}

/** key id = the first 4 bytes of SHA-256(name || LF || type || key) [C2SP signed-note] */
export async function keyId({ name, type, key }) {
  const named = joinBytes(encodeUtf8(`${name}\n`), Uint8Array.of(type), decodeBase64(key));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", named)).subarray(0, 4);
}

/** Whether a line is in the name of a signer { name, type, key }: the same name and the same key id. */
export async function isLineOf(line, signer) {
  return line.name === signer.name && isSameBytes(line.id, await keyId(signer));
}

/** Whether a line in the name of a signer verifies over a text. */
export async function isLineValid(verifier, line, signer, text) {
  if (line.signature.length !== LENGTHS[signer.type]) return false;
  if (signer.type === PLAIN) return verifier.isSigned(signer.key, line.signature, encodeUtf8(text));
  return verifier.isSigned(signer.key, line.signature.subarray(8), cosigned(line.signature, text));
}

/** The message of cosignature/v1: its time, then the text. */
function cosigned(signature, text) {
  return encodeUtf8(`cosignature/v1\ntime ${cosignatureTime(signature)}\n${text}`);
}

/** The seconds since 1970 that a cosignature says. */
export function cosignatureTime(signature) {
  return readBigEndian(signature.subarray(0, 8));
}
