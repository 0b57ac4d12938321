// What is let in on a measure: ballots, mandates, reservations, what steers it, attestations, remarks (formats.md, section 2).

import { refuse } from "./defect.js";
import { boundTo, mayAs, measureAt, memberAt } from "./ledger.js";
import { verifyAbout } from "./measure.js";
import { verifyOpen } from "./tabling.js";
import { verifyDates } from "./texts.js";

const REMARKS_MAX = 8;
const ACTS = {
  ballot: castBallot,
  mandate: giveMandate,
  reservation: reserve,
  extension: extend,
  withdrawal: withdraw,
  close,
  attestation: attest,
  remark,
};

/** A statement on a measure is let in, and acts as far as it acts at once. */
export function say(ledger, record) {
  const measure = measureAt(ledger, record.fields.measure, record.where);
  verifyAbout(record, measure);
  if (record.kind !== "attestation" && record.kind !== "remark") verifyOpen(ledger, measure, record.where);
  ACTS[record.kind](ledger, measure, record);
}

function verifyOpened({ time }, { number, text }, where) {
  if (text.fields.opens !== null && text.fields.opens > time) refuse(where, `Measure ${number} has not opened yet.`);
}

function verifyEntitled({ number, entitled }, code, where) {
  if (!entitled.includes(code)) refuse(where, `${code} is not entitled on measure ${number}.`);
}

function castBallot(ledger, measure, record) {
  const { fields, where, index, textHash, lines } = record;
  const { position } = fields;
  const { rules, kinds, procedures } = ledger.charter;
  verifyOpened(ledger, measure, where);
  verifyEntitled(measure, fields.for, where);
  const isAbstaining = position === "abstain" || position === "abstain-qualified";
  if (isAbstaining && !rules.get(measure.text.fields.rule).hasAbstention)
    refuse(where, "Its rule knows no abstention.");
  if (position === "abstain-qualified" && !kinds.get(measure.text.fields.kind).isQualified)
    refuse(where, "Measures of this kind know no abstention with a declaration.");
  if (fields.assent !== null && !procedures.get(measure.text.fields.procedure)?.isTacit)
    refuse(where, "Its measure is in no procedure that knows tacit assent.");
  const standing = measure.ballots.get(fields.for);
  if (position === "retracted" && (standing === undefined || standing.position === "retracted"))
    refuse(where, `${fields.for} has no ballot to retract.`);
  verifyMandate(measure, fields, where);
  if (fields.by === fields.for) {
    measure.mandates.delete(fields.for);
    measure.used.delete(fields.for);
    if (position === "in-favour") dropReservations(measure, fields.for);
  } else {
    measure.used.add(fields.for);
  }
  measure.ballots.set(fields.for, { position, by: fields.by, index, textHash, lines });
}

function dropReservations({ reservations }, code) {
  for (const each of [...reservations]) if (each.startsWith(`${code} `)) reservations.delete(each);
}

function verifyMandate({ mandates }, { by, for: code, mandate, position }, where) {
  if (by === code) {
    if (mandate !== null) refuse(where, "A member’s own ballot names a mandate.");
    return;
  }
  const given = mandates.get(code);
  if (given === undefined || given.textHash !== mandate || given.to !== by)
    refuse(where, `The mandate that it names is none of ${code} to ${by} that stands.`);
  if (position === "abstain-qualified") refuse(where, "Nobody abstains with a declaration for another.");
}

function giveMandate({ charter }, measure, { fields, where, index, textHash }) {
  const { for: giver, to } = fields;
  const { mandates, ballots, used } = measure;
  if (!charter.hasMandates || !charter.rules.get(measure.text.fields.rule).hasMandates)
    refuse(where, "Its rule knows no mandates.");
  verifyEntitled(measure, giver, where);
  if (used.has(giver)) refuse(where, "A ballot has been cast under the mandate that it replaces or takes back.");
  if (to === "none") {
    if (!mandates.delete(giver)) refuse(where, `${giver} has given no mandate.`);
    return;
  }
  if ((ballots.get(giver)?.position ?? "retracted") !== "retracted") refuse(where, `${giver} has a ballot on it.`);
  verifyEntitled(measure, to, where);
  if (to === giver) refuse(where, "Giver and holder are one member.");
  const others = [...mandates].filter(([other]) => other !== giver);
  if (others.some(([, mandate]) => mandate.to === to)) refuse(where, `${to} holds another mandate.`);
  if (others.some(([, mandate]) => mandate.to === giver)) refuse(where, `${giver} holds a mandate itself.`);
  if (mandates.has(to)) refuse(where, `${to} has given a mandate itself.`);
  mandates.set(giver, { to, index, textHash });
}

