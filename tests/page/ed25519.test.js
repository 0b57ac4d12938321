// Ed25519 with the further conditions of docs/formats.md, section 1.

import assert from "node:assert/strict";
import test from "node:test";
import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { decodeHex, encodeBase64, encodeUtf8 } from "../../ledger/page/bytes.js";
import { isAdmittedKey, isCanonicalSignature, isSupported, Verifier } from "../../ledger/page/ed25519.js";
import { malleate } from "./forging.js";

const MESSAGE = encodeUtf8("a text\n");
const SMALL_ORDER = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0000000000000000000000000000000000000000000000000000000000000080",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000080",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
];
// y not below p, of points of small order and of others.
const NOT_CANONICAL = [
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];
// A point of large order with a part of small order, and a y of no point.
const OTHERS = ["cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d", `02${"00".repeat(31)}`];

function keyPair(seed) {
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, seed)]);
  const secret = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const key = createPublicKey(secret).export({ format: "der", type: "spki" }).subarray(12);
  return { secret, key: new Uint8Array(key) };
}

test("this machine has what the page needs", async () => assert.ok(await isSupported()));

test("honest keys are admitted, and their signatures count", async () => {
  const verifier = new Verifier();
  for (let seed = 0; seed < 50; seed += 1) {
    const { secret, key } = keyPair(seed);
    const signature = new Uint8Array(sign(null, MESSAGE, secret));
    assert.ok(isAdmittedKey(key) && isCanonicalSignature(signature));
    assert.ok(await verifier.isSigned(encodeBase64(key), signature, MESSAGE));
    assert.ok(!(await verifier.isSigned(encodeBase64(key), signature, encodeUtf8("another text\n"))));
  }
});

test("keys of small order, with torsion, or in another encoding are none", () => {
  for (const hex of [...SMALL_ORDER, ...NOT_CANONICAL, ...OTHERS]) assert.ok(!isAdmittedKey(decodeHex(hex)), hex);
});

test("a signature with s not below L, or with R of small order or in another encoding, does not count", async () => {
  const verifier = new Verifier();
  const { secret, key } = keyPair(1);
  const signature = new Uint8Array(sign(null, MESSAGE, secret));
  const line = malleate(`— x ${encodeBase64(Uint8Array.from([0, 0, 0, 0, ...signature]))}\n`);
  const malleated = new Uint8Array(Buffer.from(line.trimEnd().split(" ")[2], "base64")).subarray(4);
  assert.ok(!(await verifier.isSigned(encodeBase64(key), malleated, MESSAGE)));
  for (const hex of [...SMALL_ORDER, ...NOT_CANONICAL]) {
    assert.ok(!isCanonicalSignature(Uint8Array.from([...decodeHex(hex), ...signature.subarray(32)])), hex);
  }
});

test("the signature that holds for every message, by a key of small order, does not count", async () => {
  const key = decodeHex(SMALL_ORDER[2]);
  const signature = Uint8Array.from([...key, ...new Uint8Array(32)]);
  assert.ok(!(await new Verifier().isSigned(encodeBase64(key), signature, MESSAGE)));
});
