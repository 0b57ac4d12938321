// Who signs which statement, and whether exactly they have (formats.md, section 1, the table of signature lines).

import { decodeBase64, encodeBase64, decodeHex } from "./bytes.js";
import { refuse } from "./defect.js";
import { logName, officerOf } from "./founding.js";
import { COSIGNATURE, isLineOf, isLineValid, PLAIN, shorten } from "./note.js";

/** Point 4: exactly those sign a statement that sign for its party in its block, in their order. */
export async function verifySigners(record, state, founded, verifier) {
  const { where, text, lines, fields, kind } = record;
  if (fields.council !== founded.digest) refuse(where, "The statement names another council.");
  if (fields.for !== undefined && fields.for !== fields.by && kind !== "ballot") {
    refuse(where, `${fields.by} says it for ${fields.for}; only a ballot is cast for another.`);
  }
  const slots = slotsOf(record, state, founded);
  let at = 0;
  for (const slot of slots) {
    for (let left = slot.count, from = 0; left > 0; left -= 1, at += 1) {
      const found = await findSigner(lines[at], slot.signers, from);
      if (found < 0) refuse(where, missingText(slot, lines[at]));
      if (!(await isLineValid(verifier, lines[at], slot.signers[found], text))) {
        refuse(where, `The signature of ${lines[at].name} does not verify over this text.`);
      }
      from = found + 1;
    }
  }
  if (at < lines.length) refuse(where, `More sign than have to: ${shorten(lines[at].name)}`);
  if (kind === "entry") await verifySealOfEntrant(record, state, founded, verifier);
}

async function findSigner(line, signers, from) {
  for (let at = from; line !== undefined && at < signers.length; at += 1) {
    if (await isLineOf(line, signers[at])) return at;
  }
  return -1;
}

function missingText({ count, signers }, line) {
  const due = signers.length === 1 ? signers[0].name : `${count} of ${signers.map(({ name }) => name).join(", ")}`;
  return `A signature of ${due} is due in place of ${line === undefined ? "none" : shorten(line.name)}.`;
}

/** The signers in their order: of each slot `count` of `signers`. */
function slotsOf(record, state, founded) {
  const { kind, fields, where } = record;
  const { origin } = founded;
  if (kind === "entry") return entrySlots(entrantOf(record, state), founded);
  const member = state.members.find(({ code }) => code === fields.by);
  const party = member ?? state.participants.get(fields.by);
  if (party === undefined) refuse(where, `${fields.by} is no party of the council in this block.`);
  if (["keys", "rotation", "notice"].includes(kind) && member === undefined)
    refuse(where, `${fields.by} is no member in this block.`);
  if (state.frozen.has(party.code) && !["keys", "freeze"].includes(kind))
    refuse(where, `${party.code} is frozen in this block.`);
  const officers = party.officers.map(({ label, key }) => officerOf(origin, party.code, label, key));
  if (kind === "freeze") {
    return [
      {
        count: 1,
        signers: member === undefined ? officers : [...officers, recoveryOf(origin, party.code, party.recovery)],
      },
    ];
  }
  if (kind === "keys") return keysSlots(record, party, officers, origin);
  const all = [{ count: party.required, signers: officers }];
  if (party.required < 1) refuse(where, `The seat of ${party.code} is vacant in this block.`);
  return kind === "rotation" ? [...all, ...nodeSlots(fields, party.code, founded)] : all;
}

function keysSlots({ fields }, member, officers, origin) {
  const recovery = { count: 1, signers: [recoveryOf(origin, member.code, member.recovery)] };
  const had = new Set(member.officers.map(({ key }) => key));
  const added = fields.officer
    .filter(([, key]) => !had.has(key))
    .map(([label, key]) => ({ count: 1, signers: [officerOf(origin, member.code, label, key)] }));
  if (fields.recovery === null) return [recovery, ...added];
  const next = { count: 1, signers: [recoveryOf(origin, member.code, fields.recovery)] };
  return [{ count: member.required, signers: officers }, recovery, next, ...added];
}

function entrySlots(entrant, founded) {
  const { origin } = founded;
  const officers = entrant.officers.map(({ label, key }) => officerOf(origin, entrant.code, label, key));
  return [
    { count: entrant.required, signers: officers },
    { count: 1, signers: [recoveryOf(origin, entrant.code, entrant.recovery)] },
    ...nodeSlots(entrant, entrant.code, founded),
  ];
}

function nodeSlots({ node, seal }, code, founded) {
  const slots = [];
  if (node !== null) slots.push({ count: 1, signers: [{ name: logName(founded), type: PLAIN, key: node }] });
  if (seal !== null) slots.push({ count: 1, signers: [sealOf(founded.origin, code, seal)] });
  return slots;
}

function recoveryOf(origin, code, key) {
  return { name: `${origin}/${code}/recovery`, type: PLAIN, key };
}

/** A seal key as a signer of notes. */
export function sealOf(origin, code, key) {
  return { name: `${origin}/${code}`, type: COSIGNATURE, key, code };
}

/** The entrant whom an entry is about: admitted, by the text and the number that it names. */
export function entrantOf({ fields, where }, state) {
  const [number, text] = fields["admitted-by"];
  const entrant = state.admitted.get(fields.by);
  if (entrant === undefined || entrant.number !== number || entrant.text !== text) {
    refuse(where, `No shown decision has admitted ${fields.by} by that text.`);
  }
  return entrant.member;
}

/** An entry carries a seal by the entrant's seal key on the tree head that it names. */
async function verifySealOfEntrant(record, state, founded, verifier) {
  const { fields, where } = record;
  const [size, root] = fields.checkpoint;
  const signer = sealOf(founded.origin, fields.by, entrantOf(record, state).seal);
  const signature = decodeBase64(fields.sealed);
  const head = `${logName(founded)}\n${size}\n${encodeBase64(decodeHex(root))}\n`;
  if (signature === null || !(await isLineValid(verifier, { signature }, signer, head))) {
    refuse(where, `The seal of ${fields.by} on the checkpoint that it names does not verify.`);
  }
}
