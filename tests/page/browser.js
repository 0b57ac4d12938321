// The page in a headless browser, from file://, for the tests of what a person does with it.

import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import { after, before } from "node:test";

const require = createRequire(`${process.env.PAGE_MODULES}/`);
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const PAGE = new URL("../../ledger/page/verify.html", import.meta.url).href;

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
});
after(() => browser.close());

/** A page that is open; it fails the test where it asks for anything else or complains. */
export async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 900, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => complaints.push(`dialog ${dialog.message()}`));
  page.on("request", (request) => request.url() === PAGE || complaints.push(`asked for ${request.url()}`));
  await page.goto(PAGE);
  return { page, close: () => context.close().then(() => assert.deepEqual(complaints, [])) };
}

/** Gives the page a file and a digest, and what it says of them. */
export async function verify(page, file, digest) {
  await page.setInputFiles("#file", file);
  await page.fill("#digest", digest);
  await page.click("#verify");
  return verdict(page);
}

/** The verdict that stands on the page. */
export async function verdict(page) {
  await page.waitForSelector("#verdict");
  return (await page.textContent("#verdict")).replace(/^. /, "");
}

/** Says every violation that axe finds, as the page stands. The policy of the page does not let axe in by itself. */
export async function assertAccessible(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes.map(({ html }) => html.slice(0, 80)).join(" | ")}`),
    [],
  );
}

/** Opens everything that can be opened. */
export const openAll = (page) => page.$$eval("details", (all) => all.forEach((each) => (each.open = true)));
