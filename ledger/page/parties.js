// Members and participants out of their lines, and what holds of every party (formats.md, section 1).

import { refuse } from "./defect.js";

/** A member out of its lines in a genesis or in the text that admits it. */
export function memberOf(party) {
  const [code, weight, required, name] = party.value;
  const own = [...party.officer, party.recovery, party.node, party.seal];
  if (own.some(([owner]) => owner !== code))
    refuse("the lines of a member", `A line within those of ${code} names another party.`);
  const officers = party.officer.map(([, label, key]) => ({ label, key }));
  return {
    code,
    weight,
    required: Number(required),
    name,
    officers,
    recovery: party.recovery[1],
    node: party.node[1],
    seal: party.seal[1],
  };
}

/** A participant out of its lines in a genesis or in the text that appoints it. */
export function participantOf(seat) {
  const [code, required, role, name] = seat.value;
  const officers = seat.officer.map(([, label, key]) => ({ label, key }));
  return { code, required: Number(required), role, name, officers };
}

/** Every key of a member. */
export function keysOf({ officers, recovery, node, seal }) {
  return [...officers.map(({ key }) => key), recovery, node, seal];
}

/** Every key is one that counts. */
export function verifyKeys(keys, verifier, where) {
  const wrong = keys.find((key) => !verifier.isAdmitted(key));
  if (wrong !== undefined) refuse(where, `This is no admitted Ed25519 key: ${wrong}`);
}

/** The statements of a party need at least one of its officers, and no more than it has; each has a label of its own. */
export function verifyParty({ code, required, officers }, where, officersMax = Infinity) {
  const isVacant = required === 0 && officers.length === 0;
  if (!isVacant && (required < 1 || required > officers.length))
    refuse(where, `${code} cannot sign with ${required} of its officers.`);
  if (officers.length > officersMax) refuse(where, `${code} has more than ${officersMax} officers.`);
  const labels = officers.map(({ label }) => label);
  if (labels.includes("recovery") || new Set(labels).size !== labels.length)
    refuse(where, `Two officers of ${code} have one label.`);
}
