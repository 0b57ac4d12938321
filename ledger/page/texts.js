// What a text of a measure may say, when it is tabled and when it replaces another (formats.md, section 2, "What is let in").

import { hasForm } from "./charter.js";
import { refuse } from "./defect.js";
import { brought, citedBy, memberAt } from "./ledger.js";
import { lostAlone } from "./lost.js";
import { memberOf, participantOf } from "./parties.js";
import { has } from "./shape.js";

const MEMBERS_MAX = 90;
const CHANGES = {
  authorisation: "participating",
  accession: "admits",
  departure: "departs",
  appointment: "appoints",
  weights: "total-weight",
  rules: "next-rules",
};

/** All rules on a text. `measure` is the measure as it is with this text. */
export function verifyText(ledger, measure, record) {
  const { fields, where } = record;
  verifyDates(ledger, fields, fields.closes, where);
  verifyWords(ledger, fields, where);
  verifyForms(ledger, fields, where);
  verifyTargets(ledger, fields, where);
  const documents = fields.document.map(([, , language, name]) => `${language} ${name}`);
  if (new Set(documents).size !== documents.length) refuse(where, "A document is bound twice in one language.");
  for (const [number, text] of fields.incident) verifyIncident(ledger, number, text, where);
  verifyPredecessor(ledger, measure, fields, where);
  verifyChange(ledger, measure, fields, where);
}

/** opens < closes <= enters < reviews <= expires, as far as they are stated; the deadline lies ahead. */
export function verifyDates({ time }, { opens, enters, reviews, expires }, closes, where) {
  if (closes <= time) refuse(where, "The deadline does not lie behind the block’s time.");
  if (opens !== null && opens >= closes) refuse(where, "It opens at its deadline or later.");
  if (enters !== null && enters < closes) refuse(where, "It enters into force before its deadline.");
  const begins = enters ?? closes;
  if (reviews !== null && reviews <= begins) refuse(where, "The review comes too early.");
  if (expires !== null && (reviews === null ? expires <= begins : expires < reviews))
    refuse(where, "It expires too early.");
}

function verifyWords({ charter }, fields, where) {
  const { words, procedures, categories, applies, kinds } = charter;
  const lists = {
    procedure: [...procedures.keys()],
    item: words("items"),
    prepared: words("bodies"),
    targets: words("targets"),
    target: words("targets"),
    applies: [...applies.keys()],
  };
  if (categories.length > 0) lists.category = categories;
  for (const [name, list] of Object.entries(lists)) {
    const said = Array.isArray(fields[name]) ? fields[name] : [fields[name]].filter((word) => word !== null);
    const unknown = said.map((value) => (Array.isArray(value) ? value[0] : value)).find((word) => !list.includes(word));
    if (unknown !== undefined) refuse(where, `The charter has no ${name} ${unknown}.`);
  }
  for (const name of kinds.get(fields.kind).requires) {
    const isStated = name === "reasons" ? hasReasons(fields) : has(fields, name);
    if (!isStated) refuse(where, `A measure of its kind needs ${name}.`);
  }
}

function hasReasons({ target }) {
  return target.length > 0 && target.every((row) => row.length === 3);
}

function verifyForms({ charter }, { basis, reference }, where) {
  const { bases, references } = charter;
  const strange = basis.find((each) => bases.length > 0 && !bases.some((form) => hasForm(each, form)));
  if (strange !== undefined) refuse(where, `This is no form of a legal basis: ${strange}`);
  for (const each of references.size > 0 ? reference : []) {
    const [kind, ...rest] = each.split(" ");
    const forms = references.get(kind) ?? [];
    if (!forms.some((form) => hasForm(rest.join(" "), form))) refuse(where, `This is no form of a reference: ${each}`);
  }
}

function verifyTargets({ charter }, { targets, target, applies }, where) {
  const listed = (sort) => BigInt(target.filter(([each]) => each === sort).length);
  const counted = new Set(targets.map(([sort]) => sort));
  const isCounted =
    targets.every(([sort, count]) => listed(sort) === count) && target.every(([sort]) => counted.has(sort));
  if (targets.length > 0 && target.length > 0 && !isCounted) refuse(where, "It lists other targets than it counts.");
  const present = new Set([...counted, ...target.map(([sort]) => sort)]);
  const idle = applies.find((word) => {
    const sorts = charter.applies.get(word);
    return sorts.length > 0 && present.size > 0 && !sorts.some((sort) => present.has(sort));
  });
  if (idle !== undefined) refuse(where, `${idle} applies to none of its targets.`);
}

