// A key in a token of SoftHSM signs at the desk: with the right PIN, and only while the token is there.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { enter, stop } from "./browser.js";
import { draft, nemcon, network } from "./network.js";

const PIN = "123456";
const KEY = "pkcs11:token=Danmark;object=desk";

let net;
before(async () => {
  assert.ok(process.env.NEMCON_PKCS11_MODULE, "run.sh names the module of SoftHSM");
  net = await network(4);
  const tokens = path.join(net.folder, "tokens");
  fs.mkdirSync(tokens);
  const config = path.join(net.folder, "softhsm2.conf");
  fs.writeFileSync(config, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  process.env.SOFTHSM2_CONF = config;
  util("--init-token", "--free", "--label", "Danmark", "--pin", PIN, "--so-pin", "87654321");
  await makeOfficer();
});
after(async () => {
  await stop();
  await net.down();
});

const util = (...args) => execFileSync("softhsm2-util", args, { stdio: "pipe" });

/** Makes a key in the token, and lets it alone sign for Denmark. */
async function makeOfficer() {
  const pin = path.join(net.folder, "pin");
  fs.writeFileSync(pin, `${PIN}\n`, { mode: 0o600 });
  await nemcon("key", "new", "--role", "officer", "--pkcs11", KEY, "--passphrase-file", pin);
  const { public: key } = JSON.parse(await nemcon("key", "show", KEY, "--json"));
  const officers = path.join(net.folder, "officers.toml");
  fs.writeFileSync(officers, `signatures = 1\n[[officer]]\nlabel = "card"\nkey = "${key}"\n`);
  const recovery = path.join(net.dir, "members", "DK", "recovery.key");
  await net.nemcon("DK", "key", "officers", officers, "--yes", "--key", recovery, "--key", KEY, "--passphrase-file", pin);
  fs.rmSync(pin);
}

/** Goes from a measure to the page that shows the ballot. */
async function choose(page, base, number) {
  await page.goto(`${base}/measures/${number}/act/ballot`);
  await page.check("input[name=position][value=in-favour]");
  await page.click("button:has-text('Go on')");
  await page.waitForURL(/\/sign\//);
}

/** The members whose ballots on a measure stand. */
async function signed(number) {
  const { ballots } = await net.json("BE", "measure", "show", String(number));
  return ballots.filter((it) => it.position).map((it) => it.code);
}

test("a key in a token signs with the right PIN alone, which no page holds", async () => {
  const number = await net.table("BG", draft("Signed with a token"));
  const desk = await net.desk("DK", "--key", KEY);
  const { page, close } = await enter(desk);
  await choose(page, desk.base, number);
  assert.match(await page.textContent("label[for=passphrase-0]"), /Danmark/);
  await page.fill("#passphrase-0", "654321");
  await page.click("form.sign button.main");
  await page.waitForSelector("[role=alert]:has-text('is wrong')");
  assert.equal(await page.inputValue("#passphrase-0"), "");
  assert.ok(!(await page.content()).includes("654321"));
  assert.deepEqual(await signed(number), []);
  await page.fill("#passphrase-0", PIN);
  await page.click("form.sign button.main");
  await page.waitForSelector("h1:has-text('It stands in the log')");
  assert.ok(!(await page.content()).includes(PIN));
  assert.deepEqual(await signed(number), ["DK"]);
  // The PIN was not kept: the next ballot asks for it again.
  await choose(page, desk.base, await net.table("BG", draft("Signed with a token again")));
  await page.waitForSelector("#passphrase-0");
  await close();
});

test("a token that was removed signs nothing, and the page says so", async () => {
  const number = await net.table("BG", draft("Signed with no token"));
  const desk = await net.desk("DK", "--key", KEY);
  const { page, complaints, context } = await enter(desk);
  await choose(page, desk.base, number);
  // The token is gone while the page waits for its PIN.
  util("--delete-token", "--token", "Danmark");
  await page.fill("#passphrase-0", PIN);
  await page.click("form.sign button.main");
  await page.waitForSelector("[role=alert]:has-text('Danmark')");
  assert.equal(await page.locator("h1:has-text('It stands in the log')").count(), 0);
  assert.deepEqual(await signed(number), []);
  complaints.splice(0);
  await context.close();
  // A desk that is opened without the token shows everything, and signs nothing either.
  const again = await net.desk("DK", "--key", KEY);
  const reader = await enter(again);
  await reader.page.goto(`${again.base}/measures/${number}`);
  await reader.page.waitForSelector("h1:has-text('Signed with no token')");
  await choose(reader.page, again.base, number);
  assert.equal(await reader.page.locator("form.sign").count(), 0);
  await reader.close();
});
