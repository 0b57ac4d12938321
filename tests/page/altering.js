// Alters an export at random: bits, lines and records.

import { createHash } from "node:crypto";
import { joinBytes } from "../../ledger/page/bytes.js";

const NOTES = ["genesis", "checkpoint", "finality.policy", "advance.policy", "keys"];

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
  const records = splitRecords(bytes);
  const [one, other] = [next(records.length), next(records.length)];
  const how = next(3);
  if (how === 0) [records[one], records[other]] = [records[other], records[one]];
  else if (how === 1) records.splice(one, 1, records[other]);
  else records.splice(one, 1, records[one], records[one]);
  return joinBytes(...records);
}

const KEPT = ["block", "keys", "freeze", "rotation", "notice", "entry"];
const TEXT =
  "nemcon/v1 public-export\nThe records that are not public are withheld: in the entry bundles they have the length 0.\n";

/** An export that withholds what is not about keys, seats and what was adopted, and some of the rest. */
export function withhold(files, next) {
  const leaves = [...files].filter(([path]) => path.startsWith("tile/entries/"));
  const texts = leaves.flatMap(([, bytes]) =>
    splitRecords(bytes).map((raw) => Buffer.from(raw.subarray(2)).toString()),
  );
  const adopted = new Set(
    texts
      .filter((text) => /^nemcon\/v1 decision\n[^]*\noutcome adopted\n/.test(text))
      .map((text) => /^text (.*)$/m.exec(text)[1]),
  );
  const most = next(4);
  const isKept = (text) =>
    [...KEPT, "genesis"].some((kind) => text.startsWith(`nemcon/v1 ${kind}\n`)) ||
    isOfAdopted(text, adopted) ||
    next(4) < most;
  const withheld = new Map(files).set("public", new TextEncoder().encode(TEXT));
  for (const [path, bytes] of leaves) {
    const records = splitRecords(bytes);
    const shown = records.map((raw) => (isKept(Buffer.from(raw.subarray(2)).toString()) ? raw : new Uint8Array(2)));
    withheld.set(path, joinBytes(...shown));
  }
  return withheld;
}

function isOfAdopted(text, adopted) {
  if (/^nemcon\/v1 decision\n/.test(text)) return adopted.has(/^text (.*)$/m.exec(text)[1]);
  if (!/^nemcon\/v1 (measure|revision)\n/.test(text)) return false;
  return adopted.has(
    createHash("sha256")
      .update(text.slice(0, text.lastIndexOf("\n\n") + 1))
      .digest("hex"),
  );
}

function splitRecords(bytes) {
  const records = [];
  for (let at = 0; at < bytes.length; at += 2 + bytes[at] * 256 + bytes[at + 1])
    records.push(bytes.subarray(at, at + 2 + bytes[at] * 256 + bytes[at + 1]));
  return records;
}
