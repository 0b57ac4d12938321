// A delegation gives notice that its member leaves the council, and takes it back.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { assertAccessible, enter, stop } from "./browser.js";
import { nemcon, network, until } from "./network.js";

let net;
before(async () => {
  net = await network(4);
});
after(async () => {
  await stop();
  await net.down();
});

/** Whether the notice of a member stands, as the command line tells. */
async function stands(code) {
  const { members } = await net.json("BE", "member", "list");
  return members.find((it) => it.code === code).notice !== null;
}

/** Waits until the page of the council at a desk offers an act, and opens its form. */
async function open(page, base, title) {
  await until(`${title} is offered`, async () => {
    await page.goto(`${base}/council`);
    return (await page.locator(`a.button:has-text("${title}")`).count()) === 1;
  });
  await page.click(`a.button:has-text("${title}")`);
}

/** Goes from the form to the page that shows the statement; its text. */
async function read(page) {
  await page.click("button:has-text('Go on')");
  await page.waitForURL(/\/sign\//);
  return page.textContent("section[aria-labelledby=statement] pre");
}

test("a member gives notice, stands as leaving, and takes it back", async () => {
  const desk = await net.desk("BE");
  const { page, close } = await enter(desk);
  await open(page, desk.base, "Give notice of leaving");
  await assertAccessible(page, "notice");
  const given = await read(page);
  assert.match(given, /^nemcon\/v1 notice\n/);
  assert.match(given, /\nby BE\nleaves given\n/);
  assert.equal(await stands("BE"), false, "nothing is signed by reading");
  await page.click("form.sign button.main");
  await page.waitForSelector("h1:has-text('It stands in the log')");
  assert.equal(await stands("BE"), true);
  await open(page, desk.base, "Take the notice back");
  await page.goto(`${desk.base}/council`);
  assert.match(await page.textContent("body"), /notice given/);
  await open(page, desk.base, "Take the notice back");
  assert.match(await read(page), /\nleaves withdrawn\n/);
  await page.click("form.sign button.main");
  await page.waitForSelector("h1:has-text('It stands in the log')");
  assert.equal(await stands("BE"), false);
  await open(page, desk.base, "Give notice of leaving");
  await page.goto(`${desk.base}/council`);
  assert.doesNotMatch(await page.textContent("body"), /notice given/);
  await close();
});

test("a form of a notice that was overtaken takes nothing back and signs nothing", async () => {
  const desk = await net.desk("BG");
  const { page, close } = await enter(desk);
  await open(page, desk.base, "Give notice of leaving");
  await net.nemcon("BG", "member", "notice", "--yes");
  await page.click("button:has-text('Go on')");
  await page.waitForSelector(".consequences.bad:has-text('As things stand, it would be refused')");
  assert.equal(await page.locator("form.sign button.main").count(), 0);
  assert.equal(await stands("BG"), true);
  await net.nemcon("BG", "member", "notice", "--withdraw", "--yes");
  await close();
});

test("a wrong passphrase gives no notice", async () => {
  const key = path.join(net.dir, "members", "CZ", "officer-desk.key");
  const file = path.join(net.folder, "passphrase");
  fs.writeFileSync(file, "correct horse battery staple\n", { mode: 0o600 });
  await nemcon("key", "passphrase", key, "--new-passphrase-file", file);
  const desk = await net.desk("CZ");
  const { page, close } = await enter(desk);
  await open(page, desk.base, "Give notice of leaving");
  await read(page);
  await page.fill("#passphrase-0", "correct horse battery stable");
  await page.click("form.sign button.main");
  await page.waitForSelector("#passphrase-0-error:has-text('does not open')");
  assert.equal(await stands("CZ"), false);
  await close();
});

test("a desk that only shows offers no notice, and has no form of one", async () => {
  const desk = await net.desk("BE", "--read-only");
  const { page, context } = await enter(desk);
  await page.goto(`${desk.base}/council`);
  assert.equal(await page.locator("a[href='/council/notice']").count(), 0);
  const answer = await page.goto(`${desk.base}/council/notice`);
  assert.ok(answer.status() >= 400, String(answer.status()));
  assert.equal(await page.locator("form.fill").count(), 0);
  await context.close();
});
