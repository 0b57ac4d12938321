// Every receipt of tests/vectors/receipts has the verdict of its INDEX, and no altered one shows anything.

import assert from "node:assert/strict";
import fs from "node:fs";
import test from "node:test";
import { receiptText } from "../../ledger/page/receiptwords.js";
import { verifyReceipt } from "../../ledger/page/receipt.js";
import { random, readReceipt, receipts } from "./samples.js";

const WORDS = { receipt: "VERIFIED", refused: "NOT VERIFIED" };

for (const { name, policy, digest, verdict } of receipts()) {
  test(`${name}: ${verdict}`, async () => {
    const found = await verifyReceipt(readReceipt(name), readReceipt(policy), digest);
    assert.equal(WORDS[found.verdict], verdict, `${found.where}: ${found.what}`);
    assert.notEqual(found.where, "this page", found.what);
  });
}

test("what a receipt shows is told in the words of the command", async () => {
  const found = await verifyReceipt(readReceipt("of-the-ballot.tlog-proof"), readReceipt("advance.policy"), null);
  const text = receiptText(found);
  assert.match(text, /^[A-Z]+: in favour on measure 1, revision 1: .*\n\nnemcon\/v1 ballot\n/);
  assert.match(text, /\nrecord {6}\d+ of a log of \d+, sealed by 7 of the policy: [A-Z ]+\nnot told {4}whose keys /);
  const part = await verifyReceipt(readReceipt("seal-missing.tlog-proof"), readReceipt("advance.policy"), null);
  assert.match(receiptText(part), /\nnot sealed {2}by [A-Z]+: this policy asks for fewer than all, /);
  const nobody = await verifyReceipt(readReceipt("of-the-block.tlog-proof"), readReceipt("nobody.policy"), null);
  assert.match(receiptText(nobody), /^record {6}/);
});

test("a receipt without a policy is not verified, nor with a digest that is none", async () => {
  const bytes = readReceipt("of-the-ballot.tlog-proof");
  const none = await verifyReceipt(bytes, new Uint8Array(0), null);
  assert.match(none.what, /cannot vouch for itself/);
  const digest = await verifyReceipt(bytes, readReceipt("finality.policy"), "abc");
  assert.equal(digest.where, "the council digest");
});

test("no bit of a receipt, and none of a policy's keys, can be another", async () => {
  const next = random(9);
  const [bytes, policy] = [readReceipt("of-the-ballot.tlog-proof"), readReceipt("finality.policy")];
  for (let n = 0; n < 300; n += 1) {
    const other = Uint8Array.from(bytes);
    other[next(bytes.length)] ^= 1 << next(8);
    assert.equal((await verifyReceipt(other, policy, null)).verdict, "refused");
  }
  const text = Buffer.from(policy).toString();
  const keys = [...text.matchAll(/\+[0-9a-f]{8}\+\S+/g)];
  for (const { index, 0: key } of keys) {
    const other = Uint8Array.from(policy);
    other[index + 1 + next(key.length - 1)] ^= 1;
    assert.equal((await verifyReceipt(bytes, other, null)).verdict, "refused", key);
  }
});

test("a file that is cut anywhere never verifies", async () => {
  const [bytes, policy] = [readReceipt("of-the-ballot.tlog-proof"), readReceipt("finality.policy")];
  for (let length = 0; length < bytes.length; length += 97) {
    assert.equal((await verifyReceipt(bytes.subarray(0, length), policy, null)).verdict, "refused");
  }
});
