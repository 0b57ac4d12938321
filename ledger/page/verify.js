// A certificate and a council digest from elsewhere become a verdict: the six points of formats.md, section 10.

import { lastBallots, verifyBallots } from "./ballots.js";
import { parseCertificate } from "./certificate.js";
import { parseCheckpoint, verifySeals } from "./checkpoint.js";
import { Defect, refuse } from "./defect.js";
import { Verifier } from "./ed25519.js";
import { verifyGenesis } from "./founding.js";
import { leafHash, textHash } from "./hash.js";
import { encodeUtf8 } from "./bytes.js";
import { entitledTo, findMeasure } from "./measure.js";
import { shorten } from "./note.js";
import { verifyDecision, verifyLapse } from "./outcome.js";
import { parseRecord } from "./records.js";
import { rootOf } from "./tree.js";
import { followBlocks } from "./walk.js";

/**
 * The verdict on a certificate. It never throws: { verdict: "verified" | "public" | "open" | "refused" }, with `where` and `what`
 * of a refusal, and otherwise with all that was found. "public" is a decision whose votes are not shown.
 */
export async function verifyCertificate(bytes, council) {
  try {
    return await judge(bytes, council);
  } catch (error) {
    if (error instanceof Defect) return { verdict: "refused", where: error.where, what: error.what };
    return { verdict: "refused", where: "this page", what: `The page could not finish its work: ${error}` };
  }
}

async function judge(bytes, council) {
  if (!/^[0-9a-f]{64}$/.test(council))
    refuse("the council digest", "It has to be 64 hexadecimal digits, and has to come from elsewhere.");
  const verifier = new Verifier();
  const certificate = parseCertificate(bytes);
  const founded = await verifyGenesis(certificate.genesis, council, verifier);
  verifyMarking(certificate, founded.law);
  const records = await readRecords(certificate.records);
  const checkpoint = parseCheckpoint(certificate.checkpoint, founded);
  await verifyTree(founded, records, certificate.hashes, checkpoint);
  const blocks = await followBlocks(records, founded, verifier);
  if (blocks.at(-1).index !== checkpoint.size - 1n) refuse("the records", "The record of the last block is not shown.");
  const sealed = await verifySeals(checkpoint, blocks.at(-1).members, founded, verifier);
  return {
    ...(await judgeMeasure(certificate.measure, records, founded)),
    marking: certificate.marking,
    checkpoint,
    blocks,
    ...sealed,
    founded,
    records,
  };
}

/** No signature covers the line `marking`: it is the charter's own marking, or there is none. */
function verifyMarking({ marking }, { publication }) {
  if (marking === null || marking === publication) return;
  const due = publication === null ? "none, because the charter knows none" : publication;
  refuse("the certificate’s own lines", `It is marked ${shorten(marking)}, and the charter’s marking is ${due}.`);
}

async function readRecords(parts) {
  const records = [];
  for (const { index, bytes } of parts) {
    const where = `record ${index}`;
    const record = parseRecord(bytes, where);
    records.push({ ...record, where, index, leaf: await leafHash(bytes), textHash: await textHash(record.text) });
  }
  return records;
}

/** Point 2: genesis and records lead to the checkpoint's root. */
async function verifyTree(founded, records, hashes, checkpoint) {
  const first = { index: 0n, hash: await leafHash(encodeUtf8(founded.text)) };
  const leaves = [first, ...records.map(({ index, leaf }) => ({ index, hash: leaf }))];
  if ((await rootOf(checkpoint.size, leaves, hashes)) !== checkpoint.root) {
    refuse(
      "the tree",
      "Genesis, records and hashes do not lead to the checkpoint’s root: something in them was altered.",
    );
  }
}

/** Point 6, and what a measure without a decision shows. */
async function judgeMeasure(number, records, founded) {
  const { law } = founded;
  const measure = findMeasure(number, records);
  const { entitled, excluded, rule } = entitledTo(measure, records, law);
  const ballots = lastBallots(measure, records);
  const mandates = verifyBallots(ballots, { measure, entitled, rule, law, records });
  const context = { measure, entitled, excluded, ballots, mandates, law, records };
  const found = { measure, entitled, excluded, ballots, mandates, rule, reason: null, missing: [] };
  const { end } = measure;
  if (end === null) {
    const missing = entitled.filter(({ code }) => !ballots.has(code)).map(({ code }) => code);
    return { verdict: "open", status: "open", ...found, missing };
  }
  if (end.kind === "withdrawal")
    return { verdict: "verified", status: "withdrawn", ...found, reason: end.fields.reason };
  if (end.kind === "lapse") {
    verifyLapse(end, context);
    return { verdict: "verified", status: "lapsed", ...found, reason: end.fields.reason, missing: end.fields.missing };
  }
  const reason = await verifyDecision(end, context);
  return { verdict: reason === null ? "public" : "verified", status: end.fields.outcome, ...found, reason };
}
