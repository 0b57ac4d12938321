// Keys, freezes, notices and entries: what is let in, and how it acts at the end of a block (formats.md, section 2, "Seats").

import { faultyMax } from "./council.js";
import { refuse } from "./defect.js";
import { brought, isNewKey, memberAt, openMeasures, partyAt, useKeys } from "./ledger.js";
import { memberOf, participantOf } from "./parties.js";

const DAY_MS = 24 * 60 * 60 * 1000;
const ACTS = { keys: changeOfficers, freeze, rotation: rotate, notice, entry: enter };

/** A statement of a party about its own keys or seat is let in. */
export async function takeSeat(ledger, record) {
  await ACTS[record.kind](ledger, record, memberAt(ledger, record.fields.by));
}

function freeze({ frozen, pending }, record) {
  const { by } = record.fields;
  const stands = frozen.has(by) && !pending.thawed.has(by);
  if (stands || pending.frozen.has(by)) refuse(record.where, `${by} is frozen already.`);
  pending.frozen.add(by);
  pending.own.push(record);
}

async function changeOfficers(ledger, record, member) {
  const { fields, where } = record;
  const { pending, frozen } = ledger;
  if (pending.officers.has(fields.by)) refuse(where, `${fields.by} changes its officers twice in a block.`);
  const had = member.officers.map(({ label, key }) => `${label} ${key}`);
  const given = fields.officer.map((row) => row.join(" "));
  const isSame =
    fields.recovery === null && Number(fields.threshold) === member.required && had.join() === given.join();
  if (isSame && !frozen.has(fields.by) && !pending.frozen.has(fields.by)) refuse(where, "It changes nothing.");
  const added = fields.officer.filter((row) => !had.includes(row.join(" ")));
  const officers = added.map(([label, key]) => ({ label, key }));
  await admitKeys(ledger, fields.by, { officers, recovery: fields.recovery }, where);
  pending.officers.set(fields.by, record);
  pending.thawed.add(fields.by);
  pending.own.push(record);
}

/** Every key is new, and none is that of another party which is to enter. */
async function admitKeys(ledger, code, keys, where) {
  for (const each of await brought(ledger, code, keys)) {
    const isEntrants = [...ledger.admitted.values()].some((entrant) =>
      entrant.brought.some(({ key }) => key === each.key),
    );
    if (!isNewKey(ledger, each) || isEntrants) refuse(where, `The key ${each.key} was used before.`);
    useKeys(ledger, [each]);
  }
}

async function rotate(ledger, { fields, where }) {
  const { by, node, seal } = fields;
  const { queue, pending } = ledger;
  if (queue.some(({ code }) => code === by) || pending.seals.some(({ code }) => code === by))
    refuse(where, `${by} has a change under way.`);
  await admitKeys(ledger, by, { officers: [], node, seal }, where);
  if (node !== null) queue.push({ sort: "rotation", code: by, node, seal });
  else pending.seals.push({ code: by, seal });
}

function notice({ pending, notices }, record) {
  const { by, leaves } = record.fields;
  if (pending.noticed.has(by)) refuse(record.where, `${by} makes two notices in a block.`);
  if (notices.has(by) === (leaves === "given")) refuse(record.where, `The notice of ${by} stands so already.`);
  pending.noticed.add(by);
  pending.own.push(record);
}

function enter({ admitted, queue, ends }, { fields, where }) {
  const { by, checkpoint } = fields;
  const [size, root] = checkpoint;
  if (queue.some(({ code }) => code === by)) refuse(where, `${by} enters already.`);
  if (!ends.some((end) => end.size === size && end.root === root))
    refuse(where, "An entrant seals one of the last 128 sizes at which blocks ended.");
  queue.push({ sort: "entry", code: by, member: admitted.get(by).member, brought: admitted.get(by).brought });
}

/** Members whose notice is as old as the charter asks join the queue, in the order of their codes. */
export function queueByNotice(ledger) {
  const { noticeDays } = ledger.charter;
  if (noticeDays === null) return;
  for (const code of [...ledger.notices.keys()].sort()) {
    const isDue = ledger.time >= ledger.notices.get(code) + Number(noticeDays) * DAY_MS;
    const isLeaving = ledger.queue.some((change) => change.code === code && change.sort === "departure");
    if (isDue && !isLeaving) queueDeparture(ledger, code);
  }
}

function queueDeparture(ledger, code) {
  ledger.queue = ledger.queue.filter((change) => change.code !== code);
  ledger.queue.push({ sort: "departure", code });
}

