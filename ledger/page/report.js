// What an audit has found, line by line, in the words of `nemcon audit`.

import { missingOn } from "./ledger.js";
import { shorten } from "./note.js";
import { countWords } from "./words.js";

const STATUS = { "not-adopted": "not adopted" };
const POSITIONS = {
  "in-favour": "in favour",
  abstain: "abstained",
  "abstain-qualified": "abstained with a declaration",
  against: "against",
};
const MISSING_NAMED_MAX = 10;
const STRAYS_NAMED_MAX = 10;
const LINES_MAX = 100;
const APART_MAX_MS = 60000n;
const LAST_SECOND = 253402300799n;

/** The lines of a report as [what, said]; a line without `what` goes on with the one before. */
export function reportRows(found, strays, now) {
  const isPart = found.verdict === "audited-in-public";
  const rows = checks(found, isPart);
  if (isPart) rows.push(...publicRows(found));
  else {
    rows.push(...found.ledger.measures.flatMap(measureRows));
    rows.push(...found.changes.map(({ kind, by, index }) => [kind, `${by}, record ${index}`]));
  }
  rows.push(...notChecked(found, strays).map((line) => ["not checked", line]));
  rows.push(...remarks(found, now).map((line) => ["remark", line]));
  return rows;
}

/** The report as the command prints it. */
export function reportText(found, strays, now) {
  const rows = reportRows(found, strays, now).map(([what, said]) => `${what.padEnd(11)} ${said}`);
  return [found.founded.law.council, `council ${found.founded.digest}`, ...rows, verdictLine(found)].join("\n");
}

/** The last line, which stands alone. */
export function verdictLine({ verdict }) {
  return { audited: "VERIFIED", "audited-in-public": "VERIFIED AS FAR AS IT IS PUBLIC" }[verdict] ?? "NOT VERIFIED";
}

function checks({ founded, checkpoint, counts, seals, last, sealing, leaves, ledger }, isPart) {
  const members = (ledger?.members ?? sealing).length;
  const all = `${leaves.length} in ${countWords(counts.blocks, "block")}`;
  const founding = countWords(founded.signatures, "founding signature");
  const root = `root ${checkpoint.root.slice(0, 16)}…`;
  return [
    ["files", `${counts.files} read, ${countWords(counts.tiles, "hash tile")} compared`],
    ["genesis", `${countWords(sealing.length, "member")}, ${founding}`],
    ["records", isPart ? all : `${all}, each derived again`],
    ["statements", `${counts.statements}, ${countWords(counts.signatures, "officer signature")}`],
    ["decisions", `${counts.decisions} ${isPart ? "shown" : "derived again"}`],
    ["checkpoint", `size ${checkpoint.size}, ${root}, ${countWords(seals.length, "seal")} of ${members}`],
    ["sealed", sealedWords(seals)],
    ["up to", `block ${last.height} of ${new Date(last.time).toISOString()}; what came later is not in it`],
  ];
}

function sealedWords(seals) {
  const times = seals.map(({ time }) => time).sort((a, b) => (a < b ? -1 : 1));
  const [first, end] = [secondWords(times[0]), secondWords(times.at(-1))];
  return first === end ? `at ${first}, by the nodes' clocks` : `from ${first} to ${end}, by the nodes' clocks`;
}

