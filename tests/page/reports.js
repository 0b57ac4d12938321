// The pages that the commands write (PAGES, one path a line): accessible in both colour schemes, all open, on a phone and on A4.

import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import test, { after, before } from "node:test";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.env.PAGE_MODULES}/`);
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const pages = process.env.PAGES.split("\n").filter(Boolean);

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
});
after(() => browser.close());

/** A file that is open with all its parts; closing fails where it has asked for anything else or complains. */
async function open(file, options) {
  const url = pathToFileURL(file).href;
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("request", (request) => request.url() === url || complaints.push(`asked for ${request.url()}`));
  await page.goto(url);
  await page.$$eval("details", (all) => all.forEach((each) => (each.open = true)));
  return { page, close: () => context.close().then(() => assert.deepEqual(complaints, [])) };
}

assert.ok(pages.length > 0, "PAGES names no page");
for (const file of pages) {
  const name = path.basename(file);
  for (const colorScheme of ["light", "dark"]) {
    test(`${name}, ${colorScheme}: accessible, all open`, async () => {
      const { page, close } = await open(file, { colorScheme });
      await page.evaluate(axe);
      const { violations } = await page.evaluate((values) => window.axe.run(document, { runOnly: values }), RULES);
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 80)).join(" | ")}`),
        [],
      );
      await close();
    });
  }

  test(`${name}: on 320 pixels nothing is cut off`, async () => {
    const { page, close } = await open(file, { viewport: { width: 320, height: 640 } });
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320);
    await close();
  });

  test(`${name}: it prints on A4, black on white, and no line is wider than the paper`, async () => {
    // 170 mm between the margins, in the 96 dots an inch of CSS.
    const { page, close } = await open(file, { colorScheme: "dark", viewport: { width: 642, height: 900 } });
    const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true });
    assert.match(pdf.toString("latin1"), /\/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]/);
    await page.emulateMedia({ media: "print" });
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 642);
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
    await close();
  });
}