/** Step 1: `keys`, `freeze` and `notice` act, in the order of the statements. */
export function actOnSeats(ledger) {
  for (const { kind, fields } of ledger.pending.own) {
    const { by } = fields;
    if (kind === "freeze") {
      ledger.frozen.add(by);
      voidOf(ledger, by);
    } else if (kind === "keys") {
      ledger.frozen.delete(by);
    } else if (fields.leaves === "given") {
      if (!ledger.pending.frozen.has(by)) ledger.notices.set(by, ledger.time);
    } else {
      ledger.notices.delete(by);
      ledger.queue = ledger.queue.filter(({ code, sort }) => code !== by || sort !== "departure");
    }
  }
}

/** What a freeze voids of the frozen party. */
function voidOf(ledger, code) {
  for (const { ballots, mandates, used } of openMeasures(ledger)) {
    for (const [of, ballot] of [...ballots]) if (of === code || ballot.by === code) ballots.delete(of);
    for (const [giver, { to }] of [...mandates]) {
      if (giver !== code && to !== code) continue;
      mandates.delete(giver);
      used.delete(giver);
    }
  }
  const { pending } = ledger;
  for (const closers of pending.closed.values()) closers.delete(code);
  pending.seals = pending.seals.filter((each) => each.code !== code);
  ledger.notices.delete(code);
  ledger.queue = ledger.queue.filter((change) => change.code !== code);
}

/** What an adopted measure does, as far as it does not wait for step 3. */
export function takeEffect(ledger, { number, text, brought: keys }) {
  const { predecessor, admits, departs, appoints } = text.fields;
  if (predecessor !== null) {
    const before = ledger.measures[Number(predecessor[1]) - 1];
    before.isReplaced = true;
    if (predecessor[0] === "repeals") before.isRepealed = true;
  }
  if (admits !== null) {
    const member = memberOf(admits);
    ledger.admitted.set(member.code, { member, number, text: text.textHash, brought: keys });
  }
  if (departs !== null) queueDeparture(ledger, departs);
  if (appoints !== null) {
    useKeys(ledger, keys);
    ledger.pending.appointed.push(participantOf(appoints));
  }
  if (text.fields["total-weight"] !== null)
    ledger.pending.weights.push({ weight: text.fields.weight, total: text.fields["total-weight"] });
  if (text.fields["next-rules"] !== null) ledger.rules = text.fields["next-rules"][0];
}

/** Step 3: officers, seal keys and weights, then the queue, then appointments. Returns how many of the queue have acted. */
export function changeRoster(ledger) {
  const { pending } = ledger;
  const most = Math.max(1, faultyMax(ledger.members.length));
  for (const [code, { fields }] of pending.officers) {
    const officers = fields.officer.map(([label, key]) => ({ label, key }));
    const recovery = fields.recovery === null ? {} : { recovery: fields.recovery };
    setMember(ledger, code, { officers, required: Number(fields.threshold), ...recovery });
  }
  for (const { code, seal } of pending.seals) setMember(ledger, code, { seal });
  for (const { weight, total } of pending.weights) {
    for (const [code, own] of weight) setMember(ledger, code, { weight: own });
    ledger.total = total;
  }
  const acting = ledger.queue.splice(0, most);
  const acted = acting.filter((change) => act(ledger, change)).length;
  for (const participant of pending.appointed) {
    ledger.participants.set(participant.code, participant);
    ledger.frozen.delete(participant.code);
  }
  return acted;
}

function setMember(ledger, code, change) {
  ledger.members = ledger.members.map((member) => (member.code === code ? { ...member, ...change } : member));
}

function act(ledger, change) {
  const { code } = change;
  if (change.sort === "entry") {
    ledger.members = [...ledger.members, change.member];
    ledger.total += change.member.weight;
    useKeys(ledger, change.brought);
    ledger.admitted.delete(code);
    return true;
  }
  const member = memberAt(ledger, code);
  if (member === undefined) return false;
  if (change.sort === "rotation") {
    setMember(ledger, code, { node: change.node, seal: change.seal ?? member.seal });
    return true;
  }
  ledger.notices.delete(code);
  if (ledger.members.length === 1) return true;
  ledger.members = ledger.members.filter((each) => each !== member);
  ledger.left.add(code);
  ledger.total = ledger.total > member.weight ? ledger.total - member.weight : 1n;
  ledger.frozen.delete(code);
  return true;
}
