// Writes tests/vectors/certificates: honest certificates as nemcon wrote them, and bad ones made of one of them.
//
//   node tests/page/vectors.js WORLD [NAME CERTIFICATE DIGEST VERDICT]...
//
// WORLD is a folder that `nemcon demo --charter plain --scenario mandate --dir WORLD` left.

import fs from "node:fs";
import path from "node:path";
import { encodeUtf8 } from "../../ledger/page/bytes.js";
import { forge, malleate, readWorld, signLine } from "./forging.js";
import { allIndices, writeCertificate } from "./writing.js";

const FOLDER = new URL("../vectors/certificates/", import.meta.url).pathname;
const NOT = "NOT VERIFIED";

/** Logs that all members have sealed and that the law refuses. Indices are those of the demo's log. */
function forgeries(world, at) {
  const replace = (from, to) => ({ text: (text) => text.replace(from, to) });
  const { by, ballots, decision, mandate, measure, block } = at;
  const name = (code) => `${world.origin}/${code}/desk`;
  const signedBy = (code) => ({ lines: (_, text) => signLine(world, name(code), text) });
  const [first, second] = [ballots[0], ballots[1]];
  return {
    "sealed-adopted-against-a-ballot": { [first]: replace("in-favour", "against") },
    "sealed-another-count": { [first]: replace("in-favour", "abstain") },
    "sealed-position-differs": { [decision]: replace(`ballot ${by(first)} in-favour`, `ballot ${by(first)} abstain`) },
    "sealed-ballot-signed-by-another": { [first]: signedBy(by(second)) },
    "sealed-ballot-signed-twice": { [first]: { lines: (lines) => lines + lines } },
    "sealed-signature-too-many": {
      [first]: { lines: async (lines, text) => lines + (await signLine(world, name(by(second)), text)) },
    },
    "sealed-signature-malleated": { [first]: { lines: malleate } },
    "sealed-ballot-on-another-text": { [first]: replace(/^text .*$/m, `text ${"0".repeat(64)}`) },
    "sealed-ballot-on-another-measure": { [first]: replace("measure 1\n", "measure 2\n") },
    "sealed-ballot-of-another-council": { [first]: replace(/^council .*$/m, `council ${"0".repeat(64)}`) },
    "sealed-ballot-with-another-title": { [first]: replace(/^title .*$/m, "title Another title") },
    "sealed-ballot-without-its-mandate": { [at.cast]: replace(/^mandate .*\n/m, "") },
    "sealed-mandate-to-another": { [mandate]: replace(/^to .*$/m, `to ${by(first)}`) },
    "sealed-mandate-not-by-the-member": {
      [mandate]: { ...replace(/^by .*$/m, `by ${by(first)}`), ...signedBy(by(first)) },
    },
    "sealed-member-left-out": {
      [decision]: {
        text: (text) => text.replace(new RegExp(`^ballot ${by(first)} .*\n`, "m"), "").replace("all 7", "all 6"),
      },
    },
    "sealed-member-not-entitled": {
      [decision]: {
        text: (text) =>
          `${text.replace(new RegExp(`^ballot ${by(first)} .*\n`, "m"), "").replace("all 7", "all 6")}not-entitled ${by(first)} it is the member concerned\n`,
      },
    },
    "sealed-one-ballot-for-two": {
      [decision]: {
        text: (text) =>
          text.replace(
            new RegExp(`^ballot ${by(second)} (.*)$`, "m"),
            text
              .match(new RegExp(`^ballot ${by(first)} (.*)$`, "m"))[0]
              .replace(`ballot ${by(first)}`, `ballot ${by(second)}`),
          ),
      },
    },
    "sealed-decision-on-another-roster": { [decision]: replace(/^roster .*$/m, `roster ${"1".repeat(64)}`) },
    "sealed-decision-not-adopted": { [decision]: replace("outcome adopted", "outcome not-adopted") },
    "sealed-mandate-not-listed": { [decision]: replace(/^mandate .*\n/m, "") },
    "sealed-block-of-another-roster": { [block]: replace(/^roster .*$/m, `roster ${"1".repeat(64)}`) },
    "sealed-block-of-another-size": { [block]: replace(/^size .*$/m, "size 1") },
    "sealed-block-of-another-council": { [block]: replace(/^council .*$/m, `council ${"0".repeat(64)}`) },
    "sealed-time-runs-back": { [block]: replace(/^time .*$/m, "time 2020-01-01T00:00:00.000Z") },
    "sealed-height-stands-still": { [block]: replace(/^height .*$/m, "height 1") },
    "sealed-invisible-character": { [measure]: replace("surplus", "sur\u200bplus") },
    "sealed-mixed-scripts": { [measure]: replace("surplus", "surрlus") },
    "sealed-field-twice": { [measure]: replace(/^kind .*$/m, "$&\n$&") },
    "sealed-fields-in-another-order": { [measure]: replace(/^(kind .*)\n(rule .*)$/m, "$2\n$1") },
    "sealed-number-with-a-zero": { [first]: replace("revision 1", "revision 01") },
    "sealed-line-without-end": { [block]: { bytes: (bytes) => bytes.subarray(0, -1) } },
  };
}

