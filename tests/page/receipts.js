// Writes tests/vectors/receipts: honest receipts, and bad ones. INDEX has a line for each: its name, its policy, the council digest
// that is brought (or `-`), and the verdict.
//
//   node tests/page/receipts.js WORLD
//
// WORLD is a folder that `nemcon demo --charter plain --scenario mandate --dir WORLD` left.

import fs from "node:fs";
import path from "node:path";
import { encodeBase64, encodeUtf8 } from "../../ledger/page/bytes.js";
import { forge, readWorld } from "./forging.js";
import { rangeHash } from "./writing.js";

const FOLDER = new URL("../vectors/receipts/", import.meta.url).pathname;
const HEAD = "c2sp.org/tlog-proof@v1";
const [GOOD, NOT] = ["VERIFIED", "NOT VERIFIED"];
const FINALITY = "finality.policy";

/** The hashes that lead from a leaf to the root, the leaf's sibling first (RFC 6962, 2.1.1). */
export async function pathTo(leaves, index, start = 0, end = leaves.length) {
  if (end - start === 1) return [];
  const middle = start + 2 ** Math.ceil(Math.log2(end - start) - 1);
  if (index < middle) return [...(await pathTo(leaves, index, start, middle)), await rangeHash(leaves, middle, end)];
  return [...(await pathTo(leaves, index, middle, end)), await rangeHash(leaves, start, middle)];
}

/** A receipt of the record at an index. */
export async function writeReceipt({ leaves, checkpoint }, index) {
  const hashes = (await pathTo(leaves, index)).map((hash) => `${Buffer.from(hash, "hex").toString("base64")}\n`);
  return `${HEAD}\nextra ${encodeBase64(leaves[index])}\nindex ${index}\n${hashes.join("")}\n${checkpoint}`;
}

/** Where what stands in the log of the demo. */
function places({ leaves }) {
  const texts = leaves.map((leaf) => Buffer.from(leaf).toString());
  const of = (kind) => texts.findIndex((text) => text.startsWith(`nemcon/v1 ${kind}\n`));
  const cast = texts.findIndex((text) => text.startsWith("nemcon/v1 ballot\n") && /^mandate /m.test(text));
  return { ballot: of("ballot"), cast, decision: of("decision"), block: of("block"), measure: of("measure") };
}

/** Policies by their names: those of the export, and others made of them. */
function policiesOf(folder) {
  const read = (name) => fs.readFileSync(path.join(folder, "export", name), "utf8");
  const [finality, advance] = [read(FINALITY), read("advance.policy")];
  const codes = /^group every-member all (.*)$/m.exec(finality)[1].split(" ");
  const [first, second] = codes;
  const change = (from, to) => finality.replace(from, to);
  const others = (name, key) => change(/^(log|witness \w+) [^+\n]*/gm, (line) => line.replace(name, key));
  return {
    [FINALITY]: finality,
    "advance.policy": advance,
    "spaced.policy": `# a comment\n\n${finality.replaceAll(" ", " \t")}# another\n`,
    "with-urls.policy": change(/^(witness .*)$/m, "$1 https://witness.example/"),
    "nobody.policy": change(/^quorum .*$/m, "quorum none"),
    "one.policy": change(/^quorum .*$/m, `quorum ${first}`),
    "nested.policy": change(
      /^group .*\nquorum .*$/m,
      `group two any ${first} ${second}\ngroup all all two ${codes.slice(2).join(" ")}\nquorum all`,
    ),
    "another-log.policy": others("nemcon", "other"),
    "empty.policy": "",
    "comment.policy": "# nothing\n",
    "no-quorum.policy": change(/^quorum .*\n/m, ""),
    "two-quorums.policy": change(/^(quorum .*)$/m, "$1\n$1"),
    "quorum-of-nobody.policy": change(/^quorum .*$/m, "quorum nobody"),
    "quorum-first.policy": `quorum every-member\n${change(/^quorum .*\n/m, "")}`,
    "unknown-word.policy": `${finality}trust everybody\n`,
    "no-end.policy": finality.slice(0, -1),
    "carriage-returns.policy": finality.replaceAll("\n", "\r\n"),
    "threshold-too-high.policy": change(/ all /, ` ${codes.length + 1} `),
    "threshold-of-zero.policy": change(/ all /, " 0 "),
    "threshold-with-a-zero.policy": change(/ all /, " 01 "),
    "group-of-a-stranger.policy": change(/ all /, " all stranger "),
    "member-twice.policy": change(/ all /, ` all ${second} `),
    "in-two-groups.policy": change(/^(group .*)$/m, `group two any ${first} ${second}\n$1`),
    "name-twice.policy": change(new RegExp(`^witness ${second} `, "m"), `witness ${first} `),
    "named-none.policy": finality.replaceAll(new RegExp(`\\b${first} `, "g"), "none "),
    "key-twice.policy": change(/^(log .*)$/m, "$1\n$1"),
    "witness-key-twice.policy": change(/^witness (\w+) (.*)$/m, "$&\nwitness AGAIN $2"),
    "log-as-witness.policy": change(/^log (.*)$/m, "log $1\nwitness LOG $1"),
    "witness-as-log.policy": change(/^witness \w+ (.*)$/m, "$&\nlog $1"),
    "key-of-another-id.policy": change(/\+([0-9a-f]{8})\+/, (_, id) => `+${id[0] === "0" ? "1" : "0"}${id.slice(1)}+`),
    "key-too-short.policy": change(/\+([A-Za-z0-9+/=]*)$/m, "+AQID"),
    "no-key.policy": change(/^log .*$/m, "log key"),
  };
}

