// The certificates that the tests are about: those of tests/vectors/certificates, or one given in the environment by run.sh.

import fs from "node:fs";

const FOLDER = new URL("../vectors/certificates/", import.meta.url);

/** The lines of an index, divided at spaces. */
export function rows(index) {
  return fs
    .readFileSync(index, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" "));
}

/** The certificates of the index: { name, digest, verdict }. */
export function certificates() {
  return rows(new URL("INDEX", FOLDER)).map(([name, digest, ...verdict]) => ({
    name,
    digest,
    verdict: verdict.join(" "),
  }));
}

/** A certificate of the index. */
export function readVector(name) {
  return new Uint8Array(fs.readFileSync(new URL(name, FOLDER)));
}

/** Where a certificate of the index is. */
export function vectorPath(name) {
  return new URL(name, FOLDER).pathname;
}

/** Honest certificates to be mutated: those that run.sh was given, and some of the index. [{ name, bytes, digest }] */
export function honest() {
  const given = (process.env.CERTIFICATES ?? "")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\t"));
  const own = certificates().filter(({ name }) =>
    ["adopted-with-a-mandate.certificate", "council-package.certificate", "council-departure.certificate"].includes(
      name,
    ),
  );
  return [
    ...given.map(([file, digest]) => ({ name: file, bytes: new Uint8Array(fs.readFileSync(file)), digest })),
    ...own.map(({ name, digest }) => ({ name, bytes: readVector(name), digest })),
  ];
}

/** Random numbers that a seed fixes: a function that answers a whole number below its argument. */
export function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const RECEIPTS = new URL("../vectors/receipts/", import.meta.url);

/** The receipts of their index: { name, policy, digest, verdict }; the digest is null where none is brought. */
export function receipts() {
  return rows(new URL("INDEX", RECEIPTS)).map(([name, policy, digest, ...verdict]) => ({
    name,
    policy,
    digest: digest === "-" ? null : digest,
    verdict: verdict.join(" "),
  }));
}

/** A receipt, or a policy, of the index. */
export function readReceipt(name) {
  return new Uint8Array(fs.readFileSync(new URL(name, RECEIPTS)));
}

/** Where a receipt or a policy of the index is. */
export function receiptPath(name) {
  return new URL(name, RECEIPTS).pathname;
}

const EXPORTS = new URL("../vectors/exports/", import.meta.url);
const AUDITED = new URL("../vectors/audit/", import.meta.url);

/** The exports of their index: { name, digest, verdict }. */
export function exportVectors(folder = EXPORTS) {
  return rows(new URL("INDEX", folder)).map(([name, digest, ...verdict]) => ({
    name,
    digest,
    verdict: verdict.join(" "),
  }));
}

/** An archive of the index. */
export function readArchive(name, folder = EXPORTS) {
  return new Uint8Array(fs.readFileSync(new URL(name, folder)));
}

/** The exports for audits: { name, digest, verdict, fault } with the name that the command has for the fault. */
export function auditVectors() {
  return exportVectors(AUDITED).map((each) => {
    const [verdict, fault = null] = each.verdict.split(": ");
    return { ...each, verdict, fault, archive: () => readArchive(each.name, AUDITED) };
  });
}

/** Where an archive of the index is. */
export function archivePath(name) {
  return new URL(name, EXPORTS).pathname;
}
