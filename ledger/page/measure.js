// The measure that a certificate is about: its texts, how it ended, who is entitled (formats.md, section 10).

import { refuse } from "./defect.js";
import { textsOf } from "./walk.js";

const WHERE = "the measure";

/**
 * Finds the measure of this number among the records, whose blocks are known: { number, tabled, text, texts, end, package,
 * isNumberShown }. `end` is its decision, lapse or withdrawal, or null while it is open. The text of a measure does not say its
 * number: where nothing was said on an open measure, only the certificate itself says it, and `isNumberShown` is false.
 */
export function findMeasure(number, records) {
  const said = records.filter((record) => isAbout(record, number));
  const packaged = packageOf(number, records);
  const end = findEnd(number, said, packaged, records);
  const { last, isNumberShown } = lastText(number, said, packaged, end, records);
  const texts = findTexts(number, last, records);
  const found = { number, tabled: texts[0], text: texts.at(-1), texts, end, package: packaged, isNumberShown };
  verifyEnd(found);
  return found;
}

/** Whether the record has the line of a statement, or of a decision, on this measure. */
function isAbout({ kind, fields }, number) {
  return !["measure", "revision", "package", "incident"].includes(kind) && fields.measure === number;
}

function packageOf(number, records) {
  const found = records.filter(
    ({ kind, fields }) => kind === "package" && fields.measure.some(([each]) => each === number),
  );
  if (found.length > 1) refuse(found[1].where, `A second package binds measure ${number}.`);
  return found[0] ?? null;
}

function findEnd(number, said, packaged, records) {
  const numbers = packaged === null ? [number] : packaged.fields.measure.map(([each]) => each);
  const withdrawn = records.filter(({ kind, fields }) => kind === "withdrawal" && numbers.includes(fields.measure));
  const ends = [...said.filter(({ kind }) => kind === "decision" || kind === "lapse"), ...withdrawn];
  const isPackageWithdrawn = ends.length > 1 && ends.length === withdrawn.length;
  if (ends.length > 1 && !isPackageWithdrawn) refuse(ends[1].where, `Measure ${number} ends a second time.`);
  return ends[0] ?? null;
}

/** The texts of the measure, the first one first, up to the one that was decided or that stands. */
function findTexts(number, last, records) {
  const shown = textsOf(records);
  const chain = [];
  for (let hash = last; hash !== null;) {
    const record = shown.get(hash);
    if (record === undefined) refuse(WHERE, `The text of measure ${number} is not shown: ${hash}`);
    chain.unshift(record);
    hash = record.kind === "measure" ? null : formerText(record, number);
  }
  verifyRevisions(chain);
  return chain;
}

function formerText({ fields, where }, number) {
  const [revised, hash] = fields.revises;
  if (revised !== number) refuse(where, `It revises measure ${revised}.`);
  return hash;
}

function verifyRevisions(chain) {
  chain.forEach(({ kind, fields, where, index }, at) => {
    const revision = kind === "measure" ? 1n : fields.revision;
    if (revision !== BigInt(at) + 1n) refuse(where, `Revision ${at + 1} is due in its place.`);
    if (at === 0) return;
    if (fields.by !== chain[0].fields.by) refuse(where, `${fields.by} revises what ${chain[0].fields.by} has tabled.`);
    if (index < chain[at - 1].index) refuse(where, "It stands before the text that it revises.");
    for (const name of ["kind", "rule", "concerns"]) {
      if (fields[name] !== chain[0].fields[name]) refuse(where, `A revision keeps the line \`${name}\`.`);
    }
    if (`${fields["authorised-by"]}` !== `${chain[0].fields["authorised-by"]}`)
      refuse(where, "A revision keeps its authorisation.");
  });
}

/** The hash of the text that was decided, or that stands of an open measure. */
function lastText(number, said, packaged, end, records) {
  if (end !== null && end.fields.measure === number) return { last: end.fields.text, isNumberShown: true };
  const revisions = records.filter(({ kind, fields }) => kind === "revision" && fields.revises[0] === number);
  if (revisions.length > 0) {
    const newest = revisions.reduce((a, b) => (b.fields.revision > a.fields.revision ? b : a));
    return { last: newest.textHash, isNumberShown: true };
  }
  const named = new Set(said.map(({ fields }) => fields.text));
  packaged?.fields.measure.filter(([each]) => each === number).forEach(([, text]) => named.add(text));
  if (named.size > 1) refuse(WHERE, `Records on measure ${number} name different texts of it.`);
  if (named.size === 1) return { last: [...named][0], isNumberShown: true };
  return { last: onlyText(number, records), isNumberShown: false };
}