/** An incident that is cited by its number and its text is there. */
export function verifyIncident({ incidents }, number, text, where) {
  const found = number >= 1n ? incidents[Number(number) - 1] : undefined;
  if (found === undefined) refuse(where, `There is no incident ${number}.`);
  if (found !== text) refuse(where, `Incident ${number} has another text than is cited.`);
}

/** Adopted, and neither expired nor repealed nor annulled. */
export function verifyInForce({ time }, { number, status, text, isRepealed, isAnnulled }, where) {
  if (status !== "adopted") refuse(where, `Measure ${number}, which it cites, was not adopted.`);
  const { expires } = text.fields;
  if (isRepealed || isAnnulled || (expires !== null && expires <= time))
    refuse(where, `Measure ${number}, which it cites, is no longer in force.`);
}

function verifyPredecessor(ledger, { entitled }, { predecessor }, where) {
  if (predecessor === null) return;
  const before = citedBy(ledger, predecessor.slice(1), where);
  verifyInForce(ledger, before, where);
  const lacking = before.entitled.filter((code) => memberAt(ledger, code) && !entitled.includes(code));
  if (lacking.length > 0) refuse(where, `${lacking.join(" ")} had a ballot on what it renews, amends or repeals.`);
}

function verifyChange(ledger, measure, fields, where) {
  const { effect } = ledger.charter.kinds.get(fields.kind);
  for (const [name, line] of Object.entries(CHANGES)) {
    if (has(fields, line) !== (name === effect)) refuse(where, `The line \`${line}\` does not fit its kind.`);
  }
  if (effect === null) return;
  if (fields.enters !== null) refuse(where, "What changes the council enters into force at no other date.");
  const codes = ledger.members.map(({ code }) => code);
  const named = [...fields.participating, ...fields.weight.map(([code]) => code)];
  const inOrder = codes.filter((code) => named.includes(code));
  if (named.join(" ") !== inOrder.join(" ")) refuse(where, "Its codes do not stand in the order of the roster.");
  if (effect === "authorisation") verifyTakingPart(ledger, named, where);
  if (effect === "departure" && !(codes.includes(fields.departs) && ledger.notices.has(fields.departs)))
    refuse(where, `${fields.departs} has given no notice that it leaves.`);
  if (effect === "rules" && fields["next-rules"][0] <= ledger.rules) refuse(where, "The rules go forward.");
  verifyEntering(ledger, measure, fields, effect, where);
}

function verifyTakingPart({ charter }, named, where) {
  const least = [...charter.rules.values()].filter(({ who }) => who === "participating").map((rule) => rule.least);
  if (least.length > 0 && named.length < Math.min(...least)) refuse(where, "Too few take part.");
}

function verifyEntering(ledger, measure, fields, effect, where) {
  if (["accession", "appointment", "weights"].includes(effect)) {
    const why = lostAlone(ledger, measure);
    if (why !== null) refuse(where, `It could not be decided: ${why}.`);
  }
  if (effect === "accession" && ledger.members.length + ledger.admitted.size >= MEMBERS_MAX)
    refuse(where, "The roster has no place left.");
  const ids = measure.brought.map(({ id }) => id);
  if (new Set(ids).size !== ids.length) refuse(where, "Two of its keys have one name and one id.");
  if (effect === "appointment" && !ledger.charter.words("roles").includes(fields.appoints.value[2]))
    refuse(where, `The charter has no role ${fields.appoints.value[2]}.`);
}

/** The keys that a text brings in for an entrant or for a participant. */
export async function broughtBy(ledger, { admits, appoints }) {
  if (admits !== null) return brought(ledger, admits.value[0], memberOf(admits));
  return appoints === null ? [] : brought(ledger, appoints.value[0], participantOf(appoints));
}
