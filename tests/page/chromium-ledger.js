// What a person does with the page: receipts and exports.

import assert from "node:assert/strict";
import fs from "node:fs";
import test from "node:test";
import { tarOf } from "./archives.js";
import { assertAccessible, open, openAll, verdict, verify } from "./browser.js";
import { archivePath, exportVectors, readReceipt, receiptPath, receipts } from "./samples.js";

const RECEIPT = receiptPath("of-the-ballot.tlog-proof");
const POLICY = Buffer.from(readReceipt("finality.policy")).toString();
const vector = (name) => exportVectors().find((each) => each.name === `${name}.tar.gz`);
const audit = (page, name) => verify(page, archivePath(`${name}.tar.gz`), vector(name).digest);

async function judge(page, file, policy, digest = "") {
  await page.setInputFiles("#file", file);
  await page.waitForSelector("#policy-field:not([hidden])");
  await page.fill("#policy", policy);
  await page.fill("#digest", digest);
  await page.click("#verify");
  return verdict(page);
}

/** Drops files on the page: [name, text]. */
function drop(page, files) {
  return page.evaluate((dropped) => {
    const dataTransfer = new DataTransfer();
    for (const [name, content] of dropped) dataTransfer.items.add(new File([content], name));
    document.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, files);
}

test("the policy is asked for where the file is a receipt, and nowhere else", async () => {
  const { page, close } = await open();
  assert.ok(!(await page.isVisible("#policy")));
  assert.equal(await judge(page, RECEIPT, POLICY), "VERIFIED");
  const text = await page.textContent("#result");
  for (const words of [
    "in favour on measure 1, revision 1",
    "sealed by 7 of the policy",
    "whether the ballot was replaced later",
  ])
    assert.ok(text.includes(words), words);
  await page.setInputFiles("#file", archivePath("every-kind.tar.gz"));
  await page.waitForSelector("#policy-field[hidden]", { state: "attached" });
  assert.equal(await page.textContent("#result"), "");
  await close();
});

test("a verdict on a receipt goes when the policy changes, and none comes without a policy", async () => {
  const { page, close } = await open();
  assert.equal(await judge(page, RECEIPT, ` ${POLICY.trimEnd()}`), "VERIFIED");
  await page.fill("#policy", "");
  assert.equal(await page.textContent("#result"), "");
  await page.click("#verify");
  assert.equal(await verdict(page), "NOT VERIFIED");
  assert.ok((await page.textContent("#result")).includes("it cannot vouch for itself"));
  assert.equal(await judge(page, RECEIPT, POLICY, "0".repeat(64)), "NOT VERIFIED");
  await close();
});

test("receipts of the index have their verdicts, one after the other on one page", async () => {
  const { page, close } = await open();
  const isAsked = ({ name }) => Buffer.from(readReceipt(name)).toString().startsWith("c2sp.org/tlog-proof@v1");
  const some = receipts().filter((each, at) => isAsked(each) && at % 4 === 0);
  for (const { name, policy, digest, verdict: due } of some) {
    const text = Buffer.from(readReceipt(policy)).toString();
    if (text.includes("\r")) continue;
    assert.equal(await judge(page, receiptPath(name), text, digest ?? ""), due, name);
  }
  await close();
});

test("a receipt and its policy can be dropped together", async () => {
  const { page, close } = await open();
  await drop(page, [
    ["finality.policy", POLICY],
    ["ballot.tlog-proof", fs.readFileSync(RECEIPT, "utf8")],
  ]);
  await page.waitForFunction((text) => document.getElementById("policy").value === text, POLICY);
  await page.click("#verify");
  assert.equal(await verdict(page), "VERIFIED");
  await close();
});

test("every export of the index has its verdict, one after the other on one page", async () => {
  const { page, close } = await open();
  for (const { name, digest, verdict: due } of exportVectors())
    assert.equal(await verify(page, archivePath(name), digest), due, name);
  await close();
});

test("an export tells its measures, its changes and what was checked", async () => {
  const { page, close } = await open();
  assert.equal(await audit(page, "every-kind"), "VERIFIED");
  const text = await page.textContent("#result");
  for (const words of [
    "Test council",
    "102 in 37 blocks, each derived again",
    "withdrawn: One of two",
    "M3, record 42",
  ])
    assert.ok(text.includes(words), words);
  const rows = await page.$$eval("ol.rows > li", (all) => all.map((row) => row.querySelector("p").textContent));
  assert.equal(rows.filter((row) => row.startsWith("measure ")).length, 12);
  assert.equal(await audit(page, "public"), "VERIFIED AS FAR AS IT IS PUBLIC");
  assert.ok((await page.textContent("#result")).includes("26 of 53 records are shown, each in its place"));
  await close();
});

test("while an export is verified the page answers, and a new file ends the work", async () => {
  const { page, close } = await open();
  const { digest } = vector("whole");
  await page.evaluate(() => {
    window.shown = 0;
    const seen = new MutationObserver(() => (window.shown += document.getElementById("bar").hidden ? 0 : 1));
    seen.observe(document.getElementById("bar"), { attributes: true });
  });
  assert.equal(await verify(page, archivePath("whole.tar.gz"), digest), "VERIFIED");
  assert.ok((await page.evaluate(() => window.shown)) > 0);
  assert.ok(!(await page.isVisible("#bar")));
  await page.click("#verify");
  await page.setInputFiles("#file", archivePath("every-kind.tar.gz"));
  assert.equal(await page.getAttribute("#verify", "aria-disabled"), "false");
  assert.equal(await audit(page, "every-kind"), "VERIFIED");
  await close();
});

test("a damaged archive, and one of two exports, are not verified", async () => {
  const { page, close } = await open();
  const name = "two.tar";
  const buffer = Buffer.from(
    tarOf([
      ["a/genesis", Buffer.from("1")],
      ["b/genesis", Buffer.from("2")],
    ]),
  );
  const mimeType = "application/x-tar";
  assert.equal(await verify(page, { name, mimeType, buffer }, "0".repeat(64)), "NOT VERIFIED");
  assert.ok((await page.textContent("#result")).includes("more than one export"));
  const cut = fs.readFileSync(archivePath("whole.tar.gz")).subarray(0, 9000);
  assert.equal(await verify(page, { name, mimeType, buffer: cut }, vector("whole").digest), "NOT VERIFIED");
  assert.ok((await page.textContent("#result")).includes("damaged"));
  await close();
});

for (const colorScheme of ["light", "dark"]) {
  test(`receipts and exports, ${colorScheme}: accessible`, async () => {
    const { page, close } = await open({ colorScheme });
    await judge(page, RECEIPT, POLICY);
    await openAll(page);
    await assertAccessible(page, "receipt");
    for (const name of ["every-kind", "public", "its-ballot-stands"]) {
      await audit(page, name);
      await assertAccessible(page, name);
    }
    await close();
  });
}

test("on 320 pixels nothing is cut off, and targets are large enough", async () => {
  const { page, close } = await open({ viewport: { width: 320, height: 640 } });
  const isWhole = async () => (await page.evaluate(() => document.documentElement.scrollWidth)) <= 320;
  await judge(page, RECEIPT, POLICY);
  await openAll(page);
  assert.ok(await isWhole());
  const heights = await page.$$eval("summary, input, button, textarea", (all) =>
    all.map((each) => each.getBoundingClientRect().height),
  );
  assert.ok(Math.min(...heights) >= 24);
  for (const name of ["every-kind", "public"]) {
    await audit(page, name);
    assert.ok(await isWhole(), name);
  }
  await close();
});

test("an audit prints on A4", async () => {
  const { page, close } = await open();
  await audit(page, "every-kind");
  const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true });
  assert.match(pdf.toString("latin1"), /\/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]/);
  await page.emulateMedia({ media: "print" });
  assert.ok(!(await page.isVisible("#form")));
  assert.ok(await page.isVisible("ol.rows"));
  await close();
});
