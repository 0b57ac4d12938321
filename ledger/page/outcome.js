// What the ballots amount to, and whether the decision or the lapse says just that (formats.md, section 2, "Decisions and
// lapses").

import { joinBytes } from "./bytes.js";
import { refuse } from "./defect.js";
import { sha256, textHash } from "./hash.js";

/**
 * What the ballots amount to: { adopted, reason }. The law's order: against, qualified abstentions, nobody in favour, then the
 * package, then adoption.
 */
export function amountTo(positions, { members, total, weights }, law, lost) {
  const codes = [...positions.keys()];
  const of = (position) => codes.filter((code) => positions.get(code) === position);
  const [favour, against] = [of("in-favour"), of("against")];
  if (against.length > 0) return { adopted: false, reason: `against: ${against.join(" ")}` };
  const qualified = qualifiedReason(of("abstain-qualified"), { members, total, weights }, law);
  if (qualified !== null) return { adopted: false, reason: qualified };
  if (favour.length === 0) return { adopted: false, reason: "nobody in favour" };
  if (lost !== null) return { adopted: false, reason: `its package cannot be adopted: measure ${lost} is not` };
  return {
    adopted: true,
    reason: adoptedReason(codes.length, favour.length, of("abstain").length, of("abstain-qualified").length),
  };
}

function adoptedReason(all, favour, abstained, qualified) {
  if (all === favour) return `all ${all} in favour`;
  const parts = [`${favour} in favour`];
  if (abstained > 0) parts.push(`${abstained} abstained`);
  if (qualified > 0) parts.push(`${qualified} abstained with a declaration`);
  return `${parts.join(", ")}, none against`;
}

/** The reason by which qualified abstentions block, or null. */
function qualifiedReason(codes, { members, total, weights }, { qualified, ofWhat }) {
  if (codes.length === 0 || qualified === null) return null;
  const [ofMembers, ofWeight] = qualified;
  const weight = codes.reduce((sum, code) => sum + weights.get(code), 0n);
  const isMany = BigInt(codes.length) * ofMembers.below >= ofMembers.above * BigInt(members);
  const isHeavy = weight * ofWeight.below >= ofWeight.above * total;
  if (!isMany || !isHeavy) return null;
  return `qualified abstention of ${codes.length} members with ${percent(weight, total)} % of the ${ofWhat}`;
}

