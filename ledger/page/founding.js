// The genesis as law and as the first roster (formats.md, section 1, "The genesis").

import { decodeUtf8 } from "./bytes.js";
import { verifyCharter, verifyFounding } from "./contradictions.js";
import { refuse } from "./defect.js";
import { textHash } from "./hash.js";
import { isLineOf, isLineValid, parseNote, PLAIN, shorten } from "./note.js";
import { keysOf, memberOf, participantOf, verifyKeys, verifyParty } from "./parties.js";
import { parseText } from "./records.js";

const WHERE = "the genesis";
const MEMBERS_MAX = 90;

/** Point 1: the genesis has the digest, and enough officers of every founding member have signed it. */
export async function verifyGenesis(bytes, digest, verifier) {
  const whole = decodeUtf8(bytes);
  if (whole === null) refuse(WHERE, "The genesis is not UTF-8.");
  const { text, lines } = parseNote(whole, WHERE);
  if ((await textHash(text)) !== digest) {
    refuse(WHERE, "The text has another digest than the council digest that you gave: this is not that council.");
  }
  const { kind, fields } = parseText(text, WHERE);
  if (kind !== "genesis") refuse(WHERE, `The first text is a ${kind} and no genesis.`);
  const founded = { text, digest, fields, origin: fields.origin, law: lawOf(fields), state: firstState(fields) };
  verifyCharter(fields);
  verifyMembers(founded.state, verifier);
  verifyFounding(fields, founded.state);
  await verifyFounders(founded, text, lines, verifier);
  founded.signatures = lines.length;
  return founded;
}

/** The name under which nodes sign the log. */
export function logName({ origin, digest }) {
  return `${origin}/${digest.slice(0, 16)}`;
}

/** What the charter says of deciding. */
function lawOf(fields) {
  const kinds = fields["charter-kind"].map((kind) => [kind.value[0], kindOf(kind)]);
  const rules = fields["charter-rule"].map(([name, who, more]) => [name, ruleOf(who, more)]);
  return {
    council: fields["charter-name"],
    ofWhat: fields["charter-weight"][1],
    qualified: fields["charter-qualified"],
    words: new Map(fields["charter-word"]),
    rules: new Map(rules),
    kinds: new Map(kinds),
    sources: new Map(fields["charter-source"]),
    publication: fields["charter-publication"],
    hasMandates: fields["charter-mandates"] !== null,
    noticeDays: fields["charter-notice-days"],
    zone: fields["charter-zone"],
  };
}

function kindOf(kind) {
  return {
    isQualified: kind.value.length > 1,
    source: kind["charter-kind-source"],
    votes: kind["charter-kind-votes"],
    effect: kind["charter-effect"],
  };
}

function ruleOf(who, more) {
  const words = more === undefined ? [] : more.split(" ");
  return { who, hasAbstention: !words.includes("no-abstention"), hasMandates: !words.includes("no-mandates") };
}

function firstState(fields) {
  return {
    members: fields.member.map(memberOf),
    participants: new Map(fields.participant.map((seat) => [seat.value[0], participantOf(seat)])),
    total: fields["charter-weight"][0],
  };
}

function verifyMembers({ members, participants }, verifier) {
  if (members.length > MEMBERS_MAX) refuse(WHERE, "A council has at most 90 members.");
  const parties = [...members, ...participants.values()];
  if (new Set(parties.map(({ code }) => code)).size !== parties.length) refuse(WHERE, "Two parties have one code.");
  const keys = [
    ...members.flatMap(keysOf),
    ...[...participants.values()].flatMap(({ officers }) => officers.map(({ key }) => key)),
  ];
  if (new Set(keys).size !== keys.length) refuse(WHERE, "One key stands in it twice.");
  for (const party of parties) verifyParty(party, WHERE);
  verifyKeys(keys, verifier, WHERE);
}

async function verifyFounders({ state, origin }, text, lines, verifier) {
  const signed = new Map(state.members.map(({ code }) => [code, new Set()]));
  const signers = state.members.flatMap((member) =>
    member.officers.map(({ label, key }) => officerOf(origin, member.code, label, key)),
  );
  const byName = new Map(signers.map((signer) => [signer.name, signer]));
  for (const line of lines) {
    const signer = byName.get(line.name);
    if (signer === undefined || !(await isLineOf(line, signer))) {
      refuse(WHERE, `A signature is by nobody who founds the council: ${shorten(line.name)}`);
    }
    if (!(await isLineValid(verifier, line, signer, text)))
      refuse(WHERE, `The signature of ${line.name} does not verify.`);
    if (signed.get(signer.code).has(line.name)) refuse(WHERE, `${line.name} has signed twice.`);
    signed.get(signer.code).add(line.name);
  }
  const short = state.members.find(({ code, required }) => signed.get(code).size < required);
  if (short !== undefined) refuse(WHERE, `Too few officers of ${short.code} have signed it.`);
}

/** An officer as a signer of notes. */
export function officerOf(origin, code, label, key) {
  return { name: `${origin}/${code}/${label}`, type: PLAIN, key, code, label };
}
