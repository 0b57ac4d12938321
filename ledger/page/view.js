// The verdict as a part of the document. Every text of the file becomes a text node.

import { sourceOf } from "./measure.js";
import { countWords, positionWords, readableLines, sealTimeWords, statusWord, timeWords } from "./words.js";

/** An element with attributes and children; a child that is a string becomes text, null is left out. */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children.flat().filter((child) => child !== null));
  return made;
}

/** The nodes that show a verdict, the heading of the verdict first. */
export function renderVerdict(found, number) {
  if (found.verdict === "refused") return [banner("refused", "✗ NOT VERIFIED", [found.what, `Where: ${found.where}.`])];
  const zone = found.founded.law.zone;
  return [
    banner(found.verdict, headline(found), summary(found, number)),
    section(found.status === "open" ? "What is proposed" : "What was decided", decided(found, number, zone)),
    section(found.status === "open" ? "Who has signed" : "Who signed", ballots(found, zone)),
    section("Who sealed it", sealed(found)),
    section("The text", texts(found)),
    section("Every signed statement and every record shown", statements(found.records), "records"),
    section("What this does not tell", limits(found)),
  ];
}

/** The verdict in a box. */
export function banner(verdict, title, lines) {
  return element(
    "div",
    { class: `verdict ${verdict}` },
    element("h2", { id: "verdict", tabindex: "-1" }, title),
    lines.map((line) => element("p", {}, line)),
  );
}

/** A part of the result with its heading. */
export function section(title, content, name = "part") {
  return element("section", { class: name }, element("h2", {}, title), content);
}

function headline({ verdict, missing }) {
  if (verdict === "verified") return "✓ VERIFIED";
  if (verdict === "public") return "✓ VERIFIED AS FAR AS IT IS PUBLIC";
  return missing.length === 0
    ? "… NOT final: all ballots are in, and no decision is shown"
    : `… NOT final: missing ${missing.join(", ")}`;
}

function summary({ verdict, status, reason, measure, founded, marking, seals }, number) {
  const title = `${founded.law.council}, measure ${number}: ${measure.text.fields.title}`;
  const outcome =
    status === "open" ? "The measure is open." : `${statusWord(status)}, final${reason === null ? "" : `: ${reason}`}.`;
  const lines = [title, outcome, `Sealed by all ${seals.length} members of the council.`];
  if (verdict === "public")
    lines.push("The votes are not in this certificate, so that the outcome was not derived again.");
  if (!measure.isNumberShown)
    lines.push(`No record shown here says that this text is measure ${number}: the file alone says so.`);
  return marking === null ? lines : [`Marking: ${marking}`, ...lines];
}

function decided({ status, reason, measure, founded, rule, records }, number, zone) {
  const { tabled, text, end } = measure;
  const deadline = deadlineOf(measure, records);
  const source = sourceOf(tabled, founded.law);
  return element(
    "dl",
    {},
    entry("Council", founded.law.council, element("p", { class: "mono" }, founded.digest)),
    entry("Measure", `${number}, revision ${text.kind === "measure" ? 1n : text.fields.revision}`),
    entry("Title", text.fields.title),
    entry("Text hash", element("span", { class: "mono" }, text.textHash)),
    entry("Kind", tabled.fields.kind),
    entry(
      "Rule",
      `${tabled.fields.rule}: ${ruleWords(rule)}`,
      source === null ? null : element("p", { class: "quiet" }, source),
    ),
    entry("Tabled", `by ${tabled.fields.by}, ${blockWords(tabled.block, zone)}`),
    entry("Deadline", timeWords(deadline, zone), deadline === text.fields.closes ? "" : ", by an extension"),
    measure.package === null
      ? null
      : entry(
          "Package",
          matesOf(measure, records).map((words) => element("p", {}, words)),
        ),
    end === null ? null : entry(statusWord(status), `${blockWords(end.block, zone)} (record ${end.index})`),
    reason === null ? null : entry("Reason", reason),
  );
}

/** The deadline of the text, or the one that the last shown extension of the measure or of its package names. */
function deadlineOf({ number, text, package: packaged }, records) {
  const numbers = packaged === null ? [number] : packaged.fields.measure.map(([each]) => each);
  const put = records.filter(
    ({ kind, fields, index }) => kind === "extension" && numbers.includes(fields.measure) && index > text.index,
  );
  return put.length === 0 ? text.fields.closes : put.at(-1).fields.closes;
}

/** The other measures of the package and what became of them. */
function matesOf({ number, package: packaged }, records) {
  const mates = packaged.fields.measure.map(([each]) => each).filter((each) => each !== number);
  return mates.map((mate) => {
    const decision = records.find(({ kind, fields }) => kind === "decision" && fields.measure === mate);
    return `with measure ${mate}${decision === undefined ? "" : `, ${statusWord(decision.fields.outcome).toLowerCase()}`}`;
  });
}

function ruleWords({ who, hasAbstention }) {
  const whose = {
    all: "every member signs",
    "minus-concerned": "every member signs but the one concerned",
    participating: "every member that takes part signs",
  };
  return `${whose[who]}; ${hasAbstention ? "abstention does not prevent adoption" : "nobody abstains"}; nobody is against`;
}

function entry(term, ...values) {
  return [element("dt", {}, term), element("dd", {}, ...values)];
}

