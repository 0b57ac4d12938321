// Who is not let in, what is not believed, and what is not signed.

import assert from "node:assert/strict";
import http from "node:http";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { enter, stop } from "./browser.js";
import { desk as openDesk, draft, nemcon, network, until } from "./network.js";
import { proxy } from "./proxy.js";

let net;
const opened = [];
before(async () => {
  net = await network(4);
});
after(async () => {
  await stop();
  for (const one of opened) await one.close();
  await net.down();
});

/** A request as a program makes it: status, headers, body. */
function ask(base, place, { method = "GET", headers = {}, body, path: raw } = {}) {
  const { hostname, port, host } = new URL(base);
  return new Promise((resolve, reject) => {
    const options = { hostname, port, method, path: raw ?? place, headers: { host, ...headers } };
    const request = http.request(options, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (data) => (text += data));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** The cookie of a browser that came in by a link. */
async function cookieOf(link) {
  const { headers } = await ask(link, new URL(link).pathname + new URL(link).search);
  return headers["set-cookie"][0].split(";")[0];
}

/** A measure's way to the page that shows the statement. */
async function choose(page, base, number, position = "in-favour") {
  await page.goto(`${base}/measures/${number}/act/ballot`);
  await page.check(`input[name=position][value=${position}]`);
  await page.click("button:has-text('Go on')");
  await page.waitForURL(/\/sign\//);
}

test("only the desk's own pages, at its own address, in a browser that came by the link", async () => {
  const desk = await net.desk("BE");
  const { base } = desk;
  assert.match(new URL(base).hostname, /^127\.\d+\.\d+\.\d+$/);
  const cookie = await cookieOf(desk.link);
  const inside = { cookie };
  assert.equal((await ask(base, "/", { headers: inside })).status, 200);
  for (const [what, place, options, status] of [
    ["no cookie", "/", {}, 403],
    ["a cookie that was guessed", "/", { headers: { cookie: `${cookie.split("=")[0]}=${"0".repeat(64)}` } }, 403],
    ["a link that was used", new URL(desk.link).pathname + new URL(desk.link).search, {}, 403],
    ["another host", "/", { headers: { ...inside, host: "localhost" } }, 403],
    ["a name that leads here", "/", { headers: { ...inside, host: "desk.example:80" } }, 403],
    ["the host with a dot", "/", { headers: { ...inside, host: `${new URL(base).hostname}.:${new URL(base).port}` } }, 403],
    ["an absolute target of another host", "/", { headers: inside, path: "http://desk.example/" }, 403],
    ["another site", "/", { headers: { ...inside, "sec-fetch-site": "cross-site" } }, 403],
    ["another port of this machine", "/", { headers: { ...inside, "sec-fetch-site": "same-site" } }, 403],
    ["a frame", "/", { headers: { ...inside, "sec-fetch-dest": "iframe" } }, 403],
    ["a script of another origin", "/", { headers: { ...inside, origin: "http://127.0.0.1:1" } }, 403],
    ["a form without an origin", "/measures/1/act/close", { method: "POST", headers: inside }, 403],
    ["a form of another origin", "/measures/1/act/close", { method: "POST", headers: { ...inside, origin: "null" } }, 403],
    ["a form that was never shown", "/measures/1/act/close", { method: "POST", headers: { ...inside, origin: base } }, 410],
    ["a method of another sort", "/", { method: "PUT", headers: { ...inside, origin: base } }, 403],
    ["no such measure", "/measures/77", { headers: inside }, 404],
    ["no such page", "/measures/1/act/anything", { headers: inside }, 404],
  ]) {
    const { status: found, headers, text } = await ask(base, place, options);
    assert.equal(found, status, `${what}: ${text.slice(0, 200)}`);
    const policy = headers["content-security-policy"];
    assert.ok(policy.includes("default-src 'none'") && policy.includes("frame-ancestors 'none'"), what);
    assert.ok(!policy.includes("unsafe"), what);
    assert.equal(headers["x-content-type-options"], "nosniff", what);
    assert.equal(headers["cache-control"], "no-store", what);
  }
  const { headers } = await ask(base, "/language?to=fr&back=//evil.example/", { headers: inside });
  assert.equal(headers.location, "/");
  assert.equal((await ask(base, "/favicon.ico")).status, 200);
});

test("a page of another origin sends no form and shows no frame", async () => {
  const desk = await net.desk("BE");
  const { context, page, complaints } = await enter(desk);
  const other = http.createServer((_, answer) => {
    answer.setHeader("content-type", "text/html");
    answer.end(`<iframe src="${desk.base}/"></iframe><form method="post" action="${desk.base}/council/freeze"><button>x</button></form>`);
  });
  await new Promise((resolve) => other.listen(0, "127.0.0.1", resolve));
  const foreign = await context.newPage();
  await foreign.goto(`http://127.0.0.1:${other.address().port}/`);
  for (const frame of foreign.frames().slice(1)) assert.ok(!(await frame.content()).includes("Today"));
  await foreign.click("button");
  await foreign.waitForLoadState();
  assert.match(await foreign.content(), /sent by another site/);
  await page.goto(`${desk.base}/`);
  complaints.splice(0);
  await context.close();
  other.close();
});

test("a form is its browser's alone, and is used once", async () => {
  const number = await net.table("BG", draft("Forms"));
  const [one, two] = [await net.desk("CZ"), await net.desk("CZ")];
  const [mine, theirs] = [await cookieOf(one.link), await cookieOf(two.link)];
  assert.notEqual(mine, theirs);
  const place = `/measures/${number}/act/withdraw`;
  const token = async () => (await ask(one.base, place, { headers: { cookie: mine } })).text.match(/name="form" value="([^"]+)"/)[1];
  const send = (form, where = place) =>
    ask(one.base, where, {
      method: "POST",
      headers: { cookie: mine, origin: one.base, "content-type": "application/x-www-form-urlencoded" },
      body: `form=${form}&reason=x`,
    });
  const form = await token();
  assert.equal((await send("0".repeat(64))).status, 410);
  // The form of one page is not that of another.
  assert.equal((await send(form, `/measures/${number}/act/close`)).status, 410);
  const sent = await send(await token());
  assert.equal(sent.status, 303, sent.text);
  assert.equal((await send(form)).status, 410);
  // The page of the statement is this browser's too.
  const sheet = sent.headers.location;
  assert.equal((await ask(two.base, sheet, { headers: { cookie: theirs } })).status, 410);
  assert.equal((await ask(one.base, sheet, { headers: { cookie: mine } })).status, 200);
  // Too much is refused unread.
  const long = await ask(one.base, place, {
    method: "POST",
    headers: { cookie: mine, origin: one.base, "content-type": "application/x-www-form-urlencoded" },
    body: `form=${await token()}&reason=${"x".repeat(300 << 10)}`,
  });
  assert.equal(long.status, 413);
});

const EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>";

test("markup in every field of a measure is words", async () => {
  const number = await net.table(
    "BG",
    `title = ${JSON.stringify(`Title ${EVIL}`)}\nkind = "framework"\nbasis = ["Article 29 TEU"]\ncategory = "restrictive"\n` +
      `summary = [${JSON.stringify(`Summary ${EVIL}`)}]\nproportionality = ${JSON.stringify(EVIL)}\ninitiative = ${JSON.stringify(EVIL)}\n` +
      `amends = [${JSON.stringify(EVIL)}]\ncompanion = [${JSON.stringify(EVIL)}]\nexceptions = [${JSON.stringify(EVIL)}]\n` +
      `procedure = "written"\ncloses_in = "3 days"\n[[documents]]\nname = ${JSON.stringify(EVIL.replaceAll("/", ""))}\nlength = 3\n` +
      `digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"\n`,
  );
  await net.nemcon("CZ", "reservation", "place", String(number), "scrutiny", "--reason", EVIL, "--yes", "--text", await net.text(number));
  await net.nemcon("CZ", "measure", "remark", String(number), "statement-for-the-minutes", "--says", EVIL, "--yes", "--text", await net.text(number));
  const desk = await net.desk("BE");
  const { page, go, close } = await enter(desk);
  for (const place of ["/", "/measures", `/measures/${number}`, `/measures/${number}/act/ballot`, `/measures/${number}/documents`, `/measures?q=${encodeURIComponent(EVIL)}`, `/ledger?q=${encodeURIComponent(EVIL)}`, `/minutes?measure=${number}`, "/ledger"]) {
    await go(place);
    assert.equal(await page.locator("main img, main script").count(), 0, place);
  }
  await go(`/measures/${number}`);
  assert.ok((await page.textContent("main")).includes(EVIL));
  await choose(page, desk.base, number);
  assert.equal(await page.locator("main img, main script").count(), 0);
  await close();
});

/** A desk of a party at a node that stands behind a proxy. */
async function through(change, code = "BE") {
  const { members, council } = await networkFile();
  const member = members.find((it) => it.code === code);
  const between = await proxy(member.http, change);
  const folder = path.join(net.dir, "members", code);
  const token = path.join(folder, "submit.token");
  const key = path.join(folder, "officer-desk.key");
  const desk = await openDesk("--node", between.base, "--token", token, "--council", council, "--as", code, "--key", key);
  const close = async () => {
    await desk.close();
    between.close();
  };
  opened.push({ close });
  return { ...desk, close };
}

async function networkFile() {
  const text = fs.readFileSync(path.join(net.dir, "testnet.toml"), "utf8");
  const council = text.match(/^council = "([^"]+)"/m)[1];
  const members = text.split("[[member]]").slice(1).map((part) => ({
    code: part.match(/code = "([^"]+)"/)[1],
    http: part.match(/http = "([^"]+)"/)[1],
  }));
  return { council, members };
}

