// Measures, revisions, packages, incidents and attributions are let in, or not (formats.md, section 2, "What is let in").

import { meets } from "./charter.js";
import { rosterDigest } from "./council.js";
import { refuse } from "./defect.js";
import { citedBy, mayAs, memberAt, openMeasures } from "./ledger.js";
import { broughtBy, verifyIncident, verifyInForce, verifyText } from "./texts.js";

const OPEN_MAX = 64;
const PACKAGED_MAX = 16;
const KEPT = ["kind", "rule", "authorised-by", "concerns"];

/** A measure is tabled: who is entitled, the roster and the weights are fixed. */
export async function table(ledger, record) {
  const { fields, where } = record;
  const kind = verifyKind(ledger, fields, where);
  const isAppointing = kind.effect === "appointment" && memberAt(ledger, fields.by);
  if (!isAppointing && !mayAs(ledger, fields.by, kind.table ?? ledger.charter.words("table")))
    refuse(where, `${fields.by} may not table a measure of this kind.`);
  if (openMeasures(ledger).filter(({ by }) => by === fields.by).length >= OPEN_MAX)
    refuse(where, `${fields.by} has 64 measures open.`);
  const measure = {
    number: BigInt(ledger.measures.length + 1),
    by: fields.by,
    tabled: record,
    members: ledger.members,
    total: ledger.total,
    roster: await rosterDigest(ledger.members),
    status: "open",
    reason: null,
    package: null,
    ...entitledOn(ledger, fields, where),
    ...(await withText(ledger, record)),
    isRepealed: false,
    isReplaced: false,
    isAnnulled: false,
  };
  verifyText(ledger, measure, record);
  ledger.measures.push(measure);
  ledger.open.push(measure);
}

/** What begins anew with each text of a measure. */
export async function withText(ledger, record) {
  return {
    text: record,
    closes: record.fields.closes,
    brought: await broughtBy(ledger, record.fields),
    ballots: new Map(),
    mandates: new Map(),
    used: new Set(),
    reservations: new Set(),
    remarks: new Map(),
  };
}

function verifyKind({ charter }, { kind: name, rule, basis }, where) {
  if (charter.elsewhereKinds.includes(name)) refuse(where, `The charter says that ${name} is decided elsewhere.`);
  const kind = charter.kinds.get(name);
  if (kind === undefined) refuse(where, `The charter knows no kind ${name}.`);
  const fitting = kind.decided.filter((each) => each.rule === rule);
  if (fitting.length === 0) refuse(where, `${name} is not decided by ${rule}.`);
  const isOn = ({ on }) => on.length === 0 || on.some((named) => basis.some((each) => meets(each, named)));
  if (!fitting.some(isOn)) refuse(where, `It names no legal basis on which ${rule} decides.`);
  const elsewhere = basis.find((each) => charter.elsewhereOn.some((named) => meets(each, named) || meets(named, each)));
  if (elsewhere !== undefined) refuse(where, `What rests on ${elsewhere} is decided elsewhere.`);
  return kind;
}

/** The entitled members, the others with the reason, and on whose notice the measure rests. */
function entitledOn(ledger, fields, where) {
  const codes = ledger.members.map(({ code }) => code);
  const rule = ledger.charter.rules.get(fields.rule);
  if (rule === undefined) refuse(where, `The charter knows no rule ${fields.rule}.`);
  const { concerns, departs } = fields;
  const named = fields["authorised-by"];
  if (rule.who === "participating") return participatingOn(ledger, fields, rule, codes, where);
  if (named !== null) refuse(where, "It rests on an authorisation, and its rule knows none.");
  if (rule.who === "all") {
    if (concerns !== null) refuse(where, "It names a member concerned, and its rule leaves nobody out.");
    return { entitled: codes, excluded: [], noticeOf: departs };
  }
  if (concerns === null || !codes.includes(concerns)) refuse(where, "It names no member that it is about.");
  const kind = ledger.charter.kinds.get(fields.kind);
  if (kind.effect === "departure" && departs !== concerns)
    refuse(where, "The member that leaves is the one concerned.");
  const isByClause = kind.decided.some(({ rule: name, how }) => name === fields.rule && how === "clause");
  if (!isByClause && !ledger.notices.has(concerns)) refuse(where, `${concerns} has given no notice that it leaves.`);
  const source = kind.source ?? ledger.charter.sources.get(fields.rule);
  const why = `it is the member concerned${source ? ` (${source})` : ""}`;
  const entitled = codes.filter((code) => code !== concerns);
  return { entitled, excluded: [{ code: concerns, why }], noticeOf: isByClause ? departs : concerns };
}

function participatingOn(ledger, fields, rule, codes, where) {
  const named = fields["authorised-by"];
  if (named === null) refuse(where, "It names no authorisation.");
  if (fields.concerns !== null) refuse(where, "It names a member concerned beside an authorisation.");
  const authority = citedBy(ledger, named, where);
  verifyInForce(ledger, authority, where);
  if (authority.isReplaced) refuse(where, `Another authorisation has replaced measure ${authority.number}.`);
  const taking = authority.text.fields.participating;
  if (taking.length === 0) refuse(where, `Measure ${authority.number} authorises nothing.`);
  const entitled = codes.filter((code) => taking.includes(code));
  if (entitled.length < rule.least) refuse(where, "Too few take part.");
  const why = `it does not take part in what measure ${authority.number} authorised`;
  const excluded = codes.filter((code) => !taking.includes(code)).map((code) => ({ code, why }));
  return { entitled, excluded, noticeOf: null };
}

