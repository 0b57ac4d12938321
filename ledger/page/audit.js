// An export and a council digest from elsewhere become a verdict: the whole ledger is derived again (formats.md, sections 2, 3).

import { BLOCK_BYTES_MAX, followBlock } from "./block.js";
import { encodeUtf8, isSameBytes } from "./bytes.js";
import { parseCheckpoint, verifySeals } from "./checkpoint.js";
import { Defect, refuse } from "./defect.js";
import { Verifier } from "./ed25519.js";
import { verifyGenesis } from "./founding.js";
import { leafHash } from "./hash.js";
import { Spans } from "./keys.js";
import { firstLedger } from "./ledger.js";
import { policiesOf } from "./policy.js";
import { followPublic, isPublic } from "./public.js";
import { entries, readRecord } from "./reading.js";
import { Frontier, pathsOf, verifyTiles } from "./tiles.js";

const NOTE_BYTES_MAX = 128 * 1024;
const SIZE_MIN = 3n;
const SIZE_MAX = 1n << 26n;
const WORK_MS = 40;
const NOTES = ["genesis", "checkpoint", "finality.policy", "advance.policy", "keys"];

/**
 * The verdict on an export: `files` is a Map of its files by their paths. It never throws: { verdict: "audited" | "audited-in-public" |
 * "refused" }, with `where` and `what` of a refusal, and otherwise with all that was found. `progress(done, size)` is called now
 * and then, and the page answers its reader in between.
 */
export async function verifyExport(files, council, progress = () => {}) {
  try {
    return await judge(files, council, progress);
  } catch (error) {
    if (error instanceof Defect) return { verdict: "refused", where: error.where, what: error.what };
    return { verdict: "refused", where: "this page", what: `The page could not finish its work: ${error}` };
  }
}

async function judge(files, council, progress) {
  if (!/^[0-9a-f]{64}$/.test(council))
    refuse("the council digest", "It has to be 64 hexadecimal digits, and has to come from elsewhere.");
  const read = (path, most = Infinity) => {
    const bytes = files.get(path);
    if (bytes === undefined) refuse(path, "The export lacks this file.");
    if (bytes.length > most) refuse(path, "The file is longer than what it can hold.");
    return bytes;
  };
  const isPart = isPublic(files);
  const verifier = new Verifier();
  const founded = await verifyGenesis(read("genesis", NOTE_BYTES_MAX), council, verifier);
  const checkpoint = parseCheckpoint(read("checkpoint", NOTE_BYTES_MAX), founded);
  if (checkpoint.size < SIZE_MIN || checkpoint.size > SIZE_MAX)
    refuse("the checkpoint", "No ledger that is judged here has so many records.");
  const work = { read, founded, checkpoint, verifier, size: Number(checkpoint.size), pause: pauser(progress) };
  const found = isPart ? await followPublic(work) : await followWhole(work);
  if (found.root !== checkpoint.root) refuse("the tree", "The checkpoint’s root is not that of the records.");
  const tiles = await verifyTiles(found.leaves, read, () => work.pause(work.size, work.size));
  const sealed = await verifySeals(checkpoint, found.sealing, founded, verifier);
  await verifyDerived(found, founded, read);
  const paths = new Set([...NOTES, ...pathsOf(work.size), ...(isPart ? ["public"] : [])]);
  const counts = { ...found.counts, files: paths.size, tiles };
  const strays = [...files.keys()].filter((path) => !paths.has(path));
  const verdict = isPart ? "audited-in-public" : "audited";
  return { verdict, founded, checkpoint, ...found, ...sealed, counts, strays };
}

/** A function that lets the page answer its reader and tells the progress, but not more often than people can see. */
function pauser(progress) {
  let last = Date.now();
  return async (done, size) => {
    if (Date.now() - last < WORK_MS) return;
    progress(done, size);
    await new Promise((resume) => setTimeout(resume, 0));
    last = Date.now();
  };
}

async function followWhole({ read, founded, verifier, size, pause }) {
  const ledger = await firstLedger(founded);
  const tree = new Frontier();
  const leaves = [];
  const counts = { blocks: 0, statements: 0, signatures: 0, decisions: 0 };
  const changes = [];
  const spans = new Spans();
  let [previous, sealing, waiting, bytes, last, ended] = [founded.digest, ledger.members, [], 0, null, 0];
  for (const { raw, index } of entries(read, size)) {
    const rest = () => pause(index, size);
    await rest();
    leaves.push(await leafHash(raw));
    if (index === 0) {
      if (!isSameBytes(raw, encodeUtf8(founded.text))) refuse("record 0", "Record 0 is not the genesis.");
      await tree.add(leaves[0]);
      continue;
    }
    waiting.push(await readRecord(raw, index, leaves[index], verifier));
    bytes += raw.length;
    if (bytes > BLOCK_BYTES_MAX) refuse(`record ${index}`, "A block has 5 MiB of records at most.");
    if (waiting.at(-1).kind !== "block") continue;
    sealing = ledger.members;
    spans.take(ended, sealing);
    ended = index + 1;
    const { statements, signatures } = await followBlock(ledger, tree, waiting, previous, verifier, rest);
    counts.blocks += 1;
    counts.statements += statements;
    counts.signatures += signatures;
    changes.push(
      ...waiting.filter(isChange).map(({ kind, fields, index: at }) => ({ kind, by: fields.by, index: at })),
    );
    last = waiting.at(-1).fields;
    previous = leaves[index];
    [waiting, bytes] = [[], 0];
  }
  if (waiting.length > 0)
    refuse(waiting[0].where, "No record of a block stands behind it: the log ends within a block.");
  counts.decisions = Number(ledger.decisions);
  return { ledger, leaves, root: await tree.root(), sealing, spans, last, counts, changes };
}

function isChange({ kind }) {
  return ["keys", "freeze", "rotation", "notice", "entry"].includes(kind);
}

/** What follows from the ledger: the policies of the roster that seals this size, and the keys of all rosters up to it. */
async function verifyDerived({ sealing, spans }, founded, read) {
  const { finality, advance } = await policiesOf(sealing, founded);
  const policy = "It is not the policy of the roster that seals this size.";
  verifyText("finality.policy", finality, NOTE_BYTES_MAX, policy, read);
  verifyText("advance.policy", advance, NOTE_BYTES_MAX, policy, read);
  const keys = await spans.text(founded);
  // However often keys have changed, the file is as long as it has to be.
  const what = "These are not the keys that have signed and sealed this log, with their sizes.";
  verifyText("keys", keys, keys.length + 1, what, read);
}

function verifyText(path, text, most, what, read) {
  const [found, due] = [read(path, most), encodeUtf8(text)];
  if (!isSameBytes(found, due)) refuse(`${path}, line ${lineBehind(found, due)}`, what);
}

/** The line in which two byte strings are no longer the same. */
function lineBehind(found, due) {
  const at = found.findIndex((byte, n) => byte !== due[n]);
  const same = found.subarray(0, at < 0 ? found.length : at);
  return same.reduce((line, byte) => (byte === 10 ? line + 1 : line), 1);
}