function ballots(found, zone) {
  const { entitled, excluded } = found;
  const isHidden = found.verdict === "public";
  const rows = entitled.map((member) => ballotRow(member, found, isHidden, zone));
  const out = excluded.map(({ code, name, why }) =>
    element("li", {}, element("p", {}, element("strong", {}, code), ` ${name}: ${why}`)),
  );
  return [
    isHidden
      ? element(
          "p",
          {},
          "The decision commits to the votes, which are not in this certificate. All members’ nodes derived it from the ballots before they sealed it.",
        )
      : null,
    element("ol", { class: "rows", role: "list" }, rows),
    out.length === 0 ? null : element("h3", {}, "Not entitled on this measure"),
    out.length === 0 ? null : element("ul", { class: "rows", role: "list" }, out),
  ];
}

function ballotRow({ code, name }, { ballots: cast, mandates, missing }, isHidden, zone) {
  const ballot = cast.get(code);
  const unseen = isHidden || !missing.includes(code) ? "hidden" : "missing";
  const position = ballot === undefined ? unseen : ballot.fields.position;
  const mandate = mandates.get(code);
  return element(
    "li",
    {},
    element("p", {}, positionMark(position), " ", element("strong", {}, code), ` ${name}`),
    ballot === undefined ? null : element("p", { class: "quiet" }, castWords(ballot, mandate, zone)),
    ballot?.fields.declaration
      ? element(
          "p",
          { class: "quiet" },
          "Digest of the declaration: ",
          element("span", { class: "mono" }, ballot.fields.declaration),
        )
      : null,
    ballot === undefined ? null : statement(ballot, `Ballot of ${code}`),
    mandate === undefined ? null : statement(mandate, `Mandate of ${code}`),
  );
}

function positionMark(position) {
  const [sign, words] = positionWords(position);
  return element(
    "span",
    { class: `position ${position}` },
    element("span", { "aria-hidden": "true" }, sign),
    ` ${words}`,
  );
}

function castWords({ fields, block, lines }, mandate, zone) {
  const signers = lines.map(({ name }) => name.split("/").slice(-2).join("/")).join(", ");
  const tacit = fields.assent === "tacit" ? ", by tacit assent" : "";
  const by = mandate === undefined ? "" : `, cast by ${fields.by} under a mandate of ${fields.for}`;
  return `${blockWords(block, zone)}, signed by ${signers}${by}${tacit}`;
}

/** When something was ordered: exactly, or at the latest where the certificate does not show that no block was left out. */
function blockWords({ height, time, isExact }, zone) {
  return `${isExact ? "in" : "at the latest in"} block ${height} of ${timeWords(time, zone)}`;
}

function sealed({ seals, logs, checkpoint, blocks }) {
  const times = seals.map(({ time }) => time);
  const first = times.reduce((a, b) => (b < a ? b : a));
  const last = times.reduce((a, b) => (b > a ? b : a));
  return [
    element(
      "p",
      {},
      `${countWords(seals.length, "seal")}, of all members: ${seals.map(({ code }) => code).join(", ")}.`,
    ),
    element("p", {}, `By the nodes’ own clocks between ${sealTimeWords(first)} and ${sealTimeWords(last)}.`),
    element(
      "p",
      {},
      `They seal the log of ${checkpoint.size} records up to block ${blocks.at(-1).height} of ${timeWords(blocks.at(-1).time)}; the log is signed by the node of ${logs.join(", ")}.`,
    ),
    element("p", { class: "mono" }, `root ${checkpoint.root}`),
  ];
}

function texts({ measure }) {
  const former = measure.texts.slice(0, -1).reverse();
  return [
    fieldList(measure.text.text),
    statement(measure.text, "The signed text"),
    former.length === 0 ? null : element("h3", {}, "Former texts, which were not decided"),
    former.map((text) => statement(text, text.kind === "measure" ? "Revision 1" : `Revision ${text.fields.revision}`)),
  ];
}

function fieldList(text) {
  const list = element("dl", {});
  let before = null;
  for (const [label, value] of readableLines(text)) {
    if (label !== before) list.append(element("dt", {}, label));
    list.append(element("dd", {}, value));
    before = label;
  }
  return list;
}

function statement({ text, lines, index, textHash }, title) {
  const signed =
    lines.length === 0
      ? "Nobody signs it; it follows from the records before it."
      : `Signed by ${lines.map(({ name }) => name).join(", ")}.`;
  return element(
    "details",
    {},
    element("summary", {}, `${title} (record ${index})`),
    element("pre", {}, text),
    element("p", { class: "quiet" }, signed),
    element("p", { class: "mono" }, `text hash ${textHash}`),
  );
}

function statements(records) {
  return records.map((record) =>
    statement(record, `${record.kind}${record.fields.by ? ` by ${record.fields.by}` : ""}`),
  );
}

function limits({ measure, status }) {
  const lines = [
    "What came after the checkpoint: whether the act was amended, repealed or renewed since.",
    "Whether the charter lets such a text be tabled, whether an officer was empowered at home, whether an act rests on the right legal basis.",
    "Where it says “at the latest”: in which block before that one. Whoever made the file can have left block records out.",
    "Times of blocks and seals are the members’ nodes’ word.",
  ];
  if (status === "open")
    lines.push("Whether others have signed: whoever made the file can have left a ballot, or the decision, out.");
  if (measure.package !== null)
    lines.push("Of the other measures of its package, that their decisions follow from ballots.");
  return element(
    "ul",
    {},
    lines.map((line) => element("li", {}, line)),
  );
}
