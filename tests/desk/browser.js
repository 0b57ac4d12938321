// Headless Chromium at a desk.

import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.DESK_MODULES}/`);
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

let browser;

/** Starts the browser once. */
export async function start() {
  browser ??= await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  return browser;
}

export const stop = () => browser?.close();

/** A browser that has come in by the link of a desk. It fails the test where a page asks another host for anything or complains. */
export async function enter(desk, options = {}) {
  await start();
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", ...options });
  const complaints = [];
  const watch = (page) => {
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("dialog", (dialog) => complaints.push(`dialog ${dialog.message()}`));
    page.on("request", (request) => request.url().startsWith(desk.base) || complaints.push(`asked for ${request.url()}`));
  };
  context.on("page", watch);
  const page = await context.newPage();
  await page.goto(desk.link);
  await page.waitForURL(`${desk.base}/`);
  return {
    page,
    context,
    complaints,
    go: (place) => page.goto(desk.base + place),
    close: async () => {
      await context.close();
      assert.deepEqual(complaints, []);
    },
  };
}

/** Says every violation that axe finds, as the page stands. */
export async function assertAccessible(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes.map(({ html, target }) => `${target} ${html.slice(0, 90)}`).join(" | ")}`),
    [],
  );
}
