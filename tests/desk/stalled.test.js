// A node that stalls keeps no page waiting: pages are made from the desk's own copy of the log, and say so.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, afterEach, before, test } from "node:test";
import { enter, stop } from "./browser.js";
import { draft, network } from "./network.js";
import { furnish, places } from "./places.js";

/** The longest that a page may take whose node stalls, in milliseconds: far below what a client waits for a node. */
const STALLED_MS = 5_000;

let net;
let all;
let pid;
before(async () => {
  net = await network(4);
  const codes = ["BE", "BG", "CZ", "DK"];
  all = places(await furnish(net, codes));
  const told = fs.readFileSync(path.join(net.dir, "testnet.toml"), "utf8");
  pid = Number(told.match(/code = "BE"[^[]*?pid = (\d+)/)[1]);
});
afterEach(() => process.kill(pid, "SIGCONT"));
after(async () => {
  await stop();
  await net.down();
});

/** The cookie of a browser that is in. */
async function cookieOf(context) {
  const [{ name, value }] = (await context.cookies()).filter((it) => it.name.startsWith("nemcon-desk"));
  return `${name}=${value}`;
}

/** Asks for a page as a program does: status, text and milliseconds. */
async function ask(desk, cookie, place) {
  const begun = performance.now();
  const answer = await fetch(desk.base + place, { headers: { cookie }, signal: AbortSignal.timeout(STALLED_MS) });
  return { status: answer.status, text: await answer.text(), took: performance.now() - begun };
}

test("every page comes while the node stalls, and is whole again when it answers", async () => {
  const desk = await net.desk("BE");
  const { page, complaints, context } = await enter(desk);
  const cookie = await cookieOf(context);
  await page.goto(desk.base + all.measure);
  await page.waitForSelector(".verdict.good");
  const signing = await context.newPage();
  await signing.goto(desk.base + all.ballot);
  await signing.check("input[name=position][value=in-favour]");
  await signing.click("button:has-text('Go on')");
  await signing.waitForURL(/\/sign\//);
  const sheet = new URL(signing.url()).pathname;
  process.kill(pid, "SIGSTOP");
  assert.equal((await ask(desk, cookie, sheet)).status, 503);
  // The first page that asks finds out; those behind it are not held up.
  for (const [name, place] of Object.entries({ ...all, council: "/council", "what-if": "/what-if", ledger: "/ledger", record: "/ledger/1", minutes: "/minutes", nodes: "/nodes" })) {
    const { status, text, took } = await ask(desk, cookie, place);
    assert.ok([200, 404, 503].includes(status), `${name}: ${status}`);
    assert.match(text, /<div id="lost" class="lost" role="alert" data-lost/, name);
    if (process.env.DESK_TIMES) console.log(`${name}: ${status}, ${took.toFixed(0)} ms, ${text.length} bytes`);
  }
  for (const place of ["/", "/measures", all.measure, all.incident, "/council", "/what-if", "/ledger", "/ledger/1", "/nodes"]) {
    assert.equal((await ask(desk, cookie, place)).status, 200, place);
  }
  // An open page says it by itself; one that is loaded now is made of the copy.
  await page.waitForSelector("#lost:not([hidden])");
  await page.goto(desk.base + all.measure);
  await page.waitForSelector(".alone:has-text('From the copy of the log')");
  assert.equal(await page.locator(".tile").count(), 4);
  assert.equal(await page.locator(".verdict.good, .acts").count(), 0);
  process.kill(pid, "SIGCONT");
  await page.waitForSelector(".verdict.good:has-text('Checked against the log')");
  await page.waitForSelector("#lost", { state: "hidden" });
  // What was to be signed can be signed still.
  await signing.goto(desk.base + sheet);
  await signing.click("form.sign button.main");
  await signing.waitForSelector("h1:has-text('It stands in the log')");
  complaints.splice(0);
  await context.close();
});

test("what others sign is shown by an open page, and what they sign while the node is away", async () => {
  const desk = await net.desk("BE");
  const { page, complaints, context } = await enter(desk);
  const sign = async (code, number) =>
    net.nemcon(code, "ballot", "cast", String(number), "in-favour", "--yes", "--text", await net.text(number));
  const number = await net.table("BG", draft("Followed"));
  await page.goto(`${desk.base}/measures/${number}`);
  await sign("BG", number);
  await page.waitForSelector(".tile.favour:has-text('BG')");
  const text = await net.text(number);
  process.kill(pid, "SIGSTOP");
  await net.nemcon("CZ", "ballot", "cast", String(number), "in-favour", "--yes", "--text", text);
  await page.waitForSelector("#lost:not([hidden])");
  process.kill(pid, "SIGCONT");
  await page.waitForSelector(".tile.favour:has-text('CZ')");
  complaints.splice(0);
  await context.close();
});
