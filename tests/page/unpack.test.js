// What the page takes out of an archive, and what it refuses.

import assert from "node:assert/strict";
import test from "node:test";
import { isArchive, unpack } from "../../ledger/page/unpack.js";
import { gzipOf, tarOf, zipOf } from "./archives.js";
import { exportVectors, random, readArchive } from "./samples.js";

const bytes = (text) => new TextEncoder().encode(text);
const FILES = [
  ["genesis", bytes("g")],
  ["checkpoint", bytes("c")],
  ["tile/0/000.p/1", bytes("t")],
  ["tile/entries/x001/000", bytes("e")],
  ["notes.txt", bytes("?")],
];
const OWN = ["checkpoint", "genesis", "tile/0/000.p/1", "tile/entries/x001/000"];
const below = (folder, files) => files.map(([path, ...rest]) => [`${folder}${path}`, ...rest]);
const forms = (files) => [tarOf(files), gzipOf(tarOf(files)), zipOf(files), zipOf(files, { comment: "more" })];

async function refused(archive, words) {
  await assert.rejects(unpack(archive), ({ what }) => words.test(what) || assert.fail(what));
}

test("each form gives the files of an export and tells the others", async () => {
  for (const folder of ["", "./", "out/", "a/b/"]) {
    for (const archive of forms(below(folder, FILES))) {
      assert.ok(isArchive(archive));
      const { files, strays } = await unpack(archive);
      assert.deepEqual([...files.keys()].sort(), OWN);
      assert.deepEqual(strays, [`${folder}notes.txt`]);
      assert.equal(new TextDecoder().decode(files.get("tile/0/000.p/1")), "t");
    }
  }
});

test("folders are passed over, and what is no regular file is told", async () => {
  const tar = tarOf([
    ["out/", bytes(""), { kind: "5" }],
    ["genesis", bytes(""), { kind: "2" }],
    ["out/genesis", bytes("g")],
  ]);
  assert.deepEqual(await unpack(tar), {
    files: new Map([["genesis", new Uint8Array(Buffer.from("g"))]]),
    strays: ["genesis (not a regular file)"],
  });
  const link = zipOf([
    ["checkpoint", bytes("/etc/passwd"), { mode: 0xa1ff }],
    ["out/", bytes("")],
    ["out/genesis", bytes("g")],
  ]);
  const { files, strays } = await unpack(link);
  assert.deepEqual([[...files.keys()], strays], [["genesis"], ["checkpoint (not a regular file)"]]);
});

test("nothing is taken from outside the folder", async () => {
  const paths = ["../genesis", "tile/../../checkpoint", "/checkpoint", "tile/0/../../../x"];
  for (const archive of forms([["genesis", bytes("g")], ...paths.map((path) => [path, bytes("x")])])) {
    const { files, strays } = await unpack(archive);
    assert.deepEqual([[...files.keys()], strays], [["genesis"], paths]);
  }
});

test("two exports, or two files of one name, are refused", async () => {
  for (const archive of forms([
    ["a/genesis", bytes("1")],
    ["b/genesis", bytes("2")],
  ]))
    await refused(archive, /more than one export: b\/genesis/);
  for (const archive of forms([
    ["genesis", bytes("1")],
    ["genesis", bytes("2")],
  ]))
    await refused(archive, /genesis twice/);
  for (const archive of forms([
    ["genesis", bytes("1")],
    ["./genesis", bytes("2")],
  ]))
    await refused(archive, /genesis twice/);
  for (const archive of forms([
    ["genesis", bytes("1")],
    ["out/checkpoint", bytes("2")],
  ]))
    await refused(archive, /more than one export/);
});

test("what unpacks to more than a file can be is cut short", async () => {
  const much = new Uint8Array(1024 * 1024);
  for (const archive of [
    zipOf([["genesis", much]]),
    zipOf([["genesis", much, { size: 1 }]]),
    gzipOf(tarOf([["genesis", much]])),
  ])
    await refused(archive, /longer than what it can hold/);
  const tile = new Uint8Array(256 * 65537 + 1);
  await refused(zipOf([["tile/entries/000", tile, { sum: 0 }]]), /longer than what it can hold/);
});

test("the keys are as long as they have to be", async () => {
  const much = new Uint8Array(1024 * 1024);
  for (const archive of forms([
    ["genesis", bytes("g")],
    ["keys", much],
  ])) {
    const { files } = await unpack(archive);
    assert.equal(files.get("keys").length, much.length);
  }
});

test("what is damaged, or of a form that is not read, is refused", async () => {
  const file = (more) => zipOf([["genesis", bytes("genesis"), more]]);
  await refused(file({ flags: 1 }), /form that this page does not read/);
  await refused(file({ method: 12 }), /form that this page does not read/);
  await refused(file({ size: 3 }), /another length/);
  await refused(file({ sum: 1 }), /the sum of genesis/);
  await refused(zipOf(FILES, { counted: 1 }), /more than it counts/);
  await refused(zipOf(FILES, { counted: 9 }), /damaged/);
  await refused(tarOf([["genesis", bytes("g"), { size: 99999 }]]), /ends within a file/);
  await refused(
    tarOf([
      ["x", bytes("22 GNU.sparse.major=1\n"), { kind: "x" }],
      ["genesis", bytes("g")],
    ]),
    /damaged|does not read/,
  );
  await refused(
    tarOf([
      ["x", bytes("12 size=999\n"), { kind: "x" }],
      ["genesis", bytes("g")],
    ]),
    /does not read/,
  );
  await refused(bytes("nothing"), /no archive/);
  await refused(new Uint8Array(0), /no archive/);
  await refused(gzipOf(bytes("nothing")), /no archive/);
});

test("a long name stands before its file", async () => {
  const long = [
    ["x", bytes("20 path=out/genesis\n"), { kind: "x" }],
    ["short", bytes("g")],
  ];
  assert.deepEqual([...(await unpack(tarOf(long))).files.keys()], ["genesis"]);
  const gnu = [
    ["././@LongLink", bytes("out/genesis\0"), { kind: "L" }],
    ["short", bytes("g")],
  ];
  assert.deepEqual([...(await unpack(tarOf(gnu))).files.keys()], ["genesis"]);
});

test("an altered or a cut archive is refused or gives files, and never fails otherwise", async () => {
  const next = random(11);
  const { name } = exportVectors().at(-1);
  const { files } = await unpack(readArchive(name));
  const list = [...files].map(([path, content]) => [path, content]);
  for (const whole of [readArchive(name), tarOf(list), zipOf(list)]) {
    for (let n = 0; n < 60; n += 1) {
      const other = Uint8Array.from(n % 3 === 0 ? whole.subarray(0, next(whole.length)) : whole);
      const spot = n % 2 === 0 ? next(other.length) : Math.max(0, other.length - 1 - next(600));
      if (other.length > 0) other[spot] ^= 1 << next(8);
      await unpack(other).catch(({ where, stack }) => assert.ok(where, stack));
    }
  }
});
