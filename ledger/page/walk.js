// Points 3 and 4: the records divide into blocks, each block names the roster to which the shown changes have led, and each
// statement is signed by those who sign for its party in its block (formats.md, section 10).

import { firstCouncil, rosterDigest, stateAfter } from "./council.js";
import { refuse } from "./defect.js";
import { verifySigners } from "./signers.js";

const PAUSE_AFTER = 64;
// The chains of a party of which a certificate shows every statement.
const CHAINS = { keys: "keys", freeze: "keys", rotation: "seat", notice: "seat", entry: "seat" };

/**
 * Follows the council through all records; each gets the block that it belongs to. Returns the blocks:
 * [{ index, height, time, roster, leaf, isExact, members, participants, total }] with the members that decide the block.
 *
 * Where the block before is not the one that `previous` names, block records may have been left out between the two. What stands
 * there was then ordered in this block or an earlier one, and `isExact` is false.
 */
export async function followBlocks(records, founded, verifier) {
  const texts = textsOf(records);
  const chains = new Map();
  const ended = new Set();
  const blocks = [];
  let state = firstCouncil(founded);
  let waiting = [];
  for (const [at, record] of records.entries()) {
    if (at % PAUSE_AFTER === 0) await pause();
    waiting.push(record);
    if (record.kind !== "block") continue;
    const block = await verifyBlock(record, state, blocks.at(-1), founded);
    waiting.pop();
    for (const each of waiting) await verifyRecord(each, block, { state, founded, verifier, texts, chains, ended });
    record.block = block;
    state = stateAfter(state, waiting, block.time, { law: founded.law, verifier });
    blocks.push(block);
    waiting = [];
  }
  if (blocks.length === 0) refuse("the records", "No record of a block is shown.");
  if (waiting.length > 0) refuse(waiting[0].where, "No record of a block stands behind it.");
  return blocks;
}

/** Lets the page answer its reader between two stretches of work. */
function pause() {
  return new Promise((resume) => setTimeout(resume, 0));
}

/** The shown texts of measures by their hashes. */
export function textsOf(records) {
  const texts = records.filter(({ kind }) => kind === "measure" || kind === "revision");
  return new Map(texts.map((record) => [record.textHash, record]));
}

async function verifyBlock({ index, fields, where, leaf }, state, before, founded) {
  if (state.rules !== 1n)
    refuse(where, `It is decided by version ${state.rules} of the rules, which this page does not know.`);
  if (fields.council !== founded.digest) refuse(where, "The block names another council.");
  if (fields.size !== index) refuse(where, `The block says that ${fields.size} records stand before it.`);
  if (before !== undefined && fields.height <= before.height)
    refuse(where, "Its height is not greater than that of the block before.");
  if (before !== undefined && fields.time <= before.time)
    refuse(where, "Its time is not later than that of the block before.");
  if (fields.roster !== (await rosterDigest(state.members))) {
    refuse(where, "The block names another roster than the one to which the shown changes of keys and seats lead.");
  }
  const { height, time, roster } = fields;
  const { code } = state.members[Number((height + fields.round) % BigInt(state.members.length))];
  if (fields.proposer !== code) refuse(where, `The block names another proposer than ${code}.`);
  const isExact = height === 1n || before?.leaf === fields.previous;
  return {
    index,
    height,
    time,
    roster,
    leaf,
    isExact,
    members: state.members,
    participants: state.participants,
    total: state.total,
  };
}

async function verifyRecord(record, block, { state, founded, verifier, texts, chains, ended }) {
  record.block = block;
  if (record.lines.length > 0) await verifySigners(record, state, founded, verifier);
  else verifyDerived(record, { founded, texts, ended });
  verifyLink(record, chains);
  if (record.kind !== "decision" || record.fields.outcome !== "adopted") return;
  const text = texts.get(record.fields.text);
  const effect = text && founded.law.kinds.get(text.fields.kind)?.effect;
  if (effect && effect !== "authorisation") record.changes = text;
}

/** All changes of keys and seats are shown: each names the one before it in its chain, so that none between them is left out. */
function verifyLink({ kind, fields, where, leaf }, chains) {
  if (!Object.hasOwn(CHAINS, kind)) return;
  const chain = `${fields.by} ${CHAINS[kind]}`;
  if (fields.after !== (chains.get(chain) ?? "none")) {
    refuse(where, `A change of the keys or the seat of ${fields.by} before this one is not shown.`);
  }
  chains.set(chain, leaf);
}

/** A measure ends once, in its own council, and as its text is where that is shown. */
function verifyDerived(record, { founded, texts, ended }) {
  const { kind, fields, where } = record;
  if (kind === "genesis") refuse(where, "A second genesis stands in the log.");
  if (fields.council !== founded.digest) refuse(where, `The ${kind} names another council.`);
  if (ended.has(fields.measure)) refuse(where, `Measure ${fields.measure} ends a second time.`);
  ended.add(fields.measure);
  const committed = fields.outcome === "adopted" ? "the rule is met" : "the rule is not met";
  if (kind === "decision" && fields.votes !== null && fields.reason !== committed)
    refuse(where, `Its reason has to be: ${committed}`);
  const text = texts.get(fields.text);
  if (text === undefined || text.index > record.index) return;
  const revision = text.kind === "measure" ? 1n : text.fields.revision;
  const isNamed = fields.title === text.fields.title && fields.revision === revision;
  if (!isNamed || (kind === "decision" && fields.rule !== text.fields.rule))
    refuse(where, `The ${kind} names title, revision or rule otherwise than its text.`);
  if (kind === "decision") verifyForm(record, text, founded.law);
}

/** A decision commits to its votes where the charter asks for that, and only there. */
function verifyForm({ fields, where }, text, law) {
  if (!law.kinds.has(text.fields.kind)) return;
  const isWithheld = law.publication !== null && law.kinds.get(text.fields.kind).votes !== "public";
  if (isWithheld === (fields.votes !== null)) return;
  const what = isWithheld ? "Its votes have to be a commitment." : "It keeps back votes that the charter makes public.";
  refuse(where, what);
}
