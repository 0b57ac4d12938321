// A delegation tables, reads and signs; what it signs is what it read, and once.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { enter, stop } from "./browser.js";
import { draft, nemcon, network, until } from "./network.js";

let net;
before(async () => {
  net = await network(4);
});
after(async () => {
  await stop();
  await net.down();
});

/** Goes from a measure to the page that shows the statement. */
async function choose(page, base, number, position) {
  await page.goto(`${base}/measures/${number}/act/ballot`);
  await page.check(`input[name=position][value=${position}]`);
  await page.click("button:has-text('Go on')");
  await page.waitForURL(/\/sign\//);
}

/** The ballots of a measure that stand. */
async function ballots(number) {
  const { ballots } = await net.json("BE", "measure", "show", String(number));
  return ballots.filter((it) => it.position).map((it) => `${it.code} ${it.position}`);
}

test("a measure is tabled from the form of its kind, and found in the list", async () => {
  const desk = await net.desk("BE");
  const { page, close } = await enter(desk);
  await page.goto(`${desk.base}/table`);
  await page.click("a:has-text('conclusions')");
  await page.fill("#title", "Council conclusions on cyber diplomacy");
  await page.fill("#summary", "It recalls its conclusions.\n\nIt expresses its concern.");
  await page.fill("#closes", "2027-01-15T12:00");
  await page.setInputFiles("#document-0", { name: "annex.txt", mimeType: "text/plain", buffer: Buffer.from("abc") });
  await page.fill("#document-0-language", "en");
  await page.click("button:has-text('Go on')");
  await page.waitForURL(/\/sign\//);
  const statement = await page.textContent("section[aria-labelledby=statement] pre");
  for (const line of [
    "nemcon/v1 measure",
    "summary It recalls its conclusions.",
    "summary It expresses its concern.",
    "document ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad 3 en annex.txt",
    // Typed by the clocks of Brussels.
    "closes 2027-01-15T11:00:00.000Z",
  ]) {
    assert.ok(statement.includes(`${line}\n`), `${line}\n${statement}`);
  }
  await page.click("button:has-text('Sign')");
  await page.waitForSelector("h1:has-text('It stands in the log')");
  await page.goto(`${desk.base}/measures`);
  await page.click("a:has-text('Council conclusions on cyber diplomacy')");
  await page.waitForSelector(".verdict.good:has-text('Checked against the log')");
  await page.goto(`${desk.base}/measures?q=DIPLOMACY`);
  assert.equal(await page.locator(".list > li").count(), 1);
  // A file that is dropped is compared with what is bound.
  await page.goto(`${desk.base}/measures/1/documents`);
  await page.setInputFiles("#file", { name: "mine.txt", mimeType: "text/plain", buffer: Buffer.from("abc") });
  await page.click("button:has-text('Compare')");
  await page.waitForSelector(".verdict.good:has-text('annex.txt')");
  await page.setInputFiles("#file", { name: "mine.txt", mimeType: "text/plain", buffer: Buffer.from("abd") });
  await page.click("button:has-text('Compare')");
  await page.waitForSelector(".verdict.bad");
  await close();
});

test("what is wrong with a form stands beside its field, in the words of the page", async () => {
  const desk = await net.desk("BE");
  const { page, close } = await enter(desk);
  await page.goto(`${desk.base}/table/conclusions`);
  await page.$$eval("[required]", (all) => all.forEach((it) => it.removeAttribute("required")));
  await page.fill("#summary", "fine\n\u202e not fine");
  await page.click("button:has-text('Go on')");
  await page.waitForSelector(".error.summary");
  assert.match(await page.textContent("#title-error"), /needed/);
  assert.match(await page.textContent("#closes-error"), /needed/);
  assert.match(await page.textContent("#summary-error"), /^Line 2 does not fit/);
  assert.equal(await page.inputValue("#summary"), "fine\n\u202e not fine");
  assert.doesNotMatch(await page.textContent("main"), /nemcon |--/);
  await close();
});

test("all sign; it is adopted, becomes final, and its certificate is verified elsewhere", async () => {
  const number = await net.table("BG", draft("Adopted by all"));
  const desks = {};
  for (const code of ["BE", "BG", "CZ", "DK"]) desks[code] = await net.desk(code);
  const watching = await enter(desks.BG);
  await watching.page.goto(`${desks.BG.base}/measures/${number}`);
  for (const code of ["BG", "CZ", "DK", "BE"]) {
    // A link lets one browser in: whoever watches signs in another tab of that browser.
    const { page, close } = code === "BG" ? { page: await watching.context.newPage() } : await enter(desks[code]);
    await choose(page, desks[code].base, number, "in-favour");
    assert.match(await page.textContent(".headline .large"), /in favour/);
    const follows = await page.textContent(".consequences");
    assert.equal(follows.includes("You are the last: this adopts it."), code === "BE", follows);
    await page.waitForSelector(".consequences :text('Checked')");
    await page.click("button:has-text('Sign: in favour')");
    await page.waitForSelector("h1:has-text('It stands in the log')");
    await (close ? close() : page.close());
  }
  // The page that was open all the while has followed, without being loaded again.
  await watching.page.waitForSelector(".state.good:has-text('adopted, final')", { timeout: 20_000 });
  assert.equal(await watching.page.locator(".tile.favour").count(), 4);
  const [download] = await Promise.all([
    watching.page.waitForEvent("download"),
    watching.page.click("a:has-text('Download the certificate')"),
  ]);
  const file = path.join(net.folder, "decision.nemcon");
  await download.saveAs(file);
  const { council } = await net.json("BE", "status");
  assert.match(await nemcon("verify", file, "--council", council), /VERIFIED/);
  const verify = await watching.context.newPage();
  await verify.goto(new URL("../../ledger/page/verify.html", import.meta.url).href);
  await verify.setInputFiles("#file", file);
  await verify.fill("#digest", council);
  await verify.click("#verify");
  await verify.waitForSelector("#verdict:has-text('VERIFIED')");
  await verify.close();
  // The page of another origin is the one thing that was asked for elsewhere.
  watching.complaints.splice(0);
  await watching.close();
});

test("two clicks and two tabs sign one statement", async () => {
  const number = await net.table("BG", draft("Signed once"));
  const desk = await net.desk("CZ");
  const { page, context, close } = await enter(desk);
  await choose(page, desk.base, number, "in-favour");
  const other = await context.newPage();
  await other.goto(page.url());
  const form = "form.sign button.main";
  await Promise.all([page.click(form), other.click(form)]);
  for (const tab of [page, other]) await tab.waitForSelector("h1:has-text('It stands in the log')");
  const { items } = JSON.parse(`{"items":${await net.nemcon("CZ", "log", "records", "--measure", String(number), "--json")}}`);
  const text = JSON.stringify(items);
  assert.equal(text.split("nemcon/v1 ballot").length - 1, 1, text);
  // A second sheet for the same position says that the ballot stands already.
  await choose(page, desk.base, number, "in-favour");
  await page.waitForSelector(".attention:has-text('stands already')");
  // A sheet that was shown before another ballot was signed is not signed any more.
  const stale = page.url();
  await choose(other, desk.base, number, "against");
  await other.click(form);
  await other.waitForSelector("h1:has-text('It stands in the log')");
  // The page that shows it hears of the other ballot, and is loaded again by itself.
  await page.waitForSelector("h1:has-text('This has changed')");
  assert.equal(page.url(), stale);
  assert.equal(await page.locator("form.sign").count(), 0);
  assert.deepEqual(await ballots(number), ["CZ against"]);
  await close();
});

test("a text that changed meanwhile is never signed, and the page says what changed", async () => {
  const number = await net.table("BG", draft("To be revised"));
  const desk = await net.desk("DK");
  const { page, close } = await enter(desk);
  await choose(page, desk.base, number, "in-favour");
  const file = path.join(net.folder, "revised.toml");
  fs.writeFileSync(file, draft("To be revised").replace("And so.", "And not so.").replace('closes_in = "3 days"', 'closes = "2027-02-01T12:00:00Z"'));
  // The page is held still, so that the click comes after the revision.
  await page.evaluate(() => document.querySelectorAll("[data-live], #lost").forEach((it) => it.remove()));
  await page.route("**/live", (route) => route.fulfill({ status: 204 }));
  await net.nemcon("BG", "measure", "revise", String(number), file, "--yes", "--text", await net.text(number));
  await page.click("form.sign button.main").catch(() => {});
  await page.waitForSelector("h1:has-text('This has changed')");
  const changed = async (what) => (await page.locator(`.difference .${what}`).allTextContents()).join("\n");
  assert.match(await changed("gone"), /And so\./);
  assert.match(await changed("new"), /And not so\./);
  assert.doesNotMatch(await changed("gone"), /It is so|title/);
  assert.deepEqual(await ballots(number), []);
  await page.click("button:has-text('Read it as it stands now')");
  await page.waitForSelector(".headline :text('REV 2')");
  await page.click("form.sign button.main");
  await page.waitForSelector("h1:has-text('It stands in the log')");
  assert.deepEqual(await ballots(number), ["DK in-favour"]);
  await page.goto(`${desk.base}/measures/${number}/versions`);
  assert.match(await changed("new"), /And not so\./);
  await close();
});

test("a locked key opens with its passphrase alone, which no page and no log holds", async () => {
  const number = await net.table("BG", draft("Signed with a passphrase"));
  const key = path.join(net.dir, "members", "BE", "officer-desk.key");
  const secret = "correct horse battery staple";
  const file = path.join(net.folder, "passphrase");
  fs.writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  await nemcon("key", "passphrase", key, "--new-passphrase-file", file);
  const desk = await net.desk("BE");
  const { page, close } = await enter(desk);
  await choose(page, desk.base, number, "in-favour");
  await page.fill("#passphrase-0", "correct horse battery stable");
  await page.click("form.sign button.main");
  await page.waitForSelector("#passphrase-0-error:has-text('does not open')");
  assert.equal(await page.inputValue("#passphrase-0"), "");
  assert.deepEqual(await ballots(number), []);
  await page.fill("#passphrase-0", secret);
  await page.click("form.sign button.main");
  await page.waitForSelector("h1:has-text('It stands in the log')");
  assert.ok(!(await page.content()).includes("staple"));
  assert.deepEqual(await ballots(number), ["BE in-favour"]);
  await close();
  const none = path.join(net.folder, "none");
  fs.writeFileSync(none, `${secret}\n`, { mode: 0o600 });
  await nemcon("key", "passphrase", key, "--no-passphrase", "--passphrase-file", file);
});

test("not yet, because; a mandate; an abstention with its declaration; a veto and a close", async () => {
  const number = await net.table("CZ", draft("A framework").replace('kind = "conclusions"', 'kind = "framework"\nbasis = ["Article 29 TEU"]').replace("stability", "restrictive"));
  const [be, bg, cz] = [await net.desk("BE"), await net.desk("BG"), await net.desk("CZ")];
  const [one, two, three] = [await enter(be), await enter(bg), await enter(cz)];
  const sign = async ({ page }) => {
    await page.click("button:has-text('Go on')");
    await page.waitForURL(/\/sign\//);
    await page.click("form.sign button.main");
    await page.waitForSelector("h1:has-text('It stands in the log')");
  };
  await one.go(`/measures/${number}/act/reserve`);
  await one.page.selectOption("#sort", "parliamentary-scrutiny");
  await one.page.fill("#reason", "The chamber meets on Thursday.");
  await sign(one);
  await one.go("/");
  await one.page.waitForSelector(".notes :text('parliamentary-scrutiny')");
  await one.go(`/measures/${number}/act/mandate`);
  await one.page.selectOption("#holder", "BG");
  await sign(one);
  await two.go("/");
  await two.page.waitForSelector(".attention:has-text('You may sign for BE')");
  await two.go(`/measures/${number}/act/ballot`);
  await two.page.selectOption("#for", "BE");
  await two.page.check("input[value=in-favour]");
  await sign(two);
  assert.deepEqual(await ballots(number), ["BE in-favour"]);
  await two.go(`/measures/${number}/act/ballot`);
  await two.page.selectOption("#for", "BG");
  await two.page.check("input[value=abstain-qualified]");
  await two.page.click("button:has-text('Go on')");
  await two.page.waitForSelector("#declaration-error");
  await two.page.setInputFiles("#declaration", { name: "declaration.txt", mimeType: "text/plain", buffer: Buffer.from("abc") });
  await sign(two);
  await two.go(`/measures/${number}`);
  await two.page.waitForSelector(".tile.declared:has-text('BG')");
  assert.match(await two.page.textContent(".tile:has-text('BE')"), /signed by BG/);
  assert.match(await two.page.textContent(".gauge"), /1 of 4 members/);
  await three.go(`/measures/${number}/act/ballot`);
  await three.page.check("input[value=against]");
  await sign(three);
  await three.go(`/measures/${number}`);
  await three.page.waitForSelector(".state.bad:has-text('blocked')");
  await three.page.click("a:has-text('End balloting')");
  await three.page.click("button:has-text('Go on')");
  await three.page.waitForSelector(".consequences :text('LAPSES')");
  await three.page.click("form.sign button.main");
  await three.page.waitForSelector("h1:has-text('It stands in the log')");
  await three.go(`/measures/${number}`);
  await three.page.waitForSelector(".state.over:has-text('lapsed')");
  await until("lapsed", async () => (await net.json("BE", "measure", "show", String(number))).status === "lapsed");
  for (const it of [one, two, three]) await it.close();
});

test("an incident is reported and attributed", async () => {
  const desk = await net.desk("BE");
  const { page, go, close } = await enter(desk);
  await go("/incidents/report");
  await page.fill("#title", "Intrusion into a ministry");
  await page.selectOption("#category", "intrusion");
  await page.fill("#from", "2026-10-01T08:00");
  await page.fill("#summary", "Mail was read.");
  await page.selectOption("#severity-scope", "high");
  await page.click("button:has-text('Go on')");
  await page.click("form.sign button.main");
  await page.waitForSelector("h1:has-text('It stands in the log')");
  await go("/");
  await page.click("section[aria-labelledby=incidents] a");
  await page.waitForSelector(".verdict.good");
  await page.click("a:has-text('Attribute')");
  await page.selectOption("#finding", "state");
  await page.fill("#who", "An office of a state");
  await page.selectOption("#confidence", "moderate");
  await page.selectOption("#manner", "alone");
  await page.click("button:has-text('Go on')");
  await page.click("form.sign button.main");
  await page.waitForSelector("h1:has-text('It stands in the log')");
  await go("/incidents/1");
  assert.match(await page.textContent("table"), /BE\s*state: An office of a state/);
  await close();
});
