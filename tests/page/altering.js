// Alters an export at random: bits, lines and records.

import { joinBytes } from "../../ledger/page/bytes.js";

const NOTES = ["genesis", "checkpoint", "finality.policy", "advance.policy"];

/** One alteration: { altered: Map, what, isHarmless }. What leaves the bytes as they were, or adds a stranger’s file, is harmless. */
export function alterFiles(files, next) {
  const paths = [...files.keys()];
  const path = paths[next(paths.length)];
  const bytes = files.get(path);
  const changes = [
    () => flip(bytes, next),
    () => bytes.subarray(0, next(bytes.length)),
    () => joinBytes(bytes, bytes.subarray(0, 1 + next(40))),
    () => exchangeLines(bytes, next),
    () => exchangeBytes(bytes, next),
    () => exchangeRecords(path, bytes, next),
  ];
  const chosen = next(changes.length);
  const changed = changes[chosen]();
  const altered = new Map(files).set(path, changed);
  const isSame = changed.length === bytes.length && changed.every((byte, at) => byte === bytes[at]);
  return { altered, what: `change ${chosen} of ${path}`, isHarmless: isSame || isOnlyOrder(path, bytes, changed) };
}

/** The signature lines of a note may stand in any order. */
function isOnlyOrder(path, before, after) {
  if (path !== "checkpoint" && path !== "genesis") return false;
  const parts = (bytes) => {
    const [text, lines = ""] = Buffer.from(bytes).toString().split("\n\n");
    return [text, ...new Set(lines.split("\n").sort())].join("\n");
  };
  return parts(before) === parts(after);
}

function flip(bytes, next) {
  const changed = Uint8Array.from(bytes);
  if (changed.length > 0) changed[next(changed.length)] ^= 1 << next(8);
  return changed;
}

function exchangeLines(bytes, next) {
  const lines = Buffer.from(bytes).toString("latin1").split("\n");
  const [one, other] = [next(lines.length), next(lines.length)];
  [lines[one], lines[other]] = [lines[other], lines[one]];
  return new Uint8Array(Buffer.from(lines.join("\n"), "latin1"));
}

function exchangeBytes(bytes, next) {
  const changed = Uint8Array.from(bytes);
  if (changed.length === 0) return changed;
  const [one, other] = [next(changed.length), next(changed.length)];
  [changed[one], changed[other]] = [changed[other], changed[one]];
  return changed;
}

/** Two records of a bundle change places, or one stands twice, or is left out. */
function exchangeRecords(path, bytes, next) {
  if (NOTES.includes(path) || !path.startsWith("tile/entries/")) return flip(bytes, next);
  const records = [];
  for (let at = 0; at < bytes.length; at += 2 + bytes[at] * 256 + bytes[at + 1])
    records.push(bytes.subarray(at, at + 2 + bytes[at] * 256 + bytes[at + 1]));
  const [one, other] = [next(records.length), next(records.length)];
  const how = next(3);
  if (how === 0) [records[one], records[other]] = [records[other], records[one]];
  else if (how === 1) records.splice(one, 1, records[other]);
  else records.splice(one, 1, records[one], records[one]);
  return joinBytes(...records);
}
