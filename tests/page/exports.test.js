// Every export of tests/vectors/exports has the verdict of its INDEX, and no altered one is verified.

import assert from "node:assert/strict";
import test from "node:test";
import { verifyExport } from "../../ledger/page/audit.js";
import { reportText, verdictLine } from "../../ledger/page/report.js";
import { unpack } from "../../ledger/page/unpack.js";
import { alterFiles } from "./altering.js";
import { auditVectors, exportVectors, random, readArchive } from "./samples.js";

const open = async (name) => (await unpack(readArchive(name))).files;
const vector = (name) => exportVectors().find((each) => each.name === `${name}.tar.gz`);

for (const { name, digest, verdict } of exportVectors()) {
  test(`${name}: ${verdict}`, async () => {
    const found = await verifyExport(await open(name), digest);
    assert.equal(verdictLine(found), verdict, `${found.where}: ${found.what}`);
    assert.notEqual(found.where, "this page", found.what);
  });
}

for (const { name, digest, verdict, fault, archive } of auditVectors()) {
  test(`for audits, ${name}: ${verdict}`, async () => {
    const found = await verifyExport((await unpack(archive())).files, digest);
    assert.equal(verdictLine(found), verdict, `${found.where}: ${found.what}`);
    assert.notEqual(found.where, "this page", found.what);
    if (fault !== "keys-differ") return;
    assert.match(found.where, /^keys, line [1-9]/);
    assert.equal(found.what, "These are not the keys that have signed and sealed this log, with their sizes.");
  });
}

test("where the policies or the keys differ, the line is told", async () => {
  const { archive, digest } = auditVectors().find(({ name }) => name === "keys-after-all-changes.tar.gz");
  const { files } = await unpack(archive());
  for (const path of ["finality.policy", "advance.policy", "keys"]) {
    const bytes = files.get(path);
    const lines = Buffer.from(bytes).toString().split("\n");
    for (let n = 0; n < lines.length; n += 1) {
      const altered = lines.with(n, `${lines[n]}x`).join("\n");
      const { where } = await verifyExport(new Map(files).set(path, Buffer.from(altered)), digest);
      assert.equal(where, `${path}, line ${n + 1}`);
    }
  }
});

test("the report has the lines of the command", async () => {
  const { name, digest } = vector("every-kind");
  const found = await verifyExport(await open(name), digest);
  const text = reportText(found, found.strays, Date.parse("2026-11-24T00:00:00.000Z"));
  for (const line of [
    "Test council",
    `council ${digest}`,
    "files       7 read, 1 hash tile compared",
    "genesis     4 members, 4 founding signatures",
    "records     102 in 37 blocks, each derived again",
    "statements  55, 63 officer signatures",
    "decisions   6 derived again",
    "measure 1   adopted, final, record 19: Adopted under a mandate",
    "            3 in favour, 1 abstained, none against; M3 cast the ballot of M2, by its mandate",
    "            it cannot be completed: M4 has left, with 0 of 4 ballots in; missing: M1 M2 M3 M4",
    "freeze      M3, record 42",
  ]) {
    assert.ok(text.includes(`${line}\n`), line);
  }
  assert.ok(text.endsWith("\nVERIFIED"));
});

test("another digest, an altered file, a missing file: NOT VERIFIED", async () => {
  const { name, digest } = vector("every-kind");
  const files = await open(name);
  assert.equal((await verifyExport(files, "0".repeat(64))).where, "the genesis");
  assert.equal((await verifyExport(files, "")).where, "the council digest");
  for (const path of files.keys()) {
    const less = new Map(files);
    less.delete(path);
    assert.equal((await verifyExport(less, digest)).where, path === "genesis" ? "genesis" : path);
  }
});

for (const name of ["every-kind", "public"]) {
  test(`${name}: altered at random it is never verified, but where nothing that counts was altered`, async () => {
    const { digest } = vector(name);
    const files = await open(`${name}.tar.gz`);
    const next = random(3);
    for (let n = 0; n < 60; n += 1) {
      const { altered, what, isHarmless } = alterFiles(files, next);
      const found = await verifyExport(altered, digest);
      assert.notEqual(found.where, "this page", `${what}: ${found.what}`);
      assert.ok(isHarmless || found.verdict === "refused", what);
    }
  });
}

for (const name of ["whole", "public"]) {
  test(`${name}: the progress is told from the first record to the last`, async (context) => {
    let now = 0;
    context.mock.method(Date, "now", () => (now += 50));
    const { digest } = vector(name);
    const told = [];
    const found = await verifyExport(await open(`${name}.tar.gz`), digest, (...each) => told.push(each));
    assert.notEqual(found.verdict, "refused");
    assert.ok(told.length > 50 && told.every(([done, size]) => done >= 0 && done <= size && size === 53));
  });
}

test("files that are no part of the export are told", async () => {
  const { name, digest } = vector("whole");
  const files = await open(name);
  files.set("notes.txt", new Uint8Array(3)).set("tile/0/000.p/7", new Uint8Array(0));
  const found = await verifyExport(files, digest);
  assert.deepEqual(found.strays, ["notes.txt", "tile/0/000.p/7"]);
  assert.match(
    reportText(found, found.strays, 0),
    /\nnot checked 2 files, no part of an export of this size: notes.txt, /,
  );
});
