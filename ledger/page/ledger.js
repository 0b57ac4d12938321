// The council as a block finds it: parties and keys, measures, packages, incidents, what has been said (formats.md, section 2).

import { charterOf } from "./charter.js";
import { encodeHex } from "./bytes.js";
import { refuse } from "./defect.js";
import { logName } from "./founding.js";
import { COSIGNATURE, keyId, PLAIN } from "./note.js";

/** The state in which the first block is decided. */
export async function firstLedger(founded) {
  const { state, fields } = founded;
  const ledger = {
    founded,
    charter: charterOf(fields),
    members: state.members,
    participants: new Map(state.participants),
    total: state.total,
    rules: fields.rules,
    frozen: new Set(),
    admitted: new Map(),
    left: new Set(),
    notices: new Map(),
    queue: [],
    used: { keys: new Set(), ids: new Set() },
    measures: [],
    open: [],
    packages: new Map(),
    incidents: [],
    chains: new Map(),
    texts: new Set(),
    ends: [],
    decisions: 0n,
    day: -1,
    days: new Map(),
    renewed: new Set(),
    time: 0,
    height: 0n,
    pending: nothingPending(),
  };
  for (const member of ledger.members) useKeys(ledger, await brought(ledger, member.code, member));
  for (const party of ledger.participants.values()) useKeys(ledger, await brought(ledger, party.code, party));
  return ledger;
}

/** What the statements of one block ask for at its end. */
export function nothingPending() {
  return {
    own: [],
    withdrawn: new Set(),
    revised: new Map(),
    closed: new Map(),
    seals: [],
    weights: [],
    appointed: [],
    frozen: new Set(),
    thawed: new Set(),
    noticed: new Set(),
    officers: new Map(),
  };
}

/** The keys of a party with their uses and, of each, the name and id under which it signs: [{ use, key, id }]. */
export async function brought(ledger, code, { officers, recovery, node, seal }) {
  const uses = officers.map(({ label, key }) => [label, key]);
  for (const [use, key] of Object.entries({ recovery, node, seal })) if (key) uses.push([use, key]);
  return Promise.all(uses.map(async ([use, key]) => ({ use, key, id: await identityOf(ledger, code, use, key) })));
}

async function identityOf({ founded }, code, use, key) {
  const own = use === "seal" ? `${founded.origin}/${code}` : `${founded.origin}/${code}/${use}`;
  const name = use === "node" ? logName(founded) : own;
  const id = await keyId({ name, type: use === "seal" ? COSIGNATURE : PLAIN, key });
  return `${name}+${encodeHex(id)}`;
}

/** No key appears twice in a ledger, in whatever use, and no two keys under one name have one id. */
export function isNewKey({ used }, { key, id }) {
  return !used.keys.has(key) && !used.ids.has(id);
}

/** Notes that keys stand in the ledger. */
export function useKeys({ used }, keys) {
  for (const { key, id } of keys) {
    used.keys.add(key);
    used.ids.add(id);
  }
}

/** The member of a code, if one sits under it. */
export function memberAt({ members }, code) {
  return members.find((member) => member.code === code);
}

/** The member or the participant of a code. */
export function partyAt(ledger, code) {
  return memberAt(ledger, code) ?? ledger.participants.get(code);
}

/** Whether one of the roles is that of this party; `proposer` is a role of whoever has tabled the measure. */
export function mayAs(ledger, code, roles, proposer = null) {
  const role = memberAt(ledger, code) ? "member" : ledger.participants.get(code)?.role;
  return roles.includes(role) || (proposer === code && roles.includes("proposer"));
}

/** The open measures in the order of their numbers. */
export function openMeasures(ledger) {
  ledger.open = ledger.open.filter(({ status }) => status === "open");
  return [...ledger.open];
}

/** The measures of the package of this one in the order of their numbers, or it alone. */
export function boundTo(ledger, measure) {
  if (measure.package === null) return [measure];
  return ledger.packages.get(measure.package.textHash).map((number) => ledger.measures[Number(number) - 1]);
}

/** The measure of a number. */
export function measureAt(ledger, number, where) {
  const measure = number >= 1n ? ledger.measures[Number(number) - 1] : undefined;
  if (measure === undefined) refuse(where, `There is no measure ${number}.`);
  return measure;
}

/** The measure that is cited by its number and the hash of the text that stands. */
export function citedBy(ledger, [number, text], where) {
  const measure = measureAt(ledger, number, where);
  if (measure.text.textHash !== text) refuse(where, `Measure ${number} has another text than is cited.`);
  return measure;
}

/** The entitled members without a ballot; a retracted one is none. */
export function missingOn({ entitled, ballots }) {
  return entitled.filter((code) => (ballots.get(code)?.position ?? "retracted") === "retracted");
}