const VERIFYING = ["advance", "spaced", "with-urls", "nobody", "one", "nested"];

/** Receipts that somebody alters without any key. */
function alterations(text) {
  const change = (from, to) => text.replace(from, to);
  const hash = /^index .*\n(.*)\n/m.exec(text)[1];
  const zeros = Buffer.alloc(32).toString("base64");
  const cut = (from) => change(/^extra (.*)$/m, (_, extra) => `extra ${from(extra)}`);
  const turned = (extra) =>
    Buffer.from(Buffer.from(extra, "base64").toString().replace("position in-favour", "position against")).toString(
      "base64",
    );
  return {
    "head-of-another-version": change("@v1", "@v2"),
    "head-alone": `${HEAD}\n`,
    "extra-missing": change(/^extra .*\n/m, ""),
    "extra-empty": cut(() => ""),
    "extra-twice": change(/^extra .*\n/m, "$&$&"),
    "extra-behind-the-index": change(/^(extra .*\n)(index .*\n)/m, "$2$1"),
    "extra-without-padding": cut((extra) => extra.replace(/=+$/, "").slice(0, -1)),
    "ballot-turned": cut(turned),
    "record-of-another-place": change(/^index (.*)$/m, (_, index) => `index ${Number(index) + 1}`),
    "index-with-a-zero": change(/^index /m, "index 0"),
    "index-beyond-the-tree": change(/^index .*$/m, "index 999999"),
    "index-of-twenty-digits": change(/^index .*$/m, "index 99999999999999999999"),
    "index-missing": change(/^index .*\n/m, ""),
    "hash-missing": change(`${hash}\n`, ""),
    "hash-too-many": change(`${hash}\n`, `${hash}\n${zeros}\n`),
    "hash-altered": change(hash, zeros),
    "hash-too-short": change(hash, "AAAA"),
    "hashes-of-a-great-tree": change(`${hash}\n`, `${hash}\n`.repeat(65)),
    "size-altered": change(/^(\S+\/[0-9a-f]{16}\n)(\d+)$/m, (_, name, size) => name + (Number(size) + 1)),
    "root-altered": change(/^(\S+\/[0-9a-f]{16}\n\d+\n).*$/m, `$1${zeros}`),
    "extension-line": change(/^(\S+\/[0-9a-f]{16}\n\d+\n.*)$/m, "$1\nmore"),
    "origin-of-another-log": change(/^(\S+\/)[0-9a-f]{16}$/m, `$1${"0".repeat(16)}`),
    "seal-missing": text.replace(/[^\n]*\n$/, ""),
    "log-signature-missing": change(/^— \S+\/[0-9a-f]{16} .*\n/m, ""),
    "seal-altered": text.replace(/(.)(.{7}\n)$/, (_, letter, rest) => (letter === "A" ? "B" : "A") + rest),
    "seal-by-another-name": text.replace(/^(— \S+\/)\w+( \S+\n)$(?![^]*^—)/m, "$1XX$2"),
    unsigned: text.replace(/^— [^]*$/m, ""),
    "line-that-signs-nothing": `${text}signed by all\n`,
    "lines-too-many": `${text}${"— stranger.example AAAAAAAA\n".repeat(100)}`,
    "carriage-returns": text.replaceAll("\n", "\r\n"),
    "ends-early": text.slice(0, -10),
    "goes-on-behind": `${text}\n`,
    "empty-line-missing": change("\n\n", "\n"),
    "empty-line-too-many": change("\n\n", "\n\n\n"),
    "byte-order-mark": `\ufeff${text}`,
    empty: "",
  };
}

