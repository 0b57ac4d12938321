// What a person does with the page, and what it must never do: certificates.

import assert from "node:assert/strict";
import fs from "node:fs";
import test from "node:test";
import { assertAccessible, open, openAll, verdict, verify } from "./browser.js";
import { certificates, honest, vectorPath } from "./samples.js";

const sample = (name) => {
  const { digest, verdict: due } = certificates().find((each) => each.name === `${name}.certificate`);
  return { file: vectorPath(`${name}.certificate`), digest, due };
};

for (const { name, digest } of honest().filter(({ name }) => fs.existsSync(name))) {
  test(`given ${name}: VERIFIED`, async () => {
    const { page, close } = await open();
    assert.equal(await verify(page, name, digest), "VERIFIED");
    await close();
  });
}

test("every certificate of the index has its verdict, one after the other on one page", async () => {
  const { page, close } = await open();
  for (const { name, digest, verdict: due } of certificates()) {
    const words = (await verify(page, vectorPath(name), digest)).replaceAll(",", "");
    assert.ok(due === "NOT final" ? words.startsWith(due) : words === due, `${name}: ${words}`);
  }
  await close();
});

for (const colorScheme of ["light", "dark"]) {
  for (const name of [
    "council-declarations-block",
    "council-of-nine",
    "council-open",
    "council-without-votes",
    "council-revised",
    "seal-missing",
  ]) {
    test(`${name}, ${colorScheme}: accessible, all open`, async () => {
      const { page, close } = await open({ colorScheme });
      await assertAccessible(page, "empty");
      const { file, digest } = sample(name);
      await verify(page, file, digest);
      await openAll(page);
      await assertAccessible(page, name);
      await close();
    });
  }
}

test("the outcome, the ballots, the text and each signed statement can be read", async () => {
  const { page, close } = await open();
  const { file, digest } = sample("council-adopted");
  await verify(page, file, digest);
  const text = await page.textContent("#result");
  for (const words of [
    "5 in favour, 1 abstained, 1 abstained with a declaration, none against",
    "unanimity",
    "Articles 29 and 31(1) TEU",
    "Sealed by all 7 members",
    "Legal basis",
    "Marking: LIMITE",
    "signed by BE/desk",
    "Deadline",
  ]) {
    assert.ok(text.includes(words), words);
  }
  const rows = await page.$$eval("ol.rows > li", (all) => all.map((row) => row.querySelector("p").textContent));
  assert.deepEqual(
    rows.map((row) => row.match(/[A-Z]{2}/)[0]),
    ["BE", "BG", "CZ", "DK", "DE", "EE", "IE"],
  );
  assert.ok(
    rows.some((row) => row.startsWith("◐ abstained with a declaration")) &&
      rows.some((row) => row.startsWith("○ abstained")),
  );
  const first = page.locator("ol.rows details").first();
  assert.ok(!(await first.locator("pre").isVisible()));
  await first.locator("summary").click();
  assert.match(await first.locator("pre").textContent(), /^nemcon\/v1 ballot\n/);
  await close();
});

test("markup in a text is text", async () => {
  const { page, close } = await open();
  const { file, digest } = sample("markup-in-the-text");
  assert.equal(await verify(page, file, digest), "VERIFIED");
  assert.ok((await page.textContent("#result")).includes("<img src=x onerror=alert(1)>"));
  assert.equal(await page.$$eval("#result img, #result script", (all) => all.length), 0);
  await close();
});

test("the keyboard alone is enough, and the verdict gets the focus", async () => {
  const { page, close } = await open();
  const { file, digest } = sample("council-not-adopted");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "file");
  await page.setInputFiles("#file", file);
  await page.keyboard.press("Tab");
  await page.keyboard.type(` ${digest.toUpperCase()} `);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "verify");
  await page.keyboard.press("Enter");
  assert.equal(await verdict(page), "VERIFIED");
  assert.equal(await page.evaluate(() => document.activeElement.id), "verdict");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.$$eval("details[open]", (all) => all.length), 1);
  await close();
});

test("a verdict goes when the digest or the file changes", async () => {
  const { page, close } = await open();
  const { file, digest } = sample("council-not-adopted");
  assert.equal(await verify(page, file, digest), "VERIFIED");
  await page.fill("#digest", "0".repeat(64));
  assert.equal(await page.textContent("#result"), "");
  await page.click("#verify");
  assert.equal(await verdict(page), "NOT VERIFIED");
  assert.match(await page.title(), /NOT VERIFIED/);
  await page.setInputFiles("#file", sample("council-adopted").file);
  assert.equal(await page.textContent("#result"), "");
  await close();
});

test("without a digest, or without a file, nothing is verified", async () => {
  const { page, close } = await open();
  const { file, digest } = sample("council-adopted");
  assert.equal(await verify(page, file, ""), "NOT VERIFIED");
  await page.setInputFiles("#file", []);
  await page.fill("#digest", digest);
  await page.click("#verify");
  assert.equal(await verdict(page), "NOT VERIFIED");
  await close();
});

test("a file can be dropped on the page", async () => {
  const { page, close } = await open();
  const { file, digest } = sample("council-adopted");
  const text = fs.readFileSync(file, "utf8");
  await page.evaluate((content) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([content], "dropped.certificate"));
    document.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, text);
  await page.fill("#digest", digest);
  await page.click("#verify");
  assert.equal(await verdict(page), "VERIFIED");
  await close();
});

test("a file of more than 8 MiB is refused unread", async () => {
  const { page, close } = await open();
  const buffer = Buffer.alloc(8 * 1024 * 1024 + 1);
  assert.equal(await verify(page, { name: "long", mimeType: "text/plain", buffer }, "0".repeat(64)), "NOT VERIFIED");
  assert.ok((await page.textContent("#result")).includes("8 MiB"));
  await close();
});

test("a browser without Ed25519 is told so, and verifies nothing", async () => {
  const { page, close } = await open();
  await page.evaluate(() => {
    crypto.subtle.importKey = () => Promise.reject(new DOMException("Unrecognized name.", "NotSupportedError"));
  });
  const { file, digest } = sample("council-adopted");
  assert.equal(await verify(page, file, digest), "NOT VERIFIED");
  assert.ok((await page.textContent("#result")).includes("cannot verify Ed25519"));
  await close();
});

test("on 320 pixels nothing is cut off, and targets are large enough", async () => {
  const { page, close } = await open({ viewport: { width: 320, height: 640 } });
  const { file, digest } = sample("council-of-nine");
  await verify(page, file, digest);
  await openAll(page);
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320);
  assert.ok(
    (await page.$$eval("summary, input, button", (all) =>
      Math.min(...all.map((each) => each.getBoundingClientRect().height)),
    )) >= 24,
  );
  await close();
});

for (const colorScheme of ["light", "dark"]) {
  test(`it prints on A4, ${colorScheme}`, async () => {
    const { page, close } = await open({ colorScheme });
    const { file, digest } = sample("council-of-nine");
    await verify(page, file, digest);
    const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true });
    assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
    assert.match(pdf.toString("latin1"), /\/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]/);
    if (process.env.PRINTED) fs.writeFileSync(`${process.env.PRINTED}/${colorScheme}.pdf`, pdf);
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
    assert.ok(!(await page.isVisible("#form")));
    await close();
  });
}