test("a node that lies is found out, and nothing is signed on its word", async () => {
  const number = await net.table("BG", draft("Told otherwise"));
  await net.nemcon("BG", "ballot", "cast", String(number), "in-favour", "--yes", "--text", await net.text(number));
  const measure = new RegExp(`^/v1/measures/${number}$`);
  const lies = {
    "a ballot that nobody cast": (place, it) => {
      if (!measure.test(place)) return;
      it.ballots[2].position = "in-favour";
      it.missing = it.missing.filter((code) => code !== it.ballots[2].code);
    },
    "another position": (place, it) => measure.test(place) && (it.ballots[1].position = "against"),
    "a later deadline": (place, it) => measure.test(place) && (it.closes += 3_600_000),
    "another outcome": (place, it) => measure.test(place) && (it.status = "adopted"),
    "another record": (place, it) => measure.test(place) && (it.leaf += 1),
    "a member left out": (place, it) => measure.test(place) && (it.missing.pop(), it.ballots.pop()),
  };
  for (const [what, lie] of Object.entries(lies)) {
    const desk = await through(lie);
    const { page, complaints, context } = await enter(desk);
    await page.goto(`${desk.base}/measures/${number}`);
    await page.waitForSelector(".verdict.bad:has-text('not what its own records say')", { timeout: 5000 }).catch(async () => {
      assert.fail(`${what}: ${await page.textContent("main")}`);
    });
    assert.equal(await page.locator(".acts a").count(), 0, what);
    await choose(page, desk.base, number);
    await page.click("form.sign button.main");
    await page.waitForSelector("[role=alert]:has-text('Nothing was signed')");
    complaints.splice(0);
    await context.close();
    await desk.close();
  }
  const { ballots } = await net.json("BE", "measure", "show", String(number));
  assert.deepEqual(ballots.filter((it) => it.position).map((it) => it.code), ["BG"]);
});

