// Compares what the page says of exports with what `nemcon audit` says, line by line, and prints where they differ.
//
//   node tests/page/compare-exports.js NEMCON                              on the exports of tests/vectors/exports
//   node tests/page/compare-exports.js NEMCON FOLDER DIGEST SEED COUNT     on COUNT exports made of the one in FOLDER: half of them
//                                                                          withhold records as public ones do, and two of three
//                                                                          are altered at random
//
// Ends with 1 where the page verifies what the command does not, or says something else of what both verify.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { verifyExport } from "../../ledger/page/audit.js";
import { reportText, verdictLine } from "../../ledger/page/report.js";
import { unpack } from "../../ledger/page/unpack.js";
import { alterFiles, withhold } from "./altering.js";
import { readFiles } from "./audit.js";
import { exportVectors, random, readArchive } from "./samples.js";

const [nemcon, world, digestOfWorld, seed, count] = process.argv.slice(2);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "compare-"));
const tally = { same: 0, stricter: 0, looser: 0, otherWords: 0 };
const STRENGTH = ["NOT VERIFIED", "VERIFIED AS FAR AS IT IS PUBLIC", "VERIFIED"];

/** What the command prints; where it could not run, that nothing is verified. */
function commandText(files, digest) {
  const folder = path.join(scratch, "export");
  fs.rmSync(folder, { recursive: true, force: true });
  for (const [name, bytes] of files) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), bytes);
  }
  const { stdout } = spawnSync(nemcon, ["audit", folder, "--council", digest], { encoding: "utf8" });
  return stdout.trimEnd() || "NOT VERIFIED";
}

async function compare(what, files, digest) {
  const command = commandText(files, digest);
  const found = await verifyExport(files, digest);
  const page = found.verdict === "refused" ? "NOT VERIFIED" : reportText(found, found.strays, Date.now());
  const [due, said] = [command.split("\n").at(-1), verdictLine(found)];
  const sort = due === said ? "same" : STRENGTH.indexOf(said) > STRENGTH.indexOf(due) ? "looser" : "stricter";
  tally[sort] += 1;
  const why = found.verdict === "refused" ? `${found.where}: ${found.what}` : "";
  if (sort !== "same") return console.log(`${sort}: ${what}: the command says ${due}; the page says ${said} ${why}`);
  const [ours, theirs] = [page, command].map((text) => text.split("\n"));
  if (said === "NOT VERIFIED" || ours.join("\n") === theirs.join("\n")) return undefined;
  tally.otherWords += 1;
  const at = ours.findIndex((line, n) => line !== theirs[n]);
  return console.log(`other words: ${what}: the command says \`${theirs[at]}\`; the page says \`${ours[at]}\``);
}

async function compareAltered() {
  const files = readFiles(world);
  const next = random(Number(seed));
  for (let n = 0; n < Number(count); n += 1) {
    const base = n % 2 === 0 ? files : withhold(files, next);
    const { altered, what } = n % 3 === 0 ? { altered: base, what: "unaltered" } : alterFiles(base, next);
    await compare(`${n}, ${base === files ? "whole" : "public"}, ${what}`, altered, digestOfWorld);
  }
}

if (world === undefined) {
  for (const { name, digest } of exportVectors()) await compare(name, (await unpack(readArchive(name))).files, digest);
} else {
  await compareAltered();
}
fs.rmSync(scratch, { recursive: true });
console.log(JSON.stringify(tally));
process.exitCode = tally.looser + tally.otherWords > 0 ? 1 : 0;