function reserve({ charter }, measure, { fields, where }) {
  const own = `${fields.for} ${fields.reservation}`;
  if (!charter.words("reservations").includes(fields.reservation))
    refuse(where, `The charter has no reservation ${fields.reservation}.`);
  verifyEntitled(measure, fields.for, where);
  const has = measure.reservations.has(own);
  if (fields.act === "place" && has) refuse(where, `${fields.for} has this reservation.`);
  if (fields.act === "lift" && !has) refuse(where, `${fields.for} has no such reservation.`);
  if (fields.act === "place") measure.reservations.add(own);
  else measure.reservations.delete(own);
}

function extend(ledger, measure, { fields, where }) {
  if (!mayAs(ledger, fields.by, ledger.charter.words("extend"), measure.by))
    refuse(where, `${fields.by} may not put the deadline off.`);
  if (fields.closes <= measure.closes) refuse(where, "An extension names a later time than the deadline that stands.");
  for (const mate of boundTo(ledger, measure)) {
    verifyDates(ledger, mate.text.fields, fields.closes, where);
    mate.closes = fields.closes;
  }
}

function withdraw(ledger, measure, { fields, where }) {
  if (measure.by !== fields.by) refuse(where, `${fields.by} withdraws what ${measure.by} has tabled.`);
  ledger.pending.withdrawn.add(measure.number);
}

function close(ledger, measure, { fields, where }) {
  if (!mayAs(ledger, fields.by, ledger.charter.words("close"), measure.by))
    refuse(where, `${fields.by} may not close it.`);
  for (const mate of boundTo(ledger, measure)) {
    verifyOpened(ledger, mate, where);
    if (mate.text.fields.appoints !== null && !memberAt(ledger, fields.by))
      refuse(where, "No participant closes an appointment.");
  }
  const { closed } = ledger.pending;
  closed.set(measure.number, (closed.get(measure.number) ?? new Set()).add(fields.by));
}

function attest(ledger, measure, { fields, where }) {
  const { charter } = ledger;
  const { words, procedures, releasedBy } = charter;
  const word = fields.attests;
  if (!mayAs(ledger, fields.by, words("attest"))) refuse(where, `${fields.by} may not attest.`);
  if (!words("attests").includes(word)) refuse(where, `The charter has no attestation ${word}.`);
  const own = procedures.get(measure.text.fields.procedure)?.attests ?? [];
  const isOfAnother = [...procedures.values()].some(({ attests }) => attests.includes(word)) && !own.includes(word);
  if (isOfAnother) refuse(where, `${word} is attested of measures in another procedure.`);
  if (words("annuls").includes(word)) {
    if (measure.status !== "adopted") refuse(where, "Only what was adopted is annulled.");
    measure.isAnnulled = true;
  }
  if (word === releasedBy) verifyRelease(charter, measure, where);
}

function verifyRelease({ kinds }, { text, status }, where) {
  const isWaiting = kinds.get(text.fields.kind).votes === "released" && status !== "open" && status !== "withdrawn";
  if (!isWaiting) refuse(where, "There are no votes to be released.");
}

function remark(ledger, measure, { fields, where }) {
  const { words } = ledger.charter;
  if (!mayAs(ledger, fields.by, words("remark"))) refuse(where, `${fields.by} may make no remark.`);
  if (!words("remarks").includes(fields.sort)) refuse(where, `The charter has no remark ${fields.sort}.`);
  if (measure.status === "lapsed" || measure.status === "withdrawn")
    refuse(where, "No remark is made on what has lapsed or was withdrawn.");
  const made = measure.remarks.get(fields.by) ?? 0;
  if (made >= REMARKS_MAX) refuse(where, `${fields.by} has made 8 remarks on this text.`);
  measure.remarks.set(fields.by, made + 1);
}
