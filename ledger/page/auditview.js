// The verdicts on an export and on a receipt as parts of the document. Every text of the file becomes a text node.

import { ballotLine, receiptRows } from "./receiptwords.js";
import { reportRows, verdictLine } from "./report.js";
import { banner, element, section } from "./view.js";
import { readableLines } from "./words.js";

const MEASURES_MAX = 2000;
const CHECKS = ["files", "genesis", "records", "statements", "decisions", "checkpoint", "sealed", "up to", "public"];
const REST = ["proves", "not proven", "not checked", "remark"];

/** The nodes that show the verdict on an export, the heading of the verdict first. */
export function renderAudit(found, strays) {
  const isPart = found.verdict === "audited-in-public";
  const rows = reportRows(found, strays, Date.now());
  const of = (names) => rows.filter(([what]) => names.includes(what));
  const others = rows.filter(([what]) => ![...CHECKS, ...REST].includes(what));
  const end = rows.find(([what]) => what === "up to")[1];
  const { law, digest } = found.founded;
  return [
    banner(isPart ? "public" : "verified", `✓ ${verdictLine(found)}`, [
      law.council,
      `Sealed by all ${found.seals.length} members of the council, up to ${end}.`,
    ]),
    section("What was checked", [
      element("p", {}, "Council digest: ", element("span", { class: "mono" }, digest)),
      list(of(CHECKS)),
    ]),
    section("Measures, and changes of keys and seats", entries(others)),
    section("What this does not tell", [list(of(REST)), limits(isPart)]),
  ];
}

function list(rows) {
  if (rows.length === 0) return null;
  return element(
    "dl",
    {},
    rows.flatMap(([what, said]) => [element("dt", {}, what), element("dd", {}, said)]),
  );
}

/** One entry for each row that begins with a name, with the rows that go on with it. */
function entries(rows) {
  const items = [];
  for (const [what, said] of rows) {
    if (what === "") items.at(-1)?.append(element("p", { class: "quiet" }, said));
    else items.push(element("li", {}, element("p", {}, element("strong", {}, what.trim()), ` ${said}`)));
  }
  if (items.length === 0) return element("p", {}, "None.");
  const more = items.length - MEASURES_MAX;
  return [
    element("ol", { class: "rows", role: "list" }, items.slice(0, MEASURES_MAX)),
    more > 0 ? element("p", {}, `${more} more are not shown here. The command lists them.`) : null,
  ];
}

function limits(isPart) {
  const lines = [
    "What came after the checkpoint: whether an act was amended, repealed or renewed since.",
    "Whether an officer was empowered at home, whether an act rests on the right legal basis.",
    "Times of blocks and seals are the members’ nodes’ word.",
  ];
  if (isPart) {
    lines.push(
      "Whether the law lets in what is shown: of statements this page has checked the form and the signatures, of changes of keys and seats also that none is left out. All members’ nodes judged the rest before they sealed it.",
    );
  }
  return element(
    "ul",
    {},
    lines.map((line) => element("li", {}, line)),
  );
}

/** The nodes that show the verdict on a receipt. */
export function renderReceipt(found) {
  const { record, council } = found;
  const ballot = ballotLine(found);
  const rows = receiptRows(found);
  const [what, said] = rows[0];
  const shown = ballot ?? `A record of the kind ${record.kind}.`;
  return [
    banner("verified", "✓ VERIFIED", [shown, `${what[0].toUpperCase()}${what.slice(1)} ${said}.`]),
    section("What it shows", [
      council === null ? null : element("p", {}, "Council digest: ", element("span", { class: "mono" }, council)),
      fields(record),
      element("details", {}, element("summary", {}, "The text of the record"), element("pre", {}, record.text)),
    ]),
    section("What this does not tell", list(rows.slice(1))),
  ];
}

function fields({ text, kind }) {
  const rows = kind === "genesis" ? [] : readableLines(text);
  return list(rows);
}
