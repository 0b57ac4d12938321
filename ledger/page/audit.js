// An export and a council digest from elsewhere become a verdict: the whole ledger is derived again (formats.md, sections 2, 3).

import { BLOCK_BYTES_MAX, followBlock } from "./block.js";
import { encodeUtf8, isSameBytes } from "./bytes.js";
import { parseCheckpoint, verifySeals } from "./checkpoint.js";
import { Defect, refuse } from "./defect.js";
import { Verifier } from "./ed25519.js";
import { verifyGenesis } from "./founding.js";
import { leafHash } from "./hash.js";
import { firstLedger } from "./ledger.js";
import { isPolicy, policiesOf } from "./policy.js";
import { followPublic, isPublic } from "./public.js";
import { entries, readRecord } from "./reading.js";
import { Frontier, pathsOf, verifyTiles } from "./tiles.js";

const NOTE_BYTES_MAX = 128 * 1024;
const SIZE_MIN = 3n;
const SIZE_MAX = 1n << 26n;
const WORK_MS = 40;
const NOTES = ["genesis", "checkpoint", "finality.policy", "advance.policy"];

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
  await verifyPolicies(found.sealing, founded, read);
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
  let [previous, sealing, waiting, bytes, last] = [founded.digest, ledger.members, [], 0, null];
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
  return { ledger, leaves, root: await tree.root(), sealing, last, counts, changes };
}

function isChange({ kind }) {
  return ["keys", "freeze", "rotation", "notice", "entry"].includes(kind);
}

/** Both policies are those of the roster that seals this size. */
async function verifyPolicies(members, founded, read) {
  const { finality, advance } = await policiesOf(members, founded);
  for (const [path, text] of Object.entries({ "finality.policy": finality, "advance.policy": advance })) {
    if (!isPolicy(read(path, NOTE_BYTES_MAX), text))
      refuse(path, "It is not the policy of the roster that seals this size.");
  }
}
