// C2SP tlog-policy: who has to have signed a checkpoint (formats.md, section 3). Octets stand as characters of the same number,
// because a name need not be UTF-8.

import { decodeBase64, decodeUtf8, encodeBase64, encodeHex } from "./bytes.js";
import { refuse } from "./defect.js";
import { logName } from "./founding.js";
import { COSIGNATURE, keyId, PLAIN, shorten } from "./note.js";
import { sealOf } from "./signers.js";

/** The longest policy, as the longest note. */
export const POLICY_BYTES_MAX = 128 * 1024;
const DEFINITIONS_MAX = 256;
const WHERE = "the policy";

/**
 * A policy: { logs: [key], witnesses: Map(name, key), groups: Map(name, { least, members }), quorum } with keys
 * { name, type, key }. `quorum` is null where it asks for nobody. Every name is defined before it is used.
 */
export async function parsePolicy(bytes, verifier) {
  if (bytes.length > POLICY_BYTES_MAX) refuse(WHERE, "A policy has at most 128 KiB.");
  const octets = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  if (/[\x00-\x08\x0b-\x1f\x7f]/.test(octets)) refuse(WHERE, "It is no policy: it holds a control character.");
  if (octets !== "" && !octets.endsWith("\n")) refuse(WHERE, "It is no policy: the last line is not terminated.");
  const policy = { logs: [], witnesses: new Map(), groups: new Map(), quorum: undefined, bound: new Set() };
  for (const [at, line] of octets.split("\n").slice(0, -1).entries()) {
    const items = line.split(/[ \t]+/).filter((item) => item !== "");
    if (items.length > 0 && !items[0].startsWith("#")) await readLine(items, policy, `line ${at + 1}`, verifier);
  }
  if (policy.quorum === undefined) refuse(WHERE, "It is no policy: no quorum line.");
  return policy;
}

async function readLine([word, ...items], policy, where, verifier) {
  const readers = { log: readLog, witness: readWitness, group: readGroup, quorum: readQuorum };
  const complain = (what) => refuse(WHERE, `It is no policy: ${where}: ${what}`);
  if (!Object.hasOwn(readers, word)) complain("not a log, witness, group or quorum");
  await readers[word](items, policy, complain, verifier);
}

async function readLog(items, { logs }, complain, verifier) {
  if (items.length < 1 || items.length > 2) complain("too few or too many items");
  const key = await readKey(items[0], PLAIN, complain, verifier);
  if (logs.some((log) => log.key === key.key)) complain("the public key is already listed");
  if (logs.length === DEFINITIONS_MAX) complain("more than 256 logs, or witnesses and groups");
  logs.push(key);
}

async function readWitness([name, vkey, ...rest], policy, complain, verifier) {
  if (vkey === undefined || rest.length > 1) complain("too few or too many items");
  const key = await readKey(vkey, COSIGNATURE, complain, verifier);
  if ([...policy.witnesses.values()].some((witness) => witness.key === key.key))
    complain("the public key is already listed");
  verifyNew(name, policy, complain);
  policy.witnesses.set(name, key);
}

function readGroup([name, threshold, ...members], policy, complain) {
  if (threshold === undefined) complain("too few or too many items");
  if (!/^(?:all|any|0|[1-9][0-9]{0,15})$/.test(threshold)) complain("a threshold is all, any or a number");
  const least = { all: members.length, any: 1 }[threshold] ?? Number(threshold);
  if (least < 1 || least > members.length)
    complain(`a threshold of ${threshold} cannot be met by ${members.length} members`);
  for (const [at, member] of members.entries()) {
    if (!isDefined(member, policy)) complain(`the name ${shorten(member)} is not defined yet`);
    if (policy.bound.has(member) || members.indexOf(member) < at)
      complain(`${shorten(member)} is already a member of a group`);
  }
  verifyNew(name, policy, complain);
  policy.groups.set(name, { least, members });
  members.forEach((member) => policy.bound.add(member));
}

function readQuorum([name, ...rest], policy, complain) {
  if (name === undefined || rest.length > 0) complain("too few or too many items");
  if (policy.quorum !== undefined) complain("a second quorum");
  if (name !== "none" && !isDefined(name, policy)) complain(`the name ${shorten(name)} is not defined yet`);
  policy.quorum = name === "none" ? null : name;
}

function isDefined(name, { witnesses, groups }) {
  return witnesses.has(name) || groups.has(name);
}

function verifyNew(name, policy, complain) {
  if (name === "none" || isDefined(name, policy)) complain(`the name ${shorten(name)} is taken`);
  if (policy.witnesses.size + policy.groups.size === DEFINITIONS_MAX)
    complain("more than 256 logs, or witnesses and groups");
}

/** The key of `<name>+<8 hexadecimal digits of its id>+<base64 of its type and its bytes>`. */
async function readKey(item, type, complain, verifier) {
  const text = decodeUtf8(Uint8Array.from(item, (octet) => octet.charCodeAt(0)));
  const parts = /^([^+]+)\+([0-9a-f]{8})\+(.*)$/su.exec(text ?? "");
  const bytes = parts === null ? null : decodeBase64(parts[3]);
  if (parts === null || /\p{White_Space}/u.test(parts[1]) || bytes?.length !== 33)
    complain("a verifier key is `<name>+<8 hex digits>+<base64>`");
  if (bytes[0] !== type) complain(`a key of type ${bytes[0]} does not do that`);
  const found = { name: parts[1], type, key: encodeBase64(bytes.subarray(1)) };
  if (!verifier.isAdmitted(found.key)) complain("this is no admitted Ed25519 key");
  if (encodeHex(await keyId(found)) !== parts[2]) complain("the key has another id");
  return found;
}

/** The names of the witnesses of a policy that are missing for its quorum, given those that have cosigned. */
export function missingFor({ witnesses, groups, quorum }, cosigned) {
  if (quorum === null) return [];
  const met = new Map([...witnesses.keys()].map((name) => [name, cosigned.has(name)]));
  for (const [name, { least, members }] of groups)
    met.set(name, members.filter((each) => met.get(each)).length >= least);
  if (met.get(quorum)) return [];
  const matters = new Set([quorum]);
  for (const [name, { members }] of [...groups].reverse()) {
    if (matters.has(name)) members.forEach((member) => matters.add(member));
  }
  return [...witnesses.keys()].filter((name) => matters.has(name) && !cosigned.has(name));
}

/** A key as policies have it. */
export async function verifierKey(signer) {
  const bytes = Uint8Array.of(signer.type, ...decodeBase64(signer.key));
  return `${signer.name}+${encodeHex(await keyId(signer))}+${encodeBase64(bytes)}`;
}

/** The bytes of both policies of a roster, as every export has them: { finality, advance }. */
export async function policiesOf(members, founded) {
  const codes = members.map(({ code }) => code).join(" ");
  let head = "";
  for (const { node } of members)
    head += `log ${await verifierKey({ name: logName(founded), type: PLAIN, key: node })}\n`;
  for (const { code, seal } of members)
    head += `witness ${code} ${await verifierKey(sealOf(founded.origin, code, seal))}\n`;
  const most = Math.floor((2 * members.length) / 3) + 1;
  return {
    finality: `${head}group every-member all ${codes}\nquorum every-member\n`,
    advance: `${head}group two-thirds ${most} ${codes}\nquorum two-thirds\n`,
  };
}
