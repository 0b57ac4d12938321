#!/usr/bin/env node
// Audits an export as the page does, for programs that compare verdicts:
//
//   node tests/page/audit.js audit FOLDER --council DIGEST
//
// Prints what the page says and ends with the exit status of `nemcon audit`.

import fs from "node:fs";
import path from "node:path";
import { verifyExport } from "../../ledger/page/audit.js";
import { reportText } from "../../ledger/page/report.js";

/** The files of a folder by their paths in it. */
export function readFiles(folder) {
  const files = new Map();
  for (const name of fs.readdirSync(folder, { recursive: true })) {
    const file = path.join(folder, name);
    if (fs.lstatSync(file).isFile()) files.set(name, new Uint8Array(fs.readFileSync(file)));
  }
  return files;
}

const STATUS = { audited: 0, refused: 1, "audited-in-public": 4 };

if (process.argv[1] && fs.realpathSync(process.argv[1]) === new URL(import.meta.url).pathname) {
  const [, , , folder, , digest] = process.argv;
  const found = await verifyExport(readFiles(folder), digest);
  if (found.verdict === "refused") console.log(`FAULT       ${found.where}: ${found.what}\nNOT VERIFIED`);
  else console.log(reportText(found, found.strays, Date.now()));
  process.exitCode = found.where === "this page" ? 2 : STATUS[found.verdict];
}
