// Writes logs that never were: with the keys of a whole test council, any record is altered, everything after it is signed
// anew, and every member seals the lie. What is left to refuse it is the law alone.

import fs from "node:fs";
import path from "node:path";
import { createPrivateKey, sign } from "node:crypto";
import { encodeBase64, encodeHex, encodeUtf8, joinBytes } from "../../ledger/page/bytes.js";
import { leafHash, textHash } from "../../ledger/page/hash.js";
import { COSIGNATURE, keyId, parseNote, PLAIN } from "../../ledger/page/note.js";
import { parseRecord } from "../../ledger/page/records.js";
import { rangeHash, readExport } from "./writing.js";

const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** The export of a test network with every key of its members: { ...export, keys: Map from a signer's name to its key }. */
export async function readWorld(folder) {
  const exported = await readExport(path.join(folder, "export"));
  const origin = /^origin (.*)$/m.exec(exported.genesis)[1];
  const keys = new Map();
  for (const code of fs.readdirSync(path.join(folder, "members"))) {
    const read = (file) => readKey(path.join(folder, "members", code, file));
    keys.set(`${origin}/${code}/desk`, read("officer-desk.key"));
    keys.set(`${origin}/${code}/recovery`, read("recovery.key"));
    keys.set(`${origin}/${code}`, read("seal.key"));
    keys.set(`node ${code}`, read("node.key"));
  }
  return { ...exported, origin, keys };
}

function readKey(file) {
  const text = fs.readFileSync(file, "utf8");
  const seed = Buffer.from(/^secret (.*)$/m.exec(text)[1], "base64");
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" });
  return { secret, key: /^public (.*)$/m.exec(text)[1] };
}

/** The signature line of a key over a text. */
export async function signLine(world, name, text) {
  const { secret, key } = world.keys.get(name);
  const id = await keyId({ name, type: PLAIN, key });
  return `— ${name} ${encodeBase64(joinBytes(id, new Uint8Array(sign(null, encodeUtf8(text), secret))))}\n`;
}

async function logLine(world, code, name, text) {
  const { secret, key } = world.keys.get(`node ${code}`);
  const id = await keyId({ name, type: PLAIN, key });
  return `— ${name} ${encodeBase64(joinBytes(id, new Uint8Array(sign(null, encodeUtf8(text), secret))))}\n`;
}

async function sealLine(world, code, text, seconds) {
  const name = `${world.origin}/${code}`;
  const { secret, key } = world.keys.get(name);
  const time = new Uint8Array(Buffer.from(BigInt(seconds).toString(16).padStart(16, "0"), "hex"));
  const signature = sign(null, encodeUtf8(`cosignature/v1\ntime ${seconds}\n${text}`), secret);
  return `— ${name} ${encodeBase64(joinBytes(await keyId({ name, type: COSIGNATURE, key }), time, new Uint8Array(signature)))}\n`;
}

/**
 * The world as the edits have it: { index: { text?, lines?, bytes? } }, functions of the text, of the signature lines and of the
 * bytes. Hashes of what has changed are renewed wherever a later record names them.
 */
export async function forge(world, edits, sealing = {}) {
  const leaves = [world.leaves[0]];
  const renewed = new Map();
  let previous = world.digest;
  for (const [index, bytes] of [...world.leaves.entries()].slice(1)) {
    const record = parseRecord(bytes, `record ${index}`);
    const edit = edits[index] ?? {};
    let text = record.text.replace(/[0-9a-f]{64}/g, (hash) => renewed.get(hash) ?? hash);
    if (record.kind === "block") text = await blockText(text, previous, leaves);
    text = edit.text ? edit.text(text) : text;
    let lines = (await Promise.all(record.lines.map(({ name }) => signLine(world, name, text)))).join("");
    lines = edit.lines ? await edit.lines(lines, text) : lines;
    let leaf = encodeUtf8(lines === "" ? text : `${text}\n${lines}`);
    leaf = edit.bytes ? edit.bytes(leaf) : leaf;
    renewed.set(await leafHash(bytes), await leafHash(leaf)).set(await textHash(record.text), await textHash(text));
    leaves.push(leaf);
    if (record.kind === "block") previous = await leafHash(leaf);
  }
  return { ...world, leaves, checkpoint: await checkpointOf(world, leaves, sealing) };
}

async function blockText(text, previous, leaves) {
  return text
    .replace(/^previous .*$/m, `previous ${previous}`)
    .replace(/^size .*$/m, `size ${leaves.length}`)
    .replace(/^root .*$/m, `root ${await rangeHash(leaves, 0, leaves.length)}`);
}

/** The checkpoint that everybody seals. `sealing.lines` may change its lines. */
async function checkpointOf(world, leaves, sealing) {
  const root = Buffer.from(await rangeHash(leaves, 0, leaves.length), "hex").toString("base64");
  const { text: old } = parseNote(world.checkpoint, "checkpoint");
  const name = old.split("\n")[0];
  const text = `${name}\n${leaves.length}\n${root}\n`;
  const codes = [...world.keys.keys()].filter((key) => key.startsWith("node ")).map((key) => key.slice(5));
  const lines = [await logLine(world, codes[0], name, text)];
  for (const code of codes) lines.push(await sealLine(world, code, text, 1796000000));
  return `${text}\n${(sealing.lines ? sealing.lines(lines) : lines).join("")}`;
}

/** A signature line with L added to its s: the same equation holds, and the signature has another form. */
export function malleate(line) {
  const [dash, name, base64] = line.trimEnd().split(" ");
  const bytes = new Uint8Array(Buffer.from(base64, "base64"));
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const s = BigInt(`0x${encodeHex(Uint8Array.from(bytes.subarray(36)).reverse())}`) + order;
  bytes.set(Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse(), 36);
  return `${dash} ${name} ${encodeBase64(bytes)}\n`;
}