test("a node that swaps a text, a number or a record is found out", async () => {
  const one = await net.table("BG", draft("The one"));
  const two = await net.table("BG", draft("The other"));
  const swapped = await through((place, it, raw) => (place === `/v1/measures/${one}` ? raw(`/v1/measures/${two}`) : undefined));
  const first = await enter(swapped);
  await first.page.goto(`${swapped.base}/measures/${one}`);
  assert.match(await first.page.textContent("main"), /do not rely on the node/);
  await first.context.close();
  await swapped.close();
  const textual = await through((place, it) => {
    if (place === `/v1/measures/${one}`) it.text = it.text.replace("The one", "The two");
  });
  const second = await enter(textual);
  await second.page.goto(`${textual.base}/measures/${one}`);
  assert.match(await second.page.textContent("main"), /do not rely on the node/);
  await second.context.close();
  await textual.close();
  const forged = await through((place, it) => {
    if (place.startsWith("/v1/records?from")) it.records = it.records.map((record) => record.replace("It is so.", "It is not."));
  });
  const third = await enter(forged);
  await third.page.goto(`${forged.base}/measures/${one}`);
  await third.page.waitForSelector(".verdict.bad:has-text('breaks the council')");
  assert.equal(await third.page.locator(".verdict.good").count(), 0);
  await third.page.goto(`${forged.base}/nodes`);
  await third.page.waitForSelector(".verdict.bad");
  await third.context.close();
  await forged.close();
});

