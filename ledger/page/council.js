// The council from block to block: its members, their keys, who enters and who leaves (formats.md, section 2, "What a block
// brings about" and "Seats").

import { keysIn, verifyAdoptable } from "./adoption.js";
import { textHash } from "./hash.js";
import { keysOf, memberOf, participantOf, verifyKeys, verifyParty } from "./parties.js";
import { entrantOf } from "./signers.js";

// Of a party that changes or enters after the founding.
const OFFICERS_MAX = 48;
const DAY_MS = 24 * 60 * 60 * 1000;

// A list of members is never altered, only replaced.
const DIGESTS = new WeakMap();

/** The state in which the first block is decided. */
export function firstCouncil(founded) {
  const { state } = founded;
  const empty = { frozen: new Set(), notices: new Map(), admitted: new Map(), queue: [], left: new Set() };
  return { ...state, rules: 1n, used: keysIn(state), ...empty };
}

/** roster digest = SHA-256 of the members' lines in the form of a genesis */
export async function rosterDigest(members) {
  if (!DIGESTS.has(members)) DIGESTS.set(members, await textHash(`${members.flatMap(memberLines).join("\n")}\n`));
  return DIGESTS.get(members);
}

function memberLines({ code, weight, required, name, officers, recovery, node, seal }) {
  return [
    `member ${code} ${weight} ${required} ${name}`,
    ...officers.map(({ label, key }) => `officer ${code} ${label} ${key}`),
    `recovery ${code} ${recovery}`,
    `node ${code} ${node}`,
    `seal ${code} ${seal}`,
  ];
}

/** f of n: how many members may fail. */
export function faultyMax(count) {
  return Math.floor((count - 1) / 3);
}

/**
 * The state after a block that ends at `time`. `records` are those of the block without its own record; each adopted decision
 * has in `changes` the shown text that it adopts, if that text changes the council. The state before stays as it is.
 */
export function stateAfter(before, records, time, { law, verifier }) {
  const state = copyOf(before);
  const frozenHere = new Set(records.filter(({ kind }) => kind === "freeze").map(({ fields }) => fields.by));
  const lastStatement = records.findLastIndex(({ lines }) => lines.length > 0);
  const isInFront = (record) => records.indexOf(record) < lastStatement;
  const adopted = records.filter(({ changes }) => changes !== undefined);
  queueByNotice(state, time, law);
  for (const record of adopted.filter(isInFront)) changeCouncil(state, record, verifier);
  for (const record of records) queueStatement(state, record, frozenHere);
  for (const record of records) actOnSeat(state, record, time, frozenHere);
  for (const record of adopted.filter((each) => !isInFront(each))) changeCouncil(state, record, verifier);
  for (const record of records) actOnKeys(state, record, frozenHere);
  for (const { changes } of adopted) setWeights(state, changes.fields);
  takeTurns(state, Math.max(1, faultyMax(before.members.length)));
  for (const { changes } of adopted) appoint(state, changes, verifier);
  return state;
}

function copyOf(state) {
  return {
    ...state,
    participants: new Map(state.participants),
    frozen: new Set(state.frozen),
    notices: new Map(state.notices),
    admitted: new Map(state.admitted),
    queue: [...state.queue],
    left: new Set(state.left),
    used: new Set(state.used),
    // What adopted measures of the block do at its end.
    appointing: new Map(),
    weighing: new Map(),
  };
}

/** A party has one change in the queue; a new one replaces it and stands at the end. */
function enqueue(state, change) {
  unqueue(state, ({ code }) => code === change.code);
  state.queue.push(change);
}

function unqueue(state, isLeaving) {
  state.queue = state.queue.filter((change) => !isLeaving(change));
}

/** Members whose notice is as old as the charter asks join the queue, in the order of their codes. */
function queueByNotice(state, time, { noticeDays }) {
  if (noticeDays === null) return;
  for (const code of [...state.notices.keys()].sort()) {
    const isDue = time >= state.notices.get(code) + Number(noticeDays) * DAY_MS;
    const isQueued = state.queue.some((change) => change.code === code && change.sort === "departure");
    if (isDue && !isQueued) enqueue(state, { sort: "departure", code });
  }
}

function queueStatement(state, record, frozenHere) {
  const { kind, fields } = record;
  if (kind === "rotation") use(state, [fields.node, fields.seal]);
  if (kind === "rotation" && fields.node !== null && !frozenHere.has(fields.by)) {
    enqueue(state, { sort: "rotation", code: fields.by, node: fields.node, seal: fields.seal });
  }
  if (kind === "entry") enqueue(state, { sort: "entry", code: fields.by, member: entrantOf(record, state) });
}

