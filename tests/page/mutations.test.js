// What is altered is not verified: flipped bytes, parts left out, repeated and swapped, another digest.

import assert from "node:assert/strict";
import test from "node:test";
import { parseCertificate } from "../../ledger/page/certificate.js";
import { encodeUtf8, joinBytes } from "../../ledger/page/bytes.js";
import { shorten } from "../../ledger/page/note.js";
import { verifyCertificate } from "../../ledger/page/verify.js";
import { alterations } from "./vectors.js";
import { honest, random } from "./samples.js";
import { wordsOf } from "./verdict.js";

const FLIPS = Number(process.env.FLIPS ?? 40);

/** Refused, with words for people; a thrown exception or the page's own failure is a failure. */
async function assertRefused(bytes, digest, what) {
  const found = await verifyCertificate(bytes, digest);
  assert.equal(found.verdict, "refused", `${what}: ${wordsOf(found)}`);
  assert.notEqual(found.where, "this page", `${what}: ${found.what}`);
}

/** The ranges of bytes that nothing signs: the lines `council` and `marking`, and lines of the checkpoint by other nodes as the log. */
function unsigned(bytes) {
  const text = Buffer.from(bytes).toString("latin1");
  const found = [...text.slice(0, 300).matchAll(/^(council|marking) .*$/gm)].map((match) => [
    match.index,
    match.index + match[0].length,
  ]);
  const start = text.lastIndexOf("\ncheckpoint ");
  const logs = [...text.slice(start).matchAll(/^\xe2\x80\x94 \S+\/[0-9a-f]{16} .*$/gm)];
  return logs.length < 2
    ? found
    : [...found, ...logs.map((match) => [start + match.index, start + match.index + match[0].length])];
}

for (const { name, bytes, digest } of honest()) {
  test(`${name}: no flipped byte passes`, async () => {
    const next = random(1);
    const ranges = unsigned(bytes);
    for (let n = 0; n < FLIPS; n += 1) {
      const at = next(bytes.length);
      const flipped = Uint8Array.from(bytes);
      flipped[at] ^= 1 << next(8);
      if (!ranges.some(([start, end]) => at >= start && at < end)) await assertRefused(flipped, digest, `byte ${at}`);
    }
  });

  test(`${name}: no part can be left out, repeated or swapped`, async () => {
    const parts = partsOf(bytes);
    for (let at = 0; at < parts.length; at += 1) {
      const without = parts.filter((_, each) => each !== at);
      await assertRefused(joinBytes(...without), digest, `without part ${at}`);
      await assertRefused(joinBytes(...parts.slice(0, at + 1), ...parts.slice(at)), digest, `part ${at} twice`);
      if (at > 0)
        await assertRefused(
          joinBytes(...parts.slice(0, at - 1), parts[at], parts[at - 1], ...parts.slice(at + 1)),
          digest,
          `parts ${at - 1} and ${at} swapped`,
        );
    }
  });

  test(`${name}: the contents of two records cannot be swapped`, async () => {
    const certificate = parseCertificate(bytes);
    const { records } = certificate;
    for (let at = 1; at < records.length; at += 1) {
      const swapped = records.map((record, each) => ({
        ...record,
        bytes: records[each === at ? at - 1 : each === at - 1 ? at : each].bytes,
      }));
      await assertRefused(
        render({ ...certificate, records: swapped }),
        digest,
        `records ${records[at - 1].index} and ${records[at].index}`,
      );
    }
  });

  test(`${name}: a rendered certificate is the one that was parsed`, () => {
    assert.deepEqual(Buffer.from(render(parseCertificate(bytes))), Buffer.from(bytes));
  });

  test(`${name}: no seal can be left out`, async () => {
    const certificate = parseCertificate(bytes);
    const text = Buffer.from(certificate.checkpoint).toString();
    const lines = text.split("\n").filter((line) => line.startsWith("— "));
    const logs = lines.filter((line) => /\/[0-9a-f]{16} /.test(line));
    const seals = lines.filter((line) => !logs.includes(line));
    for (const gone of seals)
      await assertRefused(withCheckpoint(certificate, text.replace(`${gone}\n`, "")), digest, gone);
    const unlogged = logs.reduce((all, gone) => all.replace(`${gone}\n`, ""), text);
    await assertRefused(withCheckpoint(certificate, unlogged), digest, "no log signature");
  });

  test(`${name}: no other digest verifies it`, async () => {
    const next = random(2);
    for (let n = 0; n < 64; n += 1) {
      const other =
        digest.slice(0, n) + "0123456789abcdef"[(parseInt(digest[n], 16) + 1 + next(15)) % 16] + digest.slice(n + 1);
      await assertRefused(bytes, other, other);
    }
    for (const none of ["", "0", digest.slice(1), `${digest}0`, digest.toUpperCase(), `${digest}\n`])
      await assertRefused(bytes, none, "no digest");
  });

  test(`${name}: nothing that a stranger makes of it passes`, async () => {
    for (const [what, altered] of Object.entries(alterations(bytes))) {
      if (Buffer.compare(altered, Buffer.from(bytes)) !== 0 && what !== "another-measure")
        await assertRefused(new Uint8Array(altered), digest, what);
    }
  });
}

test("any bytes at all get a verdict", async () => {
  const next = random(3);
  for (let n = 0; n < 200; n += 1) {
    const bytes = Uint8Array.from({ length: next(500) }, () => next(256));
    await assertRefused(bytes, "0".repeat(64), "random bytes");
    await assertRefused(
      joinBytes(
        encodeUtf8(`nemcon/v1 certificate\ncouncil ${"0".repeat(64)}\nmeasure 1\n\ngenesis ${next(600)}\n`),
        bytes,
      ),
      "0".repeat(64),
      "random rest",
    );
  }
});

test("a file of more than 8 MiB is refused unread", async () => {
  await assertRefused(new Uint8Array(8 * 1024 * 1024 + 1), "0".repeat(64), "too long");
});

/** The certificate cut before each part. */
function partsOf(bytes) {
  const text = Buffer.from(bytes).toString("latin1");
  const starts = [
    0,
    ...[...text.matchAll(/^(genesis \d+|record \d+ \d+|hash [0-9a-f]{64}|checkpoint \d+)$/gm)].map(
      ({ index }) => index,
    ),
  ];
  return starts.map((start, at) => bytes.subarray(start, starts[at + 1] ?? bytes.length));
}

function withCheckpoint(certificate, text) {
  return render({ ...certificate, checkpoint: encodeUtf8(text) });
}

function render({ council, measure, marking, genesis, records, hashes, checkpoint }) {
  const part = (name, bytes) => joinBytes(encodeUtf8(`${name} ${bytes.length}\n`), bytes);
  return joinBytes(
    encodeUtf8(
      `nemcon/v1 certificate\ncouncil ${council}\nmeasure ${measure}\n${marking === null ? "" : `marking ${marking}\n`}\n`,
    ),
    part("genesis", genesis),
    ...records.flatMap(({ index, bytes }) => [encodeUtf8("\n"), part(`record ${index}`, bytes)]),
    encodeUtf8(`\n${hashes.map((hash) => `hash ${hash}\n`).join("")}\n`),
    part("checkpoint", checkpoint),
  );
}

test("what a message shows of a file is short, and hides and turns nothing", () => {
  assert.equal(shorten("a\u202eb\u200bc\nd"), "a\\u{202e}b\\u{200b}c\\u{a}d");
  assert.equal(shorten("x".repeat(1000)).length, 101);
});
