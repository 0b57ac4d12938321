// A public export: the whole tree, and those records that are public (formats.md, section 3). Who sits in the council follows from
// the records shown; that a decision follows from its ballots only where all of them are shown.

import { lastBallots, verifyBallots } from "./ballots.js";
import { encodeUtf8, isSameBytes } from "./bytes.js";
import { refuse } from "./defect.js";
import { leafHash } from "./hash.js";
import { Spans } from "./keys.js";
import { entitledTo } from "./measure.js";
import { verifyDecision } from "./outcome.js";
import { entries, readRecord } from "./reading.js";
import { Frontier, spansOf, splitTile, tilePath } from "./tiles.js";
import { followBlocks, textsOf } from "./walk.js";

const TEXT =
  "nemcon/v1 public-export\n" +
  "The records that are not public are withheld: in the entry bundles they have the length 0.\n";
const RELATIONS = { renews: "renewed", amends: "amended", repeals: "repealed" };

/** Whether an export withholds records, as its file `public` says. */
export function isPublic(files) {
  const bytes = files.get("public");
  if (bytes === undefined) return false;
  if (!isSameBytes(bytes, encodeUtf8(TEXT))) refuse("public", "It has another text than such files have.");
  return true;
}

/** The tree, the blocks and the council as far as they are shown. */
export async function followPublic({ read, founded, verifier, size, pause }) {
  const rest = (index) => pause(index, size);
  const leaves = [];
  for (const { index, width } of spansOf(size)) {
    const path = tilePath(0, index, width);
    leaves.push(...splitTile(read(path), width, path));
  }
  const records = await readShown({ read, founded, verifier, size, leaves, rest });
  const tree = await verifyChain(records, leaves, founded, rest);
  const blocks = await followBlocks(records, founded, verifier);
  const said = records.filter(({ lines }) => lines.length > 0);
  const decided = await derive(records, blocks, founded, rest);
  const counts = {
    blocks: blocks.length,
    statements: said.length,
    signatures: said.reduce((sum, { lines }) => sum + lines.length, 0),
    decisions: decided.length,
  };
  const spans = new Spans();
  for (const [n, { members }] of blocks.entries()) spans.take(n === 0 ? 0 : Number(blocks[n - 1].index) + 1, members);
  const last = blocks.at(-1);
  const root = await tree.root();
  return { leaves, root, sealing: last.members, spans, counts, decided, last, shown: records.length + 1 };
}

/** Each record that is shown is the leaf at its place. */
async function readShown({ read, founded, verifier, size, leaves, rest }) {
  const records = [];
  for (const { raw, index } of entries(read, size)) {
    await rest(index);
    if (index === 0 && !isSameBytes(raw, encodeUtf8(founded.text))) refuse("record 0", "Record 0 is not the genesis.");
    if (raw.length === 0) continue;
    const leaf = await leafHash(raw);
    if (leaf !== leaves[index])
      refuse(`record ${index}`, "It is not the record that stands at this place of the tree.");
    if (index > 0) records.push(await readRecord(raw, index, leaf, verifier));
  }
  return records;
}

/** Blocks follow each other without a gap, each above the tree that it names. */
async function verifyChain(records, leaves, founded, rest) {
  const tree = new Frontier();
  let [height, previous] = [0n, founded.digest];
  for (const own of records.filter(({ kind }) => kind === "block")) {
    for (; tree.size < own.index; await rest(Number(tree.size))) await tree.add(leaves[Number(tree.size)]);
    height += 1n;
    const due = { height, previous, size: tree.size, root: await tree.root() };
    const wrong = Object.keys(due).find((name) => own.fields[name] !== due[name]);
    if (wrong !== undefined) refuse(own.where, `The record of the block has another \`${wrong}\` than ${due[wrong]}.`);
    previous = own.leaf;
    await tree.add(own.leaf);
  }
  if (tree.size !== BigInt(leaves.length)) refuse("the log", "The log does not end with the record of a block.");
  return tree;
}

/** What was decided, with the votes where all that they rest on is shown, and what became of it. */
async function derive(records, blocks, founded, rest) {
  const context = indexOf(records, blocks, founded);
  const decided = [];
  for (const record of records) {
    await rest(Number(record.index));
    if (record.kind === "decision") decided.push(await decidedBy(record, context));
    if (record.kind !== "attestation" || !context.annuls.includes(record.fields.attests)) continue;
    addLater(decided, record.fields.measure, record.fields.attests, record.index);
  }
  return decided;

  async function decidedBy(decision, all) {
    const text = all.texts.get(decision.fields.text);
    const predecessor = decision.fields.outcome === "adopted" ? (text?.fields.predecessor ?? null) : null;
    if (predecessor !== null) {
      const [relation, number] = predecessor;
      addLater(decided, number, `${RELATIONS[relation]} by measure ${decision.fields.measure}`, decision.index);
    }
    const votes = text === undefined ? null : await votesOn(decision, text, all);
    return { decision, kind: text?.fields.kind ?? null, votes, later: [] };
  }
}

function addLater(decided, number, what, index) {
  const found = decided.find(({ decision }) => decision.fields.measure === number);
  found?.later.push({ what, index });
}

function indexOf(records, blocks, founded) {
  const said = new Map();
  for (const record of records) {
    if (record.fields.for === undefined) continue;
    const { measure } = record.fields;
    if (!said.has(measure)) said.set(measure, []);
    said.get(measure).push(record);
  }
  const isShared = ({ kind }) => ["freeze", "decision", "package", "measure", "revision"].includes(kind);
  return {
    said,
    shared: records.filter(isShared),
    texts: textsOf(records),
    packages: new Map(records.filter(({ kind }) => kind === "package").map((record) => [record.textHash, record])),
    rosters: new Map(blocks.map((block) => [block.roster, block])),
    law: founded.law,
    annuls: founded.fields["charter-annuls"] ?? [],
  };
}

/** The votes on a decided text, as the decision has counted them; null where not all of them are shown. */
async function votesOn(decision, text, all) {
  const { fields } = decision;
  const packaged = fields.package === null ? null : all.packages.get(fields.package);
  const block = all.rosters.get(fields.roster);
  if (packaged === undefined || block === undefined) return null;
  const tabled = text.kind === "measure" ? text : { ...text, block };
  const records = [...all.shared, ...(all.said.get(fields.measure) ?? [])];
  const measure = { number: fields.measure, tabled, text, package: packaged, end: decision };
  if (text.fields["authorised-by"] !== null && !isAuthorityShown(text, all)) return null;
  const { entitled, excluded, rule } = entitledTo(measure, records, all.law);
  const ballots = lastBallots(measure, records);
  const isShown = ({ fields: { mandate } }) => mandate === null || records.some(({ textHash }) => textHash === mandate);
  if (!entitled.every(({ code }) => ballots.has(code)) || ![...ballots.values()].every(isShown)) return null;
  const { law } = all;
  const mandates = verifyBallots(ballots, { measure, entitled, rule, law, records });
  const reason = await verifyDecision(decision, { measure, entitled, excluded, ballots, mandates, law, records });
  return { reason, ballots: entitled.map(({ code }) => [code, ballots.get(code).fields.position]) };
}

function isAuthorityShown({ fields }, { texts, shared }) {
  const [number, hash] = fields["authorised-by"];
  const isAdopting = ({ kind, fields: { measure, text } }) =>
    kind === "decision" && measure === number && text === hash;
  return texts.has(hash) && shared.some(isAdopting);
}