/** Step 1: freezes and their ends, and notices. */
function actOnSeat(state, { kind, fields }, time, frozenHere) {
  if (kind === "keys") state.frozen.delete(fields.by);
  if (kind === "freeze") {
    state.frozen.add(fields.by);
    state.notices.delete(fields.by);
    unqueue(state, ({ code }) => code === fields.by);
  }
  if (kind !== "notice" || frozenHere.has(fields.by)) return;
  if (fields.leaves === "given") state.notices.set(fields.by, time);
  else {
    state.notices.delete(fields.by);
    unqueue(state, ({ code, sort }) => code === fields.by && sort === "departure");
  }
}

/** Step 2: what an adopted measure does, as far as it does not wait for step 3. */
function changeCouncil(state, { fields, changes }, verifier) {
  const { admits, appoints, departs, weight } = changes.fields;
  verifyAdoptable(state, changes);
  if (departs !== null) enqueue(state, { sort: "departure", code: departs });
  if (appoints !== null) reserve(state, participantOf(appoints));
  for (const [code, own] of weight) state.weighing.set(code, own);
  if (changes.fields["next-rules"] !== null) state.rules = changes.fields["next-rules"][0];
  if (admits !== null) {
    const member = memberOf(admits);
    verifyParty(member, changes.where, OFFICERS_MAX);
    verifyKeys(keysOf(member), verifier, changes.where);
    state.admitted.set(member.code, { member, number: fields.measure, text: fields.text });
  }
}

/** Whom a measure appoints has its seat at the end of the block, and its keys are used from now on. */
function reserve(state, participant) {
  state.appointing.set(participant.code, participant);
  use(
    state,
    participant.officers.map(({ key }) => key),
  );
}

function use({ used }, keys) {
  for (const key of keys) if (key !== null) used.add(key);
}

/** Step 3: officers, and seal keys that change alone. */
function actOnKeys(state, { kind, fields, where }, frozenHere) {
  if (kind === "keys") {
    const officers = fields.officer.map(([label, key]) => ({ label, key }));
    const required = Number(fields.threshold);
    use(state, [...officers.map(({ key }) => key), fields.recovery]);
    verifyParty({ code: fields.by, required, officers }, where, OFFICERS_MAX);
    setMember(
      state,
      fields.by,
      fields.recovery === null ? { officers, required } : { officers, required, recovery: fields.recovery },
    );
  }
  if (kind === "rotation" && fields.node === null && fields.seal !== null && !frozenHere.has(fields.by)) {
    setMember(state, fields.by, { seal: fields.seal });
  }
}

function setMember(state, code, change) {
  state.members = state.members.map((member) => (member.code === code ? { ...member, ...change } : member));
}

function setWeights(state, fields) {
  for (const [code, weight] of fields.weight) setMember(state, code, { weight });
  if (fields["total-weight"] !== null) state.total = fields["total-weight"];
}

/** The first changes of the queue act. */
function takeTurns(state, count) {
  for (const change of state.queue.splice(0, count)) {
    if (change.sort === "entry") enter(state, change.member);
    else if (change.sort === "departure") leave(state, change.code);
    else
      setMember(
        state,
        change.code,
        change.seal === null ? { node: change.node } : { node: change.node, seal: change.seal },
      );
  }
}

function enter(state, member) {
  state.members = [...state.members, member];
  state.total += member.weight;
  state.admitted.delete(member.code);
  use(state, keysOf(member));
}

function leave(state, code) {
  const leaver = state.members.find((member) => member.code === code);
  state.notices.delete(code);
  if (leaver === undefined || state.members.length === 1) return;
  state.members = state.members.filter((member) => member !== leaver);
  state.left.add(code);
  state.total = state.total > leaver.weight ? state.total - leaver.weight : 1n;
  state.frozen.delete(code);
}

function appoint(state, changes, verifier) {
  if (changes.fields.appoints === null) return;
  const participant = participantOf(changes.fields.appoints);
  verifyParty(participant, changes.where, OFFICERS_MAX);
  verifyKeys(
    participant.officers.map(({ key }) => key),
    verifier,
    changes.where,
  );
  state.participants.set(participant.code, participant);
  state.frozen.delete(participant.code);
}
