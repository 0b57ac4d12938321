// Whether a measure whose adoption is shown could be adopted by the council as it stands (formats.md, section 10, step 4).

import { refuse } from "./defect.js";
import { keysOf, memberOf, participantOf } from "./parties.js";

const PARTICIPANTS_MAX = 64;

/** The keys of everybody in the council. */
export function keysIn({ members, participants }) {
  return new Set([...members.flatMap(keysOf), ...[...participants.values()].flatMap(officerKeys)]);
}

function officerKeys({ officers }) {
  return officers.map(({ key }) => key);
}

/** What an adopted text changes in the council it could change: no key was used before, and the parts are no more than the whole. */
export function verifyAdoptable(state, { fields, where }) {
  if (fields.departs !== null && !state.notices.has(fields.departs))
    refuse(where, `No notice of ${fields.departs} is shown that it leaves.`);
  if (fields.admits !== null) verifyEntrant(state, memberOf(fields.admits), where);
  if (fields.appoints !== null) verifyAppointed(state, participantOf(fields.appoints), where);
  if (fields["total-weight"] !== null) verifySum(state, fields, where);
}

function verifyEntrant(state, entrant, where) {
  const { code } = entrant;
  if (isMember(state, code) || seatOf(state, code)) refuse(where, `${code} is a party of this council.`);
  verifyNew(state, code, keysOf(entrant), where);
}

function verifyAppointed(state, { code, officers }, where) {
  if (isMember(state, code) || state.admitted.has(code) || state.left.has(code))
    refuse(where, `${code} is the code of a member, or of an entrant.`);
  const before = seatOf(state, code);
  const seats = new Set([...state.participants.keys(), ...state.appointing.keys()]);
  if (before === undefined && seats.size >= PARTICIPANTS_MAX)
    refuse(where, "The council has 64 participants, as many as one may appoint.");
  const had = new Set((before?.officers ?? []).map(({ label, key }) => `${label} ${key}`));
  const added = officers.filter(({ label, key }) => !had.has(`${label} ${key}`));
  verifyNew(state, code, officerKeys({ officers: added }), where);
}

function isMember({ members }, code) {
  return members.some((member) => member.code === code);
}

function seatOf({ participants, appointing }, code) {
  return appointing.get(code) ?? participants.get(code);
}

function verifyNew({ used, admitted }, code, keys, where) {
  const others = [...admitted.values()].filter(({ member }) => member.code !== code);
  const taken = new Set(others.flatMap(({ member }) => keysOf(member)));
  const known = keys.find((key) => used.has(key) || taken.has(key));
  if (known !== undefined) refuse(where, `The key ${known} was used before.`);
}

function verifySum({ members, weighing }, fields, where) {
  const weights = new Map([...members.map(({ code, weight }) => [code, weight]), ...weighing, ...fields.weight]);
  const sum = members.reduce((all, { code }) => all + weights.get(code), 0n);
  if (sum > fields["total-weight"]) refuse(where, "The weights of the members are together more than the whole.");
}
