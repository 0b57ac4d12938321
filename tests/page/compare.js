// Compares the page's verdict with that of `nemcon verify`, and prints where they differ.
//
//   node tests/page/compare.js NEMCON                             on the certificates of tests/vectors/certificates
//   node tests/page/compare.js NEMCON WORLD MEASURE SEED COUNT    on COUNT logs that all members have sealed, each with one record
//                                                                 altered at random; WORLD is what `nemcon demo --dir WORLD` left
//
// Ends with 1 where the page verifies what the command does not.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { forge, readWorld } from "./forging.js";
import { certificates, random, readVector } from "./samples.js";
import { verdictWords } from "./verdict.js";
import { allIndices, writeCertificate } from "./writing.js";

const [nemcon, world, measure, seed, count] = process.argv.slice(2);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "compare-"));
const tally = { same: 0, stricter: 0, looser: 0 };

/** The last line of what the command prints; a file that is no certificate is not verified. */
function commandWords(bytes, digest) {
  const file = path.join(folder, "one.certificate");
  fs.writeFileSync(file, bytes);
  const { stdout } = spawnSync(nemcon, ["verify", file, "--council", digest], { encoding: "utf8" });
  const words = stdout.trimEnd().split("\n").at(-1);
  return words === "" ? "NOT VERIFIED" : words.replace("no decision stands in the log", "no decision is shown");
}

/** How much a verdict claims. */
function strength(words) {
  return words === "VERIFIED" ? 3 : words.startsWith("VERIFIED") ? 2 : words.startsWith("NOT final") ? 1 : 0;
}

async function compare(what, bytes, digest) {
  const [command, page] = [commandWords(bytes, digest), await verdictWords(new Uint8Array(bytes), digest)];
  const sort = command === page ? "same" : strength(page) > strength(command) ? "looser" : "stricter";
  tally[sort] += 1;
  if (sort !== "same") console.log(`${sort}: ${what}: the command says ${command}; the page says ${page}`);
}

/** One change of one line of a text: [the new text, what was done]. */
function alter(text, next) {
  const lines = text.slice(0, -1).split("\n");
  const [at, other] = [1 + next(lines.length - 1), 1 + next(lines.length - 1)];
  const before = lines[at];
  const word = lines[other].split(" ").at(-1);
  const changes = [
    () => lines.splice(at, 1),
    () => lines.splice(at, 0, before),
    () => ([lines[at], lines[other]] = [lines[other], before]),
    () => (lines[at] = before.replace(/\d/, (digit) => (Number(digit) + 1 + next(9)) % 10)),
    () => (lines[at] = before.replace(/\S+$/, word)),
    () =>
      (lines[at] = before.replace(/in-favour|abstain|adopted/, (old) =>
        old === "in-favour" ? "against" : "in-favour",
      )),
  ];
  const chosen = next(changes.length);
  changes[chosen]();
  return [`${lines.join("\n")}\n`, `change ${chosen} of \`${before}\`, other line \`${lines[other] ?? ""}\``];
}

async function compareForgeries() {
  const original = await readWorld(world);
  const all = allIndices(original);
  const next = random(Number(seed));
  for (let n = 0; n < Number(count); n += 1) {
    const index = all[next(all.length)];
    let what = "";
    const text = (old) => {
      const [altered, done] = alter(old, next);
      what = done;
      return altered;
    };
    const forged = await forge(original, { [index]: { text } });
    await compare(`record ${index}: ${what}`, await writeCertificate(forged, measure, all), original.digest);
  }
}

if (world === undefined) {
  for (const { name, digest } of certificates()) await compare(name, readVector(name), digest);
} else {
  await compareForgeries();
}
fs.rmSync(folder, { recursive: true });
console.log(JSON.stringify(tally));
process.exitCode = tally.looser > 0 ? 1 : 0;
