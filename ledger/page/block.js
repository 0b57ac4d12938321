// One block after the other: what its time brings about, its statements, what these bring about, its own record (formats.md,
// section 2).

import { rosterDigest } from "./council.js";
import { Defect, refuse } from "./defect.js";
import { endBefore, endBehind } from "./ending.js";
import { nothingPending } from "./ledger.js";
import { shorten } from "./note.js";
import { chainOf, orderOf, renewShares, roomOf, takeRoom, takeTurn } from "./room.js";
import { say } from "./saying.js";
import { actOnSeats, changeRoster, queueByNotice, takeSeat } from "./seats.js";
import { verifySigners } from "./signers.js";
import { attribute, bind, report, revise, table } from "./tabling.js";

/** All records of a block have so many bytes at most. */
export const BLOCK_BYTES_MAX = 5242880;
const ENDS_KEPT = 128;
const SEATS = new Set(["keys", "freeze", "rotation", "notice", "entry"]);
const OTHERS = { measure: table, revision: revise, package: bind, incident: report, attribution: attribute };

/**
 * The ledger follows a block: `records` are all of it, its own record last. `tree` has the records before the block and takes those
 * of the block; `previous` is the id of the block before. Returns how many statements and officers' signatures were let in.
 */
export async function followBlock(ledger, tree, records, previous, verifier, pause) {
  const own = records.at(-1);
  try {
    return await follow(ledger, tree, records, previous, verifier, pause);
  } catch (error) {
    if (error instanceof Defect && !error.where.includes("block ")) error.where += `, block ${own.fields.height}`;
    throw error;
  }
}

async function follow(ledger, tree, records, previous, verifier, pause) {
  const own = records.at(-1);
  const members = begin(ledger, records, own);
  const roster = await rosterDigest(members);
  queueByNotice(ledger);
  let at = expect(records, 0, await endBefore(ledger), "its time brings about");
  const first = at;
  while (records[at].lines.length > 0) at += 1;
  const said = records.slice(first, at);
  const signatures = await letIn(ledger, said, previous, verifier, pause);
  const frozen = new Set([...ledger.frozen, ...ledger.pending.frozen]);
  actOnSeats(ledger);
  at = expect(records, at, await endBehind(ledger), "its statements bring about");
  const acted = changeRoster(ledger);
  renewShares(
    ledger,
    [...frozen].filter((code) => !ledger.frozen.has(code)),
  );
  if (at < records.length - 1) refuse(records[at].where, `A ${records[at].kind} stands where none is due.`);
  if (records.length === 1 && acted === 0) refuse(own.where, "The block holds nothing but its record.");
  await endBlock(ledger, tree, records, { previous, roster, members });
  return { statements: said.length, signatures };
}

function begin(ledger, records, own) {
  if (ledger.rules !== 1n)
    refuse(own.where, `The block is judged by version ${ledger.rules} of the rules, which this page does not know.`);
  if (records.reduce((sum, { bytes }) => sum + bytes, 0) > BLOCK_BYTES_MAX)
    refuse(own.where, "The block has more than 5 MiB of records.");
  if (ledger.height > 0n && own.fields.time <= ledger.time)
    refuse(own.where, "The block is not later than the one before.");
  ledger.height += 1n;
  ledger.time = own.fields.time;
  ledger.pending = nothingPending();
  return ledger.members;
}

/** The texts that are due stand from here on; returns where they end. */
function expect(records, at, due, who) {
  for (const { kind, text, measure } of due) {
    const found = records[at];
    if (found.kind !== "decision" && found.kind !== "lapse")
      refuse(found.where, `The ${kind} on measure ${measure.number} that ${who} is missing.`);
    if (found.text !== text) {
      const [ours, theirs] = [text, found.text].map((each) => each.split("\n"));
      const line = ours.find((each, n) => each !== theirs[n]);
      const say = line ? `due is the line: ${shorten(line)}` : "it goes on behind its end";
      refuse(found.where, `It is not the ${kind} on measure ${measure.number} that ${who}: ${say}`);
    }
    measure.ended = { ...found.fields, index: found.index };
    at += 1;
  }
  return at;
}

/** Each statement is let in by the council and acts on the state that those before it left. */
async function letIn(ledger, said, previous, verifier, pause) {
  const waiting = await orderOf(previous, said);
  const room = roomOf(ledger);
  let signatures = 0;
  for (const record of said) {
    await pause();
    const { kind, fields, where, textHash, leaf, bytes, lines } = record;
    if (fields.council !== ledger.founded.digest) refuse(where, "The statement names another council.");
    takeTurn(ledger, waiting, record);
    await verifySigners(record, ledger, ledger.founded, verifier);
    takeRoom(room, ledger, record, bytes);
    if (ledger.texts.has(textHash)) refuse(where, "Its text stands in the ledger already.");
    ledger.texts.add(textHash);
    if (fields.for !== undefined) say(ledger, record);
    else if (SEATS.has(kind)) await takeSeat(ledger, record);
    else await OTHERS[kind](ledger, record);
    const chain = chainOf(record);
    if (chain !== null) ledger.chains.set(chain, leaf);
    signatures += lines.length;
  }
  return signatures;
}

/** The record of the block is what the block leads to, and joins the tree behind the others. */
async function endBlock(ledger, tree, records, { previous, roster, members }) {
  const own = records.at(-1);
  const { fields, where } = own;
  for (const { leaf } of records.slice(0, -1)) await tree.add(leaf);
  const proposer = members[Number((ledger.height + fields.round) % BigInt(members.length))].code;
  const { size } = tree;
  const due = {
    council: ledger.founded.digest,
    height: ledger.height,
    previous,
    proposer,
    roster,
    size,
    root: await tree.root(),
  };
  for (const [name, value] of Object.entries(due)) {
    if (fields[name] !== value) refuse(where, `The record of the block has another \`${name}\` than ${value}.`);
  }
  await tree.add(own.leaf);
  ledger.ends.push({ size: tree.size, root: await tree.root() });
  ledger.ends.splice(0, Math.max(0, ledger.ends.length - ENDS_KEPT));
}
