// Hostile files of 8 MiB get their verdict in bounded time.

import assert from "node:assert/strict";
import test from "node:test";
import { parseCertificate } from "../../ledger/page/certificate.js";
import { verifyCertificate } from "../../ledger/page/verify.js";
import { certificates, readVector } from "./samples.js";

const MAX = 8 * 1024 * 1024;
const SECONDS = 30;
const { digest } = certificates().find(({ name }) => name === "adopted-with-a-mandate.certificate");
const sample = parseCertificate(readVector("adopted-with-a-mandate.certificate"));
const genesis = Buffer.from(sample.genesis).toString();
const checkpoint = Buffer.from(sample.checkpoint).toString();
const head = `nemcon/v1 certificate\ncouncil ${digest}\nmeasure 1\n\n`;
const part = (name, text) => `${name} ${Buffer.byteLength(text)}\n${text}`;
const records = (texts) => texts.map((text, at) => `\n${part(`record ${at + 1}`, text)}`).join("");
const file = (first, middle, last) => `${head}${part("genesis", first)}${middle}\n\n${part("checkpoint", last)}`;
const fill = (text, room = MAX - 60000) => text.repeat(Math.floor(room / Buffer.byteLength(text)));
const [own] = genesis.split("\n").filter((line) => line.startsWith("— "));
const block = Buffer.from(sample.records.at(-1).bytes).toString();
const ballot = Buffer.from(
  sample.records.find(({ bytes }) => Buffer.from(bytes).toString().startsWith("nemcon/v1 ballot")).bytes,
).toString();

const HOSTILE = {
  "nothing but one line": "x".repeat(MAX),
  "nothing but line ends": "\n".repeat(MAX),
  "hashes without end": file(genesis, `\n${fill(`hash ${"0".repeat(64)}\n`)}`, checkpoint),
  "hashes without end, in a log of 2^63": file(
    genesis,
    `\n${fill(`hash ${"0".repeat(64)}\n`)}`,
    checkpoint.replace(/\n\d+\n/, "\n9223372036854775808\n"),
  ),
  "a signature of a founder without end": file(genesis + fill(`${own}\n`), "", checkpoint),
  "a signature of nobody without end": file(genesis + fill(`— a/b ${own.split(" ")[2]}\n`), "", checkpoint),
  "a checkpoint of signatures": file(genesis, "", checkpoint + fill(`— a/b ${own.split(" ")[2]}\n`)),
  "8,192 blocks": file(genesis, records(Array(8192).fill(block)), checkpoint),
  "8,193 records": file(genesis, records(Array(8193).fill(block)), checkpoint),
  "8,192 ballots": file(genesis, records(Array(8192).fill(ballot)), checkpoint),
  "records of 65,535 bytes of one word": file(
    genesis,
    records(Array(120).fill(`nemcon/v1 block\ncouncil ${"a".repeat(65000)}\n`)),
    checkpoint,
  ),
  "records of 65,535 bytes of empty lines": file(genesis, records(Array(120).fill("\n".repeat(65535))), checkpoint),
  "a genesis of 8 MiB": file(fill("nemcon/v1 genesis\n"), "", checkpoint),
};

for (const [what, text] of Object.entries(HOSTILE)) {
  test(`${what}: refused within ${SECONDS} s`, { timeout: SECONDS * 1000 }, async () => {
    const bytes = new TextEncoder().encode(text);
    const found = await verifyCertificate(bytes, digest);
    assert.equal(found.verdict, "refused");
    assert.notEqual(found.where, "this page", found.what);
  });
}