/** Receipts that show something all the same. */
function harmless(text) {
  const [head, lines] = [text.slice(0, text.indexOf("\n— ") + 1), text.slice(text.indexOf("\n— ") + 1)];
  const reversed = lines.slice(0, -1).split("\n").reverse();
  return {
    "lines-in-another-order": `${head}${reversed.join("\n")}\n`,
    "line-twice": `${text}${reversed[0]}\n`,
    "line-of-a-stranger": `${text}— stranger.example/witness AAAAAAAAAAAA\n`,
  };
}

/** Logs that all members have sealed, with a record that is none. */
function forgeries({ measure, ballot }) {
  const replace = (from, to) => ({ text: (text) => text.replace(from, to) });
  return {
    "sealed-ballot-of-another-council": [ballot, replace(/^council .*$/m, `council ${"0".repeat(64)}`)],
    "sealed-field-twice": [measure, replace(/^kind .*$/m, "$&\n$&")],
    "sealed-invisible-character": [measure, replace(/^(title ..)/m, "$1\u200b")],
    "sealed-declaration-without-its-ballot": [ballot, replace(/^after /m, `declaration ${"1".repeat(64)}\nafter `)],
    "sealed-number-with-a-zero": [ballot, replace("revision 1", "revision 01")],
  };
}

async function main(folder) {
  const world = await readWorld(folder);
  const at = places(world);
  const rows = [];
  fs.rmSync(FOLDER, { recursive: true, force: true });
  fs.mkdirSync(FOLDER, { recursive: true });
  const put = (name, text, verdict, policy = FINALITY, digest = "-") => {
    fs.writeFileSync(path.join(FOLDER, `${name}.tlog-proof`), encodeUtf8(text));
    rows.push(`${name}.tlog-proof ${policy} ${digest} ${verdict}\n`);
  };
  for (const [name, index] of Object.entries({ ...at, genesis: 0 }))
    put(
      `of-the-${name}`,
      await writeReceipt(world, index),
      GOOD,
      FINALITY,
      ["decision", "block", "genesis"].includes(name) ? "-" : world.digest,
    );
  const honest = await writeReceipt(world, at.ballot);
  put("without-a-digest", honest, GOOD);
  put("of-another-council", honest, NOT, FINALITY, "0".repeat(64));
  for (const [name, text] of Object.entries(harmless(honest))) put(name, text, GOOD);
  for (const [name, text] of Object.entries(alterations(honest)))
    put(name, text, NOT, FINALITY, name.length % 2 ? "-" : world.digest);
  put("seal-missing-that-nobody-asks-for", alterations(honest)["seal-missing"], GOOD, "advance.policy");
  for (const [name, [index, edit]] of Object.entries(forgeries(at))) {
    const isOther = name === "sealed-ballot-of-another-council";
    put(
      name,
      await writeReceipt(await forge(world, { [index]: edit }), index),
      NOT,
      FINALITY,
      isOther ? world.digest : "-",
    );
  }
  for (const [policy, text] of Object.entries(policiesOf(folder))) {
    fs.writeFileSync(path.join(FOLDER, policy), text);
    const name = policy.replace(".policy", "");
    if (policy !== FINALITY) put(`under-${name}`, honest, VERIFYING.includes(name) ? GOOD : NOT, policy);
  }
  fs.writeFileSync(path.join(FOLDER, ".gitattributes"), "*.tlog-proof -text\n*.policy -text\n");
  fs.writeFileSync(path.join(FOLDER, "INDEX"), rows.join(""));
}

if (process.argv[1] === new URL(import.meta.url).pathname) await main(process.argv[2]);