/** A revision is let in; it acts at the end of its block. */
export async function revise(ledger, record) {
  const { fields, where } = record;
  const measure = citedBy(ledger, fields.revises, where);
  verifyOpen(ledger, measure, where);
  if (measure.by !== fields.by) refuse(where, `${fields.by} revises what ${measure.by} has tabled.`);
  if (fields.revision !== revisionOf(measure) + 1n) refuse(where, "The revision has another number than is due.");
  if (measure.package !== null) refuse(where, "A measure of a package is not revised.");
  if (ledger.pending.revised.has(measure.number)) refuse(where, "A measure is revised once in a block.");
  const changed = KEPT.find((name) => String(fields[name]) !== String(measure.text.fields[name]));
  if (changed !== undefined) refuse(where, `A revision keeps \`${changed}\`.`);
  verifyKind(ledger, fields, where);
  const standing = contentOf(measure.text);
  const put = standing.map((line) => (line.startsWith("closes ") ? `closes ${timeOf(measure.closes)}` : line));
  const own = contentOf(record).join("\n");
  if (own === standing.join("\n") || own === put.join("\n")) refuse(where, "The revision changes nothing.");
  const next = { ...measure, ...(await withText(ledger, record)) };
  verifyText(ledger, next, record);
  ledger.pending.revised.set(measure.number, record);
}

/** The lines of a text that say what is proposed. */
function contentOf({ kind, text }) {
  const lines = text.slice(0, -1).split("\n");
  return kind === "measure" ? lines.slice(3) : lines.slice(5, -1);
}

function timeOf(milliseconds) {
  return new Date(milliseconds).toISOString();
}

/** The number of the revision that stands. */
export function revisionOf({ text }) {
  return text.kind === "measure" ? 1n : text.fields.revision;
}

/** From its deadline on nothing is said that steers a measure. */
export function verifyOpen({ time }, { number, status, closes }, where) {
  if (status !== "open") refuse(where, `Measure ${number} has ended.`);
  if (closes <= time) refuse(where, `The deadline of measure ${number} has come.`);
}

/** A package binds open measures of one proposer, on which nobody has spoken yet. */
export function bind(ledger, record) {
  const { fields, where, textHash } = record;
  if (fields.measure.length > PACKAGED_MAX) refuse(where, "A package binds 16 measures at most.");
  const bound = fields.measure.map((cited) => citedBy(ledger, cited, where));
  const { withdrawn, revised, closed } = ledger.pending;
  for (const measure of bound) {
    const { number, by, package: packaged, ballots, mandates, closes, text } = measure;
    verifyOpen(ledger, measure, where);
    if (by !== fields.by) refuse(where, `Measure ${number} was tabled by ${by}.`);
    if (packaged !== null) refuse(where, `Measure ${number} is in another package.`);
    if (ballots.size + mandates.size > 0) refuse(where, `Measure ${number} has ballots or mandates.`);
    if (closes !== bound[0].closes || text.fields.opens !== bound[0].text.fields.opens)
      refuse(where, "Its measures open or close at different times.");
    if (withdrawn.has(number) || revised.has(number) || closed.has(number))
      refuse(where, `Measure ${number} is withdrawn, revised or closed in this block.`);
    if (text.fields.appoints !== null) refuse(where, `Measure ${number} is an appointment.`);
  }
  ledger.packages.set(
    textHash,
    bound.map(({ number }) => number),
  );
  for (const measure of bound) measure.package = record;
}

/** A member reports an incident. */
export function report(ledger, { fields, where, textHash }) {
  const { words } = ledger.charter;
  if (!memberAt(ledger, fields.by)) refuse(where, "Only members report incidents.");
  if (!words("incident-categories").includes(fields.category))
    refuse(where, `The charter has no category of incidents ${fields.category}.`);
  const { from, until } = fields;
  if (from > ledger.time || (until !== null && (until < from || until > ledger.time)))
    refuse(where, "It ends before it begins, or lies ahead of the block’s time.");
  const factors = fields.severity.map(([factor]) => factor);
  if (new Set(factors).size !== factors.length) refuse(where, "A factor of its severity stands twice.");
  const strange = fields.severity.find(
    ([factor, level]) => !words("incident-factors").includes(factor) || !words("incident-levels").includes(level),
  );
  if (strange !== undefined) refuse(where, `The charter has no severity ${strange.join(" ")}.`);
  ledger.incidents.push(textHash);
}

/** A member attributes an incident. */
export function attribute(ledger, { fields, where }) {
  const { words } = ledger.charter;
  if (!memberAt(ledger, fields.by)) refuse(where, "Only members attribute incidents.");
  verifyIncident(ledger, ...fields.incident, where);
  if (!words("incident-findings").includes(fields.finding))
    refuse(where, `The charter has no finding ${fields.finding}.`);
  if (!words("incident-confidence").includes(fields.confidence))
    refuse(where, `The charter has no confidence ${fields.confidence}.`);
}
