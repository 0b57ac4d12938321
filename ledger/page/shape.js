// What the table of fields cannot say of a record: which of its fields stand together (formats.md, section 1).

import { refuse } from "./defect.js";
import { memberOf, participantOf, verifyParty } from "./parties.js";

// Of a party that changes or enters after the founding.
export const OFFICERS_MAX = 48;
const PACKAGED_MIN = 2;
const FORMS = ["participating", "admits", "departs", "appoints", "total-weight", "next-rules"];

const SHAPES = {
  measure: measureShape,
  revision: measureShape,
  package: packageShape,
  ballot: ballotShape,
  reservation: reservationShape,
  remark: remarkShape,
  keys: keysShape,
  rotation: rotationShape,
  decision: decisionShape,
};

/** Refuses a record whose fields do not go together. */
export function verifyShape({ kind, fields }, where) {
  SHAPES[kind]?.(fields, where);
}

/** Whether a field stands: a line that may be absent, or lines of which there may be none. */
export function has(fields, name) {
  return Array.isArray(fields[name]) ? fields[name].length > 0 : fields[name] !== null && fields[name] !== undefined;
}

function measureShape(fields, where) {
  const forms = FORMS.filter((name) => has(fields, name));
  if (forms.length > 1) refuse(where, `It changes the council in more than one form: ${forms.join(", ")}.`);
  if (has(fields, "weight") && !has(fields, "total-weight")) refuse(where, "Weights stand without the whole.");
  if (has(fields, "admits")) verifyKeysOnce(memberOf(fields.admits), where);
  if (!has(fields, "appoints")) return;
  const strange = fields.appoints.officer.find(([code]) => code !== fields.appoints.value[0]);
  if (strange !== undefined) refuse(where, "A line within those of a participant names another party.");
  verifyKeysOnce(participantOf(fields.appoints), where);
}

function verifyKeysOnce(party, where) {
  verifyParty(party, where, OFFICERS_MAX);
  const own = [party.recovery, party.node, party.seal].filter((key) => key !== undefined);
  const keys = [...party.officers.map(({ key }) => key), ...own];
  if (new Set(keys).size !== keys.length) refuse(where, `A key of ${party.code} stands twice.`);
}

function packageShape({ measure }, where) {
  const isAscending = measure.every(([number], at) => at === 0 || number > measure[at - 1][0]);
  if (measure.length < PACKAGED_MIN || !isAscending)
    refuse(where, "A package binds two measures or more, in the order of their numbers.");
}

function ballotShape({ position, declaration }, where) {
  if ((position === "abstain-qualified") !== (declaration !== null))
    refuse(where, "A declaration goes with a qualified abstention, and with no other ballot.");
}

function reservationShape({ act, reason, digest }, where) {
  if (reason !== null && digest !== null) refuse(where, "A reservation has a reason or a digest, and not both.");
  if (act !== "place" && (reason !== null || digest !== null))
    refuse(where, "A reservation has a reason only when it is placed.");
}

function remarkShape({ says, digest }, where) {
  if (says.length > 0 === (digest !== null)) refuse(where, "A remark has its text, or the digest of one.");
}

function keysShape({ threshold, officer }, where) {
  const officers = officer.map(([label, key]) => ({ label, key }));
  verifyParty({ code: "the party", required: Number(threshold), officers }, where, OFFICERS_MAX);
}

function rotationShape({ node, seal }, where) {
  if (node === null && seal === null) refuse(where, "A rotation changes one key at least.");
}

function decisionShape({ votes, ballot, mandate }, where) {
  if (votes !== null && ballot.length + mandate.length > 0)
    refuse(where, "It lists ballots beside the commitment to them.");
}
