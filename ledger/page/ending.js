// How measures end: decisions and lapses as the law derives them, byte by byte (formats.md, sections 1 and 2).

import { textHash } from "./hash.js";
import { boundTo, missingOn, openMeasures } from "./ledger.js";
import { lost } from "./lost.js";
import { amountTo, signaturesHash } from "./outcome.js";
import { takeEffect } from "./seats.js";
import { revisionOf, withText } from "./tabling.js";

const ENDINGS_MAX = 64;

/** Before the statements: what ends at its deadline, or because it cannot be decided any more. Returns the texts due. */
export async function endBefore(ledger) {
  const due = [];
  const seen = new Set();
  for (const measure of openMeasures(ledger)) {
    if (seen.has(measure.number)) continue;
    const bound = boundTo(ledger, measure);
    bound.forEach(({ number }) => seen.add(number));
    const whys = bound.map((mate) => lost(ledger, mate));
    const isDue = measure.closes <= ledger.time || whys.some((why) => why !== null);
    if (!isDue) continue;
    if (due.length + bound.length > ENDINGS_MAX) break;
    bound.forEach((mate, at) => due.push([mate, whys[at] === null ? null : `${whys[at]},`]));
  }
  return end(ledger, due, "its deadline passed");
}

/** Behind the statements: step 2. Returns the texts due. */
export async function endBehind(ledger) {
  const { withdrawn, revised, closed } = ledger.pending;
  for (const measure of openMeasures(ledger)) {
    const bound = boundTo(ledger, measure);
    if (bound.some(({ number }) => withdrawn.has(number))) bound.forEach((mate) => (mate.status = "withdrawn"));
  }
  const isClosed = (bound) => bound.some(({ number }) => (closed.get(number)?.size ?? 0) > 0);
  const groups = openMeasures(ledger)
    .map((measure) => [measure, boundTo(ledger, measure)])
    .filter(([measure, bound]) => bound[0] === measure)
    .map(([, bound]) => bound);
  const open = groups.filter(([first]) => !revised.has(first.number));
  let room = ENDINGS_MAX - open.filter(isClosed).reduce((sum, bound) => sum + bound.length, 0);
  const due = [];
  for (const bound of groups) {
    const [first] = bound;
    if (revised.has(first.number)) {
      Object.assign(first, await withText(ledger, revised.get(first.number)));
      continue;
    }
    const isLost = () => bound.some((mate) => lost(ledger, mate) !== null);
    const ending = bound.map((mate) => [mate, null]);
    if (isClosed(bound)) {
      if (!isLost()) due.push(...(await end(ledger, ending, "it was closed")));
    } else if (isAdoptable(ledger, bound) && bound.length <= room && !isLost()) {
      room -= bound.length;
      due.push(...(await end(ledger, ending, "")));
    }
  }
  return due;
}

/** Ends measures by what stands now; what was adopted acts behind the last of them. */
async function end(ledger, ending, because) {
  const due = [];
  for (const [measure, why] of ending) {
    const missing = missingOn(measure);
    if (why !== null || missing.length > 0) {
      const all = measure.entitled.length;
      const reason = `${why ?? because} with ${all - missing.length} of ${all} ballots in`;
      due.push({ kind: "lapse", measure, reason, text: lapseText(ledger, measure, reason, missing) });
      continue;
    }
    const result = resultOf(ledger, measure);
    due.push({ kind: "decision", measure, result, text: await decisionText(ledger, measure, result) });
    ledger.decisions += 1n;
  }
  for (const { measure, result, reason: lapsedReason } of due) {
    measure.status = result === undefined ? "lapsed" : result.adopted ? "adopted" : "not-adopted";
    measure.reason = result?.reason ?? lapsedReason;
  }
  for (const { measure } of due) if (measure.status === "adopted") takeEffect(ledger, measure);
  return due;
}

/** What the ballots of a measure amount to, with `number` as the measure that keeps its package from adoption, or null. */
function amounts({ charter }, measure, number) {
  const positions = new Map(measure.entitled.map((code) => [code, measure.ballots.get(code).position]));
  const weights = new Map(measure.members.map(({ code, weight }) => [code, weight]));
  return amountTo(positions, { members: measure.members.length, total: measure.total, weights }, charter, number);
}

/** Whether the own ballots of a measure are in and meet its rule. */
function isMet(ledger, measure) {
  return missingOn(measure).length === 0 && amounts(ledger, measure, null).adopted;
}

function isAdoptable(ledger, bound) {
  return bound.every((mate) => isMet(ledger, mate));
}

function resultOf(ledger, measure) {
  const unmet = boundTo(ledger, measure).find((mate) => !isMet(ledger, mate));
  return amounts(ledger, measure, unmet?.number ?? null);
}

function textOf(lines) {
  return `${lines.join("\n")}\n`;
}

function namedLines(ledger, kind, measure, number) {
  return [
    `nemcon/v1 ${kind}`,
    `council ${ledger.founded.digest}`,
    ...(number === null ? [] : [`number ${number}`]),
    `measure ${measure.number}`,
    `revision ${revisionOf(measure)}`,
    `text ${measure.text.textHash}`,
    `title ${measure.text.fields.title}`,
  ];
}

function lapseText(ledger, measure, reason, missing) {
  const lines = [...namedLines(ledger, "lapse", measure, null), `reason ${reason}`];
  return textOf([...lines, ...missing.map((code) => `missing ${code}`)]);
}

async function decisionText(ledger, measure, { adopted, reason }) {
  const { charter } = ledger;
  const isWithheld = charter.publication !== null && charter.kinds.get(measure.text.fields.kind).votes !== "public";
  const withheld = adopted ? "the rule is met" : "the rule is not met";
  const lines = [
    ...namedLines(ledger, "decision", measure, ledger.decisions + 1n),
    `rule ${measure.text.fields.rule}`,
    `outcome ${adopted ? "adopted" : "not-adopted"}`,
    `reason ${isWithheld ? withheld : reason}`,
    `roster ${measure.roster}`,
  ];
  if (measure.package !== null) lines.push(`package ${measure.package.textHash}`);
  if (isWithheld) lines.push(`votes ${await votesHash(ledger, measure, reason)}`);
  else lines.push(...ballotLines(measure), ...mandateLines(measure));
  return textOf([...lines, ...measure.excluded.map(({ code, why }) => `not-entitled ${code} ${why}`)]);
}

function ballotLines({ entitled, ballots }) {
  return entitled.map((code) => {
    const { position, index, textHash: hash } = ballots.get(code);
    return `ballot ${code} ${position} ${index} ${hash}`;
  });
}

function mandateLines({ entitled, ballots, mandates }) {
  return entitled
    .filter((code) => ballots.get(code).by !== code)
    .map((code) => {
      const { to, index, textHash: hash } = mandates.get(code);
      return `mandate ${code} ${to} ${index} ${hash}`;
    });
}

/** The commitment to votes that are not public with the decision. */
async function votesHash(ledger, measure, reason) {
  const rows = ballotLines(measure);
  for (const [at, code] of measure.entitled.entries())
    rows[at] += ` ${await signaturesHash(measure.ballots.get(code).lines)}`;
  const head = [
    "nemcon/v1 votes",
    `council ${ledger.founded.digest}`,
    `measure ${measure.number}`,
    `text ${measure.text.textHash}`,
    `reason ${reason}`,
  ];
  return textHash(textOf([...head, ...rows, ...mandateLines(measure)]));
}