function secondWords(seconds) {
  if (seconds > LAST_SECOND) return `second ${seconds} since 1970, after the year 9999`;
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}Z`;
}

function measureRows(measure) {
  const { number, status, ended, text } = measure;
  const decided = ended?.outcome === undefined ? "" : `, final, record ${ended.index}`;
  const rows = [[`measure ${String(number).padEnd(3)}`, `${STATUS[status] ?? status}${decided}: ${text.fields.title}`]];
  const more = [...ballotWords(measure), ...mandateWords(measure)];
  return more.length === 0 ? rows : [...rows, ["", more.join("; ")]];
}

function ballotWords(measure) {
  const { reason, status, ballots, entitled } = measure;
  const counts = Object.entries(POSITIONS).map(([position, words]) => {
    const count = entitled.filter((code) => ballots.get(code)?.position === position).length;
    return count === 0 ? null : `${count} ${words}`;
  });
  const signed = counts.filter((words) => words !== null).join(", ");
  const said = reason === null ? [] : [reason];
  if (signed !== "" && !said.some((words) => words.includes(signed))) said.push(signed);
  const missing = missingOn(measure);
  if (!["open", "lapsed"].includes(status) || missing.length === 0) return said;
  return [...said, `missing: ${missing.length > MISSING_NAMED_MAX ? `${missing.length} of them` : missing.join(" ")}`];
}

function mandateWords({ entitled, ballots }) {
  return entitled
    .filter((code) => ballots.has(code) && ballots.get(code).by !== code && ballots.get(code).position !== "retracted")
    .map((code) => `${ballots.get(code).by} cast the ballot of ${code}, by its mandate`);
}

function publicRows({ decided, shown, leaves }) {
  return [
    ["public", `${shown} of ${leaves.length} records are shown, each in its place`],
    ...decided.flatMap(decidedRows),
    [
      "proves",
      "this is the log that all members have sealed: each record that is shown stands in its place, and no block is left out",
    ],
    [
      "not proven",
      "that a decision follows from ballots that are not shown; that each record is shown that is public, and so that an act is still in force",
    ],
  ];
}

function decidedRows({ decision, kind, votes, later }) {
  const { measure, outcome, rule, text, title } = decision.fields;
  const how = [STATUS[outcome] ?? outcome, ...(kind === null ? [] : [kind]), rule].join(", ");
  const rows = [
    [`measure ${String(measure).padEnd(3)}`, `${how}, record ${decision.index}, text ${text.slice(0, 16)}…: ${title}`],
    ...later.map(({ what, index }) => ["", `${what}, record ${index}`]),
  ];
  if (votes === null) return rows;
  rows.push(["", `votes: ${votes.reason}`]);
  for (const position of ["abstain", "abstain-qualified"]) {
    const codes = votes.ballots.filter(([, said]) => said === position).map(([code]) => code);
    if (codes.length > 0) rows.push(["", `${POSITIONS[position]}: ${codes.join(" ")}`]);
  }
  return rows;
}

function notChecked({ founded }, strays) {
  const lines = [];
  const { succeeds } = founded.fields;
  if (succeeds !== null)
    lines.push(
      `that it goes on from council ${succeeds[0]} at size ${succeeds[1]}: \`--predecessor DIR\` brings that ledger`,
    );
  if (strays.length === 0) return lines;
  const names = strays.slice(0, STRAYS_NAMED_MAX).map(shorten).join(", ");
  return [...lines, `${countWords(strays.length, "file")}, no part of an export of this size: ${names}`];
}

/** What breaks no rule, and what a reader should know; `now` are milliseconds. */
function remarks({ checkpoint, seals, last }, now) {
  const lines = [];
  const isAhead = (milliseconds) => milliseconds > BigInt(now) + APART_MAX_MS;
  if (checkpoint.lines.length > LINES_MAX)
    lines.push(
      `the checkpoint has ${checkpoint.lines.length} signature lines; Go's note library opens none with more than 100`,
    );
  if (isAhead(BigInt(last.time)))
    lines.push(`block ${last.height} is of ${new Date(last.time).toISOString()}, which is still to come`);
  for (const { code, time } of seals) {
    const said = `${code} says that it sealed at ${secondWords(time)}`;
    if (time * 1000n + APART_MAX_MS < BigInt(last.time)) lines.push(`${said}, before the block that it seals`);
    else if (isAhead(time * 1000n)) lines.push(`${said}, which is still to come`);
  }
  return lines;
}
