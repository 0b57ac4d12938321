// The one file is what scripts/page.py makes of the modules.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import test from "node:test";

const ROOT = new URL("../../", import.meta.url);

test("verify.html is what scripts/page.py makes", () => {
  const made = spawnSync("python3", ["scripts/page.py", "--check"], { cwd: ROOT, encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr);
});

test("verify.html names nothing that a browser would load, and writes no markup from text", () => {
  const html = fs.readFileSync(new URL("ledger/page/verify.html", ROOT), "utf8");
  assert.match(html, /default-src 'none'/);
  assert.doesNotMatch(
    html,
    /unsafe-|innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|fetch\(|XMLHttp|https?:\/\/|\bsrc=|url\(/,
  );
});