/** Checkpoints that lack what they need. */
const SEALINGS = {
  "seal-missing": (lines) => lines.slice(0, -1),
  "log-signature-missing": (lines) => lines.slice(1),
  "seal-by-another-name": (lines) => [...lines.slice(0, -1), lines.at(-1).replace(/board\/\w+ /, "board/XX ")],
  "seal-altered": (lines) => [
    ...lines.slice(0, -1),
    lines.at(-1).replace(/(.)(.{7})$/s, (_, c, rest) => (c === "A" ? "B" : "A") + rest),
  ],
  "seal-malleated": (lines) => [lines[0], malleateSeal(lines[1]), ...lines.slice(2)],
};

function malleateSeal(line) {
  const [dash, name, base64] = line.trimEnd().split(" ");
  const bytes = Buffer.from(base64, "base64");
  const plain = malleate(
    `${dash} ${name} ${Buffer.concat([bytes.subarray(0, 4), bytes.subarray(12)]).toString("base64")}\n`,
  );
  const changed = Buffer.from(plain.trimEnd().split(" ")[2], "base64");
  return `${dash} ${name} ${Buffer.concat([bytes.subarray(0, 12), changed.subarray(4)]).toString("base64")}\n`;
}

/** Files that a stranger can make of an honest one, without any key. */
export function alterations(bytes) {
  const text = Buffer.from(bytes).toString("latin1");
  const change = (from, to) => Buffer.from(text.replace(from, to), "latin1");
  const hashes = [...text.matchAll(/^hash .*\n/gm)].map(([line]) => line);
  const altered = {
    "ends-early": Buffer.from(bytes).subarray(0, -10),
    "goes-on-behind": Buffer.concat([Buffer.from(bytes), Buffer.from("\n")]),
    "carriage-returns": change(/\n/g, "\r\n"),
    "length-with-a-zero": change(/^genesis /m, "genesis 0"),
    "length-too-small": change(/^(record \d+ )(\d+)$/m, (_, head, length) => head + (Number(length) - 1)),
    "first-line-other": change("nemcon/v1 certificate", "nemcon/v2 certificate"),
    "empty-line-missing": change("\n\ngenesis", "\ngenesis"),
    "empty-line-too-many": change("\n\ngenesis", "\n\n\ngenesis"),
    "digest-in-capitals": change(/^council (.*)$/m, (_, digest) => `council ${digest.toUpperCase()}`),
    "another-measure": change(/^measure 1$/m, "measure 4"),
    "text-altered": change("current account", "another account"),
    "ballot-turned": change("position in-favour", "position abstain!!"),
    "reason-altered": change("reason all 7 in favour", "reason all 9 in favour"),
    "founder-missing": withoutFounder(text),
    "hash-too-many": change("\ncheckpoint ", `hash ${"0".repeat(64)}\n\ncheckpoint `),
    empty: Buffer.alloc(0),
    "not-text": Buffer.from(bytes.map((byte, at) => (at % 97 === 0 ? 0xff : byte))),
  };
  if (hashes.length > 0) {
    altered["hash-missing"] = change(hashes[0], "");
    altered["hash-altered"] = change(hashes[0], `hash ${"0".repeat(64)}\n`);
  }
  return altered;
}

function withoutFounder(text) {
  const [, length] = /^genesis (\d+)$/m.exec(text);
  const start = text.indexOf(`genesis ${length}\n`) + `genesis ${length}\n`.length;
  const genesis = text.slice(start, start + Number(length));
  const shorter = genesis.replace(/[^\n]*\n$/, "");
  return Buffer.from(text.replace(`genesis ${length}\n${genesis}`, `genesis ${shorter.length}\n${shorter}`), "latin1");
}

/** What the line `marking` may say: nothing, or what the charter says. */
export function markings(marked, plain) {
  const change = (bytes, from, to) => Buffer.from(Buffer.from(bytes).toString("latin1").replace(from, to), "latin1");
  return {
    "marking-absent": [change(marked, /^marking .*\n/m, ""), "VERIFIED"],
    "marking-foreign": [change(marked, /^marking .*$/m, "marking PUBLIC"), NOT],
    "marking-without-publication": [change(plain, /^measure 1$/m, "measure 1\nmarking LIMITE"), NOT],
  };
}

