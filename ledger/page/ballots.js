// The ballots on a measure and the mandates behind them (formats.md, section 10, point 6).

import { refuse } from "./defect.js";
import { verifyAbout } from "./measure.js";

/** The last shown ballot of each member on the text that was decided or stands, by code. A voided ballot counts for none. */
export function lastBallots(measure, records) {
  const ballots = new Map();
  const freezes = records.filter(({ kind }) => kind === "freeze");
  for (const record of records) {
    const { kind, fields, index } = record;
    if (kind !== "ballot" || fields.measure !== measure.number || fields.text !== measure.text.textHash) continue;
    if (measure.end !== null && index > measure.end.index)
      refuse(record.where, "The ballot stands behind the end of the measure.");
    if (isVoid(record, freezes, measure)) continue;
    if (fields.position === "retracted") ballots.delete(fields.for);
    else ballots.set(fields.for, record);
  }
  return ballots;
}

/** A freeze voids the ballots of the frozen party, and those that it cast for others, while the measure is open. */
function isVoid({ fields, index }, freezes, { end }) {
  return freezes.some((freeze) => {
    const isOpen = end === null || freeze.index < end.index;
    return isOpen && index < freeze.block.index && [fields.by, fields.for].includes(freeze.fields.by);
  });
}

/** Each ballot is its member's: by itself, or by the holder of a mandate of its own. Returns the mandates by code. */
export function verifyBallots(ballots, { measure, entitled, rule, law, records }) {
  const mandates = new Map();
  const codes = entitled.map(({ code }) => code);
  for (const [code, ballot] of ballots) {
    const { fields, where } = ballot;
    if (!codes.includes(code)) refuse(where, `${code} is not entitled to a ballot on this measure.`);
    verifyAbout(ballot, measure);
    if (ballot.index < measure.text.index) refuse(where, "The ballot stands before the text that it is on.");
    verifyPosition(ballot, measure, rule, law);
    if (fields.by !== code || fields.mandate !== null)
      mandates.set(code, findMandate(ballot, { measure, codes, rule, law, records }));
  }
  const holders = [...mandates.values()].map(({ fields }) => fields.to);
  const twice = holders.find((holder, at) => holders.indexOf(holder) !== at);
  if (twice !== undefined) refuse("the mandates", `${twice} has cast the ballots of two others.`);
  return mandates;
}

function verifyPosition({ fields, where }, { tabled }, rule, law) {
  const isQualified = fields.position === "abstain-qualified";
  if (!rule.hasAbstention && (isQualified || fields.position === "abstain"))
    refuse(where, "Its rule knows no abstention.");
  if (isQualified && !law.kinds.get(tabled.fields.kind)?.isQualified)
    refuse(where, "Measures of this kind know no abstention with a declaration.");
  if (isQualified !== (fields.declaration !== null))
    refuse(where, "A declaration goes with a qualified abstention, and with no other ballot.");
}

function findMandate({ fields, where, index }, { measure, codes, rule, law, records }) {
  const mandate = records.find(({ kind, textHash }) => kind === "mandate" && textHash === fields.mandate);
  if (mandate === undefined) refuse(where, "The mandate that it names is not shown.");
  verifyAbout(mandate, measure);
  const isGiven = mandate.fields.by === fields.for && mandate.fields.to === fields.by && mandate.index < index;
  if (!isGiven || fields.by === fields.for)
    refuse(where, `The mandate that it names is none of ${fields.for} to ${fields.by}.`);
  if (!law.hasMandates || !rule.hasMandates) refuse(where, "Its rule knows no mandates.");
  if (!codes.includes(fields.by)) refuse(where, `${fields.by} is not entitled, and casts the ballot of another.`);
  if (fields.position === "abstain-qualified") refuse(where, "Nobody abstains with a declaration for another.");
  return mandate;
}