/** A share with two decimals, half a hundredth rounded up. */
export function percent(part, whole) {
  const hundredths = (part * 20000n + whole) / (2n * whole);
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, "0")}`;
}

/**
 * Point 6 for a decision. `ballots` has one for each entitled member, or none at all where they are not public. Returns the
 * reason in full, or null where the votes are not shown.
 */
export async function verifyDecision(decision, { measure, entitled, excluded, ballots, mandates, law, records }) {
  const { fields, where } = decision;
  verifyNotEntitled(fields, excluded, where);
  if (fields.roster !== measure.tabled.block.roster)
    refuse(where, "It names another roster than that of the block in which the measure was tabled.");
  const lost = verifyPackage(decision, measure, records);
  const isWithheld = law.publication !== null && law.kinds.get(measure.tabled.fields.kind)?.votes !== "public";
  if (isWithheld !== (fields.votes !== null))
    refuse(
      where,
      isWithheld ? "Its votes have to be a commitment." : "It keeps back votes that the charter makes public.",
    );
  if (isWithheld) verifyWithheld(fields, where);
  if (isWithheld && ballots.size === 0) return null;
  const lacking = entitled.find(({ code }) => !ballots.has(code));
  if (lacking !== undefined) refuse(where, `No ballot of ${lacking.code} on the decided text is shown.`);
  const context = { measure, entitled, ballots, mandates, law, lost };
  return isWithheld ? verifyCommitment(decision, context) : verifyLines(decision, context);
}

function verifyNotEntitled(fields, excluded, where) {
  const due = excluded.map(({ code, why }) => `${code} ${why}`).join("\n");
  const said = fields["not-entitled"].map(([code, why]) => `${code} ${why}`).join("\n");
  if (due !== said) refuse(where, "It leaves out other members, or for another reason, than its rule does.");
}

function verifyWithheld(fields, where) {
  if (fields.ballot.length > 0 || fields.mandate.length > 0)
    refuse(where, "It lists ballots beside the commitment to them.");
  const reason = fields.outcome === "adopted" ? "the rule is met" : "the rule is not met";
  if (fields.reason !== reason) refuse(where, `Its reason has to be: ${reason}`);
}

/** The measures of the package that may have kept it from adoption: [] where there is none or the package is adopted. */
function verifyPackage({ fields, where }, measure, records) {
  if (measure.package === null) {
    if (fields.package !== null) refuse(where, "The package that it names is not shown.");
    return [];
  }
  const bound = measure.package.fields;
  const own = bound.measure.find(([number]) => number === measure.number);
  if (own[1] !== measure.text.textHash || bound.by !== measure.tabled.fields.by)
    refuse(measure.package.where, "It binds another text or proposer.");
  const mates = bound.measure.filter(([number]) => number !== measure.number);
  const lost = mates.filter(([number, text]) => !isAdopted(number, text, records)).map(([number]) => number);
  if (fields.outcome === "adopted" && lost.length > 0) {
    refuse(where, `It is adopted, and no decision shows that measure ${lost[0]} of its package is.`);
  }
  return lost;
}

function isAdopted(measure, text, records) {
  return records.some(
    ({ kind, fields }) =>
      kind === "decision" && fields.measure === measure && fields.text === text && fields.outcome === "adopted",
  );
}

/** What the ballots can amount to: one result, or one for each measure that may have kept the package from adoption. */
function results({ measure, ballots, entitled, law, lost }) {
  const { members, total } = measure.tabled.block;
  const positions = new Map(entitled.map(({ code }) => [code, ballots.get(code).fields.position]));
  const weights = new Map(members.map(({ code, weight }) => [code, weight]));
  const sizes = { members: members.length, total, weights };
  return lost.length === 0
    ? [amountTo(positions, sizes, law, null)]
    : lost.map((number) => amountTo(positions, sizes, law, number));
}

function ballotRows({ entitled, ballots }) {
  return entitled.map(({ code }) => ({ code, ballot: ballots.get(code) }));
}

function verifyLines({ fields, where }, context) {
  const due = ballotRows(context).map(
    ({ code, ballot }) => `${code} ${ballot.fields.position} ${ballot.index} ${ballot.textHash}`,
  );
  const said = fields.ballot.map((row) => row.join(" "));
  if (due.join("\n") !== said.join("\n"))
    refuse(where, "The ballots that it lists are not the last ones of the entitled members.");
  if (mandateRows(context).join("\n") !== fields.mandate.map((row) => row.join(" ")).join("\n")) {
    refuse(where, "The mandates that it lists are not those of the ballots.");
  }
  const result = results(context).find(({ adopted, reason }) => isOutcome(fields, adopted) && fields.reason === reason);
  if (result === undefined) refuse(where, `The ballots amount to something else: ${results(context)[0].reason}`);
  return result.reason;
}

function isOutcome({ outcome }, adopted) {
  return outcome === (adopted ? "adopted" : "not-adopted");
}

function mandateRows({ entitled, ballots, mandates }) {
  return entitled
    .filter(({ code }) => mandates.has(code))
    .map(
      ({ code }) => `${code} ${ballots.get(code).fields.by} ${mandates.get(code).index} ${mandates.get(code).textHash}`,
    );
}

/** votes = SHA-256 of the text that has reason, ballots with their signatures, and mandates */
async function verifyCommitment({ fields, where }, context) {
  const rows = [];
  for (const { code, ballot } of ballotRows(context)) {
    const signatures = await signaturesHash(ballot.lines);
    rows.push(`ballot ${code} ${ballot.fields.position} ${ballot.index} ${ballot.textHash} ${signatures}`);
  }
  rows.push(...mandateRows(context).map((row) => `mandate ${row}`));
  for (const { adopted, reason } of results(context)) {
    const head = [
      "nemcon/v1 votes",
      `council ${fields.council}`,
      `measure ${fields.measure}`,
      `text ${fields.text}`,
      `reason ${reason}`,
    ];
    const isCommitted = (await textHash(`${[...head, ...rows].join("\n")}\n`)) === fields.votes;
    if (isCommitted && isOutcome(fields, adopted)) return reason;
  }
  refuse(where, "The shown ballots are not those to which it commits, or they amount to something else.");
}

/** SHA-256 of the signatures under a ballot, 64 bytes each */
export async function signaturesHash(lines) {
  return sha256(joinBytes(...lines.map(({ signature }) => signature)));
}

/** Point 6 for a lapse: it names those whose ballots are missing, and counts the rest. */
export function verifyLapse({ fields, where }, { entitled, ballots }) {
  const codes = entitled.map(({ code }) => code);
  const missing = codes.filter((code) => fields.missing.includes(code));
  if (missing.join(" ") !== fields.missing.join(" "))
    refuse(where, "Those whose ballots it misses are not entitled members in their order.");
  const count = `with ${codes.length - missing.length} of ${codes.length} ballots in`;
  if (!fields.reason.endsWith(` ${count}`)) refuse(where, `Its reason has to end: ${count}`);
  const late = missing.find((code) => ballots.has(code));
  if (late !== undefined) refuse(where, `It misses the ballot of ${late}, which is shown.`);
  const unseen = codes.find((code) => !missing.includes(code) && !ballots.has(code));
  if (ballots.size > 0 && unseen !== undefined) refuse(where, `It counts a ballot of ${unseen}, and none is shown.`);
}