/** Certificates that leave something out of an honest log, with the hash in its place. */
async function omissions(world, at) {
  const all = allIndices(world);
  const without = (index) =>
    writeCertificate(
      world,
      1,
      all.filter((each) => each !== index),
    );
  const { ballots, decision, mandate, measure, last } = at;
  return {
    "measure-left-out": [await without(measure), NOT],
    "ballot-left-out": [await without(ballots[0]), NOT],
    "mandate-left-out": [await without(mandate), NOT],
    "last-block-left-out": [await without(last), NOT],
    "decision-left-out": [await without(decision), "NOT final"],
  };
}

/** Where what stands in the log of the demo. */
function places({ leaves }) {
  const texts = leaves.map((leaf) => Buffer.from(leaf).toString());
  const of = (kind) => texts.flatMap((text, index) => (text.startsWith(`nemcon/v1 ${kind}\n`) ? [index] : []));
  const by = (index) => /^for (.*)$/m.exec(texts[index])[1];
  const ballots = of("ballot").filter((index) => !/^mandate /m.test(texts[index]));
  const blocks = of("block");
  return {
    by,
    ballots: ballots.filter((index) => !["CH", "ST"].includes(by(index))),
    cast: of("ballot").find((index) => /^mandate /m.test(texts[index])),
    decision: of("decision")[0],
    mandate: of("mandate")[0],
    measure: of("measure")[0],
    block: blocks[3],
    last: blocks.at(-1),
  };
}

async function main(folder, honest) {
  const world = await readWorld(folder);
  const at = places(world);
  const written = new Map();
  const put = (name, bytes, digest, verdict) => written.set(name, [bytes, digest, verdict]);
  for (let n = 0; n < honest.length; n += 4)
    put(honest[n], fs.readFileSync(honest[n + 1]), honest[n + 2], honest[n + 3]);
  const all = allIndices(world);
  const whole = await writeCertificate(world, 1, all);
  put("adopted-with-a-mandate", whole, world.digest, "VERIFIED");
  put("wrong-digest", whole, "0".repeat(64), NOT);
  put("sealed-anew", await writeCertificate(await forge(world, {}), 1, all), world.digest, "VERIFIED");
  const markup = {
    text: (text) => text.replace("current account", "<img src=x onerror=alert(1)> <script>alert(2)</script> account"),
  };
  put(
    "markup-in-the-text",
    await writeCertificate(await forge(world, { [at.measure]: markup }), 1, all),
    world.digest,
    "VERIFIED",
  );
  for (const [name, edits] of Object.entries(forgeries(world, at))) {
    put(name, await writeCertificate(await forge(world, edits), 1, all), world.digest, NOT);
  }
  for (const [name, lines] of Object.entries(SEALINGS)) {
    put(name, await writeCertificate(await forge(world, {}, { lines }), 1, all), world.digest, NOT);
  }
  for (const [name, [bytes, verdict]] of Object.entries(await omissions(world, at)))
    put(name, bytes, world.digest, verdict);
  const lean = await writeCertificate(
    world,
    1,
    all.filter((index) => index !== at.block),
  );
  for (const [name, bytes] of Object.entries(alterations(lean))) put(name, bytes, world.digest, NOT);
  if (written.has("council-adopted")) {
    const [marked, digest] = written.get("council-adopted");
    for (const [name, [bytes, verdict]] of Object.entries(markings(marked, whole)))
      put(name, bytes, name === "marking-without-publication" ? world.digest : digest, verdict);
  }
  write(written);
}

function write(written) {
  fs.mkdirSync(FOLDER, { recursive: true });
  const index = path.join(FOLDER, "INDEX");
  const before = fs.existsSync(index) ? fs.readFileSync(index, "utf8").split(/(?<=\n)/) : [];
  const rows = [];
  for (const [name, [bytes, digest, verdict]] of written) {
    fs.writeFileSync(path.join(FOLDER, `${name}.certificate`), bytes);
    rows.push(`${name}.certificate ${digest} ${verdict}\n`);
  }
  fs.writeFileSync(path.join(FOLDER, ".gitattributes"), "*.certificate -text\n");
  // The lines about certificates that are not written here stay, and so do their files.
  const names = new Set(rows.map((row) => row.split(" ")[0]));
  const others = before.filter((row) => row !== "" && !names.has(row.split(" ")[0]));
  fs.writeFileSync(index, encodeUtf8(rows.concat(others).join("")));
}

if (process.argv[1] === new URL(import.meta.url).pathname) await main(process.argv[2], process.argv.slice(3));