test("a node that dies is told, and an answer that never came is not signed again", async () => {
  const number = await net.table("BG", draft("Sent without an answer"));
  let isSilent = false;
  let isDead = false;
  const desk = await through((place, it, raw, drop) => {
    if (isDead) return drop();
    if (isSilent && place === "/v1/records" && it.answer) return drop();
  });
  const { page, complaints, context } = await enter(desk);
  await choose(page, desk.base, number);
  isSilent = true;
  await page.click("form.sign button.main");
  await page.waitForSelector("h1:has-text('No answer came'), h1:has-text('It stands in the log')");
  assert.equal(await page.locator("form.sign").count(), 0);
  isSilent = false;
  // It was ordered all the same, and the page tells.
  await until("the page tells that it stands", async () => {
    await page.reload();
    return (await page.textContent("h1")).includes("It stands in the log");
  });
  await page.goto(`${desk.base}/measures/${number}`);
  isDead = true;
  await page.waitForSelector("#lost:not([hidden])");
  await page.goto(`${desk.base}/`);
  await page.waitForSelector("#lost:not([hidden])");
  assert.match(await page.textContent("main"), /Sent without an answer/, "the copy of the log is read on");
  await page.goto(`${desk.base}/measures/${number}`);
  await page.waitForSelector("h1:has-text('Sent without an answer')");
  await page.waitForSelector("#lost:not([hidden])");
  await page.waitForSelector(".alone:has-text('From the copy of the log')");
  isDead = false;
  // The page goes on by itself.
  await page.waitForSelector(".verdict.good:has-text('Checked against the log')", { timeout: 15_000 });
  complaints.splice(0);
  await context.close();
  await desk.close();
});

test("a desk that ends in the middle signs nothing; the link of the new one is another", async () => {
  const number = await net.table("BG", draft("A restart in the middle"));
  const desk = await net.desk("DK");
  const { page, complaints, context } = await enter(desk);
  await choose(page, desk.base, number);
  const place = new URL(page.url()).pathname;
  await desk.kill();
  await page.click("form.sign button.main").catch(() => {});
  const port = new URL(desk.base).port;
  const again = await net.desk("DK", "--port", port);
  assert.notEqual(again.link, desk.link);
  assert.equal((await ask(again.base, place)).status, 403);
  await assert.rejects(net.desk("DK", "--port", port), /port \d+ is taken/);
  const { ballots } = await net.json("BE", "measure", "show", String(number));
  assert.ok(ballots.every((it) => !it.position));
  complaints.splice(0);
  await context.close();
});

test("a desk that only reads has no form, and takes none", async () => {
  const number = await net.table("BG", draft("On the wall"));
  const desk = await net.desk("BE", "--read-only");
  const { page, go, complaints, context } = await enter(desk);
  for (const place of ["/", "/measures", `/measures/${number}`, "/incidents", "/council"]) {
    await go(place);
    assert.equal(await page.locator("form[method=post], .acts, a:has-text('Read and sign')").count(), 0, place);
  }
  const [cookie] = (await context.cookies()).filter((it) => it.name.startsWith("nemcon-desk"));
  const headers = { cookie: `${cookie.name}=${cookie.value}`, origin: desk.base };
  assert.equal((await ask(desk.base, `/measures/${number}/act/ballot`, { headers: { cookie: headers.cookie } })).status, 403);
  assert.equal((await ask(desk.base, `/measures/${number}/act/ballot`, { method: "POST", headers })).status, 403);
  complaints.splice(0);
  await context.close();
});

test("without a key here the text is taken to where the key is, and signed there", async () => {
  const number = await net.table("BG", draft("Signed elsewhere"));
  const { council, members } = await networkFile();
  const { http: address } = members.find((it) => it.code === "BE");
  const folder = path.join(net.dir, "members", "BE");
  const desk = await openDesk("--node", `http://${address}`, "--token", path.join(folder, "submit.token"), "--council", council, "--as", "BE");
  opened.push(desk);
  const { page, close } = await enter(desk);
  await choose(page, desk.base, number);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("a:has-text('Take the text')")]);
  const [text, signed, record] = ["text", "signed", "record"].map((name) => path.join(net.folder, name));
  await download.saveAs(text);
  await net.nemcon("BE", "measure", "record", String(number), "-o", record);
  const hash = JSON.parse(await nemcon("measure", "show", String(number), "--json", "--dir", net.dir, "--as", "BE")).text_hash;
  assert.ok(fs.readFileSync(text, "utf8").includes(hash));
  const own = (await import("node:crypto")).createHash("sha256").update(fs.readFileSync(text)).digest("hex");
  await nemcon("statement", "sign", text, "--key", path.join(folder, "officer-desk.key"), "-o", signed, "--genesis", path.join(net.dir, "genesis"), "--measure", record, "--council", council, "--yes", "--text", own);
  await net.nemcon("BE", "statement", "submit", signed);
  await page.goto(`${desk.base}/measures/${number}`);
  await page.waitForSelector(".tile.favour:has-text('BE')");
  await close();
  await desk.close();
});