/** The one text that no record names as that of another measure. */
function onlyText(number, records) {
  const others = othersOf(number, records);
  const left = records.filter(({ kind, textHash }) => kind === "measure" && !others.has(textHash));
  if (left.length !== 1) refuse(WHERE, `No record shows which text is measure ${number}.`);
  return left[0].textHash;
}

/** The texts that records name as those of other measures. */
function othersOf(number, records) {
  const others = new Set();
  for (const { kind, fields } of records) {
    if (kind === "package") fields.measure.forEach(([each, text]) => each !== number && others.add(text));
    else if (fields.text !== undefined && fields.measure !== number) others.add(fields.text);
    if (fields["authorised-by"]) others.add(fields["authorised-by"][1]);
  }
  return others;
}

function verifyEnd({ number, tabled, text, texts, end, package: packaged }) {
  if (end === null) return;
  const { kind, fields, where, index } = end;
  if (fields.measure === number)
    verifyAbout(end, { number, text, package: packaged }, kind !== "lapse", kind === "decision");
  if (kind === "withdrawal" && fields.by !== tabled.fields.by)
    refuse(where, `${fields.by} withdraws what ${tabled.fields.by} has tabled.`);
  if (texts.some((each) => each.index > index)) refuse(where, "It stands before a text of the measure.");
}

/** The lines that name a measure name this one as it stands. */
export function verifyAbout(
  { fields, where },
  { number, text, package: packaged },
  withRule = true,
  withPackage = true,
) {
  const revision = text.kind === "measure" ? 1n : text.fields.revision;
  const due = [
    ["measure", number],
    ["revision", revision],
    ["text", text.textHash],
    ["title", text.fields.title],
  ];
  if (withRule) due.push(["rule", text.fields.rule]);
  if (withPackage) due.push(["package", packaged === null ? null : packaged.textHash]);
  const wrong = due.find(([name, value]) => fields[name] !== value);
  if (wrong !== undefined) refuse(where, `Its line \`${wrong[0]}\` is not that of measure ${number}.`);
}

/** The members that have a ballot on the measure, and those that have none with the reason: { entitled, excluded }. */
export function entitledTo({ tabled }, records, law) {
  const { members } = tabled.block;
  const rule = law.rules.get(tabled.fields.rule);
  if (rule === undefined) refuse(tabled.where, `The charter knows no rule \`${tabled.fields.rule}\`.`);
  const isLeftOut = leftOut(rule, tabled, records, law);
  const excluded = members
    .map(({ code, name }) => ({ code, name, why: isLeftOut(code) }))
    .filter(({ why }) => why !== null);
  return { rule, entitled: members.filter(({ code }) => isLeftOut(code) === null), excluded };
}

/** Where the law on the measure comes from: the source of its kind, or else that of its rule, or null. */
export function sourceOf({ fields }, law) {
  return law.kinds.get(fields.kind)?.source ?? law.sources.get(fields.rule) ?? null;
}

function leftOut(rule, tabled, records, law) {
  if (rule.who === "minus-concerned") {
    const source = sourceOf(tabled, law);
    const why = `it is the member concerned${source === null ? "" : ` (${source})`}`;
    return (code) => (code === tabled.fields.concerns ? why : null);
  }
  if (rule.who === "all") return () => null;
  const taking = authorisation(tabled, records).fields.participating;
  const why = `it does not take part in what measure ${tabled.fields["authorised-by"][0]} authorised`;
  return (code) => (taking.includes(code) ? null : why);
}

/** The text that authorises, which a decision shown before the measure has adopted. */
function authorisation(tabled, records) {
  const named = tabled.fields["authorised-by"];
  if (named === null) refuse(tabled.where, "Its rule asks for an authorisation, and it names none.");
  const [number, hash] = named;
  const text = textsOf(records).get(hash);
  const isAdopting = ({ kind, fields, index }) =>
    kind === "decision" &&
    fields.measure === number &&
    fields.text === hash &&
    fields.outcome === "adopted" &&
    index < tabled.index;
  if (text === undefined || !records.some(isAdopting)) {
    refuse(tabled.where, `Measure ${number}, which authorises it, is not shown with the decision that adopted it.`);
  }
  return text;
}
