// A receipt: a C2SP tlog-proof that holds its record, judged by a policy that the reader brings (formats.md, section 10; the form
// itself is that of c2sp.org/tlog-proof).

import { decodeBase64, decodeUtf8, encodeHex, encodeUtf8 } from "./bytes.js";
import { Defect, refuse } from "./defect.js";
import { Verifier } from "./ed25519.js";
import { leafHash, nodeHash } from "./hash.js";
import { isLineOf, isLineValid, keyId, parseNote, PLAIN } from "./note.js";
import { missingFor, parsePolicy } from "./policy.js";
import { parseRecord } from "./records.js";
import { number } from "./values.js";

/** The first line of a receipt. */
export const RECEIPT_HEAD = "c2sp.org/tlog-proof@v1";
/** The longest receipt, as the command reads it. */
export const RECEIPT_BYTES_MAX = 8 * 1024 * 1024;
const HASHES_MAX = 64;
const WHERE = "the receipt";

/** Whether a file begins as a receipt does. */
export function isReceipt(bytes) {
  const head = encodeUtf8(RECEIPT_HEAD);
  return head.every((byte, at) => bytes[at] === byte);
}

/**
 * The verdict on a receipt. It never throws: { verdict: "receipt" | "refused" }, with `where` and `what` of a refusal. `council` is
 * null where the reader has brought none.
 */
export async function verifyReceipt(bytes, policy, council) {
  try {
    return await judge(bytes, policy, council);
  } catch (error) {
    if (error instanceof Defect) return { verdict: "refused", where: error.where, what: error.what };
    return { verdict: "refused", where: "this page", what: `The page could not finish its work: ${error}` };
  }
}

async function judge(bytes, policyBytes, council) {
  if (council !== null && !/^[0-9a-f]{64}$/.test(council))
    refuse("the council digest", "It has to be 64 hexadecimal digits; of a receipt it may be left out.");
  if (policyBytes.length === 0)
    refuse("the policy", "A receipt is judged by a policy that you trust: it cannot vouch for itself.");
  const verifier = new Verifier();
  const policy = await parsePolicy(policyBytes, verifier);
  const proof = parseProof(bytes);
  if (proof.extra === null) refuse(WHERE, "It does not hold the record that it is about.");
  const { size, root } = readHead(proof.text);
  const sealedBy = await evaluate(policy, proof, verifier);
  await verifyInclusion(proof, size, root);
  const record = parseRecord(proof.extra, "the record in the receipt");
  const named = record.lines.length > 0 ? record.fields.council : null;
  if (named !== null && council !== null && named !== council)
    refuse(WHERE, `Its record is of council ${named}, and not of ${council}.`);
  const lacking = [...policy.witnesses.keys()].filter((name) => !sealedBy.includes(name));
  return { verdict: "receipt", record, council: named, index: proof.index, size, sealedBy, lacking };
}

/** The parts of a receipt, in its one written form: { extra, index, hashes, text, lines }. */
function parseProof(bytes) {
  const whole = decodeUtf8(bytes);
  if (whole === null || !whole.startsWith(`${RECEIPT_HEAD}\n`))
    refuse(WHERE, `It does not begin with \`${RECEIPT_HEAD}\`.`);
  const rest = whole.slice(RECEIPT_HEAD.length + 1);
  const end = rest.indexOf("\n\n");
  if (end < 0) refuseLine(2);
  const lines = rest.slice(0, end).split("\n");
  const hasExtra = lines[0].startsWith("extra ");
  const extra = hasExtra ? decodeBase64(lines[0].slice("extra ".length)) : null;
  if (hasExtra && extra === null) refuseLine(2);
  const from = hasExtra ? 1 : 0;
  const index = lines[from]?.startsWith("index ") ? number(lines[from].slice("index ".length)) : undefined;
  if (index === undefined) refuseLine(2 + from);
  const hashes = lines.slice(from + 1).map((line, at) => {
    const hash = at < HASHES_MAX ? decodeBase64(line) : null;
    if (hash?.length !== 32) refuseLine(3 + from + at);
    return encodeHex(hash);
  });
  return { extra, index, hashes, ...parseNote(rest.slice(end + 2), "the checkpoint of the receipt") };
}

function refuseLine(line) {
  refuse(WHERE, `Line ${line} is not what stands there in a proof.`);
}

function readHead(text) {
  const [name, size, root, ...rest] = text.slice(0, -1).split("\n");
  const bytes = decodeBase64(root ?? "");
  const count = number(size ?? "");
  if (name === "" || count === undefined || bytes?.length !== 32 || rest.length > 0)
    refuse(
      "the checkpoint of the receipt",
      "A checkpoint has three lines: the log’s name, the number of records, the root.",
    );
  return { size: count, root: encodeHex(bytes) };
}

/** A log of the policy has signed, and the quorum has cosigned. Returns the names of all witnesses that have. */
async function evaluate(policy, { text, lines }, verifier) {
  const where = "the checkpoint of the receipt";
  const origin = text.slice(0, text.indexOf("\n"));
  const known = [...policy.logs.filter(({ name }) => name === origin), ...policy.witnesses.values()];
  await verifyTold(known, where);
  const signed = new Set();
  for (const line of lines) {
    for (const signer of known.filter(({ name }) => name === line.name)) {
      if (!(await isLineOf(line, signer))) continue;
      if (!(await isLineValid(verifier, line, signer, text)))
        refuse(where, `The policy does not accept it: the signature by ${signer.name} does not verify.`);
      signed.add(signer);
    }
  }
  if (![...signed].some(({ type }) => type === PLAIN))
    refuse(where, "The policy does not accept it: no known log of this origin has signed.");
  const names = [...policy.witnesses].filter(([, key]) => signed.has(key)).map(([name]) => name);
  const missing = missingFor(policy, new Set(names));
  if (missing.length > 0) {
    const said = `${names.length} witnesses have cosigned, the quorum lacks some of ${missing.join(", ")}`;
    refuse(where, `The policy does not accept it: ${said}. Take the \`finality.policy\` of an export of that day.`);
  }
  return names;
}

/** No two keys of the policy have one name and one id, so that each line is of one key. */
async function verifyTold(known, where) {
  const seen = new Set();
  for (const signer of known) {
    const told = `${signer.name}+${encodeHex(await keyId(signer))}`;
    if (seen.has(told)) refuse(where, `The policy does not accept it: two known keys are both ${told}.`);
    seen.add(told);
  }
}

/** The record stands at its place: the walk of RFC 9162, 2.1.3.2, from the leaf to the root. */
async function verifyInclusion({ extra, index, hashes }, size, root) {
  const wrong = (why) => refuse("the tree", `The record does not stand at this place of the tree: ${why}.`);
  if (index >= size) wrong(`a tree of ${size} leaves has no leaf ${index}`);
  let [place, last, hash] = [index, size - 1n, await leafHash(extra)];
  for (const other of hashes) {
    if (last === 0n) wrong(`a proof of ${hashes.length} digests does not fit these sizes`);
    if (place % 2n === 1n || place === last) {
      hash = await nodeHash(other, hash);
      while (place % 2n === 0n && place !== 0n) [place, last] = [place / 2n, last / 2n];
    } else {
      hash = await nodeHash(hash, other);
    }
    [place, last] = [place / 2n, last / 2n];
  }
  if (last !== 0n) wrong(`a proof of ${hashes.length} digests does not fit these sizes`);
  if (hash !== root) wrong("it leads to another root");
}
