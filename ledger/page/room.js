// In which order the statements of a block stand, and what a block and a day take from one party (formats.md, section 2).

import { decodeHex, joinBytes } from "./bytes.js";
import { refuse } from "./defect.js";
import { sha256 } from "./hash.js";
import { boundTo, measureAt } from "./ledger.js";

const BALLOT_BYTES = 14336;
const OTHER_BYTES = 65536;
const ALL_BYTES = 2097152;
const CHANGE_BYTES = 524288;
const STEERED_MAX = 16;
const CLOSED_MAX = 32;
const DAY_MS = 24 * 60 * 60 * 1000;
const SORTS = { freeze: 0, keys: 1, rotation: 2, notice: 2, entry: 2, ballot: 3 };
const [BALLOTS, OTHERS] = [3, 4];
const SHARES = [null, "changes", "changes", "ballots", "day"];
const STEERING = new Set(["package", "extension", "withdrawal", "close"]);

function sortOf(kind) {
  return SORTS[kind] ?? OTHERS;
}

/** The chain that a statement stands in, or null. */
export function chainOf({ kind, fields }) {
  if (fields.for !== undefined) return `measure ${fields.measure} ${fields.for}`;
  if (kind === "revision") return `measure ${fields.revises[0]} ${fields.by}`;
  if (kind === "attribution") return `incident ${fields.incident[0]} ${fields.by}`;
  if (kind === "keys" || kind === "freeze") return `keys ${fields.by}`;
  return ["rotation", "notice", "entry"].includes(kind) ? `seat ${fields.by}` : null;
}

/** Whether a statement names the last one of its chain, on a measure or an incident that is there. */
function isNext({ measures, incidents, chains }, record) {
  const chain = chainOf(record);
  if (chain === null) return true;
  const [what, number] = chain.split(" ");
  const count = { measure: measures.length, incident: incidents.length }[what];
  if (count !== undefined && !(BigInt(number) >= 1n && BigInt(number) <= BigInt(count))) return false;
  return (chains.get(chain) ?? "none") === record.fields.after;
}

/** The order that the block before and the texts fix. */
export async function orderOf(previous, records) {
  const placed = await Promise.all(
    records.map(async (record) => {
      const place = await sha256(joinBytes(decodeHex(previous), decodeHex(record.textHash)));
      return { record, place: `${sortOf(record.kind)} ${place}` };
    }),
  );
  placed.sort((a, b) => (a.place < b.place ? -1 : 1));
  return placed.map(({ record }) => record);
}

/** The statement is the first of those that wait whose `after` names the last one of its chain. */
export function takeTurn(ledger, waiting, record) {
  const at = waiting.findIndex((each) => isNext(ledger, each));
  if (!isNext(ledger, record))
    refuse(record.where, "It names another statement before it than the last one of its chain.");
  if (waiting[at] !== record) refuse(record.where, "The statements of the block stand in another order than is due.");
  waiting.splice(at, 1);
}

/** The room of one block, which its statements fill; a new day begins with it where its time says so. */
export function roomOf(ledger) {
  const day = Math.floor(ledger.time / DAY_MS);
  if (day !== ledger.day) {
    ledger.day = day;
    ledger.days = new Map();
    ledger.renewed = new Set();
  }
  return { taken: new Map(), steered: new Map(), closed: new Set(), all: 0, changes: 0 };
}

/** A statement of so many bytes has room in the block and in the day of its party. */
export function takeRoom(room, ledger, record, bytes) {
  const sort = sortOf(record.kind);
  const { by } = record.fields;
  room.all += bytes;
  if (sort < BALLOTS) room.changes += bytes;
  if (room.all > ALL_BYTES || room.changes > CHANGE_BYTES) refuse(record.where, "The block has no room for it.");
  if (sort >= BALLOTS) takeOfBlock(room, ledger, record, sort, bytes);
  if (sort > 0) takeOfDay(ledger, record, sort, bytes);
  if (STEERING.has(record.kind)) steer(room, ledger, record, by);
}

function takeOfBlock({ taken }, { charter }, { fields, where }, sort, bytes) {
  const own = taken.get(`${fields.by} ${sort}`) ?? { count: 0n, bytes: 0 };
  const next = { count: own.count + 1n, bytes: own.bytes + bytes };
  const most = sort === BALLOTS ? BALLOT_BYTES : OTHER_BYTES;
  if (next.count > charter.shareBlock || (next.count > 1n && next.bytes > most))
    refuse(where, `${fields.by} has used up its share of the block.`);
  taken.set(`${fields.by} ${sort}`, next);
}

function takeOfDay({ charter, days }, { fields, where }, sort, bytes) {
  const [count, most] = charter.shares[SHARES[sort]];
  const own = days.get(`${fields.by} ${sort}`) ?? { count: 0n, bytes: 0n };
  const next = { count: own.count + 1n, bytes: own.bytes + BigInt(bytes) };
  if (next.count > count || next.bytes > most) refuse(where, `${fields.by} has used up its share of the day.`);
  days.set(`${fields.by} ${sort}`, next);
}

function steer({ steered, closed }, ledger, { kind, fields, where }, by) {
  const numbers =
    kind === "package"
      ? fields.measure.map(([number]) => number)
      : boundTo(ledger, measureAt(ledger, fields.measure, where)).map(({ number }) => number);
  const own = steered.get(by) ?? new Set();
  numbers.forEach((number) => own.add(number));
  steered.set(by, own);
  if (own.size > STEERED_MAX) refuse(where, `${by} steers more than ${STEERED_MAX} measures in a block.`);
  if (kind === "close") numbers.forEach((number) => closed.add(number));
  if (closed.size > CLOSED_MAX) refuse(where, `More than ${CLOSED_MAX} measures are closed in a block.`);
}

/** Where a block ends a freeze, the party's counts of the day begin anew, but for `keys`; once a day at most. */
export function renewShares({ days, renewed }, thawed) {
  for (const code of thawed) {
    if (renewed.has(code)) continue;
    renewed.add(code);
    for (const sort of [2, BALLOTS, OTHERS]) days.delete(`${code} ${sort}`);
  }
}
