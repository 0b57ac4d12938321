// Point 5: the checkpoint of the whole log, signed by a node as the log and sealed by every member (formats.md, sections 2, 3).

import { decodeBase64, decodeUtf8, encodeHex } from "./bytes.js";
import { refuse } from "./defect.js";
import { logName } from "./founding.js";
import { cosignatureTime, isLineOf, isLineValid, parseNote, PLAIN, shorten } from "./note.js";
import { sealOf } from "./signers.js";
import { number } from "./values.js";

const WHERE = "the checkpoint";
const LINES_MAX = 512;

/** The checkpoint as it stands, without a look at its signatures: { text, lines, size, root }. */
export function parseCheckpoint(bytes, founded) {
  const whole = decodeUtf8(bytes);
  if (whole === null) refuse(WHERE, "The checkpoint is not UTF-8.");
  const { text, lines } = parseNote(whole, WHERE, LINES_MAX);
  const [name, size, root, ...rest] = text.slice(0, -1).split("\n");
  const count = number(size ?? "");
  const bytesOfRoot = decodeBase64(root ?? "");
  if (rest.length > 0 || count === undefined || bytesOfRoot?.length !== 32) {
    refuse(WHERE, "A checkpoint has three lines: the log’s name, the number of records, the root.");
  }
  if (name !== logName(founded)) refuse(WHERE, `It is a checkpoint of another log: ${shorten(name)}`);
  return { text, lines, size: count, root: encodeHex(bytesOfRoot) };
}

/** Every member has sealed it, and a node of theirs has signed it as the log. Returns the seals in roster order. */
export async function verifySeals({ text, lines }, members, founded, verifier) {
  const seals = new Map();
  const logs = new Set();
  for (const line of lines) {
    const log = await findLog(line, members, founded);
    const sealer = members.find(({ code }) => line.name === `${founded.origin}/${code}`);
    const signer = log ?? (sealer && sealOf(founded.origin, sealer.code, sealer.seal));
    if (signer === undefined || !(await isLineOf(line, signer))) continue;
    if (!(await isLineValid(verifier, line, signer, text)))
      refuse(WHERE, `The signature of ${line.name} does not verify.`);
    if (log !== undefined) logs.add(log.code);
    else if (!seals.has(sealer.code))
      seals.set(sealer.code, { code: sealer.code, time: cosignatureTime(line.signature) });
  }
  const missing = members.filter(({ code }) => !seals.has(code)).map(({ code }) => code);
  if (missing.length > 0) refuse(WHERE, `It lacks the seal of ${missing.join(", ")}. What is above it is not final.`);
  if (logs.size === 0) refuse(WHERE, "No member’s node has signed it as the log.");
  return { seals: members.map(({ code }) => seals.get(code)), logs: [...logs] };
}

async function findLog(line, members, founded) {
  const name = logName(founded);
  for (const { code, node } of line.name === name ? members : []) {
    const signer = { name, type: PLAIN, key: node, code };
    if (await isLineOf(line, signer)) return signer;
  }
  return undefined;
}
