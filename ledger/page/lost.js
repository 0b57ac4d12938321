// Why a measure cannot be decided any more (formats.md, section 2, "Decisions and lapses").

import { boundTo, isNewKey, memberAt, missingOn, partyAt } from "./ledger.js";
import { percent } from "./outcome.js";

const PARTICIPANTS_MAX = 64;

/** Why a measure or its package is lost, or null. */
export function lost(ledger, measure) {
  const own = lostAlone(ledger, measure);
  if (own !== null) return own;
  for (const mate of boundTo(ledger, measure)) {
    const why = lostAlone(ledger, mate);
    if (why !== null) return `measure ${mate.number} of its package is lost: ${why}`;
  }
  return null;
}

/** Why a measure itself is lost, or null: the first reason that fits. */
export function lostAlone(ledger, measure) {
  return (
    lostNotice(ledger, measure) ??
    lostCode(ledger, measure) ??
    lostKey(ledger, measure) ??
    lostWeights(ledger, measure) ??
    lostBallot(ledger, measure)
  );
}

/** The notice of a member that has left stands no more; a measure that only left that member out goes on. */
function lostNotice(ledger, { noticeOf, text }) {
  if (noticeOf === null || ledger.notices.has(noticeOf)) return null;
  const goesOn = text.fields.departs === null && !memberAt(ledger, noticeOf);
  return goesOn ? null : `the notice of ${noticeOf} stands no more`;
}

function lostCode(ledger, { text }) {
  const { admits, appoints } = text.fields;
  if (admits !== null && partyAt(ledger, admits.value[0])) return `${admits.value[0]} is a party of this council`;
  const code = appoints?.value[0];
  if (code === undefined || ledger.participants.has(code)) return null;
  if (memberAt(ledger, code) || ledger.admitted.has(code) || ledger.left.has(code))
    return `${code} is the code of a member, or of an entrant`;
  return ledger.participants.size >= PARTICIPANTS_MAX
    ? "the council has 64 participants, as many as one may appoint"
    : null;
}

/** A key that the measure brings in and that some party has used, or that another entrant is to bring in. */
function lostKey(ledger, measure) {
  if (measure.brought.length === 0) return null;
  const { admits, appoints } = measure.text.fields;
  const code = (admits ?? appoints).value[0];
  const seat = appoints === null ? undefined : ledger.participants.get(code);
  const had = new Set((seat?.officers ?? []).map(({ label, key }) => `${label} ${key}`));
  const taken = new Set();
  for (const [other, entrant] of ledger.admitted)
    if (other !== code) entrant.brought.forEach(({ key }) => taken.add(key));
  for (const mate of boundTo(ledger, measure)) {
    if (mate.number < measure.number && mate.text.fields.admits !== null)
      mate.brought.forEach(({ key }) => taken.add(key));
  }
  const used = measure.brought.find(
    (each) => !had.has(`${each.use} ${each.key}`) && (!isNewKey(ledger, each) || taken.has(each.key)),
  );
  return used === undefined ? null : `the key ${used.key} was used before`;
}

function lostWeights(ledger, measure) {
  const total = measure.text.fields["total-weight"];
  if (total === null) return null;
  const codes = (members) => members.map(({ code }) => code).join(" ");
  if (codes(ledger.members) !== codes(measure.members)) return "other members sit than it was tabled for";
  const weights = new Map(ledger.members.map(({ code, weight }) => [code, weight]));
  const set = (rows) => rows.forEach(([code, weight]) => weights.set(code, weight));
  ledger.pending.weights.forEach(({ weight }) => set(weight));
  for (const mate of boundTo(ledger, measure)) if (mate.number <= measure.number) set(mate.text.fields.weight);
  const sum = [...weights.values()].reduce((all, weight) => all + weight, 0n);
  if (sum <= total) return null;
  const share = percent(sum, total);
  return `the members would weigh ${sum} together, ${share} % of the total ${total}: the parts cannot be more than the whole`;
}

function lostBallot(ledger, measure) {
  const gone = missingOn(measure).find((code) => !memberAt(ledger, code));
  return gone === undefined ? null : `it cannot be completed: ${gone} has left`;
}
